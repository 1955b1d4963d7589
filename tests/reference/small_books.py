"""Short ways to write the small scenarios of the tests."""

from __future__ import annotations

from typing import Any


def loan(account: str, collateral: Any = None, debt: Any = None, market: str = "lender", **more: Any) -> dict[str, Any]:
    """One row: `collateral` and `debt` are pairs of amount and asset, or None."""
    row: dict[str, Any] = {"account": account, "market": market}
    for side, pair in (("collateral", collateral), ("debt", debt)):
        if pair is not None:
            row[f"{side}_amount"], row[f"{side}_asset"] = pair
    return row | more


def lender(rules: dict[str, Any] | None = None, safety: dict[str, Any] | None = None, **collateral: Any) -> dict:
    """A market; `collateral` gives pairs of threshold and bonus by asset, WETH at 0.8 and 5 % by default."""
    listed = collateral or {"WETH": (0.8, 0.05)}
    return {
        "collateral": {
            asset: {"liquidation_threshold": threshold, "liquidation_bonus": bonus}
            for asset, (threshold, bonus) in listed.items()
        },
        "rules": {"close": {"kind": "full"}} | (rules or {}),
        "safety": safety or {},
    }


def scenario(loans: list[dict[str, Any]], market: dict | None = None, **parts: Any) -> dict[str, Any]:
    """A scenario with WETH at 100 and USDC at 1, both infinitely liquid unless `assets` says otherwise.

    `fall` is the instant return of WETH; other keywords are parts of the scenario file.
    """
    fall = parts.pop("fall", None)
    assets = {"USDC": {"price": 1.0}, "WETH": {"price": 100.0}}
    for name, changes in parts.pop("assets", {}).items():
        assets[name] = assets.get(name, {}) | changes
    result = {
        "format": "cascade-scenario/1",
        "assets": assets,
        "markets": {"lender": market or lender()},
        "shock": {"kind": "instant", "returns": {} if fall is None else {"WETH": fall}},
        "loans": loans,
    }
    return result | parts
