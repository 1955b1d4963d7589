"""One lending market and a few accounts that hold TOK and owe USD, settled as a test says."""

from __future__ import annotations

from typing import Any

import engine


def account(name: str, held: float, owed: float, market: str = "m") -> dict[str, Any]:
    return {
        "account": name, "market": market, "collateral_asset": "TOK", "collateral_amount": held, "debt_asset": "USD",
        "debt_amount": owed,
    }  # fmt: skip


def market(settlement: dict[str, Any] | None, threshold: float = 0.5, safety: dict[str, Any] | None = None, **rules):
    if settlement is not None:
        rules["settlement"] = settlement
    return {
        "collateral": {"TOK": {"liquidation_threshold": threshold, "liquidation_bonus": 0.05}},
        "rules": rules,
        "safety": safety or {},
    }


def scenario(markets: dict[str, Any], loans: list[dict[str, Any]], **given):
    """TOK costs 4 USD on a market that takes any amount, unless given otherwise."""
    token = {"price": 4.0} | given.pop("token", {})
    data = {
        "format": "cascade-scenario/1",
        "assets": {"TOK": token, "USD": {"price": 1.0}},
        "markets": markets,
        "simulation": {"max_rounds": 50},
        "loans": loans,
    }
    return engine.from_dict(data | given)


def run(settlement: dict[str, Any], loans: list[dict[str, Any]], **given):
    safety, rules = given.pop("safety", None), given.pop("rules", {})
    threshold = given.pop("threshold", 0.5)
    return engine.run(scenario({"m": market(settlement, threshold, safety, **rules)}, loans, **given))
