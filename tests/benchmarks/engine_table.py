"""Measures the engine against its baselines and writes the table in resources/help/speed.md.

``python -m tests.benchmarks.engine_table`` prints the table; ``--write`` puts it into the page. Times are processor
times of the process, medians, the two of a ratio taken in the same run.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import engine
from engine import kernels
from engine.book.book import Book
from engine.book.health_index import HealthIndex
from engine.book.reuse import index_of
from engine.market.shocks import GivenPrices
from engine.reading.recorded_run import recorded_rounds
from engine.scenario import parameter_paths
from engine.scenario.scenario import Scenario
from engine.warming.warm_up import warm_up
from tests.benchmarks import lrvx_mark, numpy_rescan, pandas_rescan
from tests.benchmarks.cascade_books import CASES, book, cascade
from tests.shared import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.reading.recorded_run import RecordedRun

PAGE = RESOURCES / "help" / "speed.md"
BEGIN, END = "<!-- engine table: written by dev.py bench --table -->", "<!-- end of the engine table -->"
ACCOUNTS = 1_000_000
PATHS = 1000

Row = tuple[str, str, str]


def cpu(function: Callable[[], object], repeats: int) -> float:
    """Return the median processor time of a function in seconds."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def run(scenario: Scenario) -> RecordedRun:
    """Run, with figures, as a script would."""
    recording = engine.run(scenario)
    recording.summary()
    return recording


def ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}"


def cascades(accounts: int) -> Iterator[Row]:
    """The four cascades against the rescans, all on the same loans."""
    laid_out = book(accounts)
    first = cpu(lambda: run(laid_out), 1)
    for case in CASES:
        scenario = cascade(case, laid_out)
        figures = run(scenario).summary()
        ours = cpu(lambda: run(scenario), 5)  # noqa: B023 - called at once
        made = Book.from_scenario(scenario)
        theirs = cpu(lambda: numpy_rescan.run(scenario, made), 3 if not case.limits else 1)  # noqa: B023
        share = 100 * figures["accounts_liquidated"] / accounts
        what = f"{case.name}: {case.what}, {figures['rounds']} rounds, {share:.1f} % of {accounts:,} accounts"
        yield (what, f"{ratio(theirs / ours)} times a NumPy rescan ({1e3 * ours:.0f} ms)", f"{case.target:.4g} times")
    what = f"the first run on loans of {accounts:,} accounts, {len(laid_out.loans):,} rows: laid out and put in order"
    yield (what, f"{first:.2f} s", "none")


def other_parameters() -> Iterator[Row]:
    """What a run takes longer whose parameters are others than those of the run before."""
    scenario = book(ACCOUNTS)
    run(scenario)
    ours = cpu(lambda: run(scenario), 5)
    for what, path in (
        ("another fall", "shock.returns.A1"),
        ("another threshold of one collateral of eight", "markets.m.collateral.A1.liquidation_threshold"),
        ("another price of one collateral of eight", "assets.A1.price"),
    ):
        value = parameter_paths.get(scenario.parameters, path)
        others = [scenario.with_values({path: value * factor}) for factor in (1.001, 1.002)]
        changed = cpu(lambda: [run(each) for each in others], 5) / 2  # noqa: B023 - called at once
        yield (f"contained, {ACCOUNTS:,} accounts, {what}", f"{changed / ours:.1f} times the same again", "none")


def a_larger_book() -> Iterator[Row]:
    """The contained cascade on ten times the accounts; takes some gigabytes of memory."""
    times = []
    for accounts in (ACCOUNTS, 10 * ACCOUNTS):
        scenario = book(accounts)
        run(scenario)
        times.append(cpu(lambda: run(scenario), 5))  # noqa: B023 - called at once
    what = f"{CASES[0].name}, {10 * ACCOUNTS:,} accounts, against {ACCOUNTS:,}"
    yield (what, f"{ratio(times[1] / times[0])} times the time ({1e3 * times[1]:.0f} ms)", "less than 10 times")


def against_pandas() -> Iterator[Row]:
    """Two of them against an analyst's script, on a smaller book."""
    laid_out = book(100_000)
    for case in (CASES[0], CASES[2]):
        scenario = cascade(case, laid_out)
        run(scenario)
        ours = cpu(lambda: run(scenario), 5)  # noqa: B023 - called at once
        made = Book.from_scenario(scenario)
        theirs = cpu(lambda: pandas_rescan.run(scenario, made), 3)  # noqa: B023
        yield (f"{case.name}, 100,000 accounts", f"{ratio(theirs / ours)} times a pandas groupby script", "none")


def against_lrvx() -> Iterator[Row]:
    """One mark of perpetual positions."""
    what = "one mark 30 % lower, 200,000 perpetual positions closed by liquidators"
    if not lrvx_mark.is_installed():
        yield (
            what,
            "not measured: lrvx is not installed (the extra `benchmark`)",
            "100 times lrvx's LiquidationEngine",
        )
        return
    scenario = lrvx_mark.scenario(200_000)
    ours_closed = run(scenario).summary()["liquidations"]
    ours = cpu(lambda: run(scenario), 5)
    theirs, closed = lrvx_mark.lrvx_seconds(200_000)
    measured = f"{ratio(theirs / ours)} times lrvx ({theirs:.2f} s; it closes {closed:,}, the engine {ours_closed:,})"
    yield (what, measured, "100 times lrvx's LiquidationEngine")


def one_scan() -> Iterator[Row]:
    """A look at every account against reading the same bytes; laying out; memory."""
    scenario = book(ACCOUNTS)
    made = Book.from_scenario(scenario)
    index = index_of(scenario)
    legs, due, none = made.legs, np.empty(len(made)), np.zeros(0, dtype=bool)
    read = (
        legs.collateral_start, legs.collateral_asset, legs.collateral_terms, legs.debt_start, legs.debt_asset,
        legs.market, made.collateral_amount, made.debt_amount,
    )  # fmt: skip
    basis = index.basis
    amounts = made.collateral_amount, made.debt_amount
    scan = cpu(lambda: kernels.due_nb(legs, *amounts, basis.rules, basis.prices, basis.dust, True, none, none, due), 9)
    reading = cpu(lambda: [array.sum() for array in read], 9)
    yield ("one look at every account's health, against reading the same bytes once",
           f"{scan / reading:.1f} times", "2.5 times")  # fmt: skip
    laying_out = cpu(lambda: Book.from_scenario(Scenario(scenario.parameters, replace(scenario.loans))), 3)
    yield (f"laying out a book of {ACCOUNTS:,} accounts, {len(scenario.loans):,} rows", f"{laying_out:.2f} s", "0.5 s")
    ordering = cpu(lambda: HealthIndex.of(scenario, made), 3)
    yield (f"putting {ACCOUNTS:,} accounts into the order in which falls reach them", f"{ordering:.2f} s", "none")
    recording = run(scenario)
    index = index_of(scenario)
    space = index.borrow()
    order, layout = index.order, made.layout
    arrays = [*legs, *index.legs, *index.places, order.collateral, order.debt, layout.collateral_amount,
              layout.debt_amount, space.collateral, space.debt, index.fresh.due, index.fresh.block_due, space.due,
              space.block_due, space.touched, space.since, space.last_liquidated, space.bad, layout.row_account,
              layout.row_leg, layout.row_debt_leg]  # fmt: skip
    held = sum(array.nbytes for array in arrays)
    held += sum(array.nbytes for chunk in recording.event_columns.chunks for array in chunk.arrays)
    held += sum(array[: 1 + recording.rounds[-1].liquidatable_left].nbytes for pool in space.pools for array in pool)
    legs_held = len(made.collateral_amount) + len(made.debt_amount)
    yield (f"memory of a book, index, contained run and recording: {legs_held / ACCOUNTS:.1f} legs an account",
           f"{held / ACCOUNTS:.0f} bytes an account", "250 bytes for 2 legs")  # fmt: skip


def falls(scenario: Scenario, count: int) -> np.ndarray:
    """Return (count, 1, K) undisturbed prices after falls drawn around the scenario's."""
    start = np.array([asset.price for asset in scenario.parameters.assets.values()])
    returns = np.array([scenario.parameters.shock.returns.get(name, 0.0) for name in scenario.parameters.assets])
    factors = np.random.default_rng(1).uniform(0.5, 1.0, count)
    return (start * (1.0 + returns * factors[:, None]))[:, None, :]


def many_paths() -> Iterator[Row]:
    """Monte Carlo: many paths on one index against as many runs from the scenario, and two threads against one."""
    scenario = book(100_000)
    paths = engine.Paths(scenario)
    every = falls(scenario, PATHS)
    start = np.array([asset.price for asset in scenario.parameters.assets.values()])
    paths.run(every)

    def apart() -> None:
        for prices in every[:10]:
            of_its_own = Scenario(scenario.parameters, replace(scenario.loans))  # nothing is laid out
            for _ in recorded_rounds(of_its_own, undisturbed=GivenPrices(start, prices)):
                pass

    together = cpu(lambda: paths.run(every), 5)
    separate = cpu(apart, 3) * PATHS / 10
    yield (f"{PATHS:,} paths on 100,000 accounts, against as many separate runs (10 measured)",
           f"1/{separate / together:.0f} of their time ({1e3 * together:.0f} ms)", "1/20")  # fmt: skip
    more = np.tile(every, (20, 1, 1))
    gains = []
    for _ in range(5):
        seconds = []
        for threads in (1, 2):
            begin = time.perf_counter()
            paths.run(more, threads)
            seconds.append(time.perf_counter() - begin)
        gains.append(seconds[0] / seconds[1])
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    yield (
        f"{len(more):,} of these paths on two threads, against one, by the clock, median of five",
        f"{statistics.median(gains):.2f} times ({min(gains):.2f} to {max(gains):.2f}{load})",
        "1.8 times",
    )


def processor() -> str:
    """Return the model of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(rows: list[Row]) -> str:
    """Return the table with the machine it was measured on."""
    load = f" Load before: {os.getloadavg()[0]:.1f}." if hasattr(os, "getloadavg") else ""
    head = (
        f"Measured on {datetime.now(UTC).date()}, {os.cpu_count()} cores of {processor()}, {platform.system()}, "
        f"Python {platform.python_version()}. Medians of processor time.{load}"
    )
    lines = ["| what | measured | target |", "| --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([BEGIN, "", head, "", *lines, "", END])


def main(arguments: list[str]) -> int:
    """Measure, print the table, and write it into the page if asked to."""
    warm_up()
    rows: list[Row] = []
    for part in (
        cascades(ACCOUNTS),
        other_parameters(),
        a_larger_book(),
        against_pandas(),
        against_lrvx(),
        one_scan(),
        many_paths(),
    ):
        for row in part:
            print(" | ".join(row), flush=True)
            rows.append(row)
    if "--write" in arguments:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        PAGE.write_text(before + table(rows) + rest.partition(END)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
