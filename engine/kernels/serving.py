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

from engine.kernels.compiling import inlined, kernel, part
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
from engine.kernels.curves import marginal_price_factor_nb
from engine.kernels.exchange import profits_nb
from engine.kernels.health import health_nb, sums_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, Curves, Legs, MarketState, Queue, TokensLeft, WaitingAccounts
    from engine.kernels.tables import Bound, Bounds, Policy, Rule, Rules

SLACK = 1e-9
"""Far more than rounding can add to what a dollar repaid earns, far less than anybody liquidates for."""


FEW = 4  # times as many candidates as are wanted, from which on most of them are passed over without more
SAMPLED = 16  # of them
SORTED = 64  # candidates, at most, that are put in order one by one; more by a heap


@inlined
def _most_bonus_nb(rule: Rule, listed: float) -> float:
    """Return the largest incentive that a market can give, ``listed`` being the largest of its collateral."""
    if rule.incentive_kind == INCENTIVE_LLTV:
        return rule.incentive_second
    if rule.incentive_kind == INCENTIVE_HEALTH_DISCOUNT:
        return 1.0 / (1.0 - rule.incentive_second) - 1.0
    return listed


@inlined
def _earned_nb(rule: Rule, bound: Bound, dearest: float, cheapest: float) -> float:
    """Return what a liquidation earns at most for each dollar of its account's debt.

    ``dearest`` is what a dollar of collateral sells for, ``cheapest`` what a dollar of debt costs.
    """
    kept = 1.0 - rule.fee_share if rule.fee_of_seized else 1.0
    most = (1.0 + _most_bonus_nb(rule, bound.most_bonus)) * kept * dearest - cheapest
    return bound.most_repaid * most + SLACK


@kernel
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
        dearest, cheapest = 0.0, np.inf
        for k in range(len(oracle)):
            ratio = market[k] / oracle[k]
            if left.collateral[m, k] > 0.0:
                if policy.buys_debt and is_owed[k]:
                    dearest = np.inf  # repaid debt is bought: the price may rise within the round
                dearest = max(dearest, ratio)
            if left.debt[m, k] > 0.0:
                cheapest = min(cheapest, ratio)
        earned[m] = _earned_nb(rules[m], bounds[m], dearest, cheapest)


@inlined
def can_drop_nb(policy: Policy) -> bool:
    """Whether `drop_refused_nb` may be asked: each sale of a round must leave less for those who come later."""
    return policy.has_min_profit and not policy.buys_debt and policy.gas_usd + policy.min_profit_usd > 0.0


@part
def drop_refused_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    bounds: Bounds,
    rules: Rules,
    policy: Policy,
    curves: Curves,
    running_usd: Any,
    state: MarketState,
    queue: Queue,
    first: int,
    count: int,
) -> int:
    """Drop candidates who surely are refused after what was sold in the round; return the place after the last left.

    They are neither put in order nor quoted. What an account's collateral sells for is bounded by the price to which
    the sales so far have brought it, so most of the queue goes once that has fallen by the bonus.

    Parameters
    ----------
    running_usd
        (K,) u as it runs through the round's sales.
    state
        Of the round; ``prices`` is used.
    queue
        Its places from ``first`` to ``count`` are candidates in any order.
    """
    needed = policy.gas_usd + policy.min_profit_usd
    sold_for, oracle, market = state.prices, state.oracle, state.market
    cheapest_of_all = np.inf
    for k in range(len(oracle)):
        cheapest_of_all = min(cheapest_of_all, market[k] / oracle[k])
        sold_for[k] = market[k]
        if running_usd[k] != state.outstanding[k] * state.undisturbed[k]:
            sold_for[k] = state.undisturbed[k] * marginal_price_factor_nb(curves, k, state.cross[k], running_usd[k])
    to = first
    for place in range(first, count):
        i = unsigned(queue.account[unsigned(place)])
        m = unsigned(legs.market[i])
        dearest, cheapest, owed = 0.0, np.inf, 0.0
        for leg in range(unsigned(legs.collateral_start[i]), unsigned(legs.collateral_start[i + unsigned(1)])):
            k = unsigned(legs.collateral_asset[leg])
            if collateral[leg] > 0.0:
                dearest = max(dearest, sold_for[k] / oracle[k])
        if _earned_nb(rules[m], bounds[m], dearest, cheapest_of_all) <= 0.0:  # however little it owes
            continue
        for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
            k = unsigned(legs.debt_asset[leg])
            owed += debt[leg] * oracle[k]
            if debt[leg] > 0.0:
                cheapest = min(cheapest, market[k] / oracle[k])
        if owed * _earned_nb(rules[m], bounds[m], dearest, cheapest) < needed:
            continue
        if to != place:
            _move_nb(queue, place, to)
        to += 1
    return to


@inlined
def _comes_first_nb(key: float, row: int, other_key: float, other_row: int) -> bool:
    """Whether a candidate is served before another: by key, ties by the order of the book."""
    return key < other_key or (key == other_key and row < other_row)


@inlined
def _move_nb(queue: Queue, origin: int, to: int) -> None:
    """Put the candidate in one place of the queue in another place too."""
    here, there = unsigned(origin), unsigned(to)
    queue.key[there], queue.row[there], queue.account[there] = queue.key[here], queue.row[here], queue.account[here]


@inlined
def _put_nb(queue: Queue, place: int, key: float, row: int, account: int) -> None:
    """Put a candidate in a place of the queue."""
    at = unsigned(place)
    queue.key[at], queue.row[at], queue.account[at] = key, row, account


@inlined
def _is_before_nb(queue: Queue, first: int, second: int) -> bool:
    """Whether the candidate in one place of the queue is served before the one in another."""
    one, other = unsigned(first), unsigned(second)
    return _comes_first_nb(queue.key[one], queue.row[one], queue.key[other], queue.row[other])


@inlined
def _swap_nb(queue: Queue, first: int, second: int) -> None:
    """Let the candidates in two places of the queue change places."""
    at = unsigned(first)
    key, row, account = queue.key[at], queue.row[at], queue.account[at]
    _move_nb(queue, second, first)
    _put_nb(queue, second, key, row, account)


@part
def _sink_nb(queue: Queue, first: int, place: int, count: int) -> None:
    """Put a candidate where it belongs in the heap of ``count`` from ``first`` on, whose top is served last."""
    at = first + place
    here = unsigned(at)
    key, row, account = queue.key[here], queue.row[here], queue.account[here]
    while True:
        below = 2 * place + 1
        if below >= count:
            break
        if below + 1 < count and _is_before_nb(queue, first + below, first + below + 1):
            below += 1
        other = unsigned(first + below)
        if not _comes_first_nb(key, row, queue.key[other], queue.row[other]):
            break
        _move_nb(queue, first + below, at)
        at = first + below
        place = below
    _put_nb(queue, at, key, row, account)


@part
def _sort_nb(queue: Queue, first: int, end: int, taken: int) -> None:
    """Put the ``taken`` of the candidates in the places first..end-1 who are served first to the front, in order."""
    for other in range(first + 1, end):
        at = unsigned(other)
        key, row, account = queue.key[at], queue.row[at], queue.account[at]
        to = other
        if other >= first + taken:  # the front is full: its last leaves it
            to = first + taken - 1
            last = unsigned(to)
            if not _comes_first_nb(key, row, queue.key[last], queue.row[last]):
                continue
            _move_nb(queue, to, other)
        while to > first:
            above = unsigned(to - 1)
            if not _comes_first_nb(key, row, queue.key[above], queue.row[above]):
                break
            _move_nb(queue, to - 1, to)
            to -= 1
        _put_nb(queue, to, key, row, account)


@part
def _front_nb(queue: Queue, first: int, count: int, taken: int) -> int:
    """Gather candidates of whom ``taken`` are served before all others; return the place after the last of them.

    Who is served before one of a sample, drawn at even distances and put in order, is gathered next to it.
    """
    apart = (count - first) // SAMPLED
    for drawn in range(1, SAMPLED):
        _swap_nb(queue, first + drawn, first + drawn * apart)
    _sort_nb(queue, first, first + SAMPLED, SAMPLED)
    end = first + SAMPLED
    last = taken * SAMPLED // (count - first) + 1  # the share of the sample that is served before, and one for luck
    while last < SAMPLED:
        bound = unsigned(first + last)
        key, row = queue.key[bound], queue.row[bound]
        for other in range(end, count):
            at = unsigned(other)
            if queue.key[at] > key:
                continue
            if _comes_first_nb(queue.key[at], queue.row[at], key, row):
                _swap_nb(queue, other, end)
                end += 1
        if end - first - SAMPLED + last >= taken:
            return end
        last *= 2
    return count


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
    end = count
    if count - first > FEW * taken and count - first > FEW * SAMPLED:
        end = _front_nb(queue, first, count, taken)
    if taken <= SORTED:
        _sort_nb(queue, first, end, taken)
        return taken
    for place in range(taken // 2 - 1, -1, -1):
        _sink_nb(queue, first, place, taken)
    for other in range(first + taken, end):
        if _is_before_nb(queue, other, first):
            _swap_nb(queue, first, other)
            _sink_nb(queue, first, signed(0), taken)
    for rest in range(taken - 1, 0, -1):
        _swap_nb(queue, first, first + rest)
        _sink_nb(queue, first, signed(0), rest)
    return taken


@kernel
def service_keys_nb(legs: Legs, collateral: Any, debt: Any, prices: Any, accounts: Any, health: Any, owed: Any) -> None:
    """Fill the health and the debt in USD of some accounts, by which they are put in order of service."""
    for place in range(len(accounts)):
        backing, _, owed_here = sums_nb(legs, collateral, debt, prices, unsigned(accounts[place]))
        health[place] = health_nb(backing, owed_here)
        owed[place] = owed_here


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
        Who is liquidatable, with debt at these oracle prices.
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
        at = unsigned(queued)
        queue.account[at] = waiting.account[place]
        queue.row[at] = places.account[i]
        if policy.priority == PRIORITY_LARGEST_DEBT:
            queue.key[at] = -owed
        elif policy.priority == PRIORITY_LOWEST_HEALTH:
            backing, _, owed_now = sums_nb(legs, collateral, debt, oracle, i)
            queue.key[at] = health_nb(backing, owed_now)
        elif policy.priority == PRIORITY_BOOK:
            queue.key[at] = 0.0
        queued += 1
    if policy.priority == PRIORITY_LARGEST_PROFIT:
        profits_nb(legs, collateral, debt, rules, oracle, market, dust, queue.account[:queued], queue.key[:queued])
        for place in range(queued):
            queue.key[place] = -queue.key[place]
    return queued
