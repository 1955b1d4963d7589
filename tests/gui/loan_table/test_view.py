"""Typing and keys in the table, the filter bar, the find bar and the totals."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from cascade_gui.document.document import Document
from cascade_gui.generator import GeneratorDialog
from cascade_gui.loan_table.columns import COLUMNS, FIRST_LIVE, INDEX
from cascade_gui.loan_table.menus import cell_menu, column_menu
from cascade_gui.loan_table.panel import LoanBookPanel
from cascade_gui.theme import tokens
from engine.scenario.loans import LoanTable
from tests.gui.loan_table.books import large_book

ACCOUNT, COLLATERAL, AMOUNT = (INDEX[key] for key in ("account", "collateral_asset", "collateral_amount"))


def label(panel, name):
    return panel.findChild(QLabel, name)


def open_editor(table):
    return table.viewport().findChild(QLineEdit)


def type_into(qtbot, table, row, column, text, key=Qt.Key.Key_Return):
    """Type as a user does: the first letter opens the editor, which then gets the rest."""
    table.setCurrentIndex(table.loans.index(row, column))
    qtbot.keyClicks(table, text[:1])
    editor = open_editor(table)
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, key)
    QApplication.processEvents()


def test_that_typing_replaces_and_enter_moves_down(qtbot, table, document):
    type_into(qtbot, table, 0, AMOUNT, "42.5")
    assert document.loans.value(0, "collateral_amount") == 42.5
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, AMOUNT)


def test_that_tab_moves_right_without_opening_the_next_cell(qtbot, table, document):
    type_into(qtbot, table, 0, AMOUNT, "7", Qt.Key.Key_Tab)
    assert document.loans.value(0, "collateral_amount") == 7
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, AMOUNT + 1)
    assert table.state() == table.State.NoState


def test_that_esc_rejects(qtbot, table, document):
    type_into(qtbot, table, 0, AMOUNT, "99", Qt.Key.Key_Escape)
    assert document.loans.value(0, "collateral_amount") == 3
    assert document.undo_stack.count() == 0
    assert table.currentIndex().row() == 0


def test_that_f2_opens_the_cell_with_all_its_digits(qtbot, table, document):
    table.editor.type(0, "collateral_amount", "1234567.125")
    table.setCurrentIndex(table.loans.index(0, AMOUNT))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    assert open_editor(table).text() == "1234567.125"
    qtbot.keyClick(open_editor(table), Qt.Key.Key_Escape)


def test_that_known_names_are_completed(qtbot, table, document):
    type_into(qtbot, table, 0, COLLATERAL, "wb")
    assert document.loans.value(0, "collateral_asset") == "WBTC"


def test_that_a_new_name_is_kept_and_marked(qtbot, table, panel, document):
    type_into(qtbot, table, 0, COLLATERAL, "DOGE")
    assert document.loans.value(0, "collateral_asset") == "DOGE"
    button = panel.findChild(QPushButton, "loan_wrong_cells")
    qtbot.waitUntil(lambda: button.isVisible() and "1 row" in button.text())
    table.setCurrentIndex(table.loans.index(3, 0))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (0, COLLATERAL)
    assert "DOGE" not in label(panel, "loan_message").text()
    assert "No asset has this name" in label(panel, "loan_message").text()


def test_that_an_open_editor_survives_new_rounds(qtbot, table, live):
    live(round_number=1)
    table.setCurrentIndex(table.loans.index(0, AMOUNT))
    qtbot.keyClicks(table, "4")
    editor = open_editor(table)
    qtbot.keyClicks(editor, "2")
    live(round_number=2, fall=0.3)
    QApplication.processEvents()
    assert open_editor(table) is editor
    assert editor.text() == "42"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_that_delete_clears_and_undo_brings_back(qtbot, table, document):
    table.select_cells(0, 1, [AMOUNT])
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert document.undo_stack.undoText() == "Clear 2 cells"
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.loans.value(0, "collateral_amount") == 3
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert document.loans.value(0, "collateral_amount") != 3


def test_that_typing_into_a_calculated_cell_says_why_nothing_happens(qtbot, table):
    table.setCurrentIndex(table.loans.index(0, INDEX["health"]))
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "Health is calculated" in text):
        qtbot.keyClicks(table, "5")


def test_that_ctrl_d_fills_down(qtbot, table, document):
    table.select_cells(0, 1, [AMOUNT])
    qtbot.keyClick(table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert document.loans.value(1, "collateral_amount") == 3


def test_that_whole_rows_and_columns_are_selected_by_key(qtbot, table):
    table.select_cells(1, 2, [AMOUNT])
    qtbot.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_rows().tolist() == [1, 2]
    assert len(table.selected_cells()) == len(table.visible_columns())
    table.select_cells(1, 1, [AMOUNT])
    qtbot.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_cells()[AMOUNT].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_K, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Period])
def test_that_playback_keys_belong_to_the_table_while_it_has_them(table, key):
    text = {Qt.Key.Key_Space: " ", Qt.Key.Key_K: "k", Qt.Key.Key_Period: "."}.get(key, "")
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, text)
    event.ignore()
    QApplication.sendEvent(table, event)
    assert event.isAccepted()


def test_that_a_click_on_a_head_sorts_up_down_and_not_at_all(qtbot, table):
    head = table.horizontalHeader()
    where = head.viewport().rect().center()
    where.setX(table.columnViewportPosition(ACCOUNT) + 20)
    names, heads, said = [], [], []
    table.message.connect(said.append)
    for _ in range(3):
        assert not said
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=where)
        names.append(table.loans.index(0, ACCOUNT).data())
        heads.append(table.loans.headerData(ACCOUNT, Qt.Orientation.Horizontal))
    assert names == ["alice", "dave", "carol"]
    assert heads == ["Account ↑", "Account ↓", "Account"]
    assert "order of the file" in said[0], "that nothing sorts any more is said"


def test_that_the_current_row_stays_current_when_sorted_and_filtered(table, panel):
    table.go_to(3, "collateral_amount")  # bob
    table.sortByColumn(ACCOUNT, Qt.SortOrder.AscendingOrder)
    assert table.loans.index(table.currentIndex().row(), ACCOUNT).data() == "bob"
    panel.filter.setText("collateral = WETH")
    panel.filter.apply_now()
    assert table.loans.index(table.currentIndex().row(), ACCOUNT).data() == "bob"
    assert table.currentIndex().column() == AMOUNT


def test_that_hidden_columns_can_be_shown_from_the_heads_menu(table):
    threshold = INDEX["liquidation_threshold"]
    assert table.isColumnHidden(threshold)
    menu = column_menu(table)
    next(action for action in menu.actions() if action.data() == threshold).trigger()
    assert not table.isColumnHidden(threshold)
    next(action for action in menu.actions() if action.text() == "Row numbers").trigger()
    assert table.verticalHeader().isVisible()
    menu.deleteLater()


def test_that_the_cells_menu_offers_what_can_be_done(table, document):
    table.select_cells(0, 1, [INDEX["health"]])
    menu = cell_menu(table)
    possible = {action.text(): action.isEnabled() for action in menu.actions()}
    assert possible["Copy"]
    assert not possible["Clear"]
    menu.deleteLater()
    table.select_cells(0, 1, [AMOUNT])
    menu = cell_menu(table)
    next(action for action in menu.actions() if action.text() == "Delete rows").trigger()
    assert len(document.loans) == 3
    menu.deleteLater()


def test_that_every_head_explains_itself(table):
    for at in range(len(COLUMNS)):
        tip = table.loans.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert len(tip.splitlines()) == 2


def test_that_a_filter_takes_effect_while_it_is_typed(qtbot, panel, table):
    qtbot.keyClicks(panel.filter, "debt > 5k")
    qtbot.waitUntil(lambda: table.loans.rowCount() == 2)
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert table.loans.rowCount() == 5


def test_that_a_wrong_filter_is_said_below_and_keeps_the_rows(qtbot, panel, table):
    panel.filter.setText("debt > 5k")
    panel.filter.apply_now()
    panel.filter.setText("dept > 5k")
    qtbot.keyClick(panel.filter, Qt.Key.Key_Return)
    fault = label(panel, "loan_filter_fault")
    assert fault.isVisible()
    assert "Did you mean “debt”?" in fault.text()
    assert panel.filter.selectedText() == "dept"
    assert panel.filter.property("state") == "fault"
    assert table.loans.rowCount() == 2
    panel.filter.clear()
    assert not fault.isVisible()


def test_that_a_name_of_the_book_may_be_filtered_though_the_scenario_lacks_it(panel, table):
    table.editor.type(0, "collateral_asset", "DOGE")
    panel.filter.setText("collateral = DOGE")
    assert panel.filter.apply_now()
    assert table.loans.rowCount() == 1


def test_that_nothing_that_fits_says_so_and_can_be_undone(qtbot, panel):
    panel.filter.setText("nobody")
    panel.filter.apply_now()
    page = panel.findChild(type(panel._nothing_fits))
    assert page.isVisible()
    qtbot.mouseClick(page.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert panel.table.isVisible()


def test_that_totals_are_of_the_shown_accounts(qtbot, panel, live):
    live(fall=0.3, round_number=3)
    totals = label(panel, "loan_totals")
    qtbot.waitUntil(lambda: totals.text().startswith("4 accounts · collateral $35.1k · debt $28.1k"))
    assert totals.text().endswith("worst health 0.75")
    panel.filter.setText("health < 0.8")
    panel.filter.apply_now()
    qtbot.waitUntil(lambda: totals.text() == "1 of 4 accounts · collateral $14k · debt $15k · worst health 0.75")
    assert "4 accounts" in totals.toolTip()


def test_that_totals_count_rows_until_there_is_a_view(qtbot, panel):
    qtbot.waitUntil(lambda: label(panel, "loan_totals").text().startswith("5 rows · collateral $48k"))


def test_that_the_account_of_the_current_row_is_told(qtbot, panel, table, live):
    live()
    with qtbot.waitSignal(panel.account_selected) as told:
        table.go_to(3)
    assert told.args == [3]
    with qtbot.assertNotEmitted(panel.account_selected):
        table.go_to(3, "debt_amount")
    with qtbot.waitSignal(panel.account_selected) as told:
        panel.set_view(None, None)
    assert told.args == [None]


def test_that_an_order_by_live_values_waits_to_be_asked_again(qtbot, panel, table, live):
    live(round_number=1)
    table.sortByColumn(INDEX["health"], Qt.SortOrder.AscendingOrder)
    before = table.loans.order.tolist()
    button = panel.findChild(QPushButton, "loan_order_again")
    assert not button.isVisible()
    live(round_number=2, fall=0.5)
    assert table.loans.order.tolist() == before
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()


def test_that_find_goes_from_match_to_match(qtbot, panel, table):
    panel.find()
    bar = panel.find_bar
    qtbot.keyClicks(bar._text, "alice")
    qtbot.keyClick(bar._text, Qt.Key.Key_Return)
    assert table.currentIndex().row() == 1
    qtbot.keyClick(bar._text, Qt.Key.Key_Return)
    assert table.currentIndex().row() == 4
    assert bar._count.text() == "2 of 2"
    qtbot.keyClick(bar._text, Qt.Key.Key_Return)
    assert table.currentIndex().row() == 1
    qtbot.keyClick(bar._text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert table.currentIndex().row() == 4
    bar._text.setText("dai")
    bar.next()
    assert table.currentIndex().column() == INDEX["debt_asset"]
    bar._text.setText("nobody")
    bar.next()
    assert bar._count.text() == "not found"
    qtbot.keyClick(bar._text, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_that_an_empty_book_says_what_to_do(qtbot, document):
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    document.loans.set_table(LoanTable.empty())
    panel.show()
    assert panel._empty.isVisible()
    buttons = {button.text(): button for button in panel._empty.findChildren(QPushButton)}
    with qtbot.waitSignal(panel.import_requested):
        qtbot.mouseClick(buttons["Import…"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons["Synthetic book…"], Qt.MouseButton.LeftButton)
    dialog = panel.findChild(GeneratorDialog)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    QApplication.clipboard().setText("a\taave\nb\taave")
    qtbot.mouseClick(buttons["Paste"], Qt.MouseButton.LeftButton)
    QApplication.clipboard().clear()
    assert document.loans.column("account").tolist() == ["a", "b"]
    assert panel.table.isVisible()
    document.undo_stack.undo()
    qtbot.mouseClick(buttons["Add a row"], Qt.MouseButton.LeftButton)
    assert len(document.loans) == 1
    panel._counting.timer.stop()


def test_that_all_columns_fit_a_small_window(panel, table, live):
    live(fall=0.3, round_number=3)
    panel.resize(1046, 300)
    assert table.horizontalHeader().length() <= table.viewport().width()
    panel.resize(1600, 300)
    assert table.horizontalHeader().length() == table.viewport().width()
    assert table.columnWidth(ACCOUNT) >= COLUMNS[ACCOUNT].width


@pytest.mark.parametrize("dark", [True, False])
def test_that_both_schemes_are_drawn(panel, live, dark):
    live(fall=0.3, round_number=3)
    panel.table.editor.type(0, "collateral_amount", "lots")
    panel.apply_theme(tokens(dark))
    image = panel.table.viewport().grab().toImage()
    colours = {image.pixelColor(x, 10).name() for x in range(INDEX["collateral_amount"] * 80, 480)}
    assert tokens(dark).vermilion_tint in colours


@pytest.mark.parametrize("dark", [True, False])
def test_that_the_whole_row_of_the_current_cell_is_marked_and_no_other(panel, table, live, dark):
    live(fall=0.3, round_number=3)
    panel.apply_theme(tokens(dark))
    table.setCurrentIndex(table.loans.index(1, ACCOUNT))
    table.clearSelection()
    image = table.viewport().grab().toImage()
    right = table.horizontalHeader().length() - 3
    middles = [table.rowViewportPosition(row) + 3 for row in range(3)]
    marked = [image.pixelColor(right, y).name() == tokens(dark).accent_tint for y in middles]
    assert marked == [False, True, False]


def test_that_a_live_refresh_draws_only_what_is_shown(qtbot, document, monkeypatch):
    document.loans.set_table(large_book(20_000))
    panel = LoanBookPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1300, 300)
    panel.show()
    qtbot.waitExposed(panel)
    made = []
    make = panel.table.loans.cells._made_text
    monkeypatch.setattr(
        panel.table.loans.cells, "_made_text", lambda row, column: made.append(row) or make(row, column)
    )
    from tests.gui.loan_table.views import book_of, view_of

    loans = document.loans.to_table()
    book = book_of(loans)
    panel.set_view(view_of(loans, book), book)
    panel.table.viewport().grab()
    assert 0 < len(set(made)) < 20
    panel._totals_timer.stop()
    panel._counting.timer.stop()


def test_that_a_new_document_is_shown_at_once(panel, document):
    other = Document()
    document.replace_draft(other.parameters, large_book(100), None)
    other.deleteLater()
    assert panel.table.loans.rowCount() == 100


class PaintedFrom(QObject):
    """Notes the left edge of what a widget paints."""

    def __init__(self, widget):
        super().__init__(widget)
        self.edges = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.edges.append(event.rect().left())
        return False


def test_that_another_round_draws_the_calculated_columns_once_and_no_other(table, live):
    live(round_number=1)
    QApplication.processEvents()
    painted = PaintedFrom(table.viewport())
    live(round_number=2)
    QApplication.processEvents()
    assert painted.edges == [table.columnViewportPosition(FIRST_LIVE)]
