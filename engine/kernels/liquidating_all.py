"""Liquidating all candidates of a round where no limit ties them together (Method, section 6, step 7).

Nobody is counted, nothing runs out and nobody must earn anything, so what is done to an account does not depend on who
is served before it. Where something does, see `engine.kernels.liquidating`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import kernel
from engine.kernels.constants import (
    CAUTION,
    LIQUIDATED,
    PROGRESS_CALL,
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_KEPT,
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    PROGRESS_POSITION,
    TOTAL_REPAID_FRESH_USD,
    signed,
    unsigned,
)
from engine.kernels.exchange import allowed_nb, exchange_nb, fee_share_nb, pair_nb, tokens_nb
from engine.kernels.health import has_one_pair_nb, is_liquidatable_nb, sums_nb
from engine.kernels.scanning import idle_due_nb, set_due_nb, until_nb
from engine.kernels.sums import add_nb, sum_nb
from engine.kernels.taking import add_market_nb, most_rows_nb, take_nb, take_pair_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, EventColumns, Flows, HealthWatch, Legs
    from engine.kernels.tables import Rules


@kernel
def liquidate_all_nb(
    order: Any,
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    calls: int,
    min_debt_usd: float,
    dust: float,
    number: int,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    emptied: Any,
    progress: Any,
    watch: HealthWatch,
) -> bool:
    """Liquidate the candidates one after the other, each as far as its market's rules allow.

    Returns True when it is through, False when the event columns are full: the caller gives it longer ones and
    calls again with the same ``progress``. Of events that nobody reads, all columns but the first are empty.

    Parameters
    ----------
    order
        The candidates.
    calls
        How often an account is liquidated in the round, at most.
    min_debt_usd
        An account that owes less is left alone.
    since, last_liquidated
        (n,) int32: the round from which on each is liquidatable, and that of its last liquidation, which is filled in.
    events, flows
        What is taken is written to them.
    emptied
        As long as `order`, int32: filled with those who have debt but no collateral left.
    watch
        Those who wait are the candidates: who is no longer liquidatable leaves them, and is due again where it can be.
        ``progress[PROGRESS_KEPT]`` of them are left, in the same order.
    """
    position = progress[PROGRESS_POSITION]
    call = progress[PROGRESS_CALL]
    row = progress[PROGRESS_EVENTS]
    kept = progress[PROGRESS_KEPT]
    emptied_count = progress[PROGRESS_EMPTIED]
    new_accounts = progress[PROGRESS_NEW_ACCOUNTS]
    # Sums of one market after the other, added to the round's when another begins.
    of_market = unsigned(0)
    repaid_usd, repaid_low, seized_usd, seized_low = 0.0, 0.0, 0.0, 0.0
    liquidations, liquidated = 0, 0
    fresh, fresh_low = 0.0, 0.0
    room = len(events.account)
    is_watching = len(watch.pool.account) > 0
    least_held, soonest, soonest_held = np.inf, np.inf, np.inf
    if is_watching and position == 0 and call == 0:
        watch.limits[1], watch.limits[2] = np.inf, np.inf
    done = True
    while position < len(order):
        here = unsigned(position)
        i = unsigned(order[here])
        m = unsigned(legs.market[i])
        if m != of_market:
            add_market_nb(flows, of_market, liquidations, repaid_usd, repaid_low, seized_usd, seized_low, True)
            of_market = m
            repaid_usd, repaid_low, seized_usd, seized_low = 0.0, 0.0, 0.0, 0.0
            liquidated += liquidations
            liquidations = 0
        if row + most_rows_nb(legs, rules, i) > room:
            done = False
            break
        backing, held, owed = 0.0, 0.0, 0.0
        if has_one_pair_nb(legs, i) and not rules[m].proportional:  # most accounts: the same with nothing to choose
            pair, debt_pair = unsigned(legs.collateral_start[i]), unsigned(legs.debt_start[i])
            backing, held, owed, threshold, bonus = pair_nb(legs, collateral, debt, rules[m], oracle, pair, debt_pair)
            outcome, repaid, seized = allowed_nb(
                rules[m], backing, held, owed, held, owed, threshold, bonus, dust
            )  # fmt: skip
            if outcome == LIQUIDATED:
                collateral_price = oracle[unsigned(legs.collateral_asset[pair])]
                debt_price = oracle[unsigned(legs.debt_asset[debt_pair])]
                collateral_left, debt_left = take_pair_nb(
                    legs, places, collateral, debt, oracle, events, flows, row, i, signed(pair), signed(debt_pair),
                    tokens_nb(seized, held, collateral[pair], collateral_price),
                    tokens_nb(repaid, owed, debt[debt_pair], debt_price), fee_share_nb(rules, m, bonus),
                )  # fmt: skip
                row += 1
                held = collateral_left * collateral_price
                backing, owed = held * threshold, debt_left * debt_price
        else:
            outcome, cleg, dleg, repaid, seized, picked_c, picked_d, bonus, _ = exchange_nb(
                legs, collateral, debt, rules, oracle, dust, i
            )
            if outcome == LIQUIDATED:
                rows, backing, held, owed = take_nb(
                    legs, places, collateral, debt, oracle, events, flows, row, i, cleg, dleg, repaid, seized,
                    picked_c, picked_d, fee_share_nb(rules, m, bonus),
                )  # fmt: skip
                row += rows
            elif call > 0:
                backing, held, owed = sums_nb(legs, collateral, debt, oracle, i)
        if outcome == LIQUIDATED:
            repaid_usd, repaid_low = sum_nb(repaid_usd, repaid_low, repaid)
            seized_usd, seized_low = sum_nb(seized_usd, seized_low, seized)
            if since[i] == number:
                fresh, fresh_low = sum_nb(fresh, fresh_low, repaid)
            liquidations += 1
            call += 1
            if call < calls and not owed < min_debt_usd:  # who owes less than that is left alone
                continue
        waits = True
        if call > 0:
            if last_liquidated[i] == 0:
                new_accounts += 1
            last_liquidated[i] = number
            due = 0.0
            if held <= dust < owed:
                waits = False
                emptied[unsigned(emptied_count)] = i
                emptied_count += 1
                if held == 0.0 or not rules[m].bad_debt_stays:  # nothing is left that could move
                    due = np.inf
            elif not is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust):
                waits = False
                due = idle_due_nb(backing, held, owed, dust, watch.level)
            if is_watching and not waits:
                set_due_nb(watch.due, watch.block_due, i, due)
        if is_watching and waits:
            until, owes_moved, left_usd = watch.pool.until[here], watch.pool.owes_moved[here], watch.pool.debt[here]
            if call > 0:
                until = until_nb(watch.rise if owes_moved else watch.held_rise, backing, owed, dust)
                left_usd = owed
                least_held = min(least_held, held)
            to = unsigned(kept)
            watch.pool.account[to] = i
            watch.pool.debt[to] = left_usd
            watch.pool.until[to] = until
            watch.pool.owes_moved[to] = owes_moved
            kept += 1
            if owes_moved:
                soonest = min(soonest, until)
            else:
                soonest_held = min(soonest_held, until)
        call = 0
        position += 1
    watch.limits[1], watch.limits[2] = min(watch.limits[1], soonest), min(watch.limits[2], soonest_held)
    if dust > 0.0:
        watch.limits[0] = min(watch.limits[0], watch.level * least_held / dust * CAUTION)
    add_market_nb(flows, of_market, liquidations, repaid_usd, repaid_low, seized_usd, seized_low, True)
    add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), fresh)
    add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), fresh_low)
    progress[PROGRESS_POSITION] = position
    progress[PROGRESS_CALL] = call
    progress[PROGRESS_EVENTS] = row
    progress[PROGRESS_KEPT] = kept
    progress[PROGRESS_EMPTIED] = emptied_count
    progress[PROGRESS_NEW_ACCOUNTS] = new_accounts
    progress[PROGRESS_LIQUIDATIONS] += liquidated + liquidations
    return done
