"""The help pages and About."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QMessageBox

from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]


def pictures(document):
    """Yield the width of each picture of a page."""
    block = document.begin()
    while block.isValid():
        if "\ufffc" in block.text():
            picture = block.begin().fragment().charFormat().toImageFormat()
            yield document.resource(document.ResourceType.ImageResource, picture.name()).width()
        block = block.next()


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("help_method", "Method"),
        ("help_getting_started", "Getting started"),
        ("help_importing", "Importing"),
        ("help_studies", "Studies"),
        ("help_tutorial", "Tutorial"),
        ("help_real_events", "Real events"),
    ],
)
def test_that_every_help_page_opens(window, action, title):
    trigger(window, action)
    browser = window.help.browser
    assert browser.windowTitle() == title
    assert len(browser.view.toPlainText()) > 500
    window.help.close()


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)],
)
def test_that_a_help_page_closes_with_a_key(window, qtbot, key, modifier):
    trigger(window, "help_table")
    browser = window.help.browser
    assert browser.isVisible()
    qtbot.keyClick(browser, key, modifier)
    assert not browser.isVisible()
    window.help.close()


def test_that_about_says_the_version(window):
    trigger(window, "help_about")
    box = window.findChild(QMessageBox, "about_message")
    assert "Cascade 1." in box.informativeText()
    box.close()


def test_that_the_pictures_of_a_page_are_shown_without_gaps_below(window):
    trigger(window, "help_real_events")
    document = window.help.browser.view.document()
    block, pictures = document.begin(), 0
    while block.isValid():
        if "\ufffc" in block.text():
            pictures += 1
            picture = block.begin().fragment().charFormat().toImageFormat()
            assert document.resource(document.ResourceType.ImageResource, picture.name()) is not None
            assert block.blockFormat().lineHeight() == 100
        block = block.next()
    assert pictures == 4
    assert window.help.browser.view.horizontalScrollBar().maximum() == 0
    window.help.close()


def test_that_a_picture_that_is_wider_than_the_page_is_as_wide_as_it_is(window, qtbot):
    trigger(window, "help_tutorial")
    browser = window.help.browser
    view = browser.view
    for width in (820, 1000, 2000):
        browser.resize(width, 900)
        qtbot.waitUntil(lambda w=width: view.viewport().width() > w - 330, timeout=4_000)
        assert view.document().size().width() <= view.viewport().width()
        widest = max(pictures(view.document()))
        assert widest == min(1366, view.viewport().width() - 56)
    window.help.close()


def test_that_the_head_of_a_column_stands_over_its_figures(window):
    trigger(window, "help_real_events")
    frames = window.help.browser.view.document().rootFrame().childFrames()
    tables = [frame for frame in frames if isinstance(frame, QTextTable)]
    assert len(tables) == 5
    for table in tables:
        for column in range(table.columns()):
            head, figure = (table.cellAt(row, column).firstCursorPosition().blockFormat() for row in (0, 1))
            assert head.alignment() == figure.alignment()
    window.help.close()
