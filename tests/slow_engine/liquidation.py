"""One liquidation (Method, section 7, settlement `liquidator`)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slow_engine.book import Account, Prices
    from tests.slow_engine.near_ties import NearTies

ROUNDING = 1e-5
"""Scale, as a share of the debt, of comparing what is left to repay with dust: 1e-13 of the debt is a near tie."""

HEALTH_GUARD = 1e-12
"""full_close_health is compared "to 1e-12" (decided reading o)."""


@dataclass
class Exchange:
    """What one call takes from an account: tokens by asset, and the USD at oracle prices."""

    repaid_usd: float
    seized_usd: float
    repaid: dict[str, float]
    seized: dict[str, float]
    to_protocol: dict[str, float]
    most_of_a_slice: float = math.inf
    """USD up to which less may be repaid than `repaid_usd`: both legs then keep `min_leftover_usd`."""

    def to_liquidator(self) -> dict[str, float]:
        """Tokens that the liquidator gets: all but the protocol's fee."""
        return {asset: amount - self.to_protocol[asset] for asset, amount in self.seized.items()}

    def slice(self, usd: float) -> Exchange:
        """The exchange in which so much is repaid, everything in proportion; at `repaid_usd` it is the whole one."""
        if usd >= self.repaid_usd:
            return self
        share = usd / self.repaid_usd

        def part(tokens: dict[str, float]) -> dict[str, float]:
            return {asset: amount * share for asset, amount in tokens.items()}

        return Exchange(usd, self.seized_usd * share, part(self.repaid), part(self.seized), part(self.to_protocol))


def exchange_of(
    account: Account, rules: dict[str, Any], prices: Prices, dust_usd: float, ties: NearTies
) -> Exchange | None:
    """The exchange that the rules allow on this account at these prices; None when there is none.

    A repayment of 0 or less, or nothing to seize, is no liquidation (decided reading n).
    """
    collateral = picked_legs(account.collateral_usd(prices), rules["legs"], "largest collateral", ties)
    debt = picked_legs(account.debt_usd(prices), rules["legs"], "largest debt", ties)
    leg_collateral = sum(collateral.values())
    leg_debt = sum(debt.values())
    if leg_collateral <= 0 or leg_debt <= 0:
        return None
    threshold = weighted_mean(collateral, account.threshold)
    bonus = bonus_of_legs(rules["incentive"], account, collateral, account.health(prices))

    repay = most_that_may_be_repaid(account, rules["close"], prices, leg_debt, leg_collateral, threshold, bonus, ties)
    seize = repay * (1 + bonus)
    if seize > leg_collateral:
        seize = leg_collateral
        repay = leg_collateral / (1 + bonus)
    most_of_a_slice = most_that_leaves_enough(rules["close"], leg_debt, leg_collateral, bonus)
    least, scale = 0.0, leg_debt
    if leaves_too_little(rules["close"], repay, seize, leg_debt, leg_collateral, ties):
        repay = most_of_a_slice
        seize = repay * (1 + bonus)
        least, scale = dust_usd, ROUNDING * leg_debt
    if not ties.less(least, repay, "something to repay", scale) or seize <= 0:
        return None

    # A leg that is closed is closed to the last token; else rounding would leave, or overdraw, a trace of it.
    share_of_debt = 1.0 if repay >= leg_debt else repay / leg_debt
    share_of_collateral = 1.0 if seize >= leg_collateral else seize / leg_collateral
    repaid = {asset: account.debt[asset] * share_of_debt for asset in debt}
    seized = {asset: account.collateral[asset] * share_of_collateral for asset in collateral}
    fee_share = protocol_share(rules["protocol_fee"], bonus)
    to_protocol = {asset: amount * fee_share for asset, amount in seized.items()}
    return Exchange(repay, seize, repaid, seized, to_protocol, most_of_a_slice)


def picked_legs(values: dict[str, float], legs: str, what: str, ties: NearTies) -> dict[str, float]:
    """The legs in USD: all of them (`proportional`) or the largest, ties to the first in the asset list."""
    if legs == "proportional" or not values:
        return values
    largest = max(values, key=lambda asset: values[asset])  # max() keeps the first of equals
    for asset, value in values.items():
        if asset != largest:
            ties.watch(value, values[largest], what)
    return {largest: values[largest]}


def weighted_mean(weights: dict[str, float], values: dict[str, float]) -> float:
    """The mean of `values` by the collateral legs' USD. With a single leg its value as it is."""
    if len(weights) == 1:
        return next(values[asset] for asset in weights)
    return sum(weight * values[asset] for asset, weight in weights.items()) / sum(weights.values())


def bonus_of_legs(incentive: dict[str, Any], account: Account, collateral: dict[str, float], health: float) -> float:
    """The incentive b: the mean, by USD, of each picked collateral's own bonus, whatever the incentive."""
    bonuses = {
        asset: bonus_of(incentive, account.threshold[asset], account.bonus[asset], health) for asset in collateral
    }
    return weighted_mean(collateral, bonuses)


def bonus_of(incentive: dict[str, Any], threshold: float, liquidation_bonus: float, health: float) -> float:
    """The incentive b for one collateral (section 7, "The incentive")."""
    kind = incentive["kind"]
    if kind == "fixed":
        return liquidation_bonus
    if kind == "lltv":
        return float(min(incentive["max"], 1 / (1 - incentive["cursor"] * (1 - threshold)) - 1))
    if kind == "health_discount":
        discount = min(incentive["max"], incentive["base"] + 1 - health)
        return float(1 / (1 - discount) - 1)
    if kind == "health_linear":
        least = incentive["min_share"] * liquidation_bonus
        if health <= incentive["health_for_max"]:
            return liquidation_bonus
        return float(least + (liquidation_bonus - least) * (1 - health) / (1 - incentive["health_for_max"]))
    raise ValueError(f"unknown incentive {kind}")


def most_that_may_be_repaid(
    account: Account,
    close: dict[str, Any],
    prices: Prices,
    leg_debt: float,
    leg_collateral: float,
    threshold: float,
    bonus: float,
    ties: NearTies,
) -> float:
    """R in USD before the exchange is limited by the collateral (section 7, "How much may be repaid")."""
    kind = close["kind"]
    if kind == "full":
        return leg_debt
    total = account.total_debt_usd(prices)
    if kind == "fraction":
        small = ties.less(leg_debt, close["full_close_usd"], "small debt") | ties.less(
            leg_collateral, close["full_close_usd"], "small collateral"
        )
        unhealthy = ties.at_most(account.health(prices), close["full_close_health"] + HEALTH_GUARD, "full close health")
        if small or unhealthy:
            return leg_debt
        if close["scope"] == "account":
            return float(min(leg_debt, close["close_factor"] * total))
        return float(close["close_factor"] * leg_debt)
    if kind == "target_health":
        target = close["target"]
        denominator = target - threshold * (1 + bonus)
        if not ties.less(0.0, denominator, "target health denominator", target):
            return leg_debt
        repay = (target * total - account.weighted_collateral_usd(prices)) / denominator
        return float(max(0.0, min(leg_debt, repay)))
    raise ValueError(f"unknown close rule {kind}")


def most_that_leaves_enough(close: dict[str, Any], leg_debt: float, leg_collateral: float, bonus: float) -> float:
    """The largest R after which both legs still hold `min_leftover_usd`."""
    least = close.get("min_leftover_usd", 0.0)
    return float(min(leg_debt - least, (leg_collateral - least) / (1 + bonus)))


def leaves_too_little(
    close: dict[str, Any], repay: float, seize: float, leg_debt: float, leg_collateral: float, ties: NearTies
) -> bool:
    """Whether both legs would be left over, and either with less than `min_leftover_usd` (section 7)."""
    least = close.get("min_leftover_usd", 0.0)
    if least <= 0:
        return False
    debt_left = leg_debt - repay
    collateral_left = leg_collateral - seize
    if debt_left <= 0 or collateral_left <= 0:
        return False
    ties.watch(leg_debt, repay, "debt left over")
    ties.watch(leg_collateral, seize, "collateral left over")
    return ties.less(debt_left, least, "debt left over", leg_debt) | ties.less(
        collateral_left, least, "collateral left over", leg_collateral
    )


def protocol_share(fee: dict[str, Any], bonus: float) -> float:
    """The share of the seized tokens that the protocol keeps, unsold: x (S - S/(1 + b)) or x S, over S."""
    if fee["of"] == "seized":
        return float(fee["share"])
    return float(fee["share"] * (1 - 1 / (1 + bonus)))


def apply(account: Account, exchange: Exchange) -> None:
    """Takes the tokens from the account."""
    for asset, amount in exchange.repaid.items():
        account.debt[asset] = max(0.0, account.debt[asset] - amount)
    for asset, amount in exchange.seized.items():
        account.collateral[asset] = max(0.0, account.collateral[asset] - amount)
