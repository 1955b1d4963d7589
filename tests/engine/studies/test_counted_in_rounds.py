"""The length of a round beside figures that have a horizon: it changes them, and that is said."""

from __future__ import annotations

import pytest

import engine
from engine.studies.counted_in_rounds import of_rounds
from tests.engine.studies.books import ladder

SHALLOW = {
    "model": "exponential", "depth_2pct_usd": 20_000.0, "permanent_share": 0.5, "recovery_half_life_rounds": 8,
}  # fmt: skip


@pytest.fixture
def scenario():
    return ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05, liquidity=SHALLOW)


def test_that_the_horizon_is_said_in_rounds_and_in_time(scenario):
    (said, *_) = of_rounds(scenario, 7_200, 86_400.0)
    assert said.startswith("A round lasts 12s: the horizon of 24h is 7,200 rounds. ")
    assert "another value at risk" in said
    (said, *_) = of_rounds(scenario.with_values({"simulation.round_seconds": 900.0}), 2, 1_000.0)
    assert said.startswith("A round lasts 15min: the horizon of 1000s is 2 rounds, 30min in all. ")


def test_that_all_that_is_counted_in_rounds_is_said_with_how_long_it_lasts(scenario):
    oracle = {"kind": "threshold", "deviation": 0.01, "heartbeat_rounds": 300, "delay_rounds": 1}
    changed = scenario.with_values(
        {
            "liquidators.latency_rounds": 2, "liquidators.capacity_usd_per_round": 25e6,
            "assets.WBTC.liquidity": SHALLOW, "assets.USDC.oracle": oracle,
        }
    )  # fmt: skip
    said = of_rounds(changed, 10, 120.0)[1]
    assert "latency 2 rounds (24s)" in said
    assert "capacity $25,000,000 a round" in said
    assert "recovery half-life 8 rounds (96s) of WETH, WBTC" in said
    assert "heartbeat 300 rounds (1h) of USDC" in said
    assert "delay 1 round (12s) of USDC" in said
    assert len(of_rounds(ladder([1.0]), 10, 120.0)) == 1  # nothing but what is so by default


@pytest.mark.parametrize("name", ["montecarlo", "threshold", "compare"])
def test_that_every_study_over_paths_says_it(scenario, name):
    proposal = {"format": "cascade-proposal/1", "name": "Less", "changes": {"liquidators.gas_usd": 1.0}}
    asked = {"montecarlo": {}, "threshold": {"asset": "WETH", "to": 0.7}, "compare": {"proposal": proposal}}[name]
    found = getattr(engine.studies, name)(scenario, paths=3, horizon="2min", **asked)
    said = " ".join(found.answer.assumptions)
    assert "the horizon of 2min is 10 rounds" in said
    assert "recovery half-life 8 rounds (96s) of WETH" in said


def test_that_the_length_of_a_round_changes_the_loss_and_not_the_time(scenario):
    """All that is sold at once moves the price further than the same in parts, between which half of it comes back."""
    asked = {"paths": 40, "horizon": "1h", "fall": "0.35:0.05", "fall_within": "20min", "volatility": "WETH=0.1"}
    short, long = (
        engine.studies.montecarlo(scenario.with_values({"simulation.round_seconds": seconds}), **asked)
        for seconds in (12.0, 600.0)
    )
    assert short.figures["total_loss_usd.mean"] != pytest.approx(long.figures["total_loss_usd.mean"], rel=0.05)
    assert "is 300 rounds" in " ".join(short.answer.assumptions)
    assert "is 6 rounds" in " ".join(long.answer.assumptions)
