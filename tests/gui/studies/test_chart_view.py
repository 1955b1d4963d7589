"""Charts of studies: what stands where, what a click means, how they look in both schemes and in files."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

from cascade_gui.exporting.pictures import save_picture
from cascade_gui.studies.drawing import chart_view
from cascade_gui.studies.drawing.axis_writing import from_zero, log_money_axis, names_axis, write_number
from cascade_gui.studies.drawing.chart import Axis, Band, Boxes, Chart, Interval, Line, Named, Points, Texts
from cascade_gui.studies.drawing.chart_view import ChartView
from cascade_gui.studies.drawing.placed_texts import BesideTexts
from cascade_gui.theme import tokens


@pytest.fixture
def view(qtbot):
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(600, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


def chart(*marks, labels=(), bottom=None, left=None, **others):
    axis = Axis(write_number, 0.0, 10.0)
    return Chart("Loss", "USD", bottom or axis, left or axis, tuple(marks), labels, **others)


def place(view, x, y):
    """Return where values of the axes stand in the scene."""
    shown = view.chart
    return view.plot.vb.mapViewToScene(QPointF(float(shown.bottom.places(x)), float(shown.left.places(y))))


def test_that_a_falling_axis_has_its_low_end_on_the_right(view):
    view.show_chart(chart(bottom=Axis(write_number, 10.0, 0.0)))
    assert place(view, 9.0, 0.0).x() < place(view, 1.0, 0.0).x()


def test_that_a_logarithmic_axis_has_powers_of_ten_and_values_below_it_at_its_end(view):
    axis = log_money_axis(np.array([0.0, 120.0, 4e6, np.nan]))
    assert (axis.low, axis.high) == (100.0, 1e7)
    assert [axis.write(axis.value(each)) for each in axis.tick_places()] == [
        "$100", "$1k", "$10k", "$100k", "$1M", "$10M",
    ]  # fmt: skip
    assert axis.places(0.0) == axis.places(100.0)


def test_that_nothing_above_zero_still_has_an_axis():
    assert log_money_axis(np.zeros(3)).high > log_money_axis(np.zeros(3)).low
    assert from_zero(np.zeros(3), write_number).high > 0
    assert from_zero(np.array([]), write_number).high > 0


def test_that_the_nearest_point_of_a_line_is_hit_and_a_bar_only_where_it_stands(view):
    line = Line(np.array([1.0, 5.0, 9.0]), np.array([1.0, 2.0, np.nan]), "accent", rows=np.array([7, 8, 9]))
    view.show_chart(chart(line))
    assert view.hit_at(place(view, 8.9, 9.0)).row == 8
    bars = Boxes(np.array([0.0, 5.0]), np.array([1.0, 6.0]), np.zeros(2), np.array([4.0, 4.0]), ("accent",),
                 rows=np.array([3, 4]))  # fmt: skip
    view.show_chart(chart(bars))
    assert view.hit_at(place(view, 5.5, 2.0)).row == 4
    assert view.hit_at(place(view, 3.0, 2.0)) is None


def test_that_a_click_tells_the_row_and_a_marked_row_is_framed(view, qtbot):
    points = Points(np.array([2.0, 8.0]), np.array([2.0, 8.0]), "accent", rows=np.array([5, 6]))
    view.show_chart(chart(points, table="curve"))
    with qtbot.waitSignal(view.row_clicked) as told:
        view._clicked(_Click(place(view, 8.0, 8.0)))
    assert told.args == ["curve", 6]
    view.mark_row("curve", 6)
    assert view.row == 6
    view.mark_row("rows", 6)
    assert view.row is None
    view.mark_row("curve", 99)
    assert view.row is None


def test_that_numbers_stand_in_cells_only_where_they_have_room(view):
    boxes = Boxes(np.array([0.0, 5.0]), np.array([5.0, 5.02]), np.zeros(2), np.full(2, 10.0), ("#440154", "#fde725"),
                  texts=("$1.20M", "$3M"), text_colours=("#ffffff", "#000000"))  # fmt: skip
    view.show_chart(chart(boxes))
    wide = view.grab().toImage()
    colours = {wide.pixelColor(x, y).name() for x in range(70, 330) for y in range(100, 220)}
    assert "#ffffff" in colours


def test_that_every_mark_is_drawn_in_both_schemes_and_into_files(view, tmp_path):
    marks = (
        Band(np.arange(3.0), np.array([np.nan, 1.0, 2.0]), np.array([3.0, np.nan, 4.0]), "vermilion"),
        Line(np.arange(3.0), np.array([1.0, 2.0, 3.0]), "category_1", fill=0.2, is_dashed=True, is_stepped=True),
        Boxes(np.array([4.0]), np.array([5.0]), np.array([0.0]), np.array([3.0]), ("green",)),
        Boxes(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), ("green",)),
        Points(np.array([6.0]), np.array([np.nan]), "amber", is_hollow=True),
        Interval(2.0, 4.0, 7.0, "violet", is_upright=True),
    )
    labels = (Named("VaR 99", "vermilion", 6.0, 2.0, is_bold=True), Named("today", "text", 2.0, None))
    view.show_chart(chart(*marks, labels=labels))
    for dark in (True, False):
        view.apply_theme(tokens(dark))
        picture = view.grab().toImage()
        assert picture.pixelColor(590, 60).name() == tokens(dark).background
    assert {label.text for label, _ in view.labels.placed} == {"VaR 99", "today"}
    for ending in ("png", "svg"):
        save_picture(view, tmp_path / f"plot.{ending}", "#ffffff")
        assert (tmp_path / f"plot.{ending}").stat().st_size > 1_000


def test_that_of_words_that_would_cover_each_other_those_of_the_higher_point_stay(view):
    words = Texts(np.array([5.0, 5.1, 9.0, np.nan]), np.array([4.9, 5.0, 5.0, 1.0]), ("low", "high", "far", "nowhere"),
                  ("text",), ("above",))  # fmt: skip
    view.show_chart(chart(words))
    (item,) = [item for item in view._items if isinstance(item, BesideTexts)]
    area = view.plot.mapRectFromItem(view.plot.vb, view.plot.vb.rect())
    corners = item.corners(area, lambda x, y: QPointF(area.left() + 50 * x, area.bottom() - 20 * y))
    assert [corner is not None for corner in corners] == [False, True, True, False]


def test_that_names_of_bars_have_room_on_the_left_and_a_reason_stands_where_there_is_nothing(view, qtbot):
    names = names_axis(["depth multiplier of WETH", "gas"])
    assert names.write(names.value(names.tick_places()[1])) == "gas"
    view.show_chart(chart(left=names))
    qtbot.waitUntil(lambda: view.axes["left"].width() > 120)
    view.show_chart(chart(empty="Nothing was lost on any path."))
    assert not view._empty.isHidden()
    assert view.accessibleDescription() == "USD; Nothing was lost on any path."


def test_that_words_at_the_mouse_stay_while_it_rests(view, monkeypatch):
    told = []
    monkeypatch.setattr(chart_view, "QToolTip", SimpleNamespace(showText=lambda _, text, __: told.append(text),
                                                                hideText=lambda: told.append("")))  # fmt: skip
    points = Points(np.array([5.0]), np.array([5.0]), "accent", rows=np.array([0]))
    view.show_chart(chart(points, tip=lambda row: f"row {row}"))
    at = place(view, 5.0, 5.0)
    view._moved(at)
    view._moved(place(view, 1.0, 9.0))
    assert told == ["row 0", ""]
    asks = QHelpEvent(QEvent.Type.ToolTip, at.toPoint(), at.toPoint())
    QApplication.sendEvent(view.view.viewport(), asks)
    assert view.eventFilter(view.view.viewport(), asks)


class _Click:
    """A click of the left button at a place of the scene."""

    def __init__(self, position):
        self._position = position

    def scenePos(self):
        return self._position

    def button(self):
        from PySide6.QtCore import Qt

        return Qt.MouseButton.LeftButton

    def accept(self):
        pass
