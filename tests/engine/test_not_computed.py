"""A parameter that no run computes yet is refused, never left out in silence."""

from __future__ import annotations

import pytest

import engine
from engine.files.examples import find_example


@pytest.mark.parametrize(
    ("path", "value"), [("liquidators.congestion", {"candidates": 5}), ("liquidators.min_debt_usd", 100.0)]
)
def test_that_a_run_with_what_is_not_computed_yet_is_refused_with_its_place(path, value):
    scenario = find_example("teaching-book").load().with_values({path: value})
    with pytest.raises(engine.BadInput, match=path):
        engine.run(scenario)
