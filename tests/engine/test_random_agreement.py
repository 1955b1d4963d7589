"""Under a random shock the engine agrees with the slow engine, to which the drawn path is handed as numbers."""

from __future__ import annotations

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tests.engine.properties.comparing import differences
from tests.engine.properties.scenarios import Draw, a_random_shock, scenarios
from tests.reference.both_engines import play, play_slowly


@st.composite
def randomly_shocked(draw):
    scenario = draw(scenarios())
    held = sorted({row["collateral_asset"] for row in scenario["loans"] if "collateral_asset" in row})
    shocked = held or list(scenario["assets"])[:1]
    simulation = scenario["simulation"] | {"seed": draw(st.integers(0, 2**53))}
    return scenario | {"shock": a_random_shock(Draw(draw), shocked), "simulation": simulation}


@settings(max_examples=60)
@given(randomly_shocked())
def test_that_the_engine_agrees_with_the_slow_engine_under_random_shocks(scenario):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    event(scenario["shock"]["process"]["kind"])
    event(f"{min(5, slow['summary']['liquidations'])} liquidations or more")
    event(slow["summary"]["ended"])
    found = differences(slow, play(scenario), scenario)
    assert not found, "\n".join(found[:20])
