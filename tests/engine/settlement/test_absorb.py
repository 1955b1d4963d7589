"""Accounts that the protocol takes over (Method, section 7, `absorb`), by hand."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.reading.measures import added_up
from tests.engine.settlement.lending import account, market, run, scenario

NEVER = -1e12
"""Target reserves below which nothing is ever sold."""
LINEAR = {"liquidity": {"model": "linear", "depth_2pct_usd": 100.0}}


def absorb(**given):
    return {"kind": "absorb", "penalty": 0.05, "storefront_discount": 0.025} | given


def test_that_a_loss_that_gains_have_set_off_is_none_and_not_what_rounding_leaves():
    assert sum([0.1, 0.2, -0.3]) > 0
    assert added_up(np.array([0.1, 0.2, -0.3])).tolist() == [0.1, 0.1 + 0.2, 0.0]


def test_that_an_account_is_taken_over_whole_and_credited_the_rest():
    recording = run(absorb(target_reserves_usd=NEVER), [account("a", 40.0, 100.0)], safety={"reserve_usd": 500.0})
    step = recording.rounds[1]
    assert step.liquidations[0] == 1
    assert step.repaid_usd[0] == 100.0
    assert step.seized_usd[0] == 160.0
    assert step.settlement_figures["credited_usd"][0] == pytest.approx(160 * 0.95 - 100)
    assert step.borrower_loss_usd == pytest.approx(160 - 100 - 52)
    assert step.reserve_usd[0] == pytest.approx(500.0)
    assert step.settlement_figures["cash_reserves_usd"][0] == pytest.approx(500 - 152)
    assert step.settlement_figures["inventory_usd"][0] == 160.0
    assert step.bad_debt_usd[0] == 0.0
    assert step.liquidator_profit_usd == 0.0
    assert recording.state(1).debt_amount[0] == 0.0
    assert recording.state(1).collateral_amount[0] == 0.0
    assert recording.events.to_protocol[0] == recording.events.seized[0] == 40.0
    assert not step.sold.any()


def test_that_an_account_that_its_collateral_heals_while_it_waits_is_not_taken_over():
    shock = {"kind": "path", "returns": {"TOK": [-0.5, 0.0]}}
    recording = run(
        absorb(target_reserves_usd=NEVER), [account("a", 60.0, 100.0)], shock=shock, liquidators={"latency_rounds": 1}
    )
    assert recording.rounds[1].liquidatable_left == 1
    assert recording.rounds[-1].liquidatable_left == 0
    assert recording.summary()["liquidations"] == 0


def test_that_the_reserve_pays_a_shortfall_and_lenders_what_it_goes_below_zero():
    loans = [account("first", 40.0, 200.0), account("second", 40.0, 190.0)]
    recording = run(absorb(target_reserves_usd=NEVER), loans, safety={"reserve_usd": 50.0})
    step = recording.rounds[1]
    assert step.bad_debt_usd[0] == pytest.approx((200 - 152) + (190 - 152))
    assert step.reserve_usd[0] == pytest.approx(50 - 86)
    assert step.lender_loss_usd[0] == pytest.approx(36)
    assert step.settlement_figures["cash_reserves_usd"][0] == pytest.approx(50 - 390)
    assert recording.summary()["lender_loss_usd"] == pytest.approx(36)


def losses(recording):
    return [float(step.lender_loss_usd[0]) for step in recording.rounds[1:]]


def test_that_what_the_inventory_earns_is_set_off_against_what_lenders_lost():
    """A shortfall of 38; each round 10 tokens, carried at 3.80, are sold for 3.90."""
    recording = run(absorb(buyers_usd_per_round=39.0), [account("a", 40.0, 190.0)])
    assert [float(step.reserve_usd[0]) for step in recording.rounds[1:5]] == pytest.approx([-37, -36, -35, -34])
    assert losses(recording) == pytest.approx([37, -1, -1, -1, 0])
    assert recording.summary()["lender_loss_usd"] == pytest.approx(34.0)
    assert recording.summary()["bad_debt_usd"] == pytest.approx(38.0)
    assert recording.rounds_frame()["lender_loss_so_far_usd"].tolist() == pytest.approx([37, 36, 35, 34, 34])
    told = [step["lender_loss_so_far_usd"] for step in recording.to_dict()["rounds"]]
    assert told == pytest.approx([37, 36, 35, 34, 34])


def test_that_lenders_lose_nothing_when_the_reserve_has_recovered_in_the_end():
    """The reserve goes to -1.4 and, over zero, to 1.6: the loss of the first round is taken back, and no more."""
    recording = run(absorb(buyers_usd_per_round=39.0), [account("a", 40.0, 154.4)])
    assert [float(step.reserve_usd[0]) for step in recording.rounds[1:5]] == pytest.approx([-1.4, -0.4, 0.6, 1.6])
    assert losses(recording) == pytest.approx([1.4, -1.0, -0.4, 0, 0], abs=1e-12)
    assert recording.summary()["lender_loss_usd"] == 0.0  # not what rounding leaves
    assert recording.rounds_frame()["lender_loss_so_far_usd"].iloc[-1] == 0.0


def test_that_an_inventory_sold_below_its_value_costs_lenders_without_bad_debt():
    """Carried at 3.80, sold at 3.90 and, once the price is 3, at 2.925: 26.67 tokens then cost the reserve 23.33."""
    fall = {"kind": "path", "returns": {"TOK": [0.0, -0.25]}}
    loans, safety = [account("a", 40.0, 152.0)], {"reserve_usd": 20.0}
    recording = run(absorb(buyers_usd_per_round=39.0), loans, shock=fall, safety=safety)
    reserve = [float(step.reserve_usd[0]) for step in recording.rounds[1:]]
    assert reserve == pytest.approx([21, 21 - 35 / 3, 21 - 70 / 3, -5.25, -5.25])
    assert losses(recording) == pytest.approx([0, 0, 7 / 3, 35 / 12, 0])
    assert recording.summary()["bad_debt_usd"] == 0.0
    assert recording.summary()["lender_loss_usd"] == pytest.approx(5.25)


def test_that_debt_without_collateral_is_not_taken_from_a_reserve_below_zero():
    loans = [account("short", 40.0, 200.0), {"account": "none", "market": "m", "debt_asset": "USD", "debt_amount": 7.0}]
    step = run(absorb(target_reserves_usd=NEVER), loans, safety={"reserve_usd": 40.0}).rounds[1]
    assert step.reserve_usd[0] == pytest.approx(40 - 48)
    assert step.bad_debt_usd[0] == pytest.approx(48 + 7)
    assert step.lender_loss_usd[0] == pytest.approx(8 + 7)


def test_that_buyers_buy_until_the_market_is_down_to_what_is_asked():
    """A linear market: the price of 4 falls by 2 % for 100 USD sold; asked are 4 * 0.975: 125 USD, 31.25 tokens."""
    recording = run(absorb(), [account("a", 40.0, 100.0)], token=LINEAR)
    step = recording.rounds[1]
    assert step.sold[0] == pytest.approx(31.25)
    assert step.market[0] == pytest.approx(3.9)
    paid = 31.25 * 3.9
    assert step.proceeds_usd[0] == pytest.approx(31.25 * (4 + 3.9) / 2)
    assert step.liquidator_profit_usd == pytest.approx(31.25 * (4 + 3.9) / 2 - paid)
    assert step.settlement_figures["cash_reserves_usd"][0] == pytest.approx(paid - 152)
    # each token entered at 3.8 and was sold at 3.9
    assert step.reserve_usd[0] == pytest.approx(31.25 * 0.1)
    assert step.settlement_figures["inventory_usd"][0] == pytest.approx(8.75 * 4)


def test_that_the_rest_is_sold_once_the_oracle_has_followed_the_market_down():
    recording = run(absorb(), [account("a", 40.0, 100.0)], token=LINEAR)
    assert recording.rounds[2].oracle[0] == pytest.approx(3.9)
    assert recording.rounds[2].sold[0] == pytest.approx(8.75)
    assert recording.rounds[-1].settlement_figures["inventory_usd"][0] == 0.0
    assert recording.ended == "no more liquidations"


def test_that_nothing_is_for_sale_at_the_target_or_above():
    recording = run(absorb(target_reserves_usd=0.0), [account("a", 40.0, 100.0)], safety={"reserve_usd": 152.0})
    assert recording.rounds[1].settlement_figures["cash_reserves_usd"][0] == pytest.approx(0.0)
    assert recording.rounds[-1].settlement_figures["inventory_usd"][0] == 160.0


def test_that_selling_stops_when_cash_has_reached_the_target():
    step = run(absorb(target_reserves_usd=-100.0), [account("a", 40.0, 100.0)]).rounds[1]
    assert step.settlement_figures["cash_reserves_usd"][0] == pytest.approx(-100.0)
    assert step.sold[0] == pytest.approx(52 / 3.9)


def test_that_buyers_pay_no_more_in_a_round_than_they_have():
    recording = run(absorb(buyers_usd_per_round=39.0), [account("a", 40.0, 100.0)])
    assert [float(step.sold[0]) for step in recording.rounds[1:]] == pytest.approx([10, 10, 10, 10, 0])
    assert recording.ended == "no more liquidations"


def test_that_what_buyers_paid_for_one_asset_they_have_no_more_for_the_next():
    given = market(absorb(buyers_usd_per_round=39.0))
    data = scenario({"m": given}, [account("a", 5.0, 40.0)]).to_dict()
    data["assets"]["ETH"] = {"price": 10.0}
    data["markets"]["m"]["collateral"]["ETH"] = {"liquidation_threshold": 0.5}
    data["loans"].append({**account("a", 3.0, 0.0), "collateral_asset": "ETH"})
    step = engine.run(engine.from_dict(data)).rounds[1]
    # 5 TOK for 3.90 USD each leave 19.50 USD for ETH, which costs 9.75
    assert step.sold == pytest.approx([5.0, 0.0, 2.0])


def test_that_the_published_purchase_at_a_discount_fills_reserves():
    """Comet: 50 USD buy 55.55 tokens of price 1 at a discount of 10 %, and reserves are at 50."""
    given = absorb(penalty=0.0, storefront_discount=0.1, target_reserves_usd=50.0)
    recording = run(given, [account("a", 100.0, 60.0)], token={"price": 1.0}, safety={"reserve_usd": 100.0})
    step = recording.rounds[1]
    assert step.sold[0] == pytest.approx(50 / 0.9)
    assert step.settlement_figures["cash_reserves_usd"][0] == pytest.approx(50.0)


def test_that_the_published_gap_is_lost_when_the_inventory_is_sold_at_the_oracle_price():
    """Comet: debt 4000 against collateral worth 3175, nothing taken off: 825 are lost."""
    given = absorb(penalty=0.0, storefront_discount=0.0)
    recording = run(given, [account("a", 3175.0, 4000.0)], token={"price": 1.0}, threshold=1.0)
    assert recording.rounds[1].reserve_usd[0] == pytest.approx(-825.0)
    assert recording.rounds[1].settlement_figures["cash_reserves_usd"][0] == pytest.approx(3175 - 4000)
    assert recording.summary()["lender_loss_usd"] == pytest.approx(825.0)


def test_that_count_and_capacity_hold_for_absorptions():
    loans = [account("a", 40.0, 100.0), account("b", 40.0, 99.0), account("c", 40.0, 98.0)]
    by_count = run(absorb(), loans, liquidators={"max_liquidations_per_round": 2})
    assert [int(step.liquidations[0]) for step in by_count.rounds[1:3]] == [2, 1]
    assert by_count.events.account.tolist() == [0, 1, 2]
    by_capacity = run(absorb(), loans, liquidators={"capacity_usd_per_round": 198.5})
    assert by_capacity.events.account.tolist() == [0, 2, 1]
    assert [float(step.repaid_usd[0]) for step in by_capacity.rounds[1:3]] == [198.0, 99.0]


def test_that_least_profits_and_gas_are_liquidators_alone():
    recording = run(absorb(), [account("a", 40.0, 200.0)], liquidators={"min_profit_usd": 1e9, "gas_usd": 5.0})
    step = recording.rounds[1]
    assert step.liquidations[0] == 1
    assert step.liquidator_profit_usd == pytest.approx(40 * 4 * 0.025)


def test_that_a_pause_closes_the_storefront_too():
    """TOK falls by 20 % in round 2: the market pauses for three rounds."""
    fall = {"kind": "path", "returns": {"TOK": [0.0, -0.2, -0.2, -0.2, -0.2]}}
    recording = run(
        absorb(buyers_usd_per_round=39.0),
        [account("a", 40.0, 100.0)],
        shock=fall,
        safety={"pause_if_drop": 0.1, "pause_rounds": 3},
    )
    sold = [float(step.sold[0]) for step in recording.rounds[1:]]
    assert sold[0] == pytest.approx(10)
    assert sold[1:4] == [0, 0, 0]
    assert sold[4] == pytest.approx(39 / (3.2 * 0.975))


def test_that_a_run_waits_for_a_storefront_that_a_pause_keeps_shut():
    """The fall in round 2 is the last of the shock; the pause outlasts it, and nobody else has anything to do."""
    recording = run(
        absorb(buyers_usd_per_round=39.0),
        [account("a", 40.0, 100.0)],
        shock={"kind": "path", "returns": {"TOK": [0.0, -0.2]}},
        safety={"pause_if_drop": 0.1, "pause_rounds": 6},
    )
    assert [float(step.sold[0]) for step in recording.rounds[2:8]] == [0.0] * 6
    assert recording.rounds[8].sold[0] == pytest.approx(39 / (3.2 * 0.975))
    assert recording.rounds[-1].settlement_figures["inventory_usd"][0] == 0.0


def test_that_what_buyers_would_pay_is_not_worth_dust():
    recording = run(
        absorb(buyers_usd_per_round=0.5), [account("a", 40.0, 100.0)], simulation={"max_rounds": 50, "dust_usd": 1.0}
    )
    assert not any(step.sold.any() for step in recording.rounds)
    assert recording.rounds[-1].settlement_figures["inventory_usd"][0] == 160.0


def test_that_a_second_storefront_meets_the_price_that_the_first_left():
    """Each alone would sell 31.25 tokens, down to 4 * 0.975; the second finds the market there already."""
    loans = [account("a", 40.0, 100.0, "m"), account("b", 40.0, 100.0, "n")]
    both = scenario({"m": market(absorb()), "n": market(absorb())}, loans, token=LINEAR)
    step = engine.run(both).rounds[1]
    assert step.sold[0] == pytest.approx(31.25)
    assert step.market[0] == pytest.approx(3.9)
    assert step.settlement_figures["inventory_usd"] == pytest.approx([8.75 * 4, 160.0])


def test_that_all_collateral_and_debt_of_an_account_go():
    data = scenario({"m": market(absorb(target_reserves_usd=NEVER))}, [account("a", 40.0, 100.0)]).to_dict()
    data["assets"]["ETH"] = {"price": 10.0}
    data["markets"]["m"]["collateral"]["ETH"] = {"liquidation_threshold": 0.5}
    data["loans"].append({**account("a", 3.0, 2.0), "collateral_asset": "ETH", "debt_asset": "ETH"})
    recording = engine.run(engine.from_dict(data))
    assert len(recording.events) == 4
    assert not recording.state(1).collateral_amount.any()
    assert not recording.state(1).debt_amount.any()
    step = recording.rounds[1]
    assert step.liquidations[0] == 1
    assert step.seized_usd[0] == pytest.approx(190.0)
    assert step.repaid_usd[0] == pytest.approx(120.0)
    assert step.settlement_figures["inventory_usd"][0] == pytest.approx(190.0)


def test_that_two_markets_share_one_round_in_order_of_debt():
    """Liquidators see the price as it stands; the storefront opens when all had their turn."""
    loans = [account("taken", 40.0, 101.0, "m"), account("large", 40.0, 120.0, "n"), account("small", 40.0, 90.0, "n")]
    both = scenario({"m": market(absorb()), "n": market(None)}, loans, token=LINEAR)
    recording = engine.run(both)
    first = recording.events
    rows = slice(0, recording.rounds[1].last_event)
    assert first.account[rows].tolist() == [1, 0, 2]
    step = recording.rounds[1]
    liquidated = float(first.seized[rows][[0, 2]].sum())
    assert liquidated == pytest.approx((60 + 45) * 1.05 / 4)
    # buyers follow the liquidators' sales down to 4 * 0.975
    assert step.sold[0] == pytest.approx(31.25)
    assert step.market[0] == pytest.approx(3.9)


@pytest.mark.parametrize(
    "curve",
    [
        {"model": "exponential", "depth_2pct_usd": 40.0},
        {"model": "constant_usd", "depth_2pct_usd": 40.0},
        {"model": "linear", "depth_2pct_usd": 40.0},
        {"model": "square_root", "coefficient": 1.0, "daily_volatility": 0.1, "daily_volume_usd": 500.0},
        {"model": "constant_product", "reserve_usd": 4000.0},
        {"model": "curve", "points": [[0.01, 20.0], [0.03, 70.0], [0.1, 200.0]]},
    ],
)
@pytest.mark.parametrize("bought", [0.0, 10.0])
def test_that_buyers_stop_where_the_market_price_is_what_is_asked(curve, bought):
    """Also where an earlier purchase has lifted the price."""
    from engine.kernels import sale_down_to_nb
    from engine.market.curves import compile_curves

    made = scenario({"m": market(None)}, [], token={"liquidity": curve})
    curves = compile_curves(made.parameters)
    outstanding, cross = np.array([-bought, 0.0]), np.array([0.01, 0.0])
    undisturbed = np.array([4.0, 1.0])
    from engine import kernels

    def price(usd):
        return 4.0 * np.exp(cross[0] - kernels.log_fall_nb(curves, 0, usd))

    start = outstanding[0] * undisturbed[0]
    for share in (0.999, 0.97, 0.9):
        wanted = price(start) * share
        usd = sale_down_to_nb(curves, 0, cross[0], start, wanted / undisturbed[0])
        assert price(start + usd) == pytest.approx(wanted, rel=1e-12)
    assert sale_down_to_nb(curves, 0, cross[0], start, price(start) * 1.001 / undisturbed[0]) == 0.0
