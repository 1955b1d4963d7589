"""What a file says itself about its accounts is set beside ours: nothing is passed over, and causes are named."""

from __future__ import annotations

import pytest

from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices

HEAD = "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount,health_factor"
LARGEST = 2**256 - 1
KNOWN = {"prices": {"WETH": 2000.0, "USDC": 1.0}, "thresholds": {"WETH": 0.8}}


@pytest.fixture
def read(tmp_path):
    def reading(*rows: str, more: str = "", **choices) -> BookImport:
        path = tmp_path / "book.csv"
        path.write_text("\n".join([HEAD + more, *rows]) + "\n")
        made = import_book(path, ImportChoices(depth="none", **KNOWN).changed(**choices))
        assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
        return made

    return reading


def differences(made: BookImport) -> str:
    assert all(line in made.notes.said for line in made.notes.differences)
    return " ".join(made.notes.differences)


def loan(account: str, health: object, *more: object, market: str = "m", debt: float = 10_000) -> str:
    """Return an account with 10 WETH, of which 16,000 USD count."""
    return ",".join(map(str, (account, market, "WETH", 10, "USDC", debt, health, *more)))


def test_that_a_health_of_0_is_compared(read):
    made = read(loan("a", 1.6), loan("b", 0), loan("c", 0.0))
    assert "the file's own health is 0 in 2 accounts with collateral (b: ours 1.6)" in differences(made)
    assert any("health agrees with the file's own in 1 account" in line for line in made.notes.said)


def test_that_a_health_of_0_without_debt_or_without_collateral_is_no_difference(read):
    made = read(loan("a", 1.6), "b,m,WETH,10,,,0", "c,m,,,USDC,5,0")
    assert differences(made) == ""
    assert any("health agrees with the file's own in 2 accounts" in line for line in made.notes.said)


@pytest.mark.parametrize("written", [LARGEST, "-1", 1e59])
def test_that_a_health_without_debt_is_set_beside_the_debt_here(read, written):
    made = read(loan("a", 1.6), loan("b", written), f"c,m,WETH,10,,,{written}")
    assert "1 account that has debt here would have none (b: 10,000 USD)" in differences(made)


def test_that_health_in_units_of_1e18_is_read(read):
    made = read(loan("a", 1600000000000000000), loan("b", LARGEST, debt=0), loan("c", 1200000000000000000))
    assert any("column health_factor: read in units of 1e18" in line for line in made.notes.said)
    assert "1 of 2 accounts (most in c: ours 1.6, the file's 1.2)" in differences(made)


def test_that_an_account_in_two_markets_has_a_health_in_each(read):
    made = read(loan("a", 1.6, market="m"), loan("a", 0.8, market="n", debt=20_000))
    assert differences(made) == ""


@pytest.mark.parametrize("price", ["2500", "2500000000000000000000", "2500000000000000000000000000", "2500e8"])
def test_that_the_price_that_the_files_health_was_worked_out_with_is_named(read, price):
    other = "1234"  # another column, which says nothing about it
    rows = loan("a", 2.0, other, price), loan("b", 4.0, other, price, debt=5_000)
    made = read(*rows, more=",floor_price,oracle_price")
    assert "in 2 of 2 accounts" in differences(made)
    assert "worked out with the price in column oracle_price, of WETH 2500 USD and ours 2000" in differences(made)
    assert "--price WETH=2500 takes it" in differences(made)
    assert differences(read(*rows, more=",floor_price,oracle_price", prices={"WETH": 2500.0})) == ""


def test_that_a_price_that_is_0_is_named_where_health_is(read):
    made = read(loan("a", 2.0, 2500), loan("b", 0, 0), more=",oracle_price_raw")
    assert "(b: ours 1.6): its price in column oracle_price_raw is 0, too" in differences(made)


def test_that_no_column_is_named_that_fits_some_accounts_only(read):
    made = read(loan("a", 2.0, 2500), loan("b", 2.2, 2500), more=",oracle_price")
    assert "column oracle_price" not in differences(made)
    assert "it fits WETH at 2750 USD" in differences(made)


def test_that_usd_is_compared_for_the_accounts_for_which_it_is_told_whole(read):
    made = read(loan("a", 1.6, 20000), loan("b", 1.6, ""), more=",collateral_usd")
    assert differences(made) == ""
    made = read(loan("a", 1.6, 18000), loan("b", 1.6, ""), more=",collateral_usd")
    assert (
        "own collateral is 18,000 USD, ours 20,000 (+11.1 %) in the accounts for which it is told whole, 1 of 2"
        in differences(made)
    )


def test_that_accounts_that_a_filter_reads_in_part_are_said_and_not_compared(read):
    rows = loan("a", 1.6), loan("b", 3.2), "b,m,WETH,30,,,3.2"
    made = read(*rows, where=("collateral_amount < 20",))
    assert any("of 1 account only the rows that pass the filters are read" in line for line in made.notes.said)
    assert differences(made) == ""
    assert "1 of 2 accounts (most in b" in differences(read(*rows, where=("account != c",)))


def test_that_usd_at_another_price_does_not_tell_decimals(tmp_path):
    path = tmp_path / "book.csv"
    raw = 3534570086903304773562  # worth 4.139 USD at 0.00117; at 0.9999 it would seem to have 21 decimals
    head = "account,collateral_asset,collateral_raw,collateral_usd,debt_asset,debt_amount"
    path.write_text(f"{head}\na,deUSD,{raw},4.139,USDC,1\n")
    for price, asked in ((0.00117, 0), (0.9999, 1)):
        choices = ImportChoices(prices={"deUSD": price, "USDC": 1.0}, thresholds={"deUSD": 0.86})
        assert [question.role for question in import_book(path, choices).notes.questions] == ["decimals"] * asked
