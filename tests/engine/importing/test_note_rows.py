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


SHORT = ["Quelle: intern", "Quelle: intern;", ";;* before fees", "-;as of 1 May;n/a"]


@pytest.mark.parametrize("note", SHORT)
def test_that_a_note_in_a_row_of_fewer_cells_is_left_out_and_said_too(read, note):
    made = read(LOANS + note + "\n")
    assert loans(made) == BOTH
    text = next(cell for cell in note.split(";") if cell not in {"", "-", "n/a"})
    assert f"row 4 ({text}) says nothing but that and is left out" in "\n".join(made.notes.said)
    assert not made.notes.faults


def test_that_notes_of_all_lengths_are_said_in_one_line_in_the_order_of_their_rows(read):
    made = read(LOANS + "\nas of 1 May\nQuelle: intern;;;;\n* before fees;\n")
    assert loans(made) == BOTH
    notes = "rows 5 (as of 1 May), 6 (Quelle: intern), 7 (* before fees) say nothing but that and are left out"
    assert notes in "\n".join(made.notes.said)


@pytest.mark.parametrize("row", ["17,25", "c;WETH", "c;WETH;1;USDC", "Quelle;;;;;;"])
def test_that_other_rows_with_another_number_of_cells_stay_wrong(read, row):
    made = read(LOANS + row + "\n")
    assert made.scenario is None
    (fault,) = (each for each in made.notes.faults if "as many as columns" in str(each))
    assert fault.where.endswith("row 4")


def test_that_in_two_columns_one_cell_is_a_row_with_something_missing(tmp_path):
    from engine.importing.build import import_book
    from engine.importing.choices import ImportChoices
    from tests.engine.importing.test_total_rows import KNOWN

    path = tmp_path / "book.csv"
    constants = {"collateral_asset": "WETH", "debt_asset": "USDC", "debt_amount": "100"}
    for last in ("c;", "c"):
        path.write_text(f"account;collateral_amount\na;1.5\nb;2.5\n{last}\n")
        made = import_book(path, ImportChoices(depth="none", constants=constants, **KNOWN))
        assert "says nothing but that" not in "\n".join(made.notes.said)
        assert made.scenario is None
        assert len(made.notes.faults) == 1
