"""The runs of a study: stopped, resumed, told of."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.studies.known_studies import find_study, study_names
from engine.studies.runs import Runs
from engine.studies.unfinished import Unfinished
from tests.engine.studies.books import ladder

AXIS = {"shock.returns.WETH": np.linspace(-0.1, -0.6, 40)}


@pytest.fixture
def scenario():
    return ladder([12_000.0, 13_000.0, 14_500.0], bonus=0.05, shock={"kind": "instant", "returns": {"WETH": -0.1}})


@pytest.fixture
def study():
    return find_study("sweep")


def test_that_progress_counts_up_to_what_is_wanted(scenario, study):
    told = []
    study.make(scenario, study.settings({"axis": AXIS}), Runs(2, lambda done, wanted: told.append((done, wanted))))
    assert told[-1] == (40, 40)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_that_a_stopped_study_keeps_what_is_done_and_goes_on_from_there(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = study.settings({"axis": AXIS})
    whole = study.make(scenario, settings, Runs()).frame()
    first = Runs(progress=lambda done, _: first.stop() if done >= 10 else None)
    stopped = study.make(scenario, settings, first)
    assert stopped.stopped
    part = stopped.frame()
    assert 10 <= len(part) < 40
    assert part.equals(whole.head(len(part)))
    kept = Unfinished("sweep", scenario, settings)
    kept.save(first.done)
    told = []
    second = Runs(progress=lambda done, _: told.append(done), before=kept.load())
    again = study.make(scenario, settings, second)
    assert not again.stopped
    assert again.frame().equals(whole)
    assert second.done.keys() >= first.done.keys()
    kept.remove()
    assert kept.load() == {}


def test_that_what_was_kept_belongs_to_its_scenario_and_settings(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    runs = Runs()
    settings = study.settings({"axis": AXIS})
    study.make(scenario, settings, runs)
    Unfinished("sweep", scenario, settings).save(runs.done)
    other = scenario.with_values({"liquidators.gas_usd": 1.0})
    assert Unfinished("sweep", other, settings).load() == {}
    assert Unfinished("sweep", scenario, study.settings({"axis": AXIS, "measure": "rounds"})).load() == {}
    assert Unfinished("sweep", scenario, settings).load().keys() == runs.done.keys()


@pytest.mark.parametrize("damage", [lambda data: data[:50], lambda data: b"", lambda data: data[:-80] + b"x" * 80])
def test_that_a_damaged_file_of_what_was_done_counts_as_none(scenario, study, tmp_path, monkeypatch, damage):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings, runs = study.settings({"axis": AXIS}), Runs()
    study.make(scenario, settings, runs)
    kept = Unfinished("sweep", scenario, settings)
    kept.save(runs.done)
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(damage(file.read_bytes()))
    assert kept.load() == {}


def test_that_every_study_can_be_found_and_asks_a_question():
    assert set(study_names()) <= set(dir(engine.studies))
    for name in study_names():
        study = find_study(name)
        assert study.name == name
        assert study.question.endswith("?")
    with pytest.raises(AttributeError):
        _ = engine.studies.horoscope
