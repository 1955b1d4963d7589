"""Recordings of runs that do not leave everything to liquidators: kept in files, replayed forward and back."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.base.faults import BadInput
from engine.files import load_recording, read_stream, save_scenario
from engine.files.recording_members import MARKS, STARTS, recording_members
from tests.engine.files.archives import parts, with_provenance, zipped
from tests.engine.files.test_recordings import same
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.engine.settlement.lending import account, market, scenario

FALLING = {"kind": "path", "returns": {"TOK": [-0.02 * n for n in range(1, 25)]}}
POOL = {"kind": "stability_pool", "pool_usd": 300.0, "sell_share": 0.5, "gas_compensation": 0.005}
AUCTION = {"kind": "auction", "curve": {"kind": "exponential", "cut": 0.97}, "hole_usd": 400.0, "reset_rounds": 9}
ABSORB = {"kind": "absorb", "buyers_usd_per_round": 60.0}


def four_markets():
    kinds = {"pool": POOL, "auction": AUCTION, "absorb": ABSORB, "plain": {"kind": "liquidator"}}
    loans = [account(f"{name} {number}", 40.0, 60.0 + 4.0 * number, name) for number in range(9) for name in kinds]
    made = {name: market(kind, safety={"reserve_usd": 100.0}) for name, kind in kinds.items()}
    thin = {"liquidity": {"model": "exponential", "depth_2pct_usd": 500.0}}
    return scenario(made, loans, shock=FALLING, token=thin, simulation={"max_rounds": 80})


@pytest.fixture(scope="module")
def recording():
    return engine.run(four_markets())


def test_that_the_run_has_something_of_everything(recording):
    assert len(recording.marks) > 2
    assert len(recording.redistributions) > 1
    assert len(recording.auction_starts) > 2
    assert recording.summary()["credited_usd"] > 0
    assert recording.summary()["redistributed_usd"] > 0


def test_that_any_round_is_the_same_from_wherever_one_comes(recording):
    count = len(recording.rounds)
    straight = [recording.state(number) for number in range(count)]
    cursor = recording.cursor()
    order = np.random.default_rng(3).integers(0, count, 4 * count).tolist()
    for number in [*range(count), *reversed(range(count)), *order]:
        cursor.seek(number)
        np.testing.assert_array_equal(cursor.collateral_amount, straight[number].collateral_amount)
        np.testing.assert_array_equal(cursor.debt_amount, straight[number].debt_amount)


def test_that_a_replay_ends_at_the_bits_of_the_run():
    rounds = engine.rounds(four_markets())
    for step in rounds:
        state = rounds.recording.state(step.number)
        collateral, debt = rounds._index.in_book(rounds._space.collateral, rounds._space.debt)
        np.testing.assert_array_equal(state.collateral_amount, collateral)
        np.testing.assert_array_equal(state.debt_amount, debt)


def test_that_a_settled_run_is_the_same_when_opened(tmp_path, recording):
    path = tmp_path / "run.cascade"
    save_scenario(recording.scenario, path, recording)
    found = load_recording(path)
    assert same(found, recording)
    for one, other in ((found.marks, recording.marks), (found.auction_starts, recording.auction_starts)):
        for name in one.__slots__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert found.redistributions == recording.redistributions


def test_that_events_are_told_apart_by_a_mark_only_where_there_are_any(recording):
    frame = recording.events_frame()
    assert frame.columns[-1] == "mark"
    assert set(frame["mark"].dropna()) == {"redistributed"}
    assert frame["mark"].notna().sum() == len(recording.marks)
    plain = engine.run(scenario({"m": market(None)}, [account("a", 40.0, 100.0)]))
    assert "mark" not in plain.events_frame()


@pytest.mark.parametrize("member", [MARKS, STARTS])
def test_that_a_recording_without_its_marks_or_starts_is_refused(recording, member):
    members = recording_members(recording)
    del members[member]
    whole = zipped(with_provenance({**parts(recording.scenario.to_dict()), **members}))
    with pytest.raises(BadInput, match="as many as there are rows"):
        read_stream(io.BytesIO(whole), "run")


def test_that_marks_and_starts_alone_are_no_recording(recording):
    members = {name: data for name, data in recording_members(recording).items() if name in (MARKS, STARTS)}
    whole = zipped(with_provenance({**parts(recording.scenario.to_dict()), **members}))
    with pytest.raises(BadInput, match="a complete recording"):
        read_stream(io.BytesIO(whole), "run")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=max(5, settings().max_examples // 5))
@given(settled_scenarios(), st.data())
def test_that_random_settled_runs_replay_and_come_back_from_files(given_scenario, data):
    ran = engine.run(engine.from_dict(given_scenario))
    whole = zipped(with_provenance({**parts(given_scenario), **recording_members(ran)}))
    found = read_stream(io.BytesIO(whole), "run").recording
    last = len(ran.rounds) - 1
    cursor = ran.cursor().seek(last)
    np.testing.assert_array_equal(cursor.collateral_amount, found.state(last).collateral_amount)
    number = data.draw(st.integers(0, last))
    cursor.seek(number)
    state = found.state(number)
    np.testing.assert_array_equal(cursor.collateral_amount, state.collateral_amount)
    np.testing.assert_array_equal(cursor.debt_amount, state.debt_amount)
