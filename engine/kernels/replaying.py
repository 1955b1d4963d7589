"""Carrying amounts forward and back over the events of a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.compiling import kernel

if TYPE_CHECKING:
    from engine.kernels.arrays import EventColumns


@kernel
def replay_nb(events: EventColumns, first: int, last: int, collateral: Any, debt: Any) -> None:
    """Carry amounts forward over the events first..last-1."""
    for e in range(first, last):
        collateral[events.collateral_leg[e]] = events.collateral_before[e] - events.seized[e]
        debt[events.debt_leg[e]] = events.debt_before[e] - events.repaid[e]


@kernel
def rewind_nb(events: EventColumns, first: int, last: int, collateral: Any, debt: Any) -> None:
    """Carry amounts back over the events last-1..first."""
    for e in range(last - 1, first - 1, -1):
        collateral[events.collateral_leg[e]] = events.collateral_before[e]
        debt[events.debt_leg[e]] = events.debt_before[e]
