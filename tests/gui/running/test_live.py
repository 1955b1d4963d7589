"""Runs that follow the user's hand: the newest counts, and whoever is slow gives way."""

from __future__ import annotations

import threading

import pytest

import engine
from cascade_gui.document.document import blank_parameters
from cascade_gui.running import live
from cascade_gui.running.live import LiveRuns
from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from tests.gui.running.fake_engine import FakeEngine


@pytest.fixture
def fake(monkeypatch):
    fake = FakeEngine()
    monkeypatch.setattr(engine, "rounds", fake.rounds, raising=False)
    return fake


@pytest.fixture
def runs(fake, qapp):
    thread = Background("engine")
    runs = LiveRuns(thread)
    yield runs
    runs.forget()
    if fake.gate is not None:
        fake.gate.release(10_000)
    thread.shut_down()


@pytest.fixture
def scenario():
    return Scenario(blank_parameters(), LoanTable.empty())


def ask(runs, scenario, *names):
    """Ask for runs that are told apart by what is made of them."""
    for name in names:
        runs.request(scenario, lambda recording, name=name: (name, len(recording.rounds)))


def test_that_a_run_is_shown_when_it_is_complete_with_what_was_made_of_it(runs, scenario, qtbot):
    with qtbot.waitSignal(runs.finished) as seen:
        ask(runs, scenario, "one")
    assert seen.args[0].look == ("one", 6)
    assert seen.args[0].seconds > 0
    assert not runs.busy


def test_that_while_a_run_is_under_way_only_the_newest_value_waits(runs, fake, scenario, qtbot):
    fake.gate = threading.Semaphore(0)
    shown = []
    runs.finished.connect(lambda run: shown.append(run.look[0]))
    ask(runs, scenario, "first")
    qtbot.waitUntil(lambda: bool(fake.runs))
    ask(runs, scenario, *(f"step {number}" for number in range(50)))
    fake.gate.release(1_000)
    qtbot.waitUntil(lambda: not runs.busy)
    assert shown == ["first", "step 49"]
    assert len(fake.runs) == 2


def test_that_a_live_run_in_flight_is_cancelled_by_the_next(runs, fake, scenario, qtbot, monkeypatch):
    monkeypatch.setattr(live, "LEAST_PATIENCE", 0.0)
    fake.gate = threading.Semaphore(0)
    shown = []
    runs.finished.connect(lambda run: shown.append(run.look[0]))
    ask(runs, scenario, "slow")
    qtbot.waitUntil(lambda: bool(fake.runs))
    ask(runs, scenario, "next")
    control = runs._controls[0]
    qtbot.waitUntil(lambda: control.stopped)
    fake.gate.release(1_000)
    qtbot.waitUntil(lambda: not runs.busy)
    assert shown == ["next"]
    assert len(fake.runs[0].recording.rounds) == 2
    assert fake.runs[0].closed


def test_that_after_a_run_that_gave_way_the_next_is_given_more_time(runs, fake, scenario, qtbot, monkeypatch):
    monkeypatch.setattr(live, "LEAST_PATIENCE", 0.3)
    fake.gate = threading.Semaphore(0)
    ask(runs, scenario, "slow")
    qtbot.waitUntil(lambda: bool(fake.runs))
    ask(runs, scenario, "next")
    control = runs._controls[0]
    qtbot.waitUntil(lambda: control.stopped)
    fake.gate.release(1)
    qtbot.waitUntil(lambda: runs._controls[0] is not control)
    ask(runs, scenario, "third")
    assert runs._patience.interval() > 300
    fake.gate.release(1_000)
    qtbot.waitUntil(lambda: not runs.busy)
    ask(runs, scenario, "calm")
    assert runs._given_up == 0


def test_that_nothing_arrives_of_what_was_forgotten(runs, fake, scenario, qtbot):
    fake.gate = threading.Semaphore(0)
    ask(runs, scenario, "first", "second")
    qtbot.waitUntil(lambda: bool(fake.runs))
    with qtbot.assertNotEmitted(runs.finished):
        runs.forget()
        fake.gate.release(1_000)
    assert not runs.busy
    with qtbot.waitSignal(runs.finished) as seen:
        ask(runs, scenario, "later")
    assert seen.args[0].look[0] == "later"


def test_that_loans_that_do_not_fit_are_told_of_for_the_newest_only(runs, qtbot):
    wrong = Scenario(blank_parameters(), LoanTable.from_records([{"account": "a", "market": "nowhere"}]))
    with qtbot.waitSignal(runs.refused) as seen:
        ask(runs, wrong, "wrong")
    assert isinstance(seen.args[0], BadInput)
    assert not runs.busy


def test_that_a_fault_of_ours_is_told_with_its_traceback_and_the_next_value_runs(runs, fake, scenario, qtbot):
    fake.trouble = ZeroDivisionError("in round three")
    with qtbot.waitSignal(runs.failed) as seen:
        ask(runs, scenario, "broken")
    assert "in round three" in seen.args[0]
    fake.trouble = None
    with qtbot.waitSignal(runs.finished):
        ask(runs, scenario, "sound")


def test_that_it_is_told_when_runs_begin_and_when_none_is_wanted_any_more(runs, scenario, qtbot):
    told = []
    runs.busy_changed.connect(told.append)
    with qtbot.waitSignal(runs.busy_changed, check_params_cb=lambda busy: not busy):
        ask(runs, scenario, "one", "two", "three")
    assert told == [True, False]
