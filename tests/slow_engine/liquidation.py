"""One liquidation (Method, section 7, settlement `liquidator`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slow_engine.book import Account, Prices
    from tests.slow_engine.near_ties import NearTies

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

    def to_liquidator(self) -> dict[str, float]:
        """Tokens that the liquidator gets: all but the protocol's fee."""
        return {asset: amount - self.to_protocol[asset] for asset, amount in self.seized.items()}


def exchange_of(account: Account, rules: dict[str, Any], prices: Prices, ties: NearTies) -> Exchange | None:
    """The exchange that the rules allow on this account at these prices; None when there is none.

    A repayment of 0 or less, or nothing to seize, is no liquidation (decided reading n).
    """
    collateral = picked_legs(account.collateral_usd(prices), rules["legs"], "largest collateral", ties)
    debt = picked_legs(account.debt_usd(prices), rules["legs"], "largest debt", ties)
    leg_collateral = sum(collateral.values())
    leg_debt = sum(debt.values())
    if leg_collateral <= 0 or leg_debt <= 0:
        return None
    health = account.health(prices)
    threshold = weighted_mean(collateral, account.threshold)
    bonus = bonus_of(rules["incentive"], threshold, weighted_mean(collateral, account.bonus), health)

    repay = most_that_may_be_repaid(account, rules["close"], prices, leg_debt, leg_collateral, threshold, bonus, ties)
    seize = repay * (1 + bonus)
    if seize > leg_collateral:
        seize = leg_collateral
        repay = leg_collateral / (1 + bonus)
    repay, seize = without_small_leftovers(rules["close"], repay, seize, leg_debt, leg_collateral, bonus, ties)
    if not ties.less(0.0, repay, "something to repay", leg_debt) or seize <= 0:
        return None

    # A leg that is closed is closed to the last token; else rounding would leave, or overdraw, a trace of it.
    share_of_debt = 1.0 if repay >= leg_debt else repay / leg_debt
    share_of_collateral = 1.0 if seize >= leg_collateral else seize / leg_collateral
    repaid = {asset: account.debt[asset] * share_of_debt for asset in debt}
    seized = {asset: account.collateral[asset] * share_of_collateral for asset in collateral}
    fee_share = protocol_share(rules["protocol_fee"], bonus)
    to_protocol = {asset: amount * fee_share for asset, amount in seized.items()}
    return Exchange(repay, seize, repaid, seized, to_protocol)


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
    """The mean of `values` by the collateral legs' USD. With a single leg its value as it is.

    Under proportional legs the threshold and the listed bonus are such means, and the incentive is worked out from
    them as it is from those of a single leg.
    """
    if len(weights) == 1:
        return next(values[asset] for asset in weights)
    return sum(weight * values[asset] for asset, weight in weights.items()) / sum(weights.values())


def bonus_of(incentive: dict[str, Any], threshold: float, liquidation_bonus: float, health: float) -> float:
    """The incentive b for the picked collateral (section 7, "The incentive")."""
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


def without_small_leftovers(
    close: dict[str, Any],
    repay: float,
    seize: float,
    leg_debt: float,
    leg_collateral: float,
    bonus: float,
    ties: NearTies,
) -> tuple[float, float]:
    """R and S after `min_leftover_usd`: both legs left over, and either with less than it (section 7)."""
    least = close.get("min_leftover_usd", 0.0)
    if least <= 0:
        return repay, seize
    debt_left = leg_debt - repay
    collateral_left = leg_collateral - seize
    if debt_left <= 0 or collateral_left <= 0:
        return repay, seize
    ties.watch(leg_debt, repay, "debt left over")
    ties.watch(leg_collateral, seize, "collateral left over")
    too_little = ties.less(debt_left, least, "debt left over", leg_debt) | ties.less(
        collateral_left, least, "collateral left over", leg_collateral
    )
    if too_little:
        repay = min(leg_debt - least, (leg_collateral - least) / (1 + bonus))
        seize = repay * (1 + bonus)
    return repay, seize


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
