"""Every rule of a liquidation on books small enough to check by hand (Method, section 7)."""

from __future__ import annotations

import pytest

from tests.reference.both_engines import on_both_engines
from tests.reference.small_books import lender, loan, scenario

approx = pytest.approx

ONE_LOAN = [loan("ann", (10, "WETH"), (700, "USDC"))]
"""At WETH 80: C = 800, HF = 640 / 700."""


def first_event(result):
    return result["events"][0]


def amounts(result, account="ann"):
    """(collateral, debt) of an account at the end."""
    found = next(entry for entry in result["accounts"] if entry["account"] == account)
    return found["collateral"], found["debt"]


@on_both_engines
def test_that_a_full_close_repays_all_and_seizes_the_bonus_on_top(run):
    result = run(scenario(ONE_LOAN, fall=-0.2))
    event = first_event(result)
    assert event["round"] == 1
    assert (event["account"], event["market"]) == ("ann", "lender")
    assert (event["collateral_asset"], event["debt_asset"]) == ("WETH", "USDC")
    assert event["repaid"] == approx(700)
    assert event["seized"] == approx(735 / 80)
    assert event["repaid_usd"] == approx(700)
    assert event["seized_usd"] == approx(735)
    assert event["to_protocol"] == 0
    assert event["health_before"] == approx(640 / 700)
    assert event["health_after"] == float("inf")
    assert amounts(result) == ({"WETH": approx(10 - 735 / 80)}, {"USDC": approx(0, abs=1e-9)})


@on_both_engines
def test_that_the_close_factor_limits_a_call_and_the_account_is_taken_again_next_round(run):
    rules = {"close": {"kind": "fraction", "close_factor": 0.5}}
    result = run(scenario(ONE_LOAN, lender(rules), fall=-0.2))
    first, second = result["events"]
    assert [first["repaid"], second["repaid"]] == [approx(350), approx(175)]
    assert [first["seized"], second["seized"]] == [approx(367.5 / 80), approx(183.75 / 80)]
    assert first["health_after"] == second["health_before"] == approx(346 / 350)
    assert second["health_after"] == approx((346 - 147) / 175)
    assert [first["round"], second["round"]] == [1, 2]


@on_both_engines
@pytest.mark.parametrize(("trigger", "liquidations"), [("below", 0), ("at_or_below", 1)])
def test_that_health_of_exactly_1_is_liquidated_only_at_or_below(run, trigger, liquidations):
    book = [loan("ann", (10, "WETH"), (800, "USDC"))]
    assert run(scenario(book, lender({"trigger": trigger})))["summary"]["liquidations"] == liquidations


@on_both_engines
def test_that_debt_up_to_dust_is_left_alone(run):
    book = [loan("ann", (1e-8, "WETH"), (9e-7, "USDC")), loan("bob", None, (5e-7, "USDC"))]
    summary = run(scenario(book, fall=-0.5))["summary"]
    assert (summary["liquidations"], summary["bad_debt_usd"], summary["liquidatable_left"]) == (0, 0, 0)


@on_both_engines
def test_that_an_account_left_with_dust_is_not_called_again(run):
    rules = {"close": {"kind": "fraction", "close_factor": 0.5}}
    book = [loan("ann", (10, "WETH"), (1400, "USDC"))]
    more = {"liquidators": {"calls_per_round": 2}, "simulation": {"dust_usd": 100}}
    result = run(scenario(book, lender(rules), fall=-0.2, **more))
    # 735 of 800 are seized: the 65 that are left are dust, and the other half of the debt is bad
    assert result["summary"]["liquidations"] == 1
    assert result["summary"]["bad_debt_usd"] == approx(700)


@on_both_engines
def test_that_debt_of_which_dust_is_left_is_not_called_again(run):
    rules = {"close": {"kind": "fraction", "close_factor": 0.9}}
    book = [loan("ann", (523.05 / 80, "WETH"), (490, "USDC"))]
    more = {"liquidators": {"calls_per_round": 2}, "simulation": {"dust_usd": 50}}
    result = run(scenario(book, lender(rules), fall=-0.2, **more))
    # 441 are repaid for 463.05: 60 of collateral and 49 of debt are left, a health of 0.98
    assert result["summary"]["liquidations"] == 1
    assert first_event(result)["health_after"] == approx(48 / 49)
    assert amounts(result)[1] == {"USDC": approx(49)}


@on_both_engines
def test_that_the_largest_legs_are_taken_whatever_the_order_of_the_rows(run):
    market = lender({"close": {"kind": "fraction", "close_factor": 0.5}}, WETH=(0.8, 0.05), WBTC=(0.7, 0.1))
    book = [
        loan("ann", (1, "WETH"), (100, "USDC")),
        loan("ann", (3, "WBTC"), (300, "DAI")),
    ]
    more = {"WBTC": {"price": 100.0}, "DAI": {"price": 1.0}}
    event = first_event(run(scenario(book, market, assets=more)))
    assert (event["collateral_asset"], event["debt_asset"]) == ("WBTC", "DAI")
    assert event["repaid"] == approx(150)
    assert event["seized"] == approx(1.65)


@on_both_engines
def test_that_equal_legs_are_taken_in_the_order_of_the_assets(run):
    market = lender(WETH=(0.3, 0.05), AAVE=(0.3, 0.05))
    book = [loan("ann", (2, "AAVE"), (50, "USDC")), loan("ann", (1, "WETH"), (50, "DAI"))]
    more = {"DAI": {"price": 1.0}, "AAVE": {"price": 50.0}}
    event = first_event(run(scenario(book, market, assets=more)))
    assert (event["collateral_asset"], event["debt_asset"]) == ("WETH", "USDC")


@on_both_engines
def test_that_proportional_legs_take_every_pair_pro_rata(run):
    market = lender(
        {"legs": "proportional", "close": {"kind": "fraction", "close_factor": 0.5}}, WETH=(0.8, 0.05), WBTC=(0.6, 0.13)
    )
    book = [loan("ann", (1, "WETH"), (100, "USDC")), loan("ann", (3, "WBTC"), (300, "DAI"))]
    more = {"WBTC": {"price": 100.0}, "DAI": {"price": 1.0}}
    result = run(scenario(book, market, assets=more, simulation={"max_rounds": 1}))
    # R = 200, b = (0.05 + 3 * 0.13) / 4 = 0.11, S = 222
    pairs = {(event["collateral_asset"], event["debt_asset"]): event for event in result["events"]}
    assert len(pairs) == 4
    assert pairs["WETH", "USDC"]["repaid"] == approx(200 / 4 / 4)
    assert pairs["WBTC", "DAI"]["repaid"] == approx(200 * 9 / 16)
    assert pairs["WETH", "DAI"]["seized"] == approx(2.22 / 4 * 3 / 4)
    assert pairs["WBTC", "USDC"]["seized_usd"] == approx(222 * 3 / 16)
    assert result["summary"]["liquidations"] == 1
    assert amounts(result) == (
        {"WETH": approx(1 - 0.555), "WBTC": approx(3 - 1.665)},
        {"USDC": approx(50), "DAI": approx(150)},
    )
    step = result["rounds"][0]
    assert step["repaid_by_collateral_usd"] == {"USDC": 0, "WETH": approx(50), "WBTC": approx(150), "DAI": 0}


TWO_DEBTS = [loan("ann", (10, "WETH"), (600, "USDC")), loan("ann", None, (100, "DAI"))]


@on_both_engines
@pytest.mark.parametrize(
    ("close", "repaid"),
    [
        ({"kind": "full"}, 600),
        ({"kind": "fraction", "close_factor": 0.4}, 240),
        ({"kind": "fraction", "close_factor": 0.4, "scope": "account"}, 280),
        ({"kind": "fraction", "close_factor": 0.9, "scope": "account"}, 600),
        ({"kind": "fraction", "close_factor": 0.4, "full_close_health": 0.9}, 240),
        ({"kind": "fraction", "close_factor": 0.4, "full_close_health": 640 / 700}, 600),
        ({"kind": "fraction", "close_factor": 0.4, "full_close_usd": 600}, 240),
        ({"kind": "fraction", "close_factor": 0.4, "full_close_usd": 601}, 600),
        ({"kind": "fraction", "close_factor": 0.4, "full_close_usd": 801}, 600),
        # HF to t: (t 700 - 640) / (t - 0.8 * 1.05)
        ({"kind": "target_health", "target": 1.0}, 60 / 0.16),
        ({"kind": "target_health", "target": 1.05}, 95 / 0.21),
        ({"kind": "target_health", "target": 2.0}, 600),
        ({"kind": "target_health", "target": 0.84}, 600),
    ],
)
def test_that_the_close_rule_says_how_much_is_repaid(run, close, repaid):
    result = run(
        scenario(
            TWO_DEBTS, lender({"close": close}), fall=-0.2, assets={"DAI": {"price": 1.0}}, simulation={"max_rounds": 1}
        )
    )
    assert first_event(result)["repaid"] == approx(repaid)
    assert first_event(result)["seized_usd"] == approx(repaid * 1.05)


@on_both_engines
def test_that_a_liquidation_to_a_target_health_ends_at_it(run):
    rules = {"close": {"kind": "target_health", "target": 1.1}}
    assert first_event(run(scenario(ONE_LOAN, lender(rules), fall=-0.2)))["health_after"] == approx(1.1)


@on_both_engines
@pytest.mark.parametrize(
    ("close_factor", "least", "repaid"),
    [
        (0.5, 300, 350),  # 350 of debt and 432.5 of collateral are left: both large enough
        (0.5, 400, 300),  # 350 is too little: 700 - 400 = 300, (800 - 400) / 1.05 = 381
        (0.6, 400, 300),  # 280 and 359 are too little
        (0.5, 440, 260),  # 700 - 440 = 260, (800 - 440) / 1.05 = 343
        (1.0, 400, 700),  # nothing of the debt is left
    ],
)
def test_that_no_leg_is_left_with_less_than_the_least_leftover(run, close_factor, least, repaid):
    rules = {"close": {"kind": "fraction", "close_factor": close_factor, "min_leftover_usd": least}}
    result = run(scenario(ONE_LOAN, lender(rules), fall=-0.2, simulation={"max_rounds": 1}))
    assert first_event(result)["repaid"] == approx(repaid)


@on_both_engines
def test_that_what_is_left_of_the_collateral_can_be_what_limits_the_call(run):
    rules = {"close": {"kind": "fraction", "close_factor": 0.5, "min_leftover_usd": 390}}
    book = [loan("ann", (10, "WETH"), (790, "USDC"))]
    result = run(scenario(book, lender(rules), fall=-0.2, simulation={"max_rounds": 1}))
    # 395 of debt could stay, but not 385.25 of collateral: (800 - 390) / 1.05, less than 790 - 390
    assert first_event(result)["repaid"] == approx(410 / 1.05)
    assert amounts(result)[0] == {"WETH": approx(390 / 80)}


@on_both_engines
@pytest.mark.parametrize(("small", "repaid"), [(800, 340), (800.01, 800 / 1.05)])
def test_that_collateral_of_exactly_the_small_size_is_not_closed_in_full(run, small, repaid):
    rules = {"close": {"kind": "fraction", "close_factor": 0.4, "full_close_usd": small}}
    book = [loan("ann", (10, "WETH"), (850, "USDC"))]
    result = run(scenario(book, lender(rules), fall=-0.2, simulation={"max_rounds": 1}))
    assert first_event(result)["repaid"] == approx(repaid)


@on_both_engines
def test_that_an_account_with_too_little_for_the_least_leftover_cannot_be_liquidated(run):
    rules = {"close": {"kind": "fraction", "close_factor": 0.5, "min_leftover_usd": 900}}
    summary = run(scenario(ONE_LOAN, lender(rules), fall=-0.2))["summary"]
    assert (summary["liquidations"], summary["liquidatable_left"]) == (0, 1)
    assert summary["liquidatable_left_debt_usd"] == approx(700)
    assert summary["ended"] == "no more liquidations"


HEALTH = 640 / 700


@on_both_engines
@pytest.mark.parametrize(
    ("incentive", "bonus"),
    [
        ({"kind": "fixed"}, 0.05),
        ({"kind": "lltv", "cursor": 0.3, "max": 0.15}, 1 / (1 - 0.3 * 0.2) - 1),
        ({"kind": "lltv", "cursor": 0.3, "max": 0.04}, 0.04),
        ({"kind": "health_discount", "base": 0, "max": 0.15}, 1 / HEALTH - 1),
        ({"kind": "health_discount", "base": 0.02, "max": 0.15}, 1 / (HEALTH - 0.02) - 1),
        ({"kind": "health_discount", "base": 0.02, "max": 0.1}, 1 / 0.9 - 1),
        ({"kind": "health_linear", "min_share": 0.4, "health_for_max": 0.95}, 0.05),
        ({"kind": "health_linear", "min_share": 0.4, "health_for_max": 0.8}, 0.02 + 0.03 * (1 - HEALTH) / 0.2),
    ],
)
def test_that_the_incentive_sets_the_bonus(run, incentive, bonus):
    rules = {"incentive": incentive, "close": {"kind": "fraction", "close_factor": 0.5}}
    event = first_event(run(scenario(ONE_LOAN, lender(rules), fall=-0.2, simulation={"max_rounds": 1})))
    assert event["seized_usd"] == approx(350 * (1 + bonus))


@on_both_engines
def test_that_under_proportional_legs_threshold_and_bonus_are_means_by_collateral(run):
    rules = {
        "legs": "proportional",
        "incentive": {"kind": "lltv", "max": 0.2},
        "close": {"kind": "target_health", "target": 1.2},
    }
    market = lender(rules, WETH=(0.9, 0), WBTC=(0.5, 0))
    book = [loan("ann", (3, "WETH"), (350, "USDC")), loan("ann", (1, "WBTC"), None)]
    event = run(scenario(book, market, assets={"WBTC": {"price": 100.0}}, simulation={"max_rounds": 1}))["events"]
    bonus = 0.75 * (1 / (1 - 0.3 * 0.1) - 1) + 0.25 * (1 / (1 - 0.3 * 0.5) - 1)
    repaid = (1.2 * 350 - 320) / (1.2 - 0.8 * (1 + bonus))
    assert sum(row["repaid_usd"] for row in event) == approx(repaid)
    assert sum(row["seized_usd"] for row in event) == approx(repaid * (1 + bonus))
    assert event[0]["health_after"] == approx(1.2)


@on_both_engines
@pytest.mark.parametrize(
    ("fee", "usd"), [({"share": 0.1, "of": "bonus"}, 1.75), ({"share": 0.028, "of": "seized"}, 10.29)]
)
def test_that_the_protocol_keeps_its_fee_unsold(run, fee, usd):
    rules = {"protocol_fee": fee, "close": {"kind": "fraction", "close_factor": 0.5}}
    result = run(scenario(ONE_LOAN, lender(rules), fall=-0.2, simulation={"max_rounds": 1}))
    assert first_event(result)["seized"] == approx(367.5 / 80)
    assert first_event(result)["to_protocol"] == approx(usd / 80)
    assert result["rounds"][0]["sold"]["WETH"] == approx((367.5 - usd) / 80)


@on_both_engines
def test_that_collateral_that_does_not_reach_is_seized_whole_and_the_rest_is_bad_debt(run):
    market = lender(safety={"reserve_usd": 100})
    result = run(scenario(ONE_LOAN, market, fall=-0.4))
    event = first_event(result)
    assert event["seized"] == approx(10)
    assert event["repaid"] == approx(600 / 1.05)
    assert event["health_after"] == 0
    step = result["rounds"][0]
    bad = 700 - 600 / 1.05
    assert step["bad_debt_usd"]["lender"] == approx(bad)
    assert step["reserve_usd"]["lender"] == 0
    assert step["lender_loss_usd"]["lender"] == approx(bad - 100)
    assert step["debt_left_usd"]["lender"] == approx(0, abs=1e-9)
    assert result["summary"]["borrower_loss_usd"] == approx(600 - 600 / 1.05)


@on_both_engines
def test_that_a_large_reserve_pays_all_bad_debt(run):
    result = run(scenario(ONE_LOAN, lender(safety={"reserve_usd": 1000}), fall=-0.4))
    bad = 700 - 600 / 1.05
    assert result["rounds"][0]["reserve_usd"]["lender"] == approx(1000 - bad)
    assert result["summary"]["lender_loss_usd"] == 0


@on_both_engines
def test_that_bad_debt_that_stays_is_counted_once_and_stays_on_the_account(run):
    market = lender({"bad_debt": "stay"}, {"reserve_usd": 100})
    result = run(scenario(ONE_LOAN, market, fall=-0.4))
    bad = 700 - 600 / 1.05
    assert [step["bad_debt_usd"]["lender"] for step in result["rounds"]] == [approx(bad), 0]
    assert result["rounds"][-1]["reserve_usd"]["lender"] == 0
    assert result["summary"]["lender_loss_usd"] == approx(bad - 100)
    assert amounts(result)[1] == {"USDC": approx(bad)}
    assert result["summary"]["liquidatable_left"] == 0


@on_both_engines
def test_that_bad_debt_that_stays_can_still_be_repaid_when_the_price_returns(run):
    shock = {"kind": "path", "returns": {"WETH": [-0.6, -0.3, -0.3]}}
    book = [loan("ann", (1, "WETH"), (70, "USDC"))]
    market = lender({"bad_debt": "stay"})
    result = run(scenario(book, market, shock=shock, simulation={"dust_usd": 50}))
    # at 40 its collateral is dust, at 70 it is not: 70 / 1.05 is repaid
    assert [step["bad_debt_usd"]["lender"] for step in result["rounds"]] == [approx(70), 0, 0]
    assert [event["round"] for event in result["events"]] == [2]
    assert amounts(result) == ({"WETH": 0}, {"USDC": approx(70 - 70 / 1.05)})


@on_both_engines
def test_that_debt_without_collateral_is_bad_from_the_first_round(run):
    result = run(scenario([loan("ann", None, (70, "USDC"))]))
    assert result["rounds"][0]["bad_debt_usd"]["lender"] == approx(70)
    assert result["summary"]["liquidations"] == 0


@on_both_engines
def test_that_rows_of_one_account_are_one_position_and_the_rows_threshold_holds(run):
    book = [
        loan("ann", (4, "WETH"), (300, "USDC"), liquidation_threshold=0.9, liquidation_bonus=0.01),
        loan("bob", (10, "WETH"), (600, "USDC")),
        loan("ann", (6, "WETH"), (400, "USDC"), liquidation_threshold=0.9, liquidation_bonus=0.01),
    ]
    result = run(scenario(book, fall=-0.25))
    assert [event["account"] for event in result["events"]] == ["ann"]
    assert first_event(result)["health_before"] == approx(0.9 * 750 / 700)
    assert first_event(result)["seized_usd"] == approx(707)
    assert [entry["account"] for entry in result["accounts"]] == ["ann", "bob"]


@on_both_engines
def test_that_the_same_name_in_two_markets_is_two_accounts(run):
    book = [loan("ann", (10, "WETH"), (700, "USDC")), loan("ann", (10, "WETH"), (600, "USDC"), market="other")]
    markets = {"lender": lender(), "other": lender(WETH=(0.5, 0.1))}
    result = run(scenario(book, fall=-0.1, markets=markets))
    assert [(event["market"], event["repaid"]) for event in result["events"]] == [("other", approx(600))]
    assert result["rounds"][0]["liquidations"] == {"lender": 0, "other": 1}


@on_both_engines
def test_that_a_short_is_liquidated_when_its_debt_rises(run):
    market = lender({"incentive": {"kind": "fixed"}}, USDC=(0.9, 0.02))
    book = [loan("short", (1200, "USDC"), (10, "WETH"))]
    result = run(scenario(book, market, fall=0.1))
    event = first_event(result)
    assert event["health_before"] == approx(1080 / 1100)
    assert event["repaid"] == approx(10)
    assert event["seized"] == approx(1122)
    assert (event["collateral_asset"], event["debt_asset"]) == ("USDC", "WETH")
