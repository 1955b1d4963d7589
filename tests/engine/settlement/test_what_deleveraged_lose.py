"""What deleveraged traders lose is in what borrowers lose, wherever that is told; who they are is told too."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.files import load_recording
from engine.files.recording_members import recording_members
from engine.reading.ending import ending
from engine.reading.lost_by_account import lost_by_account
from tests.engine.files.archives import parts, with_provenance, zipped
from tests.engine.files.test_recordings import rewritten
from tests.engine.settlement.perpetuals import position, run, scenario
from tests.engine.settlement.test_entry_prices import EARLY, FALL, LATE, LONG

RUN = {"settlement": {"adl_ranking": "profit"}} | FALL


def test_that_what_a_bankrupt_trader_is_let_off_is_what_the_deleveraged_one_loses():
    """The long's 14,500 are gone at 58,187.5; at 54,000 it lacks 33,500, which the short pays by buying at more."""
    recording = run([LONG, LATE, EARLY], **RUN)
    summary = recording.summary()
    assert summary["deleveraged_taken_usd"] == pytest.approx(33_500.0)
    assert summary["borrower_loss_usd"] == pytest.approx(0.0, abs=1e-6)
    assert dict(ending(recording).most_lost) == {"S1": pytest.approx(33_500.0)}
    assert ending(recording).borrower_loss_usd == summary["borrower_loss_usd"]
    assert (summary["deleveraged"], summary["accounts_deleveraged"]) == (1, 1)


def test_that_what_a_deleveraged_long_is_paid_out_is_taken_off_the_loss_of_all():
    """The short's 68,000 are all that the long gets for its BTC of 90,000: 5,000 repay debt, 63,000 are paid out."""
    rows = [position("L1", 1.0, 60_000.0, 55_000.0), position("S1", -1.0, 60_000.0, 8_000.0)]
    recording = run(rows, price=60_000.0, to=90_000.0)
    summary, end = recording.summary(), ending(recording)
    assert summary["deleveraged_taken_usd"] == pytest.approx(85_000.0)
    assert summary["credited_usd"] == end.credited_usd == pytest.approx(63_000.0)
    assert summary["borrower_loss_usd"] == pytest.approx(22_000.0 - 22_000.0, abs=1e-6), "the short was let off as much"
    assert dict(end.most_lost) == {"L1": pytest.approx(85_000.0)}


def test_that_levies_on_gains_are_lost_by_who_pays_them():
    recording = run([LONG, LATE, EARLY], **FALL | {"settlement": {"adl": False}, "safety": {"adl": True}})
    summary = recording.summary()
    assert summary["deleveraged_taken_usd"] == pytest.approx(33_500.0)
    assert summary["borrower_loss_usd"] == pytest.approx(0.0, abs=1e-6)
    assert (summary["deleveraged"], summary["accounts_deleveraged"]) == (2, 2)


sizes = st.lists(st.tuples(st.floats(-20, 20), st.floats(0.005, 0.5)), min_size=2, max_size=8)


@settings(max_examples=40, deadline=None)
@given(sizes, st.sampled_from([45_000.0, 54_000.0, 66_000.0, 90_000.0]), st.booleans(), st.booleans())
def test_that_what_accounts_lose_one_by_one_adds_up_to_what_borrowers_lose(positions, to, closes, levies):
    """What accounts are credited is told of the market, not of each: it is what the sum has more than the whole."""
    rows = [
        position(f"t{n}", size, 60_000.0, share * abs(size) * 60_000.0)
        for n, (size, share) in enumerate(positions)
        if abs(size) > 0.01
    ]
    recording = run(rows, price=60_000.0, to=to, settlement={"adl": closes}, safety={"adl": levies})
    summary = recording.summary()
    alone = lost_by_account(recording, 1, len(recording) - 1)
    assert summary["borrower_loss_usd"] == pytest.approx(alone.sum() - summary["credited_usd"], abs=1e-4)


def test_that_paths_count_the_same_loss_as_a_recorded_run():
    given_ = scenario([LONG, LATE, EARLY], **RUN)
    found = engine.sweep(given_, {"shock.returns.BTC": [-0.1]}, measure="borrower_loss_usd").frame()
    assert found["borrower_loss_usd"][0] == pytest.approx(engine.run(given_).summary()["borrower_loss_usd"], abs=1e-6)


def test_that_the_table_of_accounts_says_who_was_deleveraged_when_and_what_it_lost():
    """Among equal profits the first of the book is closed: S2 with the entry of S1 and without."""
    recording = run([LONG, LATE, EARLY], **RUN)
    other = run([LONG, {**LATE, "entry_price": 90_000.0}, EARLY], **RUN)
    frame = recording.accounts_frame(other).set_index("account")
    assert frame["status"].to_dict() == {"L1": "liquidated", "S2": "healthy", "S1": "deleveraged"}
    assert frame["change"].to_dict() == {"L1": "same", "S2": "gone", "S1": "new"}
    assert (frame.loc["S1", "first_deleveraged"], frame.loc["S1", "last_deleveraged"]) == (1.0, 1.0)
    assert frame["rounds_deleveraged"].tolist() == [0, 0, 1]
    assert frame["deleveraged_place"].dropna().to_dict() == {"S1": 1.0}
    assert frame["deleveraged_taken_usd"].sum() == pytest.approx(recording.summary()["deleveraged_taken_usd"])


def test_that_a_recording_of_an_earlier_release_gets_what_deleveraged_traders_lost(tmp_path):
    """It has no such column, and what borrowers lost was told without them."""
    recording = run([LONG, LATE, EARLY], **RUN)
    step = recording.rounds[1]
    lost = float(step.settlement_figures["deleveraged_taken_usd"].sum())
    members = recording_members(recording)
    members = rewritten(members, "rounds", "borrower_loss_usd", lambda column: with_less(column, 1, lost))
    name = "recording/settlement_figures.parquet"
    out = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(members[name])).drop_columns(["deleveraged_taken_usd"]), out)
    data = recording.scenario.to_dict()
    path = tmp_path / "run.cascade"
    path.write_bytes(zipped(with_provenance({**parts(data), **members, name: out.getvalue()})))
    found = load_recording(path)
    assert found.rounds[1].borrower_loss_usd == pytest.approx(step.borrower_loss_usd)
    assert found.summary()["deleveraged_taken_usd"] == pytest.approx(lost)


def with_less(column, row, usd):
    values = column.to_pylist()
    values[row] -= usd
    return pa.array(values, type=column.type)
