"""A sale from outside (Method, section 4): what it does to prices, what it earns, and what is counted apart from it."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine
from engine.market.outside_sale import OutsideSale
from engine.running.paths import Paths
from tests.engine.properties.conservation import check_conservation
from tests.engine.properties.scenarios import scenarios
from tests.engine.test_paths import SMALL_BOOK, assert_same, run_along, start_of

DEPTH = 1e6
EXPONENTIAL = {"model": "exponential", "depth_2pct_usd": -DEPTH * math.log(0.98)}
"""Selling u leaves exp(-u / 1,000,000) of the price."""


def made(usd, rounds=1, liquidity=EXPONENTIAL, **others):
    data = copy.deepcopy(SMALL_BOOK)
    data["assets"]["WETH"]["liquidity"] = liquidity
    data["shock"] = {"kind": "sale", "usd": {"WETH": usd}, "over_rounds": rounds}
    return data | others


def ran(usd, rounds=1, liquidity=EXPONENTIAL, **others):
    return engine.run(engine.from_dict(made(usd, rounds, liquidity, **others)))


def test_that_the_seller_gets_the_integral_of_the_curve():
    """No loan is liquidated above 1,875 USD, a fall of 6.25 %."""
    summary = ran(50_000.0).summary()
    assert summary["liquidations"] == 0
    assert summary["seed_proceeds_usd"] == pytest.approx(DEPTH * (1 - math.exp(-0.05)), rel=1e-12)
    assert summary["seed_average_price"] == {"WETH": pytest.approx(DEPTH * (1 - math.exp(-0.05)) / 25, rel=1e-12)}
    assert summary["amplification"] == {"USDC": None, "WETH": pytest.approx(1.0)}


def test_that_later_parts_of_a_sale_meet_what_liquidators_have_sold_meanwhile():
    """Each part earns on its own: what was sold in between is on the book before it."""
    recording = ran(600_000.0, 2)
    first, second = recording.rounds[1], recording.rounds[2]
    assert first.liquidations.sum() > 0
    tokens = np.array([first.outstanding[1], second.outstanding[1] - 150.0])  # before the second part
    assert tokens[0] == pytest.approx(150.0)
    sold = [0.0, tokens[1] * 2000.0 / DEPTH]
    parts = [DEPTH * (math.exp(-start) - math.exp(-start - 0.3)) for start in sold]
    assert tokens[1] == pytest.approx(150.0 + first.sold[1])
    assert recording.summary()["seed_proceeds_usd"] == pytest.approx(sum(parts), rel=1e-12)


def test_that_a_sale_that_is_cut_off_tells_what_was_sold_by_then():
    recording = ran(50_000.0, 5, simulation={"max_rounds": 2})
    summary = recording.summary()
    assert summary["ended"] == "max_rounds reached"
    assert summary["seed_proceeds_usd"] == pytest.approx(DEPTH * (1 - math.exp(-0.02)), rel=1e-12)
    assert summary["seed_average_price"]["WETH"] == pytest.approx(DEPTH * (1 - math.exp(-0.02)) / 10, rel=1e-12)


def test_that_least_profit_is_reckoned_with_the_sale_on_the_book():
    """A fall of 30 % either way. Beyond the sale each token is worth 2,000 on the curve, not 1,400: it sells worse."""
    shallow = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    picky = {"liquidators": {"min_profit_usd": 0.0}, "simulation": {"max_rounds": 1}}
    fallen = made(0.0, liquidity=shallow, **picky) | {"shock": {"kind": "instant", "returns": {"WETH": -0.3}}}
    without = engine.run(engine.from_dict(fallen)).rounds[1]
    after = ran(20_000.0 * math.log(0.7) / math.log(0.98), liquidity=shallow, **picky).rounds[1]
    assert after.oracle[1] == pytest.approx(without.oracle[1], rel=1e-12)
    assert 0 < after.liquidations.sum() < without.liquidations.sum()


def test_that_a_sale_is_in_no_figure_of_a_round_and_in_nobodys_profit():
    recording = ran(400_000.0)
    step = recording.rounds[1]
    received = float(step.seized_usd.sum() / step.oracle[1])
    assert step.sold[1] == pytest.approx(received)
    assert step.market_before[1] == pytest.approx(2000 * math.exp(-0.4))
    assert step.liquidator_profit_usd == pytest.approx(step.proceeds_usd.sum() - step.repaid_usd.sum())
    check_conservation(recording)


def test_that_prices_from_outside_follow_the_recovery_of_the_sale_alone():
    curve = EXPONENTIAL | {"permanent_share": 0.25, "recovery_half_life_rounds": 1}
    recording = ran(400_000.0, 2, curve, simulation={"max_rounds": 4})
    left = [0.2, 0.05 + 0.075 + 0.2, 0.1 + 0.0375 + 0.075, 0.1 + (0.0375 + 0.075) / 2]
    found = [recording.outside.prices(number)[1] for number in range(1, 5)]
    assert found == pytest.approx([2000 * math.exp(-share) for share in left], rel=1e-12)
    assert recording.outside.prices(0).tolist() == [1.0, 2000.0]


def test_that_amplification_is_the_whole_fall_over_that_of_the_sale_alone():
    recording = ran(400_000.0)
    whole = 1 - recording.rounds[-1].market[1] / 2000
    found = recording.summary()["amplification"]["WETH"]
    assert found == pytest.approx(whole / (1 - math.exp(-0.4)), rel=1e-12)
    assert found > 1.05


@pytest.mark.parametrize(("share", "left_out"), [(0.9e-6, True), (1.1e-6, False)])
def test_that_next_to_nothing_from_outside_has_no_amplification(share, left_out):
    for shock in (
        {"kind": "instant", "returns": {"WETH": -share}},
        {"kind": "sale", "usd": {"WETH": -DEPTH * math.log(1 - share)}},
    ):
        recording = engine.run(engine.from_dict(made(0.0) | {"shock": shock}))
        assert (recording.summary()["amplification"]["WETH"] is None) is left_out


def test_that_without_a_sale_nothing_is_said_of_one():
    summary = engine.run(engine.from_dict(SMALL_BOOK)).summary()
    assert not [name for name in summary if name.startswith("seed")]


@settings(max_examples=max(10, settings().max_examples // 2))
@given(scenarios(most_accounts=20), st.floats(1e-6, 3.0), st.integers(1, 4))
def test_that_a_sale_twice_as_large_never_leaves_the_seller_a_higher_price(given_scenario, size, rounds):
    """In the first round, before anybody can be liquidated by it: neither the price nor the average rises."""
    loans = sum(row.get("collateral_amount") or 0.0 for row in given_scenario["loans"])
    assume(loans > 0)
    name = next(iter(given_scenario["assets"]))
    prices, averages = [], []
    for factor in (1.0, 2.0):
        data = copy.deepcopy(given_scenario)
        data["cross_impact"] = []
        data["shock"] = {"kind": "sale", "usd": {name: factor * size * 1e5}, "over_rounds": rounds}
        data["simulation"] = {**data["simulation"], "max_rounds": 1}
        recording = engine.run(engine.from_dict(data))
        check_conservation(recording)
        prices.append(recording.rounds[1].market_before[0])
        averages.append(recording.summary()["seed_average_price"].get(name, prices[0]))
    assert prices[1] <= prices[0] * (1 + 1e-12)
    assert averages[1] <= averages[0] * (1 + 1e-12)


@settings(max_examples=max(10, settings().max_examples // 2))
@given(scenarios(most_accounts=20, later=frozenset({"sale", "cap"})), st.booleans(), st.floats(1e-6, 2.0))
def test_that_paths_with_a_sale_come_to_what_their_runs_come_to(given_scenario, limited, size):
    data = copy.deepcopy(given_scenario)
    if not limited:
        data["liquidators"] |= {
            "max_liquidations_per_round": None, "capacity_usd_per_round": None, "min_profit_usd": None
        }  # fmt: skip
    data["shock"] = {"kind": "sale", "usd": {next(iter(data["assets"])): size * 1e5}, "over_rounds": 3}
    scenario = engine.from_dict(data)
    start = np.array([asset.price for asset in scenario.parameters.assets.values()])
    every = start * np.array([np.ones((2, 1)), np.linspace(0.97, 0.7, 2)[:, None]])
    found = Paths(scenario).run(every)
    for place, prices in enumerate(every):
        recording = run_along(scenario, prices)
        assert_same(found, place, recording)
        assert found.seed_proceeds_usd[place] == pytest.approx(recording.summary()["seed_proceeds_usd"], rel=1e-9)
        assert found.outside[place] == pytest.approx(recording.outside.prices(), rel=1e-12)


@pytest.mark.parametrize("limits", [{}, {"capacity_usd_per_round": 1e5}], ids=["played", "run by run"])
def test_that_each_path_can_have_a_sale_of_its_own(limits):
    scenario = engine.from_dict(SMALL_BOOK | {"liquidators": limits})
    every = np.array([[[1.0, 2000.0]]] * 3)
    tokens = np.array([[0.0, 0.0], [0.0, 500.0], [0.0, 900.0]])
    found = Paths(scenario).run(every, outside=OutsideSale(tokens, 2))
    for place, sold in enumerate((0.0, 2_000_000.0, 3_600_000.0)):
        shock = {"kind": "sale", "usd": {"WETH": sold}, "over_rounds": 2}
        recording = engine.run(engine.from_dict(SMALL_BOOK | {"liquidators": limits, "shock": shock}))
        assert_same(found, place, recording)
        assert found.seed_proceeds_usd[place] == pytest.approx(recording.summary()["seed_proceeds_usd"], rel=1e-12)
        assert found.outside[place] == pytest.approx(recording.outside.prices(), rel=1e-12)
    assert found.liquidations[0] == 0 < found.liquidations[1] < found.liquidations[2]


@pytest.mark.parametrize("tokens", [[0.0], [[0.0, 1.0]] * 2, [0.0, -1.0], [0.0, math.nan]])
def test_that_sales_that_are_none_are_refused_in_words(tokens):
    with pytest.raises(ValueError, match="tokens"):
        Paths(engine.from_dict(SMALL_BOOK)).run(np.ones((3, 1, 2)), outside=OutsideSale(np.array(tokens), 1))


def test_that_along_a_path_assets_sold_at_once_meet_the_cross_term_as_before_the_sale():
    """Half of the fall of WETH reaches WBTC, and lowers what WBTC earns from the second round on."""
    data = made(1e6, 2, simulation={"max_rounds": 2})
    data["cross_impact"] = [{"from": "WETH", "to": "WBTC", "share": 0.5}]
    data["assets"]["WBTC"] = {"price": 100.0}
    data["shock"]["usd"]["WBTC"] = 1e6
    data["loans"] = [data["loans"][0] | {"debt_amount": 1.0}]
    scenario = engine.from_dict(data)
    found = Paths(scenario).run(start_of(scenario)[None, None, :])
    earned = DEPTH * (1 - math.exp(-1.0)) + 5e5 + 5e5 * math.exp(-0.25)
    assert found.seed_proceeds_usd[0] == pytest.approx(earned, rel=1e-12)
    assert engine.run(scenario).summary()["seed_proceeds_usd"] == pytest.approx(earned, rel=1e-12)
