"""Files that ask for more than there is: refused in a line, before they take the memory or the time."""

from __future__ import annotations

import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import engine
from engine.base import parquet_tables
from engine.base.faults import BadInput, Fault
from engine.importing import sheet_cells
from engine.importing.build import import_book
from engine.importing.read_source import read_source
from tests.shared import SHARED, needs_shared

CASES = {
    "01-xlsx-uniqueCount-aborts.xlsx": "reader broke off",
    "02-xlsx-far-cell-space-aborts.xlsx": "reader broke off",
    "04-path-of-60M-zeros.cascade": "allowed: up to 32 MiB",
    "05-parquet-49M-rows.cascade": "49,000,000 rows; allowed: at most 20,000,000",
    "09-xlsx-shared-strings.xlsx": "unpacks to 412 times its size",
    "11-book-200k-columns.csv": "200,000 columns; allowed: at most 5,000",
    "13-max-liquidations-2e64.json": "at most 9007199254740992",
    "14-price-1e308-nan.json": "at most 1e+30",
    "19-message-of-1M-characters.cascade": "1,000,002 characters",
}


def read(path):
    """Read a scenario or a book, whichever it is."""
    return engine.load(path) if path.suffix in {".cascade", ".json"} else import_book(path)


@needs_shared
@pytest.mark.parametrize("name", CASES)
def test_that_a_file_that_broke_the_program_once_is_refused_in_lines_that_can_be_read(name):
    with pytest.raises(BadInput) as refusal:
        read(SHARED / "cases" / "faults" / name)
    lines = str(refusal.value).splitlines()
    assert CASES[name] in lines[0]
    assert all(len(line) < 3_000 for line in lines)


def book(**columns):
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, use_dictionary=True)
    return stream.getvalue()


@pytest.mark.parametrize("text", [pa.string(), pa.large_string()])
def test_that_a_long_name_repeated_in_every_row_is_refused_before_it_is_in_memory_as_often(tmp_path, monkeypatch, text):
    monkeypatch.setattr(parquet_tables, "MOST_TEXT_BYTES", 10**6)
    names = pa.array(["x" * 1000] * 2000 + [None], type=text)
    path = tmp_path / "book.parquet"
    path.write_bytes(book(account=names))
    assert path.stat().st_size < 20_000
    with pytest.raises(BadInput, match=r"book.parquet, column account: texts of .* in all"):
        read_source(path)


def test_that_repeated_names_of_a_usual_length_are_read_as_they_are(tmp_path):
    path = tmp_path / "book.parquet"
    names = ["a", None, "b", "a"] * 1000
    path.write_bytes(book(account=names, amount=[1.5] * 4000))
    assert read_source(path).column("account").to_pylist() == names


def workbook(path, rows):
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("loans")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def test_that_a_sheet_that_takes_too_long_is_refused_and_its_reader_ended(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    workbook(path, [["account", "asset"], ["a", "WETH"]])
    monkeypatch.setattr(sheet_cells, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(sheet_cells, "BYTES_A_SECOND", 1e12)
    with pytest.raises(BadInput, match="not read within"):
        read_source(path)


def test_that_a_reader_that_needs_more_memory_than_it_may_have_is_a_refusal(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    workbook(path, [["account", "asset"], ["a", "WETH"]])
    monkeypatch.setattr(sheet_cells, "MOST_BYTES", 1 << 20)
    with pytest.raises(BadInput, match=r"reader broke off|damaged"):
        read_source(path)


def test_that_an_archive_that_unpacks_to_hundreds_of_times_its_size_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    workbook(path, [["account", "asset"], ["a", "WETH"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/padding.xml", b"0" * (101 << 20))
    with pytest.raises(BadInput, match=r"xl/padding.xml unpacks to"):
        read_source(path)


def test_that_a_fault_repeats_a_long_text_in_part():
    line = str(Fault("row 1, account", repr("x" * 10**6), "a name"))
    assert len(line) < 400
    assert "1,000,002 characters" in line
    assert line.endswith("; allowed: a name")
