"""Numbers that are dragged, by their slider or by their name, and numbers that are followed while they are typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from cascade_gui.scenario_panel import typed
from cascade_gui.scenario_panel.row import FieldRow
from cascade_gui.scenario_panel.value_slider import PLACES
from cascade_gui.theme import tokens

DEPTH = "assets.WETH.liquidity.depth_multiplier"
FALL = "shock.returns.WETH"


@pytest.fixture
def rows(panel):
    return {row.path: row for row in panel.findChildren(FieldRow)}


@pytest.fixture
def slider(rows):
    """The slider of the depth, as it appears when the mouse comes over its row."""
    return hover(rows[DEPTH])


def hover(row):
    here = QPointF(10, 10)
    QApplication.sendEvent(row, QEnterEvent(here, here, QPointF(row.mapToGlobal(QPoint(10, 10)))))
    return row.findChild(QWidget, f"slider:{row.path}")


def depth(document):
    return document.parameters.assets["WETH"].liquidity.depth_multiplier


def card(panel):
    return panel.window().findChild(QWidget, "slider_card")


def drag(slider, *places):
    """Take the knob, move it, let it go."""
    slider.setSliderDown(True)
    for place in places:
        slider.setSliderPosition(round(place * PLACES))
    slider.setSliderDown(False)


def test_that_a_row_offers_a_slider_while_the_mouse_is_over_it(rows, panel, slider):
    assert slider.isVisible()
    assert slider.value() == pytest.approx(PLACES * 0.807, abs=10)  # 1 between 0.01 and 3, in equal ratios
    QApplication.sendEvent(rows[DEPTH], QEvent(QEvent.Type.Leave))
    assert not slider.isVisible()
    assert hover(rows["liquidators.capacity_usd_per_round"]) is None  # unlimited is no place on a scale


def test_that_one_drag_is_one_step_that_can_be_undone(document, slider):
    drag(slider, 0.6, 0.5, 0.4, 0.3)
    assert depth(document) == pytest.approx(0.055, abs=0.002)
    assert document.undo_stack.count() == 1
    drag(slider, 0.5)
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert depth(document) == 1.0


def test_that_a_drag_that_rests_is_still_one_step(document, slider, monkeypatch):
    from cascade_gui.document import document_commands

    monkeypatch.setattr(document_commands, "MERGE_MS", -1)
    drag(slider, 0.6, 0.5, 0.4)
    assert document.undo_stack.count() == 1


def test_that_a_drag_back_to_where_it_began_is_no_step(document, slider):
    drag(slider, 0.5, 0.807)
    assert depth(document) == 1.0
    assert document.undo_stack.count() == 0


def test_that_a_scale_with_where_the_value_was_lies_over_the_rows_below_while_it_is_dragged(panel, rows, slider):
    below = rows["assets.WETH.liquidity.permanent_share"].geometry()
    slider.setSliderDown(True)
    slider.setSliderPosition(4_000)
    assert card(panel).isVisible()
    assert rows["assets.WETH.liquidity.permanent_share"].geometry() == below
    assert card(panel).grab().toImage().width() == slider.width()
    slider.setSliderDown(False)
    assert card(panel) is None or not card(panel).isVisible()


def test_that_escape_during_a_drag_takes_it_back(document, slider, rows):
    slider.setSliderDown(True)
    slider.setSliderPosition(3_000)
    assert depth(document) < 0.5
    QTest.keyClick(rows[DEPTH].editor, Qt.Key.Key_Escape)
    assert depth(document) == 1.0
    assert document.undo_stack.count() == 0
    assert not slider.isSliderDown()
    slider.setSliderPosition(2_000)
    assert depth(document) == 1.0


def test_that_the_knob_is_taken_where_it_is_and_a_click_beside_it_goes_there(document, slider):
    knob = round(slider._knob())
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(knob + 3, 6))
    assert depth(document) == 1.0
    QTest.mouseMove(slider, QPoint(knob - 40, 6))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(knob - 40, 6))
    assert depth(document) < 1.0
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 6))
    assert depth(document) < 0.15


def test_that_the_name_is_dragged_too_and_finely_with_shift(document, panel, rows):
    name = rows[FALL].findChildren(QLabel)[1]
    assert name.text() == "WETH"
    assert name.cursor().shape() is Qt.CursorShape.SizeHorCursor
    before = document.parameters.shock.returns["WETH"]
    QTest.mousePress(name, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    QTest.mouseMove(name, QPoint(20, 8))
    QTest.mouseMove(name, QPoint(60, 8))
    QTest.mouseRelease(name, Qt.MouseButton.LeftButton, pos=QPoint(60, 8))
    coarse = document.parameters.shock.returns["WETH"] - before
    assert coarse == pytest.approx(40 / 260 * 1.2, abs=0.03)
    document.undo_stack.undo()
    panel.refresh()
    row = rows[FALL]
    row._drag._name_dragged(20, fine=True)
    row._drag._name_moved(60, fine=True)
    row._drag.let_go()
    assert document.parameters.shock.returns["WETH"] - before == pytest.approx(coarse / 10, rel=0.3)


def test_that_a_click_on_a_name_changes_nothing(document, rows):
    name = rows[FALL].findChildren(QLabel)[1]
    QTest.mouseClick(name, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    assert document.undo_stack.count() == 0
    assert document.gesture == 0


def test_that_the_lower_edge_of_the_field_still_belongs_to_the_field(rows, slider):
    field = rows[DEPTH].editor
    above_the_track = field.mapTo(rows[DEPTH], QPoint(field.width() - 4, field.height() - 12))
    assert rows[DEPTH].childAt(above_the_track) is field


def test_that_a_row_that_goes_ends_its_drag(document, panel, slider):
    slider.setSliderDown(True)
    slider.setSliderPosition(3_000)
    panel.assets.picker.names.setCurrentText("USDC")
    assert document.gesture == 0
    assert card(panel) is None or not card(panel).isVisible()


# ---------------------------------------------------------------------------------------- typing


@pytest.fixture
def followed(document):
    document.is_followed = True
    return document


def type_text(qtbot, editor, text):
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def test_that_each_text_that_is_a_value_is_followed_and_all_of_it_is_one_step(followed, rows, qtbot):
    seen = []
    followed.parameters_changed.connect(lambda: seen.append(followed.parameters.shock.returns["WETH"]))
    type_text(qtbot, rows[FALL].editor, "-45")
    assert seen == pytest.approx([-0.04, -0.45])
    qtbot.keyClick(rows[FALL].editor, Qt.Key.Key_Return)
    assert followed.undo_stack.count() == 1
    assert followed.gesture == 0
    followed.undo_stack.undo()
    assert followed.parameters.shock.returns["WETH"] == -0.3


def test_that_typing_is_not_followed_unless_runs_are_live(document, rows, qtbot):
    type_text(qtbot, rows[FALL].editor, "-45")
    assert document.undo_stack.count() == 0
    qtbot.keyClick(rows[FALL].editor, Qt.Key.Key_Return)
    assert document.undo_stack.count() == 1


def test_that_escape_takes_everything_back_that_was_typed(followed, rows, qtbot):
    type_text(qtbot, rows[FALL].editor, "-45")
    qtbot.keyClick(rows[FALL].editor, Qt.Key.Key_Escape)
    assert followed.parameters.shock.returns["WETH"] == -0.3
    assert followed.undo_stack.count() == 0
    assert rows[FALL].editor.text().startswith(("-30", "−30"))


def test_that_what_is_no_value_on_the_way_to_one_is_not_complained_about(followed, rows, qtbot):
    type_text(qtbot, rows[DEPTH].editor, "0")
    assert followed.faults() == ()
    qtbot.keyClicks(rows[DEPTH].editor, ".5")
    assert depth(followed) == 0.5
    assert followed.faults() == ()


def test_that_a_wrong_text_is_said_beside_the_field_when_nothing_follows(followed, rows, qtbot, monkeypatch):
    rows[DEPTH]._typed._waits.setInterval(0)
    assert typed._PATIENCE_MS >= 300  # time enough to type on
    type_text(qtbot, rows[DEPTH].editor, "0")
    fault = rows[DEPTH].findChild(QLabel, f"fault:{DEPTH}")
    qtbot.waitUntil(fault.isVisible)
    assert "above 0" in fault.text()
    assert depth(followed) == 1.0
    qtbot.keyClicks(rows[DEPTH].editor, ".4")
    assert depth(followed) == 0.4
    assert followed.faults() == ()


def test_that_the_scale_takes_other_colours_while_it_is_shown(panel, slider):
    slider.setSliderDown(True)
    panel.apply_theme(tokens(dark=False))
    corner = card(panel).grab().toImage().pixelColor(card(panel).width() - 12, 8)
    slider.setSliderDown(False)
    assert corner.name() == tokens(dark=False).raised


def test_that_the_slider_that_is_offered_leaves_the_rows_below_to_the_mouse(panel, rows, slider):
    below = rows["assets.WETH.liquidity.permanent_share"]
    assert slider.isVisible()
    for place in (below.editor, below._name):
        middle = place.mapTo(panel, place.rect().center())
        assert panel.childAt(middle) is place
    edge = slider.mapTo(panel, slider.rect().bottomLeft()).y()
    assert edge < below.mapTo(panel, QPoint(0, 0)).y()
