"""The engine agrees with the slow engine on random scenarios, to 1e-9 on every figure and event."""

from __future__ import annotations

from hypothesis import assume, event, given

from tests.engine.properties.comparing import differences
from tests.engine.properties.scenarios import scenarios
from tests.reference.both_engines import play, play_slowly


@given(scenarios())
def test_that_the_engine_agrees_with_the_slow_engine_on_random_scenarios(scenario):
    slow = play_slowly(scenario)
    event("near tie" if slow["near_ties"] else "no near tie")
    assume(not slow["near_ties"])
    event(f"{min(5, slow['summary']['liquidations'])} liquidations or more")
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])
