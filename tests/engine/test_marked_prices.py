"""The working of prices that another asset's oracle and a ratio make."""

from __future__ import annotations

import copy

import pytest

import engine
from engine.reading.explanation.explain import explain
from tests.engine.test_paths import SMALL_BOOK


def staked(cap=None, brake=None, **others):
    """One account that holds 10 stETH, marked at 1.2 times WETH, against 15,000 USDC; WETH costs 2,000."""
    data = copy.deepcopy(SMALL_BOOK)
    oracle = {"kind": "model", "base": "WETH", "ratio": 1.2, "cap": cap, "max_move": brake}
    data["assets"]["stETH"] = {"price": 2300.0, "oracle": oracle}
    data["markets"]["m"]["collateral"]["stETH"] = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    data["loans"] = [
        {"account": "a", "market": "m", "collateral_asset": "stETH", "collateral_amount": 10.0, "debt_asset": "USDC",
         "debt_amount": 15_000.0}
    ]  # fmt: skip
    return engine.run(engine.from_dict(data | others))


def test_that_a_capped_price_is_told_with_its_ratio_its_cap_and_its_base():
    shown = explain(staked({"ratio": 1.1}), 0, 0)
    (marked,) = shown.marked_prices
    assert (marked.asset, marked.base) == ("stETH", "WETH")
    assert (marked.ratio, marked.used_ratio, marked.base_price, marked.market) == (1.2, 1.1, 2000.0, 2300.0)
    assert marked.price == pytest.approx(2200.0)
    assert marked.is_capped
    assert not marked.is_held_back
    assert shown.before.health == pytest.approx(10 * 2200 * 0.8 / 15_000)


def test_that_a_liquidation_price_is_a_ratio_to_the_base():
    shown = explain(staked({"ratio": 1.1}), 0, 0)
    (price,) = shown.liquidation_prices
    assert price.price == pytest.approx(1875.0)
    assert shown.marked_prices[0].ratio_at(price.price) == pytest.approx(0.9375)


def test_that_a_cap_is_told_as_it_has_grown_by_the_round():
    still = {"kind": "path", "returns": {"WETH": [0.0] * 3}}
    recording = staked({"ratio": 1.1, "growth_per_year": 0.1}, shock=still, simulation={"round_seconds": 36.5 * 86_400})
    used = [explain(recording, 0, number).marked_prices[0].used_ratio for number in (0, 1, 3)]
    assert used == pytest.approx([1.1, 1.111, 1.133])


def test_that_a_brake_that_holds_the_price_back_is_told():
    shown = explain(staked(brake=0.02, shock={"kind": "instant", "returns": {"WETH": -0.1}}), 0, 1)
    (marked,) = shown.marked_prices
    assert marked.is_held_back
    assert not marked.is_capped
    assert marked.price == pytest.approx(2400 * 0.98)


def test_that_accounts_without_such_an_asset_are_told_of_none():
    assert explain(engine.run(engine.from_dict(SMALL_BOOK)), 0, 0).marked_prices == ()
