"""What spreadsheets exchange beside plain text keeps names as names and numbers whole."""

from __future__ import annotations

import doctest

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from cascade_gui.loan_table import spreadsheet_html
from cascade_gui.loan_table.columns import INDEX

ACCOUNT, COLLATERAL = INDEX["account"], INDEX["collateral_amount"]
CALC = '<table><tr><td sdval="{0}" sdnum="1033;0;0.00E+00">2.23E-07</td></tr></table>'
EXCEL = '<table border=0><tr height=20><td class=xl65 x:num="{0}">2.23E-07</td></tr></table>'


@pytest.fixture
def clip(qapp):
    clip = QGuiApplication.clipboard()
    yield clip
    clip.clear()


def put(clip, text, html):
    held = QMimeData()
    held.setText(text)
    held.setHtml(html)
    clip.setMimeData(held)


def test_that_the_examples_of_the_reader_hold():
    assert doctest.testmod(spreadsheet_html).failed == 0


@pytest.mark.parametrize("html", [CALC, EXCEL], ids=["calc", "excel"])
def test_that_a_number_that_a_spreadsheet_shows_shortened_comes_in_whole(table, document, clip, html):
    put(clip, "2.23E-07\n", html.format("2.2250738585072E-7"))
    table.select_cells(0, 0, [COLLATERAL])
    table.paste()
    assert document.loans.value(0, "collateral_amount") == 2.2250738585072e-7


def test_that_a_number_that_only_lost_its_last_digits_in_a_spreadsheet_is_not_changed(table, document, clip):
    clip.setText(repr(0.1 + 0.2) + "\n")
    table.select_cells(0, 0, [COLLATERAL])
    table.paste()
    put(clip, "0.3\n", CALC.format("0.3"))
    table.select_cells(0, 0, [COLLATERAL])
    table.paste()
    assert document.loans.value(0, "collateral_amount") == 0.1 + 0.2
    put(clip, "0.31\n", CALC.format("0.31"))
    table.select_cells(0, 0, [COLLATERAL])
    table.paste()
    assert document.loans.value(0, "collateral_amount") == 0.31


@pytest.mark.parametrize(
    "html", ["<p>2.23E-07</p>", CALC.format("1") * 2, CALC.format("hello"), "<table><tr><td>", "<td sdval=3>"]
)
def test_that_html_of_anything_else_changes_nothing(table, document, clip, html):
    put(clip, "5\n", html)
    table.select_cells(0, 0, [COLLATERAL])
    table.paste()
    assert document.loans.value(0, "collateral_amount") == 5


def test_that_what_is_copied_says_which_cells_are_names(table, clip):
    clip.setText("007\n")
    table.select_cells(0, 0, [ACCOUNT])
    table.paste()
    table.selectAll()
    table.copy()
    html = clip.mimeData().html()
    assert '@" style="mso-number-format:\'\\@\'">007</td>' in html
    assert html.count("<tr>") == table.model().rowCount()
