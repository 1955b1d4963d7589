"""A stability pool's liquidations, compiled (Method, section 7, `stability_pool`).

The conventions are those of `engine.kernels`. Within a round redistribution is lazy: what an account holds is the
stored amount of collateral times F, what it owes is the stored debt plus the stored collateral times L. Both are the
market's and grow with each liquidation that passes something on; `redistribution`, beside this file, makes them real at
the end of the round.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels import (
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_POSITION,
    THRESHOLD,
    AccountPlaces,
    EventColumns,
    Flows,
    Legs,
    Policy,
    Rules,
    TokensLeft,
    add_nb,
    health_nb,
    is_liquidatable_nb,
    move_nb,
    unsigned,
)
from engine.kernels.compiling import kernel
from engine.settlement.event_kernels import write_event_nb
from engine.settlement.shared_kernels import count_nb, fits_nb

POOL_KEEPS_USD = 1.0
"""What a stability pool always keeps (Liquity: MIN_LUSD_IN_SP)."""


class PoolRules(NamedTuple):
    """The markets' parameters, each (M,); a penalty or a limit that is not given is infinite."""

    sell_share: Any
    pool_penalty: Any
    redistribution_penalty: Any
    gas_share: Any
    gas_of_offset: Any
    gas_most: Any


class PoolState(NamedTuple):
    """What changes in a round, by market.

    ``pool_usd`` (M,) is carried from round to round. ``growth`` and ``debt_per_collateral`` (M,) are F and L.
    ``recipients`` (M,) int64 counts the accounts with debt and collateral, -1 while nobody has asked; ``stored``
    (M, 2) is the sum of their stored collateral, two float64. ``redistributed_usd`` (M,) debt passed on.
    """

    pool_usd: Any
    growth: Any
    debt_per_collateral: Any
    recipients: Any
    stored: Any
    redistributed_usd: Any


@kernel
def count_recipients_nb(legs: Legs, collateral: Any, debt: Any, m: int, state: PoolState) -> None:
    """Count the accounts of market m that have debt and collateral, and add up their stored collateral."""
    count = 0
    state.stored[m, 0] = 0.0
    state.stored[m, 1] = 0.0
    for i in range(len(legs.market)):
        if legs.market[i] != m:
            continue
        cleg = legs.collateral_start[i]
        dleg = legs.debt_start[i]
        if legs.collateral_start[i + 1] == cleg or legs.debt_start[i + 1] == dleg:
            continue
        if collateral[cleg] > 0.0 and debt[dleg] > 0.0:
            count += 1
            add_nb(state.stored, unsigned(m), collateral[cleg])
    state.recipients[m] = count


@kernel
def settle_with_pool_nb(
    order: Any,
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    pools: PoolRules,
    state: PoolState,
    oracle: Any,
    undisturbed: Any,
    policy: Policy,
    dust: float,
    number: int,
    outstanding_usd: Any,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    left: TokensLeft,
    depositors: Any,
    passed_rows: Any,
    emptied: Any,
    progress: Any,
) -> int:
    """Settle candidates in the given order; return how many of ``passed_rows`` were filled.

    ``depositors`` (K,) becomes the tokens that depositors sell, now and later. ``passed_rows`` (as long as `order`,
    int64) is filled with the events whose tokens went to other accounts. ``emptied`` as in
    `engine.kernels.liquidate_nb`. The event columns must have room for two rows a candidate.
    """
    row = progress[PROGRESS_EVENTS]
    passed_count = 0
    for position in range(len(order)):
        i = order[position]
        m = legs.market[i]
        cleg = legs.collateral_start[i]
        dleg = legs.debt_start[i]
        k = legs.collateral_asset[cleg]
        j = legs.debt_asset[dleg]
        stored = collateral[cleg]
        c = stored * state.growth[m]
        d = debt[dleg] + stored * state.debt_per_collateral[m]
        held = c * oracle[k]
        owed = d * oracle[j]
        backing = held * legs.terms[legs.collateral_terms[cleg], THRESHOLD]
        if not is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust):
            continue
        health = health_nb(backing, owed)

        # What the pool pays, and the two parts of the collateral.
        paid = min(owed, max(state.pool_usd[m] - POOL_KEEPS_USD, 0.0))
        if not fits_nb(flows, progress, policy, paid):
            continue
        pays_all = paid >= owed
        repaid = d if pays_all else min(paid / oracle[j], d)
        gas = 0.0
        if pools.gas_of_offset[m]:
            part = c if pays_all else c * (paid / owed)
            gas = min(pools.gas_share[m] * part, pools.gas_most[m])
            pool_lot = part - gas
            passed_lot = c - part
        else:
            gas = min(pools.gas_share[m] * c, pools.gas_most[m])
            rest = c - gas
            pool_lot = rest if pays_all else rest * (paid / owed)
            passed_lot = rest - pool_lot
        to_pool = pool_lot
        if pools.pool_penalty[m] < np.inf:
            to_pool = min(pool_lot, paid * (1.0 + pools.pool_penalty[m]) / oracle[k])

        passes = False
        if not pays_all:
            if state.recipients[m] < 0:
                count_recipients_nb(legs, collateral, debt, m, state)
            passes = state.recipients[m] > 1
        if paid <= 0.0 and not passes:
            continue
        # What the cap of the pool's part leaves over goes to the others' penalty before the owner gets anything.
        offered = passed_lot + (pool_lot - to_pool)
        passed = 0.0
        if passes:
            passed = offered
            if pools.redistribution_penalty[m] < np.inf:
                usd = (owed - paid) * (1.0 + pools.redistribution_penalty[m])
                passed = min(offered, usd / oracle[k])

        if state.recipients[m] > 0 and (pays_all or passes):
            add_nb(state.stored, unsigned(m), -stored)
            state.recipients[m] -= 1
        if c != stored or d != debt[dleg]:  # its part of what was passed on before becomes real
            move_nb(left.collateral, left.collateral_rest, unsigned(m), unsigned(k), -stored)
            move_nb(left.collateral, left.collateral_rest, unsigned(m), unsigned(k), c)
            move_nb(left.debt, left.debt_rest, unsigned(m), unsigned(j), -debt[dleg])
            move_nb(left.debt, left.debt_rest, unsigned(m), unsigned(j), d)
            collateral[cleg] = c
            debt[dleg] = d

        first_row = row
        takes_all = pays_all and to_pool == pool_lot  # to the bit: nothing of the last digit stays behind
        seized = c if takes_all else min(to_pool + gas, c)
        kept = to_pool - to_pool * pools.sell_share[m]
        if paid > 0.0 or gas > 0.0:
            write_event_nb(legs, places, collateral, debt, events, left, row, i, cleg, dleg, seized, repaid, kept)
            row += 1
            add_nb(flows.to_protocol, unsigned(k), kept)
            add_nb(flows.received, unsigned(k), gas)
            add_nb(flows.repaid_by_collateral_usd, unsigned(k), paid)
            to_sell = to_pool - kept
            depositors[k] += to_sell
            outstanding_usd[k] += (gas * policy.sold_now + to_sell * policy.depositors_sell_now) * undisturbed[k]
        if passes:
            if passed == offered or passed > collateral[cleg]:  # nothing of the last digit stays behind
                passed = collateral[cleg]
            passed_debt = debt[dleg]
            write_event_nb(legs, places, collateral, debt, events, left, row, i, cleg, dleg, passed, passed_debt, 0.0)
            passed_rows[passed_count] = row
            passed_count += 1
            row += 1
            growth = state.growth[m]
            others = growth * (state.stored[m, 0] + state.stored[m, 1])
            state.debt_per_collateral[m] += growth * passed_debt / others
            state.growth[m] = growth * (1.0 + passed / others)
            state.redistributed_usd[m] += owed - paid
        state.pool_usd[m] -= paid

        held_after = collateral[cleg] * oracle[k]
        owed_after = debt[dleg] * oracle[j]
        after = health_nb(held_after * legs.terms[legs.collateral_terms[cleg], THRESHOLD], owed_after)
        if held_after <= dust < owed_after:
            emptied[progress[PROGRESS_EMPTIED]] = i
            progress[PROGRESS_EMPTIED] += 1
        for e in range(first_row, row):
            events.health_before[e] = health
            events.health_after[e] = after
        taken = seized * oracle[k] if paid > 0.0 or gas > 0.0 else 0.0
        count_nb(flows, progress, m, i, number, paid, taken, since[i] == number, last_liquidated)
    progress[PROGRESS_POSITION] = len(order)
    progress[PROGRESS_EVENTS] = row
    return passed_count
