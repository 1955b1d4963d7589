"""Both engines against published and closed-form results (reference/known_results.json)."""

from __future__ import annotations

import functools
import json
import math

import pytest

from tests.reference.both_engines import health_of, on_both_engines, play
from tests.reference.small_books import lender, loan, scenario
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


@functools.cache
def known():
    text = (SHARED / "reference" / "known_results.json").read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def inputs_and_expected(start):
    """The one case whose name starts so."""
    (case,) = [case for name, case in known().items() if name.startswith(start + "_")]
    return case["inputs"], case["expected"]


def sale(tokens, price, liquidity, seller="seller"):
    """An asset and a loan whose liquidation sells exactly so many tokens at an undisturbed price."""
    book = [loan(seller, (tokens, "WETH"), (tokens * price, "USDC"))]
    return {"WETH": {"price": price, "liquidity": liquidity}}, book


def sell(run, tokens, price, liquidity):
    """The round in which they are sold."""
    assets, book = sale(tokens, price, liquidity)
    return run(scenario(book, lender(WETH=(0.9, 0.0)), assets=assets, simulation={"max_rounds": 1}))["rounds"][0]


# --- A: impact --------------------------------------------------------------------------------------------------------


@on_both_engines
def test_that_a01_a_pool_pays_the_constant_product(run):
    given, expected = inputs_and_expected("A01")
    pool = {"model": "constant_product", "reserve_usd": given["reserve_y"]}
    step = sell(run, given["sell_x"], given["reserve_y"] / given["reserve_x"], pool)
    assert step["proceeds_usd"]["WETH"] == pytest.approx(expected["out_y"], rel=1e-12)
    assert step["proceeds_usd"]["WETH"] / step["sold"]["WETH"] == pytest.approx(expected["avg_price"], rel=1e-12)
    assert step["market_before"]["WETH"] == pytest.approx(expected["spot_before"], rel=1e-12)
    assert step["market"]["WETH"] == pytest.approx(expected["spot_after"], rel=1e-12)


@on_both_engines
def test_that_a04_a_pool_calibrated_by_one_quote_gives_the_others(run):
    given, expected = inputs_and_expected("A04")
    pool = {"model": "constant_product", "reserve_usd": 7 * expected["virtual_reserve_x"]}
    for volume, average in (
        (given["v"], given["avg_exec_factor"]),
        (expected["volume_for_5pct"], 0.95),
        (expected["volume_for_10pct"], 0.9),
    ):
        step = sell(run, volume, 7.0, pool)
        assert step["proceeds_usd"]["WETH"] / (7 * volume) == pytest.approx(average, rel=1e-12)
    step = sell(run, 400, 7.0, pool)
    assert step["market"]["WETH"] / 7 == pytest.approx(expected["spot_factor_after_400"], rel=1e-12)


@on_both_engines
def test_that_a08_square_root_impact_is_that_of_the_cumulative_sale(run):
    given, expected = inputs_and_expected("A08")
    liquidity = {
        "model": "square_root",
        "coefficient": given["Y"],
        "daily_volatility": given["sigma_daily"],
        "daily_volume_usd": 1e6,
    }
    for share, impact in zip(given["Q_over_V"][1:], expected["impact_frac"][1:], strict=True):
        step = sell(run, share * 1e6 / 50, 50.0, liquidity)
        assert -math.log(step["market"]["WETH"] / 50) == pytest.approx(impact, rel=1e-12)
    assets, _ = sale(1, 50.0, liquidity)
    ten = [loan(f"seller {i}", (200, "WETH"), (10000, "USDC")) for i in range(10)]
    step = run(scenario(ten, lender(WETH=(0.9, 0.0)), assets=assets, simulation={"max_rounds": 1}))["rounds"][0]
    assert -math.log(step["market"]["WETH"] / 50) == pytest.approx(expected["single_10pct"], rel=1e-12)


@on_both_engines
def test_that_a10_impact_with_a_floor_starts_with_its_slope_and_ends_at_its_floor(run):
    given, expected = inputs_and_expected("A10")
    liquidity = {"model": "linear", "depth_2pct_usd": 0.02 * expected["D"], "floor": given["B"]}
    step = sell(run, 1e-3, given["S"], liquidity)
    assert (1 - step["market"]["WETH"]) / 1e-3 == pytest.approx(expected["slope_at_0"], rel=1e-9)
    step = sell(run, given["q"][-1], given["S"], liquidity)
    assert 1 - step["market"]["WETH"] == pytest.approx(expected["Psi"][-1], rel=1e-9)


@on_both_engines
def test_that_a12_impact_recovers_with_its_half_life(run):
    given, expected = inputs_and_expected("A12")
    liquidity = {
        "model": "linear",
        "depth_2pct_usd": 100 * 0.02 / (1 - given["f"]),
        "permanent_share": 0.0,
        "recovery_half_life_rounds": given["half_life_min"],
    }
    assets, book = sale(1, 100.0, liquidity)
    rounds = run(scenario(book, lender(WETH=(0.9, 0.0)), assets=assets))["rounds"]
    assert rounds[0]["market"]["WETH"] / 100 == pytest.approx(expected["factor"]["0"], rel=1e-9)
    for minutes, factor in expected["factor"].items():
        if minutes != "0":
            assert rounds[int(minutes)]["market_before"]["WETH"] / 100 == pytest.approx(factor, rel=1e-9)


# --- B: liquidation ---------------------------------------------------------------------------------------------------


@on_both_engines
def test_that_b01_health_and_liquidation_price_of_a_position_come_out(run):
    given, expected = inputs_and_expected("B01")
    book = [loan("ann", (given["collateral_units"], "WETH"), (given["debt"], "USDC"))]
    market = lender(WETH=(given["LT"], 0.05))
    at = scenario(book, market, assets={"WETH": {"price": given["price"]}})
    assert health_of(run, at) == [pytest.approx(expected["HF"], rel=1e-12)]
    for nudge, liquidations in ((1 + 1e-12, 0), (1 - 1e-12, 1)):
        there = scenario(book, market, assets={"WETH": {"price": expected["liq_price"] * nudge}})
        assert run(there)["rounds"][0]["liquidations"]["lender"] == liquidations


@on_both_engines
def test_that_b02_a_partial_liquidation_comes_out(run):
    given, expected = inputs_and_expected("B02")
    market = lender(
        {"close": {"kind": "fraction", "close_factor": given["close_factor"]}}, WETH=(given["LT"], given["bonus"])
    )
    book = [loan("ann", (given["collateral_units"], "WETH"), (given["debt"], "USDC"))]
    result = run(scenario(book, market, assets={"WETH": {"price": given["price"]}}))
    (event,) = result["events"]
    assert event["health_before"] == pytest.approx(expected["HF_before"], rel=1e-12)
    assert event["health_after"] == pytest.approx(expected["HF_after"], rel=1e-12)
    assert event["repaid"] == pytest.approx(expected["repaid"], rel=1e-12)
    assert event["seized"] == pytest.approx(expected["seized_units"], rel=1e-12)
    assert event["seized_usd"] == pytest.approx(expected["seized_value"], rel=1e-12)
    (account,) = result["accounts"]
    assert account["collateral"]["WETH"] == pytest.approx(expected["collateral_units_after"], rel=1e-12)
    assert account["debt"]["USDC"] == pytest.approx(expected["debt_after"], rel=1e-12)


@on_both_engines
def test_that_b04_liquidation_raises_the_loan_to_value_exactly_in_the_toxic_region(run):
    given, expected = inputs_and_expected("B04")
    for row in expected["rows"]:
        market = lender(
            {"close": {"kind": "fraction", "close_factor": given["close_factor"]}}, WETH=(0.9 * row["ltv"], row["i"])
        )
        book = [loan("ann", (10, "WETH"), (1000 * row["ltv"], "USDC"))]
        result = run(scenario(book, market, simulation={"max_rounds": 1}))
        step = result["rounds"][0]
        after = step["debt_left_usd"]["lender"] / step["collateral_left_usd"]["lender"]
        assert after == pytest.approx(row["ltv_after"], rel=1e-9)
        (event,) = result["events"]
        worse = event["health_after"] < event["health_before"] * (1 - 1e-12)
        assert worse is row["toxic"]


@on_both_engines
def test_that_b07_slippage_tightens_the_toxic_frontier(run):
    given, expected = inputs_and_expected("B07")
    pool = {"model": "constant_product", "reserve_usd": given["pool_reserve_x"] * 100}

    def loan_to_value_after(ltv):
        market = lender({"close": {"kind": "fraction", "close_factor": 1e-5}}, WETH=(0.5, given["i"]))
        book = [loan("ann", (given["collateral_units"], "WETH"), (given["collateral_units"] * 100 * ltv, "USDC"))]
        result = run(scenario(book, market, assets={"WETH": {"liquidity": pool}}, simulation={"max_rounds": 1}))
        (account,) = result["accounts"]
        collateral = account["collateral"]["WETH"] * result["rounds"][0]["market"]["WETH"]
        return account["debt"]["USDC"] / collateral

    frontier = expected["frontier"]
    for ltv in (frontier - 1e-3, frontier + 1e-3, expected["naive_frontier"]):
        assert (loan_to_value_after(ltv) > ltv) == (ltv > frontier)


@on_both_engines
def test_that_b13_no_liquidation_is_done_beyond_the_largest_profitable_one(run):
    given, expected = inputs_and_expected("B13")

    def profit(q, least=None):
        market = lender(WETH=(1e-3, given["bonus"]))
        book = [loan("ann", (1, "WETH"), (q * 100 / (1 + given["bonus"]), "USDC"))]
        pool = {"model": "constant_product", "reserve_usd": 100 * given["pool_x"]}
        least_profit = {"min_profit_usd": least}
        one = scenario(book, market, assets={"WETH": {"liquidity": pool}}, liquidators=least_profit)
        step = run(one)["rounds"][0]
        return step["liquidator_profit_usd"] if step["liquidations"]["lender"] else None

    best = expected["q_opt_nofee"]
    assert profit(best) > max(profit(best * 0.99), profit(best * 1.01))
    largest = expected["q_max_nofee"]
    assert profit(largest) == pytest.approx(0, abs=1e-9)
    assert profit(largest * 0.999, least=0) == pytest.approx(profit(largest * 0.999))
    assert profit(largest * 1.001, least=0) is None


# --- C: cascades ------------------------------------------------------------------------------------------------------


def ladder(positions, start, slope):
    """Long positions (liquidation price, size) that are sold whole, in a market that falls by `slope` a token.

    The debt of a position is its size at its liquidation price: without bonus all collateral is seized below it.
    """
    book = [loan(f"{i}", (size, "WETH"), (size * price, "USDC")) for i, (price, size) in enumerate(positions)]
    liquidity = {"model": "linear", "depth_2pct_usd": 0.02 * start**2 / slope, "floor": 1e-6}
    assets = {"WETH": {"price": start, "liquidity": liquidity}}
    return scenario(book, lender(WETH=(1.0, 0.0)), assets=assets)


@on_both_engines
def test_that_c01_a_ladder_of_a_thousand_positions_falls_as_published(run):
    given, expected = inputs_and_expected("C01")
    of = expected["discrete_1000"]
    positions = [(100 - k * 60 / 1000, 480 / 1000) for k in range(1000)]
    result = run(ladder(positions, 100 - given["shock"], given["lam"]))
    rounds = result["rounds"]
    assert rounds[-1]["market"]["WETH"] == pytest.approx(of["final_price"], rel=1e-9)
    assert sum(step["sold"]["WETH"] for step in rounds) == pytest.approx(of["total"], rel=1e-9)
    assert len(rounds) - 1 == of["rounds"]


def test_that_c01_the_engine_converges_to_the_geometric_series():
    given, expected = inputs_and_expected("C01")
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


@on_both_engines
def test_that_c02_three_cliffs_contain_or_spread_the_fall(run):
    given, expected = inputs_and_expected("C02")
    positions = [(position["liq"], position["size"]) for position in given["positions"]]
    for slope, name in ((given["lam"][0], "lam005"), (given["lam"][1], "lam010")):
        result = run(ladder(positions, given["price_after_shock"], slope))
        trace = expected[f"trace_{name}"]
        for step, at in zip(result["rounds"], trace, strict=False):
            hit = [int(event["account"]) for event in result["events"] if event["round"] == step["round"]]
            assert hit == at["hit"]
            assert step["sold"]["WETH"] == pytest.approx(at["sold"])
            assert step["market"]["WETH"] == pytest.approx(at["price"], rel=1e-12)
        assert len(result["rounds"]) == len(trace) + 1
    quiet = run(ladder(positions, given["edge_price"], given["lam"][0]))
    assert quiet["summary"]["liquidations"] == expected["edge_rounds"]
    assert quiet["rounds"][-1]["market"]["WETH"] == expected["edge_price_exactly_at_threshold"]


@on_both_engines
def test_that_c13_two_coupled_ladders_sell_what_the_matrix_says(run):
    given, expected = inputs_and_expected("C13")
    # Everything is linear in log prices: a "dollar" of the case is 1e-4 of log price, a token is sold at f = 1.
    unit, rungs = 1e-4, 500
    impact = given["Lambda"]
    assets = {
        name: {
            "price": 1.0,
            "liquidity": {"model": "exponential", "depth_2pct_usd": -math.log(0.98) / (impact[i][i] * unit)},
        }
        for i, name in enumerate(("X", "Y"))
    }
    cross = [
        {"from": "Y", "to": "X", "share": impact[0][1] / impact[1][1]},
        {"from": "X", "to": "Y", "share": impact[1][0] / impact[0][0]},
    ]
    book = []
    for name, density, depth in (("X", given["rho_diag"][0], 10.0), ("Y", given["rho_diag"][1], 4.0)):
        width = depth / rungs
        for rung in range(rungs):
            threshold = math.exp(-(rung + 0.5) * width * unit)
            size = density * width
            book.append(loan(f"{name}{rung}", (size, name), (size * threshold, "USDC")))
    shock = {"kind": "instant", "returns": {"X": math.expm1(-given["shock"][0] * unit)}}
    # sales are counted in USD at the undisturbed price, which for X has fallen a little
    result = run(scenario(book, lender(X=(1.0, 0.0), Y=(1.0, 0.0)), assets=assets, cross_impact=cross, shock=shock))
    drops = [-math.log(result["rounds"][-1]["market"][name]) / unit for name in ("X", "Y")]
    sold = [sum(step["sold"][name] for step in result["rounds"]) for name in ("X", "Y")]
    assert drops == pytest.approx(expected["drops"], rel=5e-3)
    assert sold == pytest.approx(expected["sold"], rel=5e-3)


# --- D: time ----------------------------------------------------------------------------------------------------------


def falling(rounds, pace):
    """A price that falls by `pace` in its logarithm a round."""
    return {"kind": "path", "returns": {"WETH": [math.expm1(-pace * r) for r in range(1, rounds + 1)]}}


@on_both_engines
def test_that_d03_bad_debt_starts_with_the_latency_that_the_bonus_tolerates(run):
    given, expected = inputs_and_expected("D03")
    threshold, bonus, pace = given["LT"], given["bonus"], given["log_decline_per_min"]
    book = [loan("ann", (1, "WETH"), (100 * threshold, "USDC"))]  # health 1 before the fall
    first = math.ceil(expected["latency_tolerance_min"])
    assert threshold * (1 + bonus) == pytest.approx(expected["ratio_HF1_to_exhaustion"])
    for latency in (0, first - 3, first - 2, first - 1, first):
        result = run(
            scenario(
                book, lender(WETH=(threshold, bonus)), shock=falling(20, pace), liquidators={"latency_rounds": latency}
            )
        )
        assert [event["round"] for event in result["events"]] == [latency + 1]
        assert (result["summary"]["bad_debt_usd"] > 0) is (latency + 1 >= first)


@on_both_engines
def test_that_d03_a_delay_liquidates_at_a_lower_price(run):
    given, expected = inputs_and_expected("D03")
    book = [loan("ann", (1, "WETH"), (80, "USDC"))]
    for delay, extra in expected["extra_drop_for_delay"].items():
        late = {"WETH": {"oracle": {"kind": "market", "delay_rounds": int(delay)}}}
        result = run(
            scenario(book, lender(WETH=(0.825, 0)), shock=falling(40, given["log_decline_per_min"]), assets=late)
        )
        (event,) = result["events"]
        step = result["rounds"][event["round"] - 1]
        assert 1 - step["market_before"]["WETH"] / step["oracle"]["WETH"] == pytest.approx(extra, rel=1e-12)
