"""The liquidation price of each row: of the collateral of a long, and of what a short owes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engine
from engine.market.cash_assets import cash_assets
from engine.reading.explanation.explain import explain
from engine.reading.round_view import initial_view, round_view
from tests.engine.books import row, scenario

MARGIN = {"kind": "margin", "quote_asset": "BTC"}


def short(account, dollars, owed, asset="ETH", collateral="USD", **more):
    """One row that holds dollars with a threshold of 0.9 and owes an asset."""
    return {
        "account": account, "market": "m", "collateral_asset": collateral, "collateral_amount": dollars,
        "debt_asset": asset, "debt_amount": owed, "liquidation_threshold": 0.9, "liquidation_bonus": 0.05, **more,
    }  # fmt: skip


def priced(loans, **parts):
    """Return (asset, price, whether it rises, distance) of each row before a run; None where there is no price."""
    view = initial_view(scenario(loans, **parts))
    names = view.book.asset_names
    return [
        None if asset < 0 else (names[asset], pytest.approx(price), bool(rises), pytest.approx(distance))
        for asset, price, rises, distance in zip(
            view.row_price_asset, view.row_liquidation_price, view.row_price_rises, view.row_distance, strict=True
        )
    ]


def test_that_a_short_of_ten_against_twenty_thousand_dollars_is_liquidated_above_1800():
    # 20,000 x 0.9 / 10 = 1,800, which is 20 % above 1,500
    assets = {"USD": {"price": 1.0}, "ETH": {"price": 1500.0}, "BTC": {"price": 1000.0}}
    made = scenario([short("a", 20_000.0, 10.0)], assets=assets)
    view = initial_view(made)
    assert view.book.asset_names[view.row_price_asset[0]] == "ETH"
    assert view.row_liquidation_price[0] == pytest.approx(1800.0)
    assert view.row_price_rises[0]
    assert view.row_distance[0] == pytest.approx(0.2)
    for price, is_below in ((1799.9, False), (1800.1, True)):
        there = initial_view(scenario([short("a", 20_000.0, 10.0)], assets=assets | {"ETH": {"price": price}}))
        assert (there.health[0] < 1) == is_below


def test_that_a_long_keeps_the_price_of_its_collateral_below():
    assert priced([row("a", 10.0, 400.0)]) == [("ETH", 50.0, False, 0.5)]


def test_that_a_short_past_its_price_has_a_negative_distance():
    assert priced([short("a", 100.0, 1.0)]) == [("ETH", 90.0, True, -0.1)]


def test_that_where_both_sides_are_volatile_the_price_is_the_collaterals():
    # 1 BTC at 1,000 x 0.8 against 4 ETH at 100
    loan = row("a") | {"collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "ETH", "debt_amount": 4.0}
    assert priced([loan]) == [("BTC", 500.0, False, 0.5)]


def test_that_where_both_sides_are_stable_the_price_is_the_collaterals():
    assert priced([short("a", 1000.0, 450.0, asset="DAI")], assets={
        "USD": {"price": 1.0}, "DAI": {"price": 1.0}, "ETH": {"price": 100.0}, "BTC": {"price": 1000.0},
    }) == [("USD", 0.5, False, 0.5)]  # fmt: skip


def test_that_each_row_of_an_account_has_the_price_of_its_own_debt():
    # 2,000 x 0.9 = 1,800 of backing; BTC stands at 500 of debt, ETH at 400.
    loans = [short("a", 1000.0, 4.0), short("a", 1000.0, 0.5, asset="BTC")]
    assert priced(loans) == [("ETH", 325.0, True, 2.25), ("BTC", 2800.0, True, 1.8)]


def test_that_cash_in_a_row_of_its_own_has_the_price_of_the_largest_debt_that_is_no_cash():
    loans = [
        short("a", 2000.0, None, asset=None),
        row("a", debt=600.0),
        row("a", debt_asset="ETH", debt_amount=1.0),
        row("a", debt_asset="BTC", debt_amount=0.5),
    ]
    assert priced(loans) == [("BTC", (1800 - 700) / 0.5, True, 1.2), None, None, None]


def test_that_cash_owed_against_cash_and_a_long_keeps_the_price_of_the_cash():
    # 100 dollars x 0.9 and 10 ETH at 100 x 0.8 back 300 dollars: ETH down to 26.25, or the dollar up to 3.81
    loans = [short("a", 100.0, 300.0, asset="USD"), row("a", 10.0)]
    assert priced(loans) == [("USD", 800 / 210, True, 800 / 210 - 1), ("ETH", 26.25, False, 0.7375)]


def test_that_an_asset_held_and_owed_rises_where_more_of_it_is_owed():
    # 1 ETH x 0.8 held, 6 owed: net 5.2 short against 900 of dollars
    loans = [short("a", 1000.0, 6.0), row("a", 1.0)]
    assert priced(loans) == [("ETH", 900 / 5.2, True, 900 / 520 - 1)] * 2


def test_that_no_price_exists_for_a_short_whose_other_debt_is_too_much():
    assert priced([short("a", 1000.0, 1.0), row("a", debt=950.0)]) == [None, None]


def test_that_the_asset_margin_is_paid_in_is_cash_whatever_its_price():
    # Margin of 1 BTC at 1,000 x 0.8 against 4 ETH: liquidated above 200
    loan = row("a") | {"collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "ETH", "debt_amount": 4.0}
    rules = {"settlement": MARGIN, "legs": "proportional", "incentive": {"kind": "lltv"}}
    made = scenario([loan], rules=rules)
    assert cash_assets(made.parameters).tolist() == [[True, False, True]]
    assert priced([loan], rules=rules) == [("ETH", 200.0, True, 1.0)]


def test_that_the_price_of_a_short_follows_what_is_left_of_it_in_later_rounds():
    rules = {"close": {"kind": "target_health", "target": 1.05}}
    recording = engine.run(scenario([short("a", 1150.0, 9.0)], drop=0.2, rules=rules))
    view = round_view(recording, len(recording.rounds) - 1)
    owed, held = view.state.debt_amount[0], view.state.collateral_amount[0]
    assert 0 < owed < 9.0, "a part was liquidated"
    assert view.row_liquidation_price[0] == pytest.approx(held * 0.9 / owed)
    assert view.row_distance[0] == pytest.approx(held * 0.9 / owed / view.prices[1] - 1)


@pytest.mark.parametrize("settlement", [{"kind": "liquidator"}, {"kind": "margin", "quote_asset": "USD"}])
def test_that_the_account_panel_tells_the_price_of_the_table(settlement):
    margin = {"legs": "proportional", "incentive": {"kind": "lltv"}} if settlement["kind"] == "margin" else {}
    random = np.random.default_rng(4)
    loans = [short(f"s{n}", 1000.0 * random.uniform(0.9, 2), 8.0) for n in range(20)]
    loans += [row(f"l{n}", 10.0, 900.0 * random.uniform(0.5, 1)) for n in range(20)]
    loans += [short(f"n{n}", 1000.0, 8.0) for n in range(5)] + [row(f"n{n}", random.uniform(0, 20)) for n in range(5)]
    made = scenario(loans, drop=0.15, rules={"settlement": settlement} | margin)
    recording = engine.run(made)
    for number in (0, len(recording.rounds) - 1):
        view = round_view(recording, number)
        for at, account in enumerate(view.book.row_account):
            told = {each.asset: each for each in explain(recording, int(account), number).liquidation_prices}
            if view.row_price_asset[at] < 0:
                assert all(each.price is None for each in told.values())
                continue
            same = told[view.book.asset_names[view.row_price_asset[at]]]
            assert same.price == pytest.approx(view.row_liquidation_price[at])
            assert same.is_short == view.row_price_rises[at]
            assert same.distance == pytest.approx(view.row_distance[at])


def test_that_the_panel_tells_a_short_of_a_lending_market_the_price_of_what_it_owes():
    (told,) = explain(engine.run(scenario([short("a", 1000.0, 6.0)])), 0, 0).liquidation_prices
    assert (told.asset, told.price, told.is_short) == ("ETH", pytest.approx(150.0), True)
    assert replace(told, amount=10.0, threshold=0.7).is_short is False
