"""Rows of one account that give one collateral different terms: which cells are marked, and what is said of them."""

from __future__ import annotations

import pytest

from cascade_gui.loan_table import checks, fault_count, model
from cascade_gui.loan_table import panel as panel_module
from cascade_gui.loan_table.columns import INDEX
from engine.scenario.loans import LoanTable
from tests.gui.loan_table.books import loan

THRESHOLD = "liquidation_threshold"


def book(*thresholds, **more):
    return LoanTable.from_records([loan("a", liquidation_threshold=each, **more) for each in thresholds])


def marked(table):
    rows = range(table.loans.rowCount())
    return {row for row in rows if table.loans.cells.fault(row, THRESHOLD)}


def test_that_a_threshold_unlike_that_of_an_earlier_row_is_marked_and_the_row_named(document, table):
    document.loans.set_table(book(0.8, 0.8, 0.75))
    assert marked(table) == {2}
    tip = table.loans.cells.tool_tip(2, INDEX[THRESHOLD])
    assert "Row 1 " in tip
    assert "80 %" in tip


def test_that_no_threshold_beside_one_is_marked_too(document, table):
    document.loans.set_table(book(None, 0.75))
    assert marked(table) == {1}
    assert "none" in table.loans.cells.tool_tip(1, INDEX[THRESHOLD])


def test_that_other_collateral_may_have_another_bonus(document, table):
    rows = [loan("a", collateral="WETH", liquidation_bonus=0.05), loan("a", collateral="WBTC", liquidation_bonus=0.1)]
    document.loans.set_table(LoanTable.from_records(rows))
    assert not any(table.loans.cells.fault(row, "liquidation_bonus") for row in range(2))


def test_that_an_edit_of_one_row_puts_the_other_right(document, table):
    document.loans.set_table(book(0.8, 0.75))
    assert marked(table) == {1}
    table.editor.type(0, THRESHOLD, "75%")
    assert marked(table) == set()


def test_that_a_cell_that_cannot_be_read_is_not_said_to_disagree(document, table):
    document.loans.set_table(book(0.8, 0.8))
    table.editor.type(0, THRESHOLD, "eighty")
    assert marked(table) == {0}


@pytest.fixture
def many(monkeypatch):
    """Take every book for a large one."""
    for module in (checks, model, panel_module, fault_count):
        monkeypatch.setattr(module, "MANY", 1)


def test_that_rows_of_a_large_book_are_marked_when_the_background_has_found_them(qtbot, many, document, panel):
    document.loans.set_table(book(0.8, 0.75))
    assert marked(panel.table) == set()
    panel._counting._count()
    qtbot.waitUntil(lambda: marked(panel.table) == {1})
    assert "1 row" in panel._wrong.text()


def test_that_a_large_book_keeps_its_order_until_the_new_one_is_there(qtbot, many, document, table):
    names = ["c", "a", "b"]
    document.loans.set_table(LoanTable.from_records([loan(name) for name in names]))

    def shown():
        return [table.loans.data(table.loans.index(row, INDEX["account"])) for row in range(3)]

    table.loans.sort(INDEX["account"])
    assert shown() == names
    assert table.loans.is_sorting
    qtbot.waitUntil(lambda: not table.loans.is_sorting)
    assert shown() == ["a", "b", "c"]


def test_that_a_book_that_comes_while_a_large_one_is_sorted_is_in_the_order_of_its_file(qtbot, many, document, table):
    document.loans.set_table(LoanTable.from_records([loan(name) for name in ("c", "b")]))
    table.loans.sort(INDEX["account"])
    document.loans.set_table(LoanTable.from_records([loan(name) for name in ("z", "y", "x")]))
    qtbot.waitUntil(lambda: not table.loans.is_sorting)
    assert table.loans.order is None
