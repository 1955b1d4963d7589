"""Keys in the window on a real display: playback keys, and who they belong to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from cascade_gui.window.faults_dialog import FaultsDialog
from tests.gui.window.conftest import make_window, ran, window

__all__ = ["make_window", "ran", "window"]

pytestmark = pytest.mark.screen


@pytest.fixture
def shown(ran, qtbot):
    """Return the window on the screen, after a run, at round 0, with nothing that is typed in focused."""
    ran.resize(1200, 700)
    ran.show()
    ran.activateWindow()
    qtbot.waitUntil(ran.isActiveWindow)
    qtbot.waitUntil(lambda: ran.session.runner.ready and not ran.session.viewer.busy, timeout=180_000)
    ran.player.first()
    ran.stage.setFocus()
    return ran


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, modifier)


def test_that_the_playback_keys_move_through_the_rounds(shown, qtbot):
    shown.setFocus()
    last = shown.player.last
    for key, there in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Period, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_Comma, 0),
        (Qt.Key.Key_End, last),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_PageDown, last),
        (Qt.Key.Key_PageUp, 0),
    ):
        press(qtbot, key)
        assert shown.round == there, key


def test_that_space_and_k_play_and_pause(shown, qtbot):
    shown.setFocus()
    shown.player.speed = 0.25
    press(qtbot, Qt.Key.Key_Space)
    assert shown.player.playing
    press(qtbot, Qt.Key.Key_K)
    assert not shown.player.playing


def test_that_j_and_l_change_the_pace(shown, qtbot):
    shown.setFocus()
    shown.player.speed = 4
    press(qtbot, Qt.Key.Key_L)
    assert shown.player.speed == 8
    press(qtbot, Qt.Key.Key_J)
    press(qtbot, Qt.Key.Key_J)
    assert shown.player.speed == 2


def test_that_a_clicked_row_leaves_the_keys_of_rounds_to_the_recording(shown, qtbot):
    table = shown.book.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.waitUntil(table.hasFocus)
    press(qtbot, Qt.Key.Key_Right)
    assert shown.round == 1
    press(qtbot, Qt.Key.Key_Down)
    assert (table.currentIndex().row(), table.currentIndex().column(), shown.round) == (1, 0, 1)
    press(qtbot, Qt.Key.Key_End)
    assert shown.round == shown.player.last


def test_that_letters_and_spaces_go_into_a_field_that_is_typed_in(shown, qtbot):
    shown.book.filter.setFocus()
    qtbot.waitUntil(shown.book.filter.hasFocus)
    qtbot.keyClicks(shown.book.filter, "debt > 1k")
    assert shown.book.filter.text() == "debt > 1k"
    assert not shown.player.playing
    assert shown.round == 0


def test_that_f11_fills_the_screen_and_gives_it_back(shown, qtbot):
    press(qtbot, Qt.Key.Key_F11)
    qtbot.waitUntil(shown.isFullScreen)
    assert shown.actions_table["view_fullscreen"].isChecked()
    press(qtbot, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not shown.isFullScreen())


def test_that_every_part_can_be_reached_by_tab(shown, qtbot):
    seen = set()
    shown.toolbar.setFocus()
    for _ in range(400):
        press(qtbot, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        while widget is not None:
            seen.add(widget.objectName())
            widget = widget.parentWidget()
    for name in ("scenario_panel", "loan_table", "loan_filter", "transport", "round_slider"):
        assert name in seen, f"Tab does not reach {name}"


def test_that_f6_goes_through_the_panels_with_a_frame_and_a_click_takes_the_frame_away(shown, qtbot):
    frame = shown.panel_focus.frame
    assert frame.panel is None
    seen = []
    for _ in range(5):
        press(qtbot, Qt.Key.Key_F6)
        assert frame.isVisible()
        assert frame.panel.isAncestorOf(QApplication.focusWidget())
        seen.append(frame.panel)
    assert len(set(map(id, seen))) == 5
    qtbot.mouseClick(shown.findChild(QWidget, "loan_filter"), Qt.MouseButton.LeftButton)
    assert frame.isHidden()


def test_that_tab_leaves_the_scenario_panel_in_a_few_steps(shown, qtbot):
    shown.panel_focus.go_to_shock()
    steps = 0
    while steps < 7 and shown.scenario_panel.isAncestorOf(QApplication.focusWidget()):
        press(qtbot, Qt.Key.Key_Tab)
        steps += 1
    assert 1 <= steps < 7


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_that_control_and_tab_leave_the_loan_table(shown, qtbot, key):
    table = shown.findChild(QWidget, "loan_table")
    table.setFocus()
    back = Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_Backtab else Qt.KeyboardModifier.NoModifier
    press(qtbot, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is table
    press(qtbot, key, Qt.KeyboardModifier.ControlModifier | back)
    assert QApplication.focusWidget() not in {table, None}
    table.setFocus()
    press(qtbot, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is table


def test_that_a_click_on_the_scrub_bar_goes_there(shown, qtbot):
    slider = shown.findChild(QWidget, "round_slider")
    target = round(slider.x_of(2))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(target, slider.height() // 2))
    assert shown.round == 2


def test_that_a_faults_text_is_copied_to_the_clipboard(qtbot, tmp_path):
    dialog = FaultsDialog(tmp_path / "cascade.log")
    qtbot.addWidget(dialog)
    dialog.add("Traceback: to be copied")
    dialog.copy()
    assert "to be copied" in QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()


def panel_of(window, widget):
    parts = {
        "toolbar": window.toolbar, "scenario": window.scenario_panel, "page": window.page,
        "transport": window.transport, "book": window.book, "account": window.account,
    }  # fmt: skip
    return next((name for name, part in parts.items() if part.isAncestorOf(widget)), None)


@pytest.mark.parametrize("backward", [False, True])
def test_that_f6_goes_through_all_panels_in_order_and_back(shown, qtbot, backward):
    shown.panels.account.hide()
    order = ["scenario", "page", "transport", "book", "toolbar"]
    if backward:
        order = ["book", "transport", "page", "scenario", "toolbar"]
    shown.toolbar.run.setFocus()
    for name in [*order, *order]:
        modifier = Qt.KeyboardModifier.ShiftModifier if backward else Qt.KeyboardModifier.NoModifier
        press(qtbot, Qt.Key.Key_F6, modifier)
        assert panel_of(shown, QApplication.focusWidget()) == name


def test_that_f6_comes_back_to_where_it_was_in_a_panel(shown, qtbot):
    field = shown.scenario_panel.findChild(QWidget, "field:simulation.max_rounds")
    field.setFocus()
    press(qtbot, Qt.Key.Key_F6)
    assert panel_of(shown, QApplication.focusWidget()) == "page"
    press(qtbot, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is field


def test_that_escape_leaves_the_full_screen(shown, qtbot):
    press(qtbot, Qt.Key.Key_F11)
    qtbot.waitUntil(shown.isFullScreen)
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown.isFullScreen())
    assert not shown.actions_table["view_fullscreen"].isChecked()
