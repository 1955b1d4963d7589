"""In which order the candidates of a round are served, without those who surely are refused (Method, section 6).

A liquidator who must earn something is not sent to quote every small debt in every round. What a liquidation earns
is at most the debt it repays times what a dollar repaid can earn in its market at the prices of the round, with no
price impact at all. Who cannot reach the least profit in this way is refused without working anything out; so what an
account needs to be looked at is kept with it: its debt, which changes only with its amounts and the prices of what it
owes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import inlined, part
from engine.kernels.constants import (
    INCENTIVE_HEALTH_DISCOUNT,
    INCENTIVE_LLTV,
    PRIORITY_BOOK,
    PRIORITY_LARGEST_DEBT,
    PRIORITY_LARGEST_PROFIT,
    PRIORITY_LOWEST_HEALTH,
    signed,
    unsigned,
)
from engine.kernels.exchange import profits_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, Legs, Queue, TokensLeft, WaitingAccounts
    from engine.kernels.tables import Bounds, Policy, Rule, Rules

SLACK = 1e-9
"""Far more than rounding can add to what a dollar repaid earns, far less than anybody liquidates for."""


@inlined
def _most_bonus_nb(rule: Rule, listed: float) -> float:
    """Return the largest incentive that a market can give, ``listed`` being the largest of its collateral."""
    if rule.incentive_kind == INCENTIVE_LLTV:
        return rule.incentive_second
    if rule.incentive_kind == INCENTIVE_HEALTH_DISCOUNT:
        return 1.0 / (1.0 - rule.incentive_second) - 1.0
    return listed


@part
def most_earned_nb(
    bounds: Bounds,
    rules: Rules,
    policy: Policy,
    left: TokensLeft,
    is_owed: Any,
    oracle: Any,
    market: Any,
    earned: Any,
) -> None:
    """Fill what a liquidation earns at most for each dollar of its account's debt, by market (M,).

    ``left`` are the tokens of the book before the run: who holds nothing of an asset in a market at first never will.
    """
    for m in range(len(rules)):
        rule, bound = rules[m], bounds[m]
        dearest, cheapest = 0.0, np.inf
        for k in range(len(oracle)):
            ratio = market[k] / oracle[k]
            if left.collateral[m, k] > 0.0:
                if policy.buys_debt and is_owed[k]:
                    dearest = np.inf  # repaid debt is bought: the price may rise within the round
                dearest = max(dearest, ratio)
            if left.debt[m, k] > 0.0:
                cheapest = min(cheapest, ratio)
        kept = 1.0 - rule.fee_share if rule.fee_of_seized else 1.0
        most = (1.0 + _most_bonus_nb(rule, bound.most_bonus)) * kept * dearest - cheapest
        earned[m] = bound.most_repaid * most + SLACK


@inlined
def _comes_first_nb(key: float, row: int, other_key: float, other_row: int) -> bool:
    """Whether a candidate is served before another: by key, ties by the order of the book."""
    return key < other_key or (key == other_key and row < other_row)


@inlined
def _is_before_nb(queue: Queue, first: int, second: int) -> bool:
    """Whether the candidate in one place of the queue is served before the one in another."""
    return _comes_first_nb(queue.key[first], queue.row[first], queue.key[second], queue.row[second])


@inlined
def _swap_nb(queue: Queue, first: int, second: int) -> None:
    """Let the candidates in two places of the queue change places."""
    key, row, account = queue.key[first], queue.row[first], queue.account[first]
    queue.key[first], queue.row[first], queue.account[first] = (
        queue.key[second], queue.row[second], queue.account[second],
    )  # fmt: skip
    queue.key[second], queue.row[second], queue.account[second] = key, row, account


@part
def _sink_nb(queue: Queue, first: int, place: int, count: int) -> None:
    """Put a candidate where it belongs in the heap of ``count`` from ``first`` on, whose top is served last."""
    at = first + place
    key, row, account = queue.key[at], queue.row[at], queue.account[at]
    while True:
        below = 2 * place + 1
        if below >= count:
            break
        if below + 1 < count and _is_before_nb(queue, first + below, first + below + 1):
            below += 1
        other = first + below
        if not _comes_first_nb(key, row, queue.key[other], queue.row[other]):
            break
        queue.key[at], queue.row[at], queue.account[at] = queue.key[other], queue.row[other], queue.account[other]
        at = other
        place = below
    queue.key[at], queue.row[at], queue.account[at] = key, row, account


@part
def bring_first_nb(queue: Queue, first: int, count: int, wanted: int) -> int:
    """Put those who are served first to the front, in the order of their service.

    Parameters
    ----------
    queue
        Its places from ``first`` to ``count`` are candidates in any order; those before are served already.
    wanted
        So many are brought to ``first`` and after, or all if there are no more.

    Returns
    -------
    int
        How many were brought.
    """
    taken = min(wanted, count - first)
    for place in range(taken // 2 - 1, -1, -1):
        _sink_nb(queue, first, place, taken)
    for other in range(first + taken, count):
        if _is_before_nb(queue, other, first):
            _swap_nb(queue, first, other)
            _sink_nb(queue, first, signed(0), taken)
    for rest in range(taken - 1, 0, -1):
        _swap_nb(queue, first, first + rest)
        _sink_nb(queue, first, signed(0), rest)
    return taken


@part
def queue_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    policy: Policy,
    oracle: Any,
    market: Any,
    dust: float,
    number: int,
    some_paused: bool,
    since: Any,
    paused_until: Any,
    earned: Any,
    waiting: WaitingAccounts,
    count: int,
    queue: Queue,
) -> int:
    """Queue the candidates among the first ``count`` who wait; return how many there are.

    Parameters
    ----------
    some_paused, paused_until
        Whether any market is paused in the round, and (M,) the last round in which each is.
    since
        (n,) the round since which each account has been liquidatable.
    earned
        (M,) see `most_earned_nb`.
    waiting
        Who is liquidatable, with health and debt at these oracle prices.
    queue
        Filled with the candidates, of whom `bring_first_nb` finds those who are served first.
    """
    needed = policy.gas_usd + policy.min_profit_usd if policy.has_min_profit else -np.inf
    queued = 0
    waits = policy.latency > 0
    for place in range(count):
        i = unsigned(waiting.account[place])
        m = unsigned(legs.market[i])
        if (waits and number + 1 - since[i] <= policy.latency) or (some_paused and paused_until[m] >= number):
            continue
        owed = waiting.debt[place]
        # Who may lose something may repay little and lose little: no bound tells about that.
        if owed < policy.min_debt_usd or (needed > 0.0 and owed * earned[m] < needed):
            continue
        queue.account[queued] = waiting.account[place]
        queue.row[queued] = places.account[i]
        if policy.priority == PRIORITY_LARGEST_DEBT:
            queue.key[queued] = -owed
        elif policy.priority == PRIORITY_LOWEST_HEALTH:
            queue.key[queued] = waiting.health[place]
        elif policy.priority == PRIORITY_BOOK:
            queue.key[queued] = 0.0
        queued += 1
    if policy.priority == PRIORITY_LARGEST_PROFIT:
        profits_nb(legs, collateral, debt, rules, oracle, market, dust, queue.account[:queued], queue.key[:queued])
        for place in range(queued):
            queue.key[place] = -queue.key[place]
    return queued
