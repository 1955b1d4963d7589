"""Numbers that no float64 can reckon with are refused, and a run that is cut off says so: files that broke the first
release, and others of their kinds."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from typing import Any

import pytest

import engine
from engine.base.faults import BadInput
from tests.shared import RESOURCES, ROOT, SHARED, needs_shared

FAULTS = SHARED / "cases" / "faults"


def example(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((RESOURCES / "examples" / name).read_text(encoding="utf-8"))
    return data


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as refused:
        engine.from_dict(data)
    assert len(refused.value.faults) == 1
    text = str(refused.value.faults[0])
    assert "\n" not in text
    assert len(text) < 300
    return text


def numbers_of(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers_of(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers_of(item)]
    return [value] if isinstance(value, (int, float)) else []


@needs_shared
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("13-max-liquidations-2e64.json", "liquidators.max_liquidations_per_round"),
        ("14-price-1e308-nan.json", "assets.USDC.price"),
    ],
)
def test_that_the_files_that_broke_the_first_release_are_refused_in_one_line(name, place):
    with pytest.raises(BadInput) as refused:
        engine.load(FAULTS / name)
    assert [fault.where for fault in refused.value.faults] == [place]


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ("liquidators", "max_liquidations_per_round"), ("liquidators", "sell_over_rounds"),
        ("liquidators", "calls_per_round"), ("liquidators", "latency_rounds"), ("simulation", "max_rounds"),
        ("simulation", "seed"),
    ],
)  # fmt: skip
def test_that_whole_numbers_beyond_2_to_the_53_are_refused(group, key):
    data = example("teaching-book.json")
    for number in (2**53 + 1, 2**64, 10**400):
        data[group] = {**data.get(group, {}), key: number}
        assert f"{group}.{key}" in refusal(data)


@pytest.mark.parametrize("price", [1e308, 1.0001e30, math.inf, math.nan, -1.0])
def test_that_a_price_at_which_sums_overflow_is_refused(price):
    data = example("teaching-book.json")
    data["assets"]["X"]["price"] = price
    assert "assets.X.price" in refusal(data)


def test_that_amounts_and_sales_at_which_sums_overflow_are_refused():
    data = example("teaching-book.json")
    data["loans"][0]["debt_amount"] = 1e308
    assert "debt_amount" in refusal(data)
    data = example("teaching-book.json") | {"shock": {"kind": "sale", "usd": {"X": 1e308}}}
    assert "shock.usd.X" in refusal(data)


def test_that_the_largest_numbers_that_are_allowed_give_figures_that_are_numbers():
    data = example("teaching-book.json")
    cap = {"ratio": 1e30, "growth_per_year": 1e30, "age_rounds": 2**53}
    data["assets"]["Y"] = {"price": 1e30, "oracle": {"kind": "model", "base": "X", "ratio": 1e30, "cap": cap}}
    data["assets"]["X"]["price"] = 1e30
    data["loans"].append({**data["loans"][0], "account": "huge", "collateral_amount": 1e30, "debt_amount": 1e30})
    data["shock"] = {"kind": "sale", "usd": {"X": 1e30}, "over_rounds": 2}
    recording = engine.run(engine.from_dict(data))
    found = numbers_of(recording.to_dict())
    assert len(found) > 50
    assert all(math.isfinite(number) for number in found)


@needs_shared
def test_that_the_script_of_wrong_endings_finds_the_right_ones():
    script = FAULTS / "18-sell-over-rounds-wrong-ending.py"
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.endswith("max_rounds reached") for line in lines)


@pytest.mark.parametrize(
    ("instalments", "most"), [(10**9, 50), (10**6, 200), (51, 50), (60, 50), (2**53, 3), (50, 49), (12, 11)]
)
def test_that_a_run_that_is_cut_off_while_a_sale_is_pending_says_so(instalments, most):
    data = example("teaching-book.json")
    data["liquidators"] = {**data.get("liquidators", {}), "sell_over_rounds": instalments}
    data["simulation"] = {**data.get("simulation", {}), "max_rounds": most}
    recording = engine.run(engine.from_dict(data))
    assert recording.summary()["liquidations"] > 0
    assert recording.summary()["ended"] == "max_rounds reached"
    assert recording.rounds[-1].sold.any()


def test_that_a_run_that_is_cut_off_while_somebody_outside_still_sells_says_so():
    data = example("teaching-book.json") | {"shock": {"kind": "sale", "usd": {"X": 100.0}, "over_rounds": 6}}
    ended = {}
    for most in (5, 6, 40):
        data["simulation"] = {**data.get("simulation", {}), "max_rounds": most}
        ended[most] = engine.run(engine.from_dict(data)).summary()["ended"]
    assert ended[5] == "max_rounds reached"
    assert ended[40] == "no more liquidations"
