"""Positions that are closed in one round find the market as those before them left it (Method, section 7, `margin`)."""

from __future__ import annotations

import math

import pytest

import engine

DEPTH = 100_000.0
FUND = 50_000.0


def fund_after_closing(loans):
    """The insurance fund after a round in which SOL stands at 100 and trades with an exponential curve."""
    thresholds = {name: {"liquidation_threshold": 0.95} for name in ("SOL", "USDC")}
    scenario = engine.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {
                "SOL": {"price": 100.0, "liquidity": {"model": "exponential", "depth_2pct_usd": DEPTH}},
                "USDC": {"price": 1.0},
            },
            "markets": {
                "exchange": {
                    "collateral": thresholds,
                    "rules": {"settlement": {"kind": "margin", "insurance_usd": FUND}},
                }
            },
            "simulation": {"max_rounds": 1},
            "loans": [{"account": f"trader {n}", "market": "exchange", **row} for n, row in enumerate(loans)],
        }
    )
    return float(engine.run(scenario).rounds[1].reserve_usd[0])


def test_that_each_short_that_is_closed_pays_the_price_that_those_before_it_pushed_up():
    short = {"collateral_asset": "USDC", "collateral_amount": 10_300.0, "debt_asset": "SOL", "debt_amount": 100.0}
    scale = DEPTH / -math.log(0.98)
    cost = scale * math.expm1(30_000.0 / scale)
    assert fund_after_closing([short] * 3) == pytest.approx(FUND + 3 * 10_300.0 - cost, rel=1e-12)


def test_that_each_long_that_is_closed_gets_the_price_that_those_before_it_pushed_down():
    long = {"collateral_asset": "SOL", "collateral_amount": 100.0, "debt_asset": "USDC", "debt_amount": 9_700.0}
    scale = DEPTH / -math.log(0.98)
    earned = -scale * math.expm1(-30_000.0 / scale)
    assert fund_after_closing([long] * 3) == pytest.approx(FUND + earned - 3 * 9_700.0, rel=1e-12)
