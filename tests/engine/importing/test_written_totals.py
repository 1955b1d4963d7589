"""Totals and counts in what an import says are written as people write them."""

from __future__ import annotations

from engine.importing.build import import_book
from engine.importing.choices import ImportChoices

HEAD = "account,collateral_asset,collateral_amount,debt_asset,debt_amount\n"


def made_of(tmp_path, rows):
    path = tmp_path / "book.csv"
    path.write_text(HEAD + rows)
    prices, thresholds = {"WETH": 2000.0, "USDC": 1.0}, {"WETH": 0.8}
    return import_book(path, ImportChoices(depth="none", prices=prices, thresholds=thresholds))


def test_that_a_total_of_millions_has_no_exponent(tmp_path):
    said = " ".join(made_of(tmp_path, "a,WETH,50000,USDC,55430600\n").notes.said)
    assert "55,430,600 USD" in said
    assert "e+" not in said


def test_that_one_cell_is_one(tmp_path):
    assert "1 cell;" in str(made_of(tmp_path, "a,WETH,5,USDC,5\n17\n").notes.faults[0])
