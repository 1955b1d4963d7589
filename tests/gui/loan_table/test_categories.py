"""The column of categories: when it is shown, how a category is chosen, and which cells are wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from cascade_gui.loan_table.columns import INDEX
from cascade_gui.loan_table.menus import column_menu
from engine.scenario.loans import LoanTable
from engine.scenario.schema import Parameters
from tests.gui.loan_table.books import loan
from tests.gui.loan_table.conftest import PARAMETERS

CATEGORY = INDEX["category"]
STABLE = {"assets": ["WETH"], "liquidation_threshold": 0.93, "liquidation_bonus": 0.01}
BITCOIN = {"assets": ["WBTC"], "liquidation_threshold": 0.9}


def with_categories() -> Parameters:
    markets = {name: dict(market) for name, market in PARAMETERS["markets"].items()}
    markets["aave"]["categories"] = {"stable": STABLE, "bitcoin": BITCOIN}
    return Parameters.from_dict({**PARAMETERS, "markets": markets})


@pytest.fixture
def modes(document, table):
    """The table of a book in whose first market there are categories."""
    document.take_parameters(with_categories())
    return table


@pytest.fixture
def open_list(qtbot, modes, monkeypatch):
    """Return a function that opens the list of a row's categories; popups need a display."""
    opened = []

    def note(editor):
        opened.append(editor)

    monkeypatch.setattr(QComboBox, "showPopup", note)

    def edit(row):
        modes.setCurrentIndex(modes.loans.index(row, CATEGORY))
        modes.edit(modes.currentIndex())
        editor = modes.viewport().findChild(QComboBox)
        qtbot.waitUntil(lambda: opened == [editor])
        return editor

    return edit


def fault(table, row) -> str | None:
    return table.loans.cells.fault(row, "category")


def test_that_the_column_is_shown_where_a_market_has_categories(document, table):
    assert table.isColumnHidden(CATEGORY)
    document.take_parameters(with_categories())
    assert not table.isColumnHidden(CATEGORY)
    document.take_parameters(Parameters.from_dict(PARAMETERS))
    assert table.isColumnHidden(CATEGORY)


def test_that_the_column_is_shown_where_a_row_has_a_category_and_hidden_for_a_book_without(document, table):
    document.loans.set_table(LoanTable.from_records([loan("a", category="gone"), loan("b")]))
    assert not table.isColumnHidden(CATEGORY)
    document.loans.set_table(LoanTable.from_records([loan("a"), loan("b")]))
    assert table.isColumnHidden(CATEGORY)


def test_that_a_column_that_is_there_does_not_go_while_its_last_cell_is_cleared(document, table):
    document.loans.set_table(LoanTable.from_records([loan("a", category="gone"), loan("b")]))
    table.editor.type(0, "category", "")
    assert not table.isColumnHidden(CATEGORY)


def test_that_a_column_the_user_has_hidden_stays_hidden(document, modes):
    menu = column_menu(modes)
    next(action for action in menu.actions() if action.data() == CATEGORY).trigger()
    menu.deleteLater()
    document.loans.set_table(LoanTable.from_records([loan("a", category="stable")]))
    assert modes.isColumnHidden(CATEGORY)


def test_that_a_category_is_chosen_from_those_of_the_rows_market(modes, open_list):
    editor = open_list(0)  # carol, in aave
    assert [editor.itemText(at) for at in range(editor.count())] == ["none", "stable", "bitcoin"]
    assert editor.currentText() == "none"
    editor.setCurrentIndex(1)
    editor.activated.emit(1)
    assert modes.editor.store.value(0, "category") == "stable"
    assert modes.editor.undo_stack.undoText() == "Change category of carol"
    assert fault(modes, 0) is None


def test_that_none_takes_the_category_away(modes, open_list):
    modes.editor.type(0, "category", "stable")
    editor = open_list(0)
    assert editor.currentText() == "stable"
    editor.setCurrentIndex(0)
    editor.activated.emit(0)
    assert modes.editor.store.value(0, "category") is None


def test_that_a_category_that_the_market_has_not_stays_until_another_is_chosen(qtbot, modes, open_list):
    modes.editor.type(0, "category", "gone")
    assert fault(modes, 0) == "The market has no such category."
    editor = open_list(0)
    assert editor.currentText() == "gone"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert modes.editor.store.value(0, "category") == "gone"


def test_that_of_a_market_without_categories_one_is_typed(modes):
    modes.setCurrentIndex(modes.loans.index(2, CATEGORY))  # dave, in compound
    modes.edit(modes.currentIndex())
    assert modes.viewport().findChild(QLineEdit) is not None
    assert modes.viewport().findChild(QComboBox) is None


def test_that_rows_of_one_account_must_be_in_one_category(modes, panel):
    modes.editor.type(1, "category", "bitcoin")  # alice's first row of two
    assert fault(modes, 1) is None
    assert fault(modes, 4) == "Another category than the account has in its first row."
    panel._counting._count()
    assert panel._wrong.text() == "1 row with a wrong cell"
    modes.editor.type(4, "category", "bitcoin")
    assert fault(modes, 4) is None
    modes.editor.type(1, "category", "")
    assert fault(modes, 4) == "Another category than the account has in its first row."
    modes.editor.type(1, "market", "compound")  # another account then
    assert fault(modes, 4) is None


def test_that_a_filter_knows_the_categories(document, modes, panel):
    modes.editor.type(0, "category", "stable")
    panel.filter.setText("category = stable")
    panel.filter.apply_now()
    assert modes.loans.rowCount() == 1
    panel.filter.setText("category = silver")
    panel.filter.apply_now()
    assert "Known: stable, bitcoin" in panel._fault.text()
