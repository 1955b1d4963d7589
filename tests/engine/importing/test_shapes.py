from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.importing.mapping import ColumnMapping, guess_mapping
from engine.importing.pairing import paired
from engine.importing.read_source import read_source
from engine.importing.shapes import check, convert
from engine.scenario.loans import CodedColumn

LOANS = "Owner,Protocol,Collateral,Collateral Amount,Debt asset,debt_amount\n"


def source(tmp_path, text):
    path = tmp_path / "book.csv"
    path.write_text(text)
    return read_source(path)


def said(faults):
    return [str(fault) for fault in faults]


def test_that_a_book_of_loans_is_recognised_and_read(tmp_path):
    result = convert(source(tmp_path, LOANS + "a, aave ,WETH,1.5,USDC,2k\nb,aave,,,DAI,7\nc,aave,WBTC,0,,\n"))
    assert result.loans.to_records() == [
        {"account": "a", "market": "aave", "collateral_asset": "WETH", "collateral_amount": 1.5, "debt_asset": "USDC",
         "debt_amount": 2000.0},
        {"account": "b", "market": "aave", "debt_asset": "DAI", "debt_amount": 7.0},
        {"account": "c", "market": "aave", "collateral_asset": "WBTC", "collateral_amount": 0.0},
    ]  # fmt: skip
    assert (result.rows, result.bad_rows, result.faults) == (3, 0, ())


def test_that_each_wrong_cell_is_named_and_no_row_is_dropped_unsaid(tmp_path):
    text = (
        LOANS + "a,aave,WETH,-1,USDC,5\n,aave,WETH,1,USDC,x\nc,,WETH,1,USDC,\nd,aave,WETH,1,USDC,3\ne,aave,,4,USDC,1\n"
    )
    book = source(tmp_path, text)
    result = check(book)
    assert said(result.faults) == [
        "book.csv, row 2, column Collateral Amount: '-1'; allowed: a number of at least 0",
        "book.csv, row 3, column Owner: blank; allowed: a name",
        "book.csv, row 3, column debt_amount: 'x'; allowed: a number of at least 0",
        "book.csv, row 4, column Protocol: blank; allowed: a name",
        "book.csv, row 6, column Collateral: blank; allowed: the asset of the amount",
    ]
    assert (result.rows, result.bad_rows) == (5, 4)
    assert result.loans.account.tolist() == ["d"]
    with pytest.raises(BadInput):
        convert(book)
    assert len(convert(book, skip_bad_rows=True).loans) == 1


def test_that_an_asset_without_amount_is_named(tmp_path):
    (fault,) = check(source(tmp_path, LOANS + "a,aave,WETH,,USDC,5\n")).faults
    assert str(fault) == "book.csv, row 2, column Collateral Amount: blank; allowed: an amount for the asset"


def test_that_rows_with_too_few_cells_count_as_bad_rows(tmp_path):
    result = check(source(tmp_path, LOANS + "a,aave\nb,aave,WETH,1,USDC,1\n"))
    assert (result.rows, result.bad_rows, len(result.loans)) == (2, 1, 1)
    assert said(result.faults) == ["book.csv, row 2: 2 cells; allowed: 6, as many as columns"]


def test_that_past_a_thousand_the_other_faults_are_counted(tmp_path):
    result = check(source(tmp_path, LOANS + "a,aave,WETH,x,USDC,1\n" * 1500))
    assert len(result.faults) == 1001
    assert said(result.faults)[-1] == "book.csv: 500 more faults"
    assert result.bad_rows == 1500


def test_that_own_thresholds_are_shares(tmp_path):
    header = LOANS.strip() + ",LT,bonus\n"
    result = check(source(tmp_path, header + "a,m,WETH,1,USDC,1,83%,0.05\nb,m,WETH,1,USDC,1,83,5%\n"))
    assert result.loans.liquidation_threshold.tolist() == [0.83]
    assert result.loans.liquidation_bonus.tolist() == [0.05]
    assert said(result.faults) == ["book.csv, row 3, column LT: '83'; allowed: a share below 1.5, such as 0.83 or 83%"]


def test_that_a_book_without_markets_takes_the_named_one(tmp_path):
    book = source(tmp_path, "account,collateral_asset,collateral_amount,debt_asset,debt_amount\na,WETH,1,USDC,1\n")
    mapping = guess_mapping(book)
    assert convert(book, mapping).loans.market.names == ("market",)
    chosen = ColumnMapping("loans", mapping.columns, market="aave")
    assert convert(book, chosen).loans.market.names == ("aave",)


def test_that_a_tidy_book_is_paired_by_size_and_keeps_its_prices(tmp_path):
    text = (
        "account,asset,side,amount,price_usd\n"
        "a,USDC,supply,100,1\na,WETH,collateral,1,2000\nb,DAI,borrow,5,1\na,DAI,debt,50,1\n"
    )
    result = convert(source(tmp_path, text))
    assert result.prices == {"USDC": 1.0, "WETH": 2000.0, "DAI": 1.0}
    assert result.loans.to_records() == [
        {"account": "a", "market": "market", "collateral_asset": "WETH", "collateral_amount": 1.0, "debt_asset": "DAI",
         "debt_amount": 50.0},
        {"account": "a", "market": "market", "collateral_asset": "USDC", "collateral_amount": 100.0},
        {"account": "b", "market": "market", "debt_asset": "DAI", "debt_amount": 5.0},
    ]  # fmt: skip


def test_that_sides_and_prices_that_make_no_sense_are_named(tmp_path):
    text = (
        "account,asset,side,amount,price\n"
        "a,WETH,long,1,2000\na,WETH,debt,1,2001\nb,WETH,debt,,2000\nc,,debt,1,1\nd,DAI,debt,1,0\n"
    )
    result = check(source(tmp_path, text))
    assert said(result.faults) == [
        "book.csv, row 2, column side: 'long'; allowed: collateral (supply, deposit) or debt (borrow, loan)",
        "book.csv, row 3, column price: '2001'; allowed: the same price for an asset in every row",
        "book.csv, row 4, column amount: blank; allowed: a number of at least 0",
        "book.csv, row 5, column asset: blank; allowed: a name",
        "book.csv, row 6, column price: '0'; allowed: a price above 0",
    ]


def test_that_a_book_of_liquidation_prices_gets_debt_that_fits(tmp_path):
    book = source(tmp_path, "owner,liqPrice,collateral,collateralAmount\na,1500,WETH,2\n")
    result = convert(book, ColumnMapping("liquidation_price", guess_mapping(book).columns, threshold=0.8))
    (row,) = result.loans.to_records()
    assert row["debt_asset"] == "USD"
    assert row["debt_amount"] == pytest.approx(2 * 1500 * 0.8)
    assert result.prices == {"USD": 1.0}
    assert convert(book, thresholds={"WETH": 0.5}).loans.debt_amount[0] == pytest.approx(1500)
    (fault,) = check(book).faults
    assert "column collateral: 'WETH'; allowed: collateral whose liquidation threshold is given" in str(fault)


def test_that_a_mapping_that_does_not_fit_is_refused(tmp_path):
    book = source(tmp_path, "name,wealth\na,1\n")
    with pytest.raises(BadInput, match="no account; allowed: a column of that name, or one chosen of name, wealth"):
        convert(book)
    columns = {"account": "name", "asset": "name", "side": "what", "amount": "wealth"}
    with pytest.raises(BadInput, match="there is no column 'what'") as caught:
        convert(book, ColumnMapping("tidy", columns))
    assert "column name: chosen twice" in str(caught.value)


def test_that_a_decimal_comma_is_found_or_chosen(tmp_path):
    text = "account;asset;side;amount\na;WETH;debt;1.234,5\nb;WETH;debt;2.000\n"
    assert convert(source(tmp_path, text)).loans.debt_amount.tolist() == [1234.5, 2000.0]
    book = source(tmp_path, "account;asset;side;amount\na;WETH;debt;2.000\n")
    assert convert(book).loans.debt_amount.tolist() == [2.0]
    columns = guess_mapping(book).columns
    assert convert(book, ColumnMapping("tidy", columns, decimal_comma=True)).loans.debt_amount.tolist() == [2000.0]


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
    assert convert(source(tmp_path, text)).loans.category.values() == ["stable", "stable", None]


@pytest.mark.parametrize("written", ["0", "none", "None", "null", "nan", "n/a", "-", ""])
def test_that_no_mode_is_written_in_many_ways(tmp_path, written):
    loans = convert(source(tmp_path, MODES.format("emode") + f"a,WETH,1,USDC,1,{written}\nb,WETH,1,USDC,1,2\n")).loans
    assert loans.category.values() == [None, "2"]
    assert loans.category.names == ("2",)


def test_that_rows_of_one_account_in_two_categories_are_named_by_row(tmp_path):
    text = MODES.format("emode") + "a,WETH,1,USDC,1,1\nb,WETH,1,USDC,1,2\na,,,DAI,2,\na,,,DAI,2,2\n"
    result = check(source(tmp_path, text))
    allowed = "that of the account's first row: an account has one category"
    assert said(result.faults) == [
        f"book.csv, row 4, column emode: blank; allowed: {allowed}",
        f"book.csv, row 5, column emode: '2'; allowed: {allowed}",
    ]
    assert result.loans.category.values() == ["1", "2"]


def test_that_positions_bring_the_category_of_their_account(tmp_path):
    text = "user,asset,side,amount,emode\nx,WETH,supply,1,1\ny,WETH,supply,1,0\nx,USDC,borrow,5,1\nx,DAI,borrow,7,1\n"
    table = convert(source(tmp_path, text)).loans
    assert [(row["account"], row.get("category")) for row in table.to_records()] == [
        ("x", "1"),
        ("x", "1"),
        ("y", None),
    ]
    with pytest.raises(BadInput, match="row 4, column emode: '2'"):
        convert(source(tmp_path, text.replace("borrow,5,1", "borrow,5,2")))


def test_that_liquidation_prices_bring_the_category_of_their_account(tmp_path):
    text = "owner,liqPrice,collateral,collateralAmount,emode\nx,1450,WETH,25,stable\n"
    assert convert(source(tmp_path, text), thresholds={"WETH": 0.8}).loans.category.values() == ["stable"]
