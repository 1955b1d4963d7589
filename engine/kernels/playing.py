"""Many runs of one book in one call: whole paths, round after round, without Python in between.

What a round does is in the other modules. Here are only its order and what is carried from round to round, as
`engine.running.rounds.Rounds` has them, for runs that keep no recording: the order of service changes nothing in them,
so there are no limits on what liquidators do in a round, and liquidators settle everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.arrays import HealthWatch, WaitingAccounts
from engine.kernels.bad_debt import write_off_nb
from engine.kernels.compiling import kernel
from engine.kernels.constants import (
    BLOCK,
    ENDED_AT_MAX_ROUNDS,
    ENDED_AT_REST,
    ENDED_STOPPED,
    FIGURE_ACCOUNTS,
    FIGURE_BORROWER_LOSS_USD,
    FIGURE_ENDED,
    FIGURE_INSOLVENT_DEBT_USD,
    FIGURE_LEFT,
    FIGURE_LEFT_DEBT_USD,
    FIGURE_LIQUIDATIONS,
    FIGURE_MAX_REPRODUCTION,
    FIGURE_PROFIT_USD,
    FIGURE_REPAID_USD,
    FIGURE_ROUNDS,
    FIGURE_SEED_PROCEEDS_USD,
    FIGURE_SEIZED_USD,
    FIGURE_TOTAL_LOSS_USD,
    MOST_LOG_FACTOR,
    PRIORITY_LOWEST_HEALTH,
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    PROGRESS_POSITION,
    TOTAL_REPAID_FRESH_USD,
    TOTAL_REPAID_USD,
    TOTAL_SEIZED_USD,
    signed,
)
from engine.kernels.curves import market_prices_nb, trade_nb
from engine.kernels.insolvency import insolvent_debt_nb
from engine.kernels.liquidating import liquidate_nb
from engine.kernels.outside import outside_prices_nb, recover_alone_nb, sell_outside_nb
from engine.kernels.path_steps import (
    bear_bad_debt_nb,
    begin_path_nb,
    begin_round_nb,
    fall_nb,
    is_used_up_nb,
    move_oracles_nb,
    pause_nb,
    sales_are_due_nb,
    sell_nb,
    stands_still_nb,
)
from engine.kernels.scanning import merge_nb, recheck_nb, restore_nb, scan_nb
from engine.kernels.serving import most_earned_nb, next_in_queue_nb, queue_nb
from engine.kernels.sums import fold_nb

SERVED_AT_ONCE = 32  # candidates that are taken from the queue together

if TYPE_CHECKING:
    from engine.kernels.arrays import (
        AccountPlaces,
        Curves,
        Legs,
        RunArrays,
        Safety,
        TokensLeft,
        UntouchedBook,
        Work,
    )
    from engine.kernels.tables import Bounds, Oracles, Policy, Rules, Selling


@kernel
def run_paths_nb(
    legs: Legs,
    places: AccountPlaces,
    rules: Rules,
    bounds: Bounds,
    curves: Curves,
    oracles: Oracles,
    policy: Policy,
    selling: Selling,
    safety: Safety,
    first_oracle: Any,
    first_market: Any,
    latency: int,
    max_rounds: int,
    back: int,
    still: float,
    dust: float,
    most_threshold: float,
    fresh: UntouchedBook,
    fresh_left: TokensLeft,
    space: RunArrays,
    work: Work,
    paths: Any,
    shock_rounds: int,
    outside: Any,
    outside_rounds: int,
    figures: Any,
    last_undisturbed: Any,
    last_outside: Any,
    last_market: Any,
    times_liquidated: Any,
    stop: Any,
) -> None:
    """Run a book along each of some paths, every time from the start, and fill in what each came to.

    Parameters
    ----------
    first_oracle, first_market
        (K,) prices before round 1.
    back
        Rounds that the oracles look back on.
    still
        Relative move up to which a price stands still.
    most_threshold
        The largest liquidation threshold of any leg, at least 1.
    fresh, fresh_left
        The book before a run, read-only but for its due values.
    paths
        (P, R, K) undisturbed prices of rounds 1 to R; the last row holds on.
    shock_rounds
        The round in which the prices end; until then no path does.
    outside, outside_rounds
        (P, K) tokens that are sold from outside at the start of each of so many rounds.
    figures
        (P, FIGURES), see `engine.running.paths.PathFigures`.
    last_undisturbed, last_outside, last_market
        (P, K) prices at the end, the second with nothing but what came from outside.
    times_liquidated
        (n,) int64, in the order of the book: raised by one for each path in which an account is liquidated.
    stop
        (1,) uint8: no further round is begun when it is set.
    """
    assets = len(first_oracle)
    # Of the types with which the other kernels are compiled already.
    zero, nobody_watched, nowhere = signed(0), signed(-1), signed(-1)
    never = dust < 0.0
    levels = work.levels
    limits = work.limits
    nobody = HealthWatch(
        WaitingAccounts(work.none, space.first.health[:0], space.first.debt[:0], space.first.until[:0]),
        1.0, 1.0, work.no_limits,
    )  # fmt: skip
    for p in range(len(paths)):
        figure = figures[p]
        figure[:] = 0.0
        figure[FIGURE_MAX_REPRODUCTION] = np.nan
        begin_path_nb(safety, first_oracle, work, fresh_left)
        levels[:] = 0.0
        limits[:] = np.inf
        waiting, found, spare = space.first, space.second, space.third
        count = zero
        repaid_before = 0.0
        stale = False
        ended = ENDED_STOPPED
        number = zero
        for k in range(assets):
            work.undisturbed[k] = first_market[k]
            work.history[0, k] = first_market[k]
            work.after[0, k] = first_market[k]
        while True:
            some_paused = False
            if number > 0:
                row = min(number, paths.shape[1]) - 1
                for k in range(assets):
                    work.temporary[k] *= selling[k].decay
                    work.outstanding[k] = work.permanent[k] + work.temporary[k]
                    work.undisturbed[k] = paths[p, row, k]
                if outside_rounds > 0:
                    recover_alone_nb(selling, outside[p], number <= outside_rounds, work)
                if number <= outside_rounds:
                    figure[FIGURE_SEED_PROCEEDS_USD] += sell_outside_nb(curves, selling, outside[p], work)
                market_prices_nb(curves, work.undisturbed, work.outstanding, work.history[number], work.cross)
                stale |= move_oracles_nb(oracles, space, work, number, levels)
                stale |= policy.in_order and policy.priority == PRIORITY_LOWEST_HEALTH  # served by health of today
                if not (levels[0] < MOST_LOG_FACTOR and levels[1] < MOST_LOG_FACTOR):
                    # Too large for the exponential: look at all again.
                    levels[:] = 0.0
                    space.touched[:] = 1
                    space.due[:] = 0.0
                    space.block_due[:] = 0.0
                    for place in range(count):
                        space.due[waiting.account[place]] = np.inf
                    stale = True
                some_paused = pause_nb(safety, work, number)
            level, rise = np.exp(levels[0]), np.exp(levels[1])

            looks = stale or level >= limits[0]
            if looks:
                limits[0] = np.inf
            soonest = limits[1]
            limits[1] = np.inf
            new, bad_count = scan_nb(
                legs, space.collateral, space.debt, rules, work.oracle, dust, level, rise, number,
                space.last_liquidated, space.due, space.block_due, space.touched, space.since, space.bad, found,
                space.found_bad, zero, limits,
            )  # fmt: skip
            soonest_found = limits[1]
            if looks or not rise < soonest:
                count, bad_count = recheck_nb(
                    legs, space.collateral, space.debt, rules, work.oracle, dust, level, rise, looks, nowhere,
                    space.last_liquidated, space.due, space.block_due, space.bad, waiting, count, space.found_bad,
                    bad_count, limits, work.waiting_debt,
                )  # fmt: skip
                soonest = limits[1]
            limits[1] = min(soonest, soonest_found)
            stale = False
            if count == 0:
                waiting, found = found, waiting
            elif new > 0:
                merge_nb(waiting, count, found, new, spare)
                waiting, spare = spare, waiting
            count += new

            told = False
            if number > 0:
                begin_round_nb(work)
                for k in range(assets):
                    work.running_usd[k] = work.outstanding[k] * work.undisturbed[k]
                watch = nobody
                served, queued = zero, zero
                order = waiting.account[:count]
                if policy.in_order:
                    most_earned_nb(
                        bounds, rules, policy, fresh_left, space.is_owed, work.oracle, work.history[number],
                        work.earned,
                    )  # fmt: skip
                    queued = queue_nb(
                        legs, places, space.collateral, space.debt, rules, policy, work.oracle, work.history[number],
                        dust, number, latency, space.since, work.paused_until, work.earned, waiting, count, work.queue,
                    )  # fmt: skip
                    order = work.order[:served]
                elif latency == 0 and not some_paused:
                    told = count > 0
                    watch = HealthWatch(
                        WaitingAccounts(order, waiting.health[:count], waiting.debt[:count], waiting.until[:count]),
                        level, rise, limits,
                    )  # fmt: skip
                else:
                    for place in range(count):
                        i = waiting.account[place]
                        if number + 1 - space.since[i] > latency and work.paused_until[legs.market[i]] < number:
                            work.order[served] = i
                            served += 1
                    order = work.order[:served]
                while True:
                    if queued > 0:
                        served = next_in_queue_nb(work.queue, queued, work.order[:SERVED_AT_ONCE])
                        queued -= served
                        order = work.order[:served]
                    work.progress[PROGRESS_POSITION] = 0
                    while not liquidate_nb(
                        order, legs, places, space.collateral, space.debt, rules, work.oracle, work.history[number],
                        work.undisturbed, work.cross, curves, policy, dust, number, work.running_usd, space.since,
                        space.last_liquidated, work.events, work.flows, work.emptied, work.progress, watch,
                        nobody_watched, work.notes,
                    ):  # fmt: skip
                        work.progress[PROGRESS_EVENTS] = 0  # nobody reads them: the next may stand in their place
                    if queued == 0 or is_used_up_nb(policy, work):
                        break
                fold_nb(work.flows, work.left)
                for place in range(bad_count):
                    write_off_nb(
                        legs, places, space.collateral, space.debt, rules, work.oracle, dust,
                        space.found_bad[place : place + 1], space.bad, work.bad_usd, work.left, work.bad_debts, zero,
                    )  # fmt: skip
                for place in range(work.progress[PROGRESS_EMPTIED]):
                    write_off_nb(
                        legs, places, space.collateral, space.debt, rules, work.oracle, dust,
                        work.emptied[place : place + 1], space.bad, work.bad_usd, work.left, work.bad_debts, zero,
                    )  # fmt: skip
            count, _ = recheck_nb(
                legs, space.collateral, space.debt, rules, work.oracle, dust, level, rise, never,
                nowhere if told else max(number, signed(1)), space.last_liquidated, space.due, space.block_due,
                space.bad, waiting, count, space.found_bad, zero, limits, work.waiting_debt,
            )  # fmt: skip
            if number == 0:
                if stop[0]:
                    break
                number += 1
                continue

            sell_nb(policy, selling, work, (number - 1) % len(work.due_sales))
            trade_nb(
                curves, work.undisturbed, work.outstanding, work.cross, work.history[number], work.sold, work.bought,
                work.proceeds, work.cost,
            )  # fmt: skip
            bear_bad_debt_nb(rules, work, figure)
            for k in range(assets):
                work.outstanding[k] = work.permanent[k] + work.temporary[k]
            market_prices_nb(curves, work.undisturbed, work.outstanding, work.after[number], work.cross)

            flows, liquidations = work.flows, work.progress[PROGRESS_LIQUIDATIONS]
            repaid = flows.totals[TOTAL_REPAID_USD, 0] + flows.totals[TOTAL_REPAID_USD, 1]
            fresh_repaid = flows.totals[TOTAL_REPAID_FRESH_USD, 0] + flows.totals[TOTAL_REPAID_FRESH_USD, 1]
            seized = flows.totals[TOTAL_SEIZED_USD, 0] + flows.totals[TOTAL_SEIZED_USD, 1]
            profit = -policy.gas_usd * liquidations
            for k in range(assets):
                spent = work.cost[k]
                if not policy.buys_debt:
                    spent = (flows.repaid[k, 0] + flows.repaid[k, 1]) * work.history[number, k]
                profit += work.proceeds[k] - spent
            if repaid_before > 0.0:
                ratio = fresh_repaid / repaid_before
                if not figure[FIGURE_MAX_REPRODUCTION] >= ratio:
                    figure[FIGURE_MAX_REPRODUCTION] = ratio
            repaid_before = repaid
            figure[FIGURE_LIQUIDATIONS] += liquidations
            figure[FIGURE_ACCOUNTS] += work.progress[PROGRESS_NEW_ACCOUNTS]
            figure[FIGURE_REPAID_USD] += repaid
            figure[FIGURE_SEIZED_USD] += seized
            figure[FIGURE_PROFIT_USD] += profit
            figure[FIGURE_BORROWER_LOSS_USD] += seized - repaid

            quiet = liquidations == 0 and number >= max(shock_rounds, outside_rounds) and not sales_are_due_nb(work)
            for place in range(count if quiet else 0):
                i = waiting.account[place]
                quiet &= number + 1 - space.since[i] > latency and work.paused_until[legs.market[i]] < number
            if quiet and stands_still_nb(curves, oracles, selling, work, number, back, still):
                ended = ENDED_AT_REST
            elif number >= max_rounds:
                ended = ENDED_AT_MAX_ROUNDS
            if ended != ENDED_STOPPED or stop[0]:
                break
            number += 1

        figure[FIGURE_ROUNDS] = number
        figure[FIGURE_ENDED] = ended
        figure[FIGURE_LEFT] = count
        figure[FIGURE_LEFT_DEBT_USD] = work.waiting_debt[0, 0] + work.waiting_debt[0, 1]
        for k in range(assets):
            last_undisturbed[p, k] = work.undisturbed[k]
            last_outside[p, k] = work.undisturbed[k]
            last_market[p, k] = work.after[number, k]
        if outside_rounds > 0:
            outside_prices_nb(curves, work, last_outside[p])
        work.bad_usd[:, :] = 0.0
        insolvent_debt_nb(
            legs, space.collateral, space.debt, work.after[number],
            most_threshold * fall_nb(space, first_oracle, work.after[number]), fresh.due, fresh.block_due,
            space.touched, never, work.bad_usd,
        )  # fmt: skip
        insolvent = 0.0
        for m in range(len(work.bad_usd)):
            insolvent += work.bad_usd[m, 0] + work.bad_usd[m, 1]
        figure[FIGURE_INSOLVENT_DEBT_USD] = insolvent
        figure[FIGURE_TOTAL_LOSS_USD] += insolvent
        for block in range(len(space.touched)):
            if space.touched[block]:
                for i in range(block * BLOCK, min((block + 1) * BLOCK, len(space.due))):
                    times_liquidated[places.account[i]] += space.last_liquidated[i] > 0
        restore_nb(
            legs, space.touched, fresh.collateral, fresh.debt, fresh.due, fresh.block_due, space.collateral,
            space.debt, space.due, space.block_due, space.since, space.last_liquidated, space.bad,
        )  # fmt: skip
        if stop[0]:
            break
