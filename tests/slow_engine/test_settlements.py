"""Parts of the slow engine's settlements against the protocols' own numbers.

Whole rounds, worked out by hand, are in tests/reference/test_settlements_by_hand.py, for both engines.
"""

from __future__ import annotations

import pytest

from tests import slow_engine
from tests.slow_engine.auction import price_factor
from tests.slow_engine.defaults import SETTLEMENT
from tests.slow_engine.stability_pool import divide


def test_that_the_price_curves_are_those_of_the_protocol():
    linear = {"kind": "linear", "rounds": 3600}
    assert [price_factor(linear, t) for t in (0, 360, 1800, 3600, 4000)] == pytest.approx([1, 0.9, 0.5, 0, 0])
    assert price_factor({"kind": "exponential", "cut": 0.9}, 3) == pytest.approx(0.729)
    stairs = {"kind": "stairstep", "cut": 0.99, "step_rounds": 90}
    factors = [1.3 * price_factor(stairs, t) for t in (0, 89, 90, 1800, 2340, 2430, 8400)]
    published = [1.3, 1.3, 1.287, 1.0632790188764, 1.0010560895467016, 0.9910455286512346, 0.5105243368651463]
    assert factors == pytest.approx(published, rel=1e-12)


BOLD = SETTLEMENT["stability_pool"] | {
    "pool_penalty": 0.05,
    "redistribution_penalty": 0.10,
    "gas_compensation": 0.005,
    "gas_compensation_of": "offset",
    "gas_compensation_most": 2.0,
}
BOLD_DEBT = 2000.191780821917808219
BOLD_PRICE = 1099.999999999999999999


@pytest.mark.parametrize(
    ("pool", "offset", "to_pool", "passed_debt", "passed", "left"),
    [
        (2100.0, BOLD_DEBT, 1.909273972602739726, 0.0, 0.0, 0.080726027397260274),
        (0.0, 0.0, 0.0, BOLD_DEBT, 2.0, 0.0),
        (1000.0, 999.0, 0.953590909090909091, 1001.191780821917808219, 1.001191780821917808, 0.040222789013851365),
    ],
    ids=["bold-01", "bold-03", "bold-04"],
)
def test_that_penalties_leave_the_owner_a_surplus_as_in_bold(pool, offset, to_pool, passed_debt, passed, left):
    split = divide(BOLD, pool, 2.0, BOLD_DEBT, BOLD_PRICE)
    assert split.offset_usd == pytest.approx(offset, rel=1e-13)
    assert split.to_pool == pytest.approx(to_pool, rel=1e-13)
    assert split.passed_usd == pytest.approx(passed_debt, rel=1e-13, abs=1e-12)
    assert split.passed == pytest.approx(passed, rel=1e-13)
    assert split.left == pytest.approx(left, rel=1e-12, abs=1e-15)
    assert split.left + split.passed + split.to_pool + split.caller == pytest.approx(2.0, rel=1e-14)


def test_that_a_second_collateral_asset_is_refused_in_a_pool():
    asset = {"price": 1.0}
    loans = [
        {"account": name, "market": "m", "collateral_asset": name, "collateral_amount": 1.0,
         "liquidation_threshold": 0.5, "liquidation_bonus": 0.0}
        for name in ("A", "B")
    ]  # fmt: skip
    market = {"collateral": {}, "rules": {"settlement": {"kind": "stability_pool"}}}
    with pytest.raises(ValueError, match="a stability pool serves one collateral and one debt asset"):
        slow_engine.run({"assets": {"A": asset, "B": asset}, "markets": {"m": market}, "loans": loans})


def test_that_margin_needs_an_asset_to_be_paid_in():
    thin = {"price": 1.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1.0}}
    market = {"rules": {"settlement": {"kind": "margin"}}}
    with pytest.raises(ValueError, match="no asset with unlimited liquidity"):
        slow_engine.run({"assets": {"A": thin}, "markets": {"m": market}, "loans": []})
