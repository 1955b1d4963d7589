"""The loan book as accounts (Method, sections 1 and 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slow_engine.near_ties import NearTies

Prices = dict[str, float]


@dataclass
class Account:
    """One account of one market. Amounts are tokens by asset, in the order of the scenario's assets."""

    market: str
    name: str
    collateral: dict[str, float] = field(default_factory=dict)
    debt: dict[str, float] = field(default_factory=dict)
    threshold: dict[str, float] = field(default_factory=dict)
    bonus: dict[str, float] = field(default_factory=dict)
    entered: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    """Of rows that tell an entry price: (tokens, price) by side and asset."""
    waited: int = 0
    waited_before: int = 0
    bad_debt_counted: bool = False
    liquidated: bool = False

    def tell_entry(self, side: str, asset: str, row: dict[str, Any]) -> None:
        """Notes what a row says that its position was entered at."""
        if row.get("entry_price") is not None:
            self.entered.setdefault((side, asset), []).append((float(row[f"{side}_amount"]), float(row["entry_price"])))

    def collateral_usd(self, prices: Prices) -> dict[str, float]:
        """C_ik of section 2."""
        return {asset: amount * prices[asset] for asset, amount in self.collateral.items()}

    def debt_usd(self, prices: Prices) -> dict[str, float]:
        """D_ij of section 2."""
        return {asset: amount * prices[asset] for asset, amount in self.debt.items()}

    def total_collateral_usd(self, prices: Prices) -> float:
        """All collateral, whatever its threshold (decided reading m)."""
        return sum(self.collateral_usd(prices).values())

    def total_debt_usd(self, prices: Prices) -> float:
        """T of section 7."""
        return sum(self.debt_usd(prices).values())

    def equity(self, prices: Prices) -> float:
        """Collateral less debt."""
        return self.total_collateral_usd(prices) - self.total_debt_usd(prices)

    def weighted_collateral_usd(self, prices: Prices) -> float:
        """The sum of C_ik LT_k."""
        values = self.collateral_usd(prices)
        return sum(value * self.threshold[asset] for asset, value in values.items())

    def health(self, prices: Prices) -> float:
        """HF of section 2; infinite without debt. Sums run over the legs in asset order (decided reading e)."""
        debt = self.total_debt_usd(prices)
        return self.weighted_collateral_usd(prices) / debt if debt > 0 else math.inf

    def entry(self, side: str, asset: str) -> float | None:
        """What a position was entered at: the mean of its rows that tell it, by amount; None if none does."""
        told = self.entered.get((side, asset), [])
        if len(told) < 2:
            return told[0][1] if told else None
        tokens = sum(amount for amount, _ in told)
        return sum(amount * price for amount, price in told) / tokens

    def is_liquidatable(self, prices: Prices, trigger: str, dust_usd: float, ties: NearTies) -> bool:
        """Section 2, with the trigger of section 7."""
        debt = self.total_debt_usd(prices)
        collateral = self.total_collateral_usd(prices)
        if not ties.less(dust_usd, debt, "debt above dust"):
            return False
        if not ties.less(dust_usd, collateral, "collateral above dust"):
            return False
        health = self.health(prices)
        if trigger == "at_or_below":
            return ties.at_most(health, 1.0, "health factor")
        return ties.less(health, 1.0, "health factor")


def accounts_of(scenario: dict[str, Any]) -> list[Account]:
    """The accounts in the order of their first row (decided reading p).

    Rows of one account with the same asset are one leg, amounts added; threshold and bonus of a leg come from the
    row, else from the account's category if it is one for the asset and gives it, else from the market (decided
    reading e).
    """
    accounts: dict[tuple[str, str], Account] = {}
    for row in scenario["loans"]:
        key = (row["market"], row["account"])
        account = accounts.setdefault(key, Account(*key))
        asset = row.get("collateral_asset")
        if asset:
            market = scenario["markets"][row["market"]]
            listed = dict(market["collateral"].get(asset, {}))
            if row.get("category"):
                category = market["categories"][row["category"]]
                if asset in category["assets"]:
                    listed |= {name: value for name, value in category.items() if value is not None}
            account.collateral[asset] = account.collateral.get(asset, 0.0) + float(row["collateral_amount"])
            for values, name in ((account.threshold, "liquidation_threshold"), (account.bonus, "liquidation_bonus")):
                override = row.get(name)
                values[asset] = float(override if override is not None else listed[name])
            account.tell_entry("collateral", asset, row)
        asset = row.get("debt_asset")
        if asset:
            account.debt[asset] = account.debt.get(asset, 0.0) + float(row["debt_amount"])
            account.tell_entry("debt", asset, row)
    order = list(scenario["assets"])
    for account in accounts.values():
        account.collateral = {asset: account.collateral[asset] for asset in order if asset in account.collateral}
        account.debt = {asset: account.debt[asset] for asset in order if asset in account.debt}
    return list(accounts.values())
