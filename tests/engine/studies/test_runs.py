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

GAS = {"format": "cascade-proposal/1", "name": "Gas", "changes": {"liquidators.gas_usd": 7.0}}


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


@pytest.mark.parametrize(
    ("name", "asked", "all_runs", "before"),
    [
        ("montecarlo", {"paths": 20, "horizon": 60.0, "depeg": {"USDC": (0.9, 0.05)}}, 40, 0),
        ("compare", {"paths": 20, "horizon": 60.0, "proposal": GAS}, 42, 0),
        ("threshold", {"asset": "WETH", "to": 0.7, "paths": 20, "horizon": 60.0}, 42, 2),
    ],
)
def test_that_runs_of_a_second_class_are_counted_from_the_first_on(scenario, name, asked, all_runs, before):
    """The bar does not go back when they begin, and what is left is told of all."""
    told = []
    study = find_study(name)
    study.make(scenario, study.settings(asked), Runs(1, lambda done, wanted: told.append((done, wanted))))
    assert {wanted for done, wanted in told if done > before} == {all_runs}
    assert told[-1] == (all_runs, all_runs)


def test_that_a_stopped_study_keeps_what_is_done_and_goes_on_from_there(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = study.settings({"axis": AXIS})
    whole = study.make(scenario, settings, Runs()).frame()
    kept = Unfinished("sweep", scenario, settings)
    first = Runs(progress=lambda done, _: first.stop() if done >= 10 else None, keep=kept.note)
    stopped = study.make(scenario, settings, first)
    assert stopped.stopped
    part = stopped.frame()
    assert 10 <= len(part) < 40
    assert part.equals(whole.head(len(part)))
    later = Unfinished("sweep", scenario, settings)
    before = later.load()
    assert len(before) >= 5
    again = study.make(scenario, settings, Runs(before=before, keep=later.note))
    assert not again.stopped
    assert again.frame().equals(whole)
    assert len(later.load()) == 20  # each batch once, whichever of the two has made it
    later.remove()
    assert not later.load()


def test_that_what_was_kept_belongs_to_its_scenario_and_settings(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = study.settings({"axis": AXIS})
    study.make(scenario, settings, Runs(keep=Unfinished("sweep", scenario, settings).note))
    other = scenario.with_values({"liquidators.gas_usd": 1.0})
    assert not Unfinished("sweep", other, settings).load()
    assert not Unfinished("sweep", scenario, study.settings({"axis": AXIS, "measure": "rounds"})).load()
    assert len(Unfinished("sweep", scenario, settings).load()) == 20


@pytest.mark.parametrize(
    ("damage", "whole"),
    [(lambda data: data[:50], 0), (lambda data: b"", 0), (lambda data: data[:-80] + b"x" * 80, 19),
     (lambda data: data + b"half a head", 20), (lambda data: b"x" + data[1:], 0)],
)  # fmt: skip
def test_that_what_stands_before_a_damage_goes_on(scenario, study, tmp_path, monkeypatch, damage, whole):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = study.settings({"axis": AXIS})
    made = study.make(scenario, settings, Runs(keep=Unfinished("sweep", scenario, settings).note))
    (file,) = tmp_path.rglob("*.batches")
    file.write_bytes(damage(file.read_bytes()))
    kept = Unfinished("sweep", scenario, settings)
    before = kept.load()
    assert len(before) == whole
    assert study.make(scenario, settings, Runs(before=before, keep=kept.note)).frame().equals(made.frame())
    assert len(kept.load()) == 20


def test_that_a_study_which_begins_anew_takes_the_place_of_what_was_kept(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = study.settings({"axis": AXIS})
    for _ in range(2):
        study.make(scenario, settings, Runs(keep=Unfinished("sweep", scenario, settings).note))
    assert len(Unfinished("sweep", scenario, settings).load()) == 20


def test_that_a_disk_that_takes_nothing_costs_the_study_nothing(scenario, study, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("no folder")
    settings = study.settings({"axis": AXIS})
    kept = Unfinished("sweep", scenario, settings)
    assert len(study.make(scenario, settings, Runs(keep=kept.note)).frame()) == 40
    assert isinstance(kept.fault, OSError)


def test_that_every_study_can_be_found_and_asks_a_question():
    assert set(study_names()) <= set(dir(engine.studies))
    for name in study_names():
        study = find_study(name)
        assert study.name == name
        assert study.question.endswith("?")
    with pytest.raises(AttributeError):
        _ = engine.studies.horoscope
