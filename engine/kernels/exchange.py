"""What one liquidation would take, changing nothing (Method, section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import inlined, inlined_kernel, kernel, part
from engine.kernels.constants import (
    BONUS,
    CLOSE_FRACTION,
    CLOSE_TARGET_HEALTH,
    HEALTH_TOLERANCE,
    INCENTIVE_HEALTH_DISCOUNT,
    INCENTIVE_HEALTH_LINEAR,
    INCENTIVE_LLTV,
    LEFTOVER_TOO_SMALL,
    LIQUIDATED,
    NOT_LIQUIDATABLE,
    NOTHING_TO_REPAY,
    THRESHOLD,
    signed,
    unsigned,
)
from engine.kernels.curves import impact_integral_nb
from engine.kernels.health import health_nb, is_liquidatable_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves, Legs
    from engine.kernels.tables import Rule, Rules


@inlined
def _own_bonus_nb(rule: Rule, threshold: float, listed: float) -> float:
    """Return the bonus of one collateral, as far as it does not depend on the account's health."""
    if rule.incentive_kind == INCENTIVE_LLTV:
        return min(rule.incentive_second, 1.0 / (1.0 - rule.incentive_first * (1.0 - threshold)) - 1.0)
    return listed


@inlined
def _bonus_nb(rule: Rule, backing: float, owed: float, own: float) -> float:
    """Return the incentive b of a liquidation, given the bonus of its collateral (Method, section 7).

    ``backing`` and ``owed`` are the account's sum C LT and sum D, of which some incentives take the health. The
    incentive is linear in the collateral's own bonus, or does not depend on it: given the mean of several, it is their
    mean.
    """
    kind = rule.incentive_kind
    first = rule.incentive_first
    second = rule.incentive_second
    if kind == INCENTIVE_HEALTH_DISCOUNT:
        return 1.0 / (1.0 - min(second, first + 1.0 - backing / owed)) - 1.0
    if kind == INCENTIVE_HEALTH_LINEAR:
        health = backing / owed
        if health <= second:
            return own
        return own * (first + (1.0 - first) * (1.0 - health) / (1.0 - second))
    return own


@inlined
def pair_nb(
    legs: Legs, collateral: Any, debt: Any, rule: Rule, prices: Any, collateral_leg: int, debt_leg: int
) -> tuple[float, float, float, float, float]:
    """Return (C LT, C, D, threshold, bonus) of an account with one collateral leg and one debt leg.

    The bonus is one only where there is something on both.
    """
    held = collateral[collateral_leg] * prices[unsigned(legs.collateral_asset[collateral_leg])]
    owed = debt[debt_leg] * prices[unsigned(legs.debt_asset[debt_leg])]
    terms = legs.collateral_terms[collateral_leg]
    threshold = legs.terms[terms, THRESHOLD]
    backing = held * threshold
    own = _own_bonus_nb(rule, threshold, legs.terms[terms, BONUS])
    return backing, held, owed, threshold, _bonus_nb(rule, backing, owed, own)


@inlined_kernel
def picked_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, i: int
) -> tuple[float, float, float, int, int, float, float, float, float]:
    """Return what a liquidation of account i would take from, whether it is liquidatable or not.

    Returns (sum C LT, sum C, sum D, collateral leg, debt leg, picked collateral, picked debt, its threshold, the
    bonus). The legs are -1 under proportional legs, and where the account has none.
    """
    here, after = unsigned(i), unsigned(i + 1)
    rule = rules[unsigned(legs.market[here])]
    first, first_debt = unsigned(legs.collateral_start[here]), unsigned(legs.debt_start[here])
    if (
        unsigned(legs.collateral_start[after]) - first == unsigned(1)
        and unsigned(legs.debt_start[after]) - first_debt == unsigned(1)
        and not rule.proportional
    ):  # most accounts: nothing to add up and nothing to choose
        backing, held, owed, threshold, bonus = pair_nb(legs, collateral, debt, rule, prices, first, first_debt)
        if held > 0.0 and owed > 0.0:
            return backing, held, owed, signed(first), signed(first_debt), held, owed, threshold, bonus
    backing = 0.0
    held = 0.0
    collateral_leg = -1
    picked_collateral = -1.0
    for leg in range(unsigned(legs.collateral_start[here]), unsigned(legs.collateral_start[after])):
        value = collateral[leg] * prices[unsigned(legs.collateral_asset[leg])]
        held += value
        backing += value * legs.terms[legs.collateral_terms[leg], THRESHOLD]
        if value > picked_collateral:
            picked_collateral = value
            collateral_leg = signed(leg)
    owed = 0.0
    debt_leg = -1
    picked_debt = -1.0
    for leg in range(unsigned(legs.debt_start[here]), unsigned(legs.debt_start[after])):
        value = debt[leg] * prices[unsigned(legs.debt_asset[leg])]
        owed += value
        if value > picked_debt:
            picked_debt = value
            debt_leg = signed(leg)
    if held <= 0.0 or owed <= 0.0:
        return backing, held, owed, -1, -1, held, owed, 0.0, 0.0
    if rule.proportional:
        own = 0.0
        for leg in range(unsigned(legs.collateral_start[here]), unsigned(legs.collateral_start[after])):
            value = collateral[leg] * prices[unsigned(legs.collateral_asset[leg])]
            terms = legs.collateral_terms[leg]
            own += value * _own_bonus_nb(rule, legs.terms[terms, THRESHOLD], legs.terms[terms, BONUS])
        own /= held
        collateral_leg = -1
        debt_leg = -1
        picked_collateral = held
        picked_debt = owed
        threshold = backing / held
    else:
        terms = legs.collateral_terms[unsigned(collateral_leg)]
        threshold = legs.terms[terms, THRESHOLD]
        own = _own_bonus_nb(rule, threshold, legs.terms[terms, BONUS])
    bonus = _bonus_nb(rule, backing, owed, own)
    return backing, held, owed, collateral_leg, debt_leg, picked_collateral, picked_debt, threshold, bonus


@inlined
def allowed_nb(
    rule: Rule,
    backing: float,
    held: float,
    owed: float,
    picked_collateral: float,
    picked_debt: float,
    threshold: float,
    bonus: float,
    dust: float,
) -> tuple[int, float, float]:
    """Return (outcome, R, S) of a liquidation of what was picked, as the market's rules allow it.

    The outcome is `LIQUIDATED` when they do; R and S are 0 of an account that is not liquidatable.
    """
    if not is_liquidatable_nb(backing, held, owed, rule.at_or_below, dust):
        return NOT_LIQUIDATABLE, 0.0, 0.0
    close = rule.close_kind
    repaid = picked_debt
    if close == CLOSE_FRACTION:
        full = (
            health_nb(backing, owed) <= rule.full_close_health + HEALTH_TOLERANCE
            or picked_debt < rule.full_close_usd
            or picked_collateral < rule.full_close_usd
        )
        if not full:
            if rule.scope_is_account:
                repaid = min(picked_debt, rule.close_factor * owed)
            else:
                repaid = rule.close_factor * picked_debt
    elif close == CLOSE_TARGET_HEALTH:
        gain = rule.target_health - threshold * (1.0 + bonus)
        if gain > 0.0:
            repaid = min(max((rule.target_health * owed - backing) / gain, 0.0), picked_debt)

    seized = repaid * (1.0 + bonus)
    if seized > picked_collateral:
        seized = picked_collateral
        repaid = picked_collateral / (1.0 + bonus)
    least = rule.min_leftover_usd
    outcome = LIQUIDATED
    both_left = seized < picked_collateral and repaid < picked_debt
    if both_left and (picked_collateral - seized < least or picked_debt - repaid < least):
        repaid = min(picked_debt - least, (picked_collateral - least) / (1.0 + bonus))
        seized = repaid * (1.0 + bonus)
        if repaid <= dust:  # a leftover of exactly the least would be liquidated again and again by rounding
            outcome = LEFTOVER_TOO_SMALL
    if outcome == LIQUIDATED and (repaid <= 0.0 or seized <= 0.0):
        outcome = NOTHING_TO_REPAY
    return outcome, repaid, seized


@inlined
def exchange_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, i: int
) -> tuple[int, int, int, float, float, float, float, float, float]:
    """Work out one liquidation of account i (Method, section 7), changing nothing.

    Returns (outcome, collateral leg, debt leg, R, S, picked collateral, picked debt, bonus, health). The legs are -1
    under proportional legs. The outcome is `LIQUIDATED` when it is allowed by the market's rules.
    """
    rule = rules[unsigned(legs.market[unsigned(i)])]
    backing, held, owed, collateral_leg, debt_leg, picked_collateral, picked_debt, threshold, bonus = picked_nb(
        legs, collateral, debt, rules, prices, i
    )
    health = health_nb(backing, owed)
    outcome, repaid, seized = allowed_nb(
        rule, backing, held, owed, picked_collateral, picked_debt, threshold, bonus, dust
    )
    if outcome == NOT_LIQUIDATABLE:
        return NOT_LIQUIDATABLE, -1, -1, 0.0, 0.0, 0.0, 0.0, 0.0, health
    return outcome, collateral_leg, debt_leg, repaid, seized, picked_collateral, picked_debt, bonus, health


@inlined
def fee_share_nb(rules: Rules, m: int, bonus: float) -> float:
    """Return the part of what is seized that the protocol keeps."""
    rule = rules[m]
    if rule.fee_share == 0.0 or rule.fee_of_seized:
        return rule.fee_share
    return rule.fee_share * bonus / (1.0 + bonus)


@inlined
def tokens_nb(usd: float, picked: float, amount: float, price: float) -> float:
    """Return the tokens worth `usd` of a leg worth `picked`: exactly all of it when all is taken."""
    return amount if usd >= picked else min(usd / price, amount)


@part
def market_value_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    oracle: Any,
    market: Any,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    repaid: float,
    seized: float,
    picked_collateral: float,
    picked_debt: float,
) -> tuple[float, float]:
    """Return what is seized and what is repaid, in USD at market prices instead of oracle prices."""
    received = 0.0
    paid = 0.0
    if collateral_leg >= 0:
        k = legs.collateral_asset[collateral_leg]
        j = legs.debt_asset[debt_leg]
        received = tokens_nb(seized, picked_collateral, collateral[collateral_leg], oracle[k]) * market[k]
        paid = tokens_nb(repaid, picked_debt, debt[debt_leg], oracle[j]) * market[j]
        return received, paid
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        received += collateral[leg] * market[legs.collateral_asset[leg]]
    for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
        paid += debt[leg] * market[legs.debt_asset[leg]]
    return received * (seized / picked_collateral), paid * (repaid / picked_debt)


@kernel
def profits_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    market: Any,
    dust: float,
    accounts: Any,
    profits: Any,
) -> None:
    """Fill what a liquidator would earn on each account at market prices, before gas (for `largest_profit`)."""
    for place in range(len(accounts)):
        i = unsigned(accounts[place])
        outcome, cleg, dleg, repaid, seized, picked_c, picked_d, bonus, _ = exchange_nb(
            legs, collateral, debt, rules, oracle, dust, i
        )
        profits[place] = 0.0
        if outcome == LIQUIDATED:
            received, paid = market_value_nb(
                legs, collateral, debt, oracle, market, i, cleg, dleg, repaid, seized, picked_c, picked_d
            )
            profits[place] = received * (1.0 - fee_share_nb(rules, unsigned(legs.market[i]), bonus)) - paid


@part
def proceeds_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    oracle: Any,
    i: int,
    collateral_leg: int,
    seized: float,
    picked_collateral: float,
    kept: float,
) -> float:
    """Return what selling all that the liquidator receives would earn, after this round's earlier sales."""
    if collateral_leg >= 0:
        k: Any = np.int64(legs.collateral_asset[collateral_leg])  # compiled for one type of index
        tokens = kept * tokens_nb(seized, picked_collateral, collateral[collateral_leg], oracle[k])
        return impact_integral_nb(curves, k, cross[k], outstanding_usd[k], tokens * undisturbed[k])
    total = 0.0
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        other: Any = np.int64(legs.collateral_asset[leg])
        tokens = kept * collateral[leg] * (seized / picked_collateral)
        total += impact_integral_nb(curves, other, cross[other], outstanding_usd[other], tokens * undisturbed[other])
    return total
