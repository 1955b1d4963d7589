"""The steps of a round that is played without Python (see `engine.kernels.playing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.bad_debt import write_off_nb
from engine.kernels.compiling import inlined, part
from engine.kernels.constants import (
    FIGURE_ACCOUNTS,
    FIGURE_BAD_DEBT_USD,
    FIGURE_BORROWER_LOSS_USD,
    FIGURE_LEFT,
    FIGURE_LEFT_DEBT_USD,
    FIGURE_LENDER_LOSS_USD,
    FIGURE_LIQUIDATIONS,
    FIGURE_MAX_REPRODUCTION,
    FIGURE_PROFIT_USD,
    FIGURE_REPAID_USD,
    FIGURE_SEIZED_USD,
    FIGURE_TOTAL_LOSS_USD,
    PROGRESS_EMPTIED,
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    TOTAL_REPAID_FRESH_USD,
    TOTAL_REPAID_USD,
    TOTAL_SEIZED_USD,
    signed,
)
from engine.kernels.oracles import row_of_nb
from engine.kernels.sums import sum_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, Legs, MarketState, RunArrays, TokensLeft, WaitingAccounts
    from engine.kernels.path_arrays import Work
    from engine.kernels.tables import PathStage, Policy, Rules


@inlined
def note_moves_nb(space: RunArrays, work: Work) -> bool:
    """Note how far oracle prices have moved in a round; return whether debts are worth another.

    ``work.search.levels`` (3,) are the logs of `Moves`' level and both rises.
    """
    levels = work.search.levels
    debts_moved = False
    deepest, highest, dearest, cheapest = 0.0, 0.0, 0.0, 0.0
    for k in range(len(work.state.oracle)):
        before, now = work.state.oracle_before[k], work.state.oracle[k]
        if now != before:
            move = np.log(now) - np.log(before)
            if space.is_held[k]:
                deepest = min(deepest, move)
                highest = max(highest, move)
            if space.is_owed[k]:
                dearest = max(dearest, move)
                cheapest = min(cheapest, move)
                debts_moved = True
                if not work.search.has_moved[k]:
                    work.search.has_moved[k] = True
                    work.search.first_moved[k] = True
    levels[0] += dearest - deepest
    levels[1] += highest - cheapest
    levels[2] += highest
    return debts_moved


@inlined
def fall_nb(space: RunArrays, before: Any, now: Any) -> float:
    """Return how much any account's collateral over its debt can have fallen from prices to others, as a factor."""
    least = np.inf
    most = 0.0
    for k in range(len(before)):
        if space.is_held[k]:
            least = min(least, now[k] / before[k])
        if space.is_owed[k]:
            most = max(most, now[k] / before[k])
    return most / least


@inlined
def begin_path_nb(start: Any, first_market: Any, work: Work, stage: PathStage, fresh_left: TokensLeft) -> None:
    """Put back what a path carries from round to round."""
    for m in range(len(work.first_reserve)):
        work.reserves.held[m] = work.first_reserve[m]
        work.state.paused_until[m] = 0
    for k in range(len(start)):
        work.state.undisturbed[k] = first_market[k]
        work.state.history[0, k] = first_market[k]
        work.state.after[0, k] = first_market[k]
        work.state.oracle[k] = start[k]
        work.state.last_update[k] = 0
        work.search.has_moved[k] = False
        work.search.first_moved[k] = False
        work.state.permanent[k] = 0.0
        work.state.temporary[k] = 0.0
        work.alone_permanent[k] = 0.0
        work.alone_temporary[k] = 0.0
        for row in range(len(work.sales.due)):
            work.sales.due[row, k] = 0.0
            work.sales.depositors_due[row, k] = 0.0
    for m in range(len(work.first_reserve)):
        for k in range(len(start)):
            work.left.collateral[m, k] = fresh_left.collateral[m, k]
            work.left.collateral_rest[m, k] = fresh_left.collateral_rest[m, k]
            work.left.debt[m, k] = fresh_left.debt[m, k]
            work.left.debt_rest[m, k] = fresh_left.debt_rest[m, k]
    for place in range(len(work.search.levels)):
        work.search.levels[place] = 0.0
        work.search.limits[place] = np.inf
    stage.number, stage.first_row = 0, 0
    stage.count, stage.bad_count, stage.healed = 0, 0, 0
    stage.looks_at_all, stage.debts_moved, stage.was_told = False, False, False
    stage.congesting, stage.liquidations = 0, 0
    stage.repaid_before, stage.most_lost = 0.0, 0.0
    stage.goes_on, stage.runs = False, False


@inlined
def forget_flows_nb(work: Work) -> None:
    """Forget what moved in the round before."""
    flows = work.flows  # element by element: whole arrays take numba long to compile
    for half in range(2):
        for k in range(len(flows.received)):
            flows.received[k, half] = 0.0
            flows.to_protocol[k, half] = 0.0
            flows.repaid[k, half] = 0.0
            flows.repaid_by_collateral_usd[k, half] = 0.0
        for m in range(len(flows.repaid_usd)):
            flows.repaid_usd[m, half] = 0.0
            flows.seized_usd[m, half] = 0.0
        for place in range(len(flows.totals)):
            flows.totals[place, half] = 0.0
    for m in range(len(flows.liquidations)):
        flows.liquidations[m] = 0
    for place in range(len(work.progress)):
        work.progress[place] = 0


@inlined
def is_any_paused_nb(state: MarketState, number: int) -> bool:
    """Whether any market is paused in a round."""
    some = False
    for m in range(len(state.paused_until)):
        some |= state.paused_until[m] >= number
    return some


@part
def is_others_turn_nb(legs: Legs, work: Work, stage: PathStage) -> bool:
    """Whether settlements other than by liquidators have something to do in a round."""
    some = stage.runs
    for place in range(stage.queued):
        some |= work.by_others[legs.market[work.queue.account[place]]]
    return some


@part
def write_off_found_nb(
    legs: Legs, places: AccountPlaces, rules: Rules, space: RunArrays, work: Work, stage: PathStage, dust: float
) -> None:
    """Turn the debt of those without collateral into bad debt, as far as they are found."""
    emptied = work.emptied[: work.progress[PROGRESS_EMPTIED]]
    for accounts in (space.found_bad[: stage.bad_count], emptied):
        write_off_nb(
            legs, places, space.collateral, space.debt, rules, work.state.oracle, dust, accounts, space.bad,
            space.touched, work.reserves.found, work.left, work.bad_debts, signed(0),
        )  # fmt: skip
    stage.bad_count = 0
    work.progress[PROGRESS_EMPTIED] = 0


@inlined
def add_round_nb(rules: Rules, work: Work, stage: PathStage, profit: float, figure: Any) -> None:
    """Add a round to the figures of its path."""
    totals, reserves = work.flows.totals, work.reserves
    repaid = totals[TOTAL_REPAID_USD, 0] + totals[TOTAL_REPAID_USD, 1]
    fresh_repaid = totals[TOTAL_REPAID_FRESH_USD, 0] + totals[TOTAL_REPAID_FRESH_USD, 1]
    seized = totals[TOTAL_SEIZED_USD, 0] + totals[TOTAL_SEIZED_USD, 1]
    if stage.repaid_before > 0.0:
        ratio = fresh_repaid / stage.repaid_before
        if not figure[FIGURE_MAX_REPRODUCTION] >= ratio:
            figure[FIGURE_MAX_REPRODUCTION] = ratio
    stage.repaid_before = repaid
    stage.liquidations = work.progress[PROGRESS_LIQUIDATIONS]
    figure[FIGURE_LIQUIDATIONS] += stage.liquidations
    figure[FIGURE_ACCOUNTS] += work.progress[PROGRESS_NEW_ACCOUNTS]
    figure[FIGURE_REPAID_USD] += repaid
    figure[FIGURE_SEIZED_USD] += seized
    figure[FIGURE_PROFIT_USD] += profit
    figure[FIGURE_BORROWER_LOSS_USD] += seized - repaid - stage.credited_usd
    for m in range(len(reserves.bad)):
        figure[FIGURE_BAD_DEBT_USD] += reserves.bad[m]
        figure[FIGURE_LENDER_LOSS_USD] += reserves.lost[m]
        # What stays on the accounts is part of the insolvent debt at the end.
        written_off = reserves.settled_bad[m] if rules[m].bad_debt_stays else reserves.bad[m]
        figure[FIGURE_TOTAL_LOSS_USD] += written_off
    stage.most_lost = max(stage.most_lost, abs(figure[FIGURE_LENDER_LOSS_USD]))


@part
def note_prices_nb(course: Any, assets: Any, step: int, price_rounds: int, state: MarketState, number: int) -> None:
    """Note the market prices after a round, if it is one of those at which they are noted.

    Parameters
    ----------
    course
        (S, A) of one path, USD.
    assets
        (A,) whose prices.
    step, price_rounds
        How many rounds lie between two that are noted, and the round in which prices end, which is noted too.
    """
    if number <= price_rounds and (number % step == 0 or number == price_rounds):
        row = row_of_nb(number, len(state.after))
        for place in range(len(assets)):
            course[(number - 1) // step, place] = state.after[row, assets[place]]


@inlined
def is_used_up_nb(policy: Policy, work: Work) -> bool:
    """Whether the round's count or capacity is used up, so that nobody else can be liquidated."""
    spent = work.flows.totals[TOTAL_REPAID_USD, 0] + work.flows.totals[TOTAL_REPAID_USD, 1]
    return work.progress[PROGRESS_LIQUIDATIONS] >= policy.most_liquidations or spent >= policy.capacity_usd


@inlined
def is_waited_nb(
    legs: Legs, space: RunArrays, policy: Policy, work: Work, waiting: WaitingAccounts, count: int, number: int
) -> bool:
    """Whether one of the first ``count`` who wait, and is not left alone, waits out a latency or a pause."""
    for place in range(count):
        if waiting.debt[place] < policy.min_debt_usd:
            continue
        i = waiting.account[place]
        if number + 1 - space.since[i] <= policy.latency or work.state.paused_until[legs.market[i]] >= number:
            return True
    return False


@inlined
def count_left_nb(policy: Policy, waiting: WaitingAccounts, count: int, all_debt: Any, figures: Any) -> None:
    """Count those who are liquidatable at the end, and what they owe, USD; those apart who are left alone.

    ``all_debt`` (1, 2) is what all of them owe, as two float64.
    """
    left = count
    high, low = all_debt[0, 0], all_debt[0, 1]
    if policy.min_debt_usd > 0.0:
        left = signed(0)
        high, low = 0.0, 0.0
        for place in range(count):
            if not waiting.debt[place] < policy.min_debt_usd:
                left += 1
                high, low = sum_nb(high, low, waiting.debt[place])
    figures[FIGURE_LEFT] = left
    figures[FIGURE_LEFT_DEBT_USD] = high + low
