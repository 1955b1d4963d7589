"""Health and map draw the book of the shown round, computed outside the window's thread."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

import engine
from cascade_gui.plots import moving
from cascade_gui.plots.health import HealthPlot
from cascade_gui.plots.histogram import HEALTH, LTV, histograms
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.map_data import DROPS, START, MapMode, curve, heat_map
from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.theme import tokens
from cascade_gui.wording import numbers
from engine.reading.round_view import danger, initial_view, liquidation_map, round_view
from tests.gui.plots.runs import recording, scenario

COMPILING_MS = 120_000


def shown(qtbot, kind):
    plot = kind()
    qtbot.addWidget(plot)
    plot.resize(520, 320)
    plot.grab()
    return plot


def settle(qtbot, plot):
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)


def texts(plot) -> list[str]:
    return [label.text for label, _ in plot.labels.placed]


@pytest.mark.parametrize("kind", [HealthPlot, LiquidationMapPlot])
def test_that_a_plot_without_a_book_says_what_it_will_show(qtbot, kind):
    plot = shown(qtbot, kind)
    assert plot._empty.text()
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    assert not plot._empty.text()
    assert plot.shown.round == 0
    plot.set_view(None)
    assert plot.shown is None


def test_that_the_outline_of_the_run_before_is_seen_on_the_bars(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    assert plot.before._pen.color().name() == plot._tokens.faint
    plot.set_before(RunPictures().make(recording(), None, None))
    assert plot.before._pen.color().name() == plot._tokens.text
    plot.set_before(None)
    assert plot.before._pen.color().name() == plot._tokens.faint


def test_that_bars_below_one_are_the_liquidatable_debt(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    view = round_view(recording(), 1)
    plot.set_view(view)
    settle(qtbot, plot)
    unsafe = plot.unsafe.heights.sum()
    safe = plot.safe.heights.sum()
    assert unsafe == pytest.approx(view.debt_usd[view.health < 1].sum())
    assert unsafe + safe == pytest.approx(view.debt_usd.sum())
    before = plot.before.heights.sum()
    assert before == pytest.approx(round_view(recording(), 0).debt_usd.sum())
    assert any(text.startswith("← liquidatable $") for text in texts(plot))


def test_that_debt_can_be_ordered_by_ltv(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    plot.set_view(round_view(recording(), 2))
    settle(qtbot, plot)
    plot.selector.menu().actions()[1].trigger()
    assert plot.selector.text() == "LTV"
    assert len(plot.safe.heights) == LTV.count + 2
    plot.set_by_ltv(False)
    assert len(plot.safe.heights) == HEALTH.count + 2


def test_that_the_scale_of_debt_does_not_shrink_from_round_to_round(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    tops = []
    for number in (0, 1, 5, len(recording()) - 1):
        plot.set_view(round_view(recording(), number))
        settle(qtbot, plot)
        tops.append(plot.plot.vb.viewRange()[1][1])
    assert tops == sorted(tops)


def test_that_the_map_is_the_engines(qtbot):
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    assert plot.moving == "WETH", "what the shock moves most"
    expected = liquidation_map(initial_view(scenario()), "WETH", DROPS[START:])
    assert (plot.shown.cumulative == expected).all()
    assert plot.area.getOriginalDataset()[1].tolist() == expected.tolist()


def test_that_everything_has_a_price_now_only_where_all_moved_alike(qtbot):
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_recording(recording())
    plot.set_asset(None)
    for number, alike in ((0, True), (3, False)):  # WBTC falls by half as much as WETH
        plot.show_round(number)
        plot.set_view(round_view(recording(), number))
        settle(qtbot, plot)
        assert plot.marks.now.isVisible() is alike, number
        assert any("oracle prices" in text for text in texts(plot)) is alike


def test_that_the_line_stays_with_the_curve_that_is_drawn(qtbot):
    run = recording()
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_recording(run)
    plot.set_view(round_view(run, 3))
    settle(qtbot, plot)
    plot.show_round(5)  # whose curve is not there yet
    assert any(text.startswith("round 3: ") for text in texts(plot))
    assert plot.marks.now.value() == pytest.approx(1 - run.rounds[3].oracle[1] / run.rounds[0].market[1])


def test_that_bad_debt_is_told_apart_and_is_not_liquidatable(qtbot):
    loans = [
        {"account": name, "market": "m", "collateral_asset": "TOK", "collateral_amount": held, "debt_asset": "USD",
         "debt_amount": owed}
        for name, held, owed in (("empty", 0.0, 70.0), ("due", 100.0, 300.0), ("well", 100.0, 100.0))
    ]  # fmt: skip
    made = engine.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"TOK": {"price": 4.0}, "USD": {"price": 1.0}},
            "markets": {"m": {"collateral": {"TOK": {"liquidation_threshold": 0.5, "liquidation_bonus": 0.05}}}},
            "shock": {"kind": "instant", "returns": {"TOK": -0.1}},
            "loans": loans,
        }
    )
    view = initial_view(made)
    plot = shown(qtbot, HealthPlot)
    plot.set_view(view)
    settle(qtbot, plot)
    assert texts(plot)[0] == "← liquidatable $300, bad debt still owed $70"
    assert plot.bad.heights.sum() == 70.0
    assert plot.bad._brush.color() != plot.unsafe._brush.color()
    map_plot = shown(qtbot, LiquidationMapPlot)
    map_plot.set_view(view)
    settle(qtbot, map_plot)
    assert map_plot.shown.cumulative[[0, -1]].tolist() == [300.0, 400.0]


def test_that_nothing_is_said_to_be_liquidatable_where_nothing_is(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    assert (initial_view(scenario()).health > 1).all()
    assert not any("liquidatable" in text for text in texts(plot))


def test_that_falls_are_counted_from_round_zero_in_every_round():
    run = recording()
    view = round_view(run, 4)
    drawn = curve(view, run.rounds[0].oracle, "WETH").up_to(0.0).cumulative
    now = 1 - view.prices[1] / run.rounds[0].oracle[1]
    # Between the drops on both sides of today's price lies what is liquidatable today.
    at = int(np.searchsorted(DROPS[START:], now))
    debt = view.debt_usd[view.health < 1].sum()
    assert drawn[at - 1] <= debt * (1 + 1e-9)
    assert debt <= drawn[at] * (1 + 1e-9)


def test_that_the_price_of_the_round_moves_through_the_map(qtbot):
    run = recording()
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_recording(run)
    plot.set_asset(1)
    plot.set_view(round_view(run, 3))
    settle(qtbot, plot)
    plot.show_round(3)
    fallen = 1 - run.rounds[3].oracle[1] / run.rounds[0].market[1]
    assert plot.marks.now.value() == pytest.approx(fallen)
    assert any(text.startswith("round 3: oracle ") for text in texts(plot))
    assert plot.asset_chooser.text() == "WETH"


def test_that_the_heat_map_has_a_column_for_each_round(qtbot):
    run = recording()
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_recording(run)
    plot.mode_chooser.menu().actions()[2].trigger()
    settle(qtbot, plot)
    assert plot.mode is MapMode.ROUNDS
    assert plot.image.image.shape[0] == len(run)
    plot.show_round(5)
    assert plot.marks.now.value() == 5
    assert len(plot.path.getOriginalDataset()[0]) == 6
    with qtbot.waitSignal(plot.round_clicked) as clicked:
        plot._clicked_at(2.2, -0.3)
    assert clicked.args == [2]


def test_that_a_heat_map_of_many_rounds_is_sampled():
    drawn = heat_map(recording(), 7, "WETH")
    assert drawn.rounds.tolist() == list(range(7))
    assert drawn.each_round(7, 0.0).shape == (7, 45)
    assert drawn.each_round(7, 0.2).shape == (7, 55)


def test_that_levels_add_up_to_the_curve(qtbot):
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_mode(MapMode.LEVELS)
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    drawn = plot.shown
    assert drawn.levels.sum() == pytest.approx(drawn.cumulative[-1] - drawn.cumulative[0])
    assert plot.bars.heights.tolist() == drawn.levels.tolist()
    assert "liquidatable" not in plot._readout(0.3, 0)


@pytest.mark.parametrize("kind", [HealthPlot, LiquidationMapPlot])
@pytest.mark.parametrize("dark", [True, False])
def test_that_a_book_plot_takes_the_colours_of_the_scheme(qtbot, kind, dark):
    plot = shown(qtbot, kind)
    plot.apply_theme(tokens(dark))
    assert plot.view.grab().toImage().pixelColor(2, 2).name() == tokens(dark).background


def test_that_the_range_of_a_finished_run_holds_every_round_from_the_start(qtbot):
    run = recording()
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(run)
    settle(qtbot, plot)
    before = plot.plot.vb.viewRange()
    for number in (1, 6, len(run) - 1):
        plot.set_view(round_view(run, number))
        settle(qtbot, plot)
        assert plot.plot.vb.viewRange() == before


@pytest.mark.parametrize("reduced", [True, False])
def test_that_the_wall_moves_one_step_at_a_time_unless_motion_is_reduced(qtbot, monkeypatch, reduced):
    monkeypatch.setattr(moving, "motion_milliseconds", lambda widget: 0 if reduced else 150)
    run = recording()
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(run)
    plot.show()
    heights = []
    for number in (1, 2):
        view = round_view(run, number)
        plot.set_view(view)
        qtbot.waitUntil(lambda n=number: plot.shown is not None and plot.shown.round == n, timeout=COMPILING_MS)
        heights.append(plot._drawn.copy())
        if number == 2:
            title = plot.subtitle.text()
            assert title.startswith("round 2" if reduced else "round 1 → 2"), "no other round than the bars are of"
        settle(qtbot, plot)
        assert plot.subtitle.text().startswith(f"round {number};")
    assert (heights[1] == plot._drawn).all() == reduced
    assert plot._drawn.tolist() == plot.shown.health.tolist()
    plot.hide()


def test_that_an_asset_can_be_chosen_before_anything_ran(qtbot):
    plot = shown(qtbot, LiquidationMapPlot)
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    plot.asset_chooser.menu().actions()[2].trigger()
    settle(qtbot, plot)
    assert plot.asset_chooser.text() == "WETH"
    assert plot.shown.asset == "WETH"


def test_that_debt_is_named_that_a_liquidation_makes_worse(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    view = round_view(recording(), 2)
    plot.set_view(view)
    settle(qtbot, plot)
    toxic, short = danger(view)
    assert toxic.sum() > 0
    amounts = numbers.money(toxic.sum()), numbers.money(short.sum())
    said = "toxic liquidations {}, shortfall of full closes with bonus {}".format(*amounts)
    assert said in plot.accessibleDescription()
    assert said in texts(plot) or "toxic {}, shortfall {}".format(*amounts) in texts(plot)
    places = [place.left() for label, place in plot.labels.placed if label.x == 1.0]
    limit = plot.plot.mapFromItem(plot.plot.vb, plot.plot.vb.mapFromView(QPointF(1.0, 0))).x()
    assert limit < min(places) < limit + 12, "beside the line"
    assert max(places) < limit + 100, "further only where a bar would be covered"
    plot.set_view(initial_view(scenario()))
    settle(qtbot, plot)
    assert not any("toxic" in text for text in texts(plot))


def test_that_the_pointer_over_the_zone_tells_toxic_debt_by_market(qtbot):
    plot = shown(qtbot, HealthPlot)
    plot.set_recording(recording())
    found = replace(
        histograms(round_view(recording(), 2)), toxic_usd={"one": 0.0, "two": 3e6}, short_usd={"one": 2e6, "two": 0.0}
    )
    plot.set_view(round_view(recording(), 2), SimpleNamespace(health=found, health_was=None))
    assert plot._readout(0.9, 0.0).endswith("toxic liquidations: two $3M; shortfall of full closes: one $2M")
    assert "toxic" not in plot._readout(1.5, 0.0)


def test_that_a_bar_for_all_beyond_does_not_press_the_others_flat(qtbot):
    view = round_view(recording(), 0)
    well = replace(view, health=np.where(np.arange(len(view.health)) % 2, 99.0, view.health))
    plot = shown(qtbot, HealthPlot)
    plot.set_view(well)
    settle(qtbot, plot)
    inner, beyond = plot.shown.health[1:-1].max(), plot.shown.health[-1]
    assert beyond > 2 * inner
    assert inner <= plot.plot.vb.viewRange()[1][1] < 2 * inner
    assert numbers.money(beyond) in texts(plot)
