"""Wishes that come faster than they can be carried out: the last one counts."""

from __future__ import annotations

import threading

import pytest

from cascade_gui.working.latest_job import LatestJob


@pytest.fixture
def job(qapp):
    job = LatestJob()
    yield job
    job.shut_down()


@pytest.fixture
def held(job, qtbot):
    """Keep the job busy until the gate is opened; what it hands back meanwhile is listed."""
    results, begun, gate = [], threading.Event(), threading.Event()
    job.done.connect(results.append)
    job.submit(lambda: (begun.set(), gate.wait(5))[1])
    assert begun.wait(5)
    yield gate, results
    gate.set()


def test_that_of_many_wishes_the_last_is_always_carried_out(job, held, qtbot):
    gate, results = held
    for number in range(50):
        job.submit(int, number)
    gate.set()
    qtbot.waitUntil(lambda: not job.is_busy)
    assert results == [True, 49]


def test_that_what_is_under_way_is_delivered_however_fast_the_wishes_come(job, held, qtbot):
    gate, results = held
    job.submit(int, 1)
    with qtbot.waitSignal(job.done):
        gate.set()
    assert results[0] is True
    qtbot.waitUntil(lambda: not job.is_busy)


def test_that_a_failure_in_the_background_is_a_fault_of_ours_and_the_next_wish_is_carried_out(job, qtbot):
    results = []
    job.done.connect(results.append)
    with qtbot.captureExceptions() as caught:
        job.submit(int, "x")
        job.submit(int, "7")
        qtbot.waitUntil(lambda: results == [7])
    assert caught[0][0] is ValueError


def test_that_after_forgetting_nothing_arrives(job, held, qtbot):
    gate, results = held
    job.submit(int, 1)
    job.forget()
    gate.set()
    job.submit(int, 2)
    qtbot.waitUntil(lambda: not job.is_busy)
    assert results == [2]
