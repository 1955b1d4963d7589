"""What a run wrote is never taken for something else: every recording opens again, whatever was run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings

import engine
from engine.files import load_recording, save_scenario
from engine.reading.agreement import first_difference
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios

FEWER = max(5, settings().max_examples // 2)


def opened_again(recording):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.cascade"
        save_scenario(recording.scenario, path, recording)
        return load_recording(path)


@settings(max_examples=FEWER)
@given(scenarios())
def test_that_every_recording_of_liquidators_opens_again(scenario):
    run = engine.run(engine.from_dict(scenario))
    assert first_difference(opened_again(run), run) is None


@settings(max_examples=FEWER)
@given(settled_scenarios())
def test_that_every_recording_of_other_settlements_opens_again(scenario):
    run = engine.run(engine.from_dict(scenario))
    assert first_difference(opened_again(run), run) is None
