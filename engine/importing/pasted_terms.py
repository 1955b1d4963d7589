"""Prices and terms of assets from a block of cells that was copied out of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.asking import Notes
from engine.importing.asset_aliases import spelled
from engine.importing.choices import may_be_typed
from engine.importing.maintenance_margins import ROLE
from engine.importing.parameter_tables import names_parameters, table_of_parameters
from engine.importing.source import Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importing.choices import ImportChoices
    from engine.importing.parameter_tables import AssetParameters

_RISK_ORDER = ("asset", "liquidation_threshold", "liquidation_bonus", "max_ltv", "category", "supply_cap")
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
    for asset, row in taken:
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
    taken, said = _rows_by_asset(*named, names, choices, "scenario", of_market=True)
    terms: dict[str, dict[str, float]] = {}
    categories: dict[str, str] = {}
    for asset, row in taken:
        given = {name: value for name in _RISK_ORDER[1:4] if (value := row.collateral.get(name)) is not None}
        if row.supply_cap is not None:
            given["supply_cap"] = row.supply_cap
        if given:
            terms.setdefault(asset, {}).update(given)
        if row.categories is not None:
            categories[asset] = row.categories
    return PastedRiskParameters(terms, categories, said)


def _with_names(
    block: Sequence[Sequence[str]], names: Mapping[str, str], order: Sequence[str]
) -> tuple[list[str], list[tuple[int, list[str]]]] | None:
    """Return the names of the columns and the rows below that have something in them; None if no asset is named.

    Each row comes with its number in the block, in which blank rows count.

    Parameters
    ----------
    block, names
        As they were given.
    order
        What the columns are where no row names them.
    """
    width = max((len(row) for row in block if any(cell.strip() for cell in row)), default=0)
    rows = [
        (number, [*(cell.strip() for cell in row), *[""] * (width - len(row))])
        for number, row in enumerate(block, 1)
        if any(cell.strip() for cell in row)
    ]
    if rows and names_parameters(rows[0][1]):
        return rows[0][1], rows[1:]
    if width > 1 and any(_asset(row[0], names) is not None for _, row in rows):
        return [*order, *(f"column {place + 1}" for place in range(len(order), width))][:width], rows
    return None


def _rows_by_asset(
    head: Sequence[str],
    body: Sequence[tuple[int, Sequence[str]]],
    names: Mapping[str, str],
    choices: ImportChoices,
    of: str,
    *,
    of_market: bool = False,
) -> tuple[list[tuple[str, AssetParameters]], tuple[str, ...]]:
    """Return the rows with the asset of each, and what to say.

    Rows of unknown assets are left out, which is said.
    """
    columns = tuple(text_column([row[place] or None for _, row in body]) for place in range(len(head)))
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    source = Source(WHERE, "csv", tuple(checked_names(WHERE, head)), columns, numbers)
    notes = Notes()
    table = table_of_parameters(source, choices, notes, of_market=of_market)
    notes.refuse()
    found = [(_asset(row.asset, names), row) for row in table.rows]
    unknown = [row.asset for asset, row in found if asset is None]
    if unknown:
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        notes.say(f"{WHERE}: no asset of the {of} is called {', '.join(unknown[:8])}{more}")
    return [(asset, row) for asset, row in found if asset is not None], tuple(notes.said)


def _asset(written: str, names: Mapping[str, str]) -> str | None:
    return names.get(spelled(written, names))


def _check(asset: str, key: str, value: float) -> None:
    if not may_be_typed(key, value):
        raise BadInput([Fault(f"{WHERE}, {asset}", f"{value:g}", f"one of the {key} that can be")])
