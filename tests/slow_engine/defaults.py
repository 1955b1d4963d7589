"""The scenario with everything that the file may leave out (interfaces of scenario files; names as in the method)."""

from __future__ import annotations

from typing import Any

LIQUIDITY = {
    "model": "infinite",
    "depth_multiplier": 1.0,
    "permanent_share": 1.0,
    "recovery_half_life_rounds": None,
    "floor": 0.01,
    "coefficient": 1.0,
}
ORACLE = {"kind": "market", "delay_rounds": 0, "deviation": 0.005, "heartbeat_rounds": None, "max_move": None}
RULES = {
    "trigger": "below",
    "legs": "largest",
    "close": {"kind": "fraction"},
    "incentive": {"kind": "fixed"},
    "protocol_fee": {"share": 0.0, "of": "bonus"},
    "bad_debt": "write_off",
    "settlement": {"kind": "liquidator"},
}
CLOSE = {
    "full": {"partial": True},
    "fraction": {
        "partial": True,
        "close_factor": 0.5,
        "scope": "debt",
        "full_close_health": 0.0,
        "full_close_usd": 0.0,
        "min_leftover_usd": 0.0,
    },
    "target_health": {"partial": True, "min_leftover_usd": 0.0},
}
INCENTIVE = {
    "fixed": {},
    "lltv": {"cursor": 0.3, "max": 0.15},
    "health_discount": {"base": 0.0, "max": 0.15},
    "health_linear": {},
}
SETTLEMENT: dict[str, dict[str, Any]] = {
    "liquidator": {},
    "absorb": {
        "penalty": 0.05,
        "storefront_discount": 0.025,
        "target_reserves_usd": None,
        "buyers_usd_per_round": None,
    },
    "auction": {
        "penalty": 0.13,
        "buffer": 1.1,
        "curve": {"kind": "stairstep"},
        "reset_rounds": 600,
        "reset_price": 0.45,
        "hole_usd": None,
    },
    "stability_pool": {
        "pool_usd": 0.0,
        "sell_share": 0.0,
        "pool_penalty": None,
        "redistribution_penalty": None,
        "gas_compensation": 0.0,
        "gas_compensation_of": "all",
        "gas_compensation_most": None,
    },
    "margin": {
        "liquidation_fee": 0.0,
        "insurance_usd": 0.0,
        "adl": True,
        "adl_ranking": "profit",
        "residual": "insurance",
        "quote_asset": None,
    },
}
AUCTION_CURVE = {"kind": "stairstep", "cut": 0.99, "step_rounds": 8}
SAFETY = {"reserve_usd": 0.0, "pause_if_drop": None, "pause_rounds": 1, "adl": False}
LIQUIDATORS = {
    "latency_rounds": 0,
    "priority": "largest_debt",
    "max_liquidations_per_round": None,
    "capacity_usd_per_round": None,
    "min_profit_usd": None,
    "gas_usd": 0.0,
    "calls_per_round": 1,
    "sizing": "whole",
    "min_debt_usd": None,
    "congestion": None,
    "sell_share": 1.0,
    "sell_over_rounds": 1,
    "buy_debt": False,
}
CONGESTION = {"gas_exponent": 1.0, "latency_rounds": 0}
CAP = {"growth_per_year": 0.0, "age_rounds": 0}
CATEGORY = {"liquidation_threshold": None, "liquidation_bonus": None, "max_ltv": None}
SHOCK: dict[str, dict[str, Any]] = {
    "instant": {"returns": {}, "over_rounds": 1},
    "sale": {"usd": {}, "over_rounds": 1},
}
SIMULATION = {"max_rounds": 1000, "round_seconds": 12, "seed": 0, "dust_usd": 1e-6}


def filled(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with every default written out. The argument is left as it is."""
    return {
        "assets": {name: filled_asset(asset) for name, asset in scenario["assets"].items()},
        "cross_impact": list(scenario.get("cross_impact") or []),
        "markets": {name: filled_market(market) for name, market in scenario["markets"].items()},
        "shock": filled_shock(scenario.get("shock") or {}),
        "liquidators": filled_liquidators(scenario.get("liquidators", {})),
        "simulation": SIMULATION | scenario.get("simulation", {}),
        "loans": list(scenario["loans"]),
    }


def filled_shock(shock: dict[str, Any]) -> dict[str, Any]:
    """The shock: nothing happens unless said otherwise."""
    kind = shock.get("kind", "instant")
    return {"kind": kind} | SHOCK.get(kind, {}) | shock


def filled_liquidators(liquidators: dict[str, Any]) -> dict[str, Any]:
    """The liquidators, with their congestion if there is any."""
    policy = LIQUIDATORS | liquidators
    if policy["congestion"] is not None:
        policy["congestion"] = CONGESTION | policy["congestion"]
    return policy


def filled_asset(asset: dict[str, Any]) -> dict[str, Any]:
    """One asset: infinitely liquid and watched by a `market` oracle unless said otherwise."""
    oracle = ORACLE | asset.get("oracle", {})
    if oracle.get("cap") is not None:
        oracle["cap"] = CAP | oracle["cap"]
    return {
        "price": float(asset["price"]),
        "liquidity": LIQUIDITY | asset.get("liquidity", {}),
        "oracle": oracle,
    }


def filled_market(market: dict[str, Any]) -> dict[str, Any]:
    """One market with its rules and safety devices."""
    rules = RULES | market.get("rules", {})
    rules["close"] = CLOSE[rules["close"]["kind"]] | rules["close"]
    rules["incentive"] = INCENTIVE[rules["incentive"]["kind"]] | rules["incentive"]
    rules["protocol_fee"] = RULES["protocol_fee"] | rules["protocol_fee"]
    rules["settlement"] = SETTLEMENT[rules["settlement"]["kind"]] | rules["settlement"]
    if rules["settlement"]["kind"] == "auction":
        rules["settlement"]["curve"] = AUCTION_CURVE | rules["settlement"]["curve"]
    return {
        "collateral": {
            name: {"liquidation_bonus": 0.0} | collateral for name, collateral in market.get("collateral", {}).items()
        },
        "categories": {name: CATEGORY | category for name, category in market.get("categories", {}).items()},
        "rules": rules,
        "safety": SAFETY | market.get("safety", {}),
    }
