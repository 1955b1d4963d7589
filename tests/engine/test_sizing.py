"""How much of what the rules allow a liquidator repays (Method, section 6, step 7).

What is repaid is compared with the root of formulas that are written again here, found by another method.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

import engine
from engine.running.paths import Paths
from tests.engine.books import row, scenario
from tests.engine.properties.scenarios import Draw

approx = pytest.approx
DEPTH = 5_000.0
D = DEPTH / -math.log(0.98)
EXPONENTIAL = {"liquidity": {"model": "exponential", "depth_2pct_usd": DEPTH}}
ONE = [row("a", 1000.0, 82_000.0)]
"""At ETH 100: C = 100,000 and HF = 80,000 / 82,000. Repaying x USD seizes and sells 1.1 x."""
FULL = {"close": {"kind": "full"}}


def run(loans=ONE, sizing="best", rules=None, eth=None, **liquidators: Any):
    """A run of one round."""
    policy = {"sizing": sizing, **liquidators}
    once = {"max_rounds": 1}
    return engine.run(scenario(loans, rules=rules or FULL, eth=eth or EXPONENTIAL, simulation=once, liquidators=policy))


def repaid(*args: Any, **more: Any) -> list[float]:
    """What each liquidation of one round repaid, in USD."""
    return run(*args, **more).events_frame()["repaid_usd"].tolist()


def earned(usd: float, gas: float = 0.0) -> float:
    """V(R) of `ONE`: the sale of 1.1 R into the exponential curve, less R, less gas."""
    return D * -math.expm1(-1.1 * usd / D) - usd - gas


BEST = D * math.log(1.1) / 1.1
"""Where the last dollar repaid earns nothing more: 1.1 exp(-1.1 R / D) = 1."""


def test_that_the_whole_is_repaid_or_nothing_where_nothing_is_said():
    assert repaid(sizing="whole") == [82_000.0]
    assert repaid(sizing="whole", min_profit_usd=0) == []
    assert earned(82_000.0) < 0 < earned(BEST)


def test_that_the_best_liquidator_repays_until_the_next_dollar_earns_nothing():
    assert repaid() == [approx(BEST, rel=1e-12)]


def test_that_the_largest_slice_earns_just_the_least_profit():
    (usd,) = repaid(sizing="largest", min_profit_usd=100)
    assert usd > BEST
    assert earned(usd) == approx(100, rel=1e-9)


def test_that_without_a_least_profit_the_largest_slice_earns_nothing():
    (usd,) = repaid(sizing="largest")
    assert earned(usd) == approx(0, abs=1e-9)
    assert usd > BEST


def test_that_a_slice_must_earn_its_gas_as_well():
    most = earned(BEST)
    assert repaid(gas_usd=most * 0.999) == [approx(BEST, rel=1e-12)]
    assert repaid(gas_usd=most * 1.001) == []
    assert repaid(gas_usd=most * 0.5, min_profit_usd=most * 0.501) == []
    assert repaid(gas_usd=most * 0.5, min_profit_usd=most * 0.499) == [approx(BEST, rel=1e-12)]
    (usd,) = repaid(sizing="largest", gas_usd=200, min_profit_usd=30)
    assert earned(usd, 200) == approx(30, rel=1e-9)


@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_all_that_the_rules_allow_is_repaid_where_its_last_dollar_still_earns(sizing):
    deep = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1e6}}
    assert repaid(sizing=sizing, eth=deep) == [82_000.0]
    recording = run([row("a", 1000.0, 95_000.0)], sizing, eth=deep)  # more debt than its collateral pays
    assert recording.events_frame()["seized"].tolist() == [1000.0]
    assert recording.state(1).collateral_amount.tolist() == [0.0]


def test_that_the_close_factor_bounds_a_slice():
    half = {"close": {"kind": "fraction", "close_factor": 0.1}}
    assert repaid(rules=half) == [approx(8_200.0)]
    assert repaid(sizing="largest", rules=half) == [approx(8_200.0)]


def test_that_the_bonus_of_a_slice_is_that_of_the_call():
    rising = FULL | {"incentive": {"kind": "health_discount", "max": 0.5}}
    recording = run(rules=rising)
    event = recording.events_frame().iloc[0]
    bonus = 1 / (1 - (1 - 80 / 82)) - 1
    assert event["repaid"] == approx(D * math.log(1 + bonus) / (1 + bonus), rel=1e-9)
    assert event["seized_usd"] == approx(event["repaid"] * (1 + bonus))


def test_that_the_protocols_part_of_a_slice_is_not_sold():
    fee = FULL | {"protocol_fee": {"share": 0.2, "of": "bonus"}}
    recording = run(rules=fee)
    event = recording.events_frame().iloc[0]
    sold = 1.1 - 0.2 * 0.1
    assert event["repaid"] == approx(D * math.log(sold) / sold, rel=1e-9)
    assert event["to_protocol"] == approx(event["repaid"] * 0.02 / 100)
    assert recording.rounds[1].sold[1] == approx(event["repaid"] * sold / 100)


@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_nobody_comes_where_the_first_dollar_earns_nothing(sizing):
    assert repaid(sizing=sizing, rules=FULL | {"protocol_fee": {"share": 1.0, "of": "bonus"}}) == []
    assert repaid(sizing=sizing, rules=FULL | {"protocol_fee": {"share": 1.0, "of": "seized"}}) == []
    unlimited = {"liquidity": {"model": "infinite"}}
    assert repaid(sizing=sizing, rules=FULL | {"protocol_fee": {"share": 1.0, "of": "bonus"}}, eth=unlimited) == []


def test_that_somebody_comes_for_a_little_more_than_nothing_and_nobody_for_less():
    unlimited = {"liquidity": {"model": "infinite"}}
    for earning, liquidations in ((1.1e-9, 1), (0.9e-9, 0)):  # of the first dollar, which has a bonus of 0.1
        rules = FULL | {"protocol_fee": {"share": 1.0 - earning / 0.1, "of": "bonus"}}
        assert run(rules=rules, eth=unlimited).summary()["liquidations"] == liquidations


def test_that_where_a_slice_is_not_allowed_it_is_the_whole_or_nothing():
    whole = {"close": {"kind": "full", "partial": False}}
    for sizing in ("best", "largest"):
        assert repaid(sizing=sizing, rules=whole) == [82_000.0]
        assert repaid(sizing=sizing, rules=whole, min_profit_usd=0) == []
        assert repaid(sizing=sizing, rules=whole, capacity_usd_per_round=81_999.0) == []


# --- what must be left over


def leaving(least: float) -> dict[str, Any]:
    """A rule that allows the whole debt, and asks for so much of both legs where less is repaid."""
    return {"close": {"kind": "fraction", "close_factor": 1.0, "min_leftover_usd": least}}


@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_a_slice_leaves_as_much_of_the_debt_as_the_rules_ask_for(sizing):
    assert repaid(sizing=sizing, rules=leaving(79_000.0)) == [approx(3_000.0)]


@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_a_slice_leaves_as_much_of_the_collateral_as_the_rules_ask_for(sizing):
    under = [row("a", 1000.0, 99_000.0)]
    assert repaid(under, sizing, rules=leaving(80_000.0)) == [approx(20_000.0 / 1.1)]


def test_that_a_rule_about_leftovers_does_not_change_a_slice_that_heeds_it():
    assert repaid(rules=leaving(10_000.0)) == [approx(BEST, rel=1e-12)]


def test_that_where_slices_are_kept_too_small_the_whole_is_taken_if_it_earns_more():
    deep = {"liquidity": {"model": "exponential", "depth_2pct_usd": 12_000.0}}
    for least, expected in ((81_000.0, 82_000.0), (60_000.0, 22_000.0)):
        assert repaid(eth=deep, rules=leaving(least)) == [approx(expected)]
        assert repaid(eth=deep, rules=leaving(least), sizing="largest") == [approx(82_000.0)]


@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_where_no_slice_is_allowed_and_the_whole_does_not_pay_nobody_comes(sizing):
    assert repaid(sizing=sizing, rules=leaving(82_000.0)) == []
    assert repaid(sizing=sizing, rules=leaving(200_000.0)) == []


# --- capacity, count, calls


def test_that_what_is_left_of_the_capacity_bounds_a_slice():
    assert repaid(capacity_usd_per_round=1_000.0) == [1_000.0]
    assert repaid(capacity_usd_per_round=30_000.0) == [approx(BEST, rel=1e-12)]
    assert repaid(sizing="largest", capacity_usd_per_round=30_000.0) == [30_000.0]
    assert earned(repaid(sizing="largest", capacity_usd_per_round=50_000.0)[0]) == approx(0, abs=1e-8)
    two = [row("a", 1000.0, 82_000.0), row("b", 1000.0, 81_900.0)]
    assert repaid(two, capacity_usd_per_round=BEST - 100.0) == [approx(BEST - 100.0)]


def test_that_a_slice_that_capacity_makes_too_small_for_its_gas_is_not_taken():
    assert repaid(capacity_usd_per_round=1_000.0, gas_usd=90.0) == [1_000.0]
    assert repaid(capacity_usd_per_round=1_000.0, gas_usd=100.0) == []


def test_that_nobody_takes_a_slice_of_dust():
    assert repaid(capacity_usd_per_round=1e-6) == []
    assert repaid(capacity_usd_per_round=2e-6) == [approx(2e-6, rel=1e-6)]
    for depth, liquidations in ((1e-7, 0), (1e-5, 1)):
        shallow = {"liquidity": {"model": "exponential", "depth_2pct_usd": depth}}
        assert len(repaid(eth=shallow)) == len(repaid(eth=shallow, sizing="largest")) == liquidations


def test_that_a_second_call_finds_the_market_as_the_first_left_it():
    deep_in = [row("a", 1000.0, 95_000.0)]  # no call makes it healthy again
    assert repaid(deep_in, calls_per_round=3) == [approx(BEST, rel=1e-12)]
    half = repaid(deep_in, calls_per_round=3, sell_share=0.5)
    # What is not sold now does not lower the price, but each call reckons with selling all that it gets.
    assert half == [approx(BEST), approx(BEST / 2), approx(BEST / 4)]


def test_that_the_next_liquidator_finds_the_market_as_the_one_before_left_it():
    two = [row("a", 1000.0, 82_000.0), row("b", 1000.0, 81_900.0)]
    assert repaid(two) == [approx(BEST)]
    assert repaid(two, sell_share=0.5) == [approx(BEST), approx(BEST / 2)]


def test_that_slices_are_taken_in_the_liquidators_order_and_not_in_that_of_the_book():
    """With no other limit: the first leaves the others a market in which nothing more pays."""
    loans = [row("small", 1000.0, 81_900.0), row("large", 1000.0, 82_000.0)]
    for priority, first in (("largest_debt", "large"), ("book", "small")):
        assert run(loans, priority=priority).events_frame()["account"].tolist() == [first]


def test_that_a_slice_is_one_liquidation_of_the_rounds_count():
    two = [row("a", 1000.0, 82_000.0), row("b", 1000.0, 81_900.0)]
    unlimited = {"liquidity": {"model": "infinite"}}
    assert len(repaid(two, eth=unlimited, max_liquidations_per_round=1)) == 1


def test_that_a_cascade_of_slices_goes_on_as_the_oracle_follows():
    recording = engine.run(scenario(ONE, rules=FULL, eth=EXPONENTIAL, liquidators={"sizing": "best"}))
    frame = recording.events_frame()
    assert len(frame) >= 5
    assert frame["repaid_usd"].is_monotonic_decreasing
    assert recording.ended == "no more liquidations"


# --- every curve, several assets, against formulas written again


def factor(liquidity: dict[str, Any], u: float) -> float:
    """The price factor of a curve with u USD sold."""
    if u < 0:
        return 1 / factor(liquidity, -u)
    return FACTORS[liquidity["model"]](liquidity, u / liquidity.get("depth_multiplier", 1.0))


def along_points(liquidity: dict[str, Any], u: float) -> float:
    """The price factor of straight lines through points, the last of which goes on."""
    drops, usd = zip((0.0, 0.0), *liquidity["points"], strict=True)
    beyond = max(u - usd[-1], 0.0) * (drops[-1] - drops[-2]) / (usd[-1] - usd[-2])
    return max(1 - float(np.interp(u, usd, drops)) - beyond, 1e-6)


FACTORS = {
    "infinite": lambda _, u: 1.0,
    "exponential": lambda curve, u: math.exp(u * math.log(0.98) / curve["depth_2pct_usd"]),
    "constant_usd": lambda curve, u: 1 / (1 + u * (1 / 0.98 - 1) / curve["depth_2pct_usd"]),
    "linear": lambda curve, u: max(curve["floor"], 1 - 0.02 * u / curve["depth_2pct_usd"]),
    "square_root": lambda curve, u: math.exp(
        -curve["coefficient"] * curve["daily_volatility"] * math.sqrt(u / curve["daily_volume_usd"])
    ),
    "constant_product": lambda curve, u: (1 + u / curve["reserve_usd"]) ** -2,
    "curve": along_points,
}


def a_curve(draw: Draw) -> dict[str, Any]:
    """A curve around the size of the loan."""
    depth = draw.number(200, 20_000)
    return draw(
        st.sampled_from(
            [
                {"model": "infinite"},
                {"model": "exponential", "depth_2pct_usd": depth},
                {"model": "constant_usd", "depth_2pct_usd": depth, "depth_multiplier": 0.7},
                {"model": "linear", "depth_2pct_usd": depth, "floor": 0.3},
                {"model": "square_root", "coefficient": 0.8, "daily_volatility": 0.03, "daily_volume_usd": depth * 9},
                {"model": "constant_product", "reserve_usd": depth * 50},
                {"model": "curve", "points": [[0.02, depth], [0.09, depth * 2.5], [0.3, depth * 11]]},
            ]
        )
    )


@st.composite
def slices(drawn: Any) -> dict[str, Any]:
    """A loan on one to three assets, a liquidator, and curves that may have been sold into or bought from before."""
    draw = Draw(drawn)
    legs = draw(st.sampled_from(["largest", "proportional"]))
    count = draw(st.integers(1, 3))
    return {
        "legs": legs,
        "values": [draw.number(2_000, 60_000) for _ in range(count)],
        "curves": [a_curve(draw) for _ in range(count)],
        "sizing": draw(st.sampled_from(["best", "largest"])),
        "bonus": draw.number(0.01, 0.2),
        "fee": draw(st.sampled_from([0.0, 0.013])),
        "gas": draw(st.sampled_from([0.0, 7.3, 91.7])),
        "least": draw(st.sampled_from([None, 0.0, 41.9])),
        "close_factor": draw(st.sampled_from([1.0, 0.37])),
        "least_left": draw(st.sampled_from([0.0, 0.0, 1_013.7])),
        "capacity": draw(st.sampled_from([None, None, 1_771.3, 14_009.0])),
        "before": draw(st.sampled_from([0.0, 0.0, 3_001.0])),
    }


def the_run(case: dict[str, Any]):
    names = [f"A{n}" for n in range(len(case["values"]))]
    held = sum(case["values"])
    close = {"kind": "fraction", "close_factor": case["close_factor"], "min_leftover_usd": case["least_left"]}
    fee = {"share": case["fee"], "of": "seized"}
    loans = [
        {"account": "a", "market": "m", "collateral_asset": name, "collateral_amount": value / 10}
        for name, value in zip(names, case["values"], strict=True)
    ]
    loans[0] |= {"debt_asset": "USD", "debt_amount": 0.85 * held}
    if case["before"]:  # somebody whose turn comes first, and who is sold whole into the first asset's market
        loans.append(
            {"account": "b", "market": "first", "collateral_asset": names[0], "collateral_amount": case["before"] / 10,
             "debt_asset": "USD", "debt_amount": case["before"]}
        )  # fmt: skip
    listed = {name: {"liquidation_threshold": 0.8, "liquidation_bonus": case["bonus"]} for name in names}
    data = {
        "format": "cascade-scenario/1",
        "assets": {"USD": {"price": 1.0}}
        | {name: {"price": 10.0, "liquidity": curve} for name, curve in zip(names, case["curves"], strict=True)},
        "markets": {
            "m": {
                "collateral": listed,
                "rules": {"legs": case["legs"], "close": close, "protocol_fee": fee},
            },
            "first": {"collateral": listed, "rules": {"close": {"kind": "full", "partial": False}}},
        },
        "liquidators": {
            "sizing": case["sizing"],
            "min_profit_usd": case["least"],
            "gas_usd": case["gas"],
            "capacity_usd_per_round": case["capacity"],
            "priority": "lowest_health",
        },
        "simulation": {"max_rounds": 1},
        "loans": loans,
    }
    return engine.run(engine.from_dict(data))


@given(slices())
def test_that_what_is_repaid_is_the_root_of_the_formulas_to_ten_digits(case):
    recording = the_run(case)
    events = recording.events_frame()
    first = events[events["account"] == "b"]
    found = float(events[events["account"] == "a"]["repaid_usd"].sum())
    values, bonus, kept = case["values"], case["bonus"], 1 - case["fee"]
    owed, held = 0.85 * sum(values), sum(values)
    if case["before"] and not len(first):
        assert case["least"] is not None or case["capacity"] is not None
    if case["legs"] == "largest":
        place = int(np.argmax(values))
        parts, picked = [(values[place], case["curves"][place], place)], values[place]
    else:
        parts, picked = [(value, case["curves"][n], n) for n, value in enumerate(values)], held
    sold_before = float(first["seized_usd"].sum())
    starts = [sold_before if n == 0 else 0.0 for _, _, n in parts]

    most = case["close_factor"] * owed
    if most * (1 + bonus) > picked:
        most = picked / (1 + bonus)
    w = case["least_left"]
    over = min(owed - w, (picked - w) / (1 + bonus))
    if most * (1 + bonus) < picked and most < owed and (picked - most * (1 + bonus) < w or owed - most < w):
        most = over
    left = math.inf if case["capacity"] is None else case["capacity"] - float(first["repaid_usd"].sum())
    bound = min(most, left, over)
    least = case["gas"] + (case["least"] or 0.0)

    def widths(usd):
        return [kept * value * usd * (1 + bonus) / picked for value, _, _ in parts]

    def value(usd):
        total = 0.0
        for width, start, (_, curve, _) in zip(widths(usd), starts, parts, strict=True):
            kinks = [u * curve.get("depth_multiplier", 1) for _, u in curve.get("points", [])]
            if curve["model"] == "linear":
                kinks = [(1 - curve["floor"]) / 0.02 * curve["depth_2pct_usd"]]
            edges = [start, *sorted(u for u in kinks if start < u < start + width), start + width]
            for a, b in pairwise(edges):
                total += quad(lambda u, curve=curve: factor(curve, u), a, b, epsabs=1e-11, epsrel=1e-13)[0]
        return total - usd

    def slope(usd):
        whole = [kept * value * (1 + bonus) / picked for value, _, _ in parts]
        return (
            sum(
                unit * factor(curve, start + unit * usd)
                for unit, start, (_, curve, _) in zip(whole, starts, parts, strict=True)
            )
            - 1.0
        )

    def root(function, low, high):
        return brentq(function, low, high, xtol=1e-13, rtol=1e-15)

    expected = 0.0
    if slope(0) > 1e-9:
        peak = most if slope(most) >= 0 else root(slope, 0.0, most)
        whole_fits = most <= left
        options = []
        if case["sizing"] == "best":
            slices = [] if peak == most and whole_fits else [min(peak, bound)]
            options = slices + ([most] if whole_fits else [])
            options = [usd for usd in options if usd > 0]
            expected = max(options, key=value, default=0.0)
            if expected and value(expected) < least:
                expected = 0.0
        elif whole_fits and value(most) >= least:
            expected = most
        elif min(peak, bound) > 0 and value(min(peak, bound)) >= least:
            expected = min(peak, bound)
            if bound > peak:
                expected = bound if value(bound) >= least else root(lambda usd: value(usd) - least, peak, bound)
        assume(abs(value(min(peak, max(bound, 0.0))) - least) > 1e-6)  # decided by rounding
    assert found == approx(expected, rel=1e-10, abs=1e-9)


# --- many paths


def test_that_paths_with_slices_are_the_runs_along_them():
    given_scenario = scenario(
        [row(f"a{n}", 10.0, 10.0 * (60.0 + n)) for n in range(20)],
        eth={"liquidity": {"model": "exponential", "depth_2pct_usd": 200.0}}, rules=FULL,
        liquidators={"sizing": "largest", "gas_usd": 1.0},
    )  # fmt: skip
    prices = np.array([[[1.0, 85.0, 1000.0], [1.0, 80.0, 1000.0]], [[1.0, 99.0, 1000.0], [1.0, 70.0, 1000.0]]])
    figures = Paths(given_scenario).run(prices)
    for place, path in enumerate(prices):
        data = given_scenario.to_dict() | {"shock": {"kind": "path", "returns": {"ETH": list(path[:, 1] / 100 - 1)}}}
        summary = engine.run(engine.from_dict(data)).summary()
        assert figures.liquidations[place] == summary["liquidations"] > 5
        assert figures.repaid_usd[place] == approx(summary["repaid_usd"], rel=1e-12)
