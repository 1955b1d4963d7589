"""Rows that add up the others, and cells that hold an amount and its asset: as people write tables for people."""

from __future__ import annotations

import json

import pytest

from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices

KNOWN = {
    "prices": {"WETH": 2000.0, "WBTC": 60000.0, "USDC": 1.0},
    "thresholds": {"WETH": 0.8, "WBTC": 0.75},
}
LOANS = (
    "account;collateral_asset;collateral_amount;debt_asset;debt_amount\n"
    "a;WETH;12,5;USDC;18.250,75\nb;WBTC;0,8;USDC;31.000,00\n"
)
DASHBOARD = (
    "Wallet,Collateral,Debt,Health Factor\n"
    'a,12.5 WETH,"18,250.75 USDC",1.0958\nb,0.8 WBTC,31k USDC,1.1613\nc,3 WETH,-,\n'
)
POSITIONS = "account,asset,side,amount\na,WETH,supply,10\na,USDC,borrow,9000\nb,WBTC,supply,1\nb,USDC,borrow,20000\n"
BOTH = [("a", 12.5, 18250.75), ("b", 0.8, 31000.0)]


@pytest.fixture
def read(tmp_path):
    def reading(text: str, name: str = "book.csv", **choices) -> BookImport:
        path = tmp_path / name
        path.write_text(text)
        return import_book(path, ImportChoices(depth="none", **KNOWN).changed(**choices))

    return reading


def loans(made: BookImport) -> list[tuple]:
    assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
    rows = made.scenario.loans.to_records()
    return [(row["account"], row["collateral_amount"], row.get("debt_amount")) for row in rows]


@pytest.mark.parametrize(
    "total",
    ["Summe;;;;49.250,75", "Total:;;13,3;;49.250,75", ";Gesamt;13,3;;49.250,75", ";;13,3;;49.250,75",
     "TOTAL;WETH;13,3;USDC;49.250,75"],
    ids=["summe", "total", "in place of an asset", "without a word", "with all names"],
)  # fmt: skip
def test_that_a_last_row_that_adds_up_the_others_is_left_out_and_said(read, total):
    made = read(LOANS + total + "\n")
    assert loans(made) == BOTH
    assert any("row 4" in line and "left out" in line for line in made.notes.said), made.notes.said


def test_that_a_last_row_without_names_that_adds_up_nothing_is_a_fault(read):
    made = read(LOANS + ";;13,2;;49.250,75\n")
    assert made.scenario is None
    assert "row 4, column account: blank" in str(made.notes.faults[0])


def test_that_subtotals_are_left_out_too(read):
    made = read(
        "account,asset,side,amount\na,WETH,supply,10\na,USDC,borrow,9000\nSubtotal,,,\nb,WBTC,supply,1\n"
        "b,USDC,borrow,20000\nTotal,USDC,borrow,29000\n"
    )
    assert loans(made) == [("a", 10.0, 9000.0), ("b", 1.0, 20000.0)]
    assert any("rows 4 (Subtotal), 7 (Total) add up others and are left out" in line for line in made.notes.said)


def test_that_an_account_that_is_called_a_total_among_others_is_asked_about(read):
    text = POSITIONS.replace("\na,", "\nSum,")
    made = read(text)
    (question,) = made.notes.questions
    assert "'Sum': does it add up others, or is it an account?" in question.text
    leave, keep = question.answers
    assert loans(read(text, **keep.change)) == [("Sum", 10.0, 9000.0), ("b", 1.0, 20000.0)]
    assert loans(read(text, **leave.change)) == [("b", 1.0, 20000.0)]
    assert "--constant totals=keep" in str(question.fault())


def test_that_a_last_account_may_be_kept_whatever_its_name(read):
    text = POSITIONS.replace("\nb,", "\nTotal,")
    made = read(text, constants={"totals": "keep"})
    assert loans(made) == [("a", 10.0, 9000.0), ("Total", 1.0, 20000.0)]


def test_that_cells_with_an_amount_and_its_asset_are_both(read):
    made = read(DASHBOARD)
    assert loans(made)[:2] == BOTH
    assert any("column Collateral: its cells are amounts with their assets" in line for line in made.notes.said)
    assert not made.notes.differences
    made = read(
        "user;asset type;side;balance\na;x;supply;12,5 WETH\na;x;borrow;18.250,75 USDC\n", columns={"asset": "asset"}
    )
    assert loans(made) == BOTH[:1]


def test_that_a_column_with_other_cells_stays_whole(read):
    made = read("account,collateral,debt,note\na,12.5 WETH + 1 WBTC,5 USDC,3 days\n")
    assert made.scenario is None
    assert "collateral asset" not in made.reading.source.columns
    assert "note asset" not in made.reading.source.columns


def test_that_a_group_that_is_null_in_some_records_hides_nothing(read):
    users = [
        {"id": "a", "eModeCategoryId": {"id": "1"}, "supplies": [{"asset": "WETH", "amount": "10"}],
         "borrows": [{"asset": "USDC", "amount": "9"}]},
        {"id": "b", "eModeCategoryId": None, "supplies": [{"asset": "WETH", "amount": "10"}],
         "borrows": [{"asset": "USDC", "amount": "9"}]},
    ]  # fmt: skip
    made = read(json.dumps({"data": {"users": users}}), "book.json")
    assert made.reading.columns["category"] == ("eModeCategoryId.id",)
    assert made.reading.loans.category.values() == ["1", None]


GERMAN = {
    "loans": (
        "Bestand;;;;\nStand: 30.06.2026;;;;\n\nKonto;Sicherheit;Menge Sicherheit;Schuld;Betrag Schuld\n"
        "a;WETH;12,5;USDC;18.250,75\nb;WBTC;0,8;USDC;31 000,00\nSumme;;;;49.250,75\n"
    ),
    "positions": (
        "Konto-Nr.;Asset;Seite;Betrag\na;WETH;Sicherheit;12,50\na;USDC;Schuld;18 250,75\n"
        "b;WBTC;Sicherheit;0,80\nb;USDC;Schuld;31 000,00\nSumme;;;49 264,05\n"
    ),
}


@pytest.mark.parametrize("kind", GERMAN)
def test_that_a_german_table_with_titles_and_a_total_is_read_without_a_question(read, kind):
    assert loans(read(GERMAN[kind])) == BOTH
