"""How much a small fall feeds itself, derived by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engine
from engine.studies.spectral_radius import spectral_radius
from tests.engine.studies.books import PRICE, ladder

DEPTH = 1e6
STEEP = {"model": "exponential", "depth_2pct_usd": -DEPTH * math.log(0.98)}
DUE = [15_900.0, 15_950.0, 15_990.0]  # 10 tokens at 2,000 with 80 %: liquidatable below 1,980 and not at 2,000
LOG_FALL = math.log(1 / 0.99)


def by_hand(debts, depth=DEPTH):
    """Everybody is closed in full at the oracle's price after a further fall of 1 %."""
    return PRICE / depth * sum(debt / (0.99 * PRICE) for debt in debts) / LOG_FALL


def two_assets(shares, **of_btc):
    """Return accounts that owe against WETH and others against WBTC, with cross impact both ways."""
    data = ladder(DUE, liquidity=STEEP).to_dict()
    data["assets"]["WBTC"] = {"price": 30_000.0, "liquidity": STEEP} | of_btc
    data["loans"].append(
        {"account": "b", "market": "lender", "collateral_asset": "WBTC", "collateral_amount": 2.0,
         "debt_asset": "USDC", "debt_amount": 44_800.0}
    )  # fmt: skip
    data["markets"]["lender"]["collateral"]["WBTC"] = {"liquidation_threshold": 0.75, "liquidation_bonus": 0.0}
    data["cross_impact"] = [
        {"from": one, "to": other, "share": share}
        for (one, other), share in zip((("WETH", "WBTC"), ("WBTC", "WETH")), shares, strict=True)
    ]
    return engine.from_dict(data)


def test_that_of_one_asset_it_is_the_log_fall_of_its_sales_over_the_log_fall():
    assert spectral_radius(ladder(DUE, liquidity=STEEP)) == pytest.approx(by_hand(DUE), rel=1e-6)


def test_that_only_who_becomes_liquidatable_within_one_per_cent_counts():
    others = [*DUE, 15_800.0, 16_100.0, 1_000.0]  # too far, liquidatable already, healthy
    assert spectral_radius(ladder(others, liquidity=STEEP)) == pytest.approx(by_hand(DUE), rel=1e-6)
    nearer = spectral_radius(ladder([15_800.0], liquidity=STEEP), {"WETH": -0.01})
    assert nearer == pytest.approx(15_800.0 / (0.99 * DEPTH) / LOG_FALL, rel=1e-6)


def test_that_of_two_assets_it_is_the_eigenvalue_of_both():
    a = by_hand(DUE)
    b = 44_800.0 / 0.99 / DEPTH / LOG_FALL
    found = spectral_radius(two_assets((0.5, 0.4)))
    assert found == pytest.approx((a + b + math.sqrt((a - b) ** 2 + 4 * 0.5 * 0.4 * a * b)) / 2, rel=1e-6)


def test_that_an_oracle_that_follows_nothing_makes_nobody_liquidatable():
    fixed = {"oracle": {"kind": "fixed", "price": 30_000.0}}
    alone = spectral_radius(two_assets((0.0, 0.0), **fixed))
    assert alone == pytest.approx(by_hand(DUE), rel=1e-6)


def test_that_each_call_is_sized_with_nobody_before_it():
    thin = {"model": "exponential", "depth_2pct_usd": 300.0}
    liquidators = {"sizing": "best", "min_profit_usd": 0.0, "gas_usd": 1.0, "capacity_usd_per_round": 10.0}
    partial = {"rules": {"close": {"kind": "full", "partial": True}}}
    radii = []
    for count in (1, 2):
        data = ladder([15_950.0] * count, bonus=0.1, liquidity=thin, liquidators=liquidators).to_dict()
        data["markets"]["lender"] |= partial
        radii.append(spectral_radius(engine.from_dict(data)))
    assert 0 < 2 * radii[0] == pytest.approx(radii[1], rel=1e-9)


def test_that_above_one_a_fall_of_one_per_cent_feeds_itself_and_below_it_does_not():
    debts = np.linspace(15_000.0, 15_999.0, 100).tolist()
    for depth, feeds in ((0.7, True), (3.0, False)):
        radius_one = spectral_radius(ladder(debts, liquidity=STEEP)) * DEPTH
        usd = radius_one * depth
        liquidity = {"model": "exponential", "depth_2pct_usd": -usd * math.log(0.98)}
        scenario = ladder(debts, liquidity=liquidity, shock={"kind": "instant", "returns": {"WETH": -0.01}})
        assert (spectral_radius(scenario) > 1) is feeds
        fallen = 1 - engine.run(scenario).rounds[-1].market[1] / PRICE
        assert fallen > 0.09 if feeds else fallen < 0.016


def test_that_the_study_tells_it_before_the_shock_and_along_the_way():
    scenario = ladder([12_000.0], liquidity={"model": "exponential", "depth_2pct_usd": 200.0})
    found = engine.studies.critical(scenario, asset="WETH", way=3)
    assert found.figures["spectral_radius"] == 0.0
    way = found.frame("radius")
    assert way["size"].tolist() == pytest.approx([0.0, *(found.figures["critical_shock"] * np.arange(1, 4) / 3)])
    assert way["spectral_radius"].iloc[-1] >= 0.0
    assert (way["distance_to_1"] == 1 - way["spectral_radius"]).all()
