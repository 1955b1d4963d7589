"""Prices and terms of assets from a block of cells that was copied out of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.asking import Notes
from engine.importing.asset_aliases import spelled
from engine.importing.choices import may_be_typed
from engine.importing.column_names import plain_name
from engine.importing.maintenance_margins import ROLE
from engine.importing.numbers import number_from_text, uses_decimal_comma
from engine.importing.parameter_tables import names_parameters, table_of_parameters
from engine.importing.roles import BLANKS
from engine.importing.source import Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.importing.choices import ImportChoices
    from engine.importing.parameter_tables import AssetParameters

_RISK_ORDER = ("asset", "liquidation_threshold", "liquidation_bonus", "max_ltv", "category", "supply_cap")
_BESIDE = {
    "category": ("category", "categories", "emode", "emodecategory", "efficiencymode"),
    "supply_cap": ("cap", "supplycap", "captokens", "supplycaptokens"),
}
"""Columns of a table of risk parameters that no other table of parameters has, by their plain names."""
_ORDER = ("asset", "price", "liquidation_threshold", "liquidation_bonus", "depth_2pct_usd")
WHERE = "pasted cells"


@dataclass(frozen=True)
class PastedTerms:
    """What a block says.

    Parameters
    ----------
    values
        ``prices``, ``thresholds``, ``bonuses`` and ``depths``, each by asset.
    said
        What was done, and which names are no asset of the book.
    """

    values: dict[str, dict[str, float]] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(len(each) for each in self.values.values())


def pasted_terms(
    block: Sequence[Sequence[str]], names: Mapping[str, str], choices: ImportChoices, *, perpetual: bool = False
) -> PastedTerms | None:
    """Read a block by the names of its assets; None if it names none, and its cells go where they are pasted.

    Parameters
    ----------
    block
        Rows of cells. The first may name the columns, as in any table of parameters; else they are asset, price,
        threshold, bonus and 2 % depth.
    names
        The assets of the book, by each name that they may stand under.
    choices
        How thresholds and bonuses are written, where that is said, and the decimal sign where nothing tells it.
    perpetual
        Whether the assets are perpetuals: without names of columns a maintenance margin stands where a threshold does.

    Raises
    ------
    BadInput
        If a cell is wrong, or its meaning is not certain.
    """
    order = [name.replace("liquidation_threshold", ROLE) for name in _ORDER] if perpetual else _ORDER
    named = _with_names(block, names, order)
    if named is None:
        return None
    taken, said = _rows_by_asset(*named, names, choices, "book")
    found: dict[str, dict[str, float]] = {}
    for _, asset, row in taken:
        for key, value in (
            ("prices", row.price),
            ("thresholds", row.collateral.get("liquidation_threshold")),
            ("bonuses", row.collateral.get("liquidation_bonus")),
            ("depths", row.depth_2pct_usd),
        ):
            if value is not None:
                _check(asset, key, value)
                found.setdefault(key, {})[asset] = value
    return PastedTerms(found, said)


@dataclass(frozen=True)
class PastedRiskParameters:
    """What a block says of the collateral of a market.

    Parameters
    ----------
    terms
        By asset ``liquidation_threshold``, ``liquidation_bonus`` and ``max_ltv`` as shares and ``supply_cap`` in
        tokens, those that are given.
    categories
        By asset what stands for its categories, as it is written.
    said
        What was done, and which names are no asset.
    """

    terms: dict[str, dict[str, float]] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def pasted_risk_parameters(
    block: Sequence[Sequence[str]], names: Mapping[str, str], choices: ImportChoices
) -> PastedRiskParameters | None:
    """Read the risk parameters of collateral from a block, by the names of its assets; None if it names none.

    Parameters
    ----------
    block
        Rows of cells. The first may name the columns, as in any table of parameters; else they are asset, threshold,
        bonus, largest loan-to-value, category and supply cap.
    names
        The assets of the scenario, by each name that they may stand under.
    choices
        How thresholds and bonuses are written, where that is said, and the decimal sign where nothing tells it.

    Raises
    ------
    BadInput
        If a cell is wrong, or its meaning is not certain.
    """
    named = _with_names(block, names, _RISK_ORDER)
    if named is None:
        return None
    rows, first = named
    places = _places_beside(rows[0])
    taken, said = _rows_by_asset(_without(rows, places.values()), first, names, choices, "scenario")
    comma = choices.decimal == "comma" or uses_decimal_comma([cell for row in rows[1:] for cell in row])
    terms: dict[str, dict[str, float]] = {}
    categories: dict[str, str] = {}
    for number, asset, row in taken:
        given = {name: value for name in _RISK_ORDER[1:4] if (value := row.collateral.get(name)) is not None}
        cells = {key: cell for key, place in places.items() if (cell := rows[number][place]).lower() not in BLANKS}
        if "supply_cap" in cells:
            given["supply_cap"] = _tokens(cells["supply_cap"], comma, f"{WHERE}, row {number - 1 + first}, {asset}")
        if given:
            terms.setdefault(asset, {}).update(given)
        if "category" in cells:
            categories[asset] = cells["category"]
    return PastedRiskParameters(terms, categories, said)


def _places_beside(head: Sequence[str]) -> dict[str, int]:
    """Return where a header row names the columns that other tables of parameters do not have."""
    plain = [plain_name(cell) for cell in head]
    return {
        key: plain.index(found)
        for key, known in _BESIDE.items()
        if (found := next((n for n in known if n in plain), ""))
    }


def _without(rows: Sequence[Sequence[str]], places: Collection[int]) -> list[list[str]]:
    """Return rows without some columns; where none but the asset is left, with one of a parameter that is blank."""
    left = [[cell for place, cell in enumerate(row) if place not in places] for row in rows]
    if names_parameters(left[0]):
        return left
    return [["max_ltv", *left[0]], *(["", *row] for row in left[1:])]


def _tokens(text: str, comma: bool, where: str) -> float:
    value = number_from_text(text, decimal_comma=comma)
    if value is None or value < 0 or text.rstrip().endswith("%"):
        raise BadInput.at(f"{where}, supply cap", text, "a number of tokens of at least 0")
    return value


def _with_names(
    block: Sequence[Sequence[str]], names: Mapping[str, str], order: Sequence[str]
) -> tuple[list[list[str]], int] | None:
    """Return the rows that have something in them, the names of the columns first; None if no asset is named.

    With them the number in the block of the first row that is no names.

    Parameters
    ----------
    block, names
        As they were given.
    order
        What the columns are where no row names them.
    """
    rows = [[cell.strip() for cell in row] for row in block if any(cell.strip() for cell in row)]
    width = max(map(len, rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    if rows and (names_parameters(rows[0]) or (_places_beside(rows[0]) and names_parameters([*rows[0], "price"]))):
        return rows, 2
    if width > 1 and any(_asset(row[0], names) is not None for row in rows):
        return [[*order, *(f"column {place + 1}" for place in range(len(order), width))][:width], *rows], 1
    return None


def _rows_by_asset(
    rows: Sequence[Sequence[str]], first: int, names: Mapping[str, str], choices: ImportChoices, of: str
) -> tuple[list[tuple[int, str, AssetParameters]], tuple[str, ...]]:
    """Return the rows, of which the first names the columns, each with its place and its asset; and what to say.

    Rows of unknown assets are left out, which is said.
    """
    head, body = rows[0], rows[1:]
    columns = tuple(text_column([row[place] or None for row in body]) for place in range(len(head)))
    numbers = np.arange(len(body), dtype=np.int64) + first
    named = tuple(checked_names(WHERE, head))
    comma = uses_decimal_comma([cell for row in body for cell in row])
    source = Source(WHERE, "csv", named, columns, numbers, (), comma)
    notes = Notes()
    table = table_of_parameters(source, choices, notes)
    notes.refuse()
    found = [(place, _asset(row.asset, names), row) for place, row in enumerate(table.rows, 1)]
    unknown = [row.asset for _, asset, row in found if asset is None]
    if unknown:
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        notes.say(f"{WHERE}: no asset of the {of} is called {', '.join(unknown[:8])}{more}")
    return [(place, asset, row) for place, asset, row in found if asset is not None], tuple(notes.said)


def _asset(written: str, names: Mapping[str, str]) -> str | None:
    return names.get(spelled(written, names))


def _check(asset: str, key: str, value: float) -> None:
    if not may_be_typed(key, value):
        raise BadInput([Fault(f"{WHERE}, {asset}", f"{value:g}", f"one of the {key} that can be")])
