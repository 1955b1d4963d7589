"""Cells of a file that held no value there: found, and put right by the number that is meant, whatever was written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from cascade_gui.loan_table.columns import INDEX
from tests.gui.loan_table.books import small_book

COLUMN = "debt_amount"
AT = INDEX[COLUMN]


@pytest.fixture
def unread(document):
    """Leave the text of a number in a cell, as a file with a decimal comma does."""
    document.loans.set_table(small_book(), [(1, COLUMN, "1.5")])
    return document


def press(qtbot, panel, table):
    button = panel.findChild(QPushButton, "loan_wrong_cells")
    qtbot.waitUntil(lambda: button.isVisible() and "1 row" in button.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def editor_of(table):
    return table.viewport().findChild(QLineEdit)


def test_that_a_text_that_reads_as_a_number_here_is_marked_with_its_reason(unread, table):
    assert "1.5" in (table.loans.cells.fault(1, COLUMN) or "")


def test_that_the_button_goes_to_the_cell_that_was_not_read(qtbot, unread, panel, table):
    press(qtbot, panel, table)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, AT)


def test_that_typing_the_text_that_stands_there_takes_it_as_the_number(qtbot, unread, panel, table):
    press(qtbot, panel, table)
    qtbot.keyClicks(table, "1")
    qtbot.keyClicks(editor_of(table), ".5")
    qtbot.keyClick(editor_of(table), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert unread.loans.value(1, COLUMN) == 1.5
    assert not unread.loans.bad_cells
    unread.undo_stack.undo()
    assert unread.loans.bad_text(1, COLUMN) == "1.5"


def test_that_looking_into_the_cell_does_not_take_its_text_for_a_number(qtbot, unread, table):
    table.setCurrentIndex(table.loans.index(1, AT))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    qtbot.keyClick(editor_of(table), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert unread.loans.bad_text(1, COLUMN) == "1.5"
    assert unread.undo_stack.count() == 0


@pytest.mark.parametrize(("locale", "sample"), [("en_US", "1,234.5"), ("de_DE", "1.234,5")])
def test_that_what_keeps_a_book_from_running_shows_how_a_number_is_written_here(document, locale, sample):
    QLocale.setDefault(QLocale(locale))
    document.loans.set_table(small_book(), [(1, COLUMN, "many")])
    assert f"a number such as {sample}" in document.faults()[0].allowed
