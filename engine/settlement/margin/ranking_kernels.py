"""Whom a margin engine closes against those of bankrupt accounts, in which order, compiled (Method, section 7).

The conventions are those of `engine.kernels`. A *position* is a leg in any asset but the market's quote asset: long as
collateral, short as debt. A bankrupt account's long is closed against other accounts' shorts, and the reverse.

Who can be closed against, in which order, is found out once a round for each market, asset and side, when it is first
needed. Whoever is used up, or has become liquidatable, is taken out of that list. The order goes by what a position has
gained since it was entered, in USD (its *profit*; where it is not known what it was entered at, since the first oracle
prices): most profit first, or profit over margin times leverage, the margin being the account's equity at these prices
and the leverage all its positions over its equity, both now. Pro rata nobody is first: everybody is closed for his
share of all profit, and what somebody cannot take goes to the others in the same proportion.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels import (
    AccountPlaces,
    Legs,
    Rules,
    is_liquidatable_nb,
    sums_nb,
    unsigned,
)
from engine.kernels.compiling import inlined, kernel

# What a kernel needs from its caller before it is called again.
DONE = 0
NEEDS_ROOM = 1

SHORTS = 0
LONGS = 1

NOT_RANKED = -1
END = -2

RANKED_BY_PROFIT = 0
RANKED_BY_PROFIT_TIMES_LEVERAGE = 1
PRO_RATA = 2
OPEN = -1.0
"""The part of a place in a list that is to be shared out pro rata, while it is not known."""

NOTHING = 1e-9
"""A gain or a shortfall that is a smaller share of what it is a part of is none, but rounding."""

# Places in the progress of a margin engine, beside those of `engine.kernels`.
AT_LEG = 0  # the leg being deleveraged of the account whose turn it is, collateral first; -1 before
CLOSINGS = 1  # rows of `Closings` so far
IS_SHARED = 2  # 1 when the leg is shared out pro rata among those in the list, 2 if these can take all of it
MARGIN_PLACES = 3


class Closed(NamedTuple):
    """What of the account at its turn is closed against others: tokens and USD a token, by leg from its first one.

    Each (K,): no account has more legs on a side than there are assets.
    """

    collateral: Any
    collateral_price: Any
    debt: Any
    debt_price: Any


class Entered(NamedTuple):
    """What positions were entered at, USD a token.

    ``first_prices`` (K,) are the oracle's before round 1, which count where nothing else is known; ``collateral`` and
    ``debt`` are of the legs, NaN where it is not known; shape (0,) where it is known of none.
    """

    first_prices: Any
    collateral: Any
    debt: Any


class Rankings(NamedTuple):
    """Accounts that can be closed against, first ones first, as linked lists.

    ``first`` (M, K, 2) int64 is where the list of a market, asset and side begins, `NOT_RANKED` or `END`. ``used`` (1,)
    int64 is how many places are taken; all others are of equal length: ``account`` and ``leg`` (int32), ``follower``
    (int64), the next place or `END`, ``score`` by which the list is ordered and ``profit`` in USD; while a leg is
    shared out pro rata ``most``, the tokens that can be closed, and ``part``, those that are to be.
    """

    first: Any
    used: Any
    account: Any
    leg: Any
    follower: Any
    score: Any
    profit: Any
    most: Any
    part: Any


class Gainers(NamedTuple):
    """Accounts that have gained since they entered and can pay, and what: by market from ``first`` to before ``end``.

    ``first`` and ``end`` (M,) int64; ``used`` (1,) int64; ``total`` (1, 2) is scratch; ``account`` int32 and ``gain``
    in USD with room for everybody whose market may need it.
    """

    first: Any
    end: Any
    used: Any
    total: Any
    account: Any
    gain: Any


class Closings(NamedTuple):
    """Which events closed an account against another: row (int64) and account (int32); filled up to a count."""

    row: Any
    account: Any


class Money(NamedTuple):
    """What changes hands in a round beside tokens, by market, each (M,) USD.

    ``fund`` is the insurance fund, ``credited`` what accounts got paid out. ``gains`` is what others have gained and
    can pay, -1 while nobody has asked, and ``pledged`` what of it is to be taken at the end of the round. ``overspent``
    is what closing accounts cost beyond that and all their debt at oracle prices. ``deleveraged`` and
    ``deleveraged_count`` (int64) are the positions closed against others, at oracle prices, and how many, and
    ``taken`` what that took from their accounts less what it repaid for them, at oracle prices.
    """

    fund: Any
    credited: Any
    gains: Any
    pledged: Any
    overspent: Any
    deleveraged: Any
    deleveraged_count: Any
    taken: Any


@inlined
def leg_of_nb(start: Any, assets: Any, i: int, k: int) -> int:
    """Return account i's leg in asset k, -1 if it has none."""
    found = -1
    for leg in range(start[i], start[i + 1]):
        if assets[leg] == k:
            found = leg
    return found


@inlined
def entry_nb(entries: Any, leg: int, first: float) -> float:
    """Return what a leg's profit counts from: its entry price, else the first oracle price of its asset."""
    if len(entries) == 0 or np.isnan(entries[leg]):
        return first
    return entries[leg]


@inlined
def margin_nb(legs: Legs, collateral: Any, debt: Any, entered: Entered, quote: int, i: int) -> float:
    """Return account i's equity at what its positions were entered at, USD."""
    held = 0.0
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        k = legs.collateral_asset[leg]
        price = entered.first_prices[k]
        held += collateral[leg] * (price if k == quote else entry_nb(entered.collateral, leg, price))
    owed = 0.0
    for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
        k = legs.debt_asset[leg]
        price = entered.first_prices[k]
        owed += debt[leg] * (price if k == quote else entry_nb(entered.debt, leg, price))
    return held - owed


@inlined
def size_nb(legs: Legs, collateral: Any, debt: Any, prices: Any, quote: int, i: int) -> float:
    """Return what account i's positions are worth, USD, long and short alike."""
    size = 0.0
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        if legs.collateral_asset[leg] != quote:
            size += collateral[leg] * prices[legs.collateral_asset[leg]]
    for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
        if legs.debt_asset[leg] != quote:
            size += debt[leg] * prices[legs.debt_asset[leg]]
    return size


@inlined
def _gain_nb(price: float, entry: float, side: int) -> float:
    """Return what a token of a position has gained."""
    return price - entry if side == LONGS else entry - price


@kernel
def rank_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    entered: Entered,
    dust: float,
    ranking: int,
    m: int,
    k: int,
    side: int,
    quote: int,
    rankings: Rankings,
) -> bool:
    """List the accounts of market m whose position in asset k can be closed against a bankrupt one.

    These have gained on it since they entered it, are not liquidatable, and had some equity with what they hold now at
    the first prices. ``ranking`` says what the order goes by; ties, and pro rata all, are in the order of the book.
    Returns False, with nothing changed, if there is no room for them.
    """
    first = entered.first_prices[k]
    entries = entered.collateral if side == LONGS else entered.debt
    start = rankings.used[0]
    count = 0
    if len(entries) > 0 or _gain_nb(oracle[k], first, side) > NOTHING * first:
        for i in range(len(legs.market)):
            if legs.market[i] != m:
                continue
            if side == LONGS:
                leg = leg_of_nb(legs.collateral_start, legs.collateral_asset, i, k)
                if leg < 0 or collateral[leg] <= 0.0 or legs.debt_start[i] == legs.debt_start[i + 1]:
                    continue
                amount = collateral[leg]
            else:
                leg = leg_of_nb(legs.debt_start, legs.debt_asset, i, k)
                paying = leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
                if leg < 0 or debt[leg] <= 0.0 or paying < 0 or collateral[paying] <= 0.0:
                    continue
                amount = debt[leg]
            entry = entry_nb(entries, leg, first)
            gain = _gain_nb(oracle[k], entry, side)
            if not gain > NOTHING * entry:
                continue
            _, held, owed = sums_nb(legs, collateral, debt, entered.first_prices, unsigned(i))
            if held - owed <= 0.0:
                continue
            backing, held_now, owed_now = sums_nb(legs, collateral, debt, oracle, unsigned(i))
            if is_liquidatable_nb(backing, held_now, owed_now, rules[m].at_or_below, dust):
                continue
            place = start + count
            if place >= len(rankings.account):
                return False
            profit = amount * gain
            score = 0.0
            if ranking == RANKED_BY_PROFIT:
                score = profit
            elif ranking == RANKED_BY_PROFIT_TIMES_LEVERAGE:
                equity = held_now - owed_now
                margin = margin_nb(legs, collateral, debt, entered, quote, i)
                score = np.inf
                if equity > 0.0 and margin > 0.0:
                    score = profit / margin * (size_nb(legs, collateral, debt, oracle, quote, i) / equity)
            rankings.account[place] = i
            rankings.leg[place] = leg
            rankings.follower[place] = place + 1
            rankings.score[place] = score
            rankings.profit[place] = profit
            count += 1
    rankings.first[m, k, side] = END
    if count > 0:
        rankings.follower[start + count - 1] = END
        rankings.used[0] = start + count
        rankings.first[m, k, side] = order_nb(rankings, places.account, start, count)
    return True


@kernel
def order_nb(rankings: Rankings, rows: Any, first: int, count: int) -> int:
    """Sort the list of ``count`` places that begins at ``first``; return where it begins then.

    Largest score first, ties by ``rows`` (n,) of the accounts, ascending. Runs of doubling length are merged.
    """
    head = first
    width = 1
    while width < count:
        place = head
        head = END
        tail = END
        while place >= 0:
            left = place
            lefts = 0
            while lefts < width and place >= 0:
                place = rankings.follower[place]
                lefts += 1
            right = place
            rights = width
            while lefts > 0 or (rights > 0 and right >= 0):
                takes_left = lefts > 0
                if takes_left and rights > 0 and right >= 0:
                    one = rankings.score[left]
                    other = rankings.score[right]
                    takes_left = one > other or (
                        one == other and rows[rankings.account[left]] < rows[rankings.account[right]]
                    )
                if takes_left:
                    taken = left
                    left = rankings.follower[left]
                    lefts -= 1
                else:
                    taken = right
                    right = rankings.follower[right]
                    rights -= 1
                if tail < 0:
                    head = taken
                else:
                    rankings.follower[tail] = taken
                tail = taken
            place = right
        rankings.follower[tail] = END
        width *= 2
    return head


@kernel
def share_out_nb(rankings: Rankings, first: int, wanted: float) -> bool:
    """Set the parts of ``wanted`` tokens that those in a list are closed for, in proportion to profit.

    Nobody is closed for more than his ``most``; what he cannot take goes to the others in the same proportion. Returns
    whether all together can take all.
    """
    able = 0.0
    place = first
    while place >= 0:
        able += rankings.most[place]
        rankings.part[place] = OPEN if rankings.most[place] > 0.0 else 0.0
        place = rankings.follower[place]
    left = wanted
    is_open = True
    while is_open:
        is_open = False
        profit = 0.0
        place = first
        while place >= 0:
            if rankings.part[place] == OPEN:
                profit += rankings.profit[place]
            place = rankings.follower[place]
        taken = 0.0
        place = first
        while place >= 0:
            if rankings.part[place] == OPEN and left * rankings.profit[place] / profit >= rankings.most[place]:
                rankings.part[place] = rankings.most[place]
                taken += rankings.most[place]
                is_open = True
            place = rankings.follower[place]
        if is_open and left > taken:
            left -= taken
            continue
        place = first
        while place >= 0:
            if rankings.part[place] == OPEN:
                rankings.part[place] = 0.0 if is_open else left * rankings.profit[place] / profit
            place = rankings.follower[place]
        is_open = False
    return able >= wanted
