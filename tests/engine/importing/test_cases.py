"""The public inputs of the importing brief, made small: each gives the right value, or the right question."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.base.faults import BadInput
from engine.command.main import main
from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices
from engine.importing.price_paths import read_price_path
from engine.importing.read_part import read_part
from engine.reading.round_view import initial_view
from tests.shared import SHARED

CASES = SHARED / "cases" / "import"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases of imports are not at {CASES}")
pytestmark = needs_cases


def read(name: str, **choices) -> BookImport:
    """Import a case with its parameters."""
    folder = CASES / name
    params = next((file for file in folder.glob("params.*")), None)
    book = next(file for file in sorted(folder.iterdir()) if file.name != "README" and file.stem != "params")
    given = ImportChoices(params=None if params is None else str(params), depth="none")
    return import_book(book, given.changed(**choices))


def rows(made: BookImport) -> list[tuple]:
    """Return account, collateral and debt of each loan."""
    return [
        (row["account"], row.get("collateral_asset"), row.get("collateral_amount"), row.get("debt_asset"),
         row.get("debt_amount"))
        for row in made.reading.loans.to_records()
    ]  # fmt: skip


def health(made: BookImport) -> list[float]:
    """Return the health factors, accounts in order of appearance."""
    assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
    return initial_view(made.scenario).health.tolist()


def asked(made: BookImport) -> set[str]:
    """Return the roles that are asked about; every question has an option that answers it."""
    assert made.scenario is None
    assert all("--" in str(question.fault()) for question in made.notes.questions)
    return {question.role for question in made.notes.questions}


def test_that_every_case_has_a_test():
    names = {folder.name[:2] for folder in CASES.iterdir()}
    tested = set(re.findall(r"\"(\d\d)-", Path(__file__).read_text(encoding="utf-8")))
    assert names == tested


@pytest.mark.parametrize("name", sorted(folder.name for folder in CASES.iterdir()) if CASES.is_dir() else [])
def test_that_the_command_ends_with_a_scenario_or_with_lines_that_say_what_to_do(name, tmp_path, capsys):
    folder = CASES / name
    files = {file.stem: file for file in folder.iterdir() if file.name != "README"}
    book = next(file for stem, file in sorted(files.items()) if stem != "params")
    words = ["import", str(book), "-o", str(tmp_path / "out.json")]
    words += ["--params", str(files["params"])] if "params" in files else []
    status = main(words)
    said = capsys.readouterr().err
    assert status in {0, 2}
    assert "Traceback" not in said
    assert status == 0 or said.strip()


def test_that_raw_units_are_scaled_as_the_files_own_usd_columns_tell():
    made = read("01-morpho-raw-units")
    loans = made.reading.loans
    assert loans.collateral_amount.tolist()[:2] == [8942941.353552486952503292, 3534.570086903304773562]
    assert loans.debt_amount.tolist()[:2] == [55428657.859922, 7473.418383]
    assert loans.liquidation_threshold.tolist() == pytest.approx([0.915, 0.86, 0.86])
    assert max(health(made)[:2]) < 1
    assert any("18 decimals" in line for line in made.notes.said)


def test_that_the_price_that_a_files_health_was_worked_out_with_is_named_and_a_health_of_0_is_told():
    made = read("01-morpho-raw-units")
    zero, other = made.notes.differences
    assert "health is 0 in 1 account with collateral (0xA1" in zero
    assert "ours 0.0004759, the file's 0.4067" in other
    assert "column oracle_price_raw, of deUSD 0.9999 USD and ours 0.00117; --price deUSD=0.9999 takes it" in other
    made = read("01-morpho-raw-units", prices={"deUSD": 0.9999}, decimals={"deUSD": 18})
    assert health(made)[1] == pytest.approx(0.40673894046282805)


def test_that_assets_that_no_column_names_are_asked_for_and_may_be_constants():
    made = read("02-morpho-human-columns-no-symbols")
    assert asked(made) == {"collateral_asset", "debt_asset"}
    made = read("02-morpho-human-columns-no-symbols", constants={"collateral_asset": "sdeUSD", "debt_asset": "pUSD"})
    assert rows(made)[0] == ("0xA1", "sdeUSD", 50.369349268501416, "pUSD", 178.497588)


def test_that_a_list_of_liquidations_is_told_from_a_book():
    with pytest.raises(BadInput, match="looks like a list of liquidations"):
        read("03-liquidation-events")


@pytest.mark.parametrize("name", ["04-params-bonus-as-multiplier", "06-params-extra-columns"])
def test_that_a_bonus_of_1_05_is_5_percent(name):
    made = read(name)
    assert "liquidationBonus looks like a multiplier: 1.05 read as 5 %" in " ".join(made.notes.said)
    summary = engine.run(made.scenario.with_values({"shock.returns.WETH": -0.7})).summary()
    assert summary["repaid_usd"] == pytest.approx(11142.86, abs=0.01)
    assert summary["bad_debt_usd"] == pytest.approx(2857.14, abs=0.01)


def test_that_columns_of_parameters_that_are_not_needed_are_said_to_be_unused():
    made = read("06-params-extra-columns")
    assert any("not used: chain, address, decimals, liquidityIndex, isFrozen" in line for line in made.notes.said)


def test_that_a_group_of_columns_a_token_is_read_and_its_prices_in_ether_are_asked_about():
    name = "08-wide-one-column-a-token"
    assert asked(read(name)) == {"price"}
    for unit in ("1", "1119.2"):
        assert health(read(name, constants={"price_unit": unit})) == pytest.approx([1.72341456425049], rel=1e-9)


def test_that_a_list_of_tokens_within_accounts_is_read():
    thresholds = {"liquidation_threshold": "0.8"}
    made = read("09-nested-accounts-tokens", constants=thresholds)
    assert rows(made) == [
        ("a1", "AVAX", 0.0012538809990965264, "MIM", 0.21141703412525065),
        ("a2", "LINK", 2.0688923716551764, "MIM", 45.16764795785953),
        ("a2", "AVAX", 0.3301977212486217, "USDT", 24.70497247068673),
    ]
    assert any("jAVAX = AVAX" in line for line in made.notes.said)


def test_that_receipts_and_indices_become_amounts():
    name = "10-ctokens-and-indices"
    assert asked(read(name)) == {"price"}
    made = read(name, constants={"price_unit": "227.77"})
    ((_, collateral, zrx, debt, dai),) = rows(made)
    assert (collateral, debt) == ("ZRX", "DAI")
    assert (zrx, dai) == (pytest.approx(95.1449, abs=1e-4), pytest.approx(18.98037, abs=1e-5))
    assert health(made) == pytest.approx([0.99090325], abs=1e-8)


def test_that_a_path_of_other_names_asks_and_takes_no_column_alone():
    source = read_part(CASES / "12-price-path-other-names" / "path.csv")
    assets = {"WBTC": 21000.0, "WETH": 1644.0, "USDC": 1.0}
    with pytest.raises(BadInput, match="--alias BTC=WBTC") as caught:
        read_price_path(source, assets)
    assert "--alias ETH=WETH" in str(caught.value)
    returns = read_price_path(source, assets, ImportChoices(alias={"ETH": "WETH", "BTC": "WBTC"}))
    assert set(returns) == {"WBTC", "WETH", "USDC"}
    assert returns["WETH"][2] == pytest.approx(-0.3312, abs=5e-5)


def test_that_perpetuals_are_collateral_and_debt():
    made = read("14-perpetuals-list-long-short", preset="perpetual-margin")
    assert rows(made) == [
        ("w1", "BTC", 1.5, "USD", 53850.0),
        ("w1", "USD", 24400.0, "ETH", 10.0),
        ("w2", "USD", 56437.5, "ETH", 25.0),
        ("w3", "SOL", 1000.0, "USD", 73333.33),
    ]
    equity = made.scenario.parameters.assets["BTC"].price * 1.5 - 53850
    assert equity == pytest.approx(6150 + 1500)


def test_that_perpetuals_without_a_preset_come_under_a_margin_engine_that_asks_for_their_margins():
    made = read("14-perpetuals-list-long-short")
    assert made.scenario is None
    assert made.proposed.name == "perpetual-margin"
    assert {terms.asset for terms in made.assets if terms.missing} == {"BTC", "ETH", "SOL"}
    assert any("fit maintenance margins of ETH 1.23 %, SOL 3.51 %" in line for line in made.notes.said)
    made = read("14-perpetuals-list-long-short", thresholds={"BTC": 0.98, "ETH": 0.98, "SOL": 0.96})
    (line,) = made.notes.differences
    assert "in w1, ETH: ours 3034.16, the file's 2600" in line
    assert "w1 has 6,050 USD left, 6.91 % of what its 2 positions are worth together, and 2 % is asked here" in line
    assert "what they require, not what the account holds" in line


def test_that_a_liquidation_price_above_the_price_is_no_long():
    name = "15-liquidation-prices-of-shorts"
    assert asked(read(name)) == {"side"}
    made = read(name, constants={"side": "by-price"}, preset="perpetual-margin")
    assert rows(made)[1][1:4:2] == ("USD", "ETH")
    assert min(health(made)) > 1
    assert engine.run(made.scenario).summary()["liquidations"] == 0
    up = made.scenario.with_values({"shock.returns.ETH": 2231 / 2200 - 1})
    assert engine.run(up).summary()["liquidations"] == 1


def test_that_an_address_in_two_spellings_is_one_account():
    made = read("16-addresses-in-two-spellings")
    assert health(made) == pytest.approx([0.9225])
    summary = engine.run(made.scenario).summary()
    assert (summary["accounts_liquidated"], summary["bad_debt_usd"]) == (1, 0)
    assert any("several spellings" in line for line in made.notes.said)


def test_that_a_wrong_row_takes_its_whole_account_with_it():
    name = "18-left-out-row-keeps-half-an-account"
    made = read(name)
    assert made.scenario is None
    assert "row 3, column amount: 'n/a'" in str(made.notes.faults[0])
    made = read(name, wrong="leave-out-accounts")
    assert rows(made) == [("a2", "WETH", 10.0, "USDC", 8000.0)]
    assert any("1 account with a wrong row left out whole: a1" in line for line in made.notes.said)


def test_that_thousands_that_may_be_decimals_are_asked_about():
    name = "19-decimal-comma-only-thousands"
    assert asked(read(name)) == {"decimal_sign"}
    assert read(name, decimal="comma").reading.loans.debt_amount.tolist() == [8000, 1500]
    assert read(name, decimal="point").reading.loans.debt_amount.tolist() == [8, 1.5]


def test_that_records_in_an_envelope_are_found():
    made = read("21-graphql-envelope", constants={"liquidation_threshold": "82%"})
    assert rows(made) == [("a1", "WETH", 10.0, "USDC", 9000.0)]
    assert health(made) == pytest.approx([18000 * 0.82 / 9000])


def test_that_a_supply_that_is_no_collateral_does_not_count():
    made = read("22-both-sides-in-one-row")
    assert rows(made) == [("a1", "WETH", 10.0, "USDC", 8000.0)]
    assert health(made) == pytest.approx([1.845])
    assert any("1 supply of USDC is no collateral and does not count" in line for line in made.notes.said)


def test_that_a_pair_that_moves_together_is_liquidated_far_above():
    made = read("25-pegged-pair-liquidation-price")
    for move, liquidated in ((12.0, 0), (13.0, 1)):
        shocked = made.scenario.with_values({"shock.returns.WETH": move, "shock.returns.wstETH": move})
        assert engine.run(shocked).summary()["accounts_liquidated"] == liquidated
    assert np.isfinite(health(made)[0])


def test_that_a_list_of_bad_debts_is_told_from_a_book():
    with pytest.raises(BadInput, match="looks like a list of bad debts"):
        read("26-bad-debt-list")
