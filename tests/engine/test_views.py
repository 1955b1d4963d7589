"""What the window shows of a round, against plain sums over the rows."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.reading.explanation.explain import explain
from engine.reading.round_view import (
    Status,
    danger,
    health_histogram,
    initial_view,
    liquidation_heat_map,
    liquidation_map,
    liquidation_map_at_prices,
    liquidation_map_of_rises,
    round_view,
    stable_assets,
)
from engine.recording.records import Marks
from engine.settlement.marks import DELEVERAGED
from tests.engine.books import row, scenario
from tests.shared import RESOURCES

SHALLOW = {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}}
LOANS = [
    row("safe", 10.0, 100.0),
    row("partly", 10.0, 650.0),
    row("bad", 10.0, 795.0),
    row("no debt", 5.0),
    row("only debt", debt=50.0),
    row("short", debt=None, collateral=None, debt_asset="ETH", debt_amount=7.0)
    | {"collateral_asset": "USD", "collateral_amount": 1000.0, "liquidation_threshold": 0.9, "liquidation_bonus": 0.05},
]


def view_at(number=None, **parts):
    recording = engine.run(scenario(LOANS, **parts))
    return round_view(recording, len(recording.rounds) - 1 if number is None else number)


def test_that_health_and_ltv_are_those_of_the_formula():
    view = initial_view(scenario(LOANS))
    assert view.health.tolist() == pytest.approx([8.0, 800 / 650, 800 / 795, np.inf, 0.0, 900 / 700])
    assert view.ltv.tolist() == pytest.approx([0.1, 0.65, 0.795, 0.0, np.inf, 0.7])
    assert view.collateral_usd.tolist() == [1000, 1000, 1000, 500, 0, 1000]
    assert view.round == 0


def test_that_the_first_rounds_view_is_the_view_before_the_run():
    first, before = view_at(0, drop=-0.2), initial_view(scenario(LOANS, drop=-0.2))
    np.testing.assert_array_equal(first.health, before.health)
    np.testing.assert_array_equal(first.status, before.status)


def test_that_states_tell_what_has_happened():
    loans = [*LOANS, row("taken", 10.0, 650.0, market="n")]
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    full = {"collateral": {"ETH": listed}, "rules": {"close": {"kind": "full"}}}
    rules = {"close": {"kind": "target_health", "target": 1.05}}
    recording = engine.run(scenario(loans, drop=-0.2, rules=rules, markets={"n": full}))
    view = round_view(recording, len(recording.rounds) - 1)
    assert dict(zip(view.book.account_names, (Status(value).name for value in view.status), strict=True)) == {
        "safe": "HEALTHY", "partly": "PARTLY", "bad": "BAD_DEBT", "no debt": "NO_DEBT", "only debt": "BAD_DEBT",
        "short": "HEALTHY", "taken": "LIQUIDATED",
    }  # fmt: skip
    assert view.status_round.tolist() == [0, 1, 1, 0, 1, 0, 1]


def test_that_an_account_that_nobody_serves_is_shown_as_liquidatable():
    view = view_at(1, drop=-0.3, liquidators={"max_liquidations_per_round": 0})
    assert [Status(value) for value in view.status[:3]] == [Status.HEALTHY, Status.LIQUIDATABLE, Status.LIQUIDATABLE]


def test_that_at_a_rows_liquidation_price_health_is_one():
    view = initial_view(scenario(LOANS))
    for index, loan in enumerate(LOANS):
        price = view.row_liquidation_price[index]
        if loan.get("collateral_asset") != "ETH" or loan.get("debt_asset") is None:
            continue
        assert loan["collateral_amount"] * price * 0.8 == pytest.approx(loan["debt_amount"])
        assert view.row_distance[index] == pytest.approx(1 - price / 100)
    assert np.isnan(view.row_liquidation_price[3]), "no debt"
    assert np.isnan(view.row_liquidation_price[4]), "no collateral"
    assert view.row_liquidation_price[5] == pytest.approx(900 / 7), "what is owed would have to rise"


def test_that_no_price_helps_where_other_collateral_is_enough():
    loans = [row("a", 1.0, 100.0), {**row("a"), "collateral_asset": "BTC", "collateral_amount": 5.0}]
    view = initial_view(scenario(loans))
    assert np.isnan(view.row_liquidation_price[0])
    assert view.row_liquidation_price[1] == pytest.approx((100 - 80) / (5 * 0.8))


def test_that_rounding_is_no_liquidation_price():
    """Who holds and owes one asset has the same health at each of its prices."""
    loans = [row(f"a{n}", 0.1 + n / 7, 0.05 + n / 29, debt_asset="ETH") for n in range(50)]
    recording = engine.run(
        scenario(loans, drop=-0.37, eth={"liquidity": {"model": "exponential", "depth_2pct_usd": 900.0}})
    )
    for number in range(len(recording.rounds)):
        view = round_view(recording, number)
        assert np.isnan(view.row_liquidation_price).all()
        for account in range(len(recording.book)):
            assert [each.price for each in explain(recording, account, number).liquidation_prices] == [None]


def test_that_the_histogram_holds_all_debt():
    view = initial_view(scenario(LOANS))
    edges = np.array([0.5, 1.0, 1.25, 2.0])
    bins = health_histogram(view, edges)
    assert bins.tolist() == pytest.approx([50.0, 0.0, 795.0 + 650.0, 700.0, 100.0])
    assert view.health_histogram(edges).sum() == pytest.approx(view.debt_usd.sum())


@pytest.mark.parametrize("asset", [None, "ETH", "BTC", "USD"])
@pytest.mark.parametrize("trigger", ["below", "at_or_below"])
def test_that_the_map_is_what_a_new_scenario_at_those_prices_says(asset, trigger):
    bitcoin = {**row("two"), "collateral_asset": "BTC", "collateral_amount": 1.0}
    loans = [*LOANS, row("exact", 10.0, 400.0), row("two", 4.0, 900.0), bitcoin]
    drops = [-0.5, 0.0, 0.1, 0.25, 0.5, 0.75, 0.9]
    rules = {"trigger": trigger}
    found = liquidation_map(initial_view(scenario(loans, rules=rules)), asset, drops)
    for drop, debt in zip(drops, found, strict=True):
        assets = {"USD": {"price": 1.0}, "ETH": {"price": 100.0}, "BTC": {"price": 1000.0}}
        for name in ("ETH", "BTC") if asset is None else (asset,):
            assets[name]["price"] *= 1 - drop
        view = initial_view(scenario(loans, rules=rules, assets=assets))
        assert debt == pytest.approx(
            view.debt_usd[view.health <= 1 if trigger == "at_or_below" else view.health < 1].sum()
        )


def test_that_the_map_can_be_asked_by_price():
    view = initial_view(scenario(LOANS))
    np.testing.assert_allclose(
        liquidation_map_at_prices(view, "ETH", [120.0, 90.0, 60.0]), liquidation_map(view, "ETH", [-0.2, 0.1, 0.4])
    )


def test_that_a_row_of_the_heat_map_is_the_map_at_the_first_prices_with_that_rounds_amounts():
    recording = engine.run(scenario(LOANS, eth=SHALLOW, drop=-0.2))
    drops = [0.0, 0.1, 0.2, 0.4]
    table, risen = liquidation_heat_map(recording, [0, 1, 2], "ETH", drops)
    np.testing.assert_allclose(table[0], liquidation_map(round_view(recording, 0), "ETH", drops))
    later = round_view(recording, 2)
    np.testing.assert_allclose(
        table[2], liquidation_map_at_prices(later, "ETH", [100.0 * (1 - drop) for drop in drops]), atol=1e-9
    )
    assert risen[:, 1:].tolist() == [[0.0] * 3] * 3, "falls are no rises"
    assert np.isnan(liquidation_heat_map(recording, [0, 1], None, drops, stop=lambda: True)).all()


def test_that_stable_assets_are_known_by_their_price_and_not_by_their_name():
    assets = {
        "USD": {"price": 1.0},
        "ETH": {"price": 100.0},
        "BTC": {"price": 1000.0},
        "odd": {"price": 0.96},
        "low": {"price": 0.94},
    }
    assert stable_assets(scenario([], assets=assets)) == ("USD", "odd")


def test_that_the_compound_example_shows_the_debt_below_health_one_of_its_facts():
    book = initial_view(engine.load(RESOURCES / "examples" / "compound.cascade"))
    stable = {"USDC", "USDT", "DAI", "TUSD", "USDP", "SAI", "FEI"}
    falling = [name for name in book.book.asset_names if name not in stable]
    drops = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    expected = [0.191, 3.608, 34.124, 55.653, 119.707, 243.056]
    assert (liquidation_map(book, falling, drops) / 1e6).tolist() == pytest.approx(expected, abs=5e-4)
    shown = [f"{value / 1e6:.3g}" for value in liquidation_map(book, None, drops[:4])]
    assert shown == ["0.191", "3.61", "34.1", "55.7"]


def test_that_toxic_and_short_accounts_are_counted_by_market():
    toxic, short = danger(initial_view(scenario([row("a", 10.0, 700.0), row("b", 10.0, 920.0), row("c", 10.0, 950.0)])))
    assert toxic.tolist() == pytest.approx([920.0 + 950.0]), "health below 0.8 * 1.1"
    assert short.tolist() == pytest.approx([920.0 + 950.0 - 2 * 1000.0 / 1.1]), "what 1,000 of collateral leaves unpaid"


@pytest.mark.parametrize(
    ("settlement", "short"),
    [({"kind": "absorb"}, 50.0), ({"kind": "auction"}, 50.0), ({"kind": "stability_pool"}, 0.0),
     ({"kind": "margin"}, 50.0)],
)  # fmt: skip
def test_that_who_is_closed_whole_without_a_bonus_is_not_toxic(settlement, short):
    loans = [row("a", 10.0, 920.0), row("b", 10.0, 1050.0)]
    made = scenario(loans, rules={"settlement": settlement, "incentive": {"kind": "lltv"}})
    toxic, lacking = danger(initial_view(made))
    assert toxic.tolist() == [0.0]
    assert lacking.tolist() == [short]
    found = explain(engine.run(made), 1, 0)
    assert found.toxic_below is None
    assert found.full_close_leaves_bad_debt == (short > 0.0)


def test_that_a_view_keeps_its_amounts_when_its_cursor_moves_on():
    recording = engine.run(scenario(LOANS, eth=SHALLOW, drop=-0.2))
    cursor = recording.cursor()
    view = round_view(recording, 1, cursor)
    amounts = view.state.debt_amount.copy()
    round_view(recording, 0, cursor)
    np.testing.assert_array_equal(view.state.debt_amount, amounts)


@pytest.mark.parametrize("asset", [None, "ETH", "BTC"])
def test_that_debt_is_added_at_the_rise_that_liquidates_it(asset):
    random = np.random.default_rng(5)
    loans = [*LOANS, row("never", 1.0, 10.0, debt_asset="ETH")]
    for n in range(60):
        held, owed = random.choice(["USD", "ETH", "BTC"], 2)
        price = {"USD": 1.0, "ETH": 100.0, "BTC": 1000.0}
        loans.append(
            row(f"r{n}") | {
                "collateral_asset": held, "collateral_amount": 1000.0 / price[held], "debt_asset": owed,
                "debt_amount": random.uniform(300, 900) / price[owed], "liquidation_threshold": 0.8,
                "liquidation_bonus": 0.05,
            }
        )  # fmt: skip
    view = initial_view(scenario(loans))
    rises = [0.1, 0.3, 0.5, 1.0]
    expected, below = [], view.health < 1
    for rise in rises:
        assets = {"USD": {"price": 1.0}, "ETH": {"price": 100.0}, "BTC": {"price": 1000.0}}
        for name in ("ETH", "BTC") if asset is None else (asset,):
            assets[name]["price"] *= 1 + rise
        there = initial_view(scenario(loans, assets=assets))
        expected.append(there.debt_usd[(there.health < 1) & ~below].sum())
        below |= there.health < 1
    assert min(expected) > 0
    found = liquidation_map_of_rises(view, asset, [*(-rise for rise in rises[::-1]), 0.0, 0.2])[1]
    assert found[:4][::-1].tolist() == pytest.approx(expected)


def test_that_a_round_can_be_looked_at_while_the_run_adds_events_of_other_kinds(monkeypatch):
    recording = engine.run(scenario(LOANS))
    told = []

    def growing(_):
        told.append(len(told))  # each look finds one event more than the last
        return Marks(np.zeros(len(told), dtype=np.int64), np.full(len(told), DELEVERAGED, dtype=np.int8))

    monkeypatch.setattr(type(recording), "marks", property(growing))
    assert round_view(recording, 0).round == 0
