"""Any round of a recording can be shown at once, forward and back, to the last bit."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import engine
from engine.base.columns import ChunkedColumns, Columns
from engine.reading.round_view import round_view
from engine.recording.recording import Recording
from tests.engine.books import row, scenario

SHALLOW = {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}}
LOANS = [row(f"a{n}", 10.0, 10.0 * (55.0 + n)) for n in range(25)] + [row("broke", debt=3.0)]
GIVEN = scenario(LOANS, eth=SHALLOW, drop=-0.2, liquidators={"calls_per_round": 2})


@pytest.fixture
def recorded(monkeypatch):
    """A recording, and the amounts at the end of each of its rounds as the run had them."""
    states = []
    append = Recording.append

    def append_and_keep(recording, step, collateral, debt, index):
        states.append(index.in_book(collateral, debt))
        append(recording, step, collateral, debt, index)

    monkeypatch.setattr(Recording, "append", append_and_keep)
    return engine.run(GIVEN), states


def test_that_every_round_comes_back_bit_for_bit(recorded):
    recording, states = recorded
    assert recording.summary()["bad_debt_usd"] > 0
    for number, (collateral, debt) in enumerate(states):
        state = recording.state(number)
        np.testing.assert_array_equal(state.collateral_amount, collateral)
        np.testing.assert_array_equal(state.debt_amount, debt)


def test_that_a_cursor_goes_forward_and_back_bit_for_bit(recorded):
    recording, states = recorded
    cursor = recording.cursor()
    last = len(states) - 1
    for number in (last, 0, 1, 2, 1, last - 1, 3, 2, last, 2, 0):
        cursor.seek(number)
        np.testing.assert_array_equal(cursor.collateral_amount, states[number][0])
        np.testing.assert_array_equal(cursor.debt_amount, states[number][1])


def test_that_keyframes_are_kept_when_more_events_than_legs_have_gathered(recorded):
    recording, states = recorded
    legs = len(recording.book.collateral_amount) + len(recording.book.debt_amount)
    frames = [recording.keyframe_before(number).number for number in range(len(states))]
    assert 1 < len(set(frames)) <= 1 + len(recording.events) // legs
    for frame in set(frames):
        np.testing.assert_array_equal(recording.keyframe_before(frame).debt, states[frame][1])


@pytest.mark.parametrize("number", [-1, 10_000])
def test_that_a_round_that_is_not_there_is_refused(recorded, number):
    with pytest.raises(IndexError, match="not among"):
        recorded[0].state(number)


def test_that_events_belong_to_their_rounds(recorded):
    recording, _ = recorded
    rounds = recording.event_rounds()
    for step in recording.rounds:
        assert (rounds[step.first_event : step.last_event] == step.number).all()
    assert recording.rounds[-1].last_event == len(recording.events)


def test_that_what_was_read_cannot_be_changed(recorded):
    recording, _ = recorded
    for array in (recording.events.seized, recording.rounds[1].market, recording.bad_debts.before):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_that_frames_hold_one_row_a_round_and_one_an_event(recorded):
    recording, _ = recorded
    frame = recording.rounds_frame()
    assert frame["round"].tolist() == list(range(1, len(recording.rounds)))
    assert frame["market.ETH"].iloc[-1] == recording.rounds[-1].market[1]
    assert frame["liquidations.m"].sum() == recording.summary()["liquidations"]
    events = recording.events_frame()
    assert events["repaid_usd"].sum() == pytest.approx(recording.summary()["repaid_usd"])
    assert events["seized_usd"].sum() == pytest.approx(recording.summary()["seized_usd"])


def test_that_another_thread_may_read_while_the_run_appends():
    recording_seen, faults = [], []
    steps = engine.rounds(GIVEN)
    done = threading.Event()

    def read():
        cursor = steps.recording.cursor()
        while not done.is_set():
            count = len(steps.recording.rounds)
            cursor.seek(count - 1)
            events = steps.recording.events
            if len(events) < steps.recording.rounds[count - 1].last_event:
                faults.append(count)
            recording_seen.append(count)

    thread = threading.Thread(target=read)
    thread.start()
    for _ in steps:
        pass
    done.set()
    thread.join()
    assert not faults
    assert recording_seen


def test_that_growing_columns_keep_their_rows_and_older_views():
    from engine.kernels import BadDebtColumns

    columns = Columns(BadDebtColumns, (np.int32, np.int32, np.float64, np.float64), room=2)
    columns.arrays.before[:2] = (1.0, 2.0)
    older = columns.upto(2)
    columns.grow(2, 3)
    columns.arrays.before[2] = 3.0
    assert columns.room >= 3
    assert older[2].tolist() == [1.0, 2.0]
    assert columns.upto(3)[2].tolist() == [1.0, 2.0, 3.0]


def test_that_rows_in_several_chunks_are_read_as_one_table():
    from engine.kernels import BadDebtColumns

    columns = ChunkedColumns(BadDebtColumns, (np.int32, np.int32, np.float64, np.float64))
    used = 0
    for expected, written in ((200, 200), (100, 90), (5000, 40), (3, 3)):
        chunk = columns.begin(used, expected)
        chunk.arrays.account[used - chunk.first : used - chunk.first + written] = np.arange(used, used + written)
        used += written
    assert len(columns.chunks) > 2
    for first, last in ((0, used), (0, 0), (150, 250), (199, 201), (290, 333), (used, used)):
        assert columns.rows(first, last)[0].tolist() == list(range(first, last))
        assert sum(end - begin for _, begin, end in columns.parts(first, last)) == last - first


def test_that_a_recording_in_several_chunks_is_the_one_in_a_single_chunk(monkeypatch):
    whole = engine.run(GIVEN)
    assert len(whole.event_columns.chunks) == 1

    def one_a_round(columns, used, expected):
        columns.chunks.append(Columns(columns.kind, columns.dtypes, 8, used))
        return columns.chunks[-1]

    monkeypatch.setattr(ChunkedColumns, "begin", one_a_round)
    parts = engine.run(GIVEN)
    assert len(parts.event_columns.chunks) == len(parts.rounds) + 1
    assert parts.events_frame().equals(whole.events_frame())
    last = len(whole.rounds) - 1
    cursor = parts.cursor()
    for number in (last, 0, *range(last + 1), *range(last, -1, -1)):
        cursor.seek(number)
        assert cursor.collateral_amount.tolist() == whole.state(number).collateral_amount.tolist()
        assert cursor.debt_amount.tolist() == whole.state(number).debt_amount.tolist()
    shown = [round_view(recording, last) for recording in (parts, whole)]
    assert shown[0].status_round.tolist() == shown[1].status_round.tolist()
