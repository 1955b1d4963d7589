"""What accounts wait for, told for all at once, is what the explanation of each finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Outcome
from engine.reading.reasons_to_wait import Waiting
from engine.reading.round_view import Status, initial_view, round_view
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios

FEW = max(5, settings().max_examples // 4)
OUTCOMES = {
    Waiting.LATENCY: {Outcome.WAITING},
    Waiting.PAUSED: {Outcome.PAUSED},
    Waiting.TOO_SMALL: {Outcome.LEFT_ALONE},
    Waiting.CAPACITY: {Outcome.COUNT_USED_UP, Outcome.OVER_CAPACITY},
    Waiting.NOT_PROFITABLE: {Outcome.UNPROFITABLE},
}


@settings(max_examples=FEW)
@given(st.one_of(scenarios(), settled_scenarios()))
def test_that_a_reason_is_the_one_that_the_explanation_gives(found):
    recording = engine.run(engine.Scenario.from_dict(found))
    for number in range(min(6, len(recording.rounds))):
        view = round_view(recording, number)
        assert np.array_equal(view.waits_for > Waiting.NOT, view.status == Status.LIQUIDATABLE)
        for account in np.flatnonzero(view.waits_for > Waiting.AGAIN)[:4].tolist():
            outcome = explain(recording, account, number).happening.outcome
            assert outcome in OUTCOMES[Waiting(int(view.waits_for[account]))], (account, number)


@settings(max_examples=FEW)
@given(st.one_of(scenarios(), settled_scenarios()))
def test_that_first_and_last_rounds_and_losses_are_those_of_the_events(found):
    recording = engine.run(engine.Scenario.from_dict(found))
    last = len(recording.rounds) - 1
    view = round_view(recording, last)
    liquidated = view.first_liquidated > 0
    assert (view.first_liquidated[liquidated] <= last).all()
    lost = np.zeros(len(recording.book))
    for number in range(1, last + 1):
        here = round_view(recording, number)
        began = (here.first_liquidated == number) & (here.status != Status.BAD_DEBT)
        assert (here.status_round[began] == number).all()
        lost += here.lost(in_round=True)
    frame = recording.events_frame()
    total = float((frame["seized_usd"] - frame["repaid_usd"]).sum()) if len(frame) else 0.0
    assert np.isclose(view.lost().sum(), total, rtol=1e-9, atol=1e-6 * max(1.0, float(view.debt_usd.sum())))
    scale = max(1.0, float(np.abs(lost).max(initial=0.0)))
    assert np.allclose(view.lost(), lost, rtol=1e-9, atol=1e-9 * scale)


def test_that_nothing_is_waited_for_and_lost_before_a_run():
    scenario = engine.Scenario.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"ETH": {"price": 100.0}, "USD": {"price": 1.0}},
            "markets": {"m": {"collateral": {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
            "loans": [
                {"account": "a", "market": "m", "collateral_asset": "ETH", "collateral_amount": 1.0,
                 "debt_asset": "USD", "debt_amount": 90.0},
                {"account": "b", "market": "m", "collateral_asset": "ETH", "collateral_amount": 1.0,
                 "debt_asset": "USD", "debt_amount": 10.0},
            ],
        }
    )  # fmt: skip
    view = initial_view(scenario)
    assert view.waits_for.tolist() == [Waiting.UNTOLD, Waiting.NOT]
    assert view.lost().tolist() == [0.0, 0.0]


def falling(**liquidators):
    """Return a run of one account of $75 against 1 ETH that falls from $100 to $90, as far as liquidators take it."""
    return engine.run(
        engine.Scenario.from_dict(
            {
                "format": "cascade-scenario/1",
                "assets": {"ETH": {"price": 100.0}, "USD": {"price": 1.0}},
                "markets": {
                    "m": {
                        "collateral": {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}},
                        "rules": {"close": {"kind": "fraction", "close_factor": 0.2, "scope": "debt"}},
                    }
                },
                "shock": {"kind": "instant", "returns": {"ETH": -0.1}},
                "liquidators": liquidators,
                "loans": [
                    {"account": "a", "market": "m", "collateral_asset": "ETH", "collateral_amount": 1.0,
                     "debt_asset": "USD", "debt_amount": 75.0},
                ],
            }
        )
    )  # fmt: skip


def test_that_an_account_waits_until_liquidators_come():
    recording = falling(latency_rounds=2)
    told = [round_view(recording, number).waits_for[0] for number in range(4)]
    assert told == [Waiting.NOT, Waiting.LATENCY, Waiting.LATENCY, Waiting.AGAIN]


def test_that_an_account_waits_for_the_one_reason_that_there_is():
    for liquidators, reason in (
        ({"min_debt_usd": 80.0}, Waiting.TOO_SMALL),
        ({"capacity_usd_per_round": 1.0}, Waiting.CAPACITY),
        ({"min_profit_usd": 1000.0}, Waiting.NOT_PROFITABLE),
        ({"min_profit_usd": 1000.0, "capacity_usd_per_round": 1.0}, Waiting.UNTOLD),
    ):
        assert round_view(falling(**liquidators), 1).waits_for[0] == reason, liquidators


def test_that_an_account_lost_the_bonus_on_what_was_repaid():
    recording = falling()
    first, second = round_view(recording, 1), round_view(recording, 2)
    assert np.isclose(first.lost()[0], 15.0 * 0.05)
    assert np.isclose(second.lost(in_round=True)[0], 12.0 * 0.05)
    assert np.isclose(second.lost()[0], 27.0 * 0.05)
    assert (second.first_liquidated[0], second.status_round[0]) == (1, 2)
