"""Files as programs write them: rows above the table, other sheets, columns that nobody needs."""

from __future__ import annotations

import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from engine.base.faults import BadInput
from engine.importing.book_reading import read_book
from engine.importing.choices import ImportChoices
from engine.importing.read_source import read_source

TABLE = "account,asset,side,amount\na,WETH,collateral,10\n"


def amounts(source):
    return read_book(source, ImportChoices()).loans.collateral_amount.tolist()


def test_that_the_row_of_the_column_names_can_be_told(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("Report of today\nby us,with,three cells\n" + TABLE)
    source = read_source(path, header_row=3)
    assert amounts(source) == [10]
    assert source.row_numbers.tolist() == [4]


def test_that_any_sheet_and_its_header_row_can_be_chosen(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nothing here"])
    sheet = book.create_sheet("positions")
    sheet.append(["Positions, as of today"])
    for line in TABLE.splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "book.xlsx")
    assert amounts(read_source(tmp_path / "book.xlsx", sheet="positions", header_row=2)) == [10]


def test_that_a_column_that_is_not_used_may_be_of_any_type(tmp_path):
    table = pa.table(
        {
            "account": pa.array([2**64 - 1, 5], pa.uint64()),
            "asset": ["WETH", "WETH"],
            "side": ["collateral", "collateral"],
            "amount": pa.array(["1.5", "2"], pa.string()).cast(pa.decimal128(38, 18)),
            "tags": [[1, 2], None],
            "meta": [{"a": 1}, {"a": 2}],
            "at": pa.array([0, 1], pa.timestamp("ms")),
            "raw": pa.array([b"\xff", b"x"], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "book.parquet")
    feather.write_feather(table, tmp_path / "book.arrow", compression="uncompressed")
    for name in ("book.parquet", "book.arrow"):
        reading = read_book(read_source(tmp_path / name))
        assert reading.loans.account.tolist() == ["18446744073709551615", "5"]
        assert reading.loans.collateral_amount.tolist() == [1.5, 2]
        assert any("not used: tags, meta" in line for line in reading.notes.said)


def test_that_a_damaged_arrow_file_is_refused_in_words(tmp_path):
    path = tmp_path / "book.arrow"
    path.write_bytes(b"ARROW1\x00\x00 and then nothing")
    with pytest.raises(BadInput, match="damaged Arrow file"):
        read_source(path)


def test_that_long_whole_numbers_in_json_lose_no_digit(tmp_path):
    path = tmp_path / "book.json"
    path.write_text(
        '[{"account": 123456789012345678901234567890, "asset": "X", "side": "debt", "amount": 1.10},'
        '{"account": 123456789012345678901234567891, "asset": "X", "side": "debt", "amount": 2}]'
    )
    assert len(set(read_book(read_source(path)).loans.account)) == 2


def test_that_columns_of_lists_are_a_table(tmp_path):
    path = tmp_path / "book.json"
    path.write_text(json.dumps({"account": ["a"], "asset": ["X"], "side": ["debt"], "amount": [3]}))
    assert read_book(read_source(path)).loans.debt_amount.tolist() == [3]
