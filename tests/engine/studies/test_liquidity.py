"""What markets can absorb."""

from __future__ import annotations

import math

import pytest
from scipy.optimize import brentq

import engine
from engine.base.faults import BadInput
from engine.studies.market_depth import MarketDepth
from tests.engine.studies.books import ladder

DEPTH = 1e6
EXPONENTIAL = {"model": "exponential", "depth_2pct_usd": -DEPTH * math.log(0.98)}
DEBTS = [12_000.0, 15_000.0]  # of 20,000: liquidatable after a fall of 25 % and of 6.25 %


def asked(liquidity=None, bonus=0.05, **settings):
    return engine.studies.liquidity(ladder(DEBTS, bonus=bonus, liquidity=liquidity or EXPONENTIAL), **settings)


def row(found):
    return found.frame().set_index("asset").loc["WETH"]


def average(usd):
    return DEPTH / usd * (1 - math.exp(-usd / DEPTH))


@pytest.mark.parametrize("bonus", [0.05, 0.1])
def test_the_largest_sale_on_an_exponential_curve(bonus):
    found = asked(bonus=bonus).figures
    for figure, slippage in (("largest_sale_usd", bonus), ("largest_paying_sale_usd", bonus / (1 + bonus))):
        by_hand = brentq(lambda usd, most=slippage: 1 - average(usd) - most, 1.0, 1e7)
        assert found[f"{figure}.WETH"] == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize(
    "liquidity",
    [
        {"model": "exponential", "depth_2pct_usd": 2e4},
        {"model": "linear", "depth_2pct_usd": 2e4, "depth_multiplier": 3.0},
        {"model": "constant_usd", "depth_2pct_usd": 2e4},
        {"model": "square_root", "daily_volatility": 0.04, "daily_volume_usd": 1e6},
        {"model": "constant_product", "reserve_usd": 2e5},
        {"model": "curve", "points": [[0.0013, 1.7e4], [0.0089, 2e5], [0.046, 9.8e5]], "depth_multiplier": 0.5},
    ],
)
def test_that_an_average_is_what_the_engine_earns(liquidity):
    """A sale from outside on the same curve earns the average."""
    sale = {"kind": "sale", "usd": {"WETH": 30_000.0}}
    scenario = ladder([1.0], liquidity=liquidity, shock=sale)
    earned = engine.run(scenario).summary()["seed_proceeds_usd"]
    depth = MarketDepth(scenario.parameters.assets["WETH"])
    assert depth.average_factor(30_000.0) * 30_000.0 == pytest.approx(earned, rel=1e-9)
    limit = 1 - depth.average_factor(30_000.0)
    assert depth.largest_sale(limit) == pytest.approx(30_000.0, rel=1e-6)


def test_what_is_sold_when_all_that_is_liquidatable_is_closed():
    found = row(asked(within=0.1))  # the second account alone: 15,000 and the bonus
    assert found["liquidatable_usd"] == pytest.approx(15_750.0)
    assert found["fall_if_sold"] == pytest.approx(1 - math.exp(-15_750.0 / DEPTH))
    assert found["toxic_ltv"] == pytest.approx(average(15_750.0) / 1.05)
    both = row(asked(within=0.3))  # 20,000 are worth 14,000: all of both, the first 12,600
    assert both["liquidatable_usd"] == pytest.approx(12_600.0 + 14_000.0)
    assert row(asked(within=0.05))["liquidatable_usd"] == 0.0


def test_days_of_volume_and_the_cap():
    found = row(asked(within=0.1, volume="WETH=7875", market_value="WETH=220e9"))
    assert found["days_of_volume"] == pytest.approx(2.0)
    assert found["extreme_drop"] == 0.15
    assert found["cap_factor"] == 2.0  # the market takes 100,000, and 15,750 come
    thin = {"model": "exponential", "depth_2pct_usd": -10_000.0 * math.log(0.98)}
    tight = row(asked(thin, market_value="WETH=220e9"))
    assert tight["cap_factor"] == pytest.approx(tight["largest_sale_usd"] / 15_750.0)
    assert tight["cap_factor"] < 0.1
    assert row(asked(supply="WETH=30"))["cap_factor"] == pytest.approx(0.75)  # half of 30, and 20 are supplied
    assert row(asked(market_value="WETH=3e9"))["extreme_drop"] == 0.35
    assert row(asked())["extreme_drop"] == 0.5


def test_that_what_no_sale_moves_has_no_largest_sale():
    found = asked({"model": "infinite"})
    assert found.figures["largest_sale_usd.WETH"] is None
    assert found.figures["fall_if_sold.WETH"] == 0.0
    assert found.figures["cap_factor.WETH"] == 2.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"volume": "DAI=1"}, "USDC"), ({"within": 1.2}, "within"), ({"drop_small": "0%"}, "drop_small")],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        asked(**settings)
    assert said in str(error.value)
