"""Which rounds the plots show: those that matter, or those that the wheel has chosen, in all plots the same."""

from __future__ import annotations

from functools import cache

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from cascade_gui.plots.base import RoundPlot
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


def test_that_a_long_end_in_which_nothing_moves_is_left_out_and_the_cursor_waits_there(grid, rounds):
    last = len(example()) - 1
    ((left, right),) = axes(rounds)
    assert left == 0
    assert 14 < right < 0.75 * last
    prices = [step.market for step in example().rounds]
    assert max(abs(prices[int(right)] / prices[-1] - 1)) < 0.01
    grid.show_round(last)
    for plot in rounds:
        assert plot.round_line.value() == right
    assert any(label.text.startswith("market") for label, _ in grid.price.labels.placed)
    assert grid.price.subtitle.text() == f"USD, by round; nothing moves after {int(right)}"


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
