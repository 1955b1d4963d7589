"""The engine against a NumPy rescan of the whole book, both timed in turn in the same process.

Times differ from machine to machine and from minute to minute, so what is tested is their ratio; the times
themselves are in the benchmark's table.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import engine
from engine.book.book import Book
from engine.scenario import parameter_paths
from engine.warming.warm_up import warm_up
from tests.benchmarks import cascade_books, numpy_rescan
from tests.benchmarks.engine_table import falls
from tests.benchmarks.random_books import random_scenario
from tests.shared import RESOURCES

REPEATS = 5


@pytest.fixture(scope="module", autouse=True)
def warm():
    warm_up()


@pytest.fixture(autouse=True)
def conserved():
    """Leave the conservation check, which every other test makes, out of what is timed."""


def medians(*functions) -> list[float]:
    """The median times of functions that are called in turn."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(REPEATS):
        for place, function in enumerate(functions):
            begin = time.perf_counter()
            function()
            times[place].append(time.perf_counter() - begin)
    return [statistics.median(each) for each in times]


def processor_time(function) -> float:
    """The processor time of one call."""
    begin = time.process_time()
    function()
    return time.process_time() - begin


def run_engine(scenario):
    recording = engine.run(scenario)
    recording.summary()
    return recording


@pytest.mark.parametrize(
    ("name", "drop", "depth_usd"), [("contained", -0.02, 5e9), ("long", -0.1, 2e8), ("wipe-out", -0.4, 1e8)]
)
def test_that_a_hundred_thousand_accounts_run_faster_than_a_numpy_rescan(benchmark, name, drop, depth_usd):
    scenario = random_scenario(100_000, drop, depth_usd)
    book = Book.from_scenario(scenario)
    recording = run_engine(scenario)
    expected = numpy_rescan.run(scenario, book)
    figures = recording.summary()
    assert figures["rounds"] == expected.rounds
    assert figures["liquidations"] == expected.liquidations
    assert figures["repaid_usd"] == pytest.approx(expected.repaid_usd, rel=1e-9)
    assert recording.rounds[-1].market.tolist() == pytest.approx(expected.prices.tolist(), rel=1e-9)

    ours, theirs = medians(lambda: run_engine(scenario), lambda: numpy_rescan.run(scenario, book))
    benchmark.extra_info.update(
        cascade=name, rounds=figures["rounds"], liquidations=figures["liquidations"], times_numpy=theirs / ours
    )
    benchmark.pedantic(run_engine, args=(scenario,), rounds=1)
    assert ours < theirs, f"{name}: the engine took {ours:.3f} s, NumPy {theirs:.3f} s"


@pytest.fixture(scope="module")
def laid_out():
    scenario = cascade_books.book(300_000)
    run_engine(scenario)
    return scenario


@pytest.mark.parametrize(
    ("case", "least"), list(zip(cascade_books.CASES, (40.0, 4.0, 3.0, 20.0), strict=True)), ids=str
)
def test_that_a_second_run_on_the_same_loans_costs_what_it_touches(benchmark, laid_out, case, least):
    scenario = cascade_books.cascade(case, laid_out)
    ours = processor_time(lambda: run_engine(scenario))  # the very first one under these parameters
    book = Book.from_scenario(scenario)
    theirs = processor_time(lambda: numpy_rescan.run(scenario, book))
    benchmark.extra_info.update(cascade=case.name, times_numpy=theirs / ours)
    benchmark.pedantic(run_engine, args=(scenario,), rounds=3)
    assert ours * least < theirs


def test_that_a_second_run_takes_a_small_part_of_the_first(benchmark, laid_out):
    fresh = engine.Scenario(laid_out.parameters, replace(laid_out.loans))
    first = processor_time(lambda: run_engine(fresh))
    second = processor_time(lambda: run_engine(fresh))
    benchmark.extra_info.update(times=first / second)
    benchmark.pedantic(run_engine, args=(fresh,), rounds=3)
    assert second < first / 15


@pytest.mark.parametrize(
    "path", ["assets.A1.price", "markets.m.collateral.A1.liquidation_threshold"], ids=["price", "threshold"]
)
def test_that_a_run_under_a_changed_parameter_is_far_from_laying_out_anew(benchmark, laid_out, path):
    fresh = engine.Scenario(laid_out.parameters, replace(laid_out.loans))
    first = processor_time(lambda: run_engine(fresh))
    run_engine(fresh)  # the second run puts the book into order, which those under other parameters use
    value = parameter_paths.get(fresh.parameters, path)
    others = [fresh.with_values({path: value * factor}) for factor in (1.01, 1.02, 1.03)]
    changed = min(processor_time(partial(run_engine, other)) for other in others)
    benchmark.extra_info.update(times=first / changed)
    benchmark.pedantic(run_engine, args=(fresh,), rounds=3)
    assert changed < first / 4


def test_that_a_run_of_the_compound_book_takes_no_longer_than_a_few_looks_at_it(benchmark):
    """The target is 0.1 s with figures, about 4 ms a round: some twenty times what one look in NumPy takes."""
    scenario = engine.load(RESOURCES / "examples" / "compound.cascade")
    book = Book.from_scenario(scenario)
    rounds = run_engine(scenario).summary()["rounds"]

    def scan():
        numpy_rescan.scan(book)

    ours, one_scan = medians(lambda: run_engine(scenario), scan)
    benchmark.extra_info.update(rounds=rounds, seconds=ours, scans_a_round=ours / rounds / one_scan)
    benchmark.pedantic(run_engine, args=(scenario,), rounds=3)
    assert ours / rounds < 20 * one_scan


LIMITS = {
    "none": ({}, 8.0),
    "gas, least profit and capacity": (
        {"gas_usd": 20.0, "min_profit_usd": 0.0, "capacity_usd_per_round": 5e6}, 6.0,
    ),
    "fifty a round": ({"max_liquidations_per_round": 50}, 5.0),
    "congestion": ({"gas_usd": 20.0, "min_profit_usd": 0.0, "congestion": {"candidates": 200}}, 6.0),
}  # fmt: skip


@pytest.mark.parametrize(("limits", "least"), LIMITS.values(), ids=LIMITS)
def test_that_paths_of_the_compound_book_take_a_small_part_of_as_many_runs(benchmark, limits, least):
    """In processor time a path and thread; the table in the help measures the same for one book of its own."""
    book = engine.load(RESOURCES / "examples" / "compound.cascade")
    scenario = book.with_values({f"liquidators.{name}": value for name, value in limits.items()})
    paths = engine.Paths(scenario)
    every = falls(scenario, 64)
    price = scenario.parameters.assets["WETH"].price
    paths.run(every)
    ours = min(processor_time(lambda: paths.run(every)) for _ in range(REPEATS)) / len(every)
    mine = [scenario.with_values({"shock.returns.WETH": float(row[0, 0] / price - 1.0)}) for row in every[:4]]
    theirs = processor_time(lambda: [run_engine(each) for each in mine]) / len(mine)
    benchmark.extra_info.update(paths_a_second=1.0 / ours, times_a_run=theirs / ours)
    benchmark.pedantic(paths.run, args=(every,), rounds=3)
    assert ours * least < theirs


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("liquidators.gas_usd", 20.0, 25.0),
        ("markets.compound.collateral.WETH.liquidation_threshold", 0.8, 0.9),
        ("assets.WETH.liquidity.depth_multiplier", 0.5, 2.0),
    ],
)
def test_that_paths_with_parameters_of_their_own_take_a_small_part_of_as_many_runs(benchmark, path, low, high):
    book = engine.load(RESOURCES / "examples" / "compound.cascade")
    scenario = book.with_values({"liquidators.min_profit_usd": 0.0, "liquidators.gas_usd": 20.0})
    paths = engine.Paths(scenario)
    each = np.linspace(low, high, 64).tolist()
    paths.run(values={path: each})
    ours = min(processor_time(lambda: paths.run(values={path: each})) for _ in range(REPEATS)) / len(each)
    mine = [scenario.with_values({path: value}) for value in each[:4]]
    theirs = processor_time(lambda: [run_engine(one) for one in mine]) / len(mine)
    benchmark.extra_info.update(paths_a_second=1.0 / ours, times_a_run=theirs / ours)
    benchmark.pedantic(paths.run, kwargs={"values": {path: each}}, rounds=3)
    assert ours * 2.0 < theirs
