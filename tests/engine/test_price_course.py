"""The course of a price from which small pictures are drawn, and those that are bundled with the examples."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.base.faults import BadInput
from engine.files.examples import courses, examples, find_example
from engine.reading.price_course import PriceCourse, price_course


def read(name):
    return find_example(name).read().recording


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_the_bundled_course_of_an_example_is_that_of_its_recording(example):
    assert courses()[example.name] == price_course(example.read().recording)


def test_that_a_long_run_keeps_its_highest_and_lowest_price():
    recording = read("black-thursday-auctions")
    course = price_course(recording)
    assert len(course.rounds) <= 160 < len(recording.rounds)
    at = list(recording.book.asset_names).index(course.asset)
    market = np.array([step.market[at] for step in recording.rounds[:]])
    assert min(course.market) == pytest.approx(market.min() / market[0], rel=1e-4)
    assert course.rounds[0] == 0
    assert list(course.rounds) == sorted(set(course.rounds))


def test_that_the_end_is_the_last_price_although_the_quiet_tail_is_left_out():
    recording = read("compound-thin")
    course = price_course(recording)
    at = list(recording.book.asset_names).index(course.asset)
    assert course.end == pytest.approx(recording.rounds[-1].market[at] / recording.rounds[0].market[at], rel=1e-4)
    assert course.rounds[-1] < course.last == len(recording.rounds) - 1


@pytest.mark.parametrize(("name", "is_late"), [("stuck-oracle", True), ("black-thursday", True), ("compound", False)])
def test_that_an_oracle_that_is_no_copy_of_the_market_is_called_late(name, is_late):
    assert price_course(read(name)).is_late is is_late


def test_that_a_course_comes_back_from_json_as_it_was():
    course = courses()["runaway"]
    assert PriceCourse.from_dict(json.loads(json.dumps(course.to_dict()))) == course


@pytest.mark.parametrize(
    "change",
    [{"market": [1.0]}, {"rounds": []}, {"end": "nan"}, {"last": "x"}, {"oracle": None}],
    ids=["too short", "empty", "no number", "no round", "missing"],
)
def test_that_what_is_no_course_is_refused(change):
    with pytest.raises(BadInput):
        PriceCourse.from_dict({**courses()["runaway"].to_dict(), **change})
