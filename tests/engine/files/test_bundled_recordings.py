"""Bundled examples carry their recordings, and these are what a run gives today."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import engine
from engine.files import read_file
from engine.files.examples import examples
from engine.recording.records import Round

MOST_BYTES = 1_000_000
AGAIN = "stale: run packaging/data_builders/make_examples.py"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_a_bundled_recording_is_what_a_run_gives(example):
    contents = example.read()
    found, fresh = contents.recording, engine.run(example.load())
    assert found.ended == fresh.ended
    assert len(found.rounds) == len(fresh.rounds), AGAIN
    fields = [field.name for field in dataclasses.fields(Round) if field.name != "settlement_figures"]
    for name in fields:
        held = np.array([getattr(step, name) for step in found.rounds], dtype=float)
        computed = np.array([getattr(step, name) for step in fresh.rounds], dtype=float)
        assert np.allclose(held, computed, rtol=1e-9, atol=1e-6, equal_nan=True), f"{name} is {AGAIN}"
    for name in fresh.rounds[0].settlement_figures:
        held = np.array([step.settlement_figures[name] for step in found.rounds], dtype=float)
        computed = np.array([step.settlement_figures[name] for step in fresh.rounds], dtype=float)
        assert np.allclose(held, computed, rtol=1e-9, atol=1e-6), f"{name} is {AGAIN}"
    for name in ("events", "bad_debts", "marks", "auction_starts"):
        tables = getattr(found, name), getattr(fresh, name)
        for field in dataclasses.fields(tables[0]):
            held, computed = (getattr(table, field.name) for table in tables)
            assert len(held) == len(computed), f"{name} are {AGAIN}"
            assert np.allclose(held, computed, rtol=1e-9, atol=1e-6, equal_nan=True), f"{name}.{field.name} is {AGAIN}"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_the_file_with_the_recording_holds_the_same_scenario(example):
    recorded, scenario = example.read().scenario, example.load()
    assert recorded.parameters == scenario.parameters
    assert recorded.loans.same_as(scenario.loans)
    assert example.recorded.stat().st_size < MOST_BYTES


def test_that_every_file_with_a_recording_is_listed():
    listed = {example.recorded for example in examples()}
    folder = examples()[0].path.parent
    assert {path for path in folder.rglob("*.cascade") if read_file(path).recording is not None} == listed
