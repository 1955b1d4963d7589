"""Congestion and least debt beyond what stands by hand for both engines: pauses, calls, paths, a real book."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.files.examples import find_example
from engine.kernels.congestion import congested_latency
from engine.running.paths import Paths
from tests.engine.books import row, scenario

approx = pytest.approx
FULL = {"close": {"kind": "full"}}
TWO = {"congestion": {"candidates": 2, "latency_rounds": 1}}


def with_a_paused_market():
    """Six of `other` wait out a pause of five rounds; `a`, liquidatable from round 2 on, has nobody else beside it."""
    listed = {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1}}
    other = {"collateral": listed, "rules": FULL, "safety": {"pause_if_drop": 0.05, "pause_rounds": 5}}
    loans = [
        row("a", debt=800.0, collateral_asset="BTC", collateral_amount=1.1),
        *(row(f"b{n}", 10.0, 790.0, market="other") for n in range(6)),
    ]
    data = scenario(loans, rules=FULL, markets={"other": other}, liquidators=TWO).to_dict()
    data["shock"] = {"kind": "path", "returns": {"ETH": [-0.1, -0.1], "BTC": [0.0, -0.1]}}
    return engine.from_dict(data)


def test_that_accounts_of_paused_markets_congest_nothing():
    events = engine.run(with_a_paused_market()).events_frame()
    assert events["round"][events["account"] == "a"].tolist() == [2]
    assert set(events["round"][events["account"] != "a"]) == {6}


def test_that_a_fifth_too_many_is_a_fifth_of_the_rounds_to_the_last_bit():
    assert 49 * (1 / 49) < 1
    assert congested_latency(0, 49, 49, 50) == 1


@pytest.mark.parametrize("limits", [{}, {"max_liquidations_per_round": 10}], ids=["no limit", "limited"])
def test_that_what_a_call_leaves_below_the_least_debt_is_not_called_again(limits):
    half = {"close": {"kind": "fraction", "close_factor": 0.5}}
    loans = [row("a", 10.0, 950.0)]
    for least, calls in ((475.0, 2), (475.1, 1)):
        liquidators = {"calls_per_round": 2, "min_debt_usd": least} | limits
        recording = engine.run(scenario(loans, rules=half, liquidators=liquidators, simulation={"max_rounds": 1}))
        assert recording.summary()["liquidations"] == calls


def test_that_paths_with_congestion_and_a_least_debt_are_the_runs_along_them():
    loans = [row(f"a{n}", 10.0, 10.0 * (60.0 + n)) for n in range(20)] + [row("tiny", 0.1, 8.0)]
    liquidators = TWO | {"gas_usd": 3.0, "min_profit_usd": 0.0, "min_debt_usd": 10.0}
    shallow = {"liquidity": {"model": "exponential", "depth_2pct_usd": 300.0}}
    made = scenario(loans, rules=FULL, eth=shallow, liquidators=liquidators)
    figures = Paths(made).run(np.array([[[1.0, 85.0, 1000.0]], [[1.0, 80.0, 1000.0]]]))
    for place, price in enumerate((85.0, 80.0)):
        summary = engine.run(made.with_values({"shock.returns.ETH": price / 100 - 1})).summary()
        assert figures.liquidations[place] == summary["liquidations"] > 3
        assert figures.liquidator_profit_usd[place] == approx(summary["liquidator_profit_usd"], rel=1e-9)
        assert figures.liquidatable_left[place] == summary["liquidatable_left"]


def test_that_the_dust_of_a_real_book_no_longer_makes_most_of_its_liquidations():
    book = find_example("compound").load().with_values({"shock.returns.WETH": -0.3})
    everyone = engine.run(book).summary()
    visited = engine.run(book.with_values({"liquidators.min_debt_usd": 100.0})).summary()
    assert visited["liquidations"] < 0.5 * everyone["liquidations"]
    assert visited["small_accounts_left"] > 800
    assert visited["small_accounts_left_debt_usd"] < 0.001 * everyone["repaid_usd"]
    assert visited["repaid_usd"] == approx(everyone["repaid_usd"], rel=1e-3)
    assert "small_accounts_left" not in everyone
