"""What numba compiles for `engine.settlement.absorb.settlement`; conventions as in `engine.kernels`."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels import (
    PROGRESS_EVENTS,
    PROGRESS_POSITION,
    AccountPlaces,
    Curves,
    EventColumns,
    Flows,
    Legs,
    Policy,
    health_nb,
    sale_down_to_nb,
    sums_nb,
    take_all_legs_nb,
    unsigned,
)
from engine.kernels.compiling import kernel
from engine.settlement.shared_kernels import count_nb, fits_nb


@kernel
def absorb_nb(
    order: Any,
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    policy: Policy,
    number: int,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    progress: Any,
    penalty: Any,
    inventory: Any,
    book_value: Any,
    reserve: Any,
    credited: Any,
    bad_debt: Any,
) -> bool:
    """Take over the accounts in the given order, whole.

    ``penalty``, ``reserve``, ``credited`` and ``bad_debt`` (M,); ``inventory`` (M, K) tokens and ``book_value`` (M, K)
    USD. Returns False when the event columns are full, as `engine.kernels.liquidate_nb` does.
    """
    position = progress[PROGRESS_POSITION]
    row = progress[PROGRESS_EVENTS]
    room = len(events.account)
    while position < len(order):
        i = order[position]
        m = legs.market[i]
        rows = (legs.collateral_start[i + 1] - legs.collateral_start[i]) * (legs.debt_start[i + 1] - legs.debt_start[i])
        if row + rows > room:
            progress[PROGRESS_POSITION] = position
            progress[PROGRESS_EVENTS] = row
            return False
        position += 1
        backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        if not fits_nb(flows, progress, policy, owed):
            continue
        part = 1.0 - penalty[m]
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k = legs.collateral_asset[leg]
            inventory[m, k] += collateral[leg]
            book_value[m, k] += collateral[leg] * oracle[k] * part
        credit = held * part
        if credit > owed:
            credited[m] += credit - owed
        else:
            bad_debt[m] += owed - credit
            reserve[m] -= owed - credit
        first_row = row
        row += take_all_legs_nb(
            legs, places, collateral, debt, oracle, events, flows, row, i, owed, held, held, owed, 1.0
        )
        for e in range(first_row, row):
            events.health_before[e] = health_nb(backing, owed)
            events.health_after[e] = np.inf
        count_nb(flows, progress, m, i, number, owed, held, since[i] == number, last_liquidated)
    progress[PROGRESS_POSITION] = position
    progress[PROGRESS_EVENTS] = row
    return True


@kernel
def storefront_nb(
    markets: Any,
    paused: Any,
    curves: Curves,
    oracle: Any,
    undisturbed: Any,
    cross: Any,
    running: Any,
    dust: float,
    discount: Any,
    target: Any,
    most_usd: Any,
    inventory: Any,
    book_value: Any,
    reserve: Any,
    sold: Any,
) -> float:
    """Sell inventory to buyers who sell it on; return what they paid.

    ``discount``, ``target`` and ``most_usd`` (M,), the last two infinite where not given; the tokens are added to
    ``sold`` (K,).
    """
    paid = 0.0
    for place in range(len(markets)):
        m = markets[place]
        if paused[m]:
            continue
        left_usd = most_usd[m]
        for k in range(len(oracle)):
            held = inventory[m, k]
            if held <= 0.0:
                continue
            cash = reserve[m]
            for other in range(len(oracle)):
                cash -= book_value[m, other]
            if not cash < target[m]:
                break
            ask = oracle[k] * (1.0 - discount[m])
            tokens = min(held, (target[m] - cash) / ask, left_usd / ask)
            until = sale_down_to_nb(curves, k, cross[k], running[k], ask / undisturbed[k])
            tokens = min(tokens, until / undisturbed[k])
            usd = tokens * ask
            if usd <= dust:
                continue
            value = book_value[m, k] if tokens >= held else book_value[m, k] * (tokens / held)
            inventory[m, k] = held - tokens
            book_value[m, k] -= value
            reserve[m] += usd - value
            running[k] += tokens * undisturbed[k]
            sold[k] += tokens
            left_usd -= usd
            paid += usd
    return paid
