"""Liquidating the candidates of a round in turn, as far as limits and earnings allow (Method, section 6, step 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import kernel, part
from engine.kernels.constants import (
    COUNT_USED_UP,
    LIQUIDATED,
    NOTE_BONUS,
    NOTE_CAPACITY_LEFT_USD,
    NOTE_COLLATERAL_LEG,
    NOTE_DEBT_LEG,
    NOTE_FEE_SHARE,
    NOTE_FIRST_EARNING,
    NOTE_HEALTH_AFTER,
    NOTE_HEALTH_BEFORE,
    NOTE_OUTCOME,
    NOTE_PROCEEDS_USD,
    NOTE_REPAID_AT_MARKET_USD,
    NOTE_REPAID_USD,
    NOTE_SEIZED_USD,
    NOTE_WHOLE_PROFIT_USD,
    NOTE_WHOLE_USD,
    OVER_CAPACITY,
    PROGRESS_CALL,
    PROGRESS_EMPTIED,
    PROGRESS_EVENTS,
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    PROGRESS_NOTES,
    PROGRESS_POSITION,
    SIZING_BEST,
    SIZING_WHOLE,
    TOTAL_REPAID_FRESH_USD,
    TOTAL_REPAID_USD,
    UNPROFITABLE,
    signed,
    unsigned,
)
from engine.kernels.exchange import exchange_nb, fee_share_nb, market_value_nb, proceeds_nb
from engine.kernels.health import health_nb
from engine.kernels.sizing import earned_nb, sized_nb
from engine.kernels.sums import add_nb, sum_nb
from engine.kernels.taking import add_market_nb, most_rows_nb, take_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import AccountPlaces, Curves, EventColumns, Flows, Legs
    from engine.kernels.tables import Policy, Rules


@part
def _wanted_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    oracle: Any,
    market: Any,
    undisturbed: Any,
    cross: Any,
    curves: Curves,
    policy: Policy,
    dust: float,
    outstanding_usd: Any,
    i: int,
    sizing: int,
    cleg: int,
    dleg: int,
    whole: float,
    seized: float,
    picked_c: float,
    picked_d: float,
    bonus: float,
    kept: float,
    least_left: float,
    capacity_left: float,
    is_watched: bool,
) -> tuple[int, float, float, float, float, float, float]:
    """Return what of an allowed liquidation liquidators want who must earn something.

    (outcome, R, S, proceeds, what R is worth at market prices, what the whole would earn, what the first USD earns):
    proceeds and what the whole would earn of slices only if the account is watched.
    """
    proceeds, of_whole, first = 0.0, 0.0, 0.0
    outcome, repaid = LIQUIDATED, whole
    _, paid = market_value_nb(
        legs, collateral, debt, oracle, market, i, cleg, dleg, repaid, seized, picked_c, picked_d
    )  # fmt: skip
    if sizing != SIZING_WHOLE:
        cost = paid / whole
        if is_watched:
            of_whole = earned_nb(
                legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, cleg, whole, bonus,
                picked_c, kept, cost,
            ) - policy.gas_usd  # fmt: skip
        outcome, repaid, first = sized_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, cleg, sizing == SIZING_BEST,
            whole, bonus, picked_c, picked_d, kept, cost, least_left, capacity_left,
            policy.min_profit_usd + policy.gas_usd, dust,
        )  # fmt: skip
        if repaid != whole:
            seized = repaid * (1.0 + bonus)
            paid = repaid * cost
    if sizing == SIZING_WHOLE or is_watched:
        proceeds = proceeds_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, cleg, seized, picked_c, kept
        )
    if sizing == SIZING_WHOLE and not proceeds - paid - policy.gas_usd >= policy.min_profit_usd:
        outcome = UNPROFITABLE
    return outcome, repaid, seized, proceeds, paid, of_whole, first


@kernel
def liquidate_nb(
    order: Any,
    legs: Legs,
    places: AccountPlaces,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    market: Any,
    undisturbed: Any,
    cross: Any,
    curves: Curves,
    policy: Policy,
    dust: float,
    number: int,
    outstanding_usd: Any,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    emptied: Any,
    progress: Any,
    watched: int,
    notes: Any,
) -> bool:
    """Liquidate the candidates in the given order (Method, section 6, step 7).

    Returns True when it is through, False when the event columns are full: the caller gives it longer ones and
    calls again with the same ``progress``. Of events that nobody reads, all columns but the first are empty. ``since``
    (n,) int32 is the round from which on each is liquidatable, ``outstanding_usd`` (K,) u as it runs through the
    round's sales, where ``policy.follows_sales``. ``emptied`` (as long as `order`, int32) is filled with the accounts
    that have debt but no collateral left. What happens to the account ``watched`` (-1: none) is noted in ``notes``
    (calls, NOTE_COLUMNS).
    """
    position = progress[PROGRESS_POSITION]
    call = progress[PROGRESS_CALL]
    row = progress[PROGRESS_EVENTS]
    liquidations = progress[PROGRESS_LIQUIDATIONS]
    repaid_high, repaid_low = flows.totals[TOTAL_REPAID_USD, 0], flows.totals[TOTAL_REPAID_USD, 1]
    # Sums of one market after the other, added to the round's when another begins.
    of_market = unsigned(0)
    market_repaid, market_repaid_low, market_seized, market_seized_low = 0.0, 0.0, 0.0, 0.0
    market_liquidations = 0
    fresh, fresh_low = 0.0, 0.0
    room = len(events.account)
    is_detailed = len(events.health_before) > 0
    done = True
    while position < len(order) and done:
        i = unsigned(order[unsigned(position)])
        m = unsigned(legs.market[i])
        if m != of_market:
            add_market_nb(
                flows, of_market, market_liquidations, market_repaid, market_repaid_low, market_seized,
                market_seized_low, False,
            )  # fmt: skip
            market_liquidations = 0
            of_market = m
            market_repaid, market_repaid_low, market_seized, market_seized_low = 0.0, 0.0, 0.0, 0.0
        while call < policy.calls:
            if row + most_rows_nb(legs, rules, i) > room:
                done = False
                break
            outcome, cleg, dleg, repaid, seized, picked_c, picked_d, bonus, health = exchange_nb(
                legs, collateral, debt, rules, oracle, dust, i
            )
            fee_share = fee_share_nb(rules, m, bonus)
            proceeds, paid, of_whole, first = 0.0, 0.0, 0.0, 0.0
            whole = repaid
            spent = repaid_high + repaid_low
            if outcome == LIQUIDATED:
                sizing = rules[m].sizing
                if liquidations >= policy.most_liquidations:
                    outcome = COUNT_USED_UP
                elif sizing == SIZING_WHOLE and spent + repaid > policy.capacity_usd:
                    outcome = OVER_CAPACITY
                elif sizing != SIZING_WHOLE or policy.has_min_profit:
                    outcome, repaid, seized, proceeds, paid, of_whole, first = _wanted_nb(
                        legs, collateral, debt, oracle, market, undisturbed, cross, curves, policy, dust,
                        outstanding_usd, i, sizing, cleg, dleg, repaid, seized, picked_c, picked_d, bonus,
                        1.0 - fee_share, rules[m].min_leftover_usd, policy.capacity_usd - spent, signed(i) == watched,
                    )  # fmt: skip
            noted = progress[PROGRESS_NOTES]
            is_watched = signed(i) == watched and noted < len(notes)
            if is_watched:
                notes[noted, NOTE_OUTCOME] = outcome
                notes[noted, NOTE_REPAID_USD] = repaid
                notes[noted, NOTE_SEIZED_USD] = seized
                notes[noted, NOTE_BONUS] = bonus
                notes[noted, NOTE_FEE_SHARE] = fee_share
                notes[noted, NOTE_PROCEEDS_USD] = proceeds
                notes[noted, NOTE_REPAID_AT_MARKET_USD] = paid
                notes[noted, NOTE_CAPACITY_LEFT_USD] = policy.capacity_usd - spent
                notes[noted, NOTE_HEALTH_BEFORE] = health
                notes[noted, NOTE_HEALTH_AFTER] = health
                notes[noted, NOTE_COLLATERAL_LEG] = cleg
                notes[noted, NOTE_DEBT_LEG] = dleg
                notes[noted, NOTE_WHOLE_USD] = whole
                notes[noted, NOTE_WHOLE_PROFIT_USD] = of_whole
                notes[noted, NOTE_FIRST_EARNING] = first
                progress[PROGRESS_NOTES] = noted + 1
            if outcome != LIQUIDATED:
                break

            first_row = row
            rows, backing, held, owed = take_nb(
                legs, places, collateral, debt, oracle, events, flows, row, i, cleg, dleg, repaid, seized,
                picked_c, picked_d, fee_share,
            )  # fmt: skip
            row += rows
            after = health_nb(backing, owed)
            if held <= dust < owed:
                emptied[progress[PROGRESS_EMPTIED]] = i
                progress[PROGRESS_EMPTIED] += 1
            if is_detailed:
                for e in range(unsigned(first_row), unsigned(row)):
                    events.health_before[e] = health
                    events.health_after[e] = after
            if policy.follows_sales:
                for e in range(unsigned(first_row), unsigned(row)):
                    received = events.seized[e] - events.seized[e] * fee_share
                    k = unsigned(legs.collateral_asset[unsigned(events.collateral_leg[e] - places.collateral_shift[i])])
                    outstanding_usd[k] += received * policy.sold_now * undisturbed[k]
                    if policy.buys_debt:
                        j = unsigned(legs.debt_asset[unsigned(events.debt_leg[e] - places.debt_shift[i])])
                        outstanding_usd[j] -= events.repaid[e] * undisturbed[j]
            repaid_high, repaid_low = sum_nb(repaid_high, repaid_low, repaid)
            market_repaid, market_repaid_low = sum_nb(market_repaid, market_repaid_low, repaid)
            market_seized, market_seized_low = sum_nb(market_seized, market_seized_low, seized)
            if since[i] == number:
                fresh, fresh_low = sum_nb(fresh, fresh_low, repaid)
            liquidations += 1
            market_liquidations += 1
            if last_liquidated[i] == 0:
                progress[PROGRESS_NEW_ACCOUNTS] += 1
            last_liquidated[i] = number
            if is_watched:
                notes[noted, NOTE_HEALTH_AFTER] = after
            call += 1
            if owed < policy.min_debt_usd:  # what is left is left alone
                break
        if not done:
            break
        call = 0
        position += 1
        if liquidations >= policy.most_liquidations and watched < 0:
            position = len(order)
    flows.totals[TOTAL_REPAID_USD, 0] = repaid_high
    flows.totals[TOTAL_REPAID_USD, 1] = repaid_low
    add_market_nb(
        flows, of_market, market_liquidations, market_repaid, market_repaid_low, market_seized, market_seized_low,
        False,
    )  # fmt: skip
    add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), fresh)
    add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), fresh_low)
    progress[PROGRESS_POSITION] = position
    progress[PROGRESS_CALL] = call
    progress[PROGRESS_EVENTS] = row
    progress[PROGRESS_LIQUIDATIONS] = liquidations
    return done
