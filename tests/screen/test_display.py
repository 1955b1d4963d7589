"""The virtual display is one that a user could work on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

pytestmark = pytest.mark.screen


def test_that_the_screen_shows_a_full_hd_window():
    size = QGuiApplication.primaryScreen().size()
    assert size.width() >= 1280
    assert size.height() >= 720


def test_that_a_window_gets_the_focus_and_what_is_typed(qtbot):
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "1.2M")
    assert line.text() == "1.2M"


def test_that_the_clipboard_carries_text(qtbot):
    line = QLineEdit("83 %")
    qtbot.addWidget(line)
    line.show()
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "83 %")
    QGuiApplication.clipboard().clear()
