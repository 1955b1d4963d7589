"""Exported tables: every digit, nothing that a spreadsheet would run, whole files or none."""

from __future__ import annotations

import csv
import math
import tempfile
from io import BytesIO

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import engine
from engine.base.faults import BadInput
from engine.exporting import export_table, export_workbook, results_workbook, workbook, write_table
from engine.exporting.escaping import escaped
from engine.scenario.frames import loans_to_frame
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from tests.engine.scenarios import SMALL, small

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", "plain", 'with "quotes", commas', "two\nlines"]
EXACT = [0.1, 1 / 3, 1e-300, 1.7976931348623157e308, 5e-324, 123456789.12345679, -0.0]


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode().splitlines(keepends=True)))


def written(frame: pd.DataFrame, ending: str) -> bytes:
    out = BytesIO()
    write_table(frame, out, ending)
    return out.getvalue()


def test_that_csv_text_cannot_become_a_formula():
    cells = [row[0] for row in csv_rows(written(pd.DataFrame({"account": HOSTILE}), ".csv"))[1:]]
    assert cells == ["'" + text if text[0] in "=+-@\t\r\uff1d" else text for text in HOSTILE]


def test_that_a_csv_header_cannot_become_a_formula():
    assert csv_rows(written(pd.DataFrame({"=1+1, x": [1.0]}), ".csv"))[0] == ["'=1+1, x"]


def test_that_negative_numbers_are_numbers_and_not_escaped():
    assert csv_rows(written(pd.DataFrame({"profit": [-1.5]}), ".csv"))[1] == ["-1.5"]


@given(st.text(max_size=20))
def test_that_no_escaped_text_starts_a_formula(text):
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert escaped(text).removeprefix("'") == text.removeprefix("'")


def test_that_csv_keeps_every_digit_and_blank_cells():
    frame = pd.DataFrame({"x": [*EXACT, np.nan, math.inf], "n": range(len(EXACT) + 2)})
    rows = csv_rows(written(frame, ".csv"))[1:]
    assert [float(row[0]) for row in rows[: len(EXACT)]] == EXACT
    assert rows[len(EXACT)][0] == ""
    assert float(rows[-1][0]) == math.inf


def test_that_xlsx_text_stays_text(tmp_path):
    path = tmp_path / "text.xlsx"
    export_table(pd.DataFrame({"=name": [*HOSTILE, "http://example.com", "{=1}"]}), path)
    sheet = openpyxl.load_workbook(path).active
    cells = [row[0] for row in sheet.iter_rows(min_row=1)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in cells][:3] == ["=name", "=1+1", "+1"]


def test_that_xlsx_keeps_every_digit(tmp_path):
    path = tmp_path / "numbers.xlsx"
    export_table(pd.DataFrame({"x": [*EXACT, np.nan, math.inf]}), path)
    cells = [row[0] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]]
    assert cells[: len(EXACT)] == EXACT
    assert cells[len(EXACT) :] == ["", "inf"]


def test_that_a_workbook_holds_its_sheets_in_order(tmp_path):
    path = tmp_path / "results.xlsx"
    export_workbook(
        {"Rounds": pd.DataFrame({"round": [1]}), "Events": pd.DataFrame({"round": [], "account": []})}, path
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Rounds", "Events"]
    assert book["Events"].max_row == 1


def test_that_parquet_keeps_the_frame(tmp_path):
    path = tmp_path / "table.parquet"
    frame = pd.DataFrame({"x": EXACT, "t": HOSTILE[: len(EXACT)]})
    export_table(frame, path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), frame)


def test_that_a_book_too_long_for_a_sheet_is_refused_and_nothing_written(tmp_path):
    path = tmp_path / "long.xlsx"
    with pytest.raises(BadInput, match="CSV and Parquet hold more"):
        export_table(pd.DataFrame({"x": np.zeros(workbook.MOST_ROWS + 1)}), path)
    assert list(tmp_path.iterdir()) == []


def test_that_text_too_long_for_a_cell_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(BadInput, match="a text of 40,000 characters"):
        export_table(pd.DataFrame({"x": ["a" * 40_000]}), tmp_path / "long.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["table", "table.pdf", "table.xls"])
def test_that_another_ending_is_refused(tmp_path, name):
    with pytest.raises(BadInput, match=r"\.csv, \.xlsx, \.parquet"):
        export_table(pd.DataFrame({"x": [1]}), tmp_path / name)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_that_a_table_without_rows_is_written(ending):
    frame = pd.DataFrame({"account": pd.Series([], dtype=object), "x": pd.Series([], dtype=float)})
    assert written(frame, ending)


def test_that_a_loan_book_is_the_same_after_csv():
    row = SMALL["loans"][0]
    rows = [row, {"account": "a2", "market": "compound", "debt_asset": "WETH", "debt_amount": 1 / 3}]
    scenario = Scenario.from_dict(small(loans=rows))
    names, *cells = csv_rows(written(loans_to_frame(scenario.loans), ".csv"))
    records = [
        {name: float(cell) if name.endswith("amount") else cell for name, cell in zip(names, line, strict=True) if cell}
        for line in cells
    ]
    assert LoanTable.from_records(records).same_as(scenario.loans)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("rows", [[], [{"account": "a1", "market": "compound"}]])
def test_that_a_book_with_blank_columns_is_written(ending, rows):
    assert written(loans_to_frame(LoanTable.from_records(rows)), ending)


def test_that_a_runs_results_fill_one_workbook(tmp_path):
    recording = engine.run(Scenario.from_dict(SMALL))
    path = tmp_path / "results.xlsx"
    export_workbook(results_workbook(recording), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Rounds", "Events", "Accounts", "Loans", "Provenance"]
    figures = {row[0].value: row[1].value for row in book["Summary"].iter_rows(min_row=2)}
    assert figures["ended"] == "no more liquidations"
    assert figures["amplification.WETH"] == recording.summary()["amplification"]["WETH"]
    assert book["Rounds"].max_row == len(recording.rounds)
    assert book["Events"].max_row == len(recording.events) + 1


@pytest.mark.parametrize("ending", ["stopped", "too long a text"])
def test_that_a_workbook_that_does_not_come_to_its_end_is_not_packed_and_leaves_no_file(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(workbook, "_ASKS_EVERY", 5)
    last = "a" * (workbook.LONGEST_TEXT + (ending != "stopped"))
    sheets = {"first": pd.DataFrame({"a": range(4)}), "second": pd.DataFrame({"a": ["b"] * 8 + [last]})}
    stream = BytesIO()
    with pytest.raises(workbook.WritingStopped if ending == "stopped" else BadInput):
        workbook.write_xlsx(sheets, stream, lambda: ending == "stopped")
    assert stream.getvalue() == b""
    assert list(tmp_path.iterdir()) == []


def test_that_a_workbook_leaves_no_file_beside_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stream = BytesIO()
    workbook.write_xlsx({"first": pd.DataFrame({"a": range(4)})}, stream)
    stream.seek(0)
    assert pd.read_excel(stream, engine="calamine")["a"].tolist() == [0, 1, 2, 3]
    assert list(tmp_path.iterdir()) == []
