"""Prices, oracles, liquidators and the end of a run on books small enough to check by hand (Method, sections 3-9)."""

from __future__ import annotations

import math

import pytest

from tests.reference.both_engines import on_both_engines
from tests.reference.small_books import lender, loan, scenario

approx = pytest.approx

ONE_LOAN = [loan("ann", (10, "WETH"), (700, "USDC"))]
SAFE = [loan("ann", (10, "WETH"), (1, "USDC"))]
HALF = {"close": {"kind": "fraction", "close_factor": 0.5}}
POOL = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 4000}}}


def seen(result, key, asset="WETH"):
    """A figure of one asset, round by round."""
    return [step[key][asset] for step in result["rounds"]]


# --- prices and impact ------------------------------------------------------------------------------------------------


@on_both_engines
@pytest.mark.parametrize(
    ("liquidity", "factor", "earned"),
    [
        ({"model": "infinite"}, 1, 735),
        ({"model": "exponential", "depth_2pct_usd": 735}, 0.98, 735 * 0.02 / -math.log(0.98)),
        ({"model": "constant_usd", "depth_2pct_usd": 735}, 0.98, 735 * 0.98 / 0.02 * -math.log(0.98)),
        ({"model": "linear", "depth_2pct_usd": 735}, 0.98, 735 * 0.99),
        ({"model": "linear", "depth_2pct_usd": 10, "floor": 0.9}, 0.9, 50 * 0.95 + 685 * 0.9),
        ({"model": "constant_product", "reserve_usd": 735}, 0.25, 367.5),
        ({"model": "constant_product", "reserve_usd": 1470, "depth_multiplier": 0.5}, 0.25, 367.5),
        ({"model": "curve", "points": [[0.1, 735], [0.2, 1000]]}, 0.9, 735 * 0.95),
        ({"model": "curve", "points": [[0.1, 245], [0.3, 490]]}, 0.5, 245 * (0.95 + 0.8 + 0.6)),
        (
            {"model": "square_root", "coefficient": 0.5, "daily_volatility": 0.2, "daily_volume_usd": 735},
            math.exp(-0.1),
            735 * 2 / 0.01 * (1 - 1.1 * math.exp(-0.1)),
        ),
    ],
)
def test_that_a_sale_moves_the_price_along_the_curve_and_earns_its_integral(run, liquidity, factor, earned):
    result = run(scenario(ONE_LOAN, fall=-0.2, assets={"WETH": {"liquidity": liquidity}}))
    step = result["rounds"][0]
    assert step["market_before"]["WETH"] == approx(80)
    assert step["market"]["WETH"] == approx(80 * factor)
    assert step["sold"]["WETH"] == approx(735 / 80)
    assert step["proceeds_usd"]["WETH"] == approx(earned)
    assert step["liquidator_profit_usd"] == approx(earned - 700)


@on_both_engines
def test_that_selling_one_asset_takes_its_share_off_another(run):
    assets = POOL | {"stETH": {"price": 50.0}, "WBTC": {"price": 3000.0}}
    cross = [{"from": "WETH", "to": "stETH", "share": 0.9}]
    result = run(scenario(ONE_LOAN, fall=-0.2, assets=assets, cross_impact=cross))
    factor = (1 + 735 / 4000) ** -2
    step = result["rounds"][0]
    assert step["market"]["WETH"] == approx(80 * factor)
    assert step["market"]["stETH"] == approx(50 * factor**0.9)
    assert step["market"]["WBTC"] == 3000


@on_both_engines
def test_that_proceeds_take_the_cross_term_of_the_start_of_the_round(run):
    market = lender(HALF, WETH=(0.8, 0.0), stETH=(0.5, 0.0))
    book = [loan("ann", (10, "WETH"), (800, "USDC")), loan("bob", (10, "stETH"), (900, "USDC"))]
    deep = {"model": "exponential", "depth_2pct_usd": 1e4}
    stuck = {"kind": "fixed", "price": 100}
    assets = {"WETH": {"liquidity": deep}, "stETH": {"price": 100.0, "liquidity": deep, "oracle": stuck}}
    cross = [{"from": "WETH", "to": "stETH", "share": 0.5}]
    result = run(scenario(book, market, fall=-0.1, assets=assets, cross_impact=cross))
    first = result["rounds"][0]
    g = -math.log(0.98) / 1e4
    assert first["proceeds_usd"]["stETH"] == approx((1 - math.exp(-450 * g)) / g)
    assert first["market"]["stETH"] == approx(100 * math.exp(-g * (450 + 0.5 * 400)))
    second = result["rounds"][1]
    assert second["proceeds_usd"]["stETH"] == approx(
        math.exp(-0.5 * g * 400) * math.exp(-450 * g) * (1 - math.exp(-225 * g)) / g
    )


@on_both_engines
def test_that_buying_the_debt_pushes_its_price_up_and_costs_the_integral(run):
    market = lender(USDC=(0.9, 0.02))
    assets = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 1100}}}
    book = [loan("short", (1200, "USDC"), (10, "WETH"))]
    result = run(scenario(book, market, fall=0.1, assets=assets, liquidators={"buy_debt": True}))
    step = result["rounds"][0]
    assert step["bought"]["WETH"] == approx(10)
    assert step["market"]["WETH"] == approx(110 * 4)
    assert step["liquidator_profit_usd"] == approx(1122 - 1100 * 7 / 3)


@on_both_engines
def test_that_an_asset_sold_and_bought_in_one_round_moves_by_the_net(run):
    market = lender(WETH=(0.8, 0.0), USDC=(0.9, 0.0))
    book = [loan("long", (10, "WETH"), (850, "USDC")), loan("short", (400, "USDC"), (4, "WETH"))]
    assets = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 900}}}
    result = run(scenario(book, market, assets=assets, liquidators={"buy_debt": True}))
    step = result["rounds"][0]
    net = 850 - 400
    average = 1 / (1 + net / 900)
    assert (step["sold"]["WETH"], step["bought"]["WETH"]) == (approx(8.5), approx(4))
    assert step["market"]["WETH"] == approx(100 * (1 + net / 900) ** -2)
    assert step["proceeds_usd"]["WETH"] == approx(850 * average)
    assert step["liquidator_profit_usd"] == approx(850 * average + 400 - 850 - 400 * average)


@on_both_engines
def test_that_half_of_the_temporary_impact_is_gone_after_the_half_life(run):
    liquidity = {
        "model": "exponential",
        "depth_2pct_usd": 735,
        "permanent_share": 0.25,
        "recovery_half_life_rounds": 2,
    }
    result = run(scenario(ONE_LOAN, fall=-0.2, assets={"WETH": {"liquidity": liquidity}}))
    before = seen(result, "market_before")
    for later in (1, 2, 4):
        share = 0.25 + 0.75 * 2 ** (-later / 2)
        assert before[later] == approx(80 * 0.98**share)
    assert before[-1] == approx(80 * 0.98**0.25, rel=1e-5)
    assert before[-1] == approx(before[-2], rel=2e-6)


@on_both_engines
def test_that_a_shock_can_be_spread_in_equal_log_steps(run):
    shock = {"kind": "instant", "returns": {"WETH": -0.271}, "over_rounds": 3}
    result = run(scenario(SAFE, shock=shock))
    assert seen(result, "undisturbed")[:3] == [approx(90), approx(81), approx(72.9)]
    assert seen(result, "undisturbed", "USDC")[:3] == [1, 1, 1]


@on_both_engines
def test_that_a_path_gives_the_return_to_the_first_price_and_holds_the_last(run):
    shock = {"kind": "path", "returns": {"WETH": [-0.1, 0.2, -0.05], "USDC": [0, 0, 0.01]}}
    result = run(scenario(SAFE, shock=shock, assets={"WETH": {"oracle": {"kind": "market", "delay_rounds": 2}}}))
    assert seen(result, "undisturbed")[:5] == [approx(90), approx(120), approx(95), approx(95), approx(95)]
    assert seen(result, "undisturbed", "USDC")[:3] == [1, 1, approx(1.01)]


# --- oracles ----------------------------------------------------------------------------------------------------------

PATH = {"kind": "path", "returns": {"WETH": [-0.02, -0.04, -0.12, -0.13, -0.21, -0.21, -0.21]}}


@on_both_engines
@pytest.mark.parametrize(
    ("oracle", "prices"),
    [
        ({"kind": "market"}, [98, 96, 88, 87, 79, 79, 79]),
        ({"kind": "market", "delay_rounds": 2}, [100, 100, 98, 96, 88, 87, 79]),
        ({"kind": "threshold", "deviation": 0.05}, [100, 100, 88, 88, 79, 79, 79]),
        ({"kind": "threshold", "deviation": 0.05, "delay_rounds": 1}, [100, 100, 100, 88, 88, 79, 79]),
        ({"kind": "threshold", "deviation": 0.5, "heartbeat_rounds": 2}, [100, 96, 96, 87, 87, 79, 79]),
        ({"kind": "threshold", "deviation": 0.05, "heartbeat_rounds": 2}, [100, 96, 88, 88, 79, 79, 79]),
        ({"kind": "twap", "window_rounds": 3}, [298 / 3, 98, 94, 271 / 3, 254 / 3, 245 / 3, 79]),
        ({"kind": "fixed", "price": 101}, [101] * 7),
        ({"kind": "market", "max_move": 0.04}, [98, 96, 92.16, 88.4736, 84.934656, 81.53726976, 79]),
        ({"kind": "model", "base": "WBTC", "ratio": 0.5}, [100, 100, 100, 100, 90, 90, 90]),
        ({"kind": "model", "base": "WBTC", "ratio": 0.5, "max_move": 0.05}, [100] * 4 + [95, 90.25, 90]),
        # the published price is what the deviation is measured from
        ({"kind": "threshold", "deviation": 0.05, "max_move": 0.06}, [100, 100, 94, 88.36, 83.0584, 83.0584, 83.0584]),
    ],
)
def test_that_the_oracle_shows(run, oracle, prices):
    shock = PATH | {"returns": PATH["returns"] | {"WBTC": [0, 0, 0, 0, -0.1, -0.1, -0.1]}}
    assets = {"WETH": {"oracle": oracle}, "WBTC": {"price": 200.0}}
    result = run(scenario(SAFE, shock=shock, assets=assets))
    assert seen(result, "oracle")[:7] == [approx(price, rel=1e-12) for price in prices]


@on_both_engines
def test_that_liquidation_looks_at_the_oracle_and_the_sale_at_the_market(run):
    assets = {"WETH": {"oracle": {"kind": "market", "delay_rounds": 1}}}
    result = run(scenario(ONE_LOAN, fall=-0.2, assets=assets))
    assert [step["liquidations"]["lender"] for step in result["rounds"]] == [0, 1, 0]
    shock = {"kind": "path", "returns": {"WETH": [-0.2, -0.3]}}
    step = run(scenario(ONE_LOAN, shock=shock, assets=assets))["rounds"][1]
    assert step["sold"]["WETH"] == approx(735 / 80)
    assert step["proceeds_usd"]["WETH"] == approx(735 / 80 * 70)


@on_both_engines
def test_that_a_stuck_oracle_lets_nobody_be_liquidated(run):
    assets = {"WETH": {"oracle": {"kind": "fixed", "price": 100}}}
    result = run(scenario(ONE_LOAN, fall=-0.9, assets=assets))
    assert result["summary"]["liquidations"] == 0
    assert result["summary"]["rounds"] == 1


# --- liquidators ------------------------------------------------------------------------------------------------------

THREE = [
    loan("ann", (10, "WETH"), (650, "USDC")),  # HF at 80: 640 / 650
    loan("bob", (20, "WETH"), (1400, "USDC")),  # 1280 / 1400
    loan("cid", (10, "WETH"), (720, "USDC")),  # 640 / 720
]


def taken(result, round_number=1):
    return [event["account"] for event in result["events"] if event["round"] == round_number]


@on_both_engines
@pytest.mark.parametrize(
    ("priority", "order"),
    [
        ("largest_debt", ["bob", "cid", "ann"]),
        ("lowest_health", ["cid", "bob", "ann"]),
        ("largest_profit", ["bob", "cid", "ann"]),
        ("book", ["ann", "bob", "cid"]),
    ],
)
def test_that_the_priority_orders_the_candidates(run, priority, order):
    assert taken(run(scenario(THREE, fall=-0.2, liquidators={"priority": priority}))) == order


@on_both_engines
def test_that_equal_candidates_stay_in_the_order_of_the_book(run):
    book = [loan(name, (10, "WETH"), (700, "USDC")) for name in "dbca"]
    for priority in ("largest_debt", "lowest_health", "largest_profit", "book"):
        assert taken(run(scenario(book, fall=-0.2, liquidators={"priority": priority}))) == ["d", "b", "c", "a"]


@on_both_engines
def test_that_no_more_than_the_given_number_is_liquidated_a_round(run):
    result = run(scenario(THREE, fall=-0.2, liquidators={"max_liquidations_per_round": 2}))
    assert (taken(result, 1), taken(result, 2)) == (["bob", "cid"], ["ann"])


@on_both_engines
@pytest.mark.parametrize(
    ("priority", "order"),
    [
        ("largest_debt", ["bob", "cid", "ann"]),
        ("lowest_health", ["cid", "bob", "ann"]),
        ("largest_profit", ["bob", "cid", "ann"]),
        ("book", ["ann", "bob", "cid"]),
    ],
)
def test_that_the_priority_decides_whose_turn_it_is_when_only_one_a_round_is_served(run, priority, order):
    result = run(scenario(THREE, fall=-0.2, liquidators={"priority": priority, "max_liquidations_per_round": 1}))
    assert [taken(result, number) for number in (1, 2, 3)] == [[name] for name in order]


@on_both_engines
def test_that_a_liquidation_over_the_capacity_is_skipped_whole_and_the_next_are_tried(run):
    result = run(scenario(THREE, fall=-0.2, liquidators={"capacity_usd_per_round": 1380}))
    assert (taken(result, 1), taken(result, 2)) == (["cid", "ann"], [])
    assert result["summary"]["liquidatable_left"] == 1
    assert result["summary"]["ended"] == "no more liquidations"


@on_both_engines
def test_that_the_capacity_can_be_used_up_to_the_last_dollar(run):
    result = run(scenario(THREE, fall=-0.2, liquidators={"capacity_usd_per_round": 720 + 650}))
    assert taken(result, 1) == ["cid", "ann"]


@on_both_engines
def test_that_an_account_waits_out_the_latency(run):
    shock = {"kind": "path", "returns": {"WETH": [-0.2, -0.2, 0, -0.2, -0.2, -0.2, -0.2]}}
    result = run(scenario(ONE_LOAN, shock=shock, liquidators={"latency_rounds": 2}))
    assert [event["round"] for event in result["events"]] == [6]
    assert result["rounds"][0]["liquidatable_left"] == 1


@pytest.mark.parametrize("limits", [{}, {"max_liquidations_per_round": 10}], ids=["no limit", "limited"])
@on_both_engines
def test_that_several_calls_a_round_follow_each_other_at_the_same_prices(run, limits):
    liquidators = {"calls_per_round": 3} | limits
    result = run(scenario(ONE_LOAN, lender(HALF), fall=-0.2, assets=POOL, liquidators=liquidators))
    first, second = result["events"][:2]
    assert [first["round"], second["round"]] == [1, 1]
    assert [first["repaid"], second["repaid"]] == [approx(350), approx(175)]
    assert result["rounds"][0]["accounts_liquidated"] == 1
    assert result["rounds"][0]["liquidations"]["lender"] == 2


@on_both_engines
def test_that_every_call_counts_against_the_number_a_round(run):
    result = run(
        scenario(ONE_LOAN, lender(HALF), fall=-0.2, liquidators={"calls_per_round": 3, "max_liquidations_per_round": 1})
    )
    assert [event["round"] for event in result["events"]] == [1, 2]


@on_both_engines
def test_that_gas_is_paid_for_every_liquidation(run):
    result = run(scenario(ONE_LOAN, lender(HALF), fall=-0.2, liquidators={"gas_usd": 3}))
    assert result["summary"]["liquidator_profit_usd"] == approx(17.5 + 8.75 - 6)


@on_both_engines
@pytest.mark.parametrize(("least", "liquidations"), [(31.9, 1), (32.1, 0)])
def test_that_a_liquidation_that_earns_too_little_is_not_done(run, least, liquidations):
    result = run(scenario(ONE_LOAN, fall=-0.2, liquidators={"gas_usd": 3, "min_profit_usd": least}))
    assert result["summary"]["liquidations"] == liquidations
    assert result["summary"]["liquidatable_left"] == 1 - liquidations


@on_both_engines
def test_that_a_liquidation_that_earns_exactly_the_least_is_done(run):
    book = [loan("ann", (1.1875, "WETH"), (64, "USDC"))]
    liquidators = {"gas_usd": 1, "min_profit_usd": 3}
    # at 64, with a bonus of a sixteenth, all figures are exact: 68 - 64 - 1 = 3
    result = run(scenario(book, lender(WETH=(0.8, 0.0625)), fall=-0.36, liquidators=liquidators))
    assert taken(result) == ["ann"]


@on_both_engines
def test_that_the_profit_is_tested_against_the_book_that_earlier_sales_left(run):
    book = [loan(name, (10, "WETH"), (700, "USDC")) for name in ("ann", "bob")]
    assets = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 20000}}}
    # alone a sale earns 735 / (1 + 0.03675) = 709, behind another 735 / (1.03675 * 1.0735) = 660
    result = run(scenario(book, fall=-0.2, assets=assets, liquidators={"min_profit_usd": 0}))
    assert taken(result) == ["ann"]
    # behind a tenth of another it earns 735 / (1.003675 * 1.040425) = 704
    result = run(scenario(book, fall=-0.2, assets=assets, liquidators={"min_profit_usd": 0, "sell_over_rounds": 10}))
    assert taken(result) == ["ann", "bob"]


@on_both_engines
def test_that_earlier_purchases_of_the_round_raise_what_a_sale_is_expected_to_earn(run):
    market = lender(USDC=(0.9, 0.02), WETH=(0.8, 0.05))
    book = [loan("short", (1200, "USDC"), (10, "WETH")), loan("long", (8, "WETH"), (710, "USDC"))]
    assets = {"WETH": {"liquidity": {"model": "constant_product", "reserve_usd": 20000}}}
    # At 110 the short's 10 WETH are bought first: the long's 745.5 USD then sell above 110. After a sale of as much
    # they would earn 745.5 / (1.055 * 1.092) = 647, less than the 710 repaid.
    liquidators = {"buy_debt": True, "min_profit_usd": 20}
    result = run(scenario(book, market, fall=0.1, assets=assets, liquidators=liquidators))
    assert taken(result) == ["short", "long"]
    # without the purchases 745.5 / (1 + 745.5 / 20000) = 718.7: 8.7 are too little
    result = run(scenario(book[1:], market, fall=0.1, assets=assets, liquidators=liquidators))
    assert taken(result) == []


@on_both_engines
def test_that_kept_collateral_is_not_sold(run):
    result = run(scenario(ONE_LOAN, fall=-0.2, assets=POOL, liquidators={"sell_share": 0.4}))
    assert seen(result, "sold")[0] == approx(0.4 * 735 / 80)
    assert seen(result, "market")[-1] == approx(80 * (1 + 294 / 4000) ** -2)
    assert result["summary"]["liquidator_profit_usd"] == approx(294 / (1 + 294 / 4000) - 700)


@on_both_engines
def test_that_sales_can_be_spread_over_rounds(run):
    result = run(scenario(ONE_LOAN, fall=-0.2, assets=POOL, liquidators={"sell_over_rounds": 3}))
    assert seen(result, "sold") == [approx(245 / 80), approx(245 / 80), approx(245 / 80), 0]
    assert seen(result, "market")[1] == approx(80 * (1 + 490 / 4000) ** -2)
    assert result["summary"]["rounds"] == 4


@on_both_engines
@pytest.mark.parametrize("instalments", [4, 1000])
def test_that_a_run_cut_off_while_a_sale_is_pending_says_so(run, instalments):
    liquidators = {"sell_over_rounds": instalments}
    result = run(scenario(ONE_LOAN, fall=-0.2, liquidators=liquidators, simulation={"max_rounds": 3}))
    assert result["summary"]["ended"] == "max_rounds reached"
    assert sum(seen(result, "sold")) == approx(3 * 735 / 80 / instalments)


@on_both_engines
def test_that_a_run_waits_for_sales_that_move_no_price(run):
    result = run(scenario(ONE_LOAN, fall=-0.2, liquidators={"sell_over_rounds": 3}))
    assert seen(result, "sold") == [approx(245 / 80)] * 3
    assert result["summary"]["liquidator_profit_usd"] == approx(35)


# --- safety, the end of a run, and what is reported -------------------------------------------------------------------


@on_both_engines
def test_that_a_market_pauses_after_a_drop_and_the_run_waits_for_it(run):
    shock = {"kind": "path", "returns": {"WETH": [-0.05, -0.2, -0.2]}}
    market = lender(safety={"pause_if_drop": 0.1, "pause_rounds": 3})
    result = run(scenario(ONE_LOAN, market, shock=shock))
    assert [step["paused"]["lender"] for step in result["rounds"]] == [False, True, True, True, False, False]
    assert [event["round"] for event in result["events"]] == [5]


@on_both_engines
@pytest.mark.parametrize(("drop", "paused"), [(0.25, True), (0.2501, False)])
def test_that_a_fall_of_exactly_the_drop_pauses_a_market(run, drop, paused):
    market = lender(safety={"pause_if_drop": drop, "pause_rounds": 1})
    result = run(scenario(ONE_LOAN, market, fall=-0.25))
    assert result["rounds"][0]["paused"]["lender"] is paused


@on_both_engines
def test_that_accounts_keep_waiting_during_a_pause(run):
    market = lender(safety={"pause_if_drop": 0.1, "pause_rounds": 3})
    result = run(scenario(ONE_LOAN, market, fall=-0.2, liquidators={"latency_rounds": 2}))
    assert [event["round"] for event in result["events"]] == [4]


@on_both_engines
def test_that_a_quiet_run_ends_after_its_quiet_round(run):
    for shock in ({}, {"shock": {"kind": "instant", "returns": {"WETH": -0.1}, "over_rounds": 4}}):
        result = run(scenario(SAFE, **shock))
        assert result["summary"]["ended"] == "no more liquidations"
        assert result["summary"]["rounds"] == (4 if shock else 1)


@on_both_engines
def test_that_a_run_says_when_it_reached_its_last_round(run):
    result = run(scenario(ONE_LOAN, lender(HALF), fall=-0.2, simulation={"max_rounds": 2}))
    assert result["summary"]["ended"] == "max_rounds reached"
    assert result["summary"]["rounds"] == 2


@on_both_engines
def test_that_a_run_waits_until_a_late_oracle_has_seen_the_price(run):
    for oracle, first in (
        ({"kind": "market", "delay_rounds": 5}, 6),
        ({"kind": "threshold", "deviation": 0.5, "heartbeat_rounds": 7}, 7),
        ({"kind": "threshold", "deviation": 0.01, "delay_rounds": 4}, 5),
        ({"kind": "twap", "window_rounds": 4}, 3),
        ({"kind": "market", "max_move": 0.05}, 3),
    ):
        result = run(scenario(ONE_LOAN, fall=-0.2, assets={"WETH": {"oracle": oracle}}))
        assert [event["round"] for event in result["events"]] == [first], oracle


@on_both_engines
def test_that_the_reproduction_number_counts_those_who_were_healthy_the_round_before(run):
    book = [loan("ann", (10, "WETH"), (700, "USDC")), loan("bob", (10, "WETH"), (500, "USDC"))]
    assets = {"WETH": {"liquidity": {"model": "exponential", "depth_2pct_usd": 30}}}
    result = run(scenario(book, lender(HALF), fall=-0.2, assets=assets))
    # after 367.5 USD of sales the price is 80 * 0.98^12.25 = 62.46: ann is called again, bob for the first time
    assert taken(result, 2) == ["bob", "ann"]
    numbers = [step["reproduction_number"] for step in result["rounds"]]
    assert numbers[0] is None
    assert numbers[1] == approx(250 / 350)
    assert result["summary"]["max_reproduction_number"] == max(number for number in numbers if number is not None)


@on_both_engines
def test_that_amplification_is_the_whole_fall_over_the_part_from_outside(run):
    result = run(scenario(ONE_LOAN, fall=-0.2, assets=POOL))
    end = 80 * (1 + 735 / 4000) ** -2
    assert result["summary"]["amplification"]["WETH"] == approx((100 - end) / 20)


@on_both_engines
def test_that_the_summary_adds_up_the_rounds(run):
    result = run(scenario(THREE, lender(HALF), fall=-0.3, assets=POOL))
    summary, rounds = result["summary"], result["rounds"]
    assert summary["rounds"] == len(rounds)
    for key in ("liquidations", "repaid_usd", "seized_usd", "bad_debt_usd", "lender_loss_usd"):
        assert summary[key] == approx(sum(step[key]["lender"] for step in rounds))
    for key in ("liquidator_profit_usd", "borrower_loss_usd", "accounts_liquidated"):
        assert summary[key] == approx(sum(step[key] for step in rounds))
    assert summary["accounts_liquidated"] == 3
    assert summary["liquidations"] == len(result["events"])
