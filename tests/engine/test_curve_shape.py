"""The shape of liquidity curves that the window draws."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
from pydantic import TypeAdapter

from engine.kernels import CURVE_CODES
from engine.market.curve_kinds import CURVE_KINDS
from engine.market.shape import depth_at, price_factor
from engine.scenario.schema import Liquidity

CURVES = [
    {"model": "exponential", "depth_2pct_usd": 1e6},
    {"model": "constant_usd", "depth_2pct_usd": 1e6},
    {"model": "linear", "depth_2pct_usd": 1e6},
    {"model": "curve", "points": [[0.02, 1e6], [0.3, 9e6]]},
]


def curve(data: dict) -> Liquidity:
    return TypeAdapter(Liquidity).validate_python(data)


@pytest.mark.parametrize("data", CURVES, ids=lambda data: data["model"])
def test_that_selling_the_two_percent_depth_takes_two_percent_off(data):
    assert price_factor(curve(data), np.array([0.0, 1e6])) == pytest.approx([1.0, 0.98])
    stressed = curve({**data, "depth_multiplier": 0.1})
    assert price_factor(stressed, np.array([1e5])) == pytest.approx([0.98])
    assert depth_at(curve(data), 0.02) == pytest.approx(1e6)


def test_that_a_pool_and_the_square_root_law_follow_their_formulas():
    pool = curve({"model": "constant_product", "reserve_usd": 2e6})
    assert price_factor(pool, np.array([2e6])) == pytest.approx([0.25])
    law = curve({"model": "square_root", "daily_volatility": 0.04, "daily_volume_usd": 1e8, "coefficient": 2})
    assert price_factor(law, np.array([2.5e7])) == pytest.approx([math.exp(-0.04)])


def test_that_a_curve_goes_on_with_its_last_slope_and_stays_above_zero():
    measured = curve({"model": "curve", "points": [[0.1, 1.0], [0.5, 2.0]]})
    assert price_factor(measured, np.array([2.5, 9.0])) == pytest.approx([0.3, 1e-6])


def test_that_no_sale_is_deep_enough_where_the_price_does_not_move():
    assert depth_at(curve({"model": "infinite"}), 0.02) == math.inf
    assert depth_at(curve({"model": "linear", "depth_2pct_usd": 1.0, "floor": 0.9}), 0.5) == math.inf


def test_that_each_curve_of_the_schema_has_its_kind_and_its_place_in_the_kernels():
    declared, _ = get_args(Liquidity)
    models = {get_args(model.model_fields["model"].annotation)[0] for model in get_args(declared)}
    assert models == set(CURVE_KINDS) == set(CURVE_CODES)
    assert len(set(CURVE_CODES.values())) == len(models)


@pytest.mark.parametrize("kind", sorted(CURVE_KINDS))
def test_that_a_curve_started_from_another_is_valid_and_as_deep(kind):
    old = curve({"model": "exponential", "depth_2pct_usd": 3e6})
    begun = curve({"model": kind, **CURVE_KINDS[kind].started(lambda drop: depth_at(old, drop))})
    assert depth_at(begun, 0.02) == pytest.approx(math.inf if kind == "infinite" else 3e6, rel=1e-6)
