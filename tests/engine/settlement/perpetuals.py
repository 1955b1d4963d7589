"""Margin engines and their positions (Method, sections 1 and 7), written in one line each."""

from __future__ import annotations

from typing import Any

import engine

MAINTENANCE = 0.005


def position(name: str, size: float, entry: float, margin: float, asset: str = "BTC") -> dict[str, Any]:
    """A position entered at a price with a margin in USD: long, or short with a size below 0."""
    row: dict[str, Any] = {"account": name, "market": "m"}
    if size > 0:
        return row | {
            "collateral_asset": asset, "collateral_amount": size, "debt_asset": "USD",
            "debt_amount": size * entry - margin,
        }  # fmt: skip
    return row | {
        "collateral_asset": "USD", "collateral_amount": margin - size * entry, "debt_asset": asset, "debt_amount": -size
    }  # fmt: skip


def scenario(loans: list[dict[str, Any]], *, price: float = 100.0, to: float | None = None, **given: Any):
    """A margin engine in BTC; `to` is the undisturbed price of round 1, `maintenance` that of both sides."""
    maintenance = given.pop("maintenance", MAINTENANCE)
    thresholds = {"BTC": 1 - maintenance, "USD": 1 / (1 + maintenance), **given.pop("thresholds", {})}
    market = {
        "collateral": {
            name: {"liquidation_threshold": threshold, "liquidation_bonus": 0.0}
            for name, threshold in thresholds.items()
        },
        "rules": {"settlement": {"kind": "margin"} | given.pop("settlement", {}), **given.pop("rules", {})},
        "safety": given.pop("safety", {}),
    }
    data = {
        "format": "cascade-scenario/1",
        "assets": {"USD": {"price": 1.0}, "BTC": {"price": price, **given.pop("btc", {})}, **given.pop("assets", {})},
        "markets": {"m": market},
        "shock": {"kind": "instant", "returns": {"BTC": 0.0 if to is None else to / price - 1}},
        "simulation": {"max_rounds": 100},
        "loans": loans,
    }
    return engine.from_dict(data | given)


def run(loans: list[dict[str, Any]], **given: Any):
    return engine.run(scenario(loans, **given))
