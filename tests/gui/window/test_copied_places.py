"""Cut, copy and paste belong to the table with the focus: the loan table never gets what was meant for another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTableView

from engine.scenario.loans import COLUMNS
from tests.gui.window.conftest import trigger

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def terms(window, qtbot):
    """Return the table of risk parameters of a window that is shown, with the keys in its first threshold."""
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.book.table.selectAll()
    trigger(window, "edit_copy")
    window.scenario_panel.markets.heading.setChecked(True)
    qtbot.waitUntil(window.scenario_panel.markets.isEnabled)
    table = window.scenario_panel.findChild(QTableView, "terms_table")
    qtbot.waitUntil(table.isVisible)
    cell = table.visualRect(table.model().index(0, 1))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert QApplication.focusWidget() is table
    return table


def loans(window):
    store = window.document.loans
    return [[str(store.value(row, column)) for column in COLUMNS] for row in range(len(store))]


@pytest.mark.parametrize("key", [Qt.Key.Key_V, Qt.Key.Key_X])
def test_that_keys_in_the_risk_table_leave_the_loan_book_alone(window, terms, qtbot, key):
    before = loans(window)
    qtbot.keyClick(terms, key, CONTROL)
    assert loans(window) == before


def test_that_what_is_copied_is_what_is_selected_where_the_keys_are(window, terms, qtbot):
    trigger(window, "edit_copy")
    assert QGuiApplication.clipboard().text() == terms.currentIndex().data() + "\n"


def test_that_a_threshold_is_pasted_where_the_keys_are(window, terms, qtbot):
    before = loans(window)
    QGuiApplication.clipboard().setText("61 %\n")
    trigger(window, "edit_paste")
    assert terms.model().index(0, 1).data() == "61 %"
    assert loans(window) == before


def test_that_rows_of_an_answer_are_copied_and_cannot_be_pasted_over(window, qtbot):
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    before = loans(window)
    trigger(window, "view_studies")
    other = QTableView(window)
    other.setModel(window.book.table.model())
    other.show()
    other.setFocus()
    other.selectRow(0)
    trigger(window, "edit_copy")
    assert QGuiApplication.clipboard().text().count("\n") == 1
    trigger(window, "edit_paste")
    assert loans(window) == before
