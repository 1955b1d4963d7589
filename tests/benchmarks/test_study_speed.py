"""Studies against the same answers by single runs and on one thread, both timed in turn in the same process.

    python -m pytest -s tests/benchmarks/test_study_speed.py

The book is Compound's with liquidators who take what pays; everything goes through the public functions, and the book
was laid out by a first call. Ratios are of the best of some calls, as other programs only make a call slower.
"""

from __future__ import annotations

import os
import time
from itertools import product

import numpy as np
import pytest

import engine
from tests.shared import RESOURCES

REPEATS = 3
TURNS = 5
THRESHOLD = "markets.compound.collateral.WETH.liquidation_threshold"
DEPTH = "assets.WETH.liquidity.depth_multiplier"
APART = 37
"""Every so many of the grid's cells is run by itself, which goes through all its depths."""


@pytest.fixture(scope="module")
def scenario():
    """Return the Compound book, laid out, with gas, least profit and a capacity."""
    given = engine.load(RESOURCES / "examples" / "compound.cascade").with_values(
        {"liquidators.gas_usd": 20.0, "liquidators.min_profit_usd": 0.0, "liquidators.capacity_usd_per_round": 5e6}
    )
    engine.studies.sweep(given, axis={THRESHOLD: [0.8, 0.81], DEPTH: [0.5, 1.0]}, threads=2)
    engine.run(given)
    engine.studies.book(given)
    return given


def best(function) -> float:
    """The shortest of some calls, seconds."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        function()
        times.append(time.perf_counter() - begun)
    return min(times)


def tell(benchmark, **found):
    benchmark.extra_info.update(found)
    benchmark.pedantic(lambda: None, rounds=1)
    load = f"load {os.getloadavg()[0]:.1f}"
    print("\n" + "; ".join([*(f"{name.replace('_', ' ')} {value:.4g}" for name, value in found.items()), load]))


def test_a_grid_of_thresholds_and_depths_against_single_runs(benchmark, scenario):
    thresholds, depths = np.linspace(0.7, 0.85, 36), np.geomspace(0.1, 3.0, 40)
    axis = {THRESHOLD: thresholds, DEPTH: depths}
    grid = best(lambda: engine.studies.sweep(scenario, axis=axis, threads=2))
    # A run at a tenth of the depth takes five times that of others: the sample has each depth about once.
    cells = list(product(thresholds.tolist(), depths.tolist()))
    some = [scenario.with_values(dict(zip(axis, cell, strict=True))) for cell in cells[::APART]]
    runs = best(lambda: [engine.run(each) for each in some]) * len(cells) / len(some)
    tell(benchmark, grid_of_1440_cells_s=grid, times_as_fast_as_single_runs=runs / grid)


def test_two_threads_against_one(benchmark, scenario):
    axis = {"shock.returns.WETH": np.linspace(-0.05, -0.6, 1_500)}
    one, two = np.inf, np.inf
    for _ in range(TURNS):  # in turn, as a second processor may be busy for a while
        one = min(one, best(lambda: engine.studies.sweep(scenario, axis=axis, threads=1)))
        two = min(two, best(lambda: engine.studies.sweep(scenario, axis=axis, threads=2)))
    tell(benchmark, paths_a_second_on_one_thread=1_500 / one, times_on_two_threads=one / two)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("threshold", {"asset": "WETH", "to": 0.8, "paths": 0}),
        ("book", {}),
        ("liquidity", {}),
        ("response", {"direction": {"WETH": 1.0}, "to": -0.6, "steps": 200}),
    ],
)
def test_that_it_could_be_live(benchmark, scenario, name, settings):
    made = getattr(engine.studies, name)
    run = best(lambda: engine.run(scenario))
    found = best(lambda: made(scenario, threads=2, **settings))
    tell(benchmark, **{f"{name}_s": found, "times_a_single_run": found / run})
