"""What later rules of the method add to random scenarios, of those that the engine follows (`later_rules`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.engine.properties.scenarios import Draw

Scenario = dict[str, Any]


def add_later_rules(draw: Draw, scenario: Scenario, size: float, rules: frozenset[str]) -> Scenario:
    """Gives a scenario of a book of `size` USD some of the rules named."""
    for rule, add in ADDED.items():
        if rule in rules:
            add(draw, scenario, size)
    return scenario


def categories(draw: Draw, scenario: Scenario, size: float) -> None:
    """Categories whose thresholds are near the market's, and accounts in some of them."""
    for name, market in scenario["markets"].items():
        if draw(st.booleans()) or market["rules"].get("settlement", {}).get("kind") == "margin":
            continue
        market["categories"] = {}
        for category in ("first", "second")[: draw(st.integers(1, 2))]:
            listed = draw(st.lists(st.sampled_from(list(market["collateral"])), min_size=1, max_size=2, unique=True))
            near = market["collateral"][listed[0]]["liquidation_threshold"]
            market["categories"][category] = {
                "assets": listed,
                "liquidation_threshold": draw(st.sampled_from([None, 1.0])) and min(near * draw.number(0.93, 1.1), 1.4),
                "liquidation_bonus": draw(st.sampled_from([None, 1.0])) and draw.number(0.005, 0.25),
            }
        choice = [None, *market["categories"]]
        members: dict[str, str | None] = {}
        for row in scenario["loans"]:
            if row["market"] == name:
                if row["account"] not in members:
                    members[row["account"]] = draw(st.sampled_from(choice))
                if members[row["account"]] is not None:
                    row["category"] = members[row["account"]]


def sizing(draw: Draw, scenario: Scenario, size: float) -> None:
    """Slices, but in markets that know none."""
    scenario["liquidators"]["sizing"] = draw(st.sampled_from(["whole", "best", "best", "largest", "largest"]))
    for market in scenario["markets"].values():
        if draw(st.integers(0, 3)) == 0:
            market["rules"]["close"]["partial"] = False


def min_debt(draw: Draw, scenario: Scenario, size: float) -> None:
    """Sometimes small accounts are left alone."""
    if draw(st.integers(0, 2)) == 0:
        scenario["liquidators"]["min_debt_usd"] = size * draw.number(1e-3, 0.2)


def congestion(draw: Draw, scenario: Scenario, size: float) -> None:
    """Sometimes a few liquidatable accounts make gas dearer and liquidators slower."""
    if draw(st.booleans()):
        return
    scenario["liquidators"]["congestion"] = {
        "candidates": draw(st.integers(1, 5)),
        "gas_exponent": draw(st.sampled_from([0.0, 0.531, 1.0, 2.313])),
        "latency_rounds": draw(st.sampled_from([0, 0, 1, 2, 3])),
    }


def sale(draw: Draw, scenario: Scenario, size: float) -> None:
    """Sometimes somebody outside sells, instead of the shock that there was."""
    if draw(st.integers(0, 2)):
        return
    names = list(scenario["assets"])
    sold = draw(st.lists(st.sampled_from([names[0], *names]), min_size=1, max_size=2, unique=True))
    scenario["shock"] = {
        "kind": "sale",
        "usd": {name: size * draw.number(0.02, 3) for name in sold},
        "over_rounds": draw(st.sampled_from([1, 1, 2, 5])),
    }


def cap(draw: Draw, scenario: Scenario, size: float) -> None:
    """Caps that bind, do not, or are outgrown within the run."""
    for asset in scenario["assets"].values():
        oracle = asset["oracle"]
        if oracle["kind"] == "model" and draw(st.integers(0, 2)):
            oracle["cap"] = {
                "ratio": oracle["ratio"] * draw.number(0.75, 1.1),
                "growth_per_year": draw(st.sampled_from([0.0, 1.0])) * draw.number(1e3, 1e5),
                "age_rounds": draw(st.integers(0, 9)),
            }


def adl_ranking(draw: Draw, scenario: Scenario, size: float) -> None:
    """Any order of deleveraging."""
    for market in scenario["markets"].values():
        settlement = market["rules"].get("settlement", {})
        if settlement.get("kind") == "margin":
            settlement["adl_ranking"] = draw(st.sampled_from(["profit", "profit_times_leverage", "pro_rata"]))


ADDED = {
    "categories": categories,
    "sizing": sizing,
    "min_debt": min_debt,
    "congestion": congestion,
    "sale": sale,
    "cap": cap,
    "adl_ranking": adl_ranking,
}
