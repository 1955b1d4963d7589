"""The sheet of all keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from shiboken6 import isValid

from cascade_gui.help.keys_sheet import KeysSheet
from cascade_gui.window.actions import ACTIONS
from cascade_gui.window.key_groups import GROUPS, key_groups
from tests.gui.window.conftest import make_window, run, trigger, window

__all__ = ["make_window", "window"]


@pytest.fixture
def sheet(window, qtbot):
    trigger(window, "help_keys")
    found = window.findChild(KeysSheet)
    yield found
    if isValid(found):
        found.close()


def test_that_every_action_that_has_a_key_is_on_the_sheet_with_its_keys(window):
    lines = {line.does: line.keys for group in key_groups() for line in group.lines}
    for spec in ACTIONS:
        action = window.actions_table[spec.name]
        shown = tuple(key.toString(key.SequenceFormat.NativeText) for key in action.shortcuts())
        if any(shown):
            assert lines[spec.tip] == shown, spec.name


def test_that_each_action_belongs_to_one_group():
    for spec in ACTIONS:
        assert sum(spec.name.startswith(beginnings) for _, beginnings in GROUPS) == 1, spec.name


def test_that_no_group_has_a_key_twice(qapp):
    groups = key_groups()
    assert len({group.title for group in groups}) == len(groups) == len(GROUPS) + 4
    for group in groups:
        keys = [key for line in group.lines for key in line.keys]
        assert len(keys) == len(set(keys)) > 0, group.title
    of_window = [key for group in groups[: len(GROUPS)] for line in group.lines for key in line.keys]
    assert len(of_window) == len(set(of_window))


def test_that_what_is_typed_finds_keys_by_what_they_do_and_by_their_name(sheet, qtbot):
    every = len(sheet.shown)
    assert every > 60
    qtbot.keyClicks(sheet.search, "next stop")
    assert [line.keys for line in sheet.shown] == [("PgDown",)]
    sheet.search.setText("ctrl+r")
    assert [line.does for line in sheet.shown] == ["Run the scenario"]
    sheet.search.setText("no such thing")
    assert sheet.shown == []
    assert any(label.isVisible() and "No key" in label.text() for label in sheet.findChildren(QLabel))
    sheet.search.clear()
    assert len(sheet.shown) == every


def test_that_esc_closes_the_sheet_and_there_is_one_at_a_time(window, sheet, qtbot):
    trigger(window, "help_keys")
    assert window.findChildren(KeysSheet) == [sheet]
    with qtbot.waitSignal(sheet.destroyed, timeout=4_000):
        qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    trigger(window, "help_keys")
    again = window.findChild(KeysSheet)
    assert again.isVisible()
    again.close()


def test_that_nothing_on_the_sheet_is_cut_off(sheet):
    for label in sheet.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()


def question_mark(widget):
    """Return whether a widget keeps the question mark for itself, as Qt asks before it looks for shortcuts."""
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier, "?"
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_that_a_question_mark_is_typed_into_fields_and_cells_and_opens_the_sheet_elsewhere(window, qtbot):
    window.show()
    window.book.filter.setFocus()
    assert question_mark(window.book.filter)
    window.book.table.setFocus()
    assert question_mark(window.book.table)
    window.stage.setFocus()
    assert not question_mark(window.stage)
    run(window, qtbot)
    window.book.table.setFocus()
    assert not question_mark(window.book.table)
