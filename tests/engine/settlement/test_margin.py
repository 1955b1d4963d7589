"""Margin engines (Method, section 7, `margin`): closings at the market and the insurance fund, by hand and by cases."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from tests.engine.settlement.perpetuals import position, run, scenario

THIN = {"liquidity": {"model": "exponential", "depth_2pct_usd": 100.0}}


def holdings(recording):
    state = recording.state(len(recording) - 1)
    return state.collateral_amount, state.debt_amount


@pytest.mark.parametrize(("usd", "liquidatable"), [(-4000.0, 0), (-4500.0, 0), (-4501.0, 1)])
def test_that_a_long_is_liquidatable_below_its_maintenance_margin_as_in_dydx_01(usd, liquidatable):
    # 0.1 BTC at 50,000, maintenance 10 %
    loans = [position("long", 0.1, 50_000.0, 5000.0 + usd)]
    assert run(loans, price=50_000.0, maintenance=0.1).rounds[0].liquidatable_left == liquidatable


@pytest.mark.parametrize(("price", "liquidatable"), [(95.4774, 0), (95.4773, 1)])
def test_that_a_long_of_b11_is_liquidatable_below_its_published_price(price, liquidatable):
    # (10 x 100 - 50) / (10 x 0.995) = 95.47738693467338
    loans = [position("long", 10.0, 100.0, 50.0)]
    assert run(loans, price=price).rounds[0].liquidatable_left == liquidatable


@pytest.mark.parametrize(("price", "liquidatable"), [(104.4776, 0), (104.4777, 1)])
def test_that_a_short_is_liquidatable_above_the_price_at_which_its_margin_is_below_maintenance(price, liquidatable):
    # 1050 of cash against 10 BTC: 1050 - 10 P < 0.005 x 10 P from P = 1050 / 10.05 = 104.47761 on
    loans = [position("short", -10.0, 100.0, 50.0)]
    assert run(loans, price=price).rounds[0].liquidatable_left == liquidatable


def test_that_the_fund_pays_the_deficit_of_b11():
    recording = run([position("long", 10.0, 100.0, 50.0)], to=40.0, settlement={"insurance_usd": 1000.0})
    step = recording.rounds[1]
    assert recording.rounds[0].reserve_usd[0] == 1000.0
    assert step.reserve_usd[0] == pytest.approx(450.0, abs=1e-9)
    assert step.repaid_usd[0] == 950.0
    assert step.seized_usd[0] == pytest.approx(400.0)
    assert step.bad_debt_usd[0] == 0.0
    assert step.lender_loss_usd[0] == 0.0
    assert step.sold[1] == 10.0
    assert not step.bought.any()
    assert recording.events.seized[0] == 10.0
    assert recording.events.to_protocol[0] == 0.0


@pytest.mark.parametrize(
    ("bankruptcy", "fill", "most", "delta"),
    [
        (5100, 5610, 0.005, 28.05), (5100, 5610, 0.025, 140.25), (5100, 5610, 0.999, 510), (5100, 5105.1, 0.005, 5.1),
        (5100, 5100, 0.005, 0), (5100, 5049, 0.005, -51), (-4900, -4410, 0.005, 22.05), (-4900, -4410, 0.025, 110.25),
        (-4900, -4410, 0.999, 490), (-4900, -4895.1, 0.005, 4.9), (-4900, -4949, 0.005, -49),
    ],
)  # fmt: skip
def test_that_the_fund_gets_the_fee_or_pays_the_loss_as_in_dydx_04(bankruptcy, fill, most, delta):
    # One token closed at `fill`; the account would end with nothing at `bankruptcy`.
    size = 1.0 if bankruptcy > 0 else -1.0
    loans = [position("trader", size, abs(bankruptcy), 0.0)]
    settlement = {"liquidation_fee": most, "insurance_usd": 100.0, "residual": "trader"}
    recording = run(loans, price=abs(fill), settlement=settlement, maintenance=0.5)
    step = recording.rounds[1]
    assert step.reserve_usd[0] - 100.0 == pytest.approx(delta, abs=1e-9)
    assert step.settlement_figures["credited_usd"][0] == pytest.approx(max(fill - bankruptcy - delta, 0.0), abs=1e-9)


@pytest.mark.parametrize(("residual", "fund", "credited"), [("insurance", 26.0, 0.0), ("trader", 4.0, 26.0)])
def test_that_margin_left_goes_to_the_fund_or_back_to_the_trader(residual, fund, credited):
    # 4 BTC at 100 against 370 leave 30; the fee is 1 % of 400.
    loans = [position("long", 4.0, 100.0, 30.0)]
    recording = run(loans, maintenance=0.1, settlement={"liquidation_fee": 0.01, "residual": residual})
    step = recording.rounds[1]
    assert step.reserve_usd[0] == pytest.approx(fund)
    assert step.settlement_figures["credited_usd"][0] == pytest.approx(credited)
    assert step.borrower_loss_usd == pytest.approx(30.0 - credited)
    assert step.liquidator_profit_usd == 0.0


GMX = {"thresholds": {"BTC": 0.99, "WETH": 1.0}, "settlement": {"residual": "trader", "insurance_usd": 1e7}}


@pytest.mark.parametrize(
    ("weth", "sol", "is_long", "returned"),
    [
        (2500, 15, True, 1.0), (2500, 14.99, True, 0.88), (4501, 15, False, None), (4499, 15, False, 1.0),
        (5000, 15.016, False, None), (5000, 15.017, False, 0.898), (5000, 150, False, 0.0), (4000, 15.01, True, 1.075),
        (5000, 1, True, 0.0),
    ],
)  # fmt: skip
def test_that_positions_close_and_return_what_gmx_01_says(weth, sol, is_long, returned):
    # 30,000 SOL at 15 with 1 WETH of margin; at least 1 % of the size must be left.
    size = 30_000.0 if is_long else -30_000.0
    weights = {"BTC": 0.99, "WETH": 1.0, "USD": 1.0} if is_long else {"USD": 1 / 1.01, "WETH": 1 / 1.01}
    loans = [
        position("trader", size, 15.0, 0.0),
        {"account": "trader", "market": "m", "collateral_asset": "WETH", "collateral_amount": 1.0},
    ]
    recording = run(
        loans, price=sol, assets={"WETH": {"price": weth}}, thresholds=weights, settlement=GMX["settlement"]
    )
    step = recording.rounds[1]
    assert step.liquidations[0] == (returned is not None)
    if returned is not None:
        assert step.settlement_figures["credited_usd"][0] / weth == pytest.approx(returned, abs=1e-9)
        assert step.reserve_usd[0] == pytest.approx(1e7 + min(0.0, weth + size * (sol - 15.0)), rel=1e-12)


SNX = {"ETH": (20.0, 2020.0), "LINK": (2000.0, 5.05), "ARB": (5000.0, 2.05), "OP": (5000.0, 2.05)}
"""Size and entry, the contract's skew premium included; and 1 BTC short at 29,850, and 20,000 USD of margin."""


@pytest.mark.parametrize(
    ("prices", "margin"),
    [
        ((30_000, 2000, 5, 2, 2), 18_850), ((28_000, 1900, 4.6, 1.9, 1.8), 16_550),
        ((31_000, 1775, 3, 1, 1.13), 0), ((31_000, 1820, 3, 1, 1), 250),
    ],
)  # fmt: skip
def test_that_an_account_with_five_positions_has_the_margin_of_snx_01(prices, margin):
    btc, *others = prices
    owed = sum(size * entry for size, entry in SNX.values()) - 20_000 - 29_850
    loans = [{"account": "trader", "market": "m", "debt_asset": "USD", "debt_amount": owed},
             {"account": "trader", "market": "m", "debt_asset": "BTC", "debt_amount": 1.0}]  # fmt: skip
    for name, (size, _) in SNX.items():
        loans.append({"account": "trader", "market": "m", "collateral_asset": name, "collateral_amount": size})
    assets = {name: {"price": price} for name, price in zip(SNX, others, strict=True)}
    recording = run(
        loans, price=btc, assets=assets, thresholds=dict.fromkeys([*SNX, "USD"], 0.5), settlement={"residual": "trader"}
    )
    assert recording.rounds[1].liquidations[0] == 1
    assert recording.rounds[1].settlement_figures["credited_usd"][0] == pytest.approx(margin, abs=1e-8)
    assert recording.rounds[1].bad_debt_usd[0] == 0.0
    assert recording.rounds[1].sold[2:] == pytest.approx([20.0, 2000.0, 5000.0, 5000.0])
    assert recording.rounds[1].bought[1] == 1.0


def test_that_each_closing_meets_the_price_that_the_one_before_left():
    depth = 1000.0 / -np.log(0.98)
    loans = [position("a", 10.0, 100.0, 3.0), position("b", 10.0, 100.0, 3.0)]
    recording = run(
        loans, maintenance=0.01, btc={"liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}},
        settlement={"insurance_usd": 100.0},
    )  # fmt: skip
    first = depth * (1 - np.exp(-1000 / depth))
    second = depth * (np.exp(-1000 / depth) - np.exp(-2000 / depth))
    assert recording.rounds[1].reserve_usd[0] == pytest.approx(100 + first + second - 2 * 997)
    assert recording.rounds[1].proceeds_usd[1] == pytest.approx(first + second)


def test_that_bought_back_shorts_push_the_price_up_into_the_next_ones():
    shorts = [position(str(n), -10.0, 100.0, 45.0 + 10.0 * n) for n in range(8)]
    recording = run(
        shorts, to=105.0, settlement={"insurance_usd": 1e5},
        btc={"liquidity": {"model": "exponential", "depth_2pct_usd": 1500.0}},
    )  # fmt: skip
    closed = [int(step.liquidations[0]) for step in recording.rounds]
    assert closed[1] < 8
    assert sum(closed) == 8
    assert sum(1 for count in closed if count) > 2
    assert recording.rounds[-1].market[1] > 105.0 * 1.1
    assert sum(step.bought[1] for step in recording.rounds) == pytest.approx(80.0)
    assert not any(step.sold.any() for step in recording.rounds)
    summary = recording.summary()
    assert summary["amplification"]["BTC"] > 2.0


def test_that_without_deleveraging_the_fund_pays_what_it_has_and_lenders_the_rest():
    loans = [position("long", 10.0, 100.0, 50.0), position("short", -10.0, 100.0, 100.0)]
    recording = run(loans, to=40.0, settlement={"insurance_usd": 100.0, "adl": False})
    step = recording.rounds[1]
    assert step.reserve_usd[0] == 0.0
    assert step.bad_debt_usd[0] == pytest.approx(450.0)
    assert step.lender_loss_usd[0] == pytest.approx(450.0)
    assert step.repaid_usd[0] == pytest.approx(500.0)
    assert step.settlement_figures["deleveraged"][0] == 0
    collateral, debt = holdings(recording)
    assert list(collateral) == [0.0, 1100.0]
    assert list(debt) == [0.0, 10.0]


def test_that_bad_debt_may_stay_on_an_account():
    recording = run(
        [position("long", 10.0, 100.0, 50.0)], to=40.0, settlement={"adl": False}, rules={"bad_debt": "stay"}
    )
    assert holdings(recording)[1][0] == pytest.approx(550.0)
    assert recording.rounds[1].bad_debt_usd[0] == pytest.approx(550.0)


def test_that_buying_back_at_any_price_may_cost_lenders_more_than_the_debt():
    # 10 BTC bought in a market of 100 USD: far beyond the 1000 that they are worth at the oracle
    depth = 100.0 / -np.log(0.98)
    cost = depth * (np.exp(1000 / depth) - 1)
    recording = run([position("short", -10.0, 100.0, 1.0)], btc=THIN, settlement={"insurance_usd": 20.0})
    step = recording.rounds[1]
    assert cost - 1001 - 20 < 1000  # still within the debt here
    assert step.bad_debt_usd[0] == pytest.approx(cost - 1001 - 20)
    thinner = {"liquidity": {"model": "exponential", "depth_2pct_usd": 10.0}}
    recording = run([position("short", -10.0, 100.0, 1.0)], btc=thinner, settlement={"insurance_usd": 20.0})
    step, depth = recording.rounds[1], 10.0 / -np.log(0.98)
    assert step.bad_debt_usd[0] == pytest.approx(depth * (np.exp(1000 / depth) - 1) - 1021)
    assert step.lender_loss_usd[0] == pytest.approx(step.bad_debt_usd[0])
    assert step.repaid_usd[0] == 0.0
    assert step.bought[1] == 10.0
    assert step.reserve_usd[0] == 0.0


def test_that_limits_of_a_round_hold_for_margin_engines():
    loans = [position(name, 10.0, 100.0, 1.0 + n) for n, name in enumerate("abcd")]
    given = {"maintenance": 0.05, "settlement": {"insurance_usd": 1e4}}
    by_count = run(loans, liquidators={"max_liquidations_per_round": 3}, **given)
    assert [int(step.liquidations[0]) for step in by_count.rounds] == [0, 3, 1, 0]
    by_usd = run(loans, liquidators={"capacity_usd_per_round": 1994.0}, **given)
    # 999 with nothing, 998 with 996
    assert [int(step.liquidations[0]) for step in by_usd.rounds] == [0, 1, 2, 1, 0]
    late = run(loans, liquidators={"latency_rounds": 2}, **given)
    assert [int(step.liquidations[0]) for step in late.rounds] == [0, 0, 0, 4, 0]
    paused = run(loans, to=99.0, safety={"pause_if_drop": 0.01, "pause_rounds": 2}, **given)
    assert [int(step.liquidations[0]) for step in paused.rounds] == [0, 0, 0, 4, 0]


def test_that_margin_is_paid_in_the_first_asset_of_unlimited_liquidity_unless_one_is_named():
    loans = [position("long", 1.0, 100.0, 1.0)]
    by_itself = run(loans, assets={"USD": {"price": 1.0, **THIN}, "EUR": {"price": 1.0}}, maintenance=0.1, btc=THIN)
    assert by_itself.rounds[1].bought[0] == pytest.approx(99.0)  # USD is a position then, bought back
    named = run(loans, assets={"USD": {"price": 1.0, **THIN}, "EUR": {"price": 1.0}}, maintenance=0.1, btc=THIN,
                settlement={"quote_asset": "USD"})  # fmt: skip
    assert not named.rounds[1].bought.any()


@pytest.mark.parametrize(
    ("settlement", "assets", "found"),
    [
        ({"quote_asset": "EUR"}, {}, "unknown asset 'EUR'"),
        ({}, {"USD": {"price": 1.0, **THIN}}, "no asset with unlimited liquidity"),
    ],
)
def test_that_a_margin_asset_must_exist(settlement, assets, found):
    with pytest.raises(engine.BadInput) as refused:
        scenario([position("long", 1.0, 100.0, 1.0)], settlement=settlement, assets=assets, btc=THIN)
    (fault,) = refused.value.faults
    assert fault.where == "markets.m.rules.settlement.quote_asset"
    assert found in fault.found


def test_that_positions_replay_to_every_round_forward_and_back():
    rng = np.random.default_rng(3)
    sizes, shares = rng.uniform(-9, 9, 80), rng.uniform(0.01, 0.3, 80)
    loans = [position(str(n), sizes[n], 100.0, 100.0 * abs(sizes[n]) * shares[n]) for n in range(80)]
    recording = run(
        loans, to=85.0, settlement={"insurance_usd": 5.0}, safety={"adl": True},
        btc={"liquidity": {"model": "exponential", "depth_2pct_usd": 4000.0}},
        liquidators={"max_liquidations_per_round": 5},
    )  # fmt: skip
    count = len(recording)
    assert count > 5
    assert sum(step.settlement_figures["deleveraged"][0] for step in recording.rounds) > 0
    states = [recording.state(number) for number in range(count)]
    cursor = recording.cursor()
    for number in [*range(count), *reversed(range(count)), 2, count - 1, 1]:
        cursor.seek(number)
        np.testing.assert_array_equal(cursor.collateral_amount, states[number].collateral_amount)
        np.testing.assert_array_equal(cursor.debt_amount, states[number].debt_amount)
