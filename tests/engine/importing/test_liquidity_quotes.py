from __future__ import annotations

import csv
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.importing.liquidity_quotes import MOST_POINTS, average_slippage, curve_from_quotes
from engine.importing.parameter_tables import read_liquidity
from tests.shared import SHARED, needs_shared


def quotes_of_the_day():
    quotes = defaultdict(list)
    with (SHARED / "data" / "oneinch_slippage_2023-11-20.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = row["asset"], row["quote"]
            quotes[pair].append((float(row["size_usd"]), float(row["slippage"])))
    return {pair: np.array(rows) for pair, rows in quotes.items()}


def is_rising(points):
    return all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(((0.0, 0.0), *points)))


def test_that_the_average_of_a_straight_curve_is_half_its_drop():
    points = [(0.1, 1e6)]
    earned = average_slippage(points, np.array([5e5, 1e6, 2e6]))
    assert earned == pytest.approx([0.025, 0.05, 0.1])


def test_that_a_curve_never_falls_below_a_millionth_of_the_price():
    # a drop of 1 is reached after 10 USD; beyond, each dollar still earns a millionth
    assert average_slippage([(0.1, 1.0)], np.array([1000.0])) == pytest.approx(0.995, abs=1e-5)


@given(
    st.lists(st.tuples(st.floats(1e-4, 0.05), st.floats(1e3, 5e6)), min_size=1, max_size=8, unique=True),
    st.lists(st.floats(100.0, 4e7), min_size=1, max_size=15, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_that_quotes_of_any_rising_curve_are_earned_to_a_thousandth(steps, sizes):
    points = list(zip(*np.cumsum(np.array(steps), axis=0).T.tolist(), strict=True))
    sizes = np.array(sizes)
    quoted = average_slippage(points, sizes)
    curve = curve_from_quotes(sizes, quoted)
    assert is_rising(curve.points)
    assert len(curve.points) <= MOST_POINTS
    assert np.abs(average_slippage(curve.points, sizes) - quoted).max() <= 0.001


def test_that_a_fixed_fee_at_every_size_is_earned():
    sizes = np.array([1e3, 1e4, 1e5, 1e6])
    curve = curve_from_quotes(sizes, np.full(4, 0.003))
    assert curve.worst_miss <= 0.001
    assert is_rising(curve.points)


@needs_shared
@pytest.mark.parametrize(
    "pair", [("WETH", "USDC"), ("WBTC", "USDC"), ("WETH", "USDT"), ("WETH", "WBTC"), ("USDC", "WETH")]
)
def test_that_real_quotes_of_deep_markets_are_earned_to_a_thousandth(pair):
    quotes = quotes_of_the_day()[pair]
    curve = curve_from_quotes(quotes[:, 0], quotes[:, 1])
    assert curve.worst_miss <= 0.001
    assert is_rising(curve.points)


@needs_shared
def test_that_every_real_asset_gives_a_rising_curve_close_to_its_quotes():
    # Thin markets are quoted so noisily that no rising curve earns all of their quotes: selling the
    # larger of two sizes often "earns" less in total. What is missed is what no curve can meet.
    for pair, quotes in quotes_of_the_day().items():
        curve = curve_from_quotes(quotes[:, 0], quotes[:, 1])
        assert is_rising(curve.points), pair
        assert len(curve.points) <= MOST_POINTS, pair
        assert curve.points[-1][0] < 1, pair
        assert np.median(np.abs(curve.earned - curve.quoted)) <= 0.0011, pair
        assert curve.worst_miss < 0.061, pair


def test_that_one_bad_quote_does_not_pull_its_neighbours_away():
    sizes = np.geomspace(1e3, 1e8, 11)
    quoted = average_slippage([(0.3, 1e8)], sizes)
    wrong = quoted.copy()
    wrong[8] += 0.05
    curve = curve_from_quotes(sizes, wrong)
    missed = np.abs(average_slippage(curve.points, sizes) - quoted)
    assert np.delete(missed, 8).max() <= 0.001


@pytest.mark.parametrize(
    ("sizes", "slippage", "said"),
    [
        ([], [], "0 sizes"),
        ([0.0], [0.1], "quote 1, size_usd"),
        ([10.0, float("nan")], [0.1, 0.1], "quote 2, size_usd"),
        ([10.0], [1.0], "quote 1, slippage"),
        ([10.0], [-0.1], "quote 1, slippage"),
        ([10.0], [0.1, 0.2], "1 sizes and 2"),
    ],
)
def test_that_impossible_quotes_are_refused_by_name(sizes, slippage, said):
    with pytest.raises(BadInput, match=said):
        curve_from_quotes(sizes, slippage, where="quotes of WETH")


QUOTES = "asset,size_usd,{}\nWETH,1000000,{}\nWETH,10000000,{}\n"


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("slippage", ("0.001", "0.01")),
        ("slippage", ("0.1%", "1%")),
        ("slippage_percent", ("0.1", "1")),
        ("slippage_bps", ("10", "100")),
        ("slippage", ("10", "101")),
    ],
)
def test_that_slippage_is_read_in_any_unit(tmp_path, column, cells):
    path = tmp_path / "quotes.csv"
    path.write_text(QUOTES.format(column, *cells))
    points = read_liquidity(path)["WETH"]["points"]
    earned = average_slippage([tuple(point) for point in points], np.array([1e6, 1e7]))
    assert earned == pytest.approx([0.001, 0.01], abs=1.2e-3)


def test_that_slippage_that_may_be_per_cent_or_basis_points_is_refused(tmp_path):
    path = tmp_path / "quotes.csv"
    path.write_text(QUOTES.format("slippage", 1, 20))
    with pytest.raises(BadInput, match="slippage_percent, slippage_bps"):
        read_liquidity(path)


def test_that_what_went_in_and_came_out_is_slippage(tmp_path):
    path = tmp_path / "trades.csv"
    path.write_text("asset,quote,amount_in,amount_out\nWETH,USDC,1,2000\nWETH,USDC,1000,1980000\n")
    points = read_liquidity(path)["WETH"]["points"]
    assert average_slippage([tuple(point) for point in points], np.array([2e6])) == pytest.approx([0.01], abs=1e-3)
    path.write_text("asset,amount_in,amount_out\nWETH,1,2000\n")
    with pytest.raises(BadInput, match="nothing says what came out"):
        read_liquidity(path)


def test_that_the_bids_of_an_order_book_are_walked_down(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(
        "asset,side,price,amount\nWETH,ask,2002,5\nWETH,bid,1998,100\nWETH,bid,1980,200\nWETH,bid,1900,500\n"
    )
    points = read_liquidity(path)["WETH"]["points"]
    all_bids = (1998 * 100 + 1980 * 200 + 1900 * 500) / 800
    sold = np.array([800 * 2000.0])
    assert average_slippage([tuple(point) for point in points], sold) == pytest.approx([1 - all_bids / 2000], abs=1e-3)
    path.write_text("asset,side,price,amount\nWETH,bid,2002,5\nWETH,ask,1998,100\n")
    with pytest.raises(BadInput, match="above an ask"):
        read_liquidity(path)
