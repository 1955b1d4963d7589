"""Figures of one market: in all plots the same choice, and parts that add up to the whole."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

import engine
from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.plots.series import Series
from cascade_gui.plots.stacks import Stack, StackBy, choices
from engine.reading.round_view import round_view
from tests.gui.plots.runs import recording
from tests.shared import RESOURCES


@cache
def two():
    """Return a run of two protocols that share one asset and one depth, deep enough for bad debt in both."""
    content = json.loads((RESOURCES / "examples" / "two-protocols.json").read_text())
    content["shock"]["returns"]["WETH"] = -0.4
    made = engine.run(engine.from_dict(content))
    made.losses.work_out()
    return made


@pytest.fixture
def shown(grid, qtbot):
    grid.set_recording(two())
    last = len(two()) - 1
    grid.show_round(last)
    grid.set_view(round_view(two(), last))
    qtbot.waitUntil(lambda: not grid.health.is_busy and not grid.map.is_busy)
    return grid


def settle(grid, qtbot):
    qtbot.waitUntil(lambda: not grid.health.is_busy and not grid.map.is_busy)


ADDED = (
    "liquidations", "repaid_usd", "bad_debt_usd", "lender_loss_usd", "reserve_usd", "borrower_loss_usd",
    "insolvent_debt_usd", "total_loss_usd", "repaid_by_collateral_usd",
)  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_that_the_figures_of_the_markets_add_up_to_those_of_all(name):
    bold, cautious, both = (Series(two(), market) for market in ("bold", "cautious", None))
    np.testing.assert_allclose(bold[name] + cautious[name], both[name], rtol=1e-9, atol=1e-6)
    assert both[name].any() or name in {"reserve_usd", "insolvent_debt_usd"}


def test_that_a_figure_no_market_has_alone_is_not_told_of_one():
    of_one = Series(two(), "bold")
    assert np.isnan(of_one["liquidator_profit_usd"]).all()
    np.testing.assert_array_equal(of_one["market"], Series(two())["market"])


def test_that_a_market_the_run_does_not_have_is_taken_for_all():
    assert Series(two(), "elsewhere").market is None
    assert Series(recording(), "compound").market is None, "the only one is all"


@pytest.mark.parametrize("by", [StackBy.ASSET, StackBy.MARKET])
@pytest.mark.parametrize("market", [None, "bold", "cautious"])
def test_that_the_parts_of_a_bar_add_up_to_what_its_market_repaid(by, market):
    series = Series(two(), market)
    stack = Stack(series, by)
    np.testing.assert_allclose(stack.values.sum(axis=1), series["repaid_usd"], rtol=1e-9)
    if market and by is StackBy.MARKET:
        assert not stack.values[:, 1 - two().book.market_names.index(market)].any()


def test_that_bars_are_stacked_by_market_only_where_there_are_several(shown):
    assert choices(two()) == (StackBy.ASSET, StackBy.MARKET)
    assert choices(recording()) == (StackBy.ASSET,)
    shown.liquidations.set_stack(StackBy.MARKET)
    assert "bold" in shown.liquidations.legend.text()
    assert "cautious" in shown.liquidations.legend.text()
    assert not shown.liquidations.stack_chooser.isHidden()
    shown.set_recording(recording())
    assert shown.liquidations.stacked_by is StackBy.ASSET
    assert shown.liquidations.stack_chooser.isHidden()
    assert all(chooser.isHidden() for chooser in shown.markets.choosers)


def test_that_accounts_without_a_category_are_a_part_of_their_own():
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    closer = {"ETH": {"assets": ["WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": 0.02}}
    row = {"market": "aave", "collateral_asset": "WETH", "collateral_amount": 10.0, "debt_asset": "USDC"}
    run = engine.run(
        engine.from_dict(
            {
                "format": "cascade-scenario/1",
                "name": "Two categories",
                "assets": {"USDC": {"price": 1.0}, "WETH": {"price": 100.0}},
                "markets": {"aave": {"collateral": {"WETH": listed}, "categories": closer}},
                "shock": {"kind": "instant", "returns": {"WETH": -0.3}},
                "loans": [
                    row | {"account": "closer", "debt_amount": 650.0, "category": "ETH"},
                    row | {"account": "plain", "debt_amount": 600.0},
                ],
            }
        )
    )
    stack = Stack(Series(run), StackBy.CATEGORY)
    assert stack.names == ("ETH", "no category")
    repaid = dict.fromkeys(("closer", "plain"), 0.0)
    events = run.events
    for account, tokens in zip(events.account.tolist(), events.repaid.tolist(), strict=True):
        repaid[str(run.book.account_names[account])] += tokens
    assert stack.values.sum(axis=0).tolist() == pytest.approx([repaid["closer"], repaid["plain"]])
    assert min(repaid.values()) > 0


def test_that_one_choice_is_shown_and_followed_by_every_plot_that_tells_markets_apart(shown, qtbot):
    told = []
    shown.market_chosen.connect(told.append)
    names = ["all markets", *two().book.market_names]
    chooser = shown.markets.choosers[0]
    assert [action.text() for action in chooser.menu().actions()] == names
    chooser.menu().actions()[names.index("bold")].trigger()
    settle(shown, qtbot)
    assert told == ["bold"]
    assert {each.text() for each in shown.markets.choosers} == {"bold"}
    assert not any(each.isHidden() for each in shown.markets.choosers)
    of_one = Series(two(), "bold")
    tops = sum(bars.heights.sum() for bars in shown.liquidations.bars)
    assert tops == pytest.approx(of_one["repaid_usd"].sum())
    view = round_view(two(), len(two()) - 1)
    ours = view.book.market == view.book.market_names.index("bold")
    assert shown.health.shown.health.sum() == pytest.approx(view.debt_usd[ours].sum())
    assert shown.map.shown.market == "bold"
    shown.set_market(None)
    settle(shown, qtbot)
    assert shown.health.shown.health.sum() == pytest.approx(view.debt_usd.sum())
    assert {each.text() for each in shown.markets.choosers} == {"all markets"}


def test_that_the_maps_of_the_markets_add_up_to_the_map_of_all(shown, qtbot):
    shown.show_round(0)
    shown.set_view(round_view(two(), 0))
    curves = {}
    for market in (None, "bold", "cautious"):
        shown.set_market(market)
        settle(shown, qtbot)
        curves[market] = shown.map.shown.cumulative
    np.testing.assert_allclose(curves["bold"] + curves["cautious"], curves[None], rtol=1e-9, atol=1e-6)
    assert curves["bold"].any()
    assert curves["cautious"].any()


def test_that_a_picture_made_for_another_market_is_not_shown_as_that_of_the_chosen_one(shown, qtbot):
    picture = RunPictures().make(two(), None, shown.moving)
    shown.set_market("bold")
    shown.take(picture)
    settle(shown, qtbot)
    assert shown.health.shown.market == shown.map.shown.market == shown.losses.series.market == "bold"


def test_that_a_run_before_of_all_markets_is_not_drawn_beside_one_market(shown, qtbot):
    before = RunPictures().make(two(), None, shown.moving)
    shown.set_before(before)
    assert shown.liquidations.before is not None
    shown.set_market("cautious")
    settle(shown, qtbot)
    assert shown.liquidations.before is None
    assert shown.health._was is None
    shown.set_before(RunPictures().make(two(), None, shown.moving, market="cautious"))
    assert shown.liquidations.before is not None


def test_that_a_run_without_the_chosen_market_is_taken_as_it_was_made(shown):
    picture = RunPictures().make(two(), None, shown.moving)
    assert picture.of_market("elsewhere") is picture.of_market(None) is picture
    assert picture.of_market("bold").series.market == "bold"
