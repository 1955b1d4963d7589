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


@part
def _sink_nb(queue: Queue, first: int, count: int) -> None:
    """Put a candidate where it belongs among those below it in the heap."""
    key, row, account = queue.key[first], queue.row[first], queue.account[first]
    at = first
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        right = below + 1
        if right < count and _comes_first_nb(queue.key[right], queue.row[right], queue.key[below], queue.row[below]):
            below = right
        if not _comes_first_nb(queue.key[below], queue.row[below], key, row):
            break
        queue.key[at], queue.row[at], queue.account[at] = queue.key[below], queue.row[below], queue.account[below]
        at = below
    queue.key[at], queue.row[at], queue.account[at] = key, row, account


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
    latency: int,
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
    since, paused_until
        (n,) the round since which each account has been liquidatable, (M,) the last round in which each market is
        paused.
    earned
        (M,) see `most_earned_nb`.
    waiting
        Who is liquidatable, with health and debt at these oracle prices.
    queue
        Filled with a heap, to be served by `next_in_queue_nb`.
    """
    needed = policy.gas_usd + policy.min_profit_usd if policy.has_min_profit else -np.inf
    queued = 0
    for place in range(count):
        i = unsigned(waiting.account[place])
        m = unsigned(legs.market[i])
        if number + 1 - since[i] <= latency or paused_until[m] >= number:
            continue
        # Who may lose something may repay little and lose little: no bound tells about that.
        if needed > 0.0 and waiting.debt[place] * earned[m] < needed:
            continue
        queue.account[queued] = waiting.account[place]
        queue.row[queued] = places.account[i]
        if policy.priority == PRIORITY_LARGEST_DEBT:
            queue.key[queued] = -waiting.debt[place]
        elif policy.priority == PRIORITY_LOWEST_HEALTH:
            queue.key[queued] = waiting.health[place]
        elif policy.priority == PRIORITY_BOOK:
            queue.key[queued] = 0.0
        queued += 1
    if policy.priority == PRIORITY_LARGEST_PROFIT:
        profits_nb(legs, collateral, debt, rules, oracle, market, dust, queue.account[:queued], queue.key[:queued])
        for place in range(queued):
            queue.key[place] = -queue.key[place]
    for place in range(queued // 2 - 1, -1, -1):
        _sink_nb(queue, place, queued)
    return queued


@part
def next_in_queue_nb(queue: Queue, count: int, order: Any) -> int:
    """Take those who are next out of a queue of so many, as many as ``order`` has room for; return how many."""
    taken = min(count, len(order))
    for place in range(taken):
        order[place] = queue.account[0]
        last = count - 1 - place
        queue.key[0], queue.row[0], queue.account[0] = queue.key[last], queue.row[last], queue.account[last]
        _sink_nb(queue, 0, last)
    return taken
