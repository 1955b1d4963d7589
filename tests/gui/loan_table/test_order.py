"""The order of rows: where the arrow stands, what the first click does, whose round the order is of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from cascade_gui.loan_table.columns import INDEX
from engine.scenario.loans import LoanTable
from engine.scenario.schema import Parameters
from tests.gui.loan_table.views import book_of, view_of


def head(table, key):
    return table.loans.headerData(INDEX[key], Qt.Orientation.Horizontal)


def click_head(table, qtbot, key):
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(INDEX[key]) + 20
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))


@pytest.mark.parametrize(
    ("key", "first"), [("health", "bob"), ("debt_usd", "bob"), ("account", "alice"), ("ltv", "bob")]
)
def test_that_the_first_click_puts_the_worst_or_largest_on_top(table, live, qtbot, key, first):
    live(fall=0.3)
    click_head(table, qtbot, key)
    assert table.loans.index(0, INDEX["account"]).data() == first


def test_that_what_is_said_of_the_order_moves_no_row(panel, table, live, qtbot):
    live(fall=0.3)
    place = table.mapTo(panel, QPoint(0, 0))
    size = table.size()
    for _ in range(3):
        click_head(table, qtbot, "account")
    message = panel.findChild(QLabel, "loan_message")
    assert message.isVisible()
    assert "order of the file" in message.text()
    panel.layout().activate()
    assert (table.mapTo(panel, QPoint(0, 0)), table.size()) == (place, size)
    below = panel.childAt(message.mapTo(panel, message.rect().center()))
    assert below is table.viewport(), "a click on the message reaches the row below it"


def test_that_a_wrong_filter_and_wrong_cells_move_no_row_and_no_switch(panel, table, live, qtbot):
    live(fall=0.3, round_number=3)
    switch = panel._which
    panel.layout().activate()
    places = [each.mapTo(panel, QPoint(0, 0)) for each in (table, switch)]
    table.loans.sort(INDEX["health"])
    live(fall=0.1, round_number=4)
    panel.filter.setText("nonsense =")
    assert not panel.filter.apply_now()
    panel._say_faults(2)
    panel.layout().activate()
    assert panel._again.isVisible()
    assert panel.findChild(QLabel, "loan_filter_fault").isVisible()
    assert [each.mapTo(panel, QPoint(0, 0)) for each in (table, switch)] == places


def test_that_the_top_is_shown_after_a_sort(panel, table, live, qtbot):
    live(fall=0.3)
    panel.resize(1300, 140)
    table.go_to(4, "account")
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    click_head(table, qtbot, "health")
    assert table.verticalScrollBar().value() == 0
    assert table.currentIndex().data() == "alice", "the row stays the current one"


def test_that_the_arrow_is_there_only_while_the_rows_are_in_its_order(panel, table, live):
    live(fall=0.3, round_number=3)
    table.loans.sort(INDEX["health"])
    assert "↑" in head(table, "health")
    live(fall=0.1, round_number=4)
    assert head(table, "health") == "Health"
    assert panel._again.text() == "Order of round 3"
    assert not panel._again.isHidden()
    panel.follow_round()
    assert "↑" in head(table, "health")
    assert panel._again.isHidden()


def test_that_an_edit_takes_the_arrow_from_a_column_of_the_book(table, live):
    live(fall=0.3)
    table.loans.sort(INDEX["debt_amount"])
    table.editor.type(0, "debt_amount", "1")
    assert head(table, "debt_amount") == "Amount"
    table.loans.refresh_order()
    assert "↑" in head(table, "debt_amount")


def test_that_an_edit_of_another_column_leaves_the_arrow_over_rows_that_are_still_sorted(table, live):
    live(fall=0.3)
    table.loans.sort(INDEX["account"])
    table.editor.type(0, "debt_amount", "1")
    assert "↑" in head(table, "account")
    table.editor.type(0, "account", "zoe")
    assert head(table, "account") == "Account"


def test_that_rows_that_come_in_take_the_arrow(table, panel):
    table.loans.sort(INDEX["account"])
    table.select_cells(1, 1, [0])
    table.insert_rows()
    shown = [table.loans.index(row, 0).data() for row in range(table.loans.rowCount())]
    assert shown.index("") == 1, "a blank row comes in where it was wanted, not where it is sorted"
    assert head(table, "account") == "Account"
    assert panel._again.isVisible()
    table.loans.refresh_order()
    assert "↑" in head(table, "account")


def test_that_who_lost_most_comes_first(panel, table, document, qtbot):
    loans = document.loans.to_table()
    book = book_of(loans)
    losses = (np.array([1.0, 50.0, 3.0, 2.0]), np.array([0.0, 0.0, 9.0, 2.0]))
    panel.set_view(replace(view_of(loans, book, round_number=2), losses=losses), book, loans)
    click_head(table, qtbot, "lost")
    assert table.loans.index(0, INDEX["account"]).data() == "alice"
    panel.filter.setText("lost this round > 5")
    panel.filter.apply_now()
    assert [table.loans.index(row, 0).data() for row in range(table.loans.rowCount())] == ["dave"]


def test_that_the_column_of_markets_is_there_where_there_are_two_or_a_row_has_none(panel, table, document):
    market = INDEX["market"]
    assert not table.isColumnHidden(market)
    only = {**document.parameters.to_dict()}
    only["markets"] = {"aave": only["markets"]["aave"]}
    loans = document.loans.to_table()
    records = [row for row in loans.to_records() if row["market"] == "aave"]
    document.replace_draft(Parameters.from_dict(only), LoanTable.from_records(records), None)
    assert table.isColumnHidden(market)
    table.editor.type(0, "market", "")
    assert not table.isColumnHidden(market)


def test_that_another_book_is_shown_in_the_order_of_its_file_without_a_word(panel, table, qtbot):
    click_head(table, qtbot, "account")
    assert table.loans.sorted_by is not None
    panel._document.replace_draft(panel._document.parameters, panel._document.loans.to_table(), None)
    assert table.loans.sorted_by is None
    assert [table.loans.store_row(row) for row in range(table.loans.rowCount())] == list(range(table.loans.rowCount()))
    assert table.horizontalHeader().sortIndicatorSection() == -1
    assert not panel.findChild(QLabel, "loan_message").isVisible()
