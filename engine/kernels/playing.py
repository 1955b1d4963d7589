"""Many runs of one book in one call: whole paths, round after round, without Python in between.

How a round begins and ends is in `engine.kernels.beginning` and `engine.kernels.ending`, which single runs go by too.
Here are only the order of its steps and what is carried from round to round, as `engine.running.rounds.Rounds` has
them, for runs that keep no recording.

Rounds in which all candidates are liquidators' are played here. In the others the kernel stops when the candidates are
known, for its caller to settle them, and goes on when it is called again: in most rounds of most paths there is nothing
to settle, and no kind of settlement is known here, nor compiled for runs that have none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.arrays import EventColumns, HealthWatch, WaitingAccounts
from engine.kernels.beginning import begin_round_nb
from engine.kernels.compiling import kernel
from engine.kernels.congestion import congesting_nb, gas_nb, latency_nb
from engine.kernels.constants import (
    ASKS_TO_GO_ON,
    AT_END_OF_ROUND,
    AT_PATH,
    AT_PRICES,
    AT_SETTLED,
    BLOCK,
    DONE,
    ENDED_AT_MAX_ROUNDS,
    ENDED_AT_REST,
    ENDED_STOPPED,
    FIGURE_ENDED,
    FIGURE_INSOLVENT_DEBT_USD,
    FIGURE_LENDER_LOSS_USD,
    FIGURE_MAX_REPRODUCTION,
    FIGURE_ROUNDS,
    FIGURE_SEED_PROCEEDS_USD,
    FIGURE_TOTAL_LOSS_USD,
    NEEDS_PRICES,
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_KEPT,
    PROGRESS_POSITION,
    ROUNDING,
    SETTLES,
    signed,
    unsigned,
)
from engine.kernels.ending import end_round_nb, is_still_nb, stands_still_nb
from engine.kernels.finding import NOWHERE, find_moved_nb, find_waiting_nb, moves_nb
from engine.kernels.insolvency import insolvent_debt_nb
from engine.kernels.liquidating import liquidate_nb
from engine.kernels.liquidating_all import liquidate_all_nb
from engine.kernels.oracles import row_of_nb
from engine.kernels.outside import outside_prices_nb, recover_alone_nb
from engine.kernels.path_steps import (
    add_round_nb,
    begin_path_nb,
    count_left_nb,
    fall_nb,
    forget_flows_nb,
    is_any_paused_nb,
    is_others_turn_nb,
    is_used_up_nb,
    is_waited_nb,
    note_moves_nb,
    note_prices_nb,
    write_off_found_nb,
)
from engine.kernels.scanning import recheck_nb, restore_nb
from engine.kernels.selling import sales_are_due_nb
from engine.kernels.serving import bring_first_nb, can_drop_nb, drop_refused_nb, most_earned_nb, queue_nb
from engine.kernels.starting import begin_at_start_nb, note_start_nb
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
    )
    from engine.kernels.path_arrays import Work
    from engine.kernels.tables import Bounds, Oracles, PathStage, Policy, Rules, Selling


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
    stage: PathStage,
    paths: Any,
    price_rounds: int,
    shock_rounds: int,
    outside: Any,
    outside_rounds: int,
    figures: Any,
    last_undisturbed: Any,
    last_outside: Any,
    last_market: Any,
    course: Any,
    course_assets: Any,
    course_step: int,
    times_liquidated: Any,
    stop: Any,
) -> int:
    """Run a book along each of some paths, every time from the start, and fill in what each came to.

    Returns `DONE`, or what the caller is to do before it calls again with the same arguments: `SETTLES`, settle the
    candidates in ``work.queue``; `ASKS_TO_GO_ON`, set ``stage.goes_on``; `NEEDS_PRICES`, bring the next rows of prices.

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
        (P, R, K) undisturbed prices of rounds 1 to R, or of R rounds from a later one on, which ``stage.first_row``
        tells; then there is one path. The last row holds on.
    price_rounds
        How many rows of prices there are in all.
    stage
        Where the calls have come to; `AT_PATH` of the first path before the first.
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
    course
        (P, S, A) market prices after some rounds of those in which prices move; S is 0 where none are noted.
    course_assets, course_step
        (A,) the assets whose prices they are, and how many rounds lie between two (`engine.running.courses.Course`).
    times_liquidated
        (n,) int64, in the order of the index: raised by one for each path in which an account is liquidated.
    stop
        (1,) uint8: no further round is begun when it is set.
    """
    assets = len(first_oracle)
    # Of the types with which the other kernels are compiled already.
    zero, nobody_watched = signed(0), signed(-1)
    never = dust < 0.0
    calm_gas_usd, calm_latency = stage.calm_gas_usd, signed(stage.calm_latency)
    state = work.state
    kept = len(work.events.repaid) if policy.follows_sales else 0  # rows of events that are read within the round
    events = EventColumns(
        work.events.account, work.events.collateral_leg[:kept], work.events.debt_leg[:kept],
        work.events.seized[:kept], work.events.repaid[:kept], work.events.to_protocol,
        work.events.collateral_before, work.events.debt_before, work.events.health_before, work.events.health_after,
    )  # fmt: skip
    stage.needs_debts = policy.in_order or policy.min_debt_usd > 0.0 or policy.congested_beyond > 0
    while stage.path < len(paths):
        p = stage.path
        figure = figures[p]
        at = stage.at
        ended = ENDED_STOPPED
        if at == AT_PATH:
            for place in range(len(figure)):
                figure[place] = 0.0
            figure[FIGURE_MAX_REPRODUCTION] = np.nan
            begin_path_nb(first_oracle, first_market, work, stage, fresh_left)
            if stage.has_start:
                begin_at_start_nb(space, work.search, stage, work.start)
            else:
                find_waiting_nb(legs, rules, space, work.search, state.oracle, stage, dust, zero, NOWHERE)
                if p + 1 < len(paths):
                    note_start_nb(space, work.search, stage, work.start)
            stage.number = 0 if stop[0] else 1
        while stage.number > 0:
            number = signed(stage.number)
            if at <= AT_PRICES:
                row = number - stage.first_row
                if row > paths.shape[1] and stage.first_row + paths.shape[1] < price_rounds:
                    stage.at = AT_PRICES
                    return NEEDS_PRICES
                row = min(row, paths.shape[1]) - 1
                for k in range(assets):
                    state.undisturbed[k] = paths[p, row, k]
                sells = number <= outside_rounds
                if outside_rounds > 0:
                    recover_alone_nb(selling, outside[p], sells, work)
                figure[FIGURE_SEED_PROCEEDS_USD] += begin_round_nb(
                    curves, oracles, selling, safety, outside[p], sells, state, work.sales, work.reserves, number
                )
                stage.debts_moved |= note_moves_nb(space, work)
                stage.bad_count = 0
                changed = number - 1 if stage.liquidations > 0 and not stage.was_told else signed(NOWHERE)
                find_waiting_nb(legs, rules, space, work.search, state.oracle, stage, dust, number, changed)
                forget_flows_nb(work)
                stage.without_gas, stage.paid_usd, stage.credited_usd = 0, 0.0, 0.0
                for k in range(assets):
                    work.running_usd[k] = state.outstanding[k] * state.undisturbed[k]
                policy.gas_usd = gas_nb(policy, calm_gas_usd, stage.congesting)
                policy.latency = latency_nb(policy, calm_latency, stage.congesting)
                waiting = space.waiting
                count = signed(stage.count)
                if policy.congested_beyond > 0:
                    stage.congesting = congesting_nb(legs, policy, state.paused_until, waiting, count, number)
                some_paused = is_any_paused_nb(state, number)
                told = not (policy.in_order or policy.latency > 0 or some_paused or policy.min_debt_usd > 0.0)
                stage.was_told = told
                stage.queued = 0
                order = waiting.account[:count]
                tell = signed(count if told else 0)
                if not told:
                    most_earned_nb(
                        bounds, rules, policy, fresh_left, space.is_owed, state.oracle, state.market, work.earned
                    )
                    for m in range(len(work.earned)):
                        if work.by_others[m]:
                            work.earned[m] = np.inf
                    stage.queued = queue_nb(
                        legs, places, space.collateral, space.debt, rules, policy, state.oracle, state.market, dust,
                        number, some_paused, space.since, state.paused_until, work.earned, waiting, count, work.queue,
                    )  # fmt: skip
                    order = work.queue.account[: stage.queued]
                    if stage.asks and is_others_turn_nb(legs, work, stage):
                        stage.at = AT_SETTLED
                        return SETTLES
                served, queued = zero, signed(stage.queued)
                wanted = queued
                if policy.in_order and policy.most_liquidations < queued:
                    wanted = max(signed(policy.most_liquidations), signed(SERVED_AT_ONCE))
                elif policy.in_order and (policy.capacity_usd < np.inf or can_drop_nb(policy)):
                    wanted = signed(SERVED_AT_ONCE)  # then others may be refused, and need no order
                if not policy.in_order:
                    moves = moves_nb(work.search, stage.debts_moved)
                    watch = HealthWatch(
                        WaitingAccounts(
                            waiting.account[:tell], waiting.debt[:tell], waiting.until[:tell],
                            waiting.owes_moved[:tell],
                        ),
                        moves.level, moves.rise, moves.held_rise, work.search.limits, space.due, space.block_due,
                    )  # fmt: skip
                    while not liquidate_all_nb(
                        order, legs, places, space.collateral, space.debt, rules, state.oracle, policy.calls,
                        policy.min_debt_usd, dust, number, space.since, space.last_liquidated, events, work.flows,
                        work.emptied, work.progress, watch,
                    ):  # fmt: skip
                        work.progress[PROGRESS_EVENTS] = 0  # nobody reads them: the next may stand in their place
                    if told:
                        stage.count = work.progress[PROGRESS_KEPT]
                while policy.in_order:
                    brought = bring_first_nb(work.queue, served, queued, wanted)
                    order = work.queue.account[served : served + brought]
                    served += brought
                    wanted *= 2
                    work.progress[PROGRESS_POSITION] = 0
                    while not liquidate_nb(
                        order, legs, places, space.collateral, space.debt, rules, state.oracle, state.market,
                        state.undisturbed, state.cross, curves, policy, dust, number, work.running_usd, space.since,
                        space.last_liquidated, events, work.flows, work.emptied, work.progress, nobody_watched,
                        work.notes,
                    ):  # fmt: skip
                        work.progress[PROGRESS_EVENTS] = 0
                    if served >= queued or is_used_up_nb(policy, work):
                        break
                    if can_drop_nb(policy):
                        queued = drop_refused_nb(
                            legs, space.collateral, space.debt, bounds, rules, policy, curves, work.running_usd, state,
                            work.queue, served, queued,
                        )  # fmt: skip
                fold_nb(work.flows, work.left)
            if at != AT_END_OF_ROUND:
                if stage.bad_count > 0 or work.progress[PROGRESS_EMPTIED] > 0:
                    write_off_found_nb(legs, places, rules, space, work, stage, dust)
                if at == AT_SETTLED and (stage.some_moved or stage.all_moved):
                    find_moved_nb(legs, rules, space, work.search, state.oracle, stage, dust)
                    write_off_found_nb(legs, places, rules, space, work, stage, dust)
                profit = end_round_nb(
                    curves, selling, policy, work.flows, work.sales, work.reserves, state, work.progress,
                    signed(stage.without_gas), stage.paid_usd, number,
                )  # fmt: skip
                add_round_nb(rules, work, stage, profit, figure)
                if course.shape[1] > 0:
                    note_prices_nb(course[p], course_assets, course_step, price_rounds, state, number)
                if at == AT_SETTLED:
                    stage.is_still = is_still_nb(state, work.sales, signed(stage.liquidations), number, still)
                quiet = stage.liquidations == 0 and number >= max(shock_rounds, outside_rounds)
                quiet = quiet and not sales_are_due_nb(work.sales)
                quiet = quiet and not is_waited_nb(
                    legs, space, policy, work, space.waiting, signed(stage.count), number
                )
                quiet = quiet and policy.gas_usd == gas_nb(policy, calm_gas_usd, stage.congesting)
                quiet = quiet and policy.latency == latency_nb(policy, calm_latency, stage.congesting)
                stage.goes_on = not (quiet and stands_still_nb(curves, oracles, selling, state, number, back, still))
                if at == AT_SETTLED and not stage.goes_on:
                    stage.at = AT_END_OF_ROUND
                    return ASKS_TO_GO_ON
            at = AT_PATH
            if not stage.goes_on:
                ended = ENDED_AT_REST
            elif number >= max_rounds:
                ended = ENDED_AT_MAX_ROUNDS
            if ended != ENDED_STOPPED or stop[0]:
                break
            stage.number += 1

        stage.at = AT_PATH
        number = signed(stage.number)
        after = state.after[row_of_nb(number, len(state.after))]
        changed = number if stage.liquidations > 0 and not stage.was_told else signed(NOWHERE)
        count, _ = recheck_nb(
            legs, space.collateral, space.debt, rules, state.oracle, dust, moves_nb(work.search, stage.debts_moved),
            never, changed, space.last_liquidated, space.due, space.block_due, space.bad, space.waiting,
            signed(stage.count), space.found_bad, zero, work.search.limits, work.search.left,
        )  # fmt: skip
        figure[FIGURE_ROUNDS] = number
        figure[FIGURE_ENDED] = ended
        if abs(figure[FIGURE_LENDER_LOSS_USD]) <= ROUNDING * stage.most_lost:
            figure[FIGURE_LENDER_LOSS_USD] = 0.0
        count_left_nb(policy, space.waiting, count, work.search.left, figure)
        for k in range(assets):
            last_undisturbed[p, k] = state.undisturbed[k]
            last_outside[p, k] = state.undisturbed[k]
            last_market[p, k] = after[k]
        if outside_rounds > 0:
            outside_prices_nb(curves, work, last_outside[p])
        for m in range(len(work.reserves.found)):
            work.reserves.found[m, 0], work.reserves.found[m, 1] = 0.0, 0.0
        insolvent_debt_nb(
            legs, space.collateral, space.debt, after,
            most_threshold * np.exp(work.search.levels[0]) * fall_nb(space, state.oracle, after), space.due,
            space.block_due, space.waiting.account[:count], space.bad, space.touched, never,
            work.reserves.found,
        )  # fmt: skip
        insolvent = 0.0
        for m in range(len(work.reserves.found)):
            insolvent += work.reserves.found[m, 0] + work.reserves.found[m, 1]
        figure[FIGURE_INSOLVENT_DEBT_USD] = insolvent
        figure[FIGURE_TOTAL_LOSS_USD] += insolvent
        for block in range(len(space.touched)):
            if space.touched[block]:
                for place in range(block * BLOCK, min((block + 1) * BLOCK, len(space.due))):
                    i = unsigned(place)
                    times_liquidated[i] += space.last_liquidated[i] > 0
        restore_nb(
            legs, space.touched, fresh.collateral, fresh.debt, fresh.due, fresh.block_due, space.collateral,
            space.debt, space.due, space.block_due, space.since, space.last_liquidated, space.bad,
        )  # fmt: skip
        policy.gas_usd, policy.latency = calm_gas_usd, calm_latency
        stage.path += 1
        if stop[0]:
            break
    return DONE
