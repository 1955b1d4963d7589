"""Running the engine behind the window: started, paused, stepped, stopped, given up, failed."""

from __future__ import annotations

import threading
import time

import pytest

import engine
from cascade_gui.document.document import blank_parameters
from cascade_gui.running import Runner, RunState, adapter
from cascade_gui.running import runner as running
from cascade_gui.running.adapter import Listener, Pace
from cascade_gui.running.control import RunControl
from cascade_gui.working import compiled_elsewhere
from engine.base.faults import BadInput
from engine.files.examples import find_example
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from engine.warming.preparation import Progress
from tests.gui.running.fake_engine import FakeEngine


@pytest.fixture
def fake(monkeypatch):
    fake = FakeEngine()
    monkeypatch.setattr(running, "Preparation", fake.preparation)
    monkeypatch.setattr(engine, "rounds", fake.rounds, raising=False)
    return fake


@pytest.fixture
def runner(fake, qapp):
    runner = Runner()
    yield runner
    if fake.gate is not None:
        fake.gate.release(10_000)
    runner.shut_down()


@pytest.fixture
def scenario():
    return Scenario(blank_parameters(), LoanTable.empty())


def test_that_a_run_goes_to_its_end(runner, scenario, qtbot):
    with qtbot.waitSignals([runner.started, runner.rounds_available, runner.finished], order="simple"):
        runner.start(scenario)
    assert runner.state is RunState.FINISHED
    assert len(runner.recording.rounds) == 6


def test_that_a_stepped_run_pauses_after_each_round(runner, scenario, qtbot):
    runner.start(scenario, steps=1)
    qtbot.waitUntil(lambda: runner.state is RunState.PAUSED)
    assert len(runner.recording.rounds) == 2
    with qtbot.waitSignal(runner.rounds_available, check_params_cb=lambda count: count == 3):
        runner.step()
    qtbot.waitUntil(lambda: runner.state is RunState.PAUSED)
    with qtbot.waitSignal(runner.finished):
        runner.resume()


def test_that_a_paused_run_keeps_still_and_goes_on(runner, fake, scenario, qtbot):
    fake.gate = threading.Semaphore(0)
    runner.start(scenario)
    qtbot.waitUntil(lambda: runner.state is RunState.RUNNING and fake.runs[0].in_round.is_set())
    runner.pause()
    fake.gate.release()
    qtbot.waitUntil(lambda: runner.state is RunState.PAUSED)
    assert len(runner.recording.rounds) == 2
    fake.gate.release(100)
    with qtbot.waitSignal(runner.finished):
        runner.resume()


def test_that_stopping_keeps_what_ran_so_far(runner, fake, scenario, qtbot):
    runner.start(scenario, steps=2)
    qtbot.waitUntil(lambda: runner.state is RunState.PAUSED)
    with qtbot.waitSignal(runner.finished) as seen:
        runner.stop()
    assert len(seen.args[0].rounds) == 3
    assert fake.runs[0].closed


def test_that_nothing_of_a_run_that_was_given_up_arrives(runner, fake, scenario, qtbot):
    fake.gate = threading.Semaphore(0)
    seen = []
    runner.started.connect(seen.append)
    runner.finished.connect(seen.append)
    runner.start(scenario)
    qtbot.waitUntil(lambda: runner.state is RunState.RUNNING)
    runner.start(scenario)
    fake.gate.release(100)
    qtbot.waitUntil(lambda: runner.state is RunState.FINISHED)
    first, second = (run.recording for run in fake.runs)
    assert seen == [first, second, second]


def test_that_clearing_forgets_the_recording(runner, scenario, qtbot):
    with qtbot.waitSignal(runner.finished):
        runner.start(scenario)
    runner.clear()
    assert runner.recording is None
    assert runner.state is RunState.IDLE


def test_that_a_run_waits_for_what_it_needs_to_be_compiled(runner, fake, scenario, qtbot):
    fake.compiled = False
    runner.prepare()
    runner.start(scenario)
    assert runner.state is RunState.PREPARING
    assert not runner.ready
    with qtbot.assertNotEmitted(runner.started, wait=50):
        pass
    with qtbot.waitSignals([runner.ready_changed, runner.finished], order="strict"):
        fake.preparations[0].finish()
    assert runner.ready


def test_that_a_waiting_run_can_be_stopped_at_once(runner, fake, scenario, qtbot):
    fake.compiled = False
    runner.start(scenario)
    runner.stop()
    assert runner.state is RunState.IDLE
    with qtbot.waitSignal(runner.ready_changed), qtbot.assertNotEmitted(runner.started, wait=50):
        fake.preparations[0].finish()
    assert fake.runs == []


def test_that_a_run_begins_the_compiling_that_was_held_back(runner, fake, scenario):
    fake.compiled = False
    runner.prepare(held=True)
    [preparation] = fake.preparations
    assert preparation.started
    assert not preparation.released
    runner.start(scenario)
    assert preparation.released


def test_that_what_the_scenario_in_hand_needs_is_compiled_first(runner, fake, scenario, qtbot):
    runner.prepare()
    qtbot.waitUntil(lambda: runner.ready)
    [preparation] = fake.preparations
    assert preparation.order == ("run",)
    changed = find_example("liquity").load().parameters
    preparation.ready = False
    with qtbot.waitSignal(runner.ready_changed, check_params_cb=lambda ready: not ready):
        runner.expect(changed)
    assert preparation.order == ("run", "stability_pool")


def test_that_threads_in_the_background_know_whether_others_compile(runner, fake, qtbot):
    assert not compiled_elsewhere.is_busy()
    runner.prepare()
    fake.preparations[0].left = Progress("run", 0.5, 3.0)
    assert compiled_elsewhere.is_busy()
    runner.shut_down()
    assert fake.preparations[0].closed
    assert not compiled_elsewhere.is_busy()


def test_that_rounds_are_told_of_at_a_rate_the_window_can_draw(runner, fake, scenario, qtbot):
    fake.total = 20_000
    counts = []
    runner.rounds_available.connect(counts.append)
    begun = time.monotonic()
    with qtbot.waitSignal(runner.finished, timeout=20_000):
        runner.start(scenario)
    assert len(counts) <= (time.monotonic() - begun) * 60 + 3
    assert counts[-1] == 20_001
    assert counts == sorted(counts)


def test_that_a_fault_of_ours_keeps_the_rounds_before_it_and_its_traceback(runner, fake, scenario, qtbot):
    fake.trouble = ZeroDivisionError("in round three")
    with qtbot.waitSignal(runner.failed) as seen:
        runner.start(scenario)
    assert "in round three" in seen.args[0]
    assert "Traceback" in seen.args[0]
    assert len(runner.recording.rounds) == 3
    assert runner.state is RunState.FINISHED


def test_that_bad_loans_are_refused_before_the_run(runner, qtbot):
    table = LoanTable.from_records([{"account": "a", "market": "nowhere"}])
    with qtbot.waitSignal(runner.refused) as seen:
        runner.start(Scenario(blank_parameters(), table))
    assert isinstance(seen.args[0], BadInput)
    assert "nowhere" in str(seen.args[0])
    assert runner.state is RunState.IDLE


def test_that_quitting_in_the_middle_of_a_run_waits_for_its_round_only(runner, fake, scenario, qtbot):
    fake.gate = threading.Semaphore(0)
    runner.start(scenario)
    qtbot.waitUntil(lambda: runner.state is RunState.RUNNING)
    fake.gate.release(1)
    qtbot.waitUntil(lambda: len(fake.runs[0].recording.rounds) == 2)
    fake.gate.release(1)
    runner.shut_down()
    assert len(fake.runs[0].recording.rounds) <= 3
    assert runner.state is RunState.IDLE


def test_that_a_runner_can_be_used_again_after_it_was_shut_down(runner, scenario, qtbot):
    runner.prepare()
    runner.shut_down()
    with qtbot.waitSignal(runner.finished):
        runner.start(scenario)


def test_that_a_run_which_is_stopped_already_does_not_begin(fake, scenario):
    control = RunControl()
    control.stop()
    listener = Listener(pytest.fail, pytest.fail, pytest.fail)
    assert adapter.run(scenario, control, Pace(), listener) is None
    assert fake.runs == []
