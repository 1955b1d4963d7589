"""Many runs of one book in one call: whole paths, round after round, without Python in between.

How a round begins and ends is in `engine.kernels.beginning` and `engine.kernels.ending`, which single runs go by too.
Here are only the order of its steps and what is carried from round to round, as `engine.running.rounds.Rounds` has
them, for runs that keep no recording and in which liquidators settle everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.arrays import HealthWatch, Moves, WaitingAccounts
from engine.kernels.bad_debt import write_off_nb
from engine.kernels.beginning import begin_round_nb
from engine.kernels.compiling import kernel
from engine.kernels.congestion import congesting_nb, gas_nb, latency_nb
from engine.kernels.constants import (
    BLOCK,
    ENDED_AT_MAX_ROUNDS,
    ENDED_AT_REST,
    ENDED_STOPPED,
    FIGURE_ACCOUNTS,
    FIGURE_BORROWER_LOSS_USD,
    FIGURE_ENDED,
    FIGURE_INSOLVENT_DEBT_USD,
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
from engine.kernels.ending import end_round_nb, stands_still_nb
from engine.kernels.insolvency import insolvent_debt_nb
from engine.kernels.liquidating import liquidate_nb
from engine.kernels.oracles import row_of_nb
from engine.kernels.outside import outside_prices_nb, recover_alone_nb
from engine.kernels.path_steps import (
    add_bad_debt_nb,
    begin_path_nb,
    count_left_nb,
    fall_nb,
    forget_flows_nb,
    is_used_up_nb,
    is_waited_nb,
    note_moves_nb,
)
from engine.kernels.scanning import merge_nb, recheck_nb, restore_nb, scan_nb
from engine.kernels.selling import sales_are_due_nb
from engine.kernels.serving import bring_first_nb, most_earned_nb, queue_nb
from engine.kernels.sums import fold_nb

SERVED_AT_ONCE = 32  # candidates, at least, that are taken from the queue together

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
    policy
        Its gas and latency are changed meanwhile, where congestion moves them: it serves one call at a time.
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
    needs_debts = policy.in_order or policy.min_debt_usd > 0.0 or policy.congested_beyond > 0
    calm_gas_usd, calm_latency = policy.gas_usd, policy.latency
    state = work.state
    levels = work.levels
    limits = work.limits
    nobody = HealthWatch(
        WaitingAccounts(
            work.none, space.first.health[:0], space.first.debt[:0], space.first.until[:0], space.first.owes_moved[:0]
        ),
        1.0, 1.0, 1.0, work.no_limits,
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
        congesting = zero
        liquidations = zero
        repaid_before = 0.0
        looks_at_all = False
        debts_moved = False
        told = False
        ended = ENDED_STOPPED
        number = zero
        for k in range(assets):
            state.undisturbed[k] = first_market[k]
            state.history[0, k] = first_market[k]
            state.after[0, k] = first_market[k]
        after = state.after[zero]
        while True:
            some_paused = False
            if number > 0:
                row = min(number, paths.shape[1]) - 1
                for k in range(assets):
                    state.undisturbed[k] = paths[p, row, k]
                sells = number <= outside_rounds
                if outside_rounds > 0:
                    recover_alone_nb(selling, outside[p], sells, work)
                figure[FIGURE_SEED_PROCEEDS_USD] += begin_round_nb(
                    curves, oracles, selling, safety, outside[p], sells, state, work.sales, work.reserves, number
                )
                debts_moved |= note_moves_nb(space, work)
                looks_at_all |= policy.in_order and policy.priority == PRIORITY_LOWEST_HEALTH  # by health of today
                if not (levels[0] < MOST_LOG_FACTOR and levels[1] < MOST_LOG_FACTOR):
                    # Too large for the exponential: look at all again.
                    levels[:] = 0.0
                    space.touched[:] = 1
                    space.due[:] = 0.0
                    space.block_due[:] = 0.0
                    for place in range(count):
                        space.due[waiting.account[place]] = np.inf
                    looks_at_all = True
                for m in range(len(state.paused_until)):
                    some_paused |= state.paused_until[m] >= number
            moves = Moves(
                np.exp(levels[0]), np.exp(levels[1]), np.exp(levels[2]), work.has_moved, work.first_moved,
                needs_debts and debts_moved,
            )  # fmt: skip
            looks_at_all |= moves.level >= limits[0]
            if looks_at_all:
                limits[0] = np.inf
            rechecks = (
                looks_at_all or moves.debts_moved or liquidations > 0
                or not (moves.rise < limits[1] and moves.held_rise < limits[2])
            )  # fmt: skip
            soonest, soonest_held = limits[1], limits[2]
            limits[1:] = np.inf
            new, bad_count = scan_nb(
                legs, space.collateral, space.debt, rules, state.oracle, dust, moves, number, space.last_liquidated,
                space.due, space.block_due, space.touched, space.since, space.bad, found, space.found_bad, zero, limits,
            )  # fmt: skip
            soonest_found, soonest_held_found = limits[1], limits[2]
            for k in range(assets):
                rechecks |= work.first_moved[k]
            if rechecks:
                count, bad_count = recheck_nb(
                    legs, space.collateral, space.debt, rules, state.oracle, dust, moves, looks_at_all,
                    signed(number - 1) if liquidations > 0 and not told else nowhere, space.last_liquidated,
                    space.due, space.block_due, space.bad, waiting, count, space.found_bad, bad_count, limits,
                    work.waiting_debt,
                )  # fmt: skip
                soonest, soonest_held = limits[1], limits[2]
                work.first_moved[:] = False
                debts_moved = debts_moved and not (looks_at_all or moves.debts_moved)
            limits[1] = min(soonest, soonest_found)
            limits[2] = min(soonest_held, soonest_held_found)
            looks_at_all = False
            if count == 0:
                waiting, found = found, waiting
            elif new > 0:
                merge_nb(waiting, count, found, new, spare)
                waiting, spare = spare, waiting
            count += new

            if number == 0:
                if stop[0]:
                    break
                number += 1
                continue
            forget_flows_nb(work)
            market, after = state.market, state.after[row_of_nb(number, len(state.after))]
            for k in range(assets):
                work.running_usd[k] = state.outstanding[k] * state.undisturbed[k]
            policy.gas_usd = gas_nb(policy, calm_gas_usd, congesting)
            policy.latency = latency_nb(policy, calm_latency, congesting)
            if policy.congested_beyond > 0:
                congesting = congesting_nb(legs, policy, state.paused_until, waiting, count, number)
            told = not (policy.in_order or policy.latency > 0 or some_paused or policy.min_debt_usd > 0.0)
            watch = nobody
            served, queued = zero, zero
            order = waiting.account[:count]
            if told:
                watch = HealthWatch(
                    WaitingAccounts(
                        order, waiting.health[:count], waiting.debt[:count], waiting.until[:count],
                        waiting.owes_moved[:count],
                    ),
                    moves.level, moves.rise, moves.held_rise, limits,
                )  # fmt: skip
            else:
                most_earned_nb(bounds, rules, policy, fresh_left, space.is_owed, state.oracle, market, work.earned)
                queued = queue_nb(
                    legs, places, space.collateral, space.debt, rules, policy, state.oracle, market,
                    dust, number, some_paused, space.since, state.paused_until, work.earned, waiting, count, work.queue,
                )  # fmt: skip
                order = work.queue.account[:queued]
            wanted = queued
            if policy.in_order and policy.most_liquidations < queued:
                wanted = max(signed(policy.most_liquidations), signed(SERVED_AT_ONCE))
            while True:
                if policy.in_order:
                    brought = bring_first_nb(work.queue, served, queued, wanted)
                    order = work.queue.account[served : served + brought]
                    served += brought
                    wanted *= 2
                work.progress[PROGRESS_POSITION] = 0
                while not liquidate_nb(
                    order, legs, places, space.collateral, space.debt, rules, state.oracle, market,
                    state.undisturbed, state.cross, curves, policy, dust, number, work.running_usd, space.since,
                    space.last_liquidated, work.events, work.flows, work.emptied, work.progress, watch,
                    nobody_watched, work.notes,
                ):  # fmt: skip
                    work.progress[PROGRESS_EVENTS] = 0  # nobody reads them: the next may stand in their place
                if not policy.in_order or served >= queued or is_used_up_nb(policy, work):
                    break
            fold_nb(work.flows, work.left)
            for accounts in (space.found_bad[:bad_count], work.emptied[: work.progress[PROGRESS_EMPTIED]]):
                write_off_nb(
                    legs, places, space.collateral, space.debt, rules, state.oracle, dust, accounts, space.bad,
                    work.reserves.found, work.left, work.bad_debts, zero,
                )  # fmt: skip

            sales = work.sales
            profit = end_round_nb(
                curves, selling, policy, work.flows, sales, work.reserves, state, work.progress, zero, 0.0, number
            )
            add_bad_debt_nb(rules, work.reserves, figure)

            flows = work.flows
            liquidations = work.progress[PROGRESS_LIQUIDATIONS]
            repaid = flows.totals[TOTAL_REPAID_USD, 0] + flows.totals[TOTAL_REPAID_USD, 1]
            fresh_repaid = flows.totals[TOTAL_REPAID_FRESH_USD, 0] + flows.totals[TOTAL_REPAID_FRESH_USD, 1]
            seized = flows.totals[TOTAL_SEIZED_USD, 0] + flows.totals[TOTAL_SEIZED_USD, 1]
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

            quiet = liquidations == 0 and number >= max(shock_rounds, outside_rounds) and not sales_are_due_nb(sales)
            quiet = quiet and not is_waited_nb(legs, space, policy, work, waiting, count, number)
            quiet = quiet and policy.gas_usd == gas_nb(policy, calm_gas_usd, congesting)
            quiet = quiet and policy.latency == latency_nb(policy, calm_latency, congesting)
            if quiet and stands_still_nb(curves, oracles, selling, state, number, back, still):
                ended = ENDED_AT_REST
            elif number >= max_rounds:
                ended = ENDED_AT_MAX_ROUNDS
            if ended != ENDED_STOPPED or stop[0]:
                break
            number += 1

        moves = Moves(
            np.exp(levels[0]), np.exp(levels[1]), np.exp(levels[2]), work.has_moved, work.first_moved, debts_moved
        )
        count, _ = recheck_nb(
            legs, space.collateral, space.debt, rules, state.oracle, dust, moves, never,
            number if liquidations > 0 and not told else nowhere, space.last_liquidated, space.due,
            space.block_due, space.bad, waiting, count, space.found_bad, zero, limits, work.waiting_debt,
        )  # fmt: skip
        figure[FIGURE_ROUNDS] = number
        figure[FIGURE_ENDED] = ended
        count_left_nb(policy, waiting, count, work.waiting_debt, figure)
        for k in range(assets):
            last_undisturbed[p, k] = state.undisturbed[k]
            last_outside[p, k] = state.undisturbed[k]
            last_market[p, k] = after[k]
        if outside_rounds > 0:
            outside_prices_nb(curves, work, last_outside[p])
        work.reserves.found[:, :] = 0.0
        insolvent_debt_nb(
            legs, space.collateral, space.debt, after,
            most_threshold * fall_nb(space, first_oracle, after), fresh.due, fresh.block_due,
            space.touched, never, work.reserves.found,
        )  # fmt: skip
        insolvent = 0.0
        for m in range(len(work.reserves.found)):
            insolvent += work.reserves.found[m, 0] + work.reserves.found[m, 1]
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
        policy.gas_usd, policy.latency = calm_gas_usd, calm_latency
        if stop[0]:
            break
