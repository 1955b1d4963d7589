"""Positions are paired into rows that lose nothing; accounts of a book keep their efficiency mode."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.importing.book_reading import read_book
from engine.importing.book_shapes import Known
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.pairing import paired
from engine.importing.read_source import read_source
from engine.scenario.loans import CodedColumn


def check(tmp_path, text, **known):
    """Read a book without anything from elsewhere, whatever is wrong with it."""
    path = tmp_path / "book.csv"
    path.write_text(text)
    return read_book(read_source(path), known=Known(**known))


def convert(tmp_path, text, **known):
    """Read a book in which nothing is asked or wrong."""
    reading = check(tmp_path, text, **known)
    reading.notes.refuse()
    return reading


def said(faults):
    return [str(fault) for fault in faults]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 3), st.floats(0, 100)), max_size=40))
def test_that_pairing_loses_and_invents_nothing(positions):
    names = ("A", "B", "C", "D")
    account = np.array([f"a{position[0]}" for position in positions], dtype=object)
    side = np.array([position[1] for position in positions], dtype=np.int8)
    codes = np.array([position[2] for position in positions], dtype=np.int32)
    amount = np.array([position[3] for position in positions], dtype=np.float64)
    market = CodedColumn(np.zeros(len(positions), dtype=np.int32), ("m",))
    table = paired(account, market, CodedColumn(codes, names), side, amount, amount)
    found = sorted(
        (row["account"], which, row[f"{kind}_asset"], row[f"{kind}_amount"])
        for row in table.to_records()
        for which, kind in enumerate(("collateral", "debt"))
        if f"{kind}_asset" in row
    )
    assert found == sorted((f"a{a}", b, names[c], d) for a, b, c, d in positions)
    seen = list(dict.fromkeys(table.account.tolist()))
    assert seen == list(dict.fromkeys(account.tolist()))


MODES = "Owner,Collateral,Collateral Amount,Debt asset,debt_amount,{0}\n"


@pytest.mark.parametrize("head", ["category", "emode", "e_mode", "E-Mode", "emode_category", "efficiency mode"])
def test_that_a_column_of_efficiency_modes_is_known_by_its_name(tmp_path, head):
    text = MODES.format(head) + "a,WETH,1,USDC,1,stable\na,,,DAI,2, stable \nb,WETH,1,USDC,1,\n"
    assert convert(tmp_path, text).loans.category.values() == ["stable", "stable", None]


@pytest.mark.parametrize("written", ["0", "none", "None", "null", "nan", "n/a", "-", ""])
def test_that_no_mode_is_written_in_many_ways(tmp_path, written):
    loans = convert(tmp_path, MODES.format("emode") + f"a,WETH,1,USDC,1,{written}\nb,WETH,1,USDC,1,2\n").loans
    assert loans.category.values() == [None, "2"]
    assert loans.category.names == ("2",)


def test_that_rows_of_one_account_in_two_categories_are_named_by_row(tmp_path):
    text = MODES.format("emode") + "a,WETH,1,USDC,1,1\nb,WETH,1,USDC,1,2\na,,,DAI,2,\na,,,DAI,2,2\n"
    result = check(tmp_path, text)
    allowed = "that of the account's first row: an account has one category"
    assert said(result.notes.faults) == [
        f"book.csv, row 4, column emode: blank; allowed: {allowed}",
        f"book.csv, row 5, column emode: '2'; allowed: {allowed}",
    ]
    assert result.loans.category.values() == ["2"], "an account with a wrong row is left out whole"


def test_that_positions_bring_the_category_of_their_account(tmp_path):
    text = "user,asset,side,amount,emode\nx,WETH,supply,1,1\ny,WETH,supply,1,0\nx,USDC,borrow,5,1\nx,DAI,borrow,7,1\n"
    table = convert(tmp_path, text).loans
    assert [(row["account"], row.get("category")) for row in table.to_records()] == [
        ("x", "1"),
        ("x", "1"),
        ("y", None),
    ]
    with pytest.raises(BadInput, match="row 4, column emode: '2'"):
        convert(tmp_path, text.replace("borrow,5,1", "borrow,5,2"))


def test_that_liquidation_prices_bring_the_category_of_their_account(tmp_path):
    text = "owner,liqPrice,collateral,collateralAmount,emode\nx,1450,WETH,25,stable\n"
    assert convert(tmp_path, text, thresholds={"WETH": 0.8}).loans.category.values() == ["stable"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "user,asset,side,amount\nz,WETH,supply,0\nx,WETH,supply,1\nx,USDC,borrow,5\nz,USDC,borrow,0\n",
            "book.csv, row 2: 1 account holds nothing that counts and owes nothing, left out: z",
        ),
        (
            "user,asset,supplied,borrowed,is_collateral\nx,WETH,1,0,true\nz,WETH,3,0,false\ny,DAI,0,0,true\n",
            "book.csv, row 3: 2 accounts hold nothing that counts and owe nothing, left out: z, y",
        ),
        (
            "account,weth_supply,weth_debt,usdc_supply,usdc_debt\nx,1,0,0,5\nz,0,0,0,0\n",
            "book.csv, row 3: 1 account holds nothing that counts and owes nothing, left out: z",
        ),
        (
            "account,collateral_usd,debt_usd,liquidation_threshold\nx,10,5,0.8\nz,0,0,0.8\n",
            "book.csv, row 3: 1 account holds nothing that counts and owes nothing, left out: z",
        ),
    ],
)
def test_that_accounts_with_nothing_are_said_to_be_left_out_with_the_first_row(tmp_path, text, line):
    reading = convert(tmp_path, text)
    assert set(reading.loans.account.tolist()) == {"x"}
    assert line in reading.notes.said


def test_that_an_account_with_something_in_another_row_is_not_said_to_be_left_out(tmp_path):
    text = "user,asset,side,amount\nx,DAI,supply,0\nx,WETH,supply,1\nx,USDC,borrow,5\n"
    assert not [line for line in convert(tmp_path, text).notes.said if "left out" in line]


@pytest.mark.parametrize(
    ("row", "wrong", "lines"),
    [
        ("x,WETH,supply,lots", "leave-out-accounts", ["book.csv, row 2, column amount: 'lots'", "no loan is left"]),
        ("x,WETH,supply,0", "refuse", ["no loan is left; allowed: a book with a right row"]),
    ],
)
def test_that_a_book_of_which_nothing_is_left_is_refused_in_words(tmp_path, row, wrong, lines):
    path = tmp_path / "book.csv"
    path.write_text(f"user,asset,side,amount\n{row}\n")
    made = import_book(path, ImportChoices(wrong=wrong, prices={"WETH": 2000.0}, thresholds={"WETH": 0.8}))
    assert made.scenario is None
    assert len(made.notes.faults) == len(lines)
    assert all(line in str(fault) for line, fault in zip(lines, made.notes.faults, strict=True))
