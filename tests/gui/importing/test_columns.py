"""The table of a file's columns: what each is read as, changed by mouse and keyboard, with what comes out beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu

from cascade_gui.importing.columns_model import MARK, RESULT, ROLE
from tests.gui.importing.driving import (
    accept,
    asked,
    columns_view,
    part,
    read_as,
    row_of,
    settled,
    status,
    use_of,
)

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus off screen

BOOK = """account,collateral_asset,collateral_amount,debt_asset,debt_amount,lltv,health,colour
x,WETH,1,USDC,1000,0.86e18,1.72,red
y,WBTC,2,DAI,20000,0.77e18,2.31,blue
"""


def cell(dialog, column, section):
    view = columns_view(dialog)
    return view.model().index(row_of(dialog, column), section).data()


def counts(dialog):
    return part(dialog, QLabel, "import_columns_counts").text()


def test_that_columns_that_are_asked_about_are_not_counted_as_recognised_too(dialog_on):
    dialog = dialog_on(BOOK.replace("WETH,1,", f"WETH,{10**24},"))
    assert "asked about" in counts(dialog)
    numbers = [int(part.split()[0]) for part in counts(dialog).replace(" · ", ", ").split(", ") if part[0].isdigit()]
    assert numbers[0] == sum(numbers[1:])


def test_that_each_column_says_what_it_is_read_as_and_what_becomes_of_its_first_cells(dialog_on):
    dialog = dialog_on(BOOK)
    assert counts(dialog) == "8 in the file · 6 recognised, 1 kept as a check, 1 passed over"
    assert [cell(dialog, "lltv", at) for at in (MARK, ROLE, RESULT)] == ["✓", "Liquidation threshold", "86 % · 77 %"]
    assert [cell(dialog, "health", at) for at in (MARK, ROLE, RESULT)] == ["=", "check of health factor", ""]
    assert [cell(dialog, "colour", at) for at in (MARK, ROLE, RESULT)] == ["–", "passed over", ""]
    assert cell(dialog, "collateral_asset", RESULT) == "as it stands"
    assert cell(dialog, "debt_amount", RESULT) == "1,000 · 20,000"


def test_that_a_column_that_is_asked_about_is_marked(dialog_on):
    large = 10**24
    dialog = dialog_on(BOOK.replace("WETH,1", f"foo,{3 * large}"))
    assert asked(dialog)
    assert cell(dialog, "collateral_amount", MARK) == "?"
    view = columns_view(dialog)
    row = view.visualRect(view.model().index(row_of(dialog, "collateral_amount"), 0))
    assert view.viewport().rect().contains(row), "what is asked about is seen"
    assert "1 asked about" in counts(dialog)


def test_that_a_role_is_changed_by_keyboard_and_the_preview_follows(qtbot, dialog_on):
    dialog = dialog_on(BOOK.replace("colour", "whose"))
    view = columns_view(dialog)
    view.selectRow(row_of(dialog, "whose"))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    menu = view.findChild(QMenu, "import_roles_menu")
    assert menu.isVisible()
    assert menu.activeAction().text() == "passed over"
    while menu.activeAction().data() != "account":
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    settled(qtbot, dialog)
    assert use_of(dialog, "whose").role == "account"
    assert use_of(dialog, "account").kind == "none"
    accounts = [dialog._page.will_be.item(row, 0).text() for row in range(2)]
    assert accounts == ["red", "blue"]


def test_that_a_press_on_a_role_opens_the_list_of_roles(qtbot, dialog_on):
    dialog = dialog_on(BOOK)
    view = columns_view(dialog)
    place = view.visualRect(view.model().index(row_of(dialog, "debt_amount"), ROLE))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    menu = view.findChild(QMenu, "import_roles_menu")
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Debt amount (tokens) *"]
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    settled(qtbot, dialog)
    assert use_of(dialog, "debt_amount").role == "debt_amount"


def test_that_a_column_that_is_passed_over_is_taken_for_nothing_else(qtbot, document, dialog_on):
    dialog = dialog_on(BOOK.replace("lltv", "liquidation_threshold"))
    read_as(qtbot, dialog, "liquidation_threshold", None)
    assert use_of(dialog, "liquidation_threshold").kind == "none"
    assert "2 passed over" in counts(dialog)
    read_as(qtbot, dialog, "liquidation_threshold", "liquidation_threshold")
    assert use_of(dialog, "liquidation_threshold").role == "liquidation_threshold"
    accept(qtbot, dialog)
    assert document.loans.value(0, "liquidation_threshold") == pytest.approx(0.86)


def test_that_a_needed_role_without_a_column_is_asked_for(qtbot, dialog_on):
    dialog = dialog_on(BOOK)
    read_as(qtbot, dialog, "debt_amount", None)
    assert any("No column is the debt amount" in text for text in asked(dialog))
    assert "1 question is open" in status(dialog)


def test_that_columns_of_tokens_are_named_with_their_token(dialog_on):
    dialog = dialog_on("user,weth_supply,weth_debt,usdc_supply,usdc_debt\nx,1,0,0,1000\ny,2,0,0,2000\n")
    assert cell(dialog, "weth_supply", ROLE) == "Supplied (tokens) of weth"
    assert columns_view(dialog).roles_menu(row_of(dialog, "weth_supply")) is None
    assert cell(dialog, "usdc_debt", RESULT) == "1,000 · 2,000"


def test_that_the_keys_go_from_an_answer_to_the_next_question_and_then_to_what_is_missing(qtbot, dialog_on):
    dialog = dialog_on("account,collateral_amount,debt_amount\nx,1,1000\n")
    for asset in ("sdeUSD", "pUSD"):
        line = dialog.focusWidget()
        assert isinstance(line, QLineEdit)
        assert dialog._page.questions.isAncestorOf(line)
        qtbot.keyClicks(line, asset)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        settled(qtbot, dialog)
    assert asked(dialog) == []
    assert dialog.focusWidget() is dialog._page.assets.view
    assert "collateral asset is sdeUSD in all rows · debt asset is pUSD in all rows" in counts(dialog)
