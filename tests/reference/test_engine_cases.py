"""The small scenarios on which the first release and the mathematics parted, on both engines."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from tests.reference.both_engines import on_both_engines
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

DUST = 1e-6


def case(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SHARED / "cases" / "engine" / f"{name}.json").read_text(encoding="utf-8"))
    return data


def approx(value):
    return pytest.approx(value, rel=1e-12)


@on_both_engines
@pytest.mark.parametrize(
    ("name", "liquidations", "ended"),
    [
        ("ghost-64", 2, "no more liquidations"),
        ("ghost-138", 20, "max_rounds reached"),
        ("ghost-liquidations", 102, "no more liquidations"),
        ("ghost-takes-the-slot", 105, "no more liquidations"),
    ],
)
def test_that_what_rounding_leaves_above_the_least_leftover_is_no_liquidation(run, name, liquidations, ended):
    """One price recovers, so that some of these are real: they repay more than dust each."""
    result = run(case(name))
    repaid: defaultdict[tuple[int, str], float] = defaultdict(float)
    for event in result["events"]:
        repaid[event["round"], event["account"]] += event["repaid_usd"]
    assert min(repaid.values()) > DUST
    assert len(repaid) == result["summary"]["liquidations"] == liquidations
    assert result["summary"]["ended"] == ended


@on_both_engines
def test_that_the_lltv_bonus_of_proportional_legs_is_the_mean_of_the_bonuses(run):
    """Of 0.15, which is the cap, and 1 / (1 - 0.3 x 0.02) - 1; the mean threshold would give 0.1053."""
    result = run(case("lltv-proportional"))
    bonus = (0.15 + 0.3 * 0.02 / (1 - 0.3 * 0.02)) / 2
    assert [event["seized"] for event in result["events"]] == approx([700 * (1 + bonus) / 100] * 2)


@on_both_engines
def test_that_what_the_pools_penalty_leaves_is_for_the_other_borrowers_before_the_owner(run):
    """Half of a is offset: of 5.05 tokens the caller gets 0.02525 and the pool 460 x 1.05 / 100 = 4.83.

    The others take 460 x 1.1 / 100 = 5.06, of which 0.01 is out of what the pool left, and the owner keeps 0.18475.
    """
    result = run(case("liquity-v2-redistribution-penalty"))
    left = {entry["account"]: (entry["collateral"]["X"], entry["debt"]["USD"]) for entry in result["accounts"]}
    assert left["a"] == (pytest.approx(0.18475, rel=1e-10), 0.0)
    assert left["b"] == approx((33.795, 1345.0))
    assert left["c"] == approx((11.265, 215.0))
