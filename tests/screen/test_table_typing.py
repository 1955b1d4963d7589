"""The loan table on a real display: focus, typing, the system's clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from cascade_gui.loan_table.columns import INDEX
from tests.screen.table_window import document, table, window

__all__ = ["document", "table", "window"]

pytestmark = pytest.mark.screen

CONTROL = Qt.KeyboardModifier.ControlModifier
ACCOUNT, COLLATERAL, AMOUNT = (INDEX[key] for key in ("account", "collateral_asset", "collateral_amount"))


def focused(table):
    return QGuiApplication.focusObject()


def test_that_a_number_is_typed_and_enter_goes_down(qtbot, table, document):
    table.go_to(0, "collateral_amount")
    qtbot.keyClick(table, "1")
    editor = focused(table)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, ".2k")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(table.hasFocus)
    assert document.loans.value(0, "collateral_amount") == 1200
    assert table.currentIndex().row() == 1


def test_that_letters_and_arrows_go_to_the_table_and_not_to_playback(qtbot, window, table, document):
    table.go_to(0, "account")
    qtbot.keyClick(table, "k")
    qtbot.keyClicks(focused(table), "im.")
    qtbot.keyClick(focused(table), Qt.Key.Key_Return)
    qtbot.waitUntil(table.hasFocus)
    assert document.loans.value(0, "account") == "kim."
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert window.played == []


def test_that_a_name_is_completed_while_it_is_typed(qtbot, table, document):
    table.go_to(0, "collateral_asset")
    qtbot.keyClick(table, "w")
    editor = focused(table)
    qtbot.keyClicks(editor, "b")
    assert editor.text().casefold() == "wbtc"
    assert editor.selectedText().casefold() == "tc"
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.waitUntil(table.hasFocus)
    assert document.loans.value(0, "collateral_asset") == "WBTC"
    assert table.currentIndex().column() == AMOUNT


def test_that_a_block_goes_through_the_systems_clipboard(qtbot, table, document):
    table.select_cells(0, 1, [COLLATERAL, AMOUNT])
    qtbot.keyClick(table, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "WETH\t3\nWBTC\t0.5\n")
    table.select_cells(3, 3, [COLLATERAL])
    qtbot.keyClick(table, Qt.Key.Key_V, CONTROL)
    assert document.loans.value(4, "collateral_asset") == "WBTC"
    assert document.undo_stack.undoText() == "Paste 4 cells"
    qtbot.keyClick(table, Qt.Key.Key_Z, CONTROL)
    assert document.loans.value(4, "collateral_asset") == "WETH"


def test_that_what_libreoffice_copies_is_pasted(qtbot, table, document):
    QGuiApplication.clipboard().setText('"two\nlines"\taave\tWETH\t"1,200.50"\r\nnext\taave\tWETH\t83%\r\n')
    table.select_cells(3, 3, [ACCOUNT])
    qtbot.keyClick(table, Qt.Key.Key_V, CONTROL)
    assert document.loans.value(3, "account") == "two\nlines"
    assert document.loans.value(3, "collateral_amount") == 1200.5
    assert document.loans.value(4, "collateral_amount") == 0.83
    assert len(document.loans) == 5


def test_that_the_filter_hands_over_to_the_table(qtbot, window, table):
    window.panel.filter.setFocus()
    qtbot.keyClicks(window.panel.filter, "collateral = WETH")
    qtbot.keyClick(window.panel.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(table.hasFocus)
    assert table.loans.rowCount() == 3
    assert table.currentIndex().isValid()


def test_that_find_gets_the_focus_and_gives_it_back(qtbot, window, table):
    qtbot.keyClick(table, Qt.Key.Key_F, CONTROL)
    bar = window.panel.find_bar
    qtbot.waitUntil(bar._text.hasFocus)
    qtbot.keyClicks(bar._text, "bob")
    qtbot.keyClick(bar._text, Qt.Key.Key_Return)
    assert table.currentIndex().row() == 3
    qtbot.keyClick(bar._text, Qt.Key.Key_Escape)
    qtbot.waitUntil(table.hasFocus)
