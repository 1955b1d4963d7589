"""Assets whose price nobody has told yet: kept, edited, never run."""

from __future__ import annotations

import math

import pytest

from engine.base.faults import BadInput
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.scenario.loans import LoanTable
from engine.scenario.right_rows import right_rows
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters
from engine.scenario.unpriced import unpriced

TERMS = {"liquidation_threshold": 0.8}
PARAMETERS = Parameters.from_dict(
    {
        "assets": {"WETH": {"price": None}, "WBTC": {"price": 30_000.0}, "USDC": {"price": 1.0}},
        "markets": {"pool": {"collateral": {"WETH": TERMS, "WBTC": TERMS}}},
    }
)
LOANS = LoanTable.from_records(
    [
        {
            "account": account, "market": "pool", "collateral_asset": asset, "collateral_amount": 1.0,
            "debt_asset": "USDC", "debt_amount": 100.0,
        }
        for account, asset in (("a", "WETH"), ("b", "WBTC"))
    ]
)  # fmt: skip


def test_that_a_price_to_come_is_null_in_a_file_and_no_number_inside():
    assert math.isnan(PARAMETERS.assets["WETH"].price)
    assert PARAMETERS.to_dict()["assets"]["WETH"]["price"] is None
    assert Parameters.from_dict(PARAMETERS.to_dict()) == PARAMETERS
    assert unpriced(PARAMETERS) == ("WETH",)


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, "2000", True])
def test_that_nothing_else_than_null_stands_for_a_price_to_come(price):
    with pytest.raises(BadInput):
        Parameters.from_dict({**PARAMETERS.to_dict(), "assets": {"WETH": {"price": price}}})


def test_that_a_scenario_with_a_price_to_come_is_refused_and_its_price_is_asked_for_first():
    with pytest.raises(BadInput) as refusal:
        Scenario.checked(PARAMETERS, LOANS)
    first, cell = refusal.value.faults
    assert str(first) == "assets.WETH.price: blank; allowed: a price in USD above 0"
    assert (cell.where, cell.found) == ("loans row 1, collateral_asset", "'WETH' has no price")


def test_that_the_others_are_right_and_a_price_makes_all_of_it_right():
    assert right_rows(PARAMETERS, LOANS).account.tolist() == ["b"]
    data = PARAMETERS.to_dict()
    data["assets"]["WETH"]["price"] = 2000.0
    assert len(Scenario.checked(Parameters.from_dict(data), LOANS).loans) == 2


def test_that_an_import_keeps_what_it_knows_of_an_asset_without_a_price(tmp_path):
    book = tmp_path / "fund.csv"
    book.write_text("account,collateral_asset,collateral_amount,debt_asset,debt_amount\nx,WETH,1,USDC,1000\n")
    made = import_book(book, ImportChoices(thresholds={"WETH": 0.8}))
    assert made.scenario is None
    assert made.draft.name == "fund"
    assert unpriced(made.draft) == ("WETH", "USDC")
    assert made.draft.assets["WETH"].liquidity.depth_2pct_usd == made.assets[0].depth.value == 23.9e6
    assert made.draft.markets["market"].collateral["WETH"].liquidation_threshold == 0.8
