"""Candidates of markets that settle differently are served in one order, however they are handed over."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from tests.engine.settlement.lending import account, market, scenario
from tests.engine.settlement.test_settled_recordings import four_markets


@pytest.mark.parametrize("priority", ["largest_debt", "lowest_health", "largest_profit", "book"])
def test_that_handing_over_all_of_a_kind_at_once_changes_nothing(priority):
    """A capacity that nothing reaches makes the engine settle one account after the other."""
    data = four_markets().to_dict()
    at_once = engine.run(engine.from_dict(data | {"liquidators": {"priority": priority}}))
    one_by_one = engine.run(
        engine.from_dict(data | {"liquidators": {"priority": priority, "capacity_usd_per_round": 1e12}})
    )
    assert len(at_once.rounds) == len(one_by_one.rounds)
    frames = at_once.events_frame(), one_by_one.events_frame()
    words = ["round", "account", "market", "collateral_asset", "debt_asset"]
    assert frames[0][words].equals(frames[1][words])
    assert frames[0]["mark"].fillna("").tolist() == frames[1]["mark"].fillna("").tolist()
    for name in ("seized", "repaid", "to_protocol", "health_before", "health_after"):
        np.testing.assert_allclose(frames[0][name], frames[1][name], rtol=1e-9, atol=1e-12)


def test_that_auctions_start_though_no_more_liquidations_are_allowed():
    data = four_markets().to_dict() | {"liquidators": {"max_liquidations_per_round": 1}}
    recording = engine.run(engine.from_dict(data))
    first = next(step for step in recording.rounds if step.liquidations.any())
    assert first.liquidations.sum() == 1
    assert all(step.liquidations.sum() <= 1 for step in recording.rounds)
    starts = [step.last_start - step.first_start for step in recording.rounds]
    assert max(starts) >= 1
    assert starts[first.number] >= 1


def test_that_buyers_come_after_the_takers_of_auctions():
    """Both sell in round 2; what takers got comes first, and buyers stop where the market is down to what is asked."""
    auction = {
        "kind": "auction",
        "penalty": 0.0,
        "buffer": 1.0,
        "curve": {"kind": "stairstep", "cut": 0.9, "step_rounds": 1},
    }
    absorb = {"kind": "absorb", "penalty": 0.05, "storefront_discount": 0.025, "buyers_usd_per_round": 39.0}
    loans = [account("offered", 40.0, 100.0, "m"), account("taken over", 40.0, 100.0, "n")]
    thin = {"liquidity": {"model": "linear", "depth_2pct_usd": 100.0}}
    recording = engine.run(scenario({"m": market(auction), "n": market(absorb)}, loans, token=thin))
    # 39 USD buy 10 tokens in round 1, which take the price to 3.968
    assert recording.rounds[1].sold[0] == pytest.approx(10.0)
    assert recording.rounds[2].liquidations[0] == 1
    assert recording.rounds[2].market[0] == pytest.approx(3.968 * 0.975)
