"""How much liquidators repay, what congestion makes of it, and who is too small to be visited (Method, section 6)."""

from __future__ import annotations

import math

import pytest

from tests.reference.both_engines import on_engines_that_have
from tests.reference.small_books import lender, loan, scenario

approx = pytest.approx

ONE_LOAN = [loan("ann", (10, "WETH"), (700, "USDC"))]
"""At WETH 80: C = 800, HF = 640 / 700; the whole of it is 700 repaid for 735."""
POOL = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 4200}}}
"""Selling u earns 4200 u / (4200 + u), the last dollar (1 + u / 4200)^-2."""
BEST = 4200 * (math.sqrt(1.05) - 1) / 1.05
"""The R whose last dollar earns nothing: 1.05 / (1 + 1.05 R / 4200)^2 = 1. It is 98.78."""


def earned(repaid, reserve=4200):
    """V(R) of the pool without gas."""
    sold = 1.05 * repaid
    return sold * reserve / (reserve + sold) - repaid


def in_one_round(run, sizing, loans=ONE_LOAN, market=None, assets=POOL, **liquidators):
    policy = {"sizing": sizing} | liquidators
    return run(scenario(loans, market, fall=-0.2, assets=assets, liquidators=policy, simulation={"max_rounds": 1}))


def repaid(result):
    return [event["repaid_usd"] for event in result["events"]]


# --- best -------------------------------------------------------------------------------------------------------------


@on_engines_that_have("sizing")
def test_that_the_best_slice_ends_where_the_next_dollar_earns_nothing(run):
    result = in_one_round(run, "best")
    (event,) = result["events"]
    assert event["repaid_usd"] == approx(BEST, rel=1e-10)
    assert event["seized_usd"] == approx(1.05 * BEST, rel=1e-10)
    assert event["seized"] == approx(1.05 * BEST / 80, rel=1e-10)
    step = result["rounds"][0]
    assert step["liquidator_profit_usd"] == approx(earned(BEST), rel=1e-9)
    assert step["market"]["WETH"] == approx(80 / 1.05, rel=1e-10)
    assert step["liquidations"] == {"lender": 1}


@on_engines_that_have("sizing")
@pytest.mark.parametrize(
    ("liquidity", "sold"),
    [
        ({"model": "exponential", "depth_2pct_usd": -1000 * math.log(0.98)}, 1000 * math.log(1.05)),
        ({"model": "constant_usd", "depth_2pct_usd": 1000 * (1 / 0.98 - 1)}, 50),
        ({"model": "linear", "depth_2pct_usd": 20}, 1000 * (1 - 1 / 1.05)),
        ({"model": "curve", "points": [[0.04, 100], [0.06, 200], [0.5, 900]]}, 100 + 5000 * (1 - 1 / 1.05 - 0.04)),
        (
            {"model": "square_root", "coefficient": 0.5, "daily_volatility": 0.2, "daily_volume_usd": 735},
            735 * (math.log(1.05) / 0.1) ** 2,
        ),
    ],
    ids=lambda value: value["model"] if isinstance(value, dict) else None,
)
def test_that_the_best_slice_moves_every_curve_by_the_bonus(run, liquidity, sold):
    """Up to 1 / 1.05 of the price, whatever the way there."""
    result = in_one_round(run, "best", assets={"WETH": {"liquidity": liquidity}})
    assert result["rounds"][0]["market"]["WETH"] == approx(80 / 1.05, rel=1e-9)
    assert repaid(result) == approx([sold / 1.05], rel=1e-9)


@on_engines_that_have("sizing")
@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_all_is_repaid_where_the_last_dollar_still_earns(run, sizing):
    result = in_one_round(run, sizing, assets={})
    assert repaid(result) == [700.0]
    assert result["accounts"][0]["debt"] == {"USDC": 0.0}


@on_engines_that_have("sizing")
@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_nobody_comes_where_the_first_dollar_earns_nothing(run, sizing):
    """The oracle still says 80 when the market is at 76: 1.05 * 76 / 80 = 0.9975 of a dollar for each."""
    assets = {"WETH": {"price": 76.0, "oracle": {"kind": "fixed", "price": 80.0}}}
    policy = {"sizing": sizing, "min_profit_usd": -1e6}
    result = run(scenario(ONE_LOAN, assets=assets, liquidators=policy, simulation={"max_rounds": 1}))
    assert result["events"] == []
    assert result["summary"]["liquidatable_left"] == 1


@on_engines_that_have("sizing")
@pytest.mark.parametrize(("least", "liquidations"), [(earned(BEST) - 1e-6, 1), (earned(BEST) + 1e-6, 0)])
def test_that_a_best_slice_must_earn_the_least_profit_and_the_gas(run, least, liquidations):
    result = in_one_round(run, "best", gas_usd=1.0, min_profit_usd=least - 1.0)
    assert len(result["events"]) == liquidations


@on_engines_that_have("sizing")
def test_that_without_a_least_profit_a_slice_must_still_pay_its_gas(run):
    assert len(in_one_round(run, "best", gas_usd=earned(BEST) - 1e-6)["events"]) == 1
    assert in_one_round(run, "best", gas_usd=earned(BEST) + 1e-6)["events"] == []


# --- largest ----------------------------------------------------------------------------------------------------------


@on_engines_that_have("sizing")
def test_that_the_largest_slice_earns_nothing_more(run):
    """V = 0 where 1.05 * 4200 = 4200 + 1.05 R: R = 200."""
    result = in_one_round(run, "largest")
    assert repaid(result) == approx([200.0], rel=1e-9)
    assert result["rounds"][0]["liquidator_profit_usd"] == approx(0.0, abs=1e-9)


@on_engines_that_have("sizing")
def test_that_the_largest_slice_earns_exactly_the_least_profit_after_gas(run):
    result = in_one_round(run, "largest", gas_usd=0.5, min_profit_usd=earned(120) - 0.5)
    assert repaid(result) == approx([120.0], rel=1e-9)


@on_engines_that_have("sizing")
def test_that_no_slice_is_taken_where_even_the_best_earns_too_little(run):
    assert in_one_round(run, "largest", min_profit_usd=earned(BEST) + 1e-6)["events"] == []


# --- what the rules and limits leave of it ----------------------------------------------------------------------------


@on_engines_that_have("sizing")
def test_that_a_market_that_knows_no_slices_is_liquidated_whole_or_not_at_all(run):
    whole = {"close": {"kind": "full", "partial": False}}
    assert repaid(in_one_round(run, "best", market=lender(whole))) == [700.0]
    assert in_one_round(run, "best", market=lender(whole), min_profit_usd=0.0)["events"] == []
    assert in_one_round(run, "best", market=lender(whole), capacity_usd_per_round=699.0)["events"] == []


@on_engines_that_have("sizing")
@pytest.mark.parametrize("sizing", ["best", "largest"])
def test_that_a_slice_leaves_enough_of_both_legs(run, sizing):
    """With 650 to be left of the debt a slice repays 50 at most; the whole would leave 65 of collateral and no debt."""
    market = lender({"close": {"kind": "fraction", "close_factor": 1.0, "min_leftover_usd": 650.0}})
    assert repaid(in_one_round(run, sizing, market=market)) == approx([50.0], rel=1e-12)


@on_engines_that_have("sizing")
def test_that_the_collateral_can_be_what_a_slice_must_leave(run):
    """(800 - 790) / 1.05 = 9.52."""
    market = lender({"close": {"kind": "fraction", "close_factor": 1.0, "min_leftover_usd": 790.0}})
    loans = [loan("ann", (10, "WETH"), (2000, "USDC"))]
    assert repaid(in_one_round(run, "best", loans, market)) == approx([10 / 1.05], rel=1e-12)


@on_engines_that_have("sizing")
def test_that_the_whole_is_taken_where_it_earns_more_than_any_slice_that_leaves_enough(run):
    """Slices end at 50. In a pool of 15,000 the whole 700 earns 0.67 and a slice of 50 2.32; in one of 16,500 more."""
    market = lender({"close": {"kind": "fraction", "close_factor": 1.0, "min_leftover_usd": 650.0}})
    deep = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 15_000}}}
    assert earned(700, 15_000) < earned(50, 15_000)
    assert repaid(in_one_round(run, "best", market=market, assets=deep)) == approx([50.0])
    assert repaid(in_one_round(run, "largest", market=market, assets=deep)) == [700.0]
    deeper = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 16_500}}}
    assert earned(700, 16_500) > earned(50, 16_500)
    assert repaid(in_one_round(run, "best", market=market, assets=deeper)) == [700.0]


@on_engines_that_have("sizing")
def test_that_what_is_left_of_the_capacity_bounds_a_slice(run):
    assert repaid(in_one_round(run, "best", capacity_usd_per_round=30.0)) == approx([30.0])
    loans = [loan("ann", (10, "WETH"), (700, "USDC")), loan("bob", (10, "WETH"), (690, "USDC"))]
    result = in_one_round(run, "best", loans, assets={}, capacity_usd_per_round=1000.0)
    assert [(event["account"], event["repaid_usd"]) for event in result["events"]] == [
        ("ann", 700.0), ("bob", approx(300.0))
    ]  # fmt: skip


@on_engines_that_have("sizing")
def test_that_a_slice_that_the_capacity_makes_too_small_to_pay_is_not_taken(run):
    assert len(in_one_round(run, "best", capacity_usd_per_round=30.0, gas_usd=earned(30) - 1e-6)["events"]) == 1
    assert in_one_round(run, "best", capacity_usd_per_round=30.0, gas_usd=earned(30) + 1e-6)["events"] == []


@on_engines_that_have("sizing")
def test_that_a_second_call_finds_nothing_after_the_best_slice(run):
    assert len(in_one_round(run, "best", calls_per_round=5)["events"]) == 1


@on_engines_that_have("sizing")
def test_that_later_slices_meet_the_book_that_earlier_ones_left(run):
    """Ann's best leaves the price at 1 / 1.05 of 80, where bob's first dollar earns nothing."""
    loans = [loan("ann", (10, "WETH"), (700, "USDC")), loan("bob", (10, "WETH"), (690, "USDC"))]
    assert [event["account"] for event in in_one_round(run, "best", loans)["events"]] == ["ann"]


@on_engines_that_have("sizing")
def test_that_a_slice_counts_only_what_the_protocol_leaves_of_the_seized(run):
    """Of 1.05 the protocol keeps 2 %: 1.029 / (1 + 1.029 R / 4200)^2 = 1."""
    market = lender({"close": {"kind": "full"}, "protocol_fee": {"share": 0.02, "of": "seized"}})
    result = in_one_round(run, "best", market=market)
    assert repaid(result) == approx([4200 * (math.sqrt(1.029) - 1) / 1.029], rel=1e-9)


@on_engines_that_have("sizing")
def test_that_the_debt_counts_at_the_market_whether_it_is_bought_or_not(run):
    """USDC at 1.02 on the market: 1.05 / (1 + 1.05 R / 4200)^2 = 1.02."""
    assets = POOL | {"USDC": {"price": 1.02, "oracle": {"kind": "fixed", "price": 1.0}}}
    for buys in (False, True):
        result = in_one_round(run, "best", assets=assets, buy_debt=buys)
        assert repaid(result) == approx([4200 * (math.sqrt(1.05 / 1.02) - 1) / 1.05], rel=1e-9)


# --- congestion -------------------------------------------------------------------------------------------------------

FOUR = [loan(name, (10, "WETH"), (debt, "USDC")) for name, debt in zip("abcd", (704, 703, 702, 701), strict=True)]


@on_engines_that_have("congestion")
def test_that_gas_rises_with_those_who_were_liquidatable_the_round_before(run):
    """One a round: 4, 3, 2, 1 are liquidatable; over 2 of them gas is 1, then 4 / 2, 3 / 2, 2 / 2 of it, squared."""
    policy = {
        "max_liquidations_per_round": 1, "gas_usd": 3.0, "congestion": {"candidates": 2, "gas_exponent": 2.0},
    }  # fmt: skip
    result = run(scenario(FOUR, fall=-0.2, liquidators=policy))
    paid = [
        0.05 * debt - step["liquidator_profit_usd"]
        for debt, step in zip((704, 703, 702, 701), result["rounds"], strict=False)
    ]
    assert paid == approx([3.0, 3.0 * 4, 3.0 * 2.25, 3.0])
    assert result["summary"]["rounds"] == 5


@on_engines_that_have("congestion")
def test_that_gas_of_the_round_decides_whether_a_liquidation_pays(run):
    """35 are earned on each; gas of 20 is 40 when four were liquidatable over 2, and 20 again when nobody was."""
    policy = {
        "latency_rounds": 1, "min_profit_usd": 0.0, "gas_usd": 20.0, "congestion": {"candidates": 2},
    }  # fmt: skip
    result = run(scenario(FOUR, fall=-0.2, liquidators=policy, simulation={"max_rounds": 9}))
    assert result["events"] == []
    assert result["summary"]["liquidatable_left"] == 4
    assert result["summary"]["ended"] == "no more liquidations"


@on_engines_that_have("congestion")
def test_that_congestion_makes_liquidators_slower(run):
    """Before round 1 nobody was liquidatable, then 4, 3, 3 and 2 over 2: latency is 0, 2, 1, 1 and 0."""
    policy = {"max_liquidations_per_round": 1, "congestion": {"candidates": 2, "latency_rounds": 2}}
    result = run(scenario(FOUR, fall=-0.2, liquidators=policy))
    assert [(event["round"], event["account"]) for event in result["events"]] == [
        (1, "a"),
        (3, "b"),
        (4, "c"),
        (5, "d"),
    ]


@on_engines_that_have("congestion")
def test_that_a_fifth_too_many_is_a_fifth_and_not_a_rounding_error_less(run):
    """12 over 10, at 10 rounds for each 10 more: 2 rounds (in floats 10 * (12 / 10 - 1) is just below 2)."""
    loans = [loan(f"a{index}", (10, "WETH"), (700, "USDC")) for index in range(12)]
    policy = {"latency_rounds": 1, "congestion": {"candidates": 10, "latency_rounds": 10}}
    result = run(scenario(loans, fall=-0.2, liquidators=policy))
    assert {event["round"] for event in result["events"]} == {4}


@on_engines_that_have("congestion")
def test_that_a_run_goes_on_while_gas_is_about_to_change(run):
    """Nobody comes in round 1, gas rises in round 2 and stays: the run ends there. Without a least profit, at once."""
    policy = {"min_profit_usd": 40.0, "congestion": {"candidates": 2}}
    result = run(scenario(FOUR, fall=-0.2, liquidators=policy | {"gas_usd": 1.0}))
    assert result["summary"]["rounds"] == 2
    result = run(scenario(FOUR, fall=-0.2, liquidators={"min_profit_usd": 40.0, "gas_usd": 1.0}))
    assert result["summary"]["rounds"] == 1


# --- accounts that are too small --------------------------------------------------------------------------------------

SMALL = [loan("ann", (10, "WETH"), (700, "USDC")), loan("tiny", (0.1, "WETH"), (7.5, "USDC"))]


@on_engines_that_have("min_debt")
def test_that_accounts_of_little_debt_are_left_alone_and_counted_apart(run):
    result = run(scenario(SMALL, fall=-0.2, liquidators={"min_debt_usd": 7.6}))
    assert [event["account"] for event in result["events"]] == ["ann"]
    summary = result["summary"]
    assert (summary["liquidatable_left"], summary["liquidatable_left_debt_usd"]) == (0, 0.0)
    assert (summary["small_accounts_left"], summary["small_accounts_left_debt_usd"]) == (1, approx(7.5))


@on_engines_that_have("min_debt")
def test_that_an_account_that_owes_exactly_the_least_debt_is_visited(run):
    result = run(scenario(SMALL, fall=-0.2, liquidators={"min_debt_usd": 7.5}))
    assert [event["account"] for event in result["events"]] == ["ann", "tiny"]
    assert result["summary"]["small_accounts_left"] == 0


@on_engines_that_have("min_debt")
def test_that_an_account_that_a_call_leaves_too_small_is_not_called_again(run):
    """Of 700 each call repays half: 350, 175, and then 175 are left, below 200."""
    market = lender({"close": {"kind": "fraction", "close_factor": 0.5}}, WETH=(0.8, 0.2))
    policy = {"calls_per_round": 5, "min_debt_usd": 200.0}
    result = run(scenario([loan("ann", (10, "WETH"), (700, "USDC"))], market, fall=-0.2, liquidators=policy))
    assert [event["repaid_usd"] for event in result["events"]] == approx([350.0, 175.0])
    assert result["summary"]["small_accounts_left_debt_usd"] == approx(175.0)


@on_engines_that_have("min_debt")
def test_that_nobody_waits_for_an_account_that_is_left_alone(run):
    loans = [loan("tiny", (0.1, "WETH"), (7.5, "USDC"))]
    result = run(scenario(loans, fall=-0.2, liquidators={"min_debt_usd": 10.0, "latency_rounds": 5}))
    assert result["summary"]["rounds"] == 1


@on_engines_that_have("min_debt")
def test_that_without_a_least_debt_the_summary_counts_none_apart(run):
    assert "small_accounts_left" not in run(scenario(SMALL, fall=-0.2))["summary"]


@on_engines_that_have("min_debt", "congestion")
def test_that_accounts_that_are_left_alone_congest_nothing(run):
    loans = [*FOUR[:2], *(loan(f"t{index}", (0.1, "WETH"), (7.5, "USDC")) for index in range(9))]
    policy = {
        "min_debt_usd": 10.0, "latency_rounds": 1, "congestion": {"candidates": 2, "latency_rounds": 5},
    }  # fmt: skip
    assert {event["round"] for event in run(scenario(loans, fall=-0.2, liquidators=policy))["events"]} == {2}
