"""Whatever the settlements of a random scenario, the slow engine loses nothing and makes nothing up."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import event, given, settings

from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.reference.both_engines import play_slowly
from tests.slow_engine.events import DELEVERAGED, REDISTRIBUTED
from tests.slow_engine.later_rules import NEW
from tests.slow_engine.stability_pool import POOL_KEEPS_USD

RELATIVE = 1e-9

NEVER_NEGATIVE = (
    "sold",
    "bought",
    "proceeds_usd",
    "repaid_by_collateral_usd",
    "written_off",
    "liquidations",
    "repaid_usd",
    "seized_usd",
    "bad_debt_usd",
    "lender_loss_usd",
    "debt_left_usd",
    "collateral_left_usd",
    "credited_usd",
    "redistributed_usd",
    "deleveraged_usd",
    "deleveraged",
    "pool_usd",
    "inventory_usd",
    "auctions_running",
    "auctions_tab_usd",
    "auctions_ask_usd",
    "auctions_lot_usd",
    "debt_per_collateral",
)


@settings(max_examples=max(100, settings().max_examples))
@given(settled_scenarios(later=NEW))
def test_that_every_settlement_keeps_account_of_all_tokens_and_all_money(scenario: dict[str, Any]) -> None:
    result = play_slowly(scenario)
    kinds = {name: market["rules"]["settlement"]["kind"] for name, market in scenario["markets"].items()}
    for kind in sorted(set(kinds.values())):
        count = sum(step["liquidations"][name] for step in result["rounds"] for name in kinds if kinds[name] == kind)
        event(f"{kind}: {min(3, count)} liquidations or more")
    assert result["summary"]["ended"] in ("no more liquidations", "max_rounds reached")
    assert len(result["rounds"]) <= scenario["simulation"]["max_rounds"]
    check_numbers(result, kinds)
    check_tokens(result, scenario)
    check_events(result)
    check_sales(result, scenario, kinds)
    check_pools(result, scenario, kinds)
    check_reserves(result, scenario, kinds)


def check_numbers(result: dict[str, Any], kinds: dict[str, str]) -> None:
    """No figure is infinite or not a number, none below zero that must not be, no price zero.

    Gains of an absorbing market may take back in a round what its lenders had lost before.
    """
    for step in result["rounds"]:
        for key, value in step.items():
            for number in value.values() if isinstance(value, dict) else [value]:
                assert number is None or math.isfinite(number), f"{key} in round {step['round']}"
                taken_back = key == "lender_loss_usd" and "absorb" in kinds.values()
                assert key not in NEVER_NEGATIVE or taken_back or number >= 0, f"{key} in {step['round']}: {number}"
                if key in ("undisturbed", "market_before", "market", "oracle"):
                    assert number > 0, f"{key} in round {step['round']}"
        assert min(step["collateral_growth"].values()) >= 1
    for row in result["events"]:
        for key in ("seized", "repaid", "to_protocol", "seized_usd", "repaid_usd", "health_before", "health_after"):
            assert row[key] >= 0, row
        assert row["to_protocol"] <= row["seized"]
    for account in result["accounts"]:
        for side in ("collateral", "debt"):
            assert all(math.isfinite(tokens) and tokens >= 0 for tokens in account[side].values()), account


def check_tokens(result: dict[str, Any], scenario: dict[str, Any]) -> None:
    """First collateral = held + seized; first debt = owed + repaid + written off. What is redistributed stays."""
    for side, taken in (("collateral", "seized"), ("debt", "repaid")):
        first: dict[str, float] = dict.fromkeys(scenario["assets"], 0.0)
        for row in scenario["loans"]:
            if f"{side}_asset" in row:
                first[row[f"{side}_asset"]] += row[f"{side}_amount"]
        last = dict.fromkeys(first, 0.0)
        for account in result["accounts"]:
            for asset, tokens in account[side].items():
                last[asset] += tokens
        for row in result["events"]:
            if row["mark"] != REDISTRIBUTED:
                last[row[f"{side}_asset"]] += row[taken]
        if side == "debt":
            for step in result["rounds"]:
                for asset, tokens in step["written_off"].items():
                    last[asset] += tokens
        for asset, tokens in first.items():
            assert math.isclose(tokens, last[asset], rel_tol=RELATIVE), f"{side} {asset}"


def check_events(result: dict[str, Any]) -> None:
    """The figures of a round are the sums of its rows; nobody gives what he does not have."""
    for step in result["rounds"]:
        rows = [row for row in result["events"] if row["round"] == step["round"]]
        for name in step["liquidations"]:
            size = step["debt_left_usd"][name] + step["collateral_left_usd"][name]
            for mark, key, figure in (
                (None, "repaid_usd", "repaid_usd"),
                (None, "seized_usd", "seized_usd"),
                (REDISTRIBUTED, "repaid_usd", "redistributed_usd"),
            ):
                total = sum(row[key] for row in rows if row["market"] == name and row["mark"] == mark)
                assert math.isclose(total, step[figure][name], rel_tol=RELATIVE, abs_tol=RELATIVE * size), figure
            assert step["deleveraged"][name] == sum(
                row["market"] == name and row["mark"] == DELEVERAGED for row in rows
            )
            at_least = 1 if any(row["market"] == name and row["mark"] is None for row in rows) else 0
            assert step["liquidations"][name] >= at_least
        loss = sum(step["seized_usd"].values()) - sum(step["repaid_usd"].values()) - sum(step["credited_usd"].values())
        deleveraged = [row for row in rows if row["mark"] == DELEVERAGED]
        loss += sum(row["seized_usd"] - row["repaid_usd"] for row in deleveraged)
        assert math.isclose(step["borrower_loss_usd"], loss, rel_tol=RELATIVE, abs_tol=1e-9)


def check_sales(result: dict[str, Any], scenario: dict[str, Any], kinds: dict[str, str]) -> None:
    """No more is sold than was seized; what an absorbing market does not sell it holds."""
    last = result["rounds"][-1]
    for asset in scenario["assets"]:
        sold = sum(step["sold"][asset] for step in result["rounds"])
        rows = [row for row in result["events"] if row["collateral_asset"] == asset and row["mark"] is None]
        seized = sum(row["seized"] for row in rows)
        assert sold <= seized * (1 + RELATIVE), f"{asset}: more is sold than was seized"
    if set(kinds.values()) == {"absorb"}:
        held = 0.0
        for asset, price in last["oracle"].items():
            seized = sum(row["seized"] for row in result["events"] if row["collateral_asset"] == asset)
            held += price * (seized - sum(step["sold"][asset] for step in result["rounds"]))
        inventory = sum(last["inventory_usd"].values())
        size = inventory + sum(sum(step["seized_usd"].values()) for step in result["rounds"])
        assert math.isclose(held, inventory, rel_tol=RELATIVE, abs_tol=RELATIVE * size)


def check_pools(result: dict[str, Any], scenario: dict[str, Any], kinds: dict[str, str]) -> None:
    """A pool falls by what it repays, never below what it keeps."""
    for name in (name for name, kind in kinds.items() if kind == "stability_pool"):
        first = scenario["markets"][name]["rules"]["settlement"]["pool_usd"]
        pool = first
        for step in result["rounds"]:
            pool -= step["repaid_usd"][name]
            assert math.isclose(pool, step["pool_usd"][name], rel_tol=RELATIVE, abs_tol=RELATIVE * first)
            assert step["pool_usd"][name] >= min(first, POOL_KEEPS_USD)


def check_reserves(result: dict[str, Any], scenario: dict[str, Any], kinds: dict[str, str]) -> None:
    """Bad debt is what reserves pay and what lenders lose."""
    for name, kind in kinds.items():
        settlement = scenario["markets"][name]["rules"]["settlement"]
        reserve = scenario["markets"][name]["safety"].get("reserve_usd", 0.0) + settlement.get("insurance_usd", 0.0)
        for step in result["rounds"]:
            after, bad, lost = (step[key][name] for key in ("reserve_usd", "bad_debt_usd", "lender_loss_usd"))
            size = abs(reserve) + abs(after) + bad + lost + step["repaid_usd"][name]
            place = f"{name} ({kind}) in round {step['round']}"
            if kind in ("liquidator", "stability_pool"):
                assert math.isclose(reserve - after + lost, bad, rel_tol=RELATIVE, abs_tol=RELATIVE * size), place
            if kind == "auction":  # income comes from penalties only
                income = after - reserve + bad - lost
                assert -RELATIVE * size <= income, place
                assert income <= step["repaid_usd"][name] * settlement["penalty"] + RELATIVE * size, place
            if kind != "absorb":
                assert after >= 0, place
                assert lost <= bad + RELATIVE * size, place
            else:
                assert after >= min(0.0, reserve) - lost - RELATIVE * size, place
            reserve = after
