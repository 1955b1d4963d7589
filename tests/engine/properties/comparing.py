"""Comparing a recording of the engine with a result of the slow engine, to 1e-9."""

from __future__ import annotations

import math
from typing import Any

from engine.verification.outcome import BY_ASSET, BY_MARKET, WHOLE
from tests.slow_engine.later_rules import engine_has

RELATIVE = 1e-9

OF_SETTLEMENTS = {
    "credited_usd": 0.0,
    "redistributed_usd": 0.0,
    "deleveraged_usd": 0.0,
    "deleveraged": 0,
    "deleveraged_taken_usd": 0.0,
    "pool_usd": 0.0,
    "inventory_usd": 0.0,
    "cash_reserves_usd": 0.0,
    "auctions_running": 0,
    "auctions_tab_usd": 0.0,
    "auctions_ask_usd": 0.0,
    "auctions_lot_usd": 0.0,
    "collateral_growth": 1.0,
    "debt_per_collateral": 0.0,
}
"""Figures by market that only some settlements move, with what they are where nothing moves them.

An engine that leaves a figure out says that: a market that does move it then differs.
"""


LATER_FIGURES = {
    "insolvent_debt_usd": "losses",
    "total_loss_usd": "losses",
    "seed_proceeds_usd": "sale",
    "seed_average_price": "sale",
    "small_accounts_left": "min_debt",
    "small_accounts_left_debt_usd": "min_debt",
}
"""Figures of the summary that came later, with the rule that they belong to."""


class Sizes:
    """The amounts that rounding errors are measured with where a figure is a difference, or what is left of much."""

    def __init__(self, slow: dict[str, Any], scenario: dict[str, Any]) -> None:
        tokens: dict[str, float] = {}
        for row in scenario["loans"]:
            for side in ("collateral", "debt"):
                asset = row.get(f"{side}_asset")
                if asset:
                    tokens[asset] = tokens.get(asset, 0.0) + row[f"{side}_amount"]
        self.tokens = tokens
        highest = {
            asset: max(max(step["oracle"][asset], step["market"][asset]) for step in slow["rounds"]) for asset in tokens
        }
        self.usd = sum(amount * highest[asset] for asset, amount in tokens.items())
        for market in scenario["markets"].values():
            settlement = market.get("rules", {}).get("settlement", {})
            self.usd += market.get("safety", {}).get("reserve_usd", 0.0)
            self.usd += settlement.get("pool_usd", 0.0) + settlement.get("insurance_usd", 0.0)


def differences(slow: dict[str, Any], fast: dict[str, Any], scenario: dict[str, Any]) -> list[str]:
    """What differs, in words: round figures, events, final amounts and the summary."""
    sizes = Sizes(slow, scenario)
    found: list[str] = []
    if len(slow["rounds"]) != len(fast["rounds"]):
        found.append(f"{len(slow['rounds'])} rounds against {len(fast['rounds'])}")
    for ours, theirs in zip(slow["rounds"], fast["rounds"], strict=False):
        found += differing_round(ours, theirs, sizes)
    found += differing_events(slow["events"], fast["events"], sizes)
    for ours, theirs in zip(slow["accounts"], fast["accounts"], strict=True):
        found += differing_account(ours, theirs, sizes)
    found += differing_summary(slow["summary"], fast["summary"], sizes)
    return found


def same(a: Any, b: Any, absolute: float) -> bool:
    """Whether two figures agree."""
    if a is None or b is None or isinstance(a, str):
        return bool(a == b)
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=absolute)


def differing_round(ours: dict[str, Any], theirs: dict[str, Any], sizes: Sizes) -> list[str]:
    found = []
    for key in (*BY_ASSET, *BY_MARKET):
        for name, value in ours[key].items():
            allowed = tolerance(key, name, sizes)
            if not same(value, theirs[key][name], allowed):
                found.append(f"round {ours['round']}: {key} of {name}: {value!r} against {theirs[key][name]!r}")
    for key, nothing in OF_SETTLEMENTS.items():
        for name, value in ours[key].items():
            other = theirs[key][name] if key in theirs else nothing
            if not same(value, other, tolerance(key, name, sizes)):
                found.append(f"round {ours['round']}: {key} of {name}: {value!r} against {other!r}")
    found += [
        f"round {ours['round']}: {key}: {ours[key]!r} against {theirs[key]!r}"
        for key in WHOLE
        if not same(ours[key], theirs[key], tolerance(key, "", sizes))
    ]
    return found


def tolerance(key: str, name: str, sizes: Sizes) -> float:
    """What rounding may leave of a figure that is 0 by rights: a part of 1e-12 of all there is."""
    if key in ("liquidations", "paused", "accounts_liquidated", "liquidatable_left", "deleveraged", "auctions_running"):
        return 0.0
    if key in ("undisturbed", "market_before", "market", "oracle", "reproduction_number"):
        return 0.0
    if key in ("collateral_growth", "debt_per_collateral"):
        return 0.0
    if key in ("sold", "bought"):
        return 1e-12 * sizes.tokens.get(name, 0.0)
    return 1e-12 * sizes.usd


def mark_of(event: dict[str, Any]) -> str | None:
    """What sets an event row apart. The engine has the column only where a row is marked, and leaves others empty."""
    mark = event.get("mark")
    return mark if isinstance(mark, str) and mark else None


EVENT_TEXT = ("round", "account", "market", "collateral_asset", "debt_asset")
EVENT_TOKENS = {"seized": "collateral_asset", "to_protocol": "collateral_asset", "repaid": "debt_asset"}


def differing_events(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], sizes: Sizes) -> list[str]:
    found = []
    if len(ours) != len(theirs):
        found.append(f"{len(ours)} events against {len(theirs)}")
    for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        place = f"event {index}, {[one[key] for key in EVENT_TEXT]}"
        found += [f"{place}: {key} is {other[key]!r}" for key in EVENT_TEXT if one[key] != other[key]]
        if mark_of(one) != mark_of(other):
            found.append(f"{place}: marked {mark_of(one)} against {mark_of(other)}")
        for key, asset in EVENT_TOKENS.items():
            if not same(one[key], other[key], 1e-12 * sizes.tokens.get(one[asset], 0.0)):
                found.append(f"{place}: {key}: {one[key]!r} against {other[key]!r}")
        for key in ("repaid_usd", "seized_usd"):
            if not same(one[key], other[key], 1e-12 * sizes.usd):
                found.append(f"{place}: {key}: {one[key]!r} against {other[key]!r}")
        found += [
            f"{place}: {key}: {one[key]!r} against {other[key]!r}"
            for key in ("health_before", "health_after")
            if not same(one[key], other[key], 1e-11)
        ]
    return found


def differing_account(ours: dict[str, Any], theirs: dict[str, Any], sizes: Sizes) -> list[str]:
    name = (ours["market"], ours["account"])
    if name != (theirs["market"], theirs["account"]):
        return [f"account {name} against {(theirs['market'], theirs['account'])}"]
    found = []
    for side in ("collateral", "debt"):
        if set(ours[side]) != set(theirs[side]):
            found.append(f"{name}: {side} {sorted(ours[side])} against {sorted(theirs[side])}")
            continue
        for asset, amount in ours[side].items():
            if not same(amount, theirs[side][asset], 1e-12 * sizes.tokens[asset]):
                found.append(f"{name}: {side} {asset}: {amount!r} against {theirs[side][asset]!r}")
    return found


def differing_summary(ours: dict[str, Any], theirs: dict[str, Any], sizes: Sizes) -> list[str]:
    found = []
    for key, value in ours.items():
        if key in LATER_FIGURES and not engine_has(LATER_FIGURES[key]):
            continue
        other = theirs[key]
        if isinstance(value, dict):
            for asset, figure in value.items():
                if not same(figure, other.get(asset), 1e-9 if key == "amplification" else 0.0):
                    found.append(f"{key} of {asset}: {figure!r} against {other.get(asset)!r}")
        elif not same(value, other, 1e-12 * sizes.usd if key.endswith("_usd") else 0.0):
            found.append(f"summary: {key}: {value!r} against {other!r}")
    return found
