"""Workbooks of several sheets: the one that is a book is read, whichever it is, or it is asked."""

from __future__ import annotations

import openpyxl
import pytest

from engine.base.faults import BadInput
from engine.command.main import main
from engine.importing.asking import Unanswered
from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices

COVER = [["Risk report"], [], ["Prepared", "2026-06-30"]]
TERMS = [["Asset", "Liquidation threshold", "Price (USD)"], ["WETH", 0.83, 2000], ["USDC", None, 1]]


def book(amount: float) -> list[list]:
    return [["Desk A"], [], ["Account", "Token", "Side", "Amount"],
            ["a", "WETH", "Deposit", amount], ["a", "USDC", "Loan", 9000], ["Total", None, None, 9010]]  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def reading(sheets: dict[str, list[list]], **choices) -> BookImport:
        path = tmp_path / "book.xlsx"
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        workbook.save(path)
        params = {"params": f"{path}::Terms"} if "Terms" in sheets else {}
        return import_book(path, ImportChoices(depth="none", **params).changed(**choices))

    return reading


def held(made: BookImport) -> list[float]:
    return made.reading.loans.collateral_amount.tolist()


def test_that_the_only_sheet_that_is_a_book_is_read_wherever_it_stands(read):
    made = read({"Cover": COVER, "Terms": TERMS, "Book": book(10)})
    assert made.scenario is not None
    assert held(made) == [10.0]
    assert "book.xlsx, sheet Book: it is read, and not Cover, Terms; --sheet NAME takes another" in made.notes.said


def test_that_the_first_book_is_read_before_others_and_another_can_be_chosen(read):
    sheets = {"January": book(10), "February": book(20)}
    made = read(sheets)
    assert held(made) == [10.0]
    assert any("sheet January: it is read, and not February" in line for line in made.notes.said)
    made = read(sheets, sheet="February")
    assert held(made) == [20.0]
    assert not any("it is read" in line for line in made.notes.said)


def test_that_several_books_after_a_cover_are_asked_about(read, tmp_path, capsys):
    sheets = {"Cover": COVER, "January": book(10), "February": book(20)}
    with pytest.raises(Unanswered) as asked:
        read(sheets)
    (question,) = asked.value.questions
    assert [answer.change for answer in question.answers] == [{"sheet": "January"}, {"sheet": "February"}]
    assert main(["import", str(tmp_path / "book.xlsx"), "--dry-run"]) == 2
    assert '--sheet "January"' in capsys.readouterr().err


def test_that_sheets_that_are_no_book_are_asked_about_and_columns_tell_one(read):
    strange = [["wer", "was", "wieviel", "wie"], ["a", "WETH", 10, "Deposit"], ["a", "USDC", 9000, "Loan"]]
    sheets = {"Cover": COVER, "Liste": strange, "Terms": TERMS}
    with pytest.raises(Unanswered, match="Which sheet is the book"):
        read(sheets)
    columns = {"account": "wer", "asset": "was", "amount": "wieviel", "side": "wie"}
    assert held(read(sheets, columns=columns)) == [10.0]


def test_that_a_total_may_be_a_formula_and_no_other_cell(read):
    sheets = {"Book": [*book(10)[:-1], ["Total", None, None, "=SUM(D4:D5)"]], "Terms": TERMS}
    assert held(read(sheets)) == [10.0]
    sheets["Book"][4][3] = "=5+5"
    made = read(sheets)
    assert made.scenario is None
    assert "cell D5: a formula" in str(made.notes.faults[0])
    assert len(made.notes.faults) == 1


def test_that_one_sheet_that_cannot_be_read_says_why(read):
    with pytest.raises(BadInput, match="sheet Cover, cell B3"):
        read({"Cover": COVER})
