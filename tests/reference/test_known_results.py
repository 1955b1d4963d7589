"""The one published result whose book is too large to be kept as data: a ladder of 100,000 positions.

The other known results are in resources/verification and run in `test_published_cases.py`.
"""

from __future__ import annotations

import json

import pytest

from tests.reference.both_engines import play
from tests.reference.small_books import lender, loan, scenario
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


def known(name):
    cases = json.loads((SHARED / "reference" / "known_results.json").read_text(encoding="utf-8"))["cases"]
    (case,) = [case for case in cases if case["id"].startswith(name)]
    return case["inputs"], case["expected"]


def ladder(positions, start, slope):
    """Long positions (liquidation price, size) that are sold whole, in a market that falls by `slope` a token.

    The debt of a position is its size at its liquidation price: without bonus all collateral is seized below it.
    """
    book = [loan(f"{i}", (size, "WETH"), (size * price, "USDC")) for i, (price, size) in enumerate(positions)]
    liquidity = {"model": "linear", "depth_2pct_usd": 0.02 * start**2 / slope, "floor": 1e-6}
    assets = {"WETH": {"price": start, "liquidity": liquidity}}
    return scenario(book, lender(WETH=(1.0, 0.0)), assets=assets)


def test_that_c01_the_engine_converges_to_the_geometric_series():
    given, expected = known("C01_")
    of = expected["discrete_100000"]
    positions = [(100 - k * 60 / 100000, 480 / 100000) for k in range(100000)]
    rounds = play(ladder(positions, 100 - given["shock"], given["lam"]))["rounds"]
    sold = [step["sold"]["WETH"] for step in rounds]
    assert sold[:4] == pytest.approx(of["first_rounds"], rel=1e-9)
    assert sold[:8] == pytest.approx(expected["first_rounds"], rel=3e-4)
    assert sum(sold) == pytest.approx(of["total"], rel=1e-9)
    assert rounds[-1]["market"]["WETH"] == pytest.approx(of["final_price"], rel=1e-9)
    assert len(rounds) - 1 == of["rounds"]
    assert rounds[1]["reproduction_number"] == pytest.approx(expected["branching_ratio"], rel=0.06)
