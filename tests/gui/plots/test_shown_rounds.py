"""Which rounds the plots show: those that matter, or those that the wheel has chosen, in all plots the same."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

import engine
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.run_picture import RunPictures
from engine.files import read_file
from tests.gui.plots.runs import recording
from tests.shared import RESOURCES


@cache
def example():
    """Return the recording of the first example: its last rounds look all alike."""
    return read_file(RESOURCES / "examples" / "compound-thin.cascade").recording


@pytest.fixture
def rounds(grid):
    """Return the plots of rounds, with the example's run."""
    grid.resize(1310, 640)
    grid.set_folds(True)
    grid.set_recording(example())
    grid.grab()
    return [plot for plot in grid if isinstance(plot, RoundPlot)]


def axes(plots):
    return {tuple(plot.plot.vb.viewRange()[0]) for plot in plots}


def turn(plot, notches, at=0.1):
    """Turn the wheel over a plot, at a share of its width."""
    area = plot.plot.vb.sceneBoundingRect()
    point = QPointF(plot.view.mapFromScene(QPointF(area.left() + at * area.width(), area.center().y())))
    notch = QPoint(0, 120 if notches > 0 else -120)
    for _ in range(abs(notches)):
        turned = QWheelEvent(
            point,
            QPointF(plot.view.viewport().mapToGlobal(point)),
            QPoint(),
            notch,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(plot.view.viewport(), turned)


def numbers_along(plot):
    """Return what is written along the rounds of a plot, from left to right."""
    plot.grab()
    texts = sorted(plot.axes["bottom"].picture.texts, key=lambda each: each[0].x())
    return [text for _, text in texts]


@pytest.mark.parametrize("width", [765, 1310])
def test_that_a_long_end_in_which_nothing_moves_is_folded_and_the_axis_says_so_in_every_plot(grid, rounds, width):
    last = len(example()) - 1
    grid.resize(width, 400)
    first, end = grid.price.fold.end
    assert 14 < first < 0.75 * last
    assert end == last
    prices = [step.market for step in example().rounds]
    assert max(abs(prices[first] / prices[-1] - 1)) < 0.01
    grid.show_round(last)
    for name in ("plot_price", "plot_liquidations", "plot_losses"):
        grid.show_plot(name)
        plot = next(plot for plot in rounds if plot.objectName() == name)
        left, right = plot.span()
        assert 0.6 * (right - left) < plot.fold.place(first) < plot.round_line.value() < right
        written = numbers_along(plot)
        assert written[-3:] == ["rounds of 12 s", str(first - 1), str(last)]
        assert written[:2] == ["0", "5"] or written[:2] == ["0", "10"]
        ((band, text),) = plot.fold_marks.bands()
        assert text in {f"{first}–{last}: nothing moves", "nothing moves"}
        assert band.right() <= plot.plot.vb.sceneBoundingRect().right()
        assert len(plot.axes["bottom"].picture.ticks) >= 2, "two strokes across the axis"
    assert any(label.text.startswith("market") for label, _ in grid.price.labels.placed)


def test_that_what_the_axis_measures_gives_way_to_the_numbers_of_the_first_round_and_beside_breaks(grid, rounds):
    grid.resize(765, 400)
    grid.show_plot("plot_price")
    axis, last = grid.price.axes["bottom"], len(example()) - 1
    first, _ = grid.price.fold.end
    for letters in range(4, 120, 2):
        axis.set_title("i" * letters)
        written = numbers_along(grid.price)
        assert written[0] == "0", letters
        assert written[-2:] == [str(first - 1), str(last)], letters
    assert axis.title not in written, "there is no room for so long a title"
    assert axis.toolTip() == axis.title


def test_that_all_rounds_reach_to_the_last_one_evenly_where_they_are_asked_for(grid, rounds):
    last = len(example()) - 1
    grid.set_folds(False)
    for plot in rounds:
        assert plot.span() == (0.0, last + 0.6)
        plot.show_round(last - 1)
        assert plot.round_line.value() == last - 1
    assert numbers_along(grid.price)[-1] == str(last)
    grid.price._clicked_at(last, 0.0)
    assert grid.price._round_near(last) == last


def test_that_while_something_is_dragged_the_axis_leaves_no_short_run_squeezed(grid, rounds):
    short = recording()
    grid.set_held(True)
    grid.take(RunPictures().make(short, None, None))
    for plot in rounds:
        left, right = plot.plot.vb.viewRange()[0]
        assert len(short) - 1 > 0.4 * (right - left)
    grid.set_held(False)
    assert axes(rounds) == {(0.0, len(short) - 0.4)}


def test_that_both_runs_are_seen_to_their_ends_and_folded_as_one_when_a_drag_is_over(grid, rounds):
    before = RunPictures().make(example(), None, None)
    half = engine.run(example().scenario.with_values({"shock.returns.WETH": -0.1}))
    assert len(half) < len(example())
    grid.set_held(True)
    grid.take(RunPictures().make(half, None, None))
    grid.set_before(before, "the run before")
    grid.set_held(False)
    _, y = grid.price.was.getOriginalDataset()
    assert len(y) >= len(example())
    (left, right), (low, high) = grid.price.plot.vb.viewRange()
    trough = min(step.market[grid.price.asset] for step in example().rounds)
    assert low < trough < high
    last = len(example()) - 1
    assert left < grid.price.fold.place(last) < right
    assert grid.price.fold.end[1] == last


def test_that_the_run_before_is_named_beside_its_own_line_or_not_at_all(grid, rounds):
    half = engine.run(example().scenario.with_values({"shock.returns.WETH": -0.1}))
    pictures = [RunPictures().make(run, None, None) for run in (example(), half)]
    named = []
    for size in ((765, 300), (1310, 640), (900, 560)):
        grid.resize(*size)
        for now, before in (pictures, pictures[::-1]):
            grid.set_recording(now.recording)
            grid.set_before(before, "the run before, at 0.10 ×")
            grid.show_round(now.round)
            grid.grab()
            for label, place in grid.price.labels.placed:
                if label.text.startswith("the run before"):
                    named.append(gap(grid.price, place))
    assert len(named) >= 4
    assert max(named) < 16, "in pixels, from the nearest edge of the words"


def gap(plot, place):
    """Return how far above or below its line in pixels the name of the run before stands."""
    (left, right), (bottom, top) = plot.plot.vb.viewRange()
    area = plot.plot.mapRectFromItem(plot.plot.vb, plot.plot.vb.rect())
    x = left + (np.linspace(place.left(), place.right(), 9) - area.left()) / area.width() * (right - left)
    y = area.bottom() - (np.interp(x, *plot.was.getOriginalDataset()) - bottom) / (top - bottom) * area.height()
    return float(np.minimum(np.abs(y - place.top()), np.abs(y - place.bottom())).min())


def test_that_a_run_that_moves_to_its_end_is_shown_whole(grid):
    grid.set_recording(recording())
    assert grid.price.span()[1] == len(recording()) - 1 + 0.6


def test_that_the_wheel_over_one_plot_shows_fewer_rounds_in_all_of_them(grid, rounds):
    ((_, before),) = axes(rounds)
    turn(grid.liquidations, 4)
    ((left, right),) = axes(rounds)
    assert right - left == pytest.approx(before * 0.8**4)
    assert left < 0.1 * before < right, "it closes in on the pointer"
    turn(grid.price, -20)
    assert axes(rounds) == {(0.0, before)}


def test_that_a_double_click_shows_all_rounds_again(grid, rounds, qtbot):
    whole = axes(rounds)
    turn(grid.price, 5)
    assert axes(rounds) != whole
    point = grid.price.view.mapFromScene(grid.price.plot.vb.sceneBoundingRect().center())
    qtbot.mouseClick(grid.price.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseDClick(grid.price.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseRelease(grid.price.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert axes(rounds) == whole


def test_that_the_lock_shows_all_rounds_again(grid, rounds):
    whole = axes(rounds)
    turn(grid.price, 5)
    grid.losses.lock.click()
    grid.losses.lock.click()
    assert axes(rounds) == whole


def test_that_the_rounds_that_were_chosen_follow_the_shown_one(grid, rounds):
    turn(grid.price, 6)
    ((left, right),) = axes(rounds)
    grid.show_round(30)
    ((moved, end),) = axes(rounds)
    assert moved <= 30 <= end
    assert end - moved == pytest.approx(right - left)


def test_that_every_round_has_a_bar_where_fewer_are_shown(grid, rounds):
    turn(grid.price, 8)
    left, right = grid.liquidations.span()
    drawn = grid.liquidations._drawn_rounds
    assert set(range(int(left) + 1, int(right) + 1)) <= set(drawn.tolist())
