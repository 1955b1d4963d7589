"""Small scenarios, and random ones, that tests of files and commands share."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from engine.scenario.schema.fields import LARGEST, LARGEST_WHOLE, SMALLEST

SMALL: dict[str, Any] = {
    "format": "cascade-scenario/1",
    "name": "ETH -30 %",
    "notes": "",
    "assets": {
        "USDC": {"price": 1.0},
        "WETH": {
            "price": 1841.62,
            "liquidity": {
                "model": "curve",
                "points": [[0.0013, 1.7e6], [0.0089, 2e7], [0.046, 9.8e7]],
                "depth_multiplier": 1.0,
                "permanent_share": 1.0,
                "recovery_half_life_rounds": None,
            },
            "oracle": {
                "kind": "threshold",
                "deviation": 0.005,
                "heartbeat_rounds": 300,
                "delay_rounds": 1,
                "max_move": None,
            },
        },
        "stETH": {"price": 1840.0},
    },
    "cross_impact": [{"from": "WETH", "to": "stETH", "share": 0.95}],
    "markets": {
        "compound": {
            "collateral": {
                "WETH": {"liquidation_threshold": 0.825, "liquidation_bonus": 0.08, "max_ltv": 0.80},
                "USDC": {"liquidation_threshold": 0.855, "liquidation_bonus": 0.08},
            },
            "rules": {
                "trigger": "below",
                "legs": "largest",
                "incentive": {"kind": "fixed"},
                "settlement": {"kind": "liquidator"},
                "bad_debt": "write_off",
                "close": {
                    "kind": "fraction",
                    "close_factor": 0.5,
                    "scope": "debt",
                    "full_close_health": 0,
                    "full_close_usd": 0,
                    "min_leftover_usd": 0,
                },
                "protocol_fee": {"share": 0.028, "of": "seized"},
            },
            "safety": {"reserve_usd": 0},
        }
    },
    "shock": {"kind": "instant", "returns": {"WETH": -0.3}, "over_rounds": 1},
    "liquidators": {
        "latency_rounds": 0,
        "priority": "largest_debt",
        "max_liquidations_per_round": None,
        "capacity_usd_per_round": None,
        "min_profit_usd": None,
        "gas_usd": 0,
        "calls_per_round": 1,
        "sell_share": 1.0,
        "sell_over_rounds": 1,
        "buy_debt": False,
    },
    "simulation": {"max_rounds": 1000, "round_seconds": 12, "seed": 0, "dust_usd": 1e-6},
    "loans": [
        {
            "account": "a1",
            "market": "compound",
            "collateral_asset": "WETH",
            "collateral_amount": 10,
            "debt_asset": "USDC",
            "debt_amount": 12000,
        }
    ],
}
"""The example of the published file format."""


def small(**changes: Any) -> dict[str, Any]:
    """Return a copy of `SMALL`; each keyword replaces a top-level key."""
    return {**copy.deepcopy(SMALL), **changes}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return a copy of `SMALL` with another value at a dotted path (numbers count list entries)."""
    data = small()
    holder: Any = data
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in keys:
        holder = holder[key]
    holder[last] = value
    return data


_characters = st.characters(exclude_categories=["Cs"])
_visible = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Co", "Cn"]), min_size=1, max_size=12
)
_amounts = st.none() | st.floats(0, LARGEST, allow_nan=False)
_shares = st.none() | st.floats(0, 1.49)


@st.composite
def scenario_dicts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw scenarios that are in order, with names and numbers at the edge of what is allowed."""
    assets = draw(st.lists(_visible, min_size=1, max_size=4, unique=True))
    markets = draw(st.lists(_visible, min_size=1, max_size=3, unique=True))
    returns = st.floats(-1, 10, exclude_min=True)
    data: dict[str, Any] = {
        "format": "cascade-scenario/1",
        "name": draw(st.text(_characters, max_size=20)),
        "notes": draw(st.text(_characters, max_size=200)),
        "assets": {name: {"price": draw(st.floats(SMALLEST, LARGEST))} for name in assets},
        "markets": {
            name: {"collateral": {asset: {"liquidation_threshold": draw(st.floats(0, 1.49))} for asset in assets}}
            for name in markets
        },
        "simulation": {"seed": draw(st.integers(0, LARGEST_WHOLE))},
        "stops": [{"round": draw(st.integers(0, 10)), "title": draw(st.text(_characters, max_size=9))}],
    }
    if draw(st.booleans()):
        length = draw(st.integers(1, 40))
        path = st.lists(returns, min_size=length, max_size=length)
        data["shock"] = {"kind": "path", "returns": {draw(st.sampled_from(assets)): draw(path)}}
    categories = _add_later_parameters(draw, data, assets, markets)
    rows = []
    for number in range(draw(st.integers(0, 6))):
        row: dict[str, Any] = {
            "account": f"{number}" + draw(st.text(_characters, max_size=5)),
            "market": draw(st.sampled_from(markets)),
        }
        for side in ("collateral", "debt"):
            amount = draw(_amounts)
            if amount is not None:
                row[f"{side}_asset"] = draw(st.sampled_from(assets))
                row[f"{side}_amount"] = amount
        if draw(st.booleans()):
            row["liquidation_threshold"] = draw(st.floats(0, 1.49))
            row["liquidation_bonus"] = draw(st.floats(0, 10))
        if categories and row["market"] == markets[0] and draw(st.booleans()):
            row["category"] = draw(st.sampled_from(categories))
        rows.append(row)
    data["loans"] = rows
    return data


def _add_later_parameters(draw: st.DrawFn, data: dict[str, Any], assets: list[str], markets: list[str]) -> list[str]:
    """Draw some of the parameters that came after the first release; return the categories of the first market."""
    if draw(st.booleans()):
        data["liquidators"] = {
            "sizing": draw(st.sampled_from(["whole", "best", "largest"])),
            "min_debt_usd": draw(st.none() | st.floats(0, LARGEST)),
            "congestion": draw(st.none() | st.just({"candidates": 7, "gas_exponent": 1.5, "latency_rounds": 2})),
        }
    if "shock" not in data and draw(st.booleans()):
        sold = st.dictionaries(st.sampled_from(assets), st.floats(0, LARGEST))
        data["shock"] = {"kind": "sale", "usd": draw(sold), "over_rounds": draw(st.integers(1, 9))}
    if len(assets) > 1 and draw(st.booleans()):
        cap = {"ratio": 1.25, "growth_per_year": 0.1, "age_rounds": draw(st.integers(0, 99))}
        oracle = {"kind": "model", "base": assets[0], "ratio": 1.2, "cap": draw(st.none() | st.just(cap))}
        data["assets"][assets[1]]["oracle"] = oracle
    market = data["markets"][markets[0]]
    market["rules"] = {"close": {"kind": "full", "partial": draw(st.booleans())}}
    categories = draw(st.lists(_visible, max_size=2, unique=True))
    market["categories"] = {
        name: {
            "assets": draw(st.lists(st.sampled_from(assets), unique=True)),
            "liquidation_threshold": draw(_shares),
            "liquidation_bonus": draw(_shares),
            "max_ltv": draw(_shares),
        }
        for name in categories
    }
    return categories
