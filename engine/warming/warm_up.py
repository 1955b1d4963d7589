"""Compiling every kernel before it is needed."""

from __future__ import annotations

import numpy as np

from engine.book.book import Book
from engine.book.health_index import HealthIndex
from engine.reading.recorded_run import recorded_rounds
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT


def warm_up() -> None:
    """Compile every kernel of `engine.kernels`, with the types that real runs use.

    It runs two loans through all that can happen. Compiled code is kept on disk, so that only the first start after an
    installation takes long (half a minute or so); a background thread may do it, the kernels release the interpreter.
    The kernels of other settlements than by liquidators are compiled in the first run that needs them, in a few
    seconds each, and so is that of many paths.
    """
    from engine.reading.explanation.explain import explain
    from engine.reading.round_view import danger, health_histogram, liquidation_map, round_view

    collateral = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    row = {"market": "m", "collateral_asset": "A", "collateral_amount": 1.0, "debt_asset": "B"}
    for priority in ("largest_debt", "largest_profit"):
        limits = {"priority": priority, "min_profit_usd": 0.0, "max_liquidations_per_round": 1}
        scenario = Scenario.from_dict(
            {
                "format": FORMAT,
                "assets": {
                    "A": {"price": 100.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}},
                    "B": {"price": 1.0},
                },
                "markets": {"m": {"collateral": {"A": collateral}}},
                "shock": {"kind": "instant", "returns": {"A": -0.2}},
                "liquidators": limits,
                "loans": [{**row, "account": "a", "debt_amount": 70.0}, {**row, "account": "b", "debt_amount": 95.0}],
            }
        )
        book = Book.from_scenario(scenario)
        for index in (HealthIndex.of(scenario, book), None):
            steps = recorded_rounds(scenario, book, index)
            for _ in steps:
                pass
            steps.give_back()
        recording = steps.recording
        recording.summary()
        cursor = recording.cursor()
        view = round_view(recording, len(recording.rounds) - 1, cursor)
        for account in range(len(recording.book)):
            explain(recording, account, 1, cursor)
    cursor.seek(len(recording.rounds) - 1).seek(1).seek(0)
    health_histogram(view, np.array([1.0]))
    liquidation_map(view, None, [0.0, 0.5])
    danger(view)
