"""A sale from outside, a capped ratio, categories and losses on books small enough to check by hand."""

from __future__ import annotations

import math

import pytest

from tests.reference.both_engines import on_both_engines, on_engines_that_have
from tests.reference.small_books import lender, loan, scenario

approx = pytest.approx

SAFE = [loan("ann", (10, "WETH"), (1, "USDC"))]
D = 1000.0
EXPONENTIAL = {"model": "exponential", "depth_2pct_usd": -D * math.log(0.98)}
"""Selling u leaves exp(-u / 1000) of the price."""


def seen(result, key, asset="WETH"):
    return [step[key][asset] for step in result["rounds"]]


def sale(usd, rounds=1, **others):
    return {"kind": "sale", "usd": {"WETH": usd} | others, "over_rounds": rounds}


# --- a sale from outside ----------------------------------------------------------------------------------------------


@on_engines_that_have("sale")
def test_that_a_sale_from_outside_moves_the_price_before_the_oracle_looks(run):
    result = run(scenario(SAFE, assets={"WETH": {"liquidity": EXPONENTIAL}}, shock=sale(1000.0, 2)))
    assert seen(result, "undisturbed") == [100.0] * len(result["rounds"])
    assert seen(result, "market_before")[:2] == approx([100 * math.exp(-0.5), 100 * math.exp(-1)])
    assert seen(result, "oracle")[:2] == approx([100 * math.exp(-0.5), 100 * math.exp(-1)])
    assert seen(result, "sold") == [0.0] * len(result["rounds"])
    assert seen(result, "proceeds_usd") == [0.0] * len(result["rounds"])
    summary = result["summary"]
    assert summary["liquidator_profit_usd"] == 0.0
    assert summary["seed_proceeds_usd"] == approx(D * (1 - math.exp(-1)))
    assert summary["seed_average_price"] == {"WETH": approx(D * (1 - math.exp(-1)) / 10)}
    assert summary["amplification"]["WETH"] == approx(1.0)


@on_engines_that_have("sale")
def test_that_other_shocks_sell_nothing(run):
    summary = run(scenario(SAFE, fall=-0.2))["summary"]
    assert not [key for key in summary if key.startswith("seed")]


@on_engines_that_have("sale")
def test_that_a_run_does_not_end_before_all_is_sold(run):
    result = run(scenario(SAFE, shock=sale(1000.0, 4)))
    assert result["summary"]["rounds"] == 4
    assert result["summary"]["seed_proceeds_usd"] == approx(1000.0)


@on_engines_that_have("sale")
def test_that_an_asset_of_which_nothing_is_sold_has_no_average_price(run):
    summary = run(scenario(SAFE, shock=sale(0.0)))["summary"]
    assert summary["seed_average_price"] == {}
    assert summary["seed_proceeds_usd"] == 0.0


@on_engines_that_have("sale")
def test_that_a_sale_recovers_as_any_sale_does(run):
    """5 tokens in round 1; a half of the temporary four fifths is gone before the 5 of round 2."""
    liquidity = EXPONENTIAL | {"permanent_share": 0.2, "recovery_half_life_rounds": 1}
    result = run(
        scenario(SAFE, assets={"WETH": {"liquidity": liquidity}}, shock=sale(1000.0, 2), simulation={"max_rounds": 3})
    )
    outstanding = [5.0, 1 + 2 + 5, 1 + 1 + 1 + 2]
    assert seen(result, "market_before") == approx([100 * math.exp(-tokens / 10) for tokens in outstanding])


@on_engines_that_have("sale")
def test_that_assets_sold_at_once_meet_the_cross_term_as_before_the_sale(run):
    """Selling WETH takes half of its fall off WBTC, but only from the next round on does that lower what WBTC earns."""
    assets = {"WETH": {"liquidity": EXPONENTIAL}, "WBTC": {"price": 100.0}}
    cross = [{"from": "WETH", "to": "WBTC", "share": 0.5}]
    result = run(scenario(SAFE, assets=assets, cross_impact=cross, shock=sale(1000.0, 2, WBTC=1000.0)))
    earned = 500 + 500 * math.exp(-0.25)
    assert result["summary"]["seed_average_price"]["WBTC"] == approx(earned / 10)
    assert seen(result, "market_before", "WBTC")[:2] == approx([100 * math.exp(-0.25), 100 * math.exp(-0.5)])


@on_engines_that_have("sale")
def test_that_amplification_is_over_what_the_sale_alone_would_have_done(run):
    """200 are sold from outside, 735 of collateral by liquidators, at prices of 100 exp(-0.2)."""
    loans = [loan("ann", (10, "WETH"), (700, "USDC"))]
    stuck = {"WETH": {"liquidity": EXPONENTIAL, "oracle": {"kind": "fixed", "price": 80.0}}}
    result = run(scenario(loans, assets=stuck, shock=sale(200.0)))
    tokens = 735 / 80
    end = 1 - math.exp(-(200 + 100 * tokens) / 1000)
    assert result["summary"]["amplification"]["WETH"] == approx(end / (1 - math.exp(-0.2)))
    assert result["summary"]["seed_proceeds_usd"] == approx(D * (1 - math.exp(-0.2)))


@on_engines_that_have("sale")
def test_that_amplification_is_left_out_where_next_to_nothing_came_from_outside(run):
    for usd, left_out in ((0.5e-3, True), (2e-3, False)):
        result = run(scenario(SAFE, assets={"WETH": {"liquidity": EXPONENTIAL}}, shock=sale(usd)))
        assert (result["summary"]["amplification"].get("WETH") is None) is left_out


# --- a capped ratio ---------------------------------------------------------------------------------------------------

TEN_ROUNDS_A_YEAR = {"round_seconds": 36.5 * 86_400}
STILL = {"kind": "path", "returns": {"WETH": [0.0] * 4}}


def capped(cap, **oracle):
    steth = {"price": 130.0, "oracle": {"kind": "model", "base": "WETH", "ratio": 1.2, "cap": cap} | oracle}
    return {"stETH": steth}


@on_engines_that_have("cap")
def test_that_a_cap_holds_the_ratio_until_it_has_grown_past_it(run):
    """The cap is 1.1, set 2 rounds before round 0, and grows by 1 % of it a round: 1.122 in round 0, 1.133 in 1."""
    cap = {"ratio": 1.1, "growth_per_year": 0.1, "age_rounds": 2}
    result = run(scenario(SAFE, assets=capped(cap), shock=STILL, simulation=TEN_ROUNDS_A_YEAR))
    assert seen(result, "oracle", "stETH") == approx([113.3, 114.4, 115.5, 116.6])
    cap = {"ratio": 1.18, "growth_per_year": 0.1}
    result = run(scenario(SAFE, assets=capped(cap), shock=STILL, simulation=TEN_ROUNDS_A_YEAR))
    assert seen(result, "oracle", "stETH") == approx([118 * 1.01, 120, 120, 120])


@on_engines_that_have("cap")
def test_that_a_brake_acts_on_what_the_cap_leaves(run):
    """From 110 the cap wants 121 and 132; the brake lets 115.5 through and then 120, where the ratio ends."""
    cap = {"ratio": 1.1, "growth_per_year": 1.0}
    result = run(scenario(SAFE, assets=capped(cap, max_move=0.05), shock=STILL, simulation=TEN_ROUNDS_A_YEAR))
    assert seen(result, "oracle", "stETH") == approx([115.5, 120, 120, 120])


@on_engines_that_have("cap")
def test_that_a_cap_that_still_grows_does_not_hold_the_run_open(run):
    cap = {"ratio": 1.0, "growth_per_year": 0.01}
    assert run(scenario(SAFE, assets=capped(cap), simulation=TEN_ROUNDS_A_YEAR))["summary"]["rounds"] == 1


@on_engines_that_have("cap")
def test_that_a_growing_cap_can_heal_an_account(run):
    """stETH at 1.0 x 100 with a threshold of 0.8: debt of 88 is liquidatable until the cap is past 1.1."""
    market = lender({"close": {"kind": "full"}}, stETH=(0.8, 0.0), WETH=(0.8, 0.0))
    loans = [loan("ann", (1, "stETH"), (87, "USDC"))]
    cap = {"ratio": 1.0, "growth_per_year": 0.5}
    late = {"liquidators": {"latency_rounds": 1}, "simulation": TEN_ROUNDS_A_YEAR}
    assert run(scenario(loans, market, assets=capped(cap), shock=STILL, **late))["events"] == []


# --- categories -------------------------------------------------------------------------------------------------------


def with_categories(**categories):
    market = lender({"close": {"kind": "full"}}, WETH=(0.8, 0.05), WBTC=(0.7, 0.1))
    return market | {"categories": categories}


@on_engines_that_have("categories")
def test_that_a_category_takes_the_place_of_the_markets_own_parameters(run):
    """At 80 the debt is 700 of 800: liquidatable at 0.8, healthy at 0.9; bob's bonus is the category's 2 %."""
    market = with_categories(
        high={"assets": ["WETH"], "liquidation_threshold": 0.9},
        cheap={"assets": ["WETH"], "liquidation_bonus": 0.02},
    )
    loans = [
        loan("ann", (10, "WETH"), (700, "USDC"), category="high"),
        loan("bob", (10, "WETH"), (700, "USDC"), category="cheap"),
        loan("cid", (10, "WETH"), (700, "USDC")),
    ]
    result = run(scenario(loans, market, fall=-0.2, assets={"WBTC": {"price": 100.0}}))
    assert [(event["account"], event["seized_usd"]) for event in result["events"]] == [
        ("bob", approx(714.0)), ("cid", approx(735.0))
    ]  # fmt: skip


@on_engines_that_have("categories")
@pytest.mark.parametrize(("bonus", "paused"), [(0.05, True), (None, False)])
def test_that_collateral_which_only_a_category_lists_pauses_a_market_when_it_falls(run, bonus, paused):
    """Without a bonus the category lists nothing by itself, and the account's row brings what is missing."""
    category = {"assets": ["WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": bonus}
    market = lender({"close": {"kind": "full"}}, safety={"pause_if_drop": 0.1, "pause_rounds": 3})
    market |= {"collateral": {}, "categories": {"high": category}}
    own = {} if paused else OWN | {"liquidation_bonus": 0.0}
    result = run(scenario([loan("ann", (10, "WETH"), (890, "USDC"), category="high", **own)], market, fall=-0.2))
    assert result["rounds"][0]["paused"]["lender"] is paused
    assert [event["round"] for event in result["events"]] == [4 if paused else 1]


@on_engines_that_have("categories")
def test_that_other_collateral_keeps_the_markets_parameters_and_a_row_its_own(run):
    """Health 1 is at 5 x 80 x 0.9 + 4 x 100 x 0.7 = 640 and, with the row's own 0.85 for WETH, at 620."""
    market = with_categories(high={"assets": ["WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": 0.0})
    for own, debt, liquidations in (({}, 639.9, 0), ({}, 640.1, 1), (OWN, 619.9, 0), (OWN, 620.1, 1)):
        loans = [
            loan("ann", (5, "WETH"), (debt, "USDC"), category="high", **own),
            loan("ann", (4, "WBTC"), None, category="high"),
        ]
        result = run(
            scenario(loans, market, fall=-0.2, assets={"WBTC": {"price": 100.0}}, simulation={"max_rounds": 1})
        )
        assert result["rounds"][0]["liquidations"] == {"lender": liquidations}


OWN = {"liquidation_threshold": 0.85}


@on_engines_that_have("categories")
def test_that_an_incentive_goes_by_the_threshold_of_the_category(run):
    market = with_categories(high={"assets": ["WETH"], "liquidation_threshold": 0.85})
    market["rules"]["incentive"] = {"kind": "lltv"}
    loans = [loan("ann", (10, "WETH"), (700, "USDC"), category="high")]
    result = run(scenario(loans, market, fall=-0.2, assets={"WBTC": {"price": 100.0}}))
    assert result["events"][0]["seized_usd"] == approx(700 / (1 - 0.3 * 0.15))


# --- losses -----------------------------------------------------------------------------------------------------------


@on_engines_that_have("losses")
def test_that_debt_beyond_collateral_at_market_prices_is_insolvent_whoever_comes(run):
    """A stuck oracle says 100 when the market is at 50: 700 owed against 500; bob holds nothing."""
    stuck = {"WETH": {"oracle": {"kind": "fixed", "price": 100.0}}}
    loans = [
        loan("ann", (10, "WETH"), (700, "USDC")),
        loan("bob", None, (30, "USDC")),
        loan("cid", (10, "WETH"), (400, "USDC")),
    ]
    summary = run(scenario(loans, assets=stuck, fall=-0.5))["summary"]
    assert summary["bad_debt_usd"] == approx(30.0)
    assert summary["insolvent_debt_usd"] == approx(200.0)
    assert summary["total_loss_usd"] == approx(230.0)


@on_engines_that_have("losses")
def test_that_bad_debt_that_stays_is_lost_once(run):
    stays = lender({"close": {"kind": "full"}, "bad_debt": "stay"})
    loans = [loan("bob", None, (30, "USDC"))]
    summary = run(scenario(loans, stays))["summary"]
    assert (summary["bad_debt_usd"], summary["insolvent_debt_usd"]) == (approx(30.0), approx(30.0))
    assert summary["total_loss_usd"] == approx(30.0)


@on_engines_that_have("losses")
def test_that_the_shortfalls_of_absorbed_accounts_are_part_of_the_total_loss(run):
    """C = 400 credited at 95 %: 380 for 500 of debt."""
    market = lender({"settlement": {"kind": "absorb"}}, WETH=(0.8, 0.0))
    result = run(scenario([loan("ann", (10, "WETH"), (500, "USDC"))], market, fall=-0.6, simulation={"max_rounds": 1}))
    assert result["summary"]["total_loss_usd"] == approx(120.0)


@on_both_engines
def test_that_gains_of_an_absorbing_market_are_set_off_against_what_its_lenders_had_lost(run):
    """Reserves 14 short in round 1, half of the inventory sold for 45 that was carried at 40.5, then the other half."""
    settlement = {
        "kind": "absorb", "penalty": 0.1, "storefront_discount": 0.0, "buyers_usd_per_round": 45.0,
    }  # fmt: skip
    market = lender({"settlement": settlement}, WETH=(0.8, 0.0))
    result = run(scenario([loan("ann", (1, "WETH"), (95, "USDC"))], market, fall=-0.1))
    assert [step["reserve_usd"]["lender"] for step in result["rounds"]][:2] == approx([-9.5, -5.0])
    assert [step["lender_loss_usd"]["lender"] for step in result["rounds"]][:2] == approx([9.5, -4.5])
    assert result["summary"]["lender_loss_usd"] == approx(5.0)


# --- old rules, read anew ---------------------------------------------------------------------------------------------


@on_both_engines
def test_that_what_was_left_with_exactly_the_least_is_not_liquidated_again_by_rounding(run):
    """Whatever rounding leaves above the least leftover is not above dust: one liquidation, and the run ends."""
    loans = [loan("ann", (10, "WETH"), (777.77, "USDC"))]
    market = lender({"close": {"kind": "fraction", "close_factor": 0.9, "min_leftover_usd": 333.33}})
    result = run(scenario(loans, market, fall=-0.2))
    assert len(result["events"]) == 1


@on_both_engines
def test_that_the_bonus_of_proportional_legs_is_the_mean_of_each_ones_own(run):
    """1 / (1 - 0.3 x 0.615) - 1 is capped at 0.15, 1 / (1 - 0.3 x 0.02) - 1 is 0.006036; both legs are worth 1000."""
    rules = {"legs": "proportional", "incentive": {"kind": "lltv", "cursor": 0.3, "max": 0.15}}
    market = lender(rules, WETH=(0.385, 0.0), WBTC=(0.98, 0.0))
    loans = [loan("ann", (10, "WETH"), (1400, "USDC")), loan("ann", (10, "WBTC"), None)]
    result = run(scenario(loans, market, assets={"WBTC": {"price": 100.0}}, simulation={"max_rounds": 1}))
    bonus = (0.15 + 1 / (1 - 0.3 * 0.02) - 1) / 2
    assert sum(event["seized_usd"] for event in result["events"]) == approx(1400 * (1 + bonus))
