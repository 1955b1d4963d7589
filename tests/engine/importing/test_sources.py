from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from odf.element import Element
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from engine.base.faults import BadInput
from engine.importing.read_source import read_source

HEADER = ["account", "asset", "amount"]
ROWS = [["Jürgen", "WETH", "1.5"], ["b", "USDC", "2"]]


def write(path, separator=",", encoding="utf-8", rows=None):
    lines = [separator.join(row) for row in [HEADER, *(rows or ROWS)]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def refused(path, *said, **options):
    with pytest.raises(BadInput) as caught:
        read_source(path, **options)
    for text in said:
        assert text in str(caught.value)
    return caught.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_that_text_tables_are_read_in_any_common_encoding_and_separator(tmp_path, separator, encoding):
    source = read_source(write(tmp_path / "book.csv", separator, encoding))
    assert source.columns == tuple(HEADER)
    assert source.preview() == ROWS
    assert source.row_numbers.tolist() == [2, 3]
    assert source.faults == ()


def test_that_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text('account,asset,amount\n\na,"two\nlines",1\n\nb,c\nd,e,2\n,,\n')
    source = read_source(path)
    assert source.row_numbers.tolist() == [3, 6]
    assert source.preview() == [["a", "two\nlines", "1"], ["d", "e", "2"]]
    (fault,) = source.faults
    assert str(fault) == "book.csv, row 5: 2 cells; allowed: 3, as many as columns"


def test_that_fast_and_slow_reading_give_the_same(tmp_path):
    fast = read_source(write(tmp_path / "fast.csv"))
    slow = read_source(write(tmp_path / "slow.csv", rows=[*ROWS, ["", "", ""], ["x"]]))
    assert slow.preview() == fast.preview()
    assert slow.row_numbers.tolist() == fast.row_numbers.tolist()


def test_that_account_names_that_look_like_numbers_stay_as_written(tmp_path):
    assert read_source(write(tmp_path / "book.csv", rows=[["007", "1e5", "1"]])).preview() == [["007", "1e5", "1"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\n\n", "no column names"),
        (b"1,2,3\n4,5,6\n", "no column names"),
        (b"account,account\n1,2\n", "'account' stands there twice"),
        (b"account,asset\nabc\x00def,1\n", "line 2: a NUL byte"),
        (b'account,asset\na,"never ends\nb,c\n', "does not end properly"),
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        (b"PK\x03\x04 and then nothing", "damaged spreadsheet"),
        (b"PAR1 and then nothing", "damaged Parquet file"),
        (b"[{]", "line 1, column 3"),
        (b"[" * 100_000, "without end"),
        (b'[{"account": NaN}]', "NaN is no number"),
        (b'[{"a": 1, "a": 2}]', "'a' stands twice"),
        (b"[1, 2]", "record 1: '1'"),
        (b'{"a": 1}', "no list of records"),
        (b"[]", "no records"),
    ],
)
def test_that_damaged_files_are_refused_in_one_clear_line(tmp_path, content, said):
    path = tmp_path / "book.csv"
    path.write_bytes(content)
    error = refused(path, said)
    assert "\n" not in str(error.faults[0])


def test_that_missing_files_and_folders_are_refused(tmp_path):
    refused(tmp_path / "none.csv", "none.csv", "No such file")
    refused(tmp_path, "a folder")


def test_that_a_renamed_file_is_not_taken_for_a_spreadsheet(tmp_path):
    refused(write(tmp_path / "book.xlsx"), "no .xlsx file")


def test_that_json_records_are_read(tmp_path):
    path = tmp_path / "book.json"
    path.write_text(
        json.dumps({"loans": [{"account": "a", "amount": 0.1}, {"account": "b", "asset": "X", "amount": 3}]})
    )
    source = read_source(path)
    assert source.columns == ("account", "amount", "asset")
    assert source.preview() == [["a", "0.1", ""], ["b", "3", "X"]]
    assert source.place(1, "amount") == "book.json, record 2, column amount"


def test_that_parquet_is_read_with_its_types(tmp_path):
    path = tmp_path / "book.parquet"
    table = pa.table({"account": [7, 8], "asset": pa.array(["A", "B"]).dictionary_encode(), "amount": [0.1, None]})
    pq.write_table(table, path)
    source = read_source(path)
    assert source.preview() == [["7", "A", "0.1"], ["8", "B", ""]]
    exact = pa.array([123456789012345678901234567890123], pa.decimal128(38, 0))
    pq.write_table(pa.table({"account": [[1]], "id": exact}), path)
    assert read_source(path).preview() == [["<list<element: int64>>", "123456789012345678901234567890123"]]


def workbook(path, fill):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(["a", "WETH", 1.5])
    fill(book, sheet)
    book.save(path)
    return path


def test_that_the_first_sheet_is_read_or_the_named_one(tmp_path):
    path = workbook(tmp_path / "book.xlsx", lambda book, sheet: book.create_sheet("second").append(["other"]))
    assert read_source(path).preview() == [["a", "WETH", "1.5"]]
    assert read_source(path, sheet="second").columns == ("other",)
    refused(path, "no sheet 'third'", "Sheet, second", sheet="third")


def test_that_a_table_may_stand_anywhere_in_a_sheet(tmp_path):
    book = openpyxl.Workbook()
    for column, name in enumerate(HEADER, 3):
        book.active.cell(4, column, name)
        book.active.cell(6, column, 1)
    book.save(tmp_path / "book.xlsx")
    source = read_source(tmp_path / "book.xlsx")
    assert source.columns == tuple(HEADER)
    assert source.row_numbers.tolist() == [6]


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("C3", "=C2*2", "cell C3: a formula"),
        ("B7", "#N/A", "cell B7: an error value"),
        ("F2", "stray", "cell F2: 'stray'"),
    ],
)
def test_that_an_excel_cell_that_cannot_be_trusted_is_named(tmp_path, cell, value, said):
    def fill(_, sheet):
        sheet[cell] = value

    refused(workbook(tmp_path / "book.xlsx", fill), "book.xlsx, sheet Sheet", said)


def test_that_merged_cells_in_excel_are_named(tmp_path):
    refused(workbook(tmp_path / "book.xlsx", lambda _, sheet: sheet.merge_cells("A2:B3")), "cell A2:B3: a merged cell")


def test_that_what_is_merged_above_the_names_is_a_title_and_what_is_in_their_row_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Loans of March", None, None])
    book.active.merge_cells("A1:C1")
    book.active.append(HEADER)
    book.active.append(["a", "WETH", 1])
    book.save(tmp_path / "title.xlsx")
    assert read_source(tmp_path / "title.xlsx", header_row=2).columns == tuple(HEADER)
    book.active["B2"] = '="as"&"set"'
    book.save(tmp_path / "name.xlsx")
    refused(tmp_path / "name.xlsx", "cell B2: a formula", header_row=2)


def ods(path, rows):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Loans")
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, Element):
                cell = value
            elif isinstance(value, str):
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            else:
                cell = TableCell(valuetype="float", value=value)
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(path)
    return path


def test_that_ods_is_read(tmp_path):
    source = read_source(ods(tmp_path / "book.ods", [HEADER, ["a", "WETH", 1.5]]))
    assert (source.kind, source.preview()) == ("ods", [["a", "WETH", "1.5"]])


def test_that_formulas_and_merged_cells_in_ods_are_named(tmp_path):
    formula = TableCell(valuetype="float", value=3.0, formula="of:=[.C2]*2")
    merged = TableCell(valuetype="string", numbercolumnsspanned=2)
    path = ods(tmp_path / "book.ods", [HEADER, ["a", "WETH", 1.5], ["b", "WETH", formula], [merged]])
    refused(path, "sheet Loans, cell C3: a formula", "cell A4:B4: a merged cell")


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def test_that_hostile_spreadsheets_are_refused(tmp_path):
    refused(archive(tmp_path / "a.xlsx", {"readme.txt": "x"}), "no spreadsheet")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    refused(
        archive(tmp_path / "b.xlsx", {"xl/workbook.xml": bomb, "xl/_rels/workbook.xml.rels": bomb}), "document type"
    )
    refused(archive(tmp_path / "c.ods", {"content.xml": bomb}), "document type")
    refused(archive(tmp_path / "d.xlsx", {"xl/workbook.xml": "<x/>", "xl/_rels/workbook.xml.rels": "<x/>"}), "no sheet")
    endless = (
        '<d xmlns:table="t" xmlns:office="o"><table:table table:name="S"><table:table-row '
        'table:number-rows-repeated="99999999"><table:table-cell office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table></d>"
    )
    refused(archive(tmp_path / "e.ods", {"content.xml": endless}), "cell A1: a cell far away")


def test_that_one_cell_far_away_does_not_take_all_memory(tmp_path):
    def fill(_, sheet):
        sheet["XFD1048576"] = 1

    refused(workbook(tmp_path / "book.xlsx", fill), "cell XFD1048576: a cell far away from the table")
    near = workbook(tmp_path / "near.xlsx", lambda _, sheet: sheet.__setitem__("A5000", "b"))
    assert len(read_source(near)) == 2


def test_that_a_spreadsheet_that_is_too_large_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.importing.spreadsheets.LARGEST_UNPACKED", 10)
    refused(workbook(tmp_path / "f.xlsx", lambda *_: None), "too large when unpacked")


def test_that_a_cut_spreadsheet_is_refused(tmp_path):
    whole = io.BytesIO(workbook(tmp_path / "book.xlsx", lambda *_: None).read_bytes()).getvalue()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "damaged spreadsheet")
