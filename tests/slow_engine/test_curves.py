"""The slow engine's liquidity curves against the table of the method and against quadrature."""

from __future__ import annotations

import itertools
import math

import pytest
from scipy.integrate import quad

from tests.slow_engine import curves
from tests.slow_engine.defaults import LIQUIDITY

CURVES = {
    "infinite": {},
    "exponential": {"depth_2pct_usd": 2e6},
    "constant_usd": {"depth_2pct_usd": 3e6},
    "linear": {"depth_2pct_usd": 1e6, "floor": 0.05},
    "square_root": {"coefficient": 0.9, "daily_volatility": 0.05, "daily_volume_usd": 4e5},
    "constant_product": {"reserve_usd": 5e7},
    "curve": {"points": [[0.01, 1e6], [0.05, 3e6], [0.2, 2e7], [0.6, 5e7]]},
}
SALES = [1.0, 3e5, 1e6, 4e6, 2.2e7, 6e7, 9e7]


def curve(model, **changes):
    return LIQUIDITY | {"model": model} | CURVES[model] | changes


every_model = pytest.mark.parametrize("model", CURVES)


@every_model
def test_that_nothing_outstanding_leaves_the_price_alone(model):
    assert curves.impact(curve(model), 0.0) == 0.0
    assert curves.factor(curve(model), 0.0) == 1.0


@every_model
def test_that_buying_moves_the_price_up_as_selling_moves_it_down(model):
    for u in SALES:
        assert curves.factor(curve(model), -u) == pytest.approx(1 / curves.factor(curve(model), u), rel=1e-13)
        assert curves.impact(curve(model), -u) == -curves.impact(curve(model), u)


@every_model
def test_that_impact_never_falls_with_the_sale(model):
    impacts = [curves.impact(curve(model), u) for u in SALES]
    assert impacts == sorted(impacts)
    assert model == "infinite" or impacts[0] > 0


@pytest.mark.parametrize("model", ["exponential", "constant_usd", "linear"])
def test_that_the_2_percent_depth_moves_the_price_by_2_percent(model):
    assert curves.factor(curve(model), CURVES[model]["depth_2pct_usd"]) == pytest.approx(0.98, rel=1e-14)


@every_model
def test_that_a_third_of_the_depth_is_a_sale_three_times_as_large(model):
    for u in SALES:
        stressed = curves.impact(curve(model, depth_multiplier=1 / 3), u)
        assert stressed == pytest.approx(curves.impact(curve(model), 3 * u), rel=1e-12)


def test_that_the_measured_points_lie_on_the_curve():
    for drop, usd in CURVES["curve"]["points"]:
        assert curves.factor(curve("curve"), usd) == pytest.approx(1 - drop, rel=1e-13)
    assert curves.factor(curve("curve"), 5e5) == pytest.approx(0.995, rel=1e-13)
    assert curves.factor(curve("curve"), 2e6) == pytest.approx(0.97, rel=1e-13)


def test_that_the_last_slope_of_a_curve_goes_on_down_to_a_millionth():
    assert curves.factor(curve("curve"), 6.5e7) == pytest.approx(0.2, rel=1e-12)
    assert curves.factor(curve("curve"), 1e9) == pytest.approx(1e-6, rel=1e-12)
    whole = curve("curve", points=[[0.5, 1e6], [1.0, 2e6]])
    assert curves.factor(whole, 1.5e6) == pytest.approx(0.25, rel=1e-12)
    assert curves.factor(whole, 2e6) == pytest.approx(1e-6, rel=1e-12)


def test_that_linear_impact_stops_at_its_floor():
    assert curves.factor(curve("linear"), 4.75e7) == pytest.approx(0.05, rel=1e-12)
    assert curves.factor(curve("linear"), 1e12) == pytest.approx(0.05, rel=1e-12)


INTERVALS = [(0.0, 1e6), (1e6, 2.5e6), (3e7, 6e7), (5e7, -4.9e7), (-2e6, 5e6), (2e6, -7e6), (-3e7, -3e7), (-4e6, 3e6)]


@every_model
@pytest.mark.parametrize(("u", "du"), INTERVALS)
def test_that_the_integral_agrees_with_quadrature(model, u, du):
    of = curve(model)
    kinks = {0.0}
    if model in ("linear", "curve"):
        kinks |= {sign * piece[0] for piece in curves.straight_pieces(of) for sign in (1, -1)}
    low, high = sorted((u, u + du))
    edges = [low, *sorted(kink for kink in kinks if low < kink < high), high]
    expected = 0.0
    for a, b in itertools.pairwise(edges):
        # u = sign s^2 takes the square root's steepness at 0 away
        expected += quad(lambda s: curves.factor(of, math.copysign(s * s, s)) * 2 * abs(s), root(a), root(b),
                         epsabs=0, epsrel=1e-12, limit=200)[0]  # fmt: skip
    assert curves.integral(of, u, du) == pytest.approx(math.copysign(expected, du), rel=1e-11)


def root(u):
    return math.copysign(math.sqrt(abs(u)), u)


@every_model
@pytest.mark.parametrize("u", [-4.5e7, -1e6, 1e6, 3.3e7])
@pytest.mark.parametrize("du", [1e-7, -1e-7, 1e-3, -3.0])
def test_that_a_tiny_trade_earns_the_marginal_price_to_twelve_digits(model, u, du):
    expected = curves.factor(curve(model), u + du / 2) * du
    assert curves.integral(curve(model), u, du) == pytest.approx(expected, rel=1e-11)


@every_model
def test_that_the_integral_of_two_parts_is_that_of_the_whole(model):
    of = curve(model)
    parts = curves.integral(of, -3e6, 2e6) + curves.integral(of, -1e6, 7e6) + curves.integral(of, 6e6, -1e6)
    assert parts == pytest.approx(curves.integral(of, -3e6, 8e6), rel=1e-12)


def test_that_no_trade_is_too_large_for_a_finite_price():
    for model in CURVES:
        for u in (1e15, -1e15, 1e40, -1e40):
            of = curve(model, depth_multiplier=1e-3)
            assert 0 < curves.factor(of, u) < math.inf
            assert math.isfinite(curves.integral(of, 0.0, u))


def test_that_a_square_root_without_slope_moves_nothing():
    flat = curve("square_root", daily_volatility=0.0)
    assert curves.integral(flat, 5.0, 7.0) == 7.0
    assert curves.integral(flat, -5.0, -7.0) == -7.0


def test_that_a_small_step_on_the_square_root_keeps_its_digits():
    for t in (1e-12, 1e-6, 0.01, 0.4999, 0.5001, -0.4999, -0.5001):
        exact = sum((-1) ** n * (n - 1) / math.factorial(n) * t**n for n in range(2, 60))
        assert curves.one_less_exponential(t) == pytest.approx(exact, rel=1e-12)


def test_that_an_unknown_model_is_refused():
    for function in (curves.impact, curves.integral_of_selling, curves.integral_of_buying):
        with pytest.raises(ValueError, match="unknown liquidity model"):
            function({"model": "magic"}, *([1.0] if function is curves.impact else [1.0, 1.0]))
