"""A damaged recording, checksums put right, opens or is refused; nothing reads or writes outside of its arrays."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.base.faults import BadInput
from engine.files import read_stream
from engine.files.recording_members import recording_members
from tests.engine.files.archives import parts, with_provenance, zipped
from tests.engine.files.test_recordings import DATA


@pytest.fixture(autouse=True)
def conserved():
    """Stand in for the check of every run: damaged numbers conserve nothing."""


@pytest.fixture(scope="module")
def members():
    return recording_members(engine.run(engine.from_dict(DATA)))


@given(st.sampled_from(["rounds", "events", "bad_debts"]), st.data())
def test_that_damaged_tables_open_or_are_refused(members, table, data):
    name = f"recording/{table}.parquet"
    damaged = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    whole = zipped(with_provenance({**parts(DATA), **members, name: bytes(damaged)}))
    try:
        found = read_stream(io.BytesIO(whole), "run").recording
    except BadInput:
        return
    for number in range(len(found.rounds)):
        found.state(number)
