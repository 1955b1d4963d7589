"""Books whose answers are known without the program."""

from __future__ import annotations

from engine.scenario.scenario import Scenario

PRICE = 2_000.0


def ladder(debts, collateral=None, threshold=0.8, bonus=0.0, liquidity=None, **more):
    """Return accounts that hold 10 WETH each, or so much, and owe so many USDC; sales move nothing unless they do."""
    held = collateral or [10.0] * len(debts)
    return Scenario.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {
                "USDC": {"price": 1.0},
                "WETH": {"price": PRICE, "liquidity": liquidity or {"model": "infinite"}},
                "WBTC": {"price": 30_000.0},
            },
            "markets": {
                "lender": {
                    "collateral": {
                        "WETH": {"liquidation_threshold": threshold, "liquidation_bonus": bonus},
                        "WBTC": {"liquidation_threshold": 0.75, "liquidation_bonus": 0.05},
                    },
                    "rules": {"close": {"kind": "full"}},
                }
            },
            "loans": [
                {"account": f"a{place}", "market": "lender", "collateral_asset": "WETH", "collateral_amount": amount,
                 "debt_asset": "USDC", "debt_amount": debt}
                for place, (debt, amount) in enumerate(zip(debts, held, strict=True))
            ],
            **more,
        }
    )  # fmt: skip
