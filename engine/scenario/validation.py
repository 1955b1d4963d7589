"""Checks of a loan table against the parameters: every fault names its row (from 1) and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.scenario.accounts import AccountRows
from engine.scenario.loans import BLANK, CodedColumn, LoanTable
from engine.scenario.row_faults import RowFaults
from engine.scenario.schema.fields import LARGEST
from engine.scenario.schema.settlements import MarginSettlement
from engine.scenario.unpriced import price_faults, unpriced

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import numpy.typing as npt

    from engine.base.faults import Fault
    from engine.base.types import Flags, Floats, Wholes
    from engine.scenario.loans import Codes
    from engine.scenario.schema import Parameters

    Positions = npt.NDArray[np.intp]

THRESHOLD_LIMIT = 1.5
OVERRIDES = ("liquidation_threshold", "liquidation_bonus")
"""Columns in which a row gives its collateral other terms than its market does."""


def loan_faults(parameters: Parameters, loans: LoanTable) -> list[Fault]:
    """Return what is wrong with the loans, in row order.

    First come assets without a price. Checked are unknown markets, assets and categories, cells that name an asset
    without a price, an asset without an amount and the reverse,
    negative, non-finite and too large amounts, thresholds outside [0, 1.5), negative bonuses,
    collateral that its market does not list (unless the row or the account's category gives both
    threshold and bonus), rows of a stability pool's market in more than one collateral or debt asset,
    rows of one account with the same collateral that disagree on their threshold or bonus, rows of
    one account that disagree on its category, and entry prices that are none or stand in a row with
    two positions (Method, section 1). Past a hundred faults a last one
    says how many more there are.

    Loans that were found right are not looked at again while the names that they are checked against
    are the same.
    """
    without_price = list(price_faults(parameters))
    if without_price:
        return [*without_price, *_found(parameters, loans).listed()]
    passed = loans.kept.get(_Passed, _Passed)
    against = _checked_against(parameters)
    if passed.against == against:
        return []
    faults = _found(parameters, loans)
    if not faults:
        passed.against = against
    return faults.listed()


def faulty_rows(parameters: Parameters, loans: LoanTable) -> Positions:
    """Return the rows, from 0 and ascending, in which `loan_faults` finds something."""
    return np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *_found(parameters, loans).rows]))


def _found(parameters: Parameters, loans: LoanTable) -> RowFaults:
    faults = RowFaults()
    _check_rows(parameters, loans, faults)
    if not faults:
        check_overrides_of_accounts(loans, faults)
        check_categories_of_accounts(loans, faults)
    return faults


class _Passed:
    """What some loans were checked against when no fault was found the last time, None before that."""

    __slots__ = ("against",)

    def __init__(self) -> None:
        self.against: object = None


def _checked_against(parameters: Parameters) -> object:
    """Return everything of the parameters that the checks below look at."""
    return tuple(parameters.assets), tuple(
        (
            name,
            tuple(market.collateral),
            market.rules.settlement.kind,
            market.rules.settlement.cash_asset(parameters.assets),
            tuple(
                (mode, given.assets, given.liquidation_threshold is None, given.liquidation_bonus is None)
                for mode, given in market.categories.items()
            ),
        )
        for name, market in parameters.markets.items()
    )


def _check_rows(parameters: Parameters, loans: LoanTable, faults: RowFaults) -> None:
    assets = {name: index for index, name in enumerate(parameters.assets)}
    markets = {name: index for index, name in enumerate(parameters.markets)}
    names = loans.account.tolist()
    if not all(names):
        faults.add(np.flatnonzero([not name for name in names]), "account", _always("blank"), "a name")
    unknown = np.flatnonzero(loans.market.recoded(markets) < 0)
    faults.add(unknown, "market", lambda row: _name(loans.market, row), "one of " + ", ".join(markets))
    for side in ("collateral", "debt"):
        _check_side(side, loans, assets, unpriced(parameters), faults)
    _check_overrides(loans, faults)
    _check_entries(parameters, loans, assets, markets, faults)
    _check_categories(parameters, loans, faults)
    _check_listing(parameters, loans, assets, markets, faults)
    _check_pools(parameters, loans, assets, markets, faults)


def _check_side(
    side: str, loans: LoanTable, assets: Mapping[str, int], without_price: tuple[str, ...], faults: RowFaults
) -> None:
    column: CodedColumn = getattr(loans, f"{side}_asset")
    amounts: Floats = getattr(loans, f"{side}_amount")
    codes = column.recoded(assets)
    place, amount_place = f"{side}_asset", f"{side}_amount"
    rule = "a number of at least 0"

    unknown = np.flatnonzero(codes < BLANK)
    faults.add(unknown, place, lambda row: _name(column, row), "one of " + ", ".join(assets))
    if without_price:
        rows = np.flatnonzero(np.isin(codes, [assets[name] for name in without_price]))
        faults.add(rows, place, lambda row: f"{_name(column, row)} has no price", "an asset with a price")
    faults.add(np.flatnonzero(np.isinf(amounts) | (amounts < 0)), amount_place, _written(amounts), rule)
    too_large = np.flatnonzero((amounts > LARGEST) & ~np.isinf(amounts))
    faults.add(too_large, amount_place, _written(amounts), f"a number of at most {LARGEST:g}")
    lone_assets = np.flatnonzero((codes != BLANK) & np.isnan(amounts))
    faults.add(lone_assets, amount_place, _always("blank"), f"{rule}, as the asset is given")
    lone_amounts = np.flatnonzero((codes == BLANK) & ~np.isnan(amounts))
    faults.add(lone_amounts, place, _always("blank"), "the name of an asset, as an amount is given")


def _check_overrides(loans: LoanTable, faults: RowFaults) -> None:
    threshold, bonus = loans.liquidation_threshold, loans.liquidation_bonus
    for column, values, wrong, allowed in (
        (
            "liquidation_threshold",
            threshold,
            (threshold < 0) | (threshold >= THRESHOLD_LIMIT),
            "at least 0 and below 1.5",
        ),
        ("liquidation_bonus", bonus, (bonus < 0) | np.isinf(bonus), "a number of at least 0"),
        ("liquidation_bonus", bonus, (bonus > LARGEST) & ~np.isinf(bonus), f"a number of at most {LARGEST:g}"),
    ):
        faults.add(np.flatnonzero(wrong), column, _written(values), allowed)


def _check_entries(
    parameters: Parameters,
    loans: LoanTable,
    assets: Mapping[str, int],
    markets: Mapping[str, int],
    faults: RowFaults,
) -> None:
    entry = loans.entry_price
    if loans.is_left_out("entry_price"):
        return
    wrong = (entry <= 0) | np.isinf(entry) | (entry > LARGEST)
    faults.add(np.flatnonzero(wrong), "entry_price", _written(entry), f"a price above 0, at most {LARGEST:g}")
    paid_in = {
        markets[name]: assets.get(settled.cash_asset(parameters.assets), BLANK)
        for name, market in parameters.markets.items()
        if isinstance(settled := market.rules.settlement, MarginSettlement)
    }
    sides = (loans.collateral_asset.recoded(assets), loans.debt_asset.recoded(assets))
    faults.add(
        np.flatnonzero(with_two_positions(entry, loans.market.recoded(markets), sides, paid_in)),
        "entry_price",
        lambda row: (
            f"{entry[row]:g}, and the positions {_name(loans.collateral_asset, row)} and {_name(loans.debt_asset, row)}"
        ),
        "blank, or a row with one position: an entry price is of one",
    )


def with_two_positions(entry: Floats, market: Codes, assets: Collection[Codes], paid_in: Mapping[int, int]) -> Flags:
    """Return which rows have an entry price though they hold one position of a margin engine and owe another.

    Parameters
    ----------
    entry
        (rows,) entry prices, NaN for none.
    market
        (rows,) whole numbers that stand for markets.
    assets
        Of both sides of the rows, (rows,) whole numbers that stand for assets, below 0 where there is none.
    paid_in
        By the number of each market that is a margin engine, that of the asset its margin is paid in.
    """
    given = ~np.isnan(entry)
    for codes in assets:
        given &= codes >= 0
    found = np.zeros(len(entry), dtype=np.bool_)
    for number, cash in paid_in.items():
        both = given & (market == number)
        for codes in assets:
            both &= codes != cash
        found |= both
    return found


def _check_categories(parameters: Parameters, loans: LoanTable, faults: RowFaults) -> None:
    if loans.category.is_blank:
        return
    market, category = loans.market, loans.category
    pairs = market.codes.astype(np.int64) * (len(category.names) + 1) + category.codes
    given = np.flatnonzero((category.codes != BLANK) & (market.codes != BLANK))
    for pair in np.unique(pairs[given]).tolist():
        at, name = divmod(pair, len(category.names) + 1)
        found = parameters.markets.get(market.names[at])
        if found is None or category.names[name] in found.categories:
            continue
        known = ", ".join(found.categories)
        allowed = f"one of {known}, or blank" if known else f"blank, as {market.names[at]} has no categories"
        faults.add(given[pairs[given] == pair], "category", lambda row: _name(category, row), allowed)


def _check_listing(
    parameters: Parameters,
    loans: LoanTable,
    assets: Mapping[str, int],
    markets: Mapping[str, int],
    faults: RowFaults,
) -> None:
    """Find collateral that nothing gives a threshold for: a zero would be a silent default."""
    faults.add(
        _unlisted_rows(parameters, loans, assets, markets),
        "collateral_asset",
        lambda row: f"{_name(loans.collateral_asset, row)} is no collateral of {_name(loans.market, row)}",
        "an asset listed there, or a row with a threshold and a bonus of its own",
    )


def unlisted_collateral(parameters: Parameters, loans: LoanTable) -> tuple[tuple[str, str], ...]:
    """Return the markets and assets of loans with collateral that their market does not take, each pair once.

    As in `loan_faults` a row, or its account's category, that gives both threshold and bonus is right.
    """
    assets = {name: index for index, name in enumerate(parameters.assets)}
    markets = {name: index for index, name in enumerate(parameters.markets)}
    rows = _unlisted_rows(parameters, loans, assets, markets)
    codes = np.stack([loans.market.codes[rows], loans.collateral_asset.codes[rows]], axis=1)
    return tuple(
        (str(loans.market.names[market]), str(loans.collateral_asset.names[asset]))
        for market, asset in np.unique(codes, axis=0).tolist()
    )


def _unlisted_rows(
    parameters: Parameters, loans: LoanTable, assets: Mapping[str, int], markets: Mapping[str, int]
) -> Positions:
    listed = np.zeros((len(markets), len(assets)), dtype=bool)
    for name, index in markets.items():
        for collateral in parameters.markets[name].collateral:
            listed[index, assets[collateral]] = True
    market, collateral_codes = loans.market.recoded(markets), loans.collateral_asset.recoded(assets)
    bespoke = ~np.isnan(loans.liquidation_threshold) & ~np.isnan(loans.liquidation_bonus)
    candidates = np.flatnonzero((market >= 0) & (collateral_codes >= 0) & ~bespoke)
    unlisted = candidates[~listed[market[candidates], collateral_codes[candidates]]]
    return unlisted[~_are_given_in_categories(parameters, loans, unlisted)]


def _are_given_in_categories(parameters: Parameters, loans: LoanTable, rows: npt.NDArray[np.intp]) -> Flags:
    """Return of rows in known markets whether their category gives both threshold and bonus for their collateral."""
    given = np.zeros(len(rows), dtype=np.bool_)
    if loans.category.is_blank:
        return given
    category = loans.category.codes[rows]
    key = loans.market.codes[rows].astype(np.int64) * len(loans.category.names) + category
    key = key * len(loans.collateral_asset.names) + loans.collateral_asset.codes[rows]
    with_one = np.flatnonzero(category != BLANK)
    _, first, which = np.unique(key[with_one], return_index=True, return_inverse=True)
    each = [_is_given_in_category(parameters, loans, int(row)) for row in rows[with_one[first]]]
    given[with_one] = np.array(each, dtype=np.bool_)[which]
    return given


def _is_given_in_category(parameters: Parameters, loans: LoanTable, row: int) -> bool:
    """Whether the row's category gives both threshold and bonus for the row's collateral."""
    market = parameters.markets[loans.market.names[loans.market.codes[row]]]
    category = market.categories.get(loans.category.names[loans.category.codes[row]])
    asset = loans.collateral_asset.names[loans.collateral_asset.codes[row]]
    return category is not None and category.gives_terms_of(asset)


def _check_pools(
    parameters: Parameters,
    loans: LoanTable,
    assets: Mapping[str, int],
    markets: Mapping[str, int],
    faults: RowFaults,
) -> None:
    """Find, in each stability pool's market, the first row in another asset than those before it, on either side."""
    pools = [name for name, market in parameters.markets.items() if market.rules.settlement.serves_one_pair]
    if not pools:
        return
    market = loans.market.recoded(markets)
    for name in pools:
        for side in ("collateral", "debt"):
            column: CodedColumn = getattr(loans, f"{side}_asset")
            codes = column.recoded(assets)
            rows = np.flatnonzero((market == markets[name]) & (codes >= 0))
            others = rows[codes[rows] != codes[rows[0]]] if len(rows) else rows
            if len(others):
                one = _name(column, rows[0])
                found = f"{_name(column, others[0])}, but {one} in row {rows[0] + 1} of {name}"
                allowed = f"{one}: a stability pool serves one collateral and one debt asset"
                faults.add(others[:1], f"{side}_asset", _always(found), allowed)


def check_overrides_of_accounts(loans: LoanTable, faults: RowFaults) -> None:
    """Find rows of one account with the same collateral whose own thresholds or bonuses differ.

    A blank beside a number is a disagreement too: the blank row would use the market's value.
    """
    for name in OVERRIDES:
        values: Floats = getattr(loans, name)
        rows, twins = unlike_twins(loans, name)
        faults.add(rows, name, _shown_of(values), _as_in_twin(values, rows, twins))


def unlike_twins(loans: LoanTable, name: str) -> tuple[Positions, Positions]:
    """Return the rows whose own threshold or bonus is not that of the first row of the same account and collateral.

    Parameters
    ----------
    loans
        The loans.
    name
        One of `OVERRIDES`.

    Returns
    -------
    tuple
        The rows, ascending, and for each the first row that it should agree with.
    """
    rows, twins = loans.kept.get(_with_twins, lambda: _with_twins(loans))
    values: Floats = getattr(loans, name)
    mine, theirs = values[rows], values[twins]
    unlike = np.flatnonzero((mine != theirs) & ~(np.isnan(mine) & np.isnan(theirs)))
    return rows[unlike], twins[unlike]


def _with_twins(loans: LoanTable) -> tuple[Positions, Positions]:
    """Return the collateral rows of accounts that override anything, each with the first of the same collateral."""
    override = ~np.isnan(loans.liquidation_threshold) | ~np.isnan(loans.liquidation_bonus)
    if not override.any():
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing
    accounts = AccountRows.of(loans)
    is_touched = np.zeros(len(accounts.first_row), dtype=np.bool_)
    is_touched[accounts.row_account[override]] = True
    asset = loans.collateral_asset.codes
    rows = np.flatnonzero((asset != BLANK) & is_touched[accounts.row_account])
    key = accounts.row_account[rows].astype(np.int64) * len(loans.collateral_asset.names) + asset[rows]
    return rows, _first_of_the_same(rows, key)


def _as_in_twin(values: Floats, rows: Positions, twins: Positions) -> Callable[[int], str]:
    """Return what says what stands in the twin of a row."""

    def said(row: int) -> str:
        twin = int(twins[np.searchsorted(rows, row)])
        return f"{_shown(values[twin])} as in row {twin + 1} of the same account and collateral"

    return said


def _first_of_the_same(rows: Positions, key: Wholes) -> Positions:
    """Return for each row the first one with the same key; rows ascend."""
    if (key[1:] > key[:-1]).all():
        return rows
    order = np.argsort(key, kind="stable")
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = key[order][1:] != key[order][:-1]
    first = np.empty_like(rows)
    first[order] = rows[order][begins][np.cumsum(begins) - 1]
    return first


def check_categories_of_accounts(loans: LoanTable, faults: RowFaults) -> None:
    """Find rows whose category is not that of the first row of the same account; blank is another than a name."""
    if loans.category.is_blank:
        return
    accounts = AccountRows.of(loans)
    first_row = accounts.first_row[accounts.row_account]
    category = loans.category

    def allowed(row: int) -> str:
        twin = int(first_row[row])
        return f"{_name(category, twin)} as in row {twin + 1} of the same account"

    unlike = np.flatnonzero(category.codes != category.codes[first_row])
    faults.add(unlike, "category", lambda row: _name(category, row), allowed)


def _always(text: str) -> Callable[[int], str]:
    return lambda _: text


def _written(values: Floats) -> Callable[[int], str]:
    return lambda row: f"{values[row]:g}"


def _shown_of(values: Floats) -> Callable[[int], str]:
    return lambda row: _shown(values[row])


def _shown(value: float) -> str:
    return "blank" if np.isnan(value) else f"{value:g}"


def _name(column: CodedColumn, row: int | np.integer[Any]) -> str:
    code = column.codes[row]
    return "blank" if code == BLANK else repr(column.names[code])
