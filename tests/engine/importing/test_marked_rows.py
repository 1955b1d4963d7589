"""Wrong rows that come in all the same: marked in the window, in a file beside the scenario by the command."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.command.main import main
from engine.files import load_scenario
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices

TYPED = {"prices": {"WETH": 2000.0, "USDC": 1.0, "LINK": 7.0}, "thresholds": {"WETH": 0.8, "LINK": 0.6}}

LOANS = "account,collateral_asset,collateral_amount,debt_asset,debt_amount\n"


def marked(tmp_path, text):
    path = tmp_path / "book.csv"
    path.write_text(text)
    made = import_book(path, ImportChoices(wrong="mark", **TYPED))
    assert made.scenario is None, "nobody runs a wrong row unseen"
    assert made.draft is not None
    return made


@pytest.mark.parametrize(
    ("text", "records", "marks"),
    [
        (
            LOANS + "x,WETH,lots,USDC,9\ny,WETH,1,USDC,5\n,LINK,1,,\nz,WETH,1,,7\n",
            [
                {"account": "x", "collateral_asset": "WETH", "debt_asset": "USDC", "debt_amount": 9.0},
                {"account": "y", "collateral_asset": "WETH", "collateral_amount": 1.0, "debt_asset": "USDC",
                 "debt_amount": 5.0},
                {"account": "", "collateral_asset": "LINK", "collateral_amount": 1.0},
                {"account": "z", "collateral_asset": "WETH", "collateral_amount": 1.0, "debt_amount": 7.0},
            ],
            [(0, "collateral_amount", "lots")],
        ),
        (
            "account,asset,side,amount\nx,WETH,supply,1\nx,USDC,borrow,much\ny,WETH,supply,2\ny,LINK,sideways,3\n",
            [
                {"account": "x", "collateral_asset": "WETH", "collateral_amount": 1.0},
                {"account": "y", "collateral_asset": "WETH", "collateral_amount": 2.0},
                {"account": "x", "debt_asset": "USDC"},
                {"account": "y", "collateral_asset": "LINK"},
            ],
            [(2, "debt_amount", "much"), (3, "collateral_amount", "side 'sideways'")],
        ),
        (
            "account,asset,supplied,borrowed\nx,WETH,1,lots\nx,USDC,0,5\n",
            [
                {"account": "x", "debt_asset": "USDC", "debt_amount": 5.0},
                {"account": "x", "debt_asset": "WETH"},
                {"account": "x", "collateral_asset": "WETH", "collateral_amount": 1.0},
            ],
            [(1, "debt_amount", "lots")],
        ),
        (
            "account,weth_supply,weth_debt,usdc_supply,usdc_debt\nx,lots,0,0,5\ny,1,0,0,0\nz,2,0,0,0\n",
            [
                {"account": "y", "collateral_asset": "WETH", "collateral_amount": 1.0},
                {"account": "z", "collateral_asset": "WETH", "collateral_amount": 2.0},
                {"account": "x", "collateral_asset": "WETH"},
                {"account": "x", "debt_asset": "USDC", "debt_amount": 5.0},
            ],
            [(2, "collateral_amount", "lots")],
        ),
    ],
    ids=["loans", "positions", "both sides", "wide"],
)  # fmt: skip
def test_that_wrong_rows_come_in_with_what_cannot_be_read_marked(tmp_path, text, records, marks):
    reading = marked(tmp_path, text).reading
    found = [{key: value for key, value in row.items() if key != "market"} for row in reading.loans.to_records()]
    assert [{"account": "", **row} for row in found] == records
    assert list(reading.marked) == marks


def test_that_a_row_without_an_asset_is_marked_too_and_cannot_be_run(tmp_path):
    text = "account,asset,side,amount\nx,WETH,supply,1\nx,USDC,borrow,5\ny,,supply,3\n"
    reading = marked(tmp_path, text).reading
    assert reading.loans.account.tolist() == ["x", "y"]
    assert reading.marked == ((1, "collateral_amount", "asset ''"),)


def test_that_a_wrong_cell_that_the_loan_table_has_no_column_for_marks_the_amount(tmp_path):
    text = LOANS.replace("\n", ",collateral_price\n") + "x,WETH,1,USDC,9,dear\ny,WETH,1,,,2000\nz,WETH,1,,,2000\n"
    assert marked(tmp_path, text).reading.marked == ((0, "collateral_amount", "collateral_price 'dear'"),)


def test_that_the_command_puts_the_rows_of_those_accounts_beside_the_scenario(tmp_path, capsys):
    book, out = tmp_path / "book.csv", tmp_path / "out.cascade"
    book.write_text("account,asset,side,amount\nx,WETH,supply,1\nx,USDC,borrow,much\ny,WETH,supply,2\n")
    typed = ["--price", "WETH=2000", "--price", "USDC=1", "--threshold", "WETH=0.8"]
    assert main(["import", str(book), "-o", str(out), *typed]) == 2
    assert not out.exists(), "the default refuses"
    capsys.readouterr()
    assert main(["import", str(book), "-o", str(out), "--wrong", "mark", *typed]) == 0
    said = capsys.readouterr().err
    assert "1 account with a wrong row left out whole: x" in said
    assert "2 rows of accounts with a wrong row are in" in said
    assert load_scenario(out).loans.account.tolist() == ["y"]
    rows = list(csv.DictReader((tmp_path / "out-wrong.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["row"], row["account"], row["amount"]) for row in rows] == [("2", "x", "1"), ("3", "x", "much")]
    assert "row 3, column amount: 'much'" in rows[1]["what is wrong"]
    (tmp_path / "out-wrong.csv").write_text((tmp_path / "out-wrong.csv").read_text().replace("much", "5"))
    assert main(["import", str(tmp_path / "out-wrong.csv"), "-o", str(out), *typed]) == 0, "what is put right comes in"
    capsys.readouterr()


_CELLS = st.sampled_from(
    ["", "1", "2.5", "lots", "-3", "WETH", "USDC", "supply", "borrow", "x", "n/a", "50%", "0", "1e30", "true", "0.8"]
)
_HEADS = {
    "loans": "account,collateral_asset,collateral_amount,debt_asset,debt_amount,lt",
    "positions": "account,asset,side,amount,price_usd",
    "both_sides": "account,asset,supplied,borrowed,is_collateral,price_usd",
    "wide": "account,weth_supply,weth_debt,usdc_supply,usdc_debt",
    "totals": "account,collateral_usd,debt_usd,liquidation_threshold",
    "liquidation_prices": "account,liquidation_price,collateral_asset,collateral_amount,side",
    "perpetuals": "account,asset,side,size,entry_price,leverage,margin",
}


@pytest.mark.parametrize("shape", _HEADS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_no_account_of_a_wrong_row_is_lost_and_none_of_it_can_be_run(tmp_path, shape, data):
    width = _HEADS[shape].count(",")
    rows = data.draw(st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=1, max_size=5))
    path = tmp_path / "book.csv"
    path.write_text("\n".join([_HEADS[shape], *(",".join([f"a{at}", *row]) for at, row in enumerate(rows))]) + "\n")
    try:
        made = import_book(path, ImportChoices(shape=shape, wrong="mark", decimal="point", repeats="keep", **TYPED))
    except BadInput:
        return
    reading = made.reading
    if made.notes.questions or reading.is_refused:
        return
    if made.scenario is not None:
        assert not reading.marked
        assert not len(reading.aside)
    assert {f"a{at}" for at in reading.aside.tolist()} <= set(reading.loans.account.tolist())
    for row, column, text in reading.marked:
        assert text
        assert np.isnan(getattr(reading.loans, column)[row])
