"""Parameters that came after the first release: accepted, refused, and left out where they have no effect."""

from __future__ import annotations

import copy
import math

import pytest

import engine
from engine.scenario import parameter_paths
from engine.scenario.loans import LATER_COLUMNS, LoanTable
from engine.scenario.provenance import loans_sha256, parameters_sha256
from engine.scenario.schema.fields import LARGEST, LARGEST_WHOLE
from tests.engine.scenario.test_parameters import changed, faults_of, small

HASH_OF_PARAMETERS = "652acd01da0ba6f25d7afc0056749a99dbcc732db9bfee04d7df34fb47dbebf1"
HASH_OF_LOANS = "6f274753889c49ad0a61f6da42f4cba94e586ea431bdc30d71a9d2c8611fcdd6"
CATEGORIES = {"eth": {"assets": ["WETH"], "liquidation_threshold": 0.93, "liquidation_bonus": 0.01}}


def all_at_once() -> dict:
    data = small()
    data["assets"]["stETH"] = {
        "price": 2100.0,
        "oracle": {
            "kind": "model", "base": "WETH", "ratio": 1.05,
            "cap": {"ratio": 1.04, "growth_per_year": 0.09, "age_rounds": 7200},
        },
    }  # fmt: skip
    market = data["markets"]["compound"]
    market["categories"] = copy.deepcopy(CATEGORIES)
    market["rules"] = {"close": {"kind": "full", "partial": False}}
    data["markets"]["perp"] = {"rules": {"settlement": {"kind": "margin", "adl_ranking": "pro_rata"}}}
    data["shock"] = {"kind": "sale", "usd": {"WETH": 5e6}, "over_rounds": 3}
    data["liquidators"] = {
        "sizing": "best",
        "min_debt_usd": 50.0,
        "congestion": {"candidates": 100, "gas_exponent": 2.0, "latency_rounds": 1},
    }
    data["loans"][0]["category"] = "eth"
    return data


def test_that_every_new_parameter_survives_the_way_to_a_dict_and_back():
    scenario = engine.from_dict(all_at_once())
    plain = scenario.to_dict()
    assert plain["markets"]["compound"]["categories"]["eth"]["liquidation_threshold"] == 0.93
    assert plain["markets"]["compound"]["rules"]["close"]["partial"] is False
    assert plain["markets"]["perp"]["rules"]["settlement"]["adl_ranking"] == "pro_rata"
    assert plain["assets"]["stETH"]["oracle"]["cap"]["age_rounds"] == 7200
    assert plain["shock"] == {"kind": "sale", "usd": {"WETH": 5e6}, "over_rounds": 3}
    assert plain["liquidators"]["congestion"] == {"candidates": 100, "gas_exponent": 2.0, "latency_rounds": 1}
    assert plain["loans"][0]["category"] == "eth"
    again = engine.from_dict(plain)
    assert again.parameters == scenario.parameters
    assert again.loans.same_as(scenario.loans)


@pytest.mark.parametrize("ending", [".json", ".cascade"])
def test_that_every_new_parameter_survives_a_file(tmp_path, ending):
    scenario = engine.from_dict(all_at_once())
    path = tmp_path / f"book{ending}"
    engine.save(scenario, path)
    again = engine.load(path)
    assert again.parameters == scenario.parameters
    assert again.loans.same_as(scenario.loans)


def test_that_a_scenario_without_them_is_written_and_hashed_as_before():
    scenario = engine.from_dict(small())
    plain = scenario.to_dict()
    assert set(plain["liquidators"]) == {
        "latency_rounds", "priority", "max_liquidations_per_round", "capacity_usd_per_round", "min_profit_usd",
        "gas_usd", "calls_per_round", "sell_share", "sell_over_rounds", "buy_debt",
    }  # fmt: skip
    assert "categories" not in plain["markets"]["compound"]
    assert "partial" not in plain["markets"]["compound"]["rules"]["close"]
    assert "category" not in plain["loans"][0]
    # As version 1.0.0 gave them for this scenario.
    assert parameters_sha256(scenario.parameters) == HASH_OF_PARAMETERS
    assert loans_sha256(scenario.loans) == HASH_OF_LOANS


def test_that_a_category_is_part_of_the_loans_hash():
    without, beside = engine.from_dict(small()), engine.from_dict(all_at_once())
    assert loans_sha256(without.loans) != loans_sha256(beside.loans)


def test_that_parquet_holds_no_column_of_blanks_that_came_later(tmp_path):
    import pyarrow.parquet as pq

    from engine.files.loans_parquet import from_parquet, to_parquet

    loans = engine.from_dict(small()).loans
    path = tmp_path / "loans.parquet"
    path.write_bytes(to_parquet(loans))
    assert not set(pq.read_table(path).column_names) & set(LATER_COLUMNS)
    assert from_parquet(path.read_bytes(), "loans").same_as(loans)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("liquidators.sizing", "largest"),
        ("liquidators.min_debt_usd", 20.0),
        ("liquidators.congestion", {"candidates": 10}),
        ("markets.compound.rules.close.partial", False),
        ("markets.compound.categories.eth", {"assets": ["WETH"], "liquidation_threshold": 0.9}),
        ("shock", {"kind": "sale", "usd": {"WETH": 1.0}}),
    ],
)
def test_that_a_new_parameter_can_be_replaced_by_its_path(path, value):
    parameters = parameter_paths.replace(engine.from_dict(small()).parameters, path, value)
    found = parameter_paths.get(parameters, path)
    assert found == value or found.items() >= value.items()


def test_that_what_is_below_a_group_that_may_be_absent_is_found_by_its_path():
    parameters = engine.from_dict(all_at_once()).parameters
    dearer = parameter_paths.replace(parameters, "liquidators.congestion.gas_exponent", 3)
    assert dearer.liquidators.congestion.gas_exponent == 3
    higher = parameter_paths.replace(parameters, "markets.compound.categories.eth.liquidation_threshold", 0.8)
    assert higher.markets["compound"].categories["eth"].liquidation_threshold == 0.8
    assert parameter_paths.describe(parameters, "assets.stETH.oracle.cap.growth_per_year").unit == "share"
    sale = parameter_paths.replace(parameters, "shock.usd.WETH", 7e6)
    assert sale.shock.usd == {"WETH": 7e6}


def test_that_what_is_below_a_group_that_is_absent_leads_nowhere():
    with pytest.raises(engine.BadInput, match="congestion"):
        parameter_paths.replace(engine.from_dict(small()).parameters, "liquidators.congestion.candidates", 3)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("liquidators", {"sizing": "most"}, "liquidators.sizing: 'most'; allowed"),
        ("liquidators", {"min_debt_usd": -1}, "liquidators.min_debt_usd: -1; allowed: greater than or equal to 0"),
        ("liquidators", {"congestion": {}}, "liquidators.congestion.candidates: missing"),
        ("liquidators", {"congestion": {"candidates": 0}}, "candidates: 0; allowed: greater than or equal to 1"),
        ("liquidators", {"congestion": {"candidate": 1}}, "did you mean candidates?"),
        ("shock", {"kind": "sale", "usd": {"WETH": -1}}, "shock.usd.WETH: -1; allowed: greater than or equal to 0"),
        ("shock", {"kind": "sale", "usd": {"DOGE": 1}}, "shock.usd.DOGE: unknown asset 'DOGE'"),
        ("shock", {"kind": "sale", "usd": {}, "over_rounds": 0}, "shock.over_rounds: 0"),
        ("markets/compound/categories", {"eth": {}}, "markets.compound.categories.eth.assets: missing"),
        ("markets/compound/categories", {"e": {"assets": ["DOGE"]}}, "e.assets.0: unknown asset 'DOGE'"),
        ("markets/compound/categories", {"e": {"assets": ["WETH", "WETH"]}}, "e.assets.1: WETH is listed twice"),
        ("markets/compound/categories", {" e": {"assets": []}}, "the name ' e'"),
        (
            "assets/WETH/oracle",
            {"kind": "model", "base": "USDC", "ratio": 1, "cap": {"ratio": 0}},
            "assets.WETH.oracle.cap.ratio: 0; allowed: greater than 0",
        ),
        ("markets/compound/rules", {"settlement": {"kind": "margin", "adl_ranking": "first"}}, "adl_ranking: 'first'"),
        ("markets/compound/rules", {"close": {"kind": "full", "partial": "maybe"}}, "close.partial"),
        ("loans/0/category", "eth", "loans row 1, category: 'eth'; allowed: blank, as compound has no categories"),
        ("loans/0/category", 3, "loans row 1, category: 3; allowed: the name of a category, or left out"),
    ],
)
def test_that_a_fault_in_a_new_parameter_is_said_with_its_place(path, value, said):
    lines = faults_of(changed(path, value))
    assert any(said in line for line in lines), lines


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("assets/WETH/price", 1e308, "assets.WETH.price: 1e+308; allowed: a number of at most 1e+30"),
        ("assets/WETH/price", 10**400, "allowed: a number of at most 1e+30"),
        ("assets/WETH/price", 1e-300, "assets.WETH.price: 1e-300; allowed: at least 1e-30"),
        ("assets/WETH/liquidity/depth_2pct_usd", 1e31, "depth_2pct_usd: 1e+31; allowed: a number of at most 1e+30"),
        ("liquidators", {"capacity_usd_per_round": 1e31}, "capacity_usd_per_round: 1e+31"),
        ("liquidators", {"min_profit_usd": -1e31}, "min_profit_usd: -1e+31"),
        ("liquidators", {"max_liquidations_per_round": 2**64}, "allowed: a whole number of at most 9007199254740992"),
        ("simulation", {"seed": 2**53 + 1}, "simulation.seed: 9007199254740993; allowed: a whole number"),
        ("simulation", {"max_rounds": 1e16}, "simulation.max_rounds: 1e+16; allowed: a whole number"),
        (
            "loans/0/collateral_amount",
            1e31,
            "loans row 1, collateral_amount: 1e+31; allowed: a number of at most 1e+30",
        ),
        ("loans/0/debt_amount", 1e308, "loans row 1, debt_amount: 1e+308"),
    ],
)
def test_that_a_number_that_could_overflow_is_refused(path, value, said):
    lines = faults_of(changed(path, value))
    assert any(said in line for line in lines), lines
    assert len(lines) == 1


def test_that_the_largest_numbers_are_accepted_and_run_without_overflowing():
    data = changed("assets/WETH/price", LARGEST)
    data["loans"][0] |= {"collateral_amount": LARGEST, "debt_amount": LARGEST}
    data["liquidators"] = {"max_liquidations_per_round": LARGEST_WHOLE, "gas_usd": LARGEST}
    summary = engine.run(engine.from_dict(data)).to_dict()["summary"]
    assert all(math.isfinite(value) for value in summary.values() if isinstance(value, float))


def two_rows(first: str | None, second: str | None, market: str = "compound") -> dict:
    data = small()
    data["assets"]["DAI"] = {"price": 1.0}
    data["markets"]["compound"]["categories"] = {**CATEGORIES, "usd": {"assets": []}}
    data["markets"]["aave"] = data["markets"]["compound"]
    row = data["loans"][0]
    data["loans"] = [{**row, "category": first}, {**row, "market": market, "category": second}]
    return data


@pytest.mark.parametrize(("first", "second"), [("eth", "usd"), ("eth", None), (None, "usd")])
def test_that_rows_of_one_account_in_different_categories_are_refused(first, second):
    lines = faults_of(two_rows(first, second))
    assert len(lines) == 1
    assert lines[0].startswith("loans row 2, category: ")
    assert lines[0].endswith(" as in row 1 of the same account")


def test_that_accounts_of_one_name_in_two_markets_may_be_in_different_categories():
    assert len(engine.from_dict(two_rows("eth", "usd", "aave")).loans) == 2


def test_that_a_category_may_list_collateral_that_the_market_does_not_if_it_gives_both():
    data = small()
    data["assets"]["stETH"] = {"price": 2000.0}
    data["markets"]["compound"]["categories"] = {"eth": {"assets": ["stETH"], "liquidation_threshold": 0.93}}
    data["loans"][0] |= {"collateral_asset": "stETH", "category": "eth"}
    assert "'stETH' is no collateral of 'compound'" in faults_of(data)[0]
    data["markets"]["compound"]["categories"]["eth"]["liquidation_bonus"] = 0.01
    assert engine.from_dict(data).loans.category.values() == ["eth"]


def test_that_a_table_made_without_categories_has_blank_ones():
    loans = LoanTable.from_records([])
    assert loans.category.is_blank
    table = engine.from_dict(small()).loans
    assert table.category.values() == [None]
