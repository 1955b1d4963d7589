"""The engine agrees with the slow engine, to 1e-9 on every figure of every round and on every event.

On random scenarios with every feature mixed, and on the bundled examples. Runs in which a comparison was so close that
rounding decides (`tests.slow_engine.near_ties`) are left out, about one in two hundred.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given, settings

from engine.files.examples import examples
from tests.engine.properties.comparing import differences
from tests.engine.properties.scenarios import scenarios
from tests.reference.both_engines import play, play_slowly

ROUNDS_OF_AN_EXAMPLE = 25
"""More take the slow engine too long on thousands of loans."""


@settings(max_examples=settings().max_examples * 2)
@given(scenarios())
def test_that_the_engine_agrees_with_the_slow_engine_on_random_scenarios(scenario):
    slow = play_slowly(scenario)
    event("near tie" if slow["near_ties"] else "no near tie")
    assume(not slow["near_ties"])
    event(f"{slow['summary']['liquidations'] > 0}: somebody was liquidated")
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])


@settings(max_examples=max(3, settings().max_examples // 10))
@given(scenarios(most_accounts=60, most_rounds=60))
def test_that_the_engine_agrees_with_the_slow_engine_on_larger_books(scenario):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_the_engine_agrees_with_the_slow_engine_on_the_example(example):
    scenario = example.load().to_dict()
    simulation = scenario["simulation"]
    scenario["simulation"] = simulation | {"max_rounds": min(simulation["max_rounds"], ROUNDS_OF_AN_EXAMPLE)}
    slow = play_slowly(scenario)
    assert not slow["near_ties"]
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])
