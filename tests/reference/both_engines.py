"""The engine and the slow engine behind one face: a scenario dictionary in, plain dictionaries out."""

from __future__ import annotations

from typing import Any

import pytest

import engine
from engine.market.random_paths import random_path
from engine.reading.round_view import initial_view
from engine.verification.outcome import plain
from tests import slow_engine
from tests.engine.properties.conservation import check_conservation
from tests.slow_engine import book, defaults
from tests.slow_engine.later_rules import engine_has


def play_slowly(scenario: dict[str, Any]) -> dict[str, Any]:
    """Run the slow engine; a random path is drawn for it."""
    return slow_engine.run(with_drawn_path(scenario))


def with_drawn_path(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with the path that its random shock draws, as given numbers; without one the scenario itself."""
    if scenario.get("shock", {}).get("kind") != "random":
        return scenario
    parameters = engine.from_dict(scenario).parameters
    path = random_path(parameters.shock, parameters.assets, parameters.simulation)
    factors = dict(zip(parameters.assets, path.T.tolist(), strict=True))
    endless = parameters.shock.over_rounds is None
    return scenario | {"shock": {"kind": "drawn", "factors": factors, "endless": endless}}


def play(scenario: dict[str, Any]) -> dict[str, Any]:
    """Run the engine, check that nothing got lost, and give its recording the form of the slow engine's result."""
    recording = engine.run(engine.from_dict(scenario))
    check_conservation(recording)
    return plain(recording)


def on_both_engines(test):
    """Run the test twice, its argument `run` being the slow engine and the engine."""
    return pytest.mark.parametrize("run", [play_slowly, play], ids=["slow engine", "engine"])(test)


def on_engines_that_have(*rules: str):
    """As `on_both_engines`, but the engine only runs it once it follows these later rules."""
    runs = [pytest.param(play_slowly, id="slow engine")]
    if all(engine_has(rule) for rule in rules):
        runs.append(pytest.param(play, id="engine"))
    return pytest.mark.parametrize("run", runs)


def health_of(run, scenario: dict[str, Any]) -> list[float]:
    """The health factors at the first prices, in the order of the accounts, by the engine that `run` plays."""
    if run is play_slowly:
        filled = defaults.filled(scenario)
        prices = {name: asset["price"] for name, asset in filled["assets"].items()}
        return [account.health(prices) for account in book.accounts_of(filled)]
    return [float(value) for value in initial_view(engine.from_dict(scenario)).health]
