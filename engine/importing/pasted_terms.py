"""Prices and terms of assets from a block of cells that was copied out of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.asking import Notes
from engine.importing.asset_aliases import spelled
from engine.importing.choices import may_be_typed
from engine.importing.numbers import uses_decimal_comma
from engine.importing.parameter_tables import names_parameters, table_of_parameters
from engine.importing.source import Source, checked_names, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.importing.choices import ImportChoices

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
    block: Sequence[Sequence[str]], names: Mapping[str, str], choices: ImportChoices
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

    Raises
    ------
    BadInput
        If a cell is wrong, or its meaning is not certain.
    """
    rows = [[cell.strip() for cell in row] for row in block if any(cell.strip() for cell in row)]
    if not rows:
        return None
    width = max(len(row) for row in rows)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    if names_parameters(rows[0]):
        head, first = rows[0], 1
    elif width > 1 and any(_asset(row[0], names) is not None for row in rows):
        head, first = [*_ORDER, *(f"column {place + 1}" for place in range(len(_ORDER), width))][:width], 0
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
    found: dict[str, dict[str, float]] = {}
    unknown: list[str] = []
    for row in table.rows:
        asset = _asset(row.asset, names)
        if asset is None:
            unknown.append(row.asset)
            continue
        for key, value in (
            ("prices", row.price),
            ("thresholds", row.collateral.get("liquidation_threshold")),
            ("bonuses", row.collateral.get("liquidation_bonus")),
            ("depths", row.depth_2pct_usd),
        ):
            if value is not None:
                _check(asset, key, value)
                found.setdefault(key, {})[asset] = value
    if unknown:
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        notes.say(f"{WHERE}: no asset of the book is called {', '.join(unknown[:8])}{more}")
    return PastedTerms(found, tuple(notes.said))


def _asset(written: str, names: Mapping[str, str]) -> str | None:
    return names.get(spelled(written, names))


def _check(asset: str, key: str, value: float) -> None:
    if not may_be_typed(key, value):
        raise BadInput([Fault(f"{WHERE}, {asset}", f"{value:g}", f"one of the {key} that can be")])
