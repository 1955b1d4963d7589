"""Any table pasted into an empty window gets in: what is no loan table goes the way of an import."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from cascade_gui.importing import ImportDialog
from tests.gui.importing.driving import settled
from tests.gui.window.conftest import trigger

EXPORT = (
    "wallet\tsupplied token\tsupplied\tborrowed token\tborrowed\n"
    "0xa1\tWETH\t10\tUSDC\t9000\n"
    "0xb2\tWETH\t4.5\tUSDC\t4100\n"
)
LOANS = "account\tcollateral_asset\tcollateral_amount\tdebt_asset\tdebt_amount\nme\tWETH\t3\tUSDC\t2000\n"


@pytest.fixture
def empty(make_window):
    window = make_window()
    trigger(window, "file_new")
    window.show()
    return window


def paste(window, text):
    QGuiApplication.clipboard().setText(text)
    window.book.paste()


def dialogs(window):
    return window.findChildren(ImportDialog)


def test_that_a_table_of_another_program_opens_the_import_on_what_was_pasted(empty, qtbot):
    paste(empty, EXPORT)
    [dialog] = dialogs(empty)
    settled(qtbot, dialog)
    folder = dialog._path.parent
    assert dialog._path.read_text(encoding="utf-8") == EXPORT
    assert len(dialog._source) == 2
    assert len(empty.document.loans) == 0
    dialog.reject()
    assert not folder.exists(), "nothing of what was pasted stays behind"


def test_that_loans_of_assets_that_the_scenario_lacks_open_the_import_which_asks_their_prices(empty, qtbot):
    paste(empty, LOANS.replace("WETH", "WBTC"))
    [dialog] = dialogs(empty)
    settled(qtbot, dialog)
    assert len(empty.document.loans) == 0
    dialog.reject()


def test_that_rows_of_loans_are_pasted_as_before(empty):
    paste(empty, LOANS)
    assert not dialogs(empty)
    assert len(empty.document.loans) == 1
    assert empty.document.loans.value(0, "collateral_amount") == 3.0


@pytest.mark.parametrize("text", ["me\tWETH\t3\tUSDC\t2000\n", "a\nb\nc\n", "WETH\t3\n"])
def test_that_values_without_names_are_pasted_as_before(empty, text):
    paste(empty, text)
    assert not dialogs(empty)


def test_that_a_book_that_has_loans_is_not_imported_over(window):
    before = len(window.document.loans)
    window.book.table.select_cells(0, 0, [0])
    paste(window, "wallet\tfoo\tbar\n0xa1\tWETH\t10\n")
    assert not dialogs(window)
    assert len(window.document.loans) >= before
