"""A recording is one of its scenario, or it is refused; what only a run can tell is told by a run."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import engine
from engine.base.faults import BadInput
from engine.files import load_recording, read_file, save_scenario
from engine.files.examples import examples, find_example
from engine.files.recording_members import recording_members
from engine.reading.agreement import first_difference
from engine.scenario.provenance import run_sha256
from tests.engine.files.archives import parts, with_provenance, zipped
from tests.engine.files.test_recordings import DATA, rewritten

EVENTFUL = 1
"""The first round in which something is liquidated."""


@pytest.fixture(scope="module")
def recording():
    return engine.run(engine.from_dict(DATA))


def write(path, members):
    path.write_bytes(zipped(with_provenance({**parts(DATA), **members})))


def changed(row, change):
    """Change one number of a column, or all numbers of one row of lists."""

    def rewrite(column):
        values = column.to_pylist()
        values[row] = [change(value) for value in values[row]] if isinstance(values[row], list) else change(values[row])
        return pa.array(values, type=column.type)

    return rewrite


@pytest.mark.parametrize(
    ("table", "column", "row", "change", "line"),
    [
        ("rounds", "undisturbed", 0, lambda value: value * 1.01, "round 0, undisturbed price of USDC"),
        ("rounds", "undisturbed", EVENTFUL, lambda value: value * 1.01, "round 1, undisturbed price of USDC"),
        ("rounds", "market", 0, lambda value: value + 1.0, "round 0, market price of USDC"),
        ("rounds", "market", EVENTFUL, lambda value: 0.0, "round 1, market of USDC: 0; allowed: above 0"),
        ("rounds", "oracle", EVENTFUL, lambda value: -value, "round 1, oracle of USDC"),
        ("rounds", "collateral_left_usd", EVENTFUL, lambda value: value * 1.001, "round 1, collateral_left_usd"),
        ("rounds", "debt_left_usd", EVENTFUL, lambda value: value + 5.0, "round 1, debt_left_usd of compound"),
        ("rounds", "repaid_usd", EVENTFUL, lambda value: value * 2.0, "round 1, repaid_usd of compound"),
        ("rounds", "seized_usd", EVENTFUL, lambda value: value * 0.5, "round 1, seized_usd of compound"),
        ("rounds", "borrower_loss_usd", EVENTFUL, lambda value: value + 1.0, "round 1, borrower_loss_usd"),
        ("rounds", "accounts_liquidated", EVENTFUL, lambda value: value + 1, "round 1, accounts_liquidated"),
        ("rounds", "liquidator_profit_usd", EVENTFUL, lambda value: float("inf"), "column liquidator_profit_usd: nan"),
        ("rounds", "lender_loss_usd", EVENTFUL, lambda value: float("nan"), "column lender_loss_usd: nan"),
        ("rounds", "reproduction_number", -1, lambda value: float("inf"), "column reproduction_number: nan"),
        ("events", "seized", 0, lambda value: float("nan"), "column seized: nan or infinite"),
        ("events", "seized", 0, lambda value: value * 1.5, "round 1"),
        ("events", "seized", 0, lambda value: -value, "collateral taken by a liquidation"),
        ("events", "repaid", 0, lambda value: value * 1e6, "debt taken by a liquidation"),
        ("events", "collateral_before", 0, lambda value: value * 2.0, "collateral before a liquidation"),
        ("events", "debt_before", 0, lambda value: value + 1.0, "debt before a liquidation"),
        ("events", "health_before", 0, lambda value: float("nan"), "column health_before: nan"),
        ("bad_debts", "after", 0, lambda value: -1.0, "bad debts: more after than before, or below 0"),
    ],
)
def test_that_a_figure_that_is_no_runs_is_refused(tmp_path, recording, table, column, row, change, line):
    path = tmp_path / "run.cascade"
    write(path, rewritten(recording_members(recording), table, column, changed(row, change)))
    with pytest.raises(BadInput) as caught:
        load_recording(path)
    [fault] = caught.value.faults
    assert line in str(fault)
    assert str(path) in str(fault)


def said_to_be_of(members, scenario):
    """Let the head of a recording say that it belongs to another scenario."""
    head = json.loads(members["recording/recording.json"])
    head["run_sha256"] = run_sha256(scenario)
    return {**members, "recording/recording.json": json.dumps(head).encode()}


def test_that_a_recording_mixed_up_with_that_of_another_scenario_is_refused(tmp_path, recording):
    """The head says that it belongs; the figures say that it does not."""
    other = engine.run(engine.from_dict({**DATA, "shock": {"kind": "instant", "returns": {"WETH": -0.6}}}))
    write(tmp_path / "run.cascade", said_to_be_of(recording_members(other), recording.scenario))
    with pytest.raises(BadInput, match="undisturbed price of WETH"):
        load_recording(tmp_path / "run.cascade")


def test_that_the_recordings_of_all_examples_are_of_their_scenarios():
    for example in examples():
        assert example.read().recording is not None, example.name


def test_that_amounts_that_grew_by_a_redistribution_are_no_fault(tmp_path):
    """In a pool that runs dry accounts hold more before a liquidation than the round before left them."""
    run = engine.run(find_example("liquity").load())
    assert run.redistributions
    save_scenario(run.scenario, tmp_path / "run.cascade", run)
    assert first_difference(load_recording(tmp_path / "run.cascade"), run) is None


def made_up(members, factor):
    """Change what adds up all the same: the profit of those who liquidate follows from no other figure."""
    return rewritten(members, "rounds", "liquidator_profit_usd", changed(EVENTFUL, lambda value: value * factor))


def test_that_what_adds_up_and_is_no_run_is_found_by_a_run(tmp_path, recording):
    path = tmp_path / "run.cascade"
    write(path, made_up(recording_members(recording), 3.0))
    found = first_difference(load_recording(path), recording)
    assert found is not None
    assert found.startswith("round 1, liquidator_profit_usd: ")
    write(path, made_up(recording_members(recording), 1.0 + 1e-12))
    assert first_difference(load_recording(path), recording) is None


def test_that_a_run_of_fewer_rounds_or_another_end_is_another(recording):
    steps = engine.rounds(recording.scenario)
    next(steps)
    steps.recording.ended = "stopped"
    assert first_difference(steps.recording, recording) is None
    steps.recording.ended = "no more liquidations"
    assert "1 rounds, a run has" in first_difference(steps.recording, recording)
    whole = engine.run(recording.scenario)
    whole.ended = "max_rounds reached"
    assert "ended with “max_rounds reached”" in first_difference(whole, recording)


def test_that_a_recording_of_more_rounds_than_the_scenario_allows_is_refused(tmp_path, recording):
    data = {**DATA, "simulation": {"max_rounds": 1}}
    members = said_to_be_of(recording_members(recording), engine.from_dict(data))
    path = tmp_path / "run.cascade"
    path.write_bytes(zipped(with_provenance({**parts(data), **members})))
    with pytest.raises(BadInput, match="at most 1, the scenario's max_rounds"):
        load_recording(path)


def test_that_the_scenario_of_a_refused_recording_can_still_be_read(tmp_path, recording):
    path = tmp_path / "run.cascade"
    write(path, made_up(recording_members(recording), np.nan))
    with pytest.raises(BadInput):
        read_file(path)
    assert len(read_file(path, with_recording=False).scenario.loans) == len(recording.scenario.loans)
