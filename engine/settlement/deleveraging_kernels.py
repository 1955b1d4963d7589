"""Closing profitable positions against those of bankrupt accounts, compiled (Method, section 7, `margin`).

The conventions are those of `engine.kernels`. A *position* is a leg in any asset but the market's quote asset: long as
collateral, short as debt. A bankrupt account's long is closed against other accounts' shorts, and the reverse.

Who can be closed against, in which order, is found out once a round for each market, asset and side, when it is first
needed. Whoever is used up, or has become liquidatable, is taken out of that list.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.kernels import (
    PROGRESS_EVENTS,
    AccountPlaces,
    EventColumns,
    Legs,
    Rules,
    TokensLeft,
    add_nb,
    health_nb,
    is_liquidatable_nb,
    sums_nb,
    unsigned,
)
from engine.kernels.compiling import inlined, kernel
from engine.settlement.event_kernels import write_event_nb

# What a kernel needs from its caller before it is called again.
DONE = 0
NEEDS_ROOM = 1
NEEDS_RANKING = 2
NEEDS_GAINS = 3

SHORTS = 0
LONGS = 1

NOT_RANKED = -1
END = -2

NOTHING = 1e-9
"""A gain or a shortfall that is a smaller share of what it is a part of is none, but rounding."""

# Places in the progress of a margin engine, beside those of `engine.kernels`.
AT_LEG = 0  # the leg being deleveraged of the account whose turn it is, collateral first; -1 before
CLOSINGS = 1  # rows of `Closings` so far
WANTED_ASSET = 2  # of the ranking that is needed
WANTED_SIDE = 3
MARGIN_PLACES = 4


class Closed(NamedTuple):
    """What of the account at its turn is closed against others: tokens and USD a token, by leg from its first one.

    Each (K,): no account has more legs on a side than there are assets.
    """

    collateral: Any
    collateral_price: Any
    debt: Any
    debt_price: Any


class Rankings(NamedTuple):
    """Accounts that can be closed against, best first, as linked lists.

    ``first`` (M, K, 2) int64 is where the list of a market, asset and side begins, `NOT_RANKED` or `END`. ``account``
    and ``leg`` (int32) and ``follower`` (int64) are of equal length; ``follower`` is the next place or `END`.
    """

    first: Any
    account: Any
    leg: Any
    follower: Any


class Closings(NamedTuple):
    """Which events closed an account against another: row (int64) and account (int32); filled up to a count."""

    row: Any
    account: Any


class Money(NamedTuple):
    """What changes hands in a round beside tokens, by market, each (M,) USD.

    ``fund`` is the insurance fund, ``credited`` what accounts got paid out. ``gains`` is what others have gained and
    can pay, -1 while nobody has asked, and ``pledged`` what of it is to be taken at the end of the round. ``overspent``
    is what closing accounts cost beyond that and all their debt at oracle prices. ``deleveraged`` and
    ``deleveraged_count`` (int64) are the positions closed against others, at oracle prices, and how many.
    """

    fund: Any
    credited: Any
    gains: Any
    pledged: Any
    overspent: Any
    deleveraged: Any
    deleveraged_count: Any


@inlined
def _leg_of_nb(start: Any, assets: Any, i: int, k: int) -> int:
    """Return account i's leg in asset k, -1 if it has none."""
    found = -1
    for leg in range(start[i], start[i + 1]):
        if assets[leg] == k:
            found = leg
    return found


@kernel
def rank_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    first_prices: Any,
    dust: float,
    m: int,
    k: int,
    side: int,
    quote: int,
    accounts: Any,
    found_legs: Any,
    scores: Any,
) -> int:
    """Find the accounts of market m whose position in asset k can be closed against a bankrupt one.

    These have gained on it since the start, are not liquidatable, and had some equity with what they hold now at the
    first prices. Fills ``accounts`` and ``found_legs`` (n,) int32 and ``scores`` (n,), the gain over that equity.
    Returns how many there are.
    """
    gain = oracle[k] - first_prices[k] if side == LONGS else first_prices[k] - oracle[k]
    if not gain > NOTHING * first_prices[k]:
        return 0
    count = 0
    for i in range(len(legs.market)):
        if legs.market[i] != m:
            continue
        if side == LONGS:
            leg = _leg_of_nb(legs.collateral_start, legs.collateral_asset, i, k)
            if leg < 0 or collateral[leg] <= 0.0 or legs.debt_start[i] == legs.debt_start[i + 1]:
                continue
            amount = collateral[leg]
        else:
            leg = _leg_of_nb(legs.debt_start, legs.debt_asset, i, k)
            paying = _leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
            if leg < 0 or debt[leg] <= 0.0 or paying < 0 or collateral[paying] <= 0.0:
                continue
            amount = debt[leg]
        _, held, owed = sums_nb(legs, collateral, debt, first_prices, unsigned(i))
        if held - owed <= 0.0:
            continue
        backing, held_now, owed_now = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        if is_liquidatable_nb(backing, held_now, owed_now, rules[m].at_or_below, dust):
            continue
        accounts[count] = i
        found_legs[count] = leg
        scores[count] = amount * gain / (held - owed)
        count += 1
    return count


@inlined
def _short_closing_nb(
    legs: Legs, collateral: Any, debt: Any, oracle: Any, quote: int, a: int, leg: int, price: float, wanted: float,
    equity: float,
) -> tuple[float, float, int, int, float, float]:  # fmt: skip
    """Return (tokens closed, credited USD, collateral leg, debt leg, seized, repaid) of closing account a's short."""
    paying = _leg_of_nb(legs.collateral_start, legs.collateral_asset, a, quote)
    k = legs.debt_asset[leg]
    tokens = min(wanted, debt[leg])
    if price > oracle[k]:
        tokens = min(tokens, equity / (price - oracle[k]))
    seized = tokens * price / oracle[quote]
    if seized >= collateral[paying]:
        seized = collateral[paying]
        tokens = min(tokens, seized * oracle[quote] / price)
    return tokens, 0.0, paying, leg, seized, tokens


@inlined
def _long_closing_nb(
    legs: Legs, collateral: Any, debt: Any, oracle: Any, quote: int, a: int, leg: int, price: float, wanted: float,
    equity: float,
) -> tuple[float, float, int, int, float, float]:  # fmt: skip
    """Return (tokens closed, credited USD, collateral leg, debt leg, seized, repaid) of closing account a's long."""
    k = legs.collateral_asset[leg]
    tokens = min(wanted, collateral[leg])
    if price < oracle[k]:
        tokens = min(tokens, equity / (oracle[k] - price))
    usd = tokens * price
    repaid = 0.0
    paid = _leg_of_nb(legs.debt_start, legs.debt_asset, a, quote)
    if paid >= 0:
        repaid = min(usd / oracle[quote], debt[paid])
    else:
        paid = legs.debt_start[a]
    return tokens, max(usd - repaid * oracle[quote], 0.0), leg, paid, tokens, repaid


@kernel
def deleverage_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    dust: float,
    quote: int,
    i: int,
    closed: Closed,
    rankings: Rankings,
    closings: Closings,
    money: Money,
    events: EventColumns,
    left: TokensLeft,
    progress: Any,
    margin_progress: Any,
) -> int:
    """Close account i's positions against others at the prices in ``closed``, as far as these can.

    Returns `DONE`, or what is needed to go on from where ``margin_progress`` says.
    """
    m = legs.market[i]
    longs = legs.collateral_start[i + 1] - legs.collateral_start[i]
    while margin_progress[AT_LEG] < longs + legs.debt_start[i + 1] - legs.debt_start[i]:
        at = margin_progress[AT_LEG]
        is_long = at < longs
        if is_long:
            side = SHORTS
            k = legs.collateral_asset[legs.collateral_start[i] + at]
            wanted = collateral[legs.collateral_start[i] + at] - closed.collateral[at]
            price = closed.collateral_price[at]
        else:
            side = LONGS
            k = legs.debt_asset[legs.debt_start[i] + at - longs]
            wanted = debt[legs.debt_start[i] + at - longs] - closed.debt[at - longs]
            price = closed.debt_price[at - longs]
        if k == quote or not price > 0.0:
            wanted = 0.0
        elif rankings.first[m, k, side] == NOT_RANKED and wanted > 0.0:
            margin_progress[WANTED_ASSET] = k
            margin_progress[WANTED_SIDE] = side
            return NEEDS_RANKING
        before = -1
        place = rankings.first[m, k, side]
        while wanted > 0.0 and place >= 0:
            row = progress[PROGRESS_EVENTS]
            count = margin_progress[CLOSINGS]
            if row >= len(events.account) or count >= len(closings.row):
                return NEEDS_ROOM
            a = rankings.account[place]
            leg = rankings.leg[place]
            after = rankings.follower[place]
            backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(a))
            is_used_up = is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust)
            tokens = 0.0
            if not is_used_up:
                if is_long:
                    tokens, credited, cleg, dleg, seized, repaid = _short_closing_nb(
                        legs, collateral, debt, oracle, quote, a, leg, price, wanted, held - owed
                    )
                else:
                    tokens, credited, cleg, dleg, seized, repaid = _long_closing_nb(
                        legs, collateral, debt, oracle, quote, a, leg, price, wanted, held - owed
                    )
            if tokens > 0.0:
                write_event_nb(legs, places, collateral, debt, events, left, row, a, cleg, dleg, seized, repaid, 0.0)
                events.health_before[row] = health_nb(backing, owed)
                backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(a))
                events.health_after[row] = health_nb(backing, owed)
                progress[PROGRESS_EVENTS] = row + 1
                closings.row[count] = row
                closings.account[count] = a
                margin_progress[CLOSINGS] = count + 1
                money.credited[m] += credited
                money.deleveraged[m] += tokens * oracle[k]
                money.deleveraged_count[m] += 1
                wanted -= tokens
                if is_long:
                    closed.collateral[at] += tokens
                    is_used_up = debt[leg] <= 0.0 or collateral[cleg] <= 0.0
                else:
                    closed.debt[at - longs] += tokens
                    is_used_up = collateral[leg] <= 0.0
            if not is_used_up:
                before = place
            elif before >= 0:
                rankings.follower[before] = after
            else:
                rankings.first[m, k, side] = after
            place = after
        margin_progress[AT_LEG] = at + 1
    return DONE


@kernel
def gains_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    first_prices: Any,
    dust: float,
    m: int,
    quote: int,
    accounts: Any,
    gains: Any,
    total: Any,
) -> int:
    """Find what the accounts of market m have gained since the start and can pay; return how many there are.

    Fills ``accounts`` (n,) int32 and ``gains`` (n,) USD: all positions together, at most the equity, at most what is
    held of the quote asset. Liquidatable accounts and those that owe nothing have none to pay. ``total`` (1, 2)
    becomes the sum, two float64.
    """
    count = 0
    total[0, 0] = 0.0
    total[0, 1] = 0.0
    for i in range(len(legs.market)):
        if legs.market[i] != m or legs.debt_start[i] == legs.debt_start[i + 1]:
            continue
        paying = _leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
        if paying < 0 or collateral[paying] <= 0.0:
            continue
        gain = 0.0
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k = legs.collateral_asset[leg]
            if k != quote:
                gain += collateral[leg] * (oracle[k] - first_prices[k])
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            k = legs.debt_asset[leg]
            if k != quote:
                gain += debt[leg] * (first_prices[k] - oracle[k])
        backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        gain = min(gain, held - owed, collateral[paying] * oracle[quote])
        if gain <= NOTHING * held or is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust):
            continue
        accounts[count] = i
        gains[count] = gain
        add_nb(total, unsigned(0), gain)
        count += 1
    return count


@kernel
def take_gains_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    quote: int,
    accounts: Any,
    gains: Any,
    count: int,
    share: float,
    events: EventColumns,
    left: TokensLeft,
    progress: Any,
) -> float:
    """Take a share of the first ``count`` gains, each in the quote asset, and return the USD taken.

    Who was closed against since his gain was found may have less left. The event columns must have room.
    """
    taken = 0.0
    for place in range(count):
        i = accounts[place]
        paying = _leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
        tokens = min(gains[place] * share / oracle[quote], collateral[paying])
        row = progress[PROGRESS_EVENTS]
        backing, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        write_event_nb(
            legs, places, collateral, debt, events, left, row, i, paying, legs.debt_start[i], tokens, 0.0, 0.0
        )
        events.health_before[row] = health_nb(backing, owed)
        backing, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        events.health_after[row] = health_nb(backing, owed)
        taken += tokens * oracle[quote]
        progress[PROGRESS_EVENTS] = row + 1
    return taken
