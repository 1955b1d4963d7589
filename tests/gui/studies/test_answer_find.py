"""Finding numbers in the table of an answer, however large it is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTableView

from cascade_gui.studies import columns_model
from cascade_gui.studies.answer_find import AnswerFindBar
from cascade_gui.studies.columns_model import ColumnsModel

ROWS = 1 + columns_model._MOST_CELLS // 2
"""So many of two columns are more than are written out at once."""


@pytest.fixture
def bar(qtbot):
    model, table = ColumnsModel(), QTableView()
    table.setModel(model)
    bar = AnswerFindBar(table, model)
    qtbot.addWidget(table)
    qtbot.addWidget(bar)
    bar.model, bar.view = model, table
    yield bar
    bar._background.shut_down()


def show(bar, rows):
    names = np.array([f"a{row}" for row in range(rows)], dtype=object)
    bar.model.show_columns({"account": names, "price": np.arange(rows) + 0.25})


def look_for(qtbot, bar, text):
    bar.open_bar()
    qtbot.keyClicks(bar.findChild(QLineEdit), text)
    qtbot.keyClick(bar.findChild(QLineEdit), Qt.Key.Key_Return)


def said(bar):
    return bar.findChild(QLabel).text()


@pytest.mark.parametrize("rows", [ROWS - 1, ROWS])
def test_that_a_number_is_found_in_a_table_of_any_size(qtbot, bar, rows):
    show(bar, rows)
    look_for(qtbot, bar, "20,123")
    assert said(bar) == ("1 of 1" if rows < ROWS else "searching…")
    qtbot.waitUntil(lambda: said(bar) == "1 of 1")
    assert bar.view.currentIndex().row() == 20_123


def test_that_what_is_looked_for_meanwhile_is_found_too_and_nothing_is_written_twice(qtbot, bar):
    show(bar, ROWS)
    look_for(qtbot, bar, "20,123")
    bar.findChild(QLineEdit).setText("no such cell")
    qtbot.waitUntil(lambda: said(bar) == "not found")
    bar.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    bar.findChild(QLineEdit).setText("A20123")
    bar.next()
    assert said(bar) == "1 of 1"
    assert bar.model.row_of(bar.view.currentIndex().row()) == 20_123


def test_that_another_table_that_comes_while_one_is_searched_is_the_one_that_is_searched(qtbot, bar):
    show(bar, ROWS)
    look_for(qtbot, bar, "a1")
    bar.model.show_columns({"account": np.array(["a1", "b1"], dtype=object)})
    assert said(bar) == "1 found"
    qtbot.waitUntil(lambda: not bar._background.busy)
    assert said(bar) == "1 found"
