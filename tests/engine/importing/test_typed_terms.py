"""Prices, thresholds, bonuses and depths that are typed for an asset, and where each value of an asset comes from."""

from __future__ import annotations

import json

import pytest

from engine.base.faults import BadInput
from engine.command.main import main
from engine.files import load_scenario
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.scenario.scenario import Scenario

BOOK = (
    "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\nx,spark,WETH,2,DAI,900\ny,spark,LINK,3,"
    "DAI,9\n"
)
TYPED = {
    "prices": {"WETH": 2000.0, "LINK": 7.5, "DAI": 1.0},
    "thresholds": {"WETH": 0.8, "LINK": 0.5},
    "bonuses": {"WETH": 0.05},
    "depths": {"LINK": 3e6, "DAI": None},
}


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(BOOK)
    return path


def origins(made):
    return {
        terms.asset: {name: getattr(terms, name).origin for name in ("price", "threshold", "bonus", "depth")}
        for terms in made.assets
    }


def template(**collateral):
    return Scenario.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"WETH": {"price": 1900}, "DAI": {"price": 1}, "LINK": {"price": 7}},
            "markets": {
                "aave": {
                    "rules": {"close": {"kind": "fraction", "close_factor": 0.25}},
                    "collateral": {asset: {"liquidation_threshold": value} for asset, value in collateral.items()},
                }
            },
            "loans": [],
        }
    )


def test_that_what_is_missing_is_told_by_asset(book):
    made = import_book(book)
    assert made.scenario is None
    assert {terms.asset: terms.missing for terms in made.assets} == {
        "WETH": ("price", "threshold"),
        "LINK": ("price", "threshold"),
        "DAI": ("price",),
    }
    assert [terms.is_collateral for terms in made.assets] == [True, True, False]


def test_that_what_is_typed_is_taken_before_every_file(book, tmp_path):
    params = tmp_path / "params.csv"
    params.write_text("asset,price,lt,bonus,depth_2pct_usd\nWETH,1,0.1,0.2,5\nLINK,1,0.1,0.2,5\nDAI,1.1,,,\n")
    made = import_book(book, ImportChoices(params=str(params), **TYPED))
    assert made.scenario is not None, made.notes
    parameters = made.scenario.parameters
    assert {name: asset.price for name, asset in parameters.assets.items()} == TYPED["prices"]
    collateral = parameters.markets["spark"].collateral
    assert (collateral["WETH"].liquidation_threshold, collateral["WETH"].liquidation_bonus) == (0.8, 0.05)
    assert (collateral["LINK"].liquidation_threshold, collateral["LINK"].liquidation_bonus) == (0.5, 0.2)
    assert parameters.assets["LINK"].liquidity.depth_2pct_usd == 3e6
    assert parameters.assets["DAI"].liquidity.model == "infinite"
    assert parameters.assets["WETH"].liquidity.depth_2pct_usd == 5
    assert origins(made) == {
        "WETH": {"price": "typed", "threshold": "typed", "bonus": "typed", "depth": "table"},
        "LINK": {"price": "typed", "threshold": "typed", "bonus": "table", "depth": "typed"},
        "DAI": {"price": "typed", "threshold": "none", "bonus": "none", "depth": "typed"},
    }


def test_that_the_command_takes_them_and_keeps_them_in_a_mapping_file(book, tmp_path, capsys):
    mapping, out, again = (tmp_path / name for name in ("map.json", "out.cascade", "again.cascade"))
    words = ["--price", "WETH=2,000", "--price", "LINK=7.5", "--price", "DAI=1", "--threshold", "WETH=80%"]
    words += ["--threshold", "LINK=0.5", "--bonus", "WETH=5%", "--depth", "LINK=3M", "--depth", "DAI=none"]
    assert main(["import", str(book), "-o", str(out), "--save-mapping", str(mapping), *words]) == 0
    assert json.loads(mapping.read_text()) == {"format": "cascade-mapping/1", **TYPED}
    assert main(["import", str(book), "-o", str(again), "--mapping", str(mapping)]) == 0
    assert load_scenario(out).parameters == load_scenario(again).parameters
    assert load_scenario(out).parameters == import_book(book, ImportChoices(**TYPED)).scenario.parameters
    capsys.readouterr()


@pytest.mark.parametrize(
    ("option", "text", "allowed"),
    [
        ("--price", "WETH=0", "USD above 0, such as WETH=2000"),
        ("--threshold", "WETH=83", "a share such as WETH=0.83 or WETH=83%"),
        ("--bonus", "WETH=-1", "a share such as WETH=0.05 or WETH=5%"),
        ("--depth", "WETH=lots", "USD above 0, such as WETH=24M, or WETH=none"),
        ("--depth", "some", "proposed or none or ASSET=USD or ASSET=none"),
    ],
)
def test_that_a_value_that_cannot_be_is_refused_with_what_is_allowed(book, capsys, option, text, allowed):
    assert main(["import", str(book), "--dry-run", option, text]) == 2
    assert f"{option}: {text!r}; allowed: {allowed}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "values"), [("prices", {"WETH": "dear"}), ("thresholds", {"WETH": 1.5}), ("depths", {"WETH": 0})]
)
def test_that_a_mapping_file_with_such_a_value_is_refused_by_its_key(key, values):
    with pytest.raises(BadInput, match=f"mapping, {key}: .*by asset"):
        ImportChoices.from_dict({"format": "cascade-mapping/1", key: values})


def test_that_what_is_typed_for_another_asset_is_said_to_be_unused(book):
    typed = {**TYPED, "prices": {**TYPED["prices"], "UNI": 5.0}}
    made = import_book(book, ImportChoices(**typed))
    assert any("no such asset, what was typed for it is not used: UNI" in line for line in made.notes.said)


def test_that_a_new_market_has_the_rules_and_terms_of_the_template_and_says_so(book):
    made = import_book(book, template=template(WETH=0.8, LINK=0.6))
    market = made.scenario.parameters.markets["spark"]
    assert market.rules == template().parameters.markets["aave"].rules
    assert market.collateral["LINK"].liquidation_threshold == 0.6
    assert any("market spark gets the rules of aave" in line for line in made.notes.said)
    assert any("WETH, LINK in market spark as in market aave" in line for line in made.notes.said)
    assert origins(made)["WETH"] == {
        "price": "scenario",
        "threshold": "scenario",
        "bonus": "scenario",
        "depth": "none",
    }
    assert any("infinite liquidity, their sale moves no price: WETH, LINK, DAI" in line for line in made.notes.said)


def test_that_thresholds_that_differ_between_markets_are_told_as_several(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(BOOK.replace("y,spark,LINK", "y,aave,WETH"))
    scenario = template(WETH=0.8)
    made = import_book(path, ImportChoices(thresholds={"WETH": 0.7}), template=scenario)
    assert {market.collateral["WETH"].liquidation_threshold for market in made.draft.markets.values()} == {0.7}
    params = tmp_path / "params.csv"
    params.write_text("asset,market,lt\nWETH,aave,0.7\nWETH,spark,0.6\n")
    assert origins(import_book(path, ImportChoices(params=str(params)), template=scenario))["WETH"]["threshold"] == (
        "several"
    )


def test_that_prices_of_the_template_that_give_way_to_the_books_are_said(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(
        BOOK.replace("debt_amount\n", "debt_amount,collateral_price\n")
        .replace("900\n", "900,2000\n")
        .replace("DAI,9\n", "DAI,9,7\n")
    )
    made = import_book(path, template=template(WETH=0.8, LINK=0.6))
    assert made.scenario.parameters.assets["WETH"].price == 2000
    assert "book.csv: prices of the scenario give way: WETH 1900 becomes 2000" in made.notes.said
