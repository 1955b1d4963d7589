"""Pausing, stepping and stopping from another thread."""

from __future__ import annotations

import threading
import time

import pytest

from cascade_gui.running.control import RunControl


@pytest.fixture
def counted():
    """Start threads that count the rounds they may run; end them after the test."""
    controls = []

    def start(control: RunControl) -> list[int]:
        rounds: list[int] = []

        def work() -> None:
            while control.next_round():
                rounds.append(len(rounds) + 1)
                time.sleep(0.001)

        thread = threading.Thread(target=work)
        controls.append((control, thread))
        thread.start()
        return rounds

    yield start
    for control, thread in controls:
        control.stop()
        thread.join(60)


def until(condition) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_that_a_run_with_steps_waits_after_them(counted):
    control = RunControl(steps=2)
    rounds = counted(control)
    until(lambda: control.would_wait)
    assert len(rounds) <= 2
    until(lambda: len(rounds) == 2)


def test_that_a_step_lets_one_round_run(counted):
    control = RunControl(steps=0)
    rounds = counted(control)
    control.step()
    until(lambda: rounds == [1])
    assert control.would_wait


def test_that_a_paused_run_goes_on_when_resumed(counted):
    control = RunControl()
    rounds = counted(control)
    until(lambda: len(rounds) > 3)
    control.pause()
    assert control.would_wait
    control.resume()
    before = len(rounds)
    until(lambda: len(rounds) > before + 3)


def test_that_stopping_wakes_a_run_that_waits():
    control = RunControl(steps=0)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(control.next_round()))
    thread.start()
    control.stop()
    thread.join(60)
    assert answers == [False]


def test_that_a_stopped_run_stays_stopped():
    control = RunControl()
    control.stop()
    control.resume()
    control.step()
    assert not control.next_round()
    assert control.stopped
