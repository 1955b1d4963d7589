"""Carrying amounts forward and back over the events of a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import kernel
from engine.kernels.constants import unsigned
from engine.kernels.exchange import fee_share_nb, picked_nb
from engine.kernels.health import health_nb, sums_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import EventColumns, Legs
    from engine.kernels.tables import Rules


@kernel
def replay_nb(
    events: EventColumns, first: int, last: int, collateral: Any, debt: Any, held: Any, owed: Any
) -> None:  # fmt: skip
    """Carry amounts forward over the events first..last-1.

    ``held`` and ``owed``, where they are not empty, become what the events' legs had before, (last - first,).
    """
    tells_before = len(events.collateral_before) > 0
    for e in range(first, last):
        collateral_leg, debt_leg = events.collateral_leg[e], events.debt_leg[e]
        if len(held) > 0:
            held[e - first] = collateral[collateral_leg]
            owed[e - first] = debt[debt_leg]
        if tells_before:
            collateral[collateral_leg] = events.collateral_before[e] - events.seized[e]
            debt[debt_leg] = events.debt_before[e] - events.repaid[e]
        else:
            collateral[collateral_leg] -= events.seized[e]
            debt[debt_leg] -= events.repaid[e]


@kernel
def rewind_nb(
    events: EventColumns, first: int, last: int, collateral: Any, debt: Any, held: Any, owed: Any
) -> None:  # fmt: skip
    """Carry amounts back over the events last-1..first, before which their legs had ``held`` and ``owed``."""
    for e in range(last - 1, first - 1, -1):
        collateral[events.collateral_leg[e]] = held[e - first]
        debt[events.debt_leg[e]] = owed[e - first]


@kernel
def detail_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, events: EventColumns, count: int
) -> None:
    """Fill in what the liquidations of one round were at, and carry amounts forward over them.

    ``events`` has what was taken in its first ``count`` rows; the rows of one liquidation follow one another.
    ``collateral`` and ``debt`` are the amounts before the round and become those after it, ``prices`` (K,) its oracle
    prices. What is filled in are the very bits that `liquidate_nb` worked with.
    """
    row = 0
    while row < count:
        i = unsigned(events.account[row])
        backing, _, owed, leg, _, _, _, _, bonus = picked_nb(legs, collateral, debt, rules, prices, i)
        fee_share = fee_share_nb(rules, unsigned(legs.market[i]), bonus)
        rows = 1
        if leg < 0:  # all pairs of legs
            held_legs = 0
            for each in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
                held_legs += collateral[each] > 0.0
            owed_legs = 0
            for each in range(legs.debt_start[i], legs.debt_start[i + 1]):
                owed_legs += debt[each] > 0.0
            rows = held_legs * owed_legs
        for e in range(row, row + rows):
            cleg, dleg = events.collateral_leg[e], events.debt_leg[e]
            events.to_protocol[e] = events.seized[e] * fee_share
            events.collateral_before[e] = collateral[cleg]
            events.debt_before[e] = debt[dleg]
            collateral[cleg] -= events.seized[e]
            debt[dleg] -= events.repaid[e]
        after, _, owed_after = sums_nb(legs, collateral, debt, prices, i)
        for e in range(row, row + rows):
            events.health_before[e] = health_nb(backing, owed)
            events.health_after[e] = health_nb(after, owed_after)
        row += rows
