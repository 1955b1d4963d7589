"""Risk parameters in the words of the protocols that publish them."""

from __future__ import annotations

import json

import pytest

from engine.base.faults import BadInput
from engine.importing.asking import Notes
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.parameter_tables import read_parameter_table

COMET = {
    "name": "Compound USDC", "symbol": "cUSDCv3", "baseToken": "USDC", "storeFrontPriceFactor": 0.6,
    "targetReserves": "4000000e6", "rates": {"supplyKink": 0.8},
    "assets": {
        "COMP": {"address": "0xc", "decimals": "18", "borrowCF": 0.65, "liquidateCF": 0.7, "liquidationFactor": 0.93},
        "WETH": {"decimals": "18", "borrowCF": 0.825, "liquidateCF": 0.895, "liquidationFactor": 0.95},
        "WBTC": {"address": "0xb", "decimals": "8", "borrowCF": 0.7, "liquidateCF": 0.77, "liquidationFactor": 0.95},
    },
}  # fmt: skip
AAVE = {"data": {"reserves": [
    {"symbol": "WETH", "decimals": 18, "baseLTVasCollateral": "8050", "reserveLiquidationThreshold": "8300",
     "reserveLiquidationBonus": "10500", "eModes": [{"id": 1}]},
    {"symbol": "USDC", "decimals": 6, "baseLTVasCollateral": "0", "reserveLiquidationThreshold": "0",
     "reserveLiquidationBonus": "0", "eModes": []}]}}  # fmt: skip
MORPHO = {"data": {"markets": {"items": [
    {"uniqueKey": "0xm1", "lltv": "860000000000000000", "loanAsset": {"symbol": "USDC"},
     "collateralAsset": {"symbol": "WETH"}},
    {"uniqueKey": "0xm2", "lltv": "915000000000000000", "loanAsset": {"symbol": "USDC"},
     "collateralAsset": {"symbol": "sdeUSD"}}]}}}  # fmt: skip
BOOK = "account,collateral_asset,collateral_amount,debt_asset,debt_amount,collateral_price,debt_price\n"


@pytest.fixture
def file(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def terms(table):
    return {row.asset: row.collateral for row in table.rows}


def test_that_a_configuration_of_compound_iii_is_read_and_its_rules_are_offered(file):
    notes = Notes()
    table = read_parameter_table(file("comet.json", COMET), None, notes)
    assert terms(table)["WETH"] == pytest.approx(
        {"liquidation_threshold": 0.895, "liquidation_bonus": 1 / 0.95 - 1, "max_ltv": 0.825}
    )
    expected = {"penalty": 0.05, "storefront_discount": 0.03, "target_reserves_usd": 4e6}
    assert table.offered.settlement == pytest.approx(expected)
    assert any("--preset compound-v3" in line for line in notes.said)


def test_that_offered_rules_are_taken_with_their_preset_and_their_penalty_is_no_bonus_besides(file):
    book = file("book.csv", BOOK + "a,WETH,10,USDC,9000,2000,1\n")
    made = import_book(book, ImportChoices(params=file("comet.json", COMET), preset="compound-v3"))
    market = made.scenario.parameters.markets["compound-v3"]
    settlement = market.rules.settlement
    assert (settlement.penalty, settlement.storefront_discount) == pytest.approx((0.05, 0.03))
    assert settlement.target_reserves_usd == 4e6
    assert market.collateral["WETH"].liquidation_bonus == 0


def test_that_aaves_reserves_are_read(file):
    found = terms(read_parameter_table(file("reserves.json", AAVE)))
    assert found["WETH"] == pytest.approx({"liquidation_threshold": 0.83, "liquidation_bonus": 0.05, "max_ltv": 0.805})
    assert found["USDC"]["liquidation_threshold"] == 0


def test_that_morphos_markets_are_read_by_market(file):
    table = read_parameter_table(file("markets.json", MORPHO))
    assert [(row.asset, row.market, row.collateral["liquidation_threshold"]) for row in table.rows] == [
        ("WETH", "0xm1", pytest.approx(0.86)),
        ("sdeUSD", "0xm2", pytest.approx(0.915)),
    ]
    assert table.offered.preset == "morpho-blue"


@pytest.mark.parametrize(
    ("mat", "chop"),
    [("1500000000000000000000000000", "1130000000000000000"), ("1.5", "1.13"), ("150%", "13%"), ("150", "0.13")],
)
def test_that_makers_ratios_are_thresholds(file, mat, chop):
    table = read_parameter_table(file("ilks.csv", f"ilk,mat,chop,tip\nETH-A,{mat},{chop},300\n"))
    assert terms(table)["ETH"] == pytest.approx({"liquidation_threshold": 2 / 3, "liquidation_bonus": 0.13})
    assert table.offered.settlement == pytest.approx({"penalty": 0.13})


def test_that_parameters_of_another_market_are_asked_about_and_not_passed_over(file):
    params = file("params.csv", "asset,market,price,lt\nWETH,core,2000,0.8\nUSDC,core,1,0.7\n")
    book = file("book.csv", BOOK + "a,WETH,10,USDC,9000,2000,1\n")
    made = import_book(book, ImportChoices(params=params))
    assert {question.role for question in made.notes.questions} == {"market"}
    assert import_book(book, ImportChoices(params=params, market="core")).scenario is not None


MODES = (
    "symbol,price,liquidationThreshold,liquidationBonus,eModeCategoryId,eModeLtv,eModeLiquidationThreshold,"
    "eModeLiquidationBonus,eModeLabel\n"
    "WETH,2000,8300,10500,1,9000,9300,10100,ETH correlated\n"
    "wstETH,2300,8100,10600,1,9000,9300,10100,ETH correlated\n"
    "USDC,1,8000,10450,0,0,0,0,\n"
)


def test_that_efficiency_modes_of_reserves_are_categories_and_their_numbers_are_names(file):
    book = (
        "account,emode,collateral_asset,collateral_amount,debt_asset,debt_amount\na,1,wstETH,10,WETH,9\nb,0,WETH,10,USDC"
        ",9\n"
    )
    made = import_book(file("book.csv", book), ImportChoices(params=file("params.csv", MODES)))
    assert made.scenario is not None, made.notes
    assert made.scenario.loans.category.values() == ["ETH correlated", None]
    (market,) = made.scenario.parameters.markets.values()
    category = market.categories["ETH correlated"]
    assert category.assets == ("WETH", "wstETH")
    assert (category.liquidation_threshold, category.liquidation_bonus) == (0.93, pytest.approx(0.01))
    assert category.max_ltv == 0.9
    assert market.collateral["wstETH"].liquidation_threshold == 0.81
    assert any("efficiency modes: ETH correlated (WETH, wstETH)" in line for line in made.notes.said)
    assert not any("not used" in line and "eMode" in line for line in made.notes.said)


def test_that_modes_within_records_are_read_and_rows_that_disagree_are_named(file):
    records = [
        {"symbol": "WETH", "price": 2000, "reserveLiquidationThreshold": 8300,
         "eMode": {"id": 1, "liquidationThreshold": 9300, "liquidationBonus": 10100}},
        {"symbol": "wstETH", "price": 2300, "reserveLiquidationThreshold": 8100,
         "eMode": {"id": 1, "liquidationThreshold": 9300, "liquidationBonus": 10100}},
        {"symbol": "USDC", "price": 1, "reserveLiquidationThreshold": 8000, "eMode": None},
    ]  # fmt: skip
    modes = read_parameter_table(file("reserves.json", records), None, Notes()).modes
    assert modes.categories["1"]["assets"] == ["WETH", "wstETH"]
    assert modes.categories["1"]["liquidation_threshold"] == 0.93
    wrong = MODES.replace("9000,9300,10100,ETH correlated\nUSDC", "9000,9000,10100,ETH correlated\nUSDC")
    with pytest.raises(BadInput, match=r"row 3, column eModeLiquidationThreshold: 0.9; allowed: 0.93, as in another"):
        read_parameter_table(file("params.csv", wrong))


RESERVES = [
    {"symbol": name, "price": price, "baseLTVasCollateral": "8050", "reserveLiquidationThreshold": "8300",
     "reserveLiquidationBonus": "10500", "eModes": [{"id": 1}]}
    for name, price in (("WETH", 2000), ("wstETH", 2300), ("USDC", 1))
]  # fmt: skip


@pytest.mark.parametrize(
    "modes",
    [
        [{"id": 1, "label": "ETH correlated", "ltv": 9000, "liquidationThreshold": 9300, "liquidationBonus": 10100,
          "assets": ["WETH", "wstETH"]}],
        {"1": {"label": "ETH correlated", "ltv": 9000, "liquidationThreshold": 9300, "liquidationBonus": 10100,
               "collateralAssets": ["WETH", "wstETH"]}},
        [{"id": 1, "label": "ETH correlated", "maxLTV": {"raw": "9000", "decimals": 4, "value": "0.90"},
          "liquidationThreshold": {"raw": "9300", "value": "0.93"}, "liquidationPenalty": {"value": "0.01"},
          "reserves": [{"underlyingToken": {"symbol": "WETH"}, "canBeCollateral": True},
                       {"underlyingToken": {"symbol": "wstETH"}, "canBeCollateral": True},
                       {"underlyingToken": {"symbol": "USDC"}, "canBeCollateral": False}]}],
    ],
    ids=["a list", "keyed by number", "with groups of values"],
)  # fmt: skip
def test_that_modes_in_a_list_of_their_own_are_categories(file, modes):
    notes = Notes()
    params = file("aave.json", {"data": {"reserves": RESERVES, "eModeCategories": modes}})
    table = read_parameter_table(params, None, notes)
    assert table.modes.numbers == {"1": "ETH correlated"}
    entry = table.modes.categories["ETH correlated"]
    assert entry["assets"] == ["WETH", "wstETH"]
    assert entry["liquidation_threshold"] == pytest.approx(0.93)
    assert entry["liquidation_bonus"] == pytest.approx(0.01)
    assert entry["max_ltv"] == pytest.approx(0.9)
    assert {row.asset for row in table.rows} == {"WETH", "wstETH", "USDC"}
