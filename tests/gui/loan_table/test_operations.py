"""Copy, paste, fill, insert and delete, as the window's actions ask for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QLocale, Qt
from PySide6.QtGui import QGuiApplication

from cascade_gui.loan_table.clipboard import read_block
from cascade_gui.loan_table.columns import INDEX
from cascade_gui.loan_table.paste_heads import mapped_head
from cascade_gui.loan_table.pasting import DoesNotFitError, Target, place
from cascade_gui.theme.cell_lines import quoted
from engine.scenario.loans import LoanTable
from tests.gui.loan_table.views import book_of, view_of

ACCOUNT, MARKET, COLLATERAL, AMOUNT = (INDEX[k] for k in ("account", "market", "collateral_asset", "collateral_amount"))
DEBT, OWED = INDEX["debt_asset"], INDEX["debt_amount"]


@pytest.fixture
def clip(qapp):
    clipboard = QGuiApplication.clipboard()
    yield clipboard
    clipboard.clear()


def accounts(document):
    return document.loans.column("account").tolist()


def amounts(document):
    return document.loans.column("collateral_amount").tolist()


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a", [["a"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ('"two\nlines"\tx\n', [["two\nlines", "x"]]),
        ('"say ""hi"""\n', [['say "hi"']]),
        ('5" pipe\t1', [['5" pipe', "1"]]),
        ('"open\t1\n2', [['"open', "1"], ["2"]]),
        ("\t\n", [["", ""]]),
        ("", []),
    ],
)
def test_that_a_block_is_read_as_spreadsheets_write_it(text, block):
    assert read_block(text) == block


@pytest.mark.parametrize("cell", ["plain", 'say "hi"', '"quoted"', "two\nlines", "a\tb", ""])
def test_that_a_written_cell_reads_back(cell):
    assert read_block(quoted(cell) + "\tend\n") == [[cell, "end"]]


def test_that_a_block_is_copied_in_full_without_separators(table, document, clip):
    table.editor.type(0, "collateral_amount", "1,234,567.125")
    table.select_cells(0, 1, [ACCOUNT, AMOUNT])
    table.copy()
    assert clip.text() == "carol\taave\tWETH\t1234567.125\nalice\taave\tWBTC\t0.5\n"


def test_that_one_cell_is_copied_without_a_line_end(table, clip):
    table.select_cells(0, 0, [AMOUNT])
    table.copy()
    assert clip.text() == "3"


def test_that_what_was_copied_pastes_back_the_same(table, document, clip, live):
    live(fall=0.3)
    before = document.loans.to_table()
    table.selectAll()
    table.copy()
    table.select_cells(0, 0, [ACCOUNT])
    table.paste()
    assert document.loans.to_table().same_as(before)
    assert document.undo_stack.count() == 0


def test_that_a_decimal_comma_is_copied_and_pasted(table, document, clip):
    QLocale.setDefault(QLocale("de_DE"))
    table.select_cells(1, 1, [AMOUNT])
    table.copy()
    assert clip.text() == "0,5"
    clip.setText("1.234,5")
    table.paste()
    assert amounts(document)[1] == 1234.5


def test_that_a_selection_in_pieces_is_not_copied(table, clip, qtbot):
    clip.setText("before")
    table.select_cells(0, 0, [ACCOUNT])
    more = QItemSelection(table.loans.index(2, AMOUNT), table.loans.index(3, AMOUNT))
    table.selectionModel().select(more, QItemSelectionModel.SelectionFlag.Select)
    with qtbot.waitSignal(table.message):
        table.copy()
    assert clip.text() == "before"


def test_that_columns_apart_are_copied_as_one_block(table, clip):
    table.select_cells(0, 1, [ACCOUNT])
    more = QItemSelection(table.loans.index(0, AMOUNT), table.loans.index(1, AMOUNT))
    table.selectionModel().select(more, QItemSelectionModel.SelectionFlag.Select)
    table.copy()
    assert clip.text() == "carol\t3\nalice\t0.5\n"


def test_that_one_cell_fills_the_selection(table, document, clip):
    clip.setText("7\n")
    table.select_cells(1, 3, [AMOUNT])
    table.paste()
    assert amounts(document) == [3, 7, 7, 7, 1]
    assert document.undo_stack.undoText() == "Paste 3 cells"


def test_that_a_block_is_repeated_where_it_fits_several_times(table, document, clip):
    clip.setText("7\n8")
    table.select_cells(0, 3, [AMOUNT])
    table.paste()
    assert amounts(document) == [7, 8, 7, 8, 1]


def test_that_pasting_past_the_end_adds_rows(table, document, clip):
    clip.setText("x\taave\tWETH\t1\ny\taave\tWETH\t2\nz\taave\tWETH\tmany\n")
    table.select_cells(4, 4, [ACCOUNT])
    table.paste()
    assert accounts(document)[4:] == ["x", "y", "z"]
    assert document.loans.bad_text(6, "collateral_amount") == "many"
    document.undo_stack.undo()
    assert len(document.loans) == 5


def test_that_a_block_that_is_too_wide_is_refused(table, document, clip, qtbot):
    clip.setText("\t".join("x" * 20))
    table.select_cells(0, 0, [ACCOUNT])
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "do not fit" in text):
        table.paste()
    assert document.undo_stack.count() == 0


def test_that_cells_on_calculated_columns_are_left_out_and_said(table, document, clip, qtbot):
    clip.setText("9\t123\tDAI")
    table.select_cells(0, 0, [AMOUNT])
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "1 cell" in text):
        table.paste()
    assert document.loans.value(0, "collateral_amount") == 9
    assert document.loans.value(0, "debt_asset") == "DAI"


def test_that_pasting_into_a_calculated_column_is_refused(table, document, clip, qtbot):
    clip.setText("1")
    table.select_cells(0, 0, [INDEX["health"]])
    with qtbot.waitSignal(table.message):
        table.paste()
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize("selected", [True, False])
def test_that_a_block_goes_beside_a_hidden_column_that_is_selected(table, document, clip, selected):
    clip.setText("dai")
    table.select_cells(1, 1, [MARKET])
    if not selected:
        table.selectionModel().clearSelection()
    table.setColumnHidden(MARKET, True)
    table.paste()
    assert document.loans.value(1, "market") == "aave"
    assert document.loans.value(1, "collateral_asset") == "DAI"


def test_that_hidden_columns_are_not_pasted_into_and_are_named(table, document, clip, qtbot):
    table.setColumnHidden(MARKET, True)
    clip.setText("new\tWBTC")
    table.select_cells(0, 0, [ACCOUNT])
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "Market" in text):
        table.paste()
    assert document.loans.value(0, "market") == "aave"
    assert document.loans.value(0, "collateral_asset") == "WBTC"


def test_that_a_ragged_block_leaves_the_missing_cells_alone():
    placement = place([["a", "b"], ["c"]], Target([0], [0]), [0, 1, 2], 5)
    assert placement.cells == {0: ([0, 1], ["a", "c"]), 1: ([0], ["b"])}


def test_that_a_block_too_wide_names_both_widths():
    with pytest.raises(DoesNotFitError, match=r"3 columns do not fit: the table has 2"):
        place([["a", "b", "c"]], Target([0], [1]), [0, 1, 2], 5)


def test_that_cutting_is_a_copy_and_one_step(table, document, clip):
    table.select_cells(0, 1, [COLLATERAL, AMOUNT])
    table.cut()
    assert clip.text() == "WETH\t3\nWBTC\t0.5\n"
    assert document.undo_stack.undoText() == "Cut 4 cells"
    assert document.loans.value(0, "collateral_asset") is None


def test_that_filling_down_copies_the_first_cells(table, document):
    table.select_cells(0, 2, [COLLATERAL, AMOUNT])
    table.fill_down()
    assert amounts(document)[:3] == [3, 3, 3]
    assert document.undo_stack.undoText() == "Fill 4 cells"


def test_that_filling_one_row_takes_the_row_above(table, document):
    table.select_cells(1, 1, [AMOUNT])
    table.fill_down()
    assert amounts(document)[1] == 3


def test_that_a_bad_cell_is_filled_down_as_it_is(table, document):
    table.editor.type(0, "collateral_amount", "lots")
    table.select_cells(0, 1, [AMOUNT])
    table.fill_down()
    assert document.loans.bad_text(1, "collateral_amount") == "lots"


def test_that_rows_are_inserted_before_the_selection_as_many_as_it_has(table, document):
    table.select_cells(1, 2, [AMOUNT])
    table.insert_rows()
    assert accounts(document) == ["carol", "", "", "alice", "dave", "bob", "alice"]
    assert document.undo_stack.undoText() == "Insert 2 rows"


def test_that_selected_rows_are_deleted(table, document):
    table.select_cells(1, 2, [AMOUNT])
    table.delete_rows()
    assert accounts(document) == ["carol", "bob", "alice"]
    assert table.currentIndex().row() == 1
    document.undo_stack.undo()
    assert len(document.loans) == 5


def test_that_a_filter_keeps_hidden_rows_untouched(panel, table, document, clip):
    panel.filter.setText("collateral = WETH")
    assert panel.filter.apply_now()
    clip.setText("7\n8\n9")
    table.select_cells(0, 0, [AMOUNT])
    table.paste()
    assert amounts(document) == [7, 0.5, 5000, 8, 9]
    table.select_cells(0, 2, [AMOUNT])
    table.fill_down()
    assert amounts(document) == [7, 0.5, 5000, 7, 7]
    table.clear()
    assert np.isnan(amounts(document)).tolist() == [True, False, False, True, True]
    table.delete_rows()
    assert accounts(document) == ["alice", "dave"]


def test_that_pasting_past_the_end_of_a_filter_shows_the_new_rows(panel, table, document, clip):
    panel.filter.setText("collateral = WETH")
    panel.filter.apply_now()
    clip.setText("7\n8")
    table.select_cells(2, 2, [AMOUNT])
    table.paste()
    assert amounts(document) == [3, 0.5, 5000, 10, 7, 8]
    assert table.loans.rowCount() == 4


def test_that_pasting_into_a_sorted_table_follows_what_is_shown(table, document, clip):
    table.sortByColumn(ACCOUNT, Qt.SortOrder.AscendingOrder)
    clip.setText("1\n2\n3\n4\n5\n6")
    table.select_cells(0, 0, [OWED])
    table.paste()
    assert document.loans.column("debt_amount").tolist() == [4, 1, 5, 3, 2, 6]
    assert table.loans.store_row(5) == 5


def test_that_a_paste_of_ten_thousand_cells_is_one_step(table, document, clip):
    clip.setText("\n".join(f"n{row}\taave\tWETH\t{row}" for row in range(2_500)))
    table.select_cells(0, 0, [ACCOUNT])
    table.paste()
    assert len(document.loans) == 2_500
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Paste 10,000 cells"


def test_that_copying_many_rows_goes_on_in_parts(table, document, clip, panel):
    from tests.gui.loan_table.books import large_book

    document.loans.set_table(large_book(70_000))
    table.selectColumn(ACCOUNT)
    table.copy()
    assert clip.text().count("\n") == 70_000


def test_that_there_is_something_to_paste_or_it_is_said(table, clip, qtbot):
    clip.clear()
    with qtbot.waitSignal(table.message):
        table.paste()


def test_that_abilities_follow_the_selection(table, qtbot):
    table.clearSelection()
    table.setCurrentIndex(table.loans.index(-1, -1))
    assert not table.abilities.copy
    table.select_cells(0, 0, [INDEX["health"]])
    assert table.abilities.copy
    assert not table.abilities.change
    with qtbot.waitSignal(table.abilities_changed):
        table.select_cells(0, 0, [ACCOUNT])
    assert table.abilities.change
    assert table.abilities.paste


def test_that_a_block_from_elsewhere_passes_calculated_columns_over(table, document, clip, qtbot):
    clip.setText("x\taave\tWETH\t2\tUSDC\t900\n")
    table.select_cells(0, 0, [ACCOUNT])
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "1 row into Account" in text):
        table.paste()
    assert [document.loans.value(0, key) for key in ("collateral_amount", "debt_asset", "debt_amount")] == [
        2,
        "USDC",
        900,
    ]


def test_that_a_block_that_was_in_a_spreadsheet_comes_back_the_same(table, document, clip, live):
    """Calc gives the text back without the mark that it was copied here."""
    live(fall=0.3)
    before = document.loans.to_table()
    table.selectAll()
    table.copy()
    text = clip.text()
    clip.setText(text)
    table.select_cells(0, 0, [ACCOUNT])
    table.paste()
    assert document.loans.to_table().same_as(before)


HEAD = "Borrower\tDebt\tAmount\tHealth\tCollateral\tcollateral_amount\tnote\n"


def test_that_a_first_row_of_names_says_where_columns_go(table, document, clip, qtbot):
    clip.setText(HEAD + "x\tDAI\t70\t1.2\tWBTC\t0.1\thello\ny\tUSDC\t80\t1.3\tWETH\t1\t\n")
    table.select_cells(3, 3, [AMOUNT])
    with qtbot.waitSignal(table.message) as said:
        table.paste()
    loans = document.loans
    columns = ("account", "market", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount")
    assert [loans.value(3, key) for key in columns] == ["x", "compound", "WBTC", 0.1, "DAI", 70]
    assert [loans.value(4, key) for key in columns] == ["y", "aave", "WETH", 1, "USDC", 80]
    assert "Left out: Health, note" in said.args[0]


def test_that_a_head_reaches_columns_that_are_hidden(table, document, clip):
    clip.setText("account\tthreshold\nz\t70%\n")
    table.select_cells(0, 0, [ACCOUNT])
    table.paste()
    assert document.loans.value(0, "liquidation_threshold") == 0.7
    assert not table.isColumnHidden(INDEX["liquidation_threshold"])


@pytest.mark.parametrize("text", ["health\tdebt\n", "carol\tWETH\nalice\tDAI\n", "account\t5\nx\t6\n"])
def test_that_rows_of_values_are_no_head(text):
    assert mapped_head(read_block(text)) is None


def test_that_a_block_with_a_head_fills_an_empty_book(panel, document, clip):
    document.loans.set_table(LoanTable.empty())
    clip.setText("account\tmarket\tcollateral\tamount\tdebt\tamount\nx\taave\tWETH\t2\tUSDC\t900\n")
    panel.paste()
    assert len(document.loans) == 1
    assert document.loans.value(0, "collateral_amount") == 2
    assert document.loans.value(0, "debt_amount") == 900
    document.undo_stack.undo()
    assert len(document.loans) == 0


def test_that_what_a_paste_said_goes_with_the_undo(panel, table, document, clip):
    clip.setText("7")
    table.select_cells(0, 0, [AMOUNT])
    table.paste()
    assert "Pasted" in panel._message.text()
    assert not panel._message.isHidden()
    document.undo_stack.undo()
    assert panel._message.isHidden()


def test_that_a_copy_of_a_round_pastes_back_as_the_book_has_it(panel, table, document, clip, qtbot):
    loans = document.loans.to_table()
    book = book_of(loans)
    view = view_of(loans, book)
    half = type(view.state)(view.state.collateral_amount / 2, view.state.debt_amount / 2)
    panel.set_view(replace(view, state=half, round=3), book, loans)
    table.select_cells(0, 1, [AMOUNT])
    with qtbot.waitSignal(table.message, check_params_cb=lambda text: "round 3" in text):
        table.copy()
    assert clip.text() == "1.5\n0.25\n"
    table.select_cells(3, 3, [AMOUNT])
    table.paste()
    assert amounts(document) == [3, 0.5, 5000, 3, 0.5]
