"""Efficiency modes whose assets are bits or flags of reserves, as Aave has published them since version 3.2."""

from __future__ import annotations

import json

import pytest

from engine.base.faults import BadInput
from engine.importing.asking import Notes, Unanswered
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.parameter_tables import read_parameter_table

ASSETS = {"WETH": 2000, "wstETH": 2300, "USDC": 1, "WBTC": 60000}
TERMS = {"liquidationThreshold": "9500", "liquidationBonus": "10100", "ltv": "9300", "label": "ETH correlated"}


def reserves(**more):
    """Return reserves as an interface has them; of each more fields by their places."""
    return [
        {"symbol": name, "price": price, "reserveLiquidationThreshold": "8000", "reserveLiquidationBonus": "10500",
         **{key: values[place] for key, values in more.items()}}
        for place, (name, price) in enumerate(ASSETS.items())
    ]  # fmt: skip


def in_base_2(*bits):
    return "".join("1" if 255 - place in bits else "0" for place in range(256))


@pytest.fixture
def read(tmp_path):
    def reading(data, **choices):
        path, notes = tmp_path / "aave.json", Notes()
        path.write_text(json.dumps(data))
        return read_parameter_table(path, ImportChoices(**choices), notes).modes.categories, notes

    return reading


@pytest.mark.parametrize("bitmap", ["66", 66, "0x42", in_base_2(1, 6), "0b1000010"])
@pytest.mark.parametrize("within", [True, False], ids=["in a group", "flat"])
def test_that_bits_name_the_reserves_with_their_numbers(read, bitmap, within):
    bits = {"collateralBitmap": bitmap, "borrowableBitmap": "8"}
    mode = {"id": 1, "eMode": {**TERMS, **bits}} if within else {"id": 1, **TERMS, **bits}
    found, notes = read({"reserves": reserves(id=[1, 6, 0, 3]), "eModes": [mode]})
    assert found["ETH correlated"]["assets"] == ["WETH", "wstETH"]
    assert found["ETH correlated"]["liquidation_threshold"] == 0.95
    assert found["ETH correlated"]["liquidation_bonus"] == pytest.approx(0.01)
    assert not notes.questions


def test_that_reserves_keyed_by_address_with_a_number_are_read(read):
    keyed = {f"0x{place:040x}": {**each, "id": place} for place, each in enumerate(reserves())}
    modes = {"1": {"eModeCategory": 1, **TERMS, "collateralBitmap": "3", "borrowableBitmap": "1"}}
    found, _ = read({"reserves": keyed, "eModes": modes})
    assert found["ETH correlated"]["assets"] == ["WETH", "wstETH"]


def test_that_bits_without_numbers_of_reserves_are_one_question(read, tmp_path):
    modes = [{"id": number, **TERMS, "label": f"mode {number}", "collateralBitmap": "3"} for number in (1, 2)]
    data = {"reserves": reserves(), "eModes": modes}
    found, notes = read(data)
    assert found == {}
    (question,) = notes.questions
    assert "are they numbered as they are listed?" in question.text
    assert "--constant reserve_order=listed (yes, bit 0 is WETH, bit 1 is wstETH" in str(question.fault())
    with pytest.raises(Unanswered):
        read_parameter_table(tmp_path / "aave.json")
    found, notes = read(data, constants={"reserve_order": "listed"})
    assert found["mode 2"]["assets"] == ["WETH", "wstETH"]
    assert not notes.questions
    found, notes = read(data, constants={"reserve_order": "none"})
    assert found == {}
    assert any("not used: mode 1, mode 2" in line for line in notes.said)


def test_that_the_answer_makes_categories_of_the_scenario(read, tmp_path):
    read({"reserves": reserves(), "eModes": [{"id": 1, **TERMS, "collateralBitmap": "2"}]})
    book = tmp_path / "book.csv"
    book.write_text("account,emode,collateral_asset,collateral_amount,debt_asset,debt_amount\na,1,wstETH,10,WETH,9\n")
    params = str(tmp_path / "aave.json")
    made = import_book(book, ImportChoices(params=params))
    assert [question.role for question in made.notes.questions] == ["reserve_order"]
    (answer, without) = made.notes.questions[0].answers
    made = import_book(book, ImportChoices(params=params).changed(**answer.change))
    (market,) = made.scenario.parameters.markets.values()
    assert market.categories["ETH correlated"].assets == ("wstETH",)
    assert made.scenario.loans.category.values() == ["ETH correlated"]
    made = import_book(book, ImportChoices(params=params).changed(**without.change))
    (fault,) = map(str, made.notes.faults)
    assert "column emode: accounts in categories whose thresholds nothing tells ('1')" in fault
    assert "--map category=" in fault
    made = import_book(book, ImportChoices(params=params).changed(**without.change, columns={"category": ""}))
    assert made.scenario.loans.category.is_blank


def test_that_flags_of_reserves_name_the_collateral_of_a_mode(read):
    def listed(*flags):
        return [[{"id": 1, "collateralEnabled": flag, "borrowingEnabled": True, "eMode": TERMS}] for flag in flags]

    found, _ = read(reserves(eModes=listed(True, True, False, False)))
    assert found["ETH correlated"]["assets"] == ["WETH", "wstETH"]
    flags = [[{"id": 1, "collateralEnabled": flag}] for flag in (False, True, False, False)]
    found, _ = read({"reserves": reserves(eModes=flags), "eModeCategories": [{"id": 1, **TERMS}]})
    assert found["ETH correlated"]["assets"] == ["wstETH"]


def test_that_bits_without_a_reserve_are_said(read):
    modes = [{"id": 1, **TERMS, "collateralBitmap": "515"}]
    found, notes = read({"reserves": reserves(id=[0, 1, 2, 3]), "eModes": modes})
    assert found["ETH correlated"]["assets"] == ["WETH", "wstETH"]
    assert any("no reserve has the number 9" in line for line in notes.said)


def test_that_modes_that_are_only_numbered_are_said_not_to_be_used(read):
    found, notes = read(reserves(eModeCategoryId=[1, 1, 0, 2]))
    assert found == {}
    assert any("nothing tells the thresholds of the efficiency modes 1, 2, they are not used" in line
               for line in notes.said)  # fmt: skip


def test_that_a_table_of_modes_without_their_reserves_is_told_what_it_lacks(tmp_path):
    path = tmp_path / "modes.csv"
    path.write_text("id,label,liquidationThreshold,collateralBitmap\n1,ETH correlated,9500,3\n")
    with pytest.raises(BadInput, match="a list of efficiency modes by bits, without the reserves"):
        read_parameter_table(path)
