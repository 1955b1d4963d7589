"""Titles above the names of the columns are passed over, and it is said."""

from __future__ import annotations

import pytest
import xlsxwriter

from engine.importing.book_reading import read_book
from engine.importing.choices import ImportChoices
from engine.importing.header_row import found_header_row
from engine.importing.read_source import read_source

GERMAN = """Kreditportfolio DeFi-Desk{pad}
Stichtag: 27.11.2026{pad}
{empty}
Konto;Sicherheit;Menge Sicherheit;Schuld;Betrag Schuld
K-001;WETH;10,5;USDC;14.350,25
K-002;WETH;250;USDC;300.000,00
Summe;;260,5;;314.350,25
"""
NAMES = ("Konto", "Sicherheit", "Menge Sicherheit", "Schuld", "Betrag Schuld")


@pytest.mark.parametrize(("pad", "empty"), [("", ""), (";;;;", ";;;;")])
def test_that_titles_above_a_text_table_are_passed_over_and_said(tmp_path, pad, empty):
    path = tmp_path / "book.csv"
    path.write_text(GERMAN.format(pad=pad, empty=empty), encoding="utf-8")
    source = read_source(path)
    assert source.columns == NAMES
    assert len(source) == 3
    assert source.row_numbers[0] == 5
    assert source.titles_above == 3
    assert "decimal comma" in source.details


def test_that_titles_above_a_sheet_are_passed_over_and_said(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Loan book of the desk"])
        sheet.write_row(1, 0, ["as of", "27 November 2026"])
        sheet.write_row(3, 0, ["account", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount"])
        sheet.write_row(4, 0, ["a", "WETH", 1.5, "USDC", 900])
    source = read_source(path)
    assert source.columns[0] == "account"
    assert len(source) == 1
    assert source.titles_above == 3


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([["a", "b"], ["x", "1"]], 1),
        ([[], ["a", "b"], ["x", "1"]], 2),
        ([["title"], ["a", "b", "c"], ["x", "1", "2"]], 2),
        ([["title", "2026"], [], ["a", "b", "c", "d"], ["x", "1", "2", "3"]], 3),
        ([["account"], ["a1"], ["a2"]], 1),
        ([["title"], ["x", "1"], ["y", "2"]], 1),  # no names below it
        ([["title"], ["a", "a"], ["x", "1"]], 1),  # names differ
        ([["title"], ["a", "b"], ["x", "y"]], 1),  # nothing says that these are names
        ([["account", "note", "", ""], ["a", "b", "1", "2"]], 1),
        ([], 1),
    ],
)
def test_that_only_what_is_certainly_a_title_is_passed_over(rows, row):
    assert found_header_row(rows) == row


def test_that_a_plain_table_is_read_as_before(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("account;asset;amount\na;WETH;1,5\nb;WETH;2,5\n", encoding="utf-8")
    source = read_source(path)
    assert source.columns == ("account", "asset", "amount")
    assert source.titles_above == 0


def test_that_a_chosen_row_holds_whatever_stands_above(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(GERMAN.format(pad="", empty=""), encoding="utf-8")
    assert read_source(path, header_row=5).columns[0] == "K-001"


def test_that_a_book_below_titles_is_imported_and_the_titles_are_said(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(
        "Loan book of the desk\n\naccount,collateral_asset,collateral_amount,debt_asset,debt_amount\n"
        "a,WETH,1.5,USDC,900\n",
        encoding="utf-8",
    )
    reading = read_book(read_source(path), ImportChoices())
    assert len(reading.loans) == 1
    assert any("row 3 has the column names" in line for line in reading.notes.said)
