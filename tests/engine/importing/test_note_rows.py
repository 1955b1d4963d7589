"""Rows in which nothing stands but one text: footnotes and sources, as people write them below a table."""

from __future__ import annotations

import pytest

from tests.engine.importing.test_total_rows import BOTH, LOANS, loans, read

__all__ = ["read"]


NOTES = ["Quelle: intern;;;;", "Quelle: intern;-;n/a;-; ", "* before fees;;;;", ";;;;as of 1 May"]


@pytest.mark.parametrize("note", NOTES)
def test_that_a_row_that_says_one_text_is_no_account_and_is_said(read, note):
    made = read(LOANS + note + "\n")
    assert loans(made) == BOTH
    text = next(cell for cell in note.split(";") if cell.strip() not in {"", "-", "n/a"})
    assert f"row 4 ({text}) says nothing but that and is left out" in "\n".join(made.notes.said)


def test_that_a_heading_between_the_loans_is_none_either(read):
    head, *rows = LOANS.splitlines()
    made = read("\n".join([head, "Retail;;;;", rows[0], "Institutions;;;;", rows[1]]) + "\n")
    assert loans(made) == BOTH
    assert "rows 2 (Retail), 4 (Institutions) say nothing but that and are left out" in "\n".join(made.notes.said)


def test_that_a_number_alone_is_not_passed_over(read):
    made = read(LOANS + ";;;;17,25\n")
    assert made.notes.faults or made.notes.questions


def test_that_a_workbook_reads_the_same(read, tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    from engine.importing.build import import_book
    from engine.importing.choices import ImportChoices
    from tests.engine.importing.test_total_rows import KNOWN

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        rows = [LOANS.splitlines()[0].split(";"), ["a", "WETH", 12.5, "USDC", 18250.75],
                ["b", "WBTC", 0.8, "USDC", 31000.0], [], ["Quelle: intern"]]  # fmt: skip
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
    assert loans(import_book(path, ImportChoices(depth="none", **KNOWN))) == BOTH
