"""Formulas, merged cells and errors of a sheet: refused in a column that is used, passed over in one that is not."""

from __future__ import annotations

import openpyxl
import pytest

from engine.base.faults import BadInput
from engine.command.main import main
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.parameter_tables import read_liquidity, read_parameters
from engine.importing.price_paths import read_price_path
from engine.importing.read_source import read_source

HEADER = ["account", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount", "my own note", "health"]
TYPED = {"prices": {"WETH": 2000.0, "USDC": 1.0}, "thresholds": {"WETH": 0.8}}


def sheet(path, rows, change=lambda _: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def book(tmp_path, change):
    rows = [HEADER, ["a", "WETH", 2, "USDC", 900, 1, ""], ["b", "WETH", 3, "USDC", 800, 2, ""]]
    return sheet(tmp_path / "book.xlsx", rows, change)


def put(**cells):
    def change(active):
        for cell, value in cells.items():
            active[cell] = value

    return change


@pytest.mark.parametrize(
    "change",
    [put(F2="=C2*2"), put(F3="#N/A"), lambda active: active.merge_cells("F2:F3")],
    ids=["a formula", "an error value", "a merged cell"],
)
def test_that_a_column_that_is_not_used_may_hold_anything(tmp_path, change):
    made = import_book(book(tmp_path, change), ImportChoices(**TYPED))
    assert made.scenario.loans.collateral_amount.tolist() == [2, 3]
    assert any("not used: my own note" in line for line in made.notes.said)


@pytest.mark.parametrize("wrong", ["refuse", "leave-out-accounts", "mark"])
def test_that_a_column_that_is_used_is_refused_by_cell_whatever_becomes_of_wrong_rows(tmp_path, wrong):
    path = book(tmp_path, put(C2="=1+1", F2="=C2*2"))
    made = import_book(path, ImportChoices(wrong=wrong, **TYPED))
    assert made.scenario is None
    assert made.draft is None
    assert [str(fault) for fault in made.notes.faults] == [
        "book.xlsx, sheet Sheet, cell C2: a formula; allowed: its value (copy, then paste as values)"
    ]


def test_that_a_column_with_formulas_may_be_taken_for_nothing(tmp_path, capsys):
    path = book(tmp_path, put(G2="=C2/E2"))
    assert "cell G2: a formula" in str(import_book(path, ImportChoices(**TYPED)).notes.faults[0])
    made = import_book(path, ImportChoices(columns={"health": ""}, **TYPED))
    assert len(made.scenario.loans) == 2
    typed = ["--price", "WETH=2000", "--price", "USDC=1", "--threshold", "WETH=0.8"]
    assert main(["import", str(path), "-o", str(tmp_path / "a.json"), *typed]) == 2
    assert main(["import", str(path), "-o", str(tmp_path / "a.json"), "--map", "health=", *typed]) == 0
    capsys.readouterr()


def test_that_a_filter_by_a_column_with_formulas_is_refused(tmp_path):
    path = book(tmp_path, put(F2="=C2*2"))
    made = import_book(path, ImportChoices(where=("my own note > 0",), **TYPED))
    assert made.scenario is None
    assert "cell F2" in str(made.notes.faults[0])


def test_that_tables_beside_a_book_do_the_same(tmp_path):
    rows = [["asset", "price", "lt", "remark"], ["WETH", 2000, 0.8, "x"]]
    assert read_parameters(sheet(tmp_path / "a.xlsx", rows, put(D2="=B2")))[0].price == 2000
    with pytest.raises(BadInput, match="cell B2: a formula"):
        read_parameters(sheet(tmp_path / "b.xlsx", rows, put(B2="=1000*2")))
    quotes = [["asset", "size_usd", "slippage", "remark"], ["WETH", 1e6, 0.01, "x"]]
    assert "WETH" in read_liquidity(sheet(tmp_path / "c.xlsx", quotes, put(D2="=B2")))
    with pytest.raises(BadInput, match="cell C2: a formula"):
        read_liquidity(sheet(tmp_path / "d.xlsx", quotes, put(C2="=1/100")))
    prices = [["round", "WETH", "USDC"], [0, 2000, 1], [1, 1500, 1]]
    assets = {"WETH": 2000.0}
    spare = read_source(sheet(tmp_path / "e.xlsx", prices, put(C3="=1")), with_flaws=True)
    assert read_price_path(spare, assets) == {"WETH": [-0.25]}
    used = read_source(sheet(tmp_path / "f.xlsx", prices, put(B3="=1500")), with_flaws=True)
    with pytest.raises(BadInput, match="cell B3: a formula"):
        read_price_path(used, assets)
