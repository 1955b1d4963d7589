"""What numba compiles for `engine.settlement.auction.settlement`; conventions as in `engine.kernels`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels import (
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_POSITION,
    ROUNDING,
    AccountPlaces,
    Curves,
    EventColumns,
    Flows,
    Legs,
    Policy,
    Rules,
    health_nb,
    impact_integral_nb,
    is_liquidatable_nb,
    sums_nb,
    take_all_legs_nb,
    unsigned,
)
from engine.kernels.compiling import inlined_kernel, kernel
from engine.settlement.shared_kernels import count_nb, fits_nb

CURVE_STAIRSTEP = 0
CURVE_LINE = 1
CURVE_SHARE = 2

NEVER = -1
LEAST_ROOM = 1e-9  # room for no more than this share of the hole is what rounding leaves of a full one


class Terms(NamedTuple):
    """The auctions of the markets, each an array of shape (M,).

    ``curve`` int64; ``cut`` of stairstep and exponential; ``rounds`` int64: a step, or until the price is zero;
    ``hole_usd`` infinite where not given; ``least_usd``: no debt below it is auctioned or left apart.
    """

    penalty: Any
    buffer: Any
    curve: Any
    cut: Any
    rounds: Any
    reset_rounds: Any
    reset_price: Any
    hole_usd: Any
    least_usd: Any


class Auctions(NamedTuple):
    """The running auctions, filled up to a count.

    ``account`` int32; ``start`` int64: the round in which the price began to fall; ``previous`` int64: the same of the
    time before, `NEVER` if there was none; ``share`` of the account that is for sale; ``was_bad`` uint8: whether the
    account's debt was bad when it began; ``was_healthy`` uint8: whether the account was when the last round that is
    over began, so that the reproduction number counts what is paid on it.
    """

    account: Any
    start: Any
    previous: Any
    share: Any
    was_bad: Any
    was_healthy: Any


@inlined_kernel
def price_factor_nb(terms: Terms, m: int, rounds: int) -> float:
    """Return what part of its first price is asked so many rounds after the start."""
    if terms.curve[m] == CURVE_LINE:
        return max(0.0, 1.0 - rounds / terms.rounds[m])
    if terms.curve[m] == CURVE_STAIRSTEP:
        return terms.cut[m] ** (rounds // terms.rounds[m])
    return terms.cut[m] ** rounds


@kernel
def tabs_nb(
    legs: Legs, collateral: Any, debt: Any, oracle: Any, terms: Terms, auctions: Auctions, count: int, tabs: Any
) -> None:
    """Add up by market, (M,), what the running auctions have to raise."""
    for place in range(count):
        i = auctions.account[place]
        m = legs.market[i]
        _, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        tabs[m] += auctions.share[place] * owed * (1.0 + terms.penalty[m])


@kernel
def start_nb(
    order: Any,
    legs: Legs,
    collateral: Any,
    debt: Any,
    oracle: Any,
    terms: Terms,
    number: int,
    tabs: Any,
    auctions: Auctions,
    count: int,
    runs: Any,
    since: Any,
    bad: Any,
) -> int:
    """Start auctions for accounts in the given order, as far as there is room; return how many run then.

    ``tabs`` (M,) and ``runs`` (n,) uint8, whether an account is in an auction, are kept up. ``since`` (n,) int32 is the
    round from which on each is liquidatable.
    """
    for place in range(len(order)):
        i = order[place]
        m = legs.market[i]
        _, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        tab = owed * (1.0 + terms.penalty[m])
        room = terms.hole_usd[m] - tabs[m]
        if terms.hole_usd[m] < np.inf and not room > LEAST_ROOM * terms.hole_usd[m]:
            continue
        share = 1.0
        if tab > room:
            share = room / tab
            if (1.0 - share) * owed < terms.least_usd[m]:
                share = 1.0
            elif share * owed < terms.least_usd[m]:
                continue
        auctions.account[count] = i
        auctions.start[count] = number
        auctions.previous[count] = NEVER
        auctions.share[count] = share
        auctions.was_bad[count] = bad[i]
        auctions.was_healthy[count] = since[i] == number
        count += 1
        runs[i] = 1
        tabs[m] += share * tab
    return count


@kernel
def offer_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    undisturbed: Any,
    cross: Any,
    curves: Curves,
    policy: Policy,
    dust: float,
    number: int,
    paused: Any,
    running: Any,
    since: Any,
    last_liquidated: Any,
    due: Any,
    block_due: Any,
    events: EventColumns,
    flows: Flows,
    reserve: Any,
    emptied: Any,
    progress: Any,
    terms: Terms,
    first_prices: Any,
    auctions: Auctions,
    count: int,
    runs: Any,
    money: Any,
    block: int,
) -> bool:
    """Offer the first ``count`` auctions, in their order, once each.

    Auctions that end get the share 0 and leave ``runs`` (n,). ``first_prices`` (rounds, K) are the oracle prices by
    round. ``money`` (3,) is what takers paid, what of it was more than the debt repaid, and 1 if an account changed
    that was not liquidatable: it is made due, ``block`` being how many accounts share one ``block_due``. Returns
    False when the event columns are full, as `engine.kernels.liquidate_nb` does.
    """
    position = progress[PROGRESS_POSITION]
    row = progress[PROGRESS_EVENTS]
    while position < count:
        i = auctions.account[position]
        m = legs.market[i]
        rows = (legs.collateral_start[i + 1] - legs.collateral_start[i]) * (legs.debt_start[i + 1] - legs.debt_start[i])
        if row + rows > len(events.account):
            progress[PROGRESS_POSITION] = position
            progress[PROGRESS_EVENTS] = row
            return False
        place = position
        position += 1
        waited = number - auctions.start[place]
        factor = price_factor_nb(terms, m, waited)
        if waited > terms.reset_rounds[m] or factor < terms.reset_price[m]:
            auctions.previous[place] = auctions.start[place]
            auctions.start[place] = number
            factor = 1.0
        backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        is_waiting = is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust)
        was_healthy = auctions.was_healthy[place] != 0
        auctions.was_healthy[place] = not is_waiting
        if paused[m]:
            continue
        share = auctions.share[place]
        start = auctions.start[place]
        asked = 0.0
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            asked += collateral[leg] * (terms.buffer[m] * first_prices[start, legs.collateral_asset[leg]] * factor)
        asked *= share
        tab = share * owed * (1.0 + terms.penalty[m])
        part = share
        paid = asked
        if asked > tab:
            part = share * (tab / asked)
            paid = tab
        proceeds = 0.0
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k: Any = np.int64(legs.collateral_asset[leg])
            tokens = part * collateral[leg]
            proceeds += impact_integral_nb(curves, k, cross[k], running[k], tokens * undisturbed[k])
        profit = proceeds - paid - policy.gas_usd
        # What only rounding brings is no profit.
        if not profit > ROUNDING * (proceeds + paid) or (policy.has_min_profit and not profit >= policy.min_profit_usd):
            continue
        if not fits_nb(flows, progress, policy, money[1] + paid):
            continue

        repaid = min(share * owed, paid)
        seized = held if part >= 1.0 else part * held
        first_row = row
        row += take_all_legs_nb(
            legs, places, collateral, debt, oracle, events, flows, row, i, repaid, seized, held, owed, 0.0
        )
        after_backing, after_held, after_owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        for e in range(first_row, row):
            events.health_before[e] = health_nb(backing, owed)
            events.health_after[e] = health_nb(after_backing, after_owed)
            asset = legs.collateral_asset[events.collateral_leg[e] - places.collateral_shift[i]]
            running[asset] += events.seized[e] * policy.sold_now * undisturbed[asset]
        if after_held <= dust < after_owed:
            emptied[progress[PROGRESS_EMPTIED]] = i
            progress[PROGRESS_EMPTIED] += 1
        count_nb(flows, progress, m, i, number, repaid, seized, was_healthy, last_liquidated)
        if not is_waiting:
            since[i] = number + 1
            due[i] = 0.0
            block_due[i // block] = 0.0
            money[2] = 1.0
        reserve[m] += paid - repaid
        money[0] += paid
        money[1] += paid - repaid
        auctions.share[place] = 0.0
        runs[i] = 0
    progress[PROGRESS_POSITION] = position
    progress[PROGRESS_EVENTS] = row
    return True


@kernel
def auction_figures_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    oracle: Any,
    market: Any,
    number: int,
    terms: Terms,
    first_prices: Any,
    auctions: Auctions,
    count: int,
    running: Any,
    tabs: Any,
    asked: Any,
    worth: Any,
) -> None:
    """Fill what is reported of the running auctions by market, each (M,)."""
    tabs_nb(legs, collateral, debt, oracle, terms, auctions, count, tabs)
    for place in range(count):
        i = auctions.account[place]
        m = legs.market[i]
        start = auctions.start[place]
        share = auctions.share[place]
        factor = terms.buffer[m] * price_factor_nb(terms, m, number - start)
        running[m] += 1
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k = legs.collateral_asset[leg]
            asked[m] += share * collateral[leg] * first_prices[start, k] * factor
            worth[m] += share * collateral[leg] * market[k]
