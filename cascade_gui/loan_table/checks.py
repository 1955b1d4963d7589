"""Which cells are wrong and why, said for the person in front of the table.

The rules are those of :mod:`engine.scenario.validation`, cell by cell; a test holds the two together. Rules on the rows
of one account look at the whole book: for a large one they are worked out in the background (`rows_with_faults`), and
cells are marked by what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table import formatting
from cascade_gui.loan_table.columns import Kind
from cascade_gui.loan_table.parsing import reason
from cascade_gui.wording import numbers
from engine.scenario.accounts import AccountRows
from engine.scenario.loans import BLANK, NUMBER_COLUMNS
from engine.scenario.schema.fields import LARGEST
from engine.scenario.validation import OVERRIDES, THRESHOLD_LIMIT, unlike_twins, with_two_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.names import KnownNames
    from cascade_gui.loan_table.still import BookRows
    from engine.scenario.loans import LoanTable

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Finding = tuple[str, Mask, "str | Callable[[int], str]"]
"""Column, mask over some rows, and why: for all of them, or for the one at a position among them."""

MANY: Final = 100_000
"""What looks at every row of a larger book is done in the background."""


_NOT_READ: Final = (
    "“{0}” was no number where it came from, whose decimals are written otherwise. Type the number, as {1}."
)
"""Of a text that reads as a number here: what it stood for in its file is not known."""


def wrong_cells(store: BookRows, names: KnownNames, rows: Rows | slice) -> dict[tuple[int, str], str]:
    """Return what is wrong in `rows`, by position among them and column; the first reason of each cell counts.

    Of a large book, rows that disagree with others are only told where `rows_with_faults` has looked for them.
    """
    found: dict[tuple[int, str], str] = {}
    if store.bad_cells:
        for at, row_id in enumerate(store.ids[rows].tolist()):
            for column in NUMBER_COLUMNS:
                text = store.bad_cells.get((row_id, column))
                if text is not None:
                    found[at, column] = reason(text) or _tr(_NOT_READ).format(text, numbers.full(numbers.SAMPLE))
    for column, mask, why in _findings(store, names, rows):
        for at in np.flatnonzero(mask).tolist():
            found.setdefault((at, column), why if isinstance(why, str) else why(at))
    return found


def rows_with_faults(store: BookRows, names: KnownNames) -> Mask:
    """Return shape (rows,): whether any cell of the row is wrong. In any thread, for rows that do not change."""
    _disagreements(store.to_table())
    wrong = np.zeros(len(store), dtype=bool)
    if store.bad_cells:
        wrong |= np.isin(store.ids, [row_id for row_id, _ in store.bad_cells])
    for _, mask, _ in _findings(store, names, slice(None)):
        wrong |= mask
    return wrong


def _findings(store: BookRows, names: KnownNames, rows: Any) -> Iterator[Finding]:
    """Yield column, mask over `rows` and reason for each rule."""
    yield "account", store.column("account")[rows] == "", _tr("An account needs a name.")
    market = _known(store, names, "market")[store.column("market")[rows]]
    yield "market", market == BLANK, _tr("The market is missing. Known: {0}.").format(_listed(names.markets))
    yield "market", market < BLANK, _tr("No market has this name. Known: {0}.").format(_listed(names.markets))
    assets = {}
    for side in ("collateral", "debt"):
        column, amount_column = f"{side}_asset", f"{side}_amount"
        asset = assets[side] = _known(store, names, column)[store.column(column)[rows]]
        amount = store.column(amount_column)[rows]
        blank = np.isnan(amount)
        yield column, asset < BLANK, _tr("No asset has this name. Known: {0}.").format(_listed(names.assets))
        yield column, np.isin(asset, names.without_price), _tr("This asset has no price yet: type it under Asset.")
        yield column, (asset == BLANK) & ~blank, _tr("An amount is given, but no asset.")
        yield amount_column, (asset != BLANK) & blank, _tr("An asset is given, but no amount.")
        yield amount_column, (amount < 0) | np.isinf(amount), _tr("An amount is a number of at least 0.")
        yield amount_column, amount > LARGEST, _tr("An amount is at most 1e30.")
    threshold = store.column("liquidation_threshold")[rows]
    bonus = store.column("liquidation_bonus")[rows]
    yield (
        "liquidation_threshold",
        (threshold < 0) | (threshold >= THRESHOLD_LIMIT),
        _tr("A threshold is at least 0 and below 150 %."),
    )
    yield "liquidation_bonus", (bonus < 0) | np.isinf(bonus), _tr("A bonus is at least 0.")
    yield "liquidation_bonus", bonus > LARGEST, _tr("A bonus is at most 1e30.")
    yield from _entries(store, names, rows, market, assets)
    category = _known(store, names, "category")[store.column("category")[rows]]
    yield "category", (market >= 0) & ~_of_market(names)[market, category], _tr("The market has no such category.")
    yield from _unlike_others(store, rows)
    yield (
        "collateral_asset",
        _unlisted(store, names, rows, market, assets["collateral"]),
        _tr("Not a collateral of this market. List it there, or give this row its own threshold and bonus."),
    )


def _entries(
    store: BookRows, names: KnownNames, rows: Any, market: Codes, assets: Mapping[str, Codes]
) -> Iterator[Finding]:
    """Yield what is wrong with entry prices; ``assets`` are the known ones of both sides of the rows."""
    entry = store.column("entry_price")[rows]
    if np.isnan(entry).all():
        return
    yield "entry_price", (entry <= 0) | np.isinf(entry), _tr("An entry price is above 0.")
    yield "entry_price", entry > LARGEST, _tr("An entry price is at most 1e30.")
    number = {name: at for at, name in enumerate(names.assets)}
    paid_in = {
        at: number.get(names.margin_engines[name], BLANK)
        for at, name in enumerate(names.markets)
        if name in names.margin_engines
    }
    yield (
        "entry_price",
        with_two_positions(entry, market, assets.values(), paid_in),
        _tr("The row has two positions, and an entry price is of one: take two rows."),
    )


def _of_market(names: KnownNames) -> Mask:
    """Return whether a market has a category, by their positions among the known names; blank is always right."""
    known = names.of_column("category")
    table = np.zeros((len(names.markets) + 2, len(known) + 2), dtype=bool)
    table[:, BLANK] = True
    for at, market in enumerate(names.markets):
        table[at, : len(known)] = [category in names.categories.get(market, ()) for category in known]
    return table


def has_categories(store: BookRows) -> bool:
    """Return whether any row has a category; then the rows of an account must agree on it."""
    return bool((store.column("category") != BLANK).any())


def has_overrides(store: BookRows) -> bool:
    """Return whether any row gives its own threshold or bonus; then those of one account and collateral must agree."""
    return any(not np.isnan(store.column(column)).all() for column in OVERRIDES)


def has_other_market(store: BookRows, market: str) -> bool:
    """Return whether any row is not in this market."""
    names = store.names("market")
    code = names.index(market) if market in names else BLANK - 1
    return bool((store.column("market") != code).any())


@dataclass(frozen=True, slots=True)
class _Disagreements:
    """Rows of a book, ascending, that say something else than another row of the same account.

    Parameters
    ----------
    category
        Those of another category than the account has in its first row.
    terms
        For each column of `OVERRIDES` the rows, and for each the first row of the same account and collateral.
    """

    category: Rows
    terms: dict[str, tuple[Rows, Rows]]


def _disagreements(table: LoanTable) -> _Disagreements:
    """Return where rows of one account disagree; kept with the table, which is another one after every edit."""

    def look() -> _Disagreements:
        named, codes = table.account != "", table.category.codes
        category = np.zeros(0, dtype=np.int64)
        if not table.category.is_blank:
            accounts = AccountRows.of(table)
            category = np.flatnonzero((codes != codes[accounts.first_row[accounts.row_account]]) & named)
        terms = {}
        for column in OVERRIDES:
            rows, twins = unlike_twins(table, column)
            terms[column] = rows[named[rows]], twins[named[rows]]
        return _Disagreements(category, terms)

    return table.kept.get(_disagreements, look)


def _unlike_others(store: BookRows, rows: Any) -> Iterator[Finding]:
    table = store.to_table()
    found: _Disagreements | None = _disagreements(table) if len(store) < MANY else table.kept.known(_disagreements)
    if found is None:
        return
    positions = np.arange(len(store), dtype=np.int64)[rows]
    text = _tr("Another category than the account has in its first row.")
    yield "category", np.isin(positions, found.category), text
    unread = {(row_id, column) for row_id, column in store.bad_cells}
    for column, (unlike, twins) in found.terms.items():
        mask = np.isin(positions, unlike)
        for at in np.flatnonzero(mask).tolist() if unread else ():
            twin = int(twins[np.searchsorted(unlike, positions[at])])
            mask[at] = not {(int(store.ids[row]), column) for row in (positions[at], twin)} & unread
        if mask.any():
            yield column, mask, _said_of_twin(store, column, positions, unlike, twins)


def _said_of_twin(store: BookRows, column: str, positions: Rows, unlike: Rows, twins: Rows) -> Callable[[int], str]:
    """Return what names the row that another one should agree with, for the row at a position among `positions`."""

    def said(at: int) -> str:
        twin = int(twins[np.searchsorted(unlike, positions[at])])
        theirs = formatting.full(Kind.SHARE, float(store.column(column)[twin])) or _tr("none")
        text = _tr("Row {0} of the same account and collateral has {1}: both must be the same.")
        return text.format(numbers.count(twin + 1), theirs)

    return said


def _unlisted(store: BookRows, names: KnownNames, rows: Any, market: Codes, collateral: Codes) -> Mask:
    """Return whether neither market, nor row, nor category gives threshold and bonus for a known collateral."""
    own = ~np.isnan(store.column("liquidation_threshold")[rows]) & ~np.isnan(store.column("liquidation_bonus")[rows])
    listed = np.zeros((len(names.markets) + 2, len(names.assets) + 2), dtype=bool)
    for at, name in enumerate(names.markets):
        listed[at] = [asset in names.collateral[name] for asset in (*names.assets, None, None)]
    unlisted: Mask = (market >= 0) & (collateral >= 0) & ~own & ~listed[market, collateral]
    given = store.names("category")
    category = store.column("category")[rows]
    for at in np.flatnonzero(unlisted & (category != BLANK)).tolist():
        categories = names.categories.get(names.markets[market[at]], {})
        unlisted[at] = names.assets[collateral[at]] not in categories.get(given[category[at]], frozenset())
    return unlisted


def _known(store: BookRows, names: KnownNames, column: str) -> npt.NDArray[np.int32]:
    """Return for each code of a column, and for -1, the position among the known names, -1 blank, -2 unknown."""
    order = {name: at for at, name in enumerate(names.of_column(column))}
    return np.array([*(order.get(name, -2) for name in store.names(column)), BLANK], dtype=np.int32)


def _listed(names: tuple[str, ...]) -> str:
    """Return the names in one line, the first eight where there are many."""
    text = ", ".join(names[:8])
    return text + " …" if len(names) > 8 else text or _tr("none yet")


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
