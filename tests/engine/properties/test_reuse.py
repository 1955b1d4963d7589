"""Loans that were laid out before give the same bits, whatever was changed meanwhile and in whatever order."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.book import health_index
from tests.engine.properties.scenarios import Draw, an_incentive, an_oracle, liquidators, scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.engine.properties.test_properties import every_number


def a_change(draw: Draw, given_scenario: dict[str, Any]) -> dict[str, Any]:
    """Other values for one or two parameters of a scenario, by their paths."""
    assets, markets = list(given_scenario["assets"]), list(given_scenario["markets"])
    asset, market = draw(st.sampled_from(assets)), draw(st.sampled_from(markets))
    price = given_scenario["assets"][asset]["price"]
    collateral = f"markets.{market}.collateral.{asset}"
    values = {
        f"assets.{asset}.price": lambda: price * draw.number(0.6, 1.7),
        f"assets.{asset}.oracle": lambda: an_oracle(draw, price),
        f"{collateral}.liquidation_threshold": lambda: draw.number(0.3, 0.97),
        f"{collateral}.liquidation_bonus": lambda: draw.number(0.005, 0.25),
        f"markets.{market}.rules.trigger": lambda: draw(st.sampled_from(["below", "at_or_below"])),
        f"markets.{market}.rules.incentive": lambda: an_incentive(draw),
        "simulation.dust_usd": lambda: draw(st.sampled_from([1e-6, 0.0, 131.7])),
        "liquidators": lambda: liquidators(draw, 1e5),
        "shock": lambda: {"kind": "instant", "returns": {asset: -draw.number(0.05, 0.6)}},
    }
    chosen = draw(st.lists(st.sampled_from(list(values)), min_size=1, max_size=2, unique=True))
    return {path: values[path]() for path in chosen}


@st.composite
def changed(drawn: Any, made: st.SearchStrategy[dict[str, Any]]) -> tuple[dict[str, Any], list[Any]]:
    """A scenario, and changes to it; each is made to the scenario or to what the one before came to."""
    draw = Draw(drawn)
    given_scenario = draw(made)
    return given_scenario, [
        (a_change(draw, given_scenario), draw(st.booleans())) for _ in range(draw(st.integers(1, 4)))
    ]


def check(given_scenario, changes):
    """Run each change on the same loans, and on loans of its own."""
    first = scenario = engine.from_dict(copy.deepcopy(given_scenario))
    engine.run(scenario)
    for change, of_the_first in changes:
        try:
            scenario = (first if of_the_first else scenario).with_values(change)
        except engine.BadInput:  # an oracle that another one follows may not follow one itself
            continue
        alone = engine.from_dict(scenario.to_dict())
        assert alone.loans is not scenario.loans is first.loans
        expected = every_number(engine.run(alone))
        for _ in range(2):
            assert every_number(engine.run(scenario)) == expected, change
    assert every_number(engine.run(first)) == every_number(engine.run(engine.from_dict(given_scenario)))


@given(changed(scenarios(most_accounts=30)))
def test_that_loans_laid_out_before_give_the_bits_of_loans_laid_out_anew(given_and_changes):
    check(*given_and_changes)


@given(changed(settled_scenarios(most_accounts=30)))
def test_that_loans_laid_out_before_give_the_same_bits_however_markets_settle(given_and_changes):
    check(*given_and_changes)


@settings(max_examples=max(5, settings().max_examples // 4))
@given(changed(scenarios(most_accounts=30)))
def test_that_an_order_made_anew_for_every_second_run_changes_no_bit(given_and_changes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health_index, "_MIXED", -1)
        check(*given_and_changes)


@settings(max_examples=max(5, settings().max_examples // 4))
@given(changed(scenarios(most_accounts=30)))
def test_that_threads_may_run_the_same_loans_under_different_parameters(given_and_changes):
    given_scenario, changes = given_and_changes
    first = engine.from_dict(given_scenario)
    several = [first]
    for change, _ in changes:
        try:
            several.append(first.with_values(change))
        except engine.BadInput:
            continue
    expected = [every_number(engine.run(engine.from_dict(scenario.to_dict()))) for scenario in several]
    with ThreadPoolExecutor(2) as threads:
        together = [every_number(recording) for recording in threads.map(engine.run, several * 3)]
    assert together == expected * 3
