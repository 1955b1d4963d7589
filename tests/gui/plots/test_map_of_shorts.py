"""The liquidation map reaches above today's price where rises liquidate, and only there."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.map_data import DROPS, LEVEL, RISES, START, MapMode, curve, reach_for
from engine.reading.round_view import initial_view, liquidation_map, round_view

COMPILING_MS = 120_000


def row(account, collateral, amount, debt, owed):
    return {
        "account": account, "market": "m", "collateral_asset": collateral, "collateral_amount": amount,
        "debt_asset": debt, "debt_amount": owed,
    }  # fmt: skip


LONG = row("long", "ETH", 10.0, "USD", 630.0)  # liquidated below 70
SHORTS = (
    row("near", "USD", 1250.0, "ETH", 9.0),  # above 1,250 x 0.9 / 9 = 125
    row("far", "USD", 1450.0, "ETH", 9.0),  # above 145
)


def scenario(*loans, rise=0.0):
    listed = {"liquidation_threshold": 0.9, "liquidation_bonus": 0.05}
    return engine.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"USD": {"price": 1.0}, "ETH": {"price": 100.0}},
            "markets": {"m": {"collateral": {"USD": listed, "ETH": listed}}},
            "shock": {"kind": "instant", "returns": {"ETH": rise}, "over_rounds": 3},
            "loans": list(loans),
        }
    )


@pytest.fixture
def plot(qtbot):
    plot = LiquidationMapPlot()
    qtbot.addWidget(plot)
    plot.resize(520, 320)
    plot.grab()
    return plot


def show(qtbot, plot, made):
    plot.set_view(initial_view(made))
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)


def shown_range(plot):
    return tuple(plot.plot.vb.viewRange()[0])


def test_that_a_book_of_longs_shows_falls_only(qtbot, plot):
    show(qtbot, plot, scenario(LONG))
    assert plot.reach == 0.0
    assert shown_range(plot) == pytest.approx((0.0, 0.9))
    assert plot.shown.drops.tolist() == DROPS[START:].tolist()


def test_that_shorts_extend_the_map_above_todays_price(qtbot, plot):
    made = scenario(LONG, *SHORTS)
    show(qtbot, plot, made)
    assert plot.reach == 0.5, "the last of them is liquidated 45 % above"
    assert shown_range(plot) == pytest.approx((-0.5, 0.9))
    assert plot.axes["bottom"].title == "prices since round 0"
    drawn = dict(zip(np.round(plot.shown.drops, 2).tolist(), plot.shown.cumulative.tolist(), strict=True))
    assert [drawn[drop] for drop in (-0.24, -0.26, -0.46, 0.0, 0.29, 0.31)] == pytest.approx(
        [0.0, 9 * 126, 18 * 146, 0.0, 0.0, 630.0]
    )
    assert plot.shown.cumulative.tolist() == liquidation_map(initial_view(made), None, DROPS[START - 50 :]).tolist()


def test_that_levels_of_rises_are_added_away_from_todays_price(qtbot, plot):
    plot.set_mode(MapMode.LEVELS)
    show(qtbot, plot, scenario(LONG, *SHORTS))
    levels = dict(zip(np.round(plot.shown.edges[:-1], 2).tolist(), plot.shown.levels.tolist(), strict=True))
    assert levels[-0.26] == pytest.approx(9 * 126), "between 124 and 126"
    assert levels[0.3] == pytest.approx(630.0), "between 70 and 68"
    assert len(plot.bars.heights) == len(levels) == 95 - 25
    assert "+24 % to +26 %: $1.13k" in plot._readout(-0.25, 0.0)
    assert plot._readout(0.31, 0.0) == "-30 % to -32 %: $630"


def test_that_a_price_above_is_read_out_as_a_rise(qtbot, plot):
    show(qtbot, plot, scenario(LONG, *SHORTS))
    assert plot._readout(-0.3, 0.0) == "+30 %: $1.17k liquidatable"
    assert plot._readout(-0.9, 0.0).startswith("+50 %:"), "there it ends"


def test_that_the_range_holds_the_price_of_every_round_and_stays(qtbot, plot):
    run = engine.run(scenario(*SHORTS, rise=0.6))
    plot.set_recording(run)
    ranges = set()
    for number in range(len(run.rounds)):
        plot.set_view(round_view(run, number))
        qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)
        plot.show_round(number)
        ranges.add(tuple(np.round(plot.plot.vb.viewRange(), 6).ravel().tolist()))
    assert len(ranges) == 1
    assert plot.reach == 1.0, "60 % is more than 50 %"
    assert plot.marks.now.value() == pytest.approx(-0.6)
    assert any("+60 %" in label.text for label, _ in plot.labels.placed)


@pytest.mark.parametrize("rise", [0.0, 0.45, -0.6])
def test_that_the_line_of_todays_price_does_not_run_through_its_label(qtbot, plot, rise):
    run = engine.run(scenario(LONG, *SHORTS, rise=rise))
    plot.set_recording(run)
    plot.set_view(round_view(run, len(run.rounds) - 1))
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)
    plot.show_round(len(run.rounds) - 1)
    ((_, place),) = [placed for placed in plot.labels.placed if ": oracle " in placed[0].text]
    area = plot.plot.mapRectFromItem(plot.plot.vb, plot.plot.vb.rect())
    left, right = shown_range(plot)
    line = area.left() + (plot.marks.now.value() - left) / (right - left) * area.width()
    assert not place.left() <= line <= place.right()


def test_that_the_map_over_rounds_reaches_as_far(qtbot, plot):
    run = engine.run(scenario(LONG, *SHORTS, rise=0.3))
    plot.set_recording(run)
    plot.set_mode(MapMode.ROUNDS)
    plot.set_view(round_view(run, 0))
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)
    assert tuple(plot.plot.vb.viewRange()[1]) == pytest.approx((-0.36, 0.5)), "where there is debt, and a little more"
    assert plot.image.image.shape == (len(run.rounds), 140 // LEVEL)
    bounds = plot.image.mapRectToParent(plot.image.boundingRect())
    assert (bounds.top(), bounds.bottom()) == pytest.approx((-0.9, 0.5))


def test_that_another_asset_has_a_range_of_its_own(qtbot, plot):
    show(qtbot, plot, scenario(*SHORTS))
    assert plot.reach == 0.5
    plot.set_asset(0)  # dollars that rise liquidate nobody who holds them
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)
    assert plot.reach == 0.0
    assert shown_range(plot) == pytest.approx((0.0, 0.9))
    plot.set_asset(1)
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=COMPILING_MS)
    assert plot.reach == 0.5


@pytest.mark.parametrize(
    ("owed", "reach"),
    [(0.5, 0.0), (9.0, 0.3)],
)
def test_that_a_handful_of_shorts_in_a_large_book_do_not_take_half_of_it(owed, reach):
    long = row("long", "ETH", 1000.0, "USD", 70_000.0)
    view = initial_view(scenario(long, row("short", "USD", 1250.0 * owed / 9, "ETH", owed)))
    assert curve(view, view.prices, None).reach == reach


def test_that_a_reach_is_one_of_few():
    assert [reach_for(rise) for rise in (-0.2, 0.1, 0.11, 0.5, 3.0)] == [0.1, 0.1, 0.2, 0.5, 1.0]
    assert all(round(reach * 100) % LEVEL == 0 for reach in RISES), "a whole number of levels"
