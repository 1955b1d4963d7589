"""Work outside the window's thread: in order, handed back, forgotten, failed."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from cascade_gui.working.background import Background


@pytest.fixture
def background(qapp):
    background = Background("test")
    yield background
    background.shut_down()


def test_that_results_come_back_in_order_in_the_windows_thread(background, qtbot):
    seen = []

    def keep(result):
        seen.append((result, threading.current_thread() is threading.main_thread()))

    with qtbot.waitSignal(background.idle):
        for number in range(3):
            background.do(lambda number=number: (number, threading.current_thread()), keep)
    assert [number for (number, _), _ in seen] == [0, 1, 2]
    assert all(here for _, here in seen)
    assert all(worker is not threading.main_thread() for (_, worker), _ in seen)


def test_that_the_latest_of_one_key_wins(background, qtbot):
    gate, seen = threading.Event(), []
    background.do(gate.wait, lambda _: None)
    for number in range(5):
        background.do(lambda number=number: number, seen.append, key="view")
    with qtbot.waitSignal(background.idle):
        gate.set()
    assert seen == [4]


def test_that_what_was_forgotten_does_not_arrive_and_is_not_done(background, qtbot):
    gate, done, seen = threading.Event(), [], []
    background.do(gate.wait, lambda _: None)
    number = background.do(lambda: done.append(1), seen.append)
    background.forget(number)
    with qtbot.waitSignal(background.idle):
        gate.set()
    background.shut_down()
    assert seen == []
    assert done == []


def test_that_a_failure_is_handed_to_whoever_asked(background, qtbot):
    seen = []
    with qtbot.waitSignal(background.idle):
        background.do(lambda: 1 / 0, pytest.fail, seen.append)
    assert isinstance(seen[0], ZeroDivisionError)


def test_that_a_failure_nobody_expects_is_raised_in_the_windows_thread(background, qtbot):
    with qtbot.captureExceptions() as caught:
        background.do(lambda: 1 / 0, pytest.fail)
        qtbot.waitUntil(lambda: len(caught) == 1)
    assert caught[0][0] is ZeroDivisionError


def test_that_it_can_be_used_again_after_it_was_shut_down(background, qtbot):
    background.shut_down()
    seen = []
    with qtbot.waitSignal(background.idle):
        background.do(lambda: 7, seen.append)
    assert seen == [7]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="each thread has its own niceness there only")
@pytest.mark.parametrize("steps_back", [True, False])
def test_that_work_leaves_the_processor_to_the_window_unless_the_window_waits_for_it(qtbot, steps_back):
    background = Background("test", steps_back=steps_back)
    seen = []
    with qtbot.waitSignal(background.idle):
        background.do(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), seen.append)
    background.shut_down()
    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert (seen[0] > here) is (steps_back and here < 10)
