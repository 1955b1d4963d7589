"""Small scenarios for tests of the engine, written in one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import engine

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario


def row(account: str, collateral: float | None = None, debt: float | None = None, **other: Any) -> dict[str, Any]:
    """One loan: ETH against USD in market `m` unless said otherwise."""
    loan: dict[str, Any] = {"account": account, "market": "m"}
    if collateral is not None:
        loan |= {"collateral_asset": "ETH", "collateral_amount": collateral}
    if debt is not None:
        loan |= {"debt_asset": "USD", "debt_amount": debt}
    return loan | other


def scenario(loans: list[dict[str, Any]], **parts: Any) -> Scenario:
    """A scenario of ETH at 100 and BTC at 1000 USD with infinite liquidity, threshold 0.8 and bonus 0.1.

    `rules` and `safety` are those of market `m`, `eth` what is said of the asset ETH; other parts as in files.
    """
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1}
    market = {
        "collateral": {"ETH": listed, "BTC": listed},
        "rules": parts.pop("rules", {}),
        "safety": parts.pop("safety", {}),
    }
    data: dict[str, Any] = {
        "format": "cascade-scenario/1",
        "assets": {"USD": {"price": 1.0}, "ETH": {"price": 100.0, **parts.pop("eth", {})}, "BTC": {"price": 1000.0}},
        "markets": {"m": market, **parts.pop("markets", {})},
        "shock": {"kind": "instant", "returns": {"ETH": parts.pop("drop", 0.0)}},
        "loans": loans,
        **parts,
    }
    return engine.from_dict(data)
