"""The four cascades that speed is measured by, on books of 1 to 3 collaterals an account.

Depths grow with the book, so that a book of any size has the same cascade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.book.book import Book
from tests.benchmarks.random_books import random_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.scenario import Scenario


class Case(NamedTuple):
    """One cascade: the fall of all collaterals, their depth in USD for each account, the limits on liquidators."""

    name: str
    what: str
    drop: float
    depth_usd: float
    limits: Mapping[str, Any]
    target: float


CASES = (
    Case("contained", "0.4 % of the accounts", -0.0117, 78.0, {}, 150.0),
    Case("long", "everybody", -0.05, 34.5, {}, 7.0),
    Case("wipe-out", "everybody", -0.05, 20.0, {}, 5.5),
    Case("throttled", "500 liquidations a round, largest debt first", -0.05, 5e4,
         {"max_liquidations_per_round": 500, "priority": "largest_debt"}, 60.0),
)  # fmt: skip


def book(accounts: int) -> Scenario:
    """Return a scenario of so many accounts, with loans of its own; it is the contained cascade."""
    return random_scenario(accounts, CASES[0].drop, CASES[0].depth_usd * accounts)


def cascade(case: Case, scenario: Scenario) -> Scenario:
    """Return a case on the loans of a `book`."""
    depth_usd = case.depth_usd * len(Book.from_scenario(scenario))
    falling = [name for name in scenario.parameters.assets if name != "USD"]
    return scenario.with_values(
        {
            "shock.returns": dict.fromkeys(falling, case.drop),
            "liquidators": dict(case.limits),
            **{f"assets.{name}.liquidity.depth_2pct_usd": depth_usd for name in falling},
        }
    )
