"""A margin engine's closings, compiled (Method, section 7, `margin`).

The conventions are those of `engine.kernels`. A *position* is a leg in any asset but the market's quote asset.
Deleveraging (`deleveraging_kernels`, beside this file) closes parts of positions against other accounts; how much of
each leg, and at which price, stands in the `Closed` of the account whose turn it is.
"""

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
    TokensLeft,
    health_nb,
    impact_integral_nb,
    is_liquidatable_nb,
    sums_nb,
    take_all_legs_nb,
    unsigned,
)
from engine.kernels.compiling import inlined, kernel
from engine.settlement.margin.deleveraging_kernels import deleverage_nb, find_gains_nb
from engine.settlement.margin.ranking_kernels import (
    AT_LEG,
    DONE,
    NEEDS_ROOM,
    NOTHING,
    Closed,
    Closings,
    Entered,
    Gainers,
    Money,
    Rankings,
    size_nb,
)
from engine.settlement.shared_kernels import count_nb, fits_nb


class MarginRules(NamedTuple):
    """The markets' parameters, each (M,).

    ``quote`` int64 is an asset; ``ranking`` int64 one of `RANKED_BY_PROFIT`, `RANKED_BY_PROFIT_TIMES_LEVERAGE` and
    `PRO_RATA`.
    """

    quote: Any
    fee: Any
    residual_is_traders: Any
    deleverages: Any
    ranking: Any
    gains_pay: Any


@kernel
def equity_at_market_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    market: Any,
    outstanding_usd: Any,
    running: Any,
    closed: Closed,
    quote: int,
    i: int,
) -> float:
    """Return what account i has left when its positions are closed at the market, USD; changes nothing but scratch.

    Sales come first, then purchases, both in the order of the assets, each into the market as the one before left it.
    What was closed against other accounts counts at its price there. ``running`` (K,) is scratch.
    """
    first_collateral = legs.collateral_start[i]
    first_debt = legs.debt_start[i]
    for leg in range(first_collateral, legs.collateral_start[i + 1]):
        k = legs.collateral_asset[leg]
        running[k] = outstanding_usd[k]
    for leg in range(first_debt, legs.debt_start[i + 1]):
        k = legs.debt_asset[leg]
        running[k] = outstanding_usd[k]
    equity = 0.0
    for leg in range(first_collateral, legs.collateral_start[i + 1]):
        asset: Any = np.int64(legs.collateral_asset[leg])  # compiled for one type of index
        if asset == quote:
            equity += collateral[leg] * market[asset]
            continue
        tokens = closed.collateral[leg - first_collateral]
        equity += tokens * closed.collateral_price[leg - first_collateral]
        width = (collateral[leg] - tokens) * undisturbed[asset]
        equity += impact_integral_nb(curves, asset, cross[asset], running[asset], width)
        running[asset] += width
    for leg in range(first_debt, legs.debt_start[i + 1]):
        other: Any = np.int64(legs.debt_asset[leg])
        if other == quote:
            equity -= debt[leg] * market[other]
            continue
        tokens = closed.debt[leg - first_debt]
        equity -= tokens * closed.debt_price[leg - first_debt]
        width = (debt[leg] - tokens) * undisturbed[other]
        equity += impact_integral_nb(curves, other, cross[other], running[other], -width)
        running[other] -= width
    return equity


@inlined
def _trade_rest_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    undisturbed: Any,
    outstanding_usd: Any,
    sold: Any,
    bought: Any,
    closed: Closed,
    quote: int,
    i: int,
) -> None:
    """Trade at the market what is left of account i's positions, whoever pays for it."""
    first_collateral = legs.collateral_start[i]
    for leg in range(first_collateral, legs.collateral_start[i + 1]):
        k = legs.collateral_asset[leg]
        if k != quote:
            tokens = collateral[leg] - closed.collateral[leg - first_collateral]
            sold[k] += tokens
            outstanding_usd[k] += tokens * undisturbed[k]
    first_debt = legs.debt_start[i]
    for leg in range(first_debt, legs.debt_start[i + 1]):
        k = legs.debt_asset[leg]
        if k != quote:
            tokens = debt[leg] - closed.debt[leg - first_debt]
            bought[k] += tokens
            outstanding_usd[k] -= tokens * undisturbed[k]


@inlined
def _begin_nb(legs: Legs, prices: Any, quote: int, equity: float, size: float, closed: Closed, i: int) -> None:
    """Set each position's price at which the account would end with exactly nothing (its bankruptcy price)."""
    first_collateral = legs.collateral_start[i]
    for leg in range(first_collateral, legs.collateral_start[i + 1]):
        k = legs.collateral_asset[leg]
        closed.collateral[leg - first_collateral] = 0.0
        closed.collateral_price[leg - first_collateral] = prices[k] * (1.0 - equity / size) if k != quote else 0.0
    first_debt = legs.debt_start[i]
    for leg in range(first_debt, legs.debt_start[i + 1]):
        k = legs.debt_asset[leg]
        closed.debt[leg - first_debt] = 0.0
        closed.debt_price[leg - first_debt] = prices[k] * (1.0 + equity / size) if k != quote else 0.0


@inlined
def _is_short_nb(equity: float, fund: float, gross: float) -> bool:
    """Whether an account's shortfall is more than the fund has, and more than rounding."""
    return -equity > max(fund, 0.0) and -equity > ROUNDING * gross


@inlined
def _pay_nb(margins: MarginRules, money: Money, m: int, equity: float, size: float, gross: float) -> float:
    """Share out what an account has left, or let the fund pay what it lacks; return what nobody pays, USD."""
    if equity >= -ROUNDING * gross:
        equity = max(equity, 0.0)
        fee = min(margins.fee[m] * size, equity)
        if margins.residual_is_traders[m]:
            money.fund[m] += fee
            money.credited[m] += equity - fee
        else:
            money.fund[m] += equity - fee
        return 0.0
    if _is_short_nb(equity, money.fund[m], gross):
        unpaid = -equity - max(money.fund[m], 0.0)
        money.fund[m] = min(money.fund[m], 0.0)
        return unpaid
    money.fund[m] += equity
    return 0.0


@kernel
def settle_margin_nb(
    order: Any,
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    margins: MarginRules,
    money: Money,
    oracle: Any,
    entered: Entered,
    market: Any,
    undisturbed: Any,
    cross: Any,
    curves: Curves,
    policy: Policy,
    dust: float,
    number: int,
    outstanding_usd: Any,
    running: Any,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    left: TokensLeft,
    sold: Any,
    bought: Any,
    closed: Closed,
    rankings: Rankings,
    gainers: Gainers,
    closings: Closings,
    emptied: Any,
    progress: Any,
    margin_progress: Any,
) -> int:
    """Close candidates in the given order.

    Returns `DONE`, or `NEEDS_ROOM` where the columns of events, closings or rankings are full: the caller makes room
    and calls again with the same progress. ``entered`` is what profits count from. ``sold`` and ``bought`` (K,) become
    the tokens traded at the market. What is added to ``flows.received`` and ``flows.repaid`` means nothing: no
    liquidator gets or buys anything here. ``emptied`` as in `engine.kernels.liquidate_nb`.
    """
    position = progress[PROGRESS_POSITION]
    while position < len(order):
        i = order[position]
        m = legs.market[i]
        quote = margins.quote[m]
        backing, held, owed = sums_nb(legs, collateral, debt, oracle, unsigned(i))
        gross = held + owed
        size = size_nb(legs, collateral, debt, oracle, quote, i)
        if margin_progress[AT_LEG] < 0:
            is_candidate = is_liquidatable_nb(backing, held, owed, rules[m].at_or_below, dust)
            if not (is_candidate and fits_nb(flows, progress, policy, owed)):
                position += 1
                continue
            closed.collateral[:] = 0.0
            closed.debt[:] = 0.0
            equity = equity_at_market_nb(
                legs, collateral, debt, curves, undisturbed, cross, market, outstanding_usd, running, closed, quote, i
            )
            if margins.deleverages[m] and size > 0.0 and _is_short_nb(equity, money.fund[m], gross):
                _begin_nb(legs, oracle, quote, held - owed, size, closed, i)
                margin_progress[AT_LEG] = 0
        if margin_progress[AT_LEG] >= 0:
            need = deleverage_nb(
                legs, places, collateral, debt, rules, oracle, entered, dust, margins.ranking[m], quote, i,
                closed, rankings, closings, money, events, left, progress, margin_progress,
            )  # fmt: skip
            if need != DONE:
                progress[PROGRESS_POSITION] = position
                return need
            equity = equity_at_market_nb(
                legs, collateral, debt, curves, undisturbed, cross, market, outstanding_usd, running, closed, quote, i
            )
            if -NOTHING * gross <= equity < 0.0:  # closed at the bankruptcy price
                equity = 0.0
        if margins.gains_pay[m] and money.gains[m] < 0.0 and _is_short_nb(equity, money.fund[m], gross):
            money.gains[m] = find_gains_nb(legs, collateral, debt, rules, oracle, entered, dust, m, quote, gainers)
        first_row = progress[PROGRESS_EVENTS]
        pairs = legs.collateral_start[i + 1] - legs.collateral_start[i]
        pairs *= legs.debt_start[i + 1] - legs.debt_start[i]
        if first_row + pairs > len(events.account):
            progress[PROGRESS_POSITION] = position
            return NEEDS_ROOM
        margin_progress[AT_LEG] = -1

        missing = _pay_nb(margins, money, m, equity, size, gross)
        if missing > 0.0 and margins.gains_pay[m]:
            pledged = min(missing, money.gains[m] - money.pledged[m])
            money.pledged[m] += pledged
            missing -= pledged
        unpaid = min(missing, owed)
        money.overspent[m] += missing - unpaid
        _trade_rest_nb(legs, collateral, debt, undisturbed, outstanding_usd, sold, bought, closed, quote, i)
        repaid = owed - unpaid
        health = health_nb(backing, owed)
        row = first_row + take_all_legs_nb(
            legs, places, collateral, debt, oracle, events, flows, first_row, i, repaid, held, held, owed, 0.0
        )
        progress[PROGRESS_EVENTS] = row
        if unpaid > dust:
            emptied[progress[PROGRESS_EMPTIED]] = i
            progress[PROGRESS_EMPTIED] += 1
        for e in range(first_row, row):
            events.health_before[e] = health
            events.health_after[e] = 0.0 if unpaid > 0.0 else np.inf
        count_nb(flows, progress, m, i, number, repaid, held, since[i] == number, last_liquidated)
        position += 1
    progress[PROGRESS_POSITION] = position
    return DONE
