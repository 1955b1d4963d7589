"""Small runs that call every kernel of a part of the engine, with the types that real runs use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.reading.recorded_run import recorded_rounds
from engine.reading.round_view import danger, health_histogram, liquidation_heat_map, liquidation_map, round_view
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT
from engine.settlement.kinds import room_of
from engine.warming.parts import PATHS, RUN, SETTLEMENTS, VIEWS

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

_LONG = {"market": "m", "collateral_asset": "A", "collateral_amount": 1.0, "debt_asset": "B"}
_SHORT = {"market": "m", "collateral_asset": "B", "collateral_amount": 300.0, "debt_asset": "A", "debt_amount": 1.0}


def rehearse(part: str) -> None:
    """Run what calls the kernels of a part of the engine.

    Parameters
    ----------
    part
        One of `engine.warming.parts.PARTS`.
    """
    if part == RUN:
        for priority in ("largest_debt", "largest_profit", "lowest_health"):
            _run(scenario(priority))
        _run(scenario("largest_debt", limited=False))
    elif part == VIEWS:
        look_at(_run(scenario("largest_debt")))
    elif part in SETTLEMENTS:
        look_at(_run(scenario("largest_debt", part)))
    elif part == PATHS:
        from engine.running.paths import Paths

        Paths(scenario("largest_debt", limited=False)).run(np.array([[[80.0, 1.0]]]))


def scenario(priority: str, settlement: str = "liquidator", *, limited: bool = True) -> Scenario:
    """Return a scenario of a few loans to which all that can happen happens.

    Parameters
    ----------
    priority
        Whom liquidators serve first.
    settlement
        The kind that settles.
    limited
        Whether liquidators have limits.
    """
    limits = {"min_profit_usd": 0.01, "max_liquidations_per_round": 1} if limited else {}
    loans = [{**_LONG, "account": name, "debt_amount": owed} for name, owed in (("a", 70.0), ("b", 95.0), ("c", 30.0))]
    room = room_of(settlement)
    if room.takes_shorts:
        loans.append({**_SHORT, "account": "d"})
    rules = {"settlement": {"kind": settlement, **room.rehearsed_with}}
    if settlement != "liquidator":
        rules |= {"close": {"kind": "full"}}
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    return Scenario.from_dict(
        {
            "format": FORMAT,
            "assets": {
                "A": {"price": 100.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}},
                "B": {"price": 1.0},
            },
            "markets": {"m": {"collateral": {"A": listed, "B": listed}, "rules": rules}},
            "shock": {"kind": "instant", "returns": {"A": -0.2}},
            "liquidators": {"priority": priority, **limits},
            "simulation": {"max_rounds": 30},
            "loans": loans,
        }
    )


def look_at(recording: RecordedRun) -> None:
    """Look at a run in all the ways in which the window does."""
    from engine.reading.explanation.explain import explain

    last = len(recording.rounds) - 1
    cursor = recording.cursor()
    view = round_view(recording, last, cursor)
    for number in range(1, last + 1):
        for account in range(len(recording.book)):
            explain(recording, account, number, cursor)
    cursor.seek(last).seek(1).seek(0)
    health_histogram(view, np.array([1.0]))
    liquidation_map(view, None, [0.0, 0.5])
    liquidation_heat_map(recording, [0], None, [0.0, 0.5])
    danger(view)
    recording.summary()
    _ = recording.events, recording.bad_debts


def _run(made: Scenario) -> RecordedRun:
    """Run a scenario."""
    steps = recorded_rounds(made)
    for _ in steps:
        pass
    steps.close()
    return steps.recording
