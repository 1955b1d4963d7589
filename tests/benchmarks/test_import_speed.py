"""A million-row CSV against Arrow's own reading of it, both timed in turn in the same process."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from engine.importing.book_reading import read_book
from engine.importing.read_source import read_source

ROWS = 1_000_000
REPEATS = 5


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    random = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("import") / "million.csv"
    table = pa.table(
        {
            "account": [f"a{number:07d}" for number in range(ROWS)],
            "market": ["aave"] * ROWS,
            "collateral_asset": np.array(["WETH", "WBTC", "LINK"])[random.integers(0, 3, ROWS)],
            "collateral_amount": random.lognormal(1, 1, ROWS),
            "debt_asset": np.array(["USDC", "DAI"])[random.integers(0, 2, ROWS)],
            "debt_amount": random.lognormal(8, 1, ROWS),
        }
    )
    pv.write_csv(table, path, pv.WriteOptions(quoting_style="none"))
    return path


def seconds(function) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def test_that_a_million_rows_open_within_three_times_arrows_own_reading(benchmark, book):
    assert len(read_book(read_source(book)).loans) == ROWS
    ratios = []
    for _ in range(REPEATS):
        theirs = seconds(lambda: pv.read_csv(book))
        ratios.append(seconds(lambda: read_book(read_source(book))) / theirs)
    benchmark.extra_info["times_arrow"] = statistics.median(ratios)
    benchmark.pedantic(lambda: read_book(read_source(book)), rounds=1)
    assert statistics.median(ratios) < 3
