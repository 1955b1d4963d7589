from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.numbers import number_from_text, numbers_from_column, uses_decimal_comma


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2M", 1.2e6),
        ("1.2m", 1.2e6),
        ("3k", 3000),
        ("2 bn", 2e9),
        ("83%", 0.83),
        ("83 %", 0.83),
        ("$1,841.62", 1841.62),
        ("1,234,567", 1234567),
        ("1 234.5", 1234.5),
        ("1\u00a0234.5", 1234.5),
        ("1'234.5", 1234.5),
        ("-5", -5),
        ("\u22125", -5),
        ("1e-6", 1e-6),
        (".5", 0.5),
        ("7.", 7),
        ("12 USD", 12),
    ],
)
def test_that_numbers_are_read_as_people_write_them(text, value):
    assert number_from_text(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,56", 1234.56), ("0,5", 0.5), ("1.234.567", 1234567), ("12,5%", 0.125)]
)
def test_that_a_decimal_comma_is_read_where_the_file_has_it(text, value):
    assert number_from_text(text, decimal_comma=True) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "nan", "inf", "-inf", "1,2,3", "1,23", "12,3456", "1.2.3", "1e999", "--1", "0x10", "1 2", "%", "k"],
)
def test_that_what_is_no_number_is_never_read_as_one(text):
    assert number_from_text(text) is None


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))))
def test_that_a_column_of_plain_numbers_is_read_to_the_last_bit(values):
    column = pa.chunked_array(
        [pa.array([None if value is None else repr(value) for value in values], type=pa.string())]
    )
    read, bad = numbers_from_column(column)
    assert len(bad) == 0
    assert np.array_equal(read, np.array([np.nan if value is None else value for value in values]), equal_nan=True)


def test_that_odd_cells_in_a_column_are_read_or_named():
    column = pa.chunked_array([pa.array(["1.5", " 2 ", "1,000", "1.2M", "some", None, "nan", "inf", "n/a", "-"])])
    values, bad = numbers_from_column(column)
    assert values[:4].tolist() == [1.5, 2.0, 1000.0, 1.2e6]
    assert bad.tolist() == [4, 7]
    assert np.isnan(values[4:]).all()


def test_that_a_column_with_decimal_commas_is_read():
    column = pa.chunked_array([pa.array(["1.234,56", "0,5", "7", "1,5k", "1.5"])])
    values, bad = numbers_from_column(column, decimal_comma=True)
    assert values[:4].tolist() == [1234.56, 0.5, 7.0, 1500.0]
    assert bad.tolist() == [4]


def test_that_numbers_that_are_not_finite_are_named_in_number_columns_too():
    values, bad = numbers_from_column(pa.chunked_array([pa.array([1.0, float("nan"), None, float("inf")])]))
    assert bad.tolist() == [3]
    assert values[0] == 1.0


@pytest.mark.parametrize(
    ("cells", "comma"),
    [
        (["1,234", "5"], False),
        (["0,5", "1.234"], True),
        (["1.234,56"], True),
        (["0.5", "0,5"], False),
        (["1841.62"], False),
        (["name", "12,5"], True),
        ([], False),
    ],
)
def test_that_the_decimal_comma_is_told_only_by_cells_that_say_so(cells, comma):
    assert uses_decimal_comma(cells) is comma


def test_that_a_number_that_is_written_otherwise_than_all_others_is_told_how_they_are_written(tmp_path):
    book = tmp_path / "buch.csv"
    book.write_text("account;collateral_asset;collateral_amount;debt_asset;debt_amount\nx;WETH;1,5;USDC;900,25\n"
                    "y;WETH;2,5;USDC;1.5\nz;WETH;2,5;USDC;-1\n", encoding="utf-8")  # fmt: skip
    unread, negative = import_book(book, ImportChoices(decimal="comma")).notes.faults
    assert unread.found == "'1.5'"
    assert "with a decimal comma (1.234,5)" in unread.allowed
    assert "comma" not in negative.allowed
