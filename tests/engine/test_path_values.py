"""Paths whose parameters differ come to what runs under those parameters come to."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.market.shocks import GivenPrices
from engine.reading.recorded_run import recorded_rounds
from engine.running.path_groups import Along, groups
from engine.running.paths import Paths
from engine.running.variants import KnownTables, Tables, Variants
from engine.scenario import parameter_paths
from engine.scenario.changing import Changing
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.engine.test_paths import SMALL_BOOK, assert_same, start_of, table

MADE = SMALL_BOOK | {
    "liquidators": {"gas_usd": 10.0, "min_profit_usd": 5.0},
    "shock": {"kind": "instant", "returns": {"WETH": -0.35}},
}
WILD = {"kind": "random", "process": {"kind": "gbm", "volatility": {"WETH": 300.0}}, "over_rounds": 12}


def under(scenario, values):
    parameters = scenario.parameters
    for path, value in values.items():
        parameters = parameter_paths.replace(parameters, path, value)
    return scenario.with_parameters(parameters)


def run_under(scenario, values, prices=None):
    made = under(scenario, values)
    steps = recorded_rounds(made, undisturbed=None if prices is None else GivenPrices(start_of(made), prices))
    for _ in steps:
        pass
    return steps.recording


def assert_paths_are_runs(scenario, values, prices=None, threads=1):
    found = Paths(scenario).run(prices, threads, values=values)
    rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    recordings = [run_under(scenario, row, None if prices is None else prices[place]) for place, row in enumerate(rows)]
    for place, recording in enumerate(recordings):
        assert_same(found, place, recording)
    accounts = [np.unique(recording.liquidated_accounts()) for recording in recordings]
    times = np.bincount(np.concatenate(accounts), minlength=len(found.times_liquidated))
    assert found.times_liquidated.tolist() == times.tolist()
    return found


@pytest.mark.parametrize(
    ("path", "each"),
    [
        ("markets.m.collateral.WETH.liquidation_threshold", [0.8, 0.7, 0.6, 0.9]),
        ("markets.m.collateral.WETH.liquidation_bonus", [0.05, 0.0, 0.12, 0.05]),
        ("markets.m.rules.close", [{"kind": "full"}, {"kind": "target_health", "target": 1.1}]),
        ("markets.m.rules.trigger", ["below", "at_or_below"]),
        ("markets.m.safety.reserve_usd", [0.0, 5_000.0]),
        ("assets.WETH.liquidity.depth_2pct_usd", [2e5, 1e4, 1e6]),
        ("assets.WETH.oracle", [{"kind": "market", "delay_rounds": 4}, {"kind": "fixed", "price": 1500.0}]),
        ("assets.WETH.price", [2000.0, 1500.0, 2500.0]),
        ("liquidators.gas_usd", [0.0, 400.0, 250.0]),
        ("liquidators.min_profit_usd", [None, 300.0, 450.0]),
        ("liquidators.priority", ["lowest_health", "book"]),
        ("liquidators.latency_rounds", [0, 3, 1]),
        ("liquidators.sell_over_rounds", [1, 7, 3]),
        ("shock.returns.WETH", [-0.1, -0.5, -0.35]),
        ("shock", [{"kind": "path", "returns": {"WETH": [-0.3, -0.1, -0.5]}}, {"kind": "sale", "usd": {"WETH": 3e6}}]),
        ("simulation.max_rounds", [1000, 1, 2]),
        ("simulation.dust_usd", [1e-6, 7_000.0]),
    ],
)
def test_that_any_parameter_can_differ_by_path(path, each):
    found = assert_paths_are_runs(engine.from_dict(MADE), {path: each})
    names = ("repaid_usd", "liquidator_profit_usd", "rounds", "bad_debt_usd", "lender_loss_usd", "borrower_loss_usd")
    quiet = path in ("markets.m.rules.trigger", "liquidators.priority", "markets.m.safety.reserve_usd")
    assert quiet or len({tuple(float(getattr(found, name)[place]) for name in names) for place in range(len(each))}) > 1


def test_that_how_much_is_repaid_can_differ_by_path():
    """It stands among what liquidators do, and decides together with each market's rules."""
    made = copy.deepcopy(MADE)
    made["assets"]["WETH"]["liquidity"]["depth_2pct_usd"] = 10_000.0
    sizes = ["best", "whole", "largest", "whole", "best"]
    for base in ("whole", "best"):
        made["liquidators"]["sizing"] = base
        found = assert_paths_are_runs(engine.from_dict(made), {"liquidators.sizing": sizes})
        assert len(set(found.repaid_usd.tolist())) == 3
        assert found.repaid_usd[0] == found.repaid_usd[4]


def test_that_each_seed_of_a_random_shock_makes_its_own_path():
    scenario = engine.from_dict(MADE | {"shock": WILD})
    found = assert_paths_are_runs(scenario, {"simulation.seed": [0, 1, 2, 3]})
    assert len(set(found.undisturbed[:, 1].tolist())) == 4


def test_that_a_random_shock_without_an_end_goes_on_to_the_last_round():
    endless = {"kind": "random", "process": {"kind": "gbm", "volatility": {"WETH": 1e-3}}}
    made = MADE | {"shock": endless, "simulation": {"max_rounds": 6}}
    found = assert_paths_are_runs(engine.from_dict(made), {"simulation.seed": [0, 1]})
    assert found.rounds.tolist() == [6, 6]


def test_that_prices_and_several_parameters_differ_by_path():
    scenario = engine.from_dict(MADE)
    prices = np.array([[[1.0, 2000.0 * fall]] * 2 for fall in (0.9, 0.6, 0.6, 0.7, 0.9)])
    values = {
        "markets.m.collateral.WETH.liquidation_threshold": np.array([0.8, 0.8, 0.75, 0.75, 0.8]),
        "assets.WETH.liquidity.depth_multiplier": [1.0, 0.1, 0.1, 0.1, 1.0],
        "liquidators.gas_usd": np.array([0.0, 10.0, 10.0, 20.0, 0.0]),
    }
    one = assert_paths_are_runs(scenario, values, prices, threads=1)
    two = assert_paths_are_runs(scenario, values, prices, threads=2)
    for name in one.__slots__:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes(), name


FALL, LONGER = {"kind": "instant", "returns": {"WETH": -0.4}}, {"kind": "path", "returns": {"WETH": [-0.3, -0.5]}}
SALE = {"kind": "sale", "usd": {"WETH": 3e6}}


@pytest.mark.parametrize("kind", ["liquidator", "absorb"])
def test_that_shocks_of_any_kind_and_length_come_to_their_runs_next_to_each_other(kind):
    made = copy.deepcopy(MADE)
    made["markets"]["m"]["rules"] = {**made["markets"]["m"].get("rules", {}), "settlement": {"kind": kind}}
    shocks = [FALL, FALL | {"returns": {"WETH": -0.1}}, LONGER, SALE, SALE | {"usd": {"WETH": 1e6}}, FALL]
    gas = [0.0, 0.0, 0.0, 0.0, 7.0, 7.0]
    assert_paths_are_runs(engine.from_dict(made), {"shock": shocks, "liquidators.gas_usd": gas})


def test_that_only_variants_that_differ_in_their_shock_are_played_in_one_call():
    along = Variants(engine.from_dict(MADE)).along(
        {"shock.returns.WETH": [-0.1, -0.2, -0.3, -0.4, -0.4], "liquidators.gas_usd": [0.0, 0.0, 1.0, 1.0, 1.0]}, None
    )
    assert [group.places.tolist() for group in groups(along, Along(None, None))] == [[0, 1], [2], [3, 4]]
    other = Variants(engine.from_dict(MADE)).along({"shock": [FALL, LONGER, LONGER, SALE]}, None)
    assert [group.places.tolist() for group in groups(other, Along(None, None))] == [[0], [1, 2], [3]]


def test_that_a_section_with_the_same_values_again_is_the_same_object_as_before():
    parameters = engine.from_dict(MADE).parameters
    bonus, close = "markets.m.collateral.WETH.liquidation_bonus", "markets.m.rules.close.close_factor"
    change = Changing(parameters, [bonus, "liquidators.gas_usd", close])
    one, other, third = change.to([0.07, 1.0, 0.4]), change.to([0.07, 2.0, 0.4]), change.to([0.07, 1.0, 0.3])
    assert one.markets["m"] is other.markets["m"]
    assert (one.liquidators.gas_usd, other.liquidators.gas_usd) == (1.0, 2.0)
    assert third.markets["m"] is not one.markets["m"]
    assert third.liquidators is one.liquidators


def test_that_a_whole_section_and_a_value_in_it_are_put_in_one_after_the_other():
    parameters = engine.from_dict(MADE).parameters
    change = Changing(parameters, ["shock.returns.WETH", "shock"])
    assert change.to([-0.2, FALL]).shock.returns["WETH"] == -0.4
    assert Changing(parameters, ["shock", "shock.returns.WETH"]).to([FALL, -0.2]).shock.returns["WETH"] == -0.2


def test_that_another_settlement_can_differ_by_path():
    scenario = engine.from_dict(MADE)
    kinds = [{"kind": "liquidator"}, {"kind": "absorb", "penalty": 0.05}]
    assert_paths_are_runs(scenario, {"markets.m.rules.settlement": kinds})


def test_that_without_prices_and_values_there_is_the_run_itself():
    scenario = engine.from_dict(MADE)
    found = Paths(scenario).run()
    assert found.rounds.shape == (1,)
    assert_same(found, 0, run_under(scenario, {}))


@settings(max_examples=max(5, settings().max_examples // 4))
@given(scenarios(most_accounts=20) | settled_scenarios(), st.data())
def test_that_paths_under_other_parameters_come_to_what_their_runs_come_to(given_scenario, data):
    scenario = engine.from_dict(copy.deepcopy(given_scenario))
    market, asset = next(iter(given_scenario["markets"])), next(iter(given_scenario["assets"]))
    numbers = st.sampled_from
    choices = {
        f"markets.{market}.collateral.{asset}.liquidation_threshold": [0.41, 0.67, 0.83],
        f"markets.{market}.collateral.{asset}.liquidation_bonus": [0.013, 0.17],
        f"markets.{market}.rules.legs": ["largest", "proportional"],
        f"assets.{asset}.liquidity.depth_multiplier": [0.31, 1.7],
        "liquidators.gas_usd": [0.0, 31.7],
        "liquidators.latency_rounds": [0, 2],
        "liquidators.buy_debt": [True, False],
    }
    chosen = data.draw(st.lists(numbers(sorted(choices)), min_size=1, max_size=3, unique=True))
    values = {path: [data.draw(numbers(choices[path])) for _ in range(3)] for path in chosen}
    first = table(scenario, 6)
    prices = np.array([first, first * 0.9, first * np.linspace(1.0, 0.7, 6)[:, None]])
    assert_paths_are_runs(scenario, values, prices if data.draw(st.booleans()) else None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"liquidators.gas": [1.0]}, "no such parameter"),
        ({"liquidators.gas_usd": [1.0, -1.0]}, "liquidators.gas_usd: -1"),
        ({"liquidators.gas_usd": 1.0}, "one value for each path"),
        ({"liquidators.gas_usd": []}, "no value"),
        ({"liquidators.gas_usd": [1.0, 2.0], "liquidators.latency_rounds": [1]}, "one for each of the 2 paths"),
    ],
)
def test_that_values_that_are_none_are_refused_in_words(values, said):
    with pytest.raises(engine.BadInput, match=said):
        Paths(engine.from_dict(MADE)).run(values=values)


@pytest.mark.parametrize(
    ("path", "value", "made_anew"),
    [
        ("liquidators.gas_usd", 3.0, set()),
        ("liquidators.sizing", "best", {"rules"}),
        ("markets.m.collateral.WETH.liquidation_bonus", 0.07, {"rules", "bounds", "safety"}),
        ("assets.WETH.liquidity.depth_multiplier", 0.5, {"curves", "selling"}),
        ("assets.WETH.oracle", {"kind": "fixed", "price": 1.0}, {"oracles", "first_oracle", "start"}),
        ("assets.WETH.price", 1999.0, {"oracles", "first_oracle", "start"}),
        ("simulation.round_seconds", 13.0, {"oracles", "first_oracle", "start"}),
        ("simulation.seed", 7, set()),
        ("cross_impact", [{"source": "WETH", "target": "USDC", "share": 0.1}], {"curves", "selling"}),
    ],
)
def test_that_what_is_not_changed_stays_the_very_same(path, value, made_anew):
    scenario = engine.from_dict(MADE)
    book = Paths(scenario).index.book
    known = KnownTables()
    before = Tables.of(scenario.parameters, book, known)
    changed = Changing(scenario.parameters, [path]).to([value])
    after = Tables.of(changed, book, known)
    assert after.parameters is changed
    names = ("rules", "bounds", "safety", "curves", "oracles", "selling", "first_oracle", "start")
    assert {name for name in names if getattr(after, name) is not getattr(before, name)} == made_anew


def test_that_a_cap_that_grows_by_the_year_follows_each_paths_own_rounds():
    """Three assets: the cap on the price of wstETH over WETH grows with the seconds that a round lasts."""
    made = copy.deepcopy(MADE)
    cap = {"ratio": 1.1, "growth_per_year": 0.5}
    made["assets"]["WST"] = {"price": 2400.0, "oracle": {"kind": "model", "base": "WETH", "ratio": 1.2, "cap": cap}}
    made["markets"]["m"]["collateral"]["WST"] = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    for place, loan in enumerate(made["loans"]):
        if place % 2:
            loan |= {"collateral_asset": "WST", "collateral_amount": 9.0}
    made["simulation"] = {"max_rounds": 40}
    made["shock"] = {"kind": "path", "returns": {"WETH": [0.0] * 39 + [-0.12]}}
    found = assert_paths_are_runs(engine.from_dict(made), {"simulation.round_seconds": [12.0, 200_000.0]})
    assert found.repaid_usd[0] != found.repaid_usd[1]
