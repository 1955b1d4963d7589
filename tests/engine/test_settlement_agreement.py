"""The engine agrees with the slow engine however markets settle, to 1e-9 on every figure of every round and event.

Random markets are absorbed, auctioned, served by stability pools and margin engines, and by liquidators, side by side.
Runs in which a comparison was so close that rounding decides (`tests.slow_engine.near_ties`) are left out.
"""

from __future__ import annotations

from hypothesis import assume, event, given, settings

from tests.engine.properties.comparing import differences
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.reference.both_engines import play, play_slowly


@settings(max_examples=settings().max_examples * 2)
@given(settled_scenarios())
def test_that_the_engine_agrees_with_the_slow_engine_however_markets_settle(scenario):
    slow = play_slowly(scenario)
    event("near tie" if slow["near_ties"] else "no near tie")
    assume(not slow["near_ties"])
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])


@settings(max_examples=max(3, settings().max_examples // 10))
@given(settled_scenarios(most_accounts=60, most_rounds=80))
def test_that_the_engine_agrees_with_the_slow_engine_on_larger_settled_books(scenario):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])
