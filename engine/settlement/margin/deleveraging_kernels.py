"""Closing profitable positions against those of bankrupt accounts, compiled (Method, section 7, `margin`).

The conventions are those of `engine.kernels`. A *position* is a leg in any asset but the market's quote asset: long as
collateral, short as debt. A bankrupt account's long is closed against other accounts' shorts, and the reverse.

Who can be closed against, in which order, is found out once a round for each market, asset and side, when it is first
needed. Whoever is used up, or has become liquidatable, is taken out of that list. The order goes by what a position has
gained since the first oracle prices, in USD (its *profit*): most profit first, or profit over margin times leverage,
the margin being the account's equity at the first oracle prices and the leverage all its positions over its equity,
both now. Pro rata nobody is first: everybody is closed for his share of all profit, and what somebody cannot take goes
to the others in the same proportion.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

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
    """Accounts that have gained since the start and can pay, and what: by market from ``first`` to before ``end``.

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


@kernel
def rank_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    first_prices: Any,
    dust: float,
    ranking: int,
    m: int,
    k: int,
    side: int,
    quote: int,
    rankings: Rankings,
) -> bool:
    """List the accounts of market m whose position in asset k can be closed against a bankrupt one.

    These have gained on it since the start, are not liquidatable, and had some equity with what they hold now at the
    first prices. ``ranking`` says what the order goes by; ties, and pro rata all, are in the order of the book. Returns
    False, with nothing changed, if there is no room for them.
    """
    gain = oracle[k] - first_prices[k] if side == LONGS else first_prices[k] - oracle[k]
    start = rankings.used[0]
    count = 0
    if gain > NOTHING * first_prices[k]:
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
            margin = held - owed
            if margin <= 0.0:
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
                score = np.inf
                if equity > 0.0:
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


@inlined
def _closing_nb(
    legs: Legs, collateral: Any, debt: Any, oracle: Any, quote: int, a: int, leg: int, price: float, wanted: float,
    equity: float, is_long: bool,
) -> tuple[float, float, int, int, float, float]:  # fmt: skip
    """Return what `_short_closing_nb` does where a long is closed against account a, else `_long_closing_nb`."""
    if is_long:
        return _short_closing_nb(legs, collateral, debt, oracle, quote, a, leg, price, wanted, equity)
    return _long_closing_nb(legs, collateral, debt, oracle, quote, a, leg, price, wanted, equity)


@kernel
def find_most_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    dust: float,
    m: int,
    quote: int,
    price: float,
    is_long: bool,
    rankings: Rankings,
    first: int,
) -> None:
    """Find for all in a list how many tokens of each can be closed at a price, none of whoever is liquidatable."""
    place = first
    while place >= 0:
        a = rankings.account[place]
        backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(a))
        most = 0.0
        if not is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust):
            most = _closing_nb(
                legs, collateral, debt, oracle, quote, a, rankings.leg[place], price, np.inf, held - owed, is_long
            )[0]
        rankings.most[place] = max(most, 0.0)
        place = rankings.follower[place]


@kernel
def deleverage_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    first_prices: Any,
    dust: float,
    ranking: int,
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
            whole = collateral[legs.collateral_start[i] + at]
            wanted = whole - closed.collateral[at]
            price = closed.collateral_price[at]
        else:
            side = LONGS
            k = legs.debt_asset[legs.debt_start[i] + at - longs]
            whole = debt[legs.debt_start[i] + at - longs]
            wanted = whole - closed.debt[at - longs]
            price = closed.debt_price[at - longs]
        if k == quote or not price > 0.0:
            wanted = 0.0
        elif (
            rankings.first[m, k, side] == NOT_RANKED
            and wanted > 0.0
            and not rank_nb(
                legs, places, collateral, debt, rules, oracle, first_prices, dust, ranking, m, k, side, quote, rankings
            )
        ):
            return NEEDS_ROOM
        if ranking == PRO_RATA and wanted > 0.0 and margin_progress[IS_SHARED] == 0:
            first = rankings.first[m, k, side]
            find_most_nb(legs, collateral, debt, rules, oracle, dust, m, quote, price, is_long, rankings, first)
            margin_progress[IS_SHARED] = 2 if share_out_nb(rankings, first, wanted) else 1
        is_shared = margin_progress[IS_SHARED] > 0
        before = -1
        place = rankings.first[m, k, side]
        while place >= 0 and (is_shared or wanted > 0.0):
            row = progress[PROGRESS_EVENTS]
            count = margin_progress[CLOSINGS]
            if row >= len(events.account) or count >= len(closings.row):
                return NEEDS_ROOM
            a = rankings.account[place]
            leg = rankings.leg[place]
            after = rankings.follower[place]
            backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(a))
            is_used_up = is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust)
            most = rankings.part[place] if is_shared else wanted
            tokens = 0.0
            if not is_used_up:
                tokens, credited, cleg, dleg, seized, repaid = _closing_nb(
                    legs, collateral, debt, oracle, quote, a, leg, price, most, held - owed, is_long
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
                if is_shared:
                    rankings.part[place] = 0.0
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
        if margin_progress[IS_SHARED] == 2:  # to the last token, whatever rounding made of the parts
            if is_long:
                closed.collateral[at] = whole
            else:
                closed.debt[at - longs] = whole
        margin_progress[IS_SHARED] = 0
        margin_progress[AT_LEG] = at + 1
    return DONE


@kernel
def find_gains_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    first_prices: Any,
    dust: float,
    m: int,
    quote: int,
    gainers: Gainers,
) -> float:
    """Find what the accounts of market m have gained since the start and can pay; return the sum, USD.

    What each has gained is that of all positions together, at most the equity, at most what is held of the quote asset.
    Liquidatable accounts and those that owe nothing have none to pay.
    """
    place = gainers.used[0]
    gainers.first[m] = place
    gainers.total[0, 0] = 0.0
    gainers.total[0, 1] = 0.0
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
        gainers.account[place] = i
        gainers.gain[place] = gain
        add_nb(gainers.total, unsigned(0), gain)
        place += 1
    gainers.end[m] = place
    gainers.used[0] = place
    return gainers.total[0, 0] + gainers.total[0, 1]


@kernel
def levy_nb(
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    oracle: Any,
    quotes: Any,
    money: Money,
    gainers: Gainers,
    events: EventColumns,
    left: TokensLeft,
    closings: Closings,
    progress: Any,
) -> int:
    """Take what is pledged from those who gained, pro rata and in the quote asset; return how many closings that is.

    Who was closed against since his gain was found may have less left: what is missing then is overspent. ``quotes``
    (M,) int64. The columns of events and closings must have room for all gainers.
    """
    count = 0
    for m in range(len(money.pledged)):
        if money.pledged[m] == 0.0:
            continue
        share = money.pledged[m] / money.gains[m]
        quote = quotes[m]
        taken = 0.0
        for place in range(gainers.first[m], gainers.end[m]):
            i = gainers.account[place]
            paying = _leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
            tokens = min(gainers.gain[place] * share / oracle[quote], collateral[paying])
            row = progress[PROGRESS_EVENTS]
            backing, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
            write_event_nb(
                legs, places, collateral, debt, events, left, row, i, paying, legs.debt_start[i], tokens, 0.0, 0.0
            )
            events.health_before[row] = health_nb(backing, owed)
            backing, _, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
            events.health_after[row] = health_nb(backing, owed)
            taken += tokens * oracle[quote]
            closings.row[count] = row
            closings.account[count] = i
            progress[PROGRESS_EVENTS] = row + 1
            count += 1
        money.deleveraged[m] += taken
        money.deleveraged_count[m] += gainers.end[m] - gainers.first[m]
        gone = money.pledged[m] - taken
        if gone > NOTHING * money.pledged[m]:
            money.overspent[m] += gone
    return count
