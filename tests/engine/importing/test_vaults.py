"""Vaults of Maker: what is owed is art times rate."""

from __future__ import annotations

import pytest

from engine.importing.build import import_book
from engine.importing.choices import ImportChoices

TYPED = ImportChoices(prices={"ETH": 2000.0, "WBTC": 40000.0, "DAI": 1.0}, thresholds={"ETH": 0.66, "WBTC": 0.66})
HUMAN = "urn,ilk,ink,art,rate\n0x1,ETH-A,10,5000,1.05\n0x2,WBTC-A,1,9000,1.1\n"
RAW = (
    "urn,ilk,ink,art,rate\n0x1,ETH-A,10000000000000000000,5000000000000000000000,1050000000000000000000000000\n"
    "0x2,WBTC-A,1000000000000000000,9000000000000000000000,1100000000000000000000000000\n"
)


@pytest.fixture
def vaults(tmp_path):
    def read(text, choices=TYPED):
        path = tmp_path / "vaults.csv"
        path.write_text(text)
        return import_book(path, choices)

    return read


@pytest.mark.parametrize("text", [HUMAN, RAW], ids=["tokens", "as the contracts keep them"])
def test_that_a_vault_owes_art_times_rate_in_dai_against_its_type(vaults, text):
    made = vaults(text)
    assert made.scenario is not None, made.notes
    assert [
        (row["account"], row["collateral_asset"], row["collateral_amount"], row["debt_asset"], row["debt_amount"])
        for row in made.scenario.loans.to_records()
    ] == [("0x1", "ETH", 10, "DAI", pytest.approx(5250)), ("0x2", "WBTC", 1, "DAI", pytest.approx(9900))]
    assert any("debt_amount is [art] * [rate]" in line for line in made.notes.said)
    assert any("ETH-A = ETH" in line for line in made.notes.said)


def test_that_art_without_a_rate_is_asked_about(vaults):
    text = "urn,ilk,ink,art\n0x1,ETH-A,10,5000\n"
    assert [question.role for question in vaults(text).notes.questions] == ["scale"]
    made = vaults(text, TYPED.changed(scale={"debt_amount": "[art] * 1.2"}))
    assert made.scenario.loans.debt_amount.tolist() == [6000]


def test_that_what_the_user_says_stands(vaults):
    made = vaults(HUMAN, TYPED.changed(constants={"debt_asset": "USDS"}, prices={"USDS": 1.0}))
    assert made.scenario.loans.debt_asset.values() == ["USDS", "USDS"]
