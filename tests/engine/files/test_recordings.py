"""A run that is saved with its scenario opens without running again, to the last bit."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engine
from engine.base.faults import BadInput
from engine.files import keeps_recordings, load_recording, load_scenario, read_file, save_scenario
from engine.files.recording_members import (
    BY_ASSET,
    BY_MARKET,
    FIGURES,
    FLAGS,
    OPTIONAL,
    SETTLEMENT_FIGURES,
    WHOLE,
    read_recording,
    recording_members,
)
from engine.recording.records import Round
from tests.engine.files.archives import parts, with_provenance, zipped
from tests.engine.scenarios import SMALL, small

ROWS = [
    {**SMALL["loans"][0], "account": f"a{number}", "debt_amount": 12_000.0 + 400.0 * number} for number in range(20)
]
DATA = small(
    loans=[*ROWS, {"account": "saver", "market": "compound", "collateral_asset": "USDC", "collateral_amount": 1}]
)


@pytest.fixture(scope="module")
def recording():
    return engine.run(engine.from_dict(DATA))


def same(one, other) -> bool:
    if one.ended != other.ended or one.to_dict() != other.to_dict() or len(one.rounds) != len(other.rounds):
        return False
    for mine, theirs in zip(one.rounds, other.rounds, strict=True):
        for field in fields(Round):
            if field.name != SETTLEMENT_FIGURES and not np.array_equal(
                getattr(mine, field.name), getattr(theirs, field.name)
            ):
                return False
        if not same_figures(mine.settlement_figures, theirs.settlement_figures):
            return False
    for number in range(len(one.rounds)):
        mine, theirs = one.state(number), other.state(number)
        if not np.array_equal(mine.collateral_amount, theirs.collateral_amount):
            return False
        if not np.array_equal(mine.debt_amount, theirs.debt_amount):
            return False
    return one.events_frame().equals(other.events_frame())


def same_figures(one, other) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_that_every_field_of_a_round_is_kept():
    names = {field.name for field in fields(Round)}
    arrays = {field.name for field in fields(Round) if field.type in {"Floats", "Wholes", "npt.NDArray[np.bool_]"}}
    assert set(BY_ASSET) | set(BY_MARKET) == arrays
    assert {*WHOLE, *FLAGS, *OPTIONAL} <= names


def test_that_a_saved_run_is_the_same_when_opened(tmp_path, recording):
    path = tmp_path / "run.cascade"
    save_scenario(recording.scenario, path, recording)
    found = load_recording(path)
    assert recording.rounds[-1].last_event > 0
    assert recording.rounds[-1].last_bad_debt > 0
    assert same(found, recording)
    assert found.rounds[1].oracle.flags.writeable is False


def test_that_keyframes_are_made_again(tmp_path):
    rows = [{**row, "debt_amount": 15_000.0} for row in ROWS]
    ran = engine.run(engine.from_dict(small(loans=rows, liquidators={"calls_per_round": 5})))
    path = tmp_path / "run.cascade"
    save_scenario(ran.scenario, path, ran)
    found = load_recording(path)
    assert len(ran.events) > len(rows) * 2
    last = len(ran.rounds) - 1
    assert found.keyframe_before(last).number == ran.keyframe_before(last).number > 0
    assert np.array_equal(found.keyframe_before(last).debt, ran.keyframe_before(last).debt)


def test_that_a_stopped_run_is_kept_as_far_as_it_came(tmp_path):
    steps = engine.rounds(engine.from_dict(DATA))
    next(steps)
    next(steps)
    path = tmp_path / "run.cascade"
    save_scenario(steps.recording.scenario, path, steps.recording)
    found = load_recording(path)
    assert found.ended == "stopped"
    assert len(found.rounds) == 3


def test_that_a_file_without_a_run_gives_none(tmp_path):
    path = tmp_path / "book.cascade"
    save_scenario(engine.from_dict(DATA), path)
    assert load_recording(path) is None


def test_that_the_scenario_opens_without_reading_the_recording(tmp_path, recording):
    path = tmp_path / "run.cascade"
    save_scenario(recording.scenario, path, recording)
    assert read_file(path, with_recording=False).recording is None
    assert load_scenario(path).loans.same_as(recording.scenario.loans)


def test_that_other_notes_and_stops_keep_the_recording(tmp_path, recording):
    data = {**DATA, "name": "another", "notes": "new", "stops": [{"round": 1}]}
    path = tmp_path / "run.cascade"
    save_scenario(engine.from_dict(data), path, recording)
    found = load_recording(path)
    assert found.scenario.name == "another"
    assert len(found.rounds) == len(recording.rounds)


def test_that_a_recording_of_other_parameters_is_left_out(tmp_path, recording):
    path = tmp_path / "run.cascade"
    save_scenario(engine.from_dict({**DATA, "shock": {"returns": {"WETH": -0.1}, "kind": "instant"}}), path, recording)
    assert load_recording(path) is None


def test_that_json_keeps_no_recording(tmp_path, recording):
    path = tmp_path / "run.json"
    save_scenario(recording.scenario, path, recording)
    assert load_recording(path) is None
    assert not keeps_recordings(path)
    assert keeps_recordings("RUN.CASCADE")


# hostile recordings: the kernels trust what is read, so nothing wrong may pass


def refusal(tmp_path, members: dict[str, bytes]) -> str:
    path = tmp_path / "run.cascade"
    path.write_bytes(zipped(with_provenance({**parts(DATA), **members})))
    with pytest.raises(BadInput) as caught:
        load_recording(path)
    assert len(caught.value.faults) == 1
    return str(caught.value)


def rewritten(members: dict[str, bytes], table: str, column: str, change) -> dict[str, bytes]:
    name = f"recording/{table}.parquet"
    found = pq.read_table(io.BytesIO(members[name]))
    values = change(found.column(column).combine_chunks())
    out = io.BytesIO()
    pq.write_table(found.set_column(found.column_names.index(column), column, values), out)
    return {**members, name: out.getvalue()}


def first_is(value):
    def change(column):
        values = column.to_pylist()
        values[0] = value
        return pa.array(values, type=column.type)

    return change


@pytest.mark.parametrize(
    ("table", "column", "value", "line"),
    [
        ("events", "account", -1, "no such account"),
        ("events", "account", 21, "no such account"),
        ("events", "collateral_leg", -1, "a leg of another account"),
        ("events", "collateral_leg", 2**31 - 1, "a leg of another account"),
        ("events", "debt_leg", 2**31 - 1, "a leg of another account"),
        ("events", "seized", None, "a blank"),
        ("bad_debts", "debt_leg", -5, "a leg of another account"),
        ("rounds", "number", 1, "the rounds are not 0, 1, 2"),
        ("rounds", "first_event", 1, "round 0, first_event: 1; allowed: 0"),
        ("rounds", "last_event", -1, "round 0, first_event"),
        ("rounds", "last_event", 10**15, "round 1, first_event"),
        ("rounds", "market", [1.0, float("nan"), 1.0], "column market: nan or infinite"),
        ("rounds", "market", None, "a blank"),
    ],
)
def test_that_a_recording_that_does_not_fit_is_refused(tmp_path, recording, table, column, value, line):
    members = rewritten(recording_members(recording), table, column, first_is(value))
    assert line in refusal(tmp_path, members)


def test_that_events_left_over_are_refused(tmp_path, recording):
    members = recording_members(recording)
    name = "recording/events.parquet"
    out = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(members[name])).slice(1), out)
    assert "ends at" in refusal(tmp_path, {**members, name: out.getvalue()})


def test_that_columns_of_another_width_or_type_are_refused(tmp_path, recording):
    members = recording_members(recording)
    narrow = rewritten(
        members, "rounds", "market", lambda c: pa.array([row[:2] for row in c.to_pylist()], pa.list_(pa.float64(), 2))
    )
    assert "column market: of type fixed_size_list" in refusal(tmp_path, narrow)
    text = rewritten(members, "events", "seized", lambda c: pa.array([str(value) for value in c.to_pylist()]))
    assert "column seized: of type string; allowed: double" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("format", "cascade-recording/4", "format: 'cascade-recording/4'"),
        ("ended", "boom", "ended: 'boom'"),
        ("ended", None, "ended: None"),
        ("run_sha256", "0", "belongs to other loans or parameters"),
        ("extra", 1, "the keys"),
    ],
)
def test_that_a_recordings_head_is_checked(tmp_path, recording, key, value, line):
    members = recording_members(recording)
    head = {**json.loads(members["recording/recording.json"]), key: value}
    assert line in refusal(tmp_path, {**members, "recording/recording.json": json.dumps(head).encode()})


def test_that_half_a_recording_is_refused(tmp_path, recording):
    members = recording_members(recording)
    del members["recording/rounds.parquet"]
    assert "recording: only" in refusal(tmp_path, members)


def test_that_an_archive_without_recording_is_read_as_none():
    assert read_recording({}, None) is None


def test_that_settlement_figures_of_other_rounds_are_refused(tmp_path, recording):
    path = tmp_path / "run.cascade"
    save_scenario(recording.scenario, path, recording)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "provenance.json"}
    table = pq.read_table(io.BytesIO(members[FIGURES]))
    out = io.BytesIO()
    pq.write_table(table.slice(1), out)
    members[FIGURES] = out.getvalue()
    path.write_bytes(zipped(with_provenance(members)))
    with pytest.raises(BadInput, match=r"as many as in recording/rounds\.parquet"):
        load_recording(path)
    del members[FIGURES]
    path.write_bytes(zipped(with_provenance(members)))
    with pytest.raises(BadInput, match=r"no recording/settlement_figures\.parquet"):
        load_recording(path)
