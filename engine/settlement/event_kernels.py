"""Writing one event, for settlements whose tokens do not go to liquidators."""

from __future__ import annotations

from typing import Any

from engine.kernels import AccountPlaces, EventColumns, Legs, TokensLeft, move_nb, unsigned
from engine.kernels.compiling import inlined


@inlined
def write_event_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    events: EventColumns,
    left: TokensLeft,
    row: int,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    seized: float,
    repaid: float,
    to_protocol: float,
) -> None:
    """Move tokens of one pair of legs of account i and write the event, but for the health before and after.

    What becomes of the tokens is the caller's: he adds to the round's flows and trades.
    """
    m = legs.market[i]
    k = legs.collateral_asset[collateral_leg]
    j = legs.debt_asset[debt_leg]
    held = collateral[collateral_leg]
    owed = debt[debt_leg]
    events.account[row] = places.account[i]
    events.collateral_leg[row] = collateral_leg + places.collateral_shift[i]
    events.debt_leg[row] = debt_leg + places.debt_shift[i]
    events.seized[row] = seized
    events.repaid[row] = repaid
    events.to_protocol[row] = to_protocol
    events.collateral_before[row] = held
    events.debt_before[row] = owed
    # A replay repeats these two subtractions, so it arrives at the same bits.
    collateral[collateral_leg] = held - seized
    debt[debt_leg] = owed - repaid
    move_nb(left.collateral, left.collateral_rest, unsigned(m), unsigned(k), -held)
    move_nb(left.collateral, left.collateral_rest, unsigned(m), unsigned(k), collateral[collateral_leg])
    move_nb(left.debt, left.debt_rest, unsigned(m), unsigned(j), -owed)
    move_nb(left.debt, left.debt_rest, unsigned(m), unsigned(j), debt[debt_leg])
