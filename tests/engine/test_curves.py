"""Liquidity curves: factor and proceeds against the formulas as they stand in the method and against quadrature."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from engine import kernels
from engine.market.curves import compile_curves, cross_impact
from engine.market.shape import price_factor
from engine.scenario.schema import Parameters

LIQUIDITIES = {
    "infinite": {"model": "infinite"},
    "exponential": {"model": "exponential", "depth_2pct_usd": 1000.0},
    "constant_usd": {"model": "constant_usd", "depth_2pct_usd": 1000.0, "depth_multiplier": 0.3},
    "linear": {"model": "linear", "depth_2pct_usd": 1000.0, "floor": 0.2},
    "square_root": {"model": "square_root", "coefficient": 0.8, "daily_volatility": 0.05, "daily_volume_usd": 3e5},
    "constant_product": {"model": "constant_product", "reserve_usd": 50_000.0},
    "curve": {"model": "curve", "points": [[0.01, 1000.0], [0.05, 3000.0], [0.3, 9000.0]]},
    "one point": {"model": "curve", "points": [[0.5, 20_000.0]]},
}
FACTORS = {
    "infinite": lambda u: 1.0,
    "exponential": lambda u: math.exp(-u / (1000 / -math.log(0.98))),
    "constant_usd": lambda u: 1 / (1 + u / (0.3 * 1000 / (1 / 0.98 - 1))),
    "linear": lambda u: max(0.2, 1 - 0.02 * u / 1000),
    "square_root": lambda u: math.exp(-0.8 * 0.05 * math.sqrt(u / 3e5)),
    "constant_product": lambda u: (1 + u / 50_000) ** -2,
    "curve": lambda u: max(
        1e-6,
        1
        - (np.interp(u, [0, 1000, 3000, 9000], [0, 0.01, 0.05, 0.3]) if u <= 9000 else 0.3 + (u - 9000) * 0.25 / 6000),
    ),
    "one point": lambda u: max(1e-6, 1 - u * 0.5 / 20_000),
}
BREAKS = [0.0, 1000.0, 3000.0, 9000.0, 25_799.976, 39_999.96, 40_000.0]
RANGES = [
    (0.0, 1.0), (0.0, 500.0), (200.0, 2500.0), (500.0, 30_000.0), (20_000.0, 90_000.0), (0.0, 100_000.0),
    (-300.0, -10.0), (-2000.0, 0.0), (-8000.0, -1500.0), (-700.0, 900.0), (-20_000.0, 15_000.0), (9000.0, 9001.0),
]  # fmt: skip


def curves_of(liquidity) -> kernels.Curves:
    assets = {"A": {"price": 1.0, "liquidity": liquidity}}
    return compile_curves(Parameters.from_dict({"assets": assets, "markets": {"m": {}}}))


def factor(name, u) -> float:
    return FACTORS[name](u) if u >= 0 else 1.0 / FACTORS[name](-u)


@pytest.mark.parametrize("name", LIQUIDITIES)
def test_that_prices_follow_the_formula_on_both_sides_of_zero(name):
    curves = curves_of(LIQUIDITIES[name])
    for u in (0.0, 1e-9, 1.0, 777.0, 1000.0, 2999.9, 9000.0, 12_345.0, 1e5):
        assert math.exp(-kernels.log_fall_nb(curves, 0, u)) == pytest.approx(factor(name, u), rel=1e-11)
        assert kernels.log_fall_nb(curves, 0, -u) == -kernels.log_fall_nb(curves, 0, u)


@pytest.mark.parametrize("name", LIQUIDITIES)
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_that_proceeds_are_the_integral_of_the_factor(name, low, high):
    curves = curves_of(LIQUIDITIES[name])
    breaks = sorted({side * point for side in (1, -1) for point in BREAKS if low < side * point < high})
    pieces = np.array([low, *breaks, high])
    expected = sum(
        quad(lambda u: factor(name, u), a, b, epsabs=0, epsrel=1e-13, limit=200)[0] for a, b in pairwise(pieces)
    )
    for cross in (0.0, -0.2):
        found = kernels.impact_integral_nb(curves, 0, cross, low, high - low)
        assert found == pytest.approx(math.exp(cross) * expected, rel=1e-10)
    bought = kernels.impact_integral_nb(curves, 0, 0.0, high, low - high)
    assert bought == pytest.approx(-expected, rel=1e-10), "buying back costs what selling earned"


@pytest.mark.parametrize("name", LIQUIDITIES)
def test_that_a_tiny_sale_into_a_deep_outstanding_one_loses_no_digits(name):
    curves = curves_of(LIQUIDITIES[name])
    for u in (8_000.0, -8_000.0):
        for width in (1e-9, -1e-9):
            found = kernels.impact_integral_nb(curves, 0, 0.0, u, width)
            assert found == pytest.approx(width * factor(name, u), rel=1e-10)


@pytest.mark.parametrize("name", LIQUIDITIES)
def test_that_pictures_show_what_the_kernels_compute(name):
    parameters = Parameters.from_dict(
        {"assets": {"A": {"price": 1.0, "liquidity": LIQUIDITIES[name]}}, "markets": {"m": {}}}
    )
    usd = np.array([0.0, 10.0, 999.0, 5000.0, 50_000.0])
    curves = curves_of(LIQUIDITIES[name])
    expected = [math.exp(-kernels.log_fall_nb(curves, 0, u)) for u in usd]
    np.testing.assert_allclose(price_factor(parameters.assets["A"].liquidity, usd), expected, rtol=1e-11)


@pytest.mark.parametrize("name", LIQUIDITIES)
@pytest.mark.parametrize("u", [1e300, -1e300])
def test_that_no_outstanding_sale_makes_a_price_zero_infinite_or_nan(name, u):
    curves = curves_of(LIQUIDITIES[name])
    prices, cross = np.empty(1), np.empty(1)
    kernels.market_prices_nb(curves, np.array([100.0]), np.array([u / 100.0]), prices, cross)
    assert 0.0 < prices[0] < np.inf
    assert not np.isnan(kernels.impact_integral_nb(curves, 0, 0.0, u, 1.0))


@pytest.mark.parametrize("name", LIQUIDITIES)
def test_that_no_trade_is_worth_more_than_the_largest_price_allows(name):
    """Where others press a price down as far as purchases hold it up, the two powers may not be taken one by one."""
    curves = curves_of(LIQUIDITIES[name])
    most = math.exp(kernels.MOST_LOG_FACTOR)
    for cross in (-1e6, -600.0, 600.0, 1e6):
        for u, width in ((-1e19, 1e21), (-1e19, 1e18), (1e19, -1e21), (0.0, -1e9), (0.0, 1e9)):
            usd = kernels.impact_integral_nb(curves, 0, cross, u, width)
            assert 0.0 <= usd / width <= most * (1.0 + 1e-9) * factor_bound(name), (cross, u, width)


def factor_bound(name) -> float:
    """The curves that never leave float64 by themselves may add their own factor to the others'."""
    return 1.0 if name in ("exponential", "square_root") else math.inf


def test_that_cross_impact_goes_from_the_sold_asset_to_the_other():
    assets = {
        "A": {"price": 100.0, "liquidity": LIQUIDITIES["exponential"]},
        "B": {"price": 10.0, "liquidity": LIQUIDITIES["exponential"]},
    }
    links = [{"from": "A", "to": "B", "share": 0.9}]
    parameters = Parameters.from_dict({"assets": assets, "cross_impact": links, "markets": {"m": {}}})
    assert cross_impact(parameters).tolist() == [[1.0, 0.0], [0.9, 1.0]]
    prices, cross = np.empty(2), np.empty(2)
    kernels.market_prices_nb(compile_curves(parameters), np.array([100.0, 10.0]), np.array([10.0, 0.0]), prices, cross)
    assert prices.tolist() == pytest.approx([98.0, 10.0 * 0.98**0.9])
    assert cross.tolist() == pytest.approx([0.0, 0.9 * math.log(0.98)])


def test_that_sales_and_purchases_that_cancel_trade_at_the_market_price():
    curves = curves_of(LIQUIDITIES["exponential"])
    f, q = np.array([2.0]), np.array([300.0])
    prices, cross = np.empty(1), np.empty(1)
    kernels.market_prices_nb(curves, f, q, prices, cross)
    proceeds, cost = np.empty(1), np.empty(1)
    kernels.trade_nb(curves, f, q, cross, prices, np.array([5.0]), np.array([5.0]), proceeds, cost)
    assert proceeds[0] == cost[0] == 5.0 * prices[0]
