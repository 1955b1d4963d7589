"""The steps of a round that is played without Python (see `engine.kernels.playing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import part
from engine.kernels.constants import (
    FIGURE_BAD_DEBT_USD,
    FIGURE_LEFT,
    FIGURE_LEFT_DEBT_USD,
    FIGURE_LENDER_LOSS_USD,
    FIGURE_TOTAL_LOSS_USD,
    PROGRESS_LIQUIDATIONS,
    TOTAL_REPAID_USD,
    signed,
)
from engine.kernels.sums import sum_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, Reserves, RunArrays, Safety, TokensLeft, WaitingAccounts, Work
    from engine.kernels.tables import Policy, Rules


@part
def note_moves_nb(space: RunArrays, work: Work) -> bool:
    """Note how far oracle prices have moved in a round; return whether debts are worth another.

    ``work.levels`` (3,) are the logs of `Moves`' level and both rises.
    """
    levels = work.levels
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
                if not work.has_moved[k]:
                    work.has_moved[k] = True
                    work.first_moved[k] = True
    levels[0] += dearest - deepest
    levels[1] += highest - cheapest
    levels[2] += highest
    return debts_moved


@part
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


@part
def begin_path_nb(safety: Safety, start: Any, work: Work, fresh_left: TokensLeft) -> None:
    """Put back what a path carries from round to round."""
    for m in range(len(safety.of_market)):
        work.reserves.held[m] = safety.of_market[m].reserve_usd
        work.state.paused_until[m] = 0
    for k in range(len(start)):
        work.state.oracle[k] = start[k]
        work.state.last_update[k] = 0
        work.has_moved[k] = False
        work.first_moved[k] = False
        work.state.permanent[k] = 0.0
        work.state.temporary[k] = 0.0
        work.alone_permanent[k] = 0.0
        work.alone_temporary[k] = 0.0
        for row in range(len(work.sales.due)):
            work.sales.due[row, k] = 0.0
            work.sales.depositors_due[row, k] = 0.0
    for m in range(len(safety.of_market)):
        for k in range(len(start)):
            work.left.collateral[m, k] = fresh_left.collateral[m, k]
            work.left.collateral_rest[m, k] = fresh_left.collateral_rest[m, k]
            work.left.debt[m, k] = fresh_left.debt[m, k]
            work.left.debt_rest[m, k] = fresh_left.debt_rest[m, k]


@part
def forget_flows_nb(work: Work) -> None:
    """Forget what moved in the round before."""
    flows = work.flows
    flows.received[:, :] = 0.0
    flows.to_protocol[:, :] = 0.0
    flows.repaid[:, :] = 0.0
    flows.repaid_by_collateral_usd[:, :] = 0.0
    flows.liquidations[:] = 0
    flows.repaid_usd[:, :] = 0.0
    flows.seized_usd[:, :] = 0.0
    flows.totals[:, :] = 0.0
    work.progress[:] = 0


@part
def is_used_up_nb(policy: Policy, work: Work) -> bool:
    """Whether the round's count or capacity is used up, so that nobody else can be liquidated."""
    spent = work.flows.totals[TOTAL_REPAID_USD, 0] + work.flows.totals[TOTAL_REPAID_USD, 1]
    return work.progress[PROGRESS_LIQUIDATIONS] >= policy.most_liquidations or spent >= policy.capacity_usd


@part
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


@part
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


@part
def add_bad_debt_nb(rules: Rules, reserves: Reserves, figures: Any) -> None:
    """Add a round's bad debt to the figures.

    What stays on the accounts is no loss here: it is part of the insolvent debt at the end.
    """
    for m in range(len(reserves.bad)):
        figures[FIGURE_BAD_DEBT_USD] += reserves.bad[m]
        figures[FIGURE_LENDER_LOSS_USD] += reserves.lost[m]
        if rules[m].bad_debt_stays:
            figures[FIGURE_TOTAL_LOSS_USD] += reserves.settled_bad[m]
        else:
            figures[FIGURE_TOTAL_LOSS_USD] += reserves.bad[m]
