"""Closing profitable positions against those of bankrupt accounts, compiled (Method, section 7, `margin`).

Who can be closed against, and in which order: `ranking_kernels`, beside this file, which tells the terms too.
"""

from __future__ import annotations

from typing import Any

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
from engine.settlement.margin.ranking_kernels import (
    AT_LEG,
    CLOSINGS,
    DONE,
    IS_SHARED,
    LONGS,
    NEEDS_ROOM,
    NOT_RANKED,
    NOTHING,
    PRO_RATA,
    SHORTS,
    Closed,
    Closings,
    Entered,
    Gainers,
    Money,
    Rankings,
    entry_nb,
    leg_of_nb,
    rank_nb,
    share_out_nb,
)


@inlined
def _short_closing_nb(
    legs: Legs, collateral: Any, debt: Any, oracle: Any, quote: int, a: int, leg: int, price: float, wanted: float,
    equity: float,
) -> tuple[float, float, int, int, float, float]:  # fmt: skip
    """Return (tokens closed, credited USD, collateral leg, debt leg, seized, repaid) of closing account a's short."""
    paying = leg_of_nb(legs.collateral_start, legs.collateral_asset, a, quote)
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
    paid = leg_of_nb(legs.debt_start, legs.debt_asset, a, quote)
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
    entered: Entered,
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
                legs, places, collateral, debt, rules, oracle, entered, dust, ranking, m, k, side, quote, rankings
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
                money.taken[m] += seized * oracle[legs.collateral_asset[cleg]] - repaid * oracle[legs.debt_asset[dleg]]
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
    entered: Entered,
    dust: float,
    m: int,
    quote: int,
    gainers: Gainers,
) -> float:
    """Find what the accounts of market m have gained since they entered and can pay; return the sum, USD.

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
        paying = leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
        if paying < 0 or collateral[paying] <= 0.0:
            continue
        gain = 0.0
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k = legs.collateral_asset[leg]
            if k != quote:
                gain += collateral[leg] * (oracle[k] - entry_nb(entered.collateral, leg, entered.first_prices[k]))
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            k = legs.debt_asset[leg]
            if k != quote:
                gain += debt[leg] * (entry_nb(entered.debt, leg, entered.first_prices[k]) - oracle[k])
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
            paying = leg_of_nb(legs.collateral_start, legs.collateral_asset, i, quote)
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
        money.taken[m] += taken
        money.deleveraged_count[m] += gainers.end[m] - gainers.first[m]
        gone = money.pledged[m] - taken
        if gone > NOTHING * money.pledged[m]:
            money.overspent[m] += gone
    return count
