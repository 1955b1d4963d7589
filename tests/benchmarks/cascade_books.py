"""The four cascades that speed is measured by, on books of 1 to 3 collaterals an account, made anew each time.

Depths grow with the book, so that a book of any size has the same cascade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.scenario.scenario import Scenario
from tests.benchmarks.random_books import random_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping


class Case(NamedTuple):
    """One cascade: the fall of all collaterals, their depth in USD for each account, the limits on liquidators."""

    name: str
    what: str
    drop: float
    depth_usd: float
    limits: Mapping[str, Any]
    target: float


CASES = (
    Case("contained", "0.4 % of the accounts", -0.0117, 78.0, {}, 100.0),
    Case("long", "everybody", -0.05, 34.5, {}, 6.0),
    Case("wipe-out", "everybody", -0.05, 20.0, {}, 5.0),
    Case("throttled", "500 liquidations a round, largest debt first", -0.05, 5e4,
         {"max_liquidations_per_round": 500, "priority": "largest_debt"}, 20.0),
)  # fmt: skip


def cascade(case: Case, accounts: int) -> Scenario:
    """Return the scenario of a case for so many accounts."""
    scenario = random_scenario(accounts, case.drop, case.depth_usd * accounts)
    if not case.limits:
        return scenario
    settings = scenario.parameters.model_dump(mode="python", by_alias=True)
    return Scenario(type(scenario.parameters).model_validate({**settings, "liquidators": case.limits}), scenario.loans)
