"""The scale of a slider: round numbers, ends that are allowed, 0 where it may be."""

from __future__ import annotations

import pytest

from cascade_gui.scenario_panel.scales import scale_for
from cascade_gui.scenario_panel.values import is_outside
from engine.files.examples import find_example
from engine.scenario import parameter_paths

PLACES = [number / 97 for number in range(98)]


@pytest.fixture(scope="module")
def parameters():
    return find_example("compound").load().parameters


def scale(parameters, path, value=None):
    info = parameter_paths.describe(parameters, path)
    return scale_for(info, parameter_paths.get(parameters, path) if value is None else value, None)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("assets.WETH.liquidity.depth_multiplier", 0.01, 3.0),
        ("shock.returns.WETH", -0.9, 0.3),
        ("markets.compound.rules.close.close_factor", 0.005, 1.0),
        ("markets.compound.collateral.WETH.liquidation_bonus", 0.0, 0.3),
        ("liquidators.latency_rounds", 0, 20),
        ("liquidators.gas_usd", 0.0, 1e6),
    ],
)
def test_that_a_slider_reaches_over_what_is_usual(parameters, path, low, high):
    made = scale(parameters, path)
    assert made.value(0.0) == pytest.approx(low)
    assert made.value(1.0) == pytest.approx(high)


def test_that_every_place_is_a_round_number_that_is_allowed(parameters):
    for path in (
        "assets.WETH.liquidity.depth_multiplier", "shock.returns.WETH", "assets.WETH.price",
        "markets.compound.rules.close.close_factor", "simulation.max_rounds", "simulation.round_seconds",
    ):  # fmt: skip
        made = scale(parameters, path)
        for place in PLACES:
            value = made.value(place)
            assert not is_outside(made.info, value), (path, place)
            assert len(f"{value:.10g}".replace(".", "").replace("-", "").strip("0")) <= 4, (path, value)


def test_that_value_and_place_belong_together(parameters):
    for path in ("assets.WETH.liquidity.depth_multiplier", "shock.returns.WETH", "liquidators.gas_usd"):
        made = scale(parameters, path)
        assert [made.place(made.value(place)) for place in PLACES] == pytest.approx(PLACES, abs=0.04)


def test_that_moving_finely_gives_numbers_in_between(parameters):
    made = scale(parameters, "shock.returns.WETH")
    coarse = {made.value(0.5 + step / 10_000) for step in range(40)}
    fine = {made.value(0.5 + step / 10_000, fine=True) for step in range(40)}
    assert len(fine) >= 5 * len(coarse)


def test_that_a_value_beyond_what_is_usual_is_within_its_scale(parameters):
    made = scale(parameters, "assets.WETH.liquidity.depth_multiplier", 20.0)
    assert made.place(20.0) == 1.0
    assert made.value(1.0) == pytest.approx(20.0)


def test_that_whole_numbers_stay_whole(parameters):
    made = scale(parameters, "liquidators.latency_rounds")
    assert all(isinstance(made.value(place), int) for place in PLACES)


def test_that_zero_has_a_place_of_its_own_on_a_scale_of_ratios(parameters):
    made = scale(parameters, "liquidators.gas_usd", 50.0)
    assert made.value(0.0) == 0.0
    assert made.place(0.0) == 0.0
    assert made.value(0.05) > 0.0
    assert made.labels()[0] == 0.0


def test_that_what_is_no_number_has_no_slider(parameters):
    assert scale(parameters, "simulation.seed") is None
    info = parameter_paths.describe(parameters, "liquidators.capacity_usd_per_round")
    assert scale_for(info, None, None) is None
    assert scale(parameters, "markets.compound.rules.trigger") is None
