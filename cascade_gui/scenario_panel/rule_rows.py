"""Which rows a market's rules need: those that its settlement goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascade_gui.scenario_panel.field_list import Entry, entries
from engine.scenario.schema import LiquidatorSettlement

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

_OF_SOME = LiquidatorSettlement.goes_by
"""What liquidators go by, and others only in part: they take the account as a whole, on terms of their own."""


def rule_entries(parameters: Parameters, market: str) -> list[Entry]:
    """List the rows for the rules of a market: who settles comes first, what has no effect there is left out.

    An auction asks the close rule for the least that may be left over, and for nothing else.
    """
    place = f"markets.{market}.rules"
    rules = parameters.markets[market].rules
    rows = entries(parameters, place, rules)
    kept = tuple(f"{place}.{name}" for name in rules.settlement.goes_by)
    without = tuple(f"{place}.{name}" for name in _OF_SOME)
    rows = [row for row in rows if _within(row[0], kept) or not _within(row[0], without)]
    settlement = [row for row in rows if _within(row[0], (f"{place}.settlement",))]
    trigger = [row for row in rows if row[0] == f"{place}.trigger"]
    return trigger + settlement + [row for row in rows if row not in settlement and row not in trigger]


def _within(path: str, groups: tuple[str, ...]) -> bool:
    return any(path == group or path.startswith(f"{group}.") for group in groups)
