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
from engine.importing.numbers import uses_decimal_comma
from engine.importing.parameter_tables import names_parameters, table_of_parameters
from engine.importing.source import Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importing.choices import ImportChoices
    from engine.importing.parameter_tables import AssetParameters

_RISK_ORDER = ("asset", "liquidation_threshold", "liquidation_bonus", "max_ltv")
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
    read = _rows_by_asset(block, names, choices, order, "book")
    if read is None:
        return None
    rows, said = read
    found: dict[str, dict[str, float]] = {}
    for asset, row in rows:
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


def pasted_risk_parameters(
    block: Sequence[Sequence[str]], names: Mapping[str, str], choices: ImportChoices
) -> tuple[dict[str, dict[str, float]], tuple[str, ...]] | None:
    """Read the risk parameters of collateral from a block, by the names of its assets; None if it names none.

    Parameters
    ----------
    block
        Rows of cells. The first may name the columns, as in any table of parameters; else they are asset, threshold,
        bonus and largest loan-to-value.
    names
        The assets of the scenario, by each name that they may stand under.
    choices
        How thresholds and bonuses are written, where that is said, and the decimal sign where nothing tells it.

    Returns
    -------
    tuple
        By asset ``liquidation_threshold``, ``liquidation_bonus`` and ``max_ltv`` as shares, those that are given; and
        sentences on what was done, with the names that are no asset.

    Raises
    ------
    BadInput
        If a cell is wrong, or its meaning is not certain.
    """
    read = _rows_by_asset(block, names, choices, _RISK_ORDER, "scenario")
    if read is None:
        return None
    rows, said = read
    found: dict[str, dict[str, float]] = {}
    for asset, row in rows:
        given = {name: value for name in _RISK_ORDER[1:] if (value := row.collateral.get(name)) is not None}
        if given:
            found.setdefault(asset, {}).update(given)
    return found, said


def _rows_by_asset(
    block: Sequence[Sequence[str]], names: Mapping[str, str], choices: ImportChoices, order: Sequence[str], of: str
) -> tuple[list[tuple[str, AssetParameters]], tuple[str, ...]] | None:
    """Return the rows of a block with the asset of each, and what is to be said; None if no cell names an asset."""
    rows = [[cell.strip() for cell in row] for row in block if any(cell.strip() for cell in row)]
    if not rows:
        return None
    width = max(len(row) for row in rows)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    if names_parameters(rows[0]):
        head, first = rows[0], 1
    elif width > 1 and any(_asset(row[0], names) is not None for row in rows):
        head, first = [*order, *(f"column {place + 1}" for place in range(len(order), width))][:width], 0
    else:
        return None
    body = rows[first:]
    columns = tuple(text_column([row[place] or None for row in body]) for place in range(width))
    numbers = np.arange(first + 1, len(rows) + 1, dtype=np.int64)
    named = tuple(checked_names(WHERE, head))
    comma = uses_decimal_comma([cell for row in body for cell in row])
    source = Source(WHERE, "csv", named, columns, numbers, (), comma)
    notes = Notes()
    table = table_of_parameters(source, choices, notes)
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
