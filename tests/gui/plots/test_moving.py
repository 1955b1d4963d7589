"""Bars, walls and lines move to the next round; nothing moves where it is not wanted."""

from __future__ import annotations

import numpy as np
import pytest

from cascade_gui.plots import moving
from cascade_gui.plots.grid import PlotGrid
from cascade_gui.plots.items import cut_off
from engine.reading.round_view import round_view
from tests.gui.plots.runs import recording

LASTS = 150


@pytest.fixture
def milliseconds(monkeypatch):
    """Let the system have motion, or not."""
    held = {"lasts": LASTS}
    monkeypatch.setattr(moving, "motion_milliseconds", lambda widget: held["lasts"])
    return held


@pytest.fixture
def grid(qtbot, milliseconds):
    grid = PlotGrid()
    qtbot.addWidget(grid)
    grid.resize(1300, 800)
    grid.set_recording(recording())
    grid.show()
    yield grid
    grid.hide()
    grid.shut_down()


def ends(grid):
    """Return where the line of the market ends."""
    x, y = grid.price.market.getData()
    return float(x[-1]), float(y[-1])


def test_that_the_price_is_on_its_way_and_arrives(grid, qtbot):
    prices = grid.price.series["market"][:, grid.price.asset]
    seen = []
    grid.motion.moved.connect(lambda _: seen.append(ends(grid)))
    with qtbot.waitSignal(grid.motion.arrived):
        grid.show_round(1)
        assert ends(grid) == (0.0, prices[0])
    assert ends(grid) == (1.0, prices[1])
    assert len(seen) > 2
    assert [x for x, _ in seen] == sorted(x for x, _ in seen)
    assert all(y == pytest.approx(prices[0] + x * (prices[1] - prices[0])) for x, y in seen)


def test_that_the_cursor_moves_with_the_line_and_the_shade_below_it(grid, qtbot):
    seen = []

    def look(_):
        seen.append((grid.price.round_line.value(), grid.price.dot.x(), ends(grid)[0], grid.losses.is_front))

    grid.motion.moved.connect(look)
    with qtbot.waitSignal(grid.motion.arrived):
        grid.show_round(1)
    assert all(line == dot == pytest.approx(end) for line, dot, end, _ in seen)
    assert grid.liquidations.round_line.value() == 1.0


def test_that_the_bar_of_the_round_grows(grid, qtbot):
    heights = []
    bars = grid.liquidations.bars[0]
    grid.motion.moved.connect(lambda _: heights.append(bars.grown))
    with qtbot.waitSignal(grid.motion.arrived):
        grid.show_round(1)
        assert bars.grown == 0.0
    assert heights == sorted(heights)
    assert 0.0 < heights[0] < 1.0
    assert bars.grown == 1.0


def test_that_the_map_moves_from_curve_to_curve_with_its_price(grid, qtbot):
    plot, run = grid.map, recording()
    for number in (0, 1):
        grid.show_round(number)
        plot.set_view(round_view(run, number))
        qtbot.waitUntil(lambda n=number: plot.shown is not None and plot.shown.round == n)
        if number == 0:
            first, place = plot.shown.cumulative.copy(), plot.marks.now.value()
    assert plot.motion.is_under_way
    drawn = plot.area.getOriginalDataset()[1]
    assert not np.array_equal(drawn, plot.shown.cumulative)
    qtbot.waitUntil(lambda: not plot.is_busy)
    assert plot.area.getOriginalDataset()[1].tolist() == plot.shown.cumulative.tolist()
    assert plot.shown.cumulative.tolist() != first.tolist()
    assert plot.marks.now.value() > place


@pytest.mark.parametrize("jump", [0, 2, 3])
def test_that_a_jump_stands_at_once(grid, jump):
    grid.show_round(1)
    grid.show_round(jump)
    assert not grid.motion.is_under_way
    assert ends(grid)[0] == jump


def test_that_rounds_in_a_hurry_stand_at_once(grid):
    grid.show_round(1)
    grid.show_round(2)
    assert not grid.motion.is_under_way
    assert ends(grid)[0] == 2.0


@pytest.mark.parametrize("why", ["reduced", "switched off", "hidden"])
def test_that_nothing_moves_where_nobody_wants_or_sees_it(grid, milliseconds, why):
    if why == "reduced":
        milliseconds["lasts"] = 0
    elif why == "switched off":
        grid.set_motion(False)
    else:
        grid.hide()
    grid.show_round(1)
    assert not grid.motion.is_under_way
    assert ends(grid)[0] == 1.0


def test_that_another_run_ends_the_motion(grid):
    grid.show_round(1)
    assert grid.motion.is_under_way
    grid.set_recording(None)
    assert not grid.motion.is_under_way


def test_that_a_line_is_cut_between_its_points():
    x, y = np.array([0.0, 1.0, 1.0, 3.0]), np.array([5.0, 7.0, 9.0, 1.0])
    for end, found in ((-1.0, []), (0.5, [5.0, 6.0]), (1.0, [5.0, 7.0, 9.0, 9.0]), (2.0, [5.0, 7.0, 9.0, 5.0])):
        assert cut_off(x, y, end)[1].tolist() == found
    assert cut_off(x, y, 3.0)[1].tolist() == y.tolist()
