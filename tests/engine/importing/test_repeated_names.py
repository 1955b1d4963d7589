"""Names of columns that stand twice, as dashboards write collateral beside debt."""

from __future__ import annotations

import openpyxl
import pytest

from engine.base.faults import BadInput
from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices
from engine.importing.parameter_tables import read_parameters

KNOWN = {"prices": {"WETH": 2000.0, "USDC": 1.0}, "thresholds": {"WETH": 0.8}}
ROW = ["a", "WETH", 10, 20000, "USDC", 9000, 9000]


@pytest.fixture(params=["csv", "xlsx"])
def read(request, tmp_path):
    def reading(*rows: list, **choices) -> BookImport:
        path = tmp_path / f"book.{request.param}"
        if request.param == "csv":
            path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
        else:
            workbook = openpyxl.Workbook()
            for row in rows:
                workbook.active.append(row)
            workbook.save(path)
        return import_book(path, ImportChoices(depth="none", **KNOWN).changed(**choices))

    return reading


def loans(made: BookImport) -> list[tuple]:
    assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
    return [(row["collateral_amount"], row["debt_amount"]) for row in made.scenario.loans.to_records()]


def test_that_the_columns_before_tell_them_apart(read):
    made = read(["Wallet", "Collateral", "Amount", "USD", "Debt", "Amount", "USD"], ROW)
    assert loans(made) == [(10.0, 9000.0)]
    assert any("stand there twice, and are Collateral Amount, Collateral USD, Debt Amount" in line
               for line in made.notes.said)  # fmt: skip


def test_that_they_are_refused_where_nothing_tells_and_taken_once_they_are_chosen(read):
    head = ["account", "collateral token", "quantity", "worth", "owed token", "quantity", "worth"]
    columns = {"collateral_asset": "collateral token", "debt_asset": "owed token", "collateral_amount": "quantity"}
    made = read(head, ROW, shape="loans", columns={**columns, "debt_amount": "quantity (2)"})
    assert loans(made) == [(10.0, 9000.0)]
    made = read(["account", "asset", "side", "amount", "amount"], ["a", "WETH", "supply", 10, 20000])
    assert made.scenario is None
    (fault,) = map(str, made.notes.faults)
    assert "column names: 'amount' stands there twice; allowed: each name once, or 'amount' chosen" in fault
    assert made.reading.is_refused


def test_that_columns_that_are_not_used_may_have_one_name(read):
    head = ["account", "note", "collateral_asset", "collateral_amount", "note", "debt_asset", "debt_amount"]
    assert loans(read(head, ["a", "x", "WETH", 10, "y", "USDC", 9000])) == [(10.0, 9000.0)]


def test_that_a_table_of_parameters_takes_none_that_stands_twice(tmp_path):
    path = tmp_path / "params.csv"
    path.write_text("asset,price,note,note\nWETH,2000,x,y\n")
    assert read_parameters(path)[0].price == 2000
    path.write_text("asset,price,price\nWETH,2000,3000\n")
    with pytest.raises(BadInput, match="'price' stands there twice"):
        read_parameters(path)
