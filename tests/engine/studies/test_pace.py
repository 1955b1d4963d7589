"""How long a study will take, told from a few of its runs: no clock is asked here."""

from __future__ import annotations

import pytest

from engine.studies.known_studies import find_study
from engine.studies.pace import Pace
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder


@pytest.fixture
def scenario():
    return ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05)


def test_that_what_is_done_once_is_not_counted_for_every_run():
    pace = Pace(workers=2)
    for _ in range(8):
        pace.note(10, waited=1.0, worked=1.0)
    # Ten seconds of preparing, then 80 runs in 4 s: 1,000 take 50 s, and not 14 / 80 x 1,000 = 175.
    assert pace.in_all(1_000, seconds=14.0) == pytest.approx(60.0)
    assert pace.left(920) == pytest.approx(46.0)


def test_that_the_first_batch_of_each_worker_is_no_measure_once_there_are_others():
    pace = Pace(workers=2)
    for seconds in (8.0, 8.0):
        pace.note(10, waited=seconds, worked=seconds)
    assert pace.left(100) == pytest.approx(40.0)
    pace.note(10, waited=1.0, worked=1.0)
    assert pace.left(100) == pytest.approx(5.0)


def test_that_batches_under_way_on_several_workers_do_not_make_it_slower():
    """After the first of two batches that end together half of what is done is seen: it is no half of the speed."""
    pace = Pace(workers=2)
    pace.note(60, waited=6.0, worked=6.0)
    assert pace.left(940) == pytest.approx(47.0)


def test_that_other_work_of_the_computer_counts_for_what_is_told_and_not_for_what_is_quick():
    pace = Pace(workers=1)
    for _ in range(3):
        pace.note(10, waited=3.0, worked=1.0)
    assert pace.left(100) == pytest.approx(30.0)
    assert pace.in_all(100, seconds=9.0) == pytest.approx(30.0)
    assert pace.in_all(100, seconds=3.0, alone=True) == pytest.approx(10.0)


def test_that_what_goes_on_now_is_told_by_the_last_batches():
    pace = Pace(workers=1)
    for seconds in [1.0] * 10 + [2.0] * 4:
        pace.note(10, waited=seconds, worked=seconds)
    assert pace.left(100) == pytest.approx(20.0)


def test_that_nothing_is_told_before_a_run_is_through():
    pace = Pace(workers=2)
    assert pace.left(10) is None
    pace.note(0, waited=1.0, worked=1.0)  # stopped within its first run
    assert pace.left(10) is None
    assert pace.in_all(10, seconds=1.0) is None
    pace.note(2, waited=1.0, worked=1.0)  # stopped within its third
    assert pace.in_all(10, seconds=1.0) == pytest.approx(5.0)


def test_that_a_trial_has_small_batches_and_the_same_answer(scenario):
    study = find_study("montecarlo")
    settings = study.settings({"paths": 200, "horizon": "10min"})
    steps = []
    trial = Runs(progress=lambda done, _: steps.append(done), is_trial=True)
    tried = study.make(scenario, settings, trial)
    assert steps == list(range(4, 201, 4))
    assert tried.frame().equals(study.make(scenario, settings, Runs()).frame())
    assert trial.left == 0.0
