"""The protocols' own test cases (reference/protocol_cases.json) as scenarios of one account.

Most cases come as a `kernel`: a position at given prices, what the liquidator does, and what the contract answered.
A case is a scenario with the protocol's rules in the names of the scenario file.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from tests.shared import SHARED

WRITE_OFF, STAY = {"bad_debt": "write_off"}, {"bad_debt": "stay"}
AAVE_3_0 = STAY | {"close": {"kind": "fraction", "close_factor": 0.5, "full_close_health": 0.95}}
AAVE_3_3 = WRITE_OFF | {
    "close": {
        "kind": "fraction",
        "close_factor": 0.5,
        "scope": "account",
        "full_close_health": 0.95,
        "full_close_usd": 2000,
        "min_leftover_usd": 1000,
    }
}
MORPHO = WRITE_OFF | {"close": {"kind": "full"}, "incentive": {"kind": "lltv"}}
RULES = {"aave_v3_0": AAVE_3_0, "aave_v3_3": AAVE_3_3, "aave_v3_7": AAVE_3_3, "morpho": MORPHO}


@functools.cache
def all_cases() -> dict[str, dict[str, Any]]:
    """The cases of the file by their name."""
    text = (SHARED / "reference" / "protocol_cases.json").read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def one_account(kernel: dict[str, Any], rules: dict[str, Any], steps: int, split: str | None = None) -> dict[str, Any]:
    """The scenario in which the kernel's position is liquidated up to `steps` times.

    `split` names a collateral that is held as two halves under two names, so that it is not the largest leg and the
    one that the liquidator picked in the published case is.
    """
    assets: dict[str, Any] = {}
    listed: dict[str, Any] = {}
    loans: list[dict[str, Any]] = []
    fee: dict[str, Any] = {"share": 0.0, "of": "bonus"}
    for leg in kernel["collateral"]:
        halves = [leg["asset"]] if leg["asset"] != split else [leg["asset"], leg["asset"] + " (other half)"]
        for name in halves:
            assets[name] = {"price": float(leg["price"])}
            listed[name] = {
                "liquidation_threshold": float(leg["lt"]),
                "liquidation_bonus": float(leg.get("seize_multiplier", "1")) - 1,
            }
            amount = float(leg["amount"]) / len(halves)
            loans.append({"collateral_asset": name, "collateral_amount": amount})
        for of in ("bonus", "seized"):
            if f"fee_share_of_{of}" in leg:
                fee = {"share": float(leg[f"fee_share_of_{of}"]), "of": of}
    for leg in kernel["debt"]:
        assets.setdefault(leg["asset"], {"price": float(leg["price"])})
        loans.append({"debt_asset": leg["asset"], "debt_amount": float(leg["amount"])})
    return {
        "format": "cascade-scenario/1",
        "assets": assets,
        "markets": {"protocol": {"collateral": listed, "rules": {"protocol_fee": fee} | rules}},
        "liquidators": {"calls_per_round": steps},
        "simulation": {"max_rounds": 1},
        "loans": [{"account": "borrower", "market": "protocol"} | row for row in loans],
    }


def rules_of(case: dict[str, Any], version: str | None) -> dict[str, Any]:
    """The rules of the case's protocol; of the Aave version where the case gives several."""
    kernel = case["kernel"]
    if version is not None:
        return RULES[version]
    if case["id"].startswith("compv2"):
        step, debt = kernel["steps"][0], kernel["debt"][0]
        share = float(step["repay_requested"]) / float(debt["amount"])
        return STAY | {"close": {"kind": "fraction", "close_factor": share}}
    if case["id"].startswith("morpho"):
        return MORPHO
    discount = kernel["incentive"]
    incentive = {
        "kind": "health_discount",
        "base": float(discount.get("fee", 0)),
        "max": float(discount["max_discount"]),
    }
    if case["id"].startswith("eulerv1"):
        return STAY | {
            "incentive": incentive,
            "close": {"kind": "target_health", "target": float(kernel["close"]["target"])},
        }
    return WRITE_OFF | {"trigger": "at_or_below", "incentive": incentive, "close": {"kind": "full"}}


def scenario_of(case_id: str, version: str | None) -> dict[str, Any]:
    """The scenario of a kernel case."""
    case = all_cases()[case_id]
    kernel = case["kernel"]
    scenario = one_account(kernel, rules_of(case, version), len(kernel["steps"]), SPLIT.get(case_id))
    if case_id == "eulerv1-01":  # a borrow factor divides the debt; the same as multiplying every threshold with it
        factor = float(kernel["debt"][0]["borrow_factor"])
        for collateral in scenario["markets"]["protocol"]["collateral"].values():
            collateral["liquidation_threshold"] *= factor
    return scenario


SPLIT = {"aave-10": "USDX"}


def expected_steps(case_id: str, version: str | None) -> list[dict[str, Any]]:
    """What the contract answered to each step."""
    kernel = all_cases()[case_id]["kernel"]
    steps: list[dict[str, Any]] = kernel["expect"] if version is None else kernel["expect_by_rule"][version]
    return steps
