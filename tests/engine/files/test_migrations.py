"""Older formats are brought up to date one version at a time. No step exists yet, so the tests bring their own."""

from __future__ import annotations

import pytest

from engine.base.faults import BadInput
from engine.files.migrations import CURRENT, STEPS, to_current

DOUBLES = {
    2: lambda data: {"second": data.pop("first"), **data},
    3: lambda data: {**data, "third": data["second"] + 1},
}


def test_that_each_step_leads_to_the_next_version():
    data = {"format": "cascade-scenario/1", "first": 1}
    found = to_current(data, DOUBLES, 3)
    assert found == {"format": "cascade-scenario/3", "second": 1, "third": 2}
    assert data == {"format": "cascade-scenario/1", "first": 1}


def test_that_a_file_takes_only_the_steps_it_needs():
    assert to_current({"format": "cascade-scenario/2", "second": 5}, DOUBLES, 3)["third"] == 6
    assert to_current({"format": "cascade-scenario/3"}, DOUBLES, 3) == {"format": "cascade-scenario/3"}


def test_that_a_newer_format_is_refused_in_words():
    with pytest.raises(BadInput, match=r"newer version of Cascade.*update Cascade"):
        to_current({"format": "cascade-scenario/4"}, DOUBLES, 3)


@pytest.mark.parametrize(
    "name",
    [
        "cascade-scenario/01",
        "cascade-scenario/",
        "cascade-result/1",
        "1",
        "cascade-scenario/-1",
        ["x"],
        "cascade-scenario/1\n",
    ],
)
def test_that_what_is_no_format_is_refused(name):
    with pytest.raises(BadInput, match="cascade-scenario/3"):
        to_current({"format": name}, DOUBLES, 3)


def test_that_no_step_is_missing_between_the_first_and_the_current_version():
    assert sorted(STEPS) == list(range(2, CURRENT + 1))
