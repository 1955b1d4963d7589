"""Many paths in one call come to what as many runs come to."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import engine
from engine.market.shocks import GivenPrices, undisturbed_prices
from engine.reading.recorded_run import recorded_rounds
from engine.running.paths import ENDED, Paths
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios

FIGURES = (
    "rounds", "liquidations", "accounts_liquidated", "repaid_usd", "seized_usd", "bad_debt_usd", "lender_loss_usd",
    "liquidatable_left", "liquidatable_left_debt_usd", "liquidator_profit_usd", "borrower_loss_usd",
    "max_reproduction_number", "insolvent_debt_usd", "total_loss_usd",
)  # fmt: skip
SMALL_BOOK = {
    "format": "cascade-scenario/1",
    "assets": {
        "USDC": {"price": 1.0},
        "WETH": {"price": 2000.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 200_000.0}},
    },
    "markets": {"m": {"collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
    "loans": [
        {"account": f"a{number}", "market": "m", "collateral_asset": "WETH", "collateral_amount": 10.0,
         "debt_asset": "USDC", "debt_amount": 6_000.0 + 150.0 * number}
        for number in range(60)
    ],
}  # fmt: skip
UNLIMITED = {"max_liquidations_per_round": None, "capacity_usd_per_round": None, "min_profit_usd": None}


def table(scenario, rounds):
    """The undisturbed prices of a scenario's own shock, (rounds, K)."""
    shock = undisturbed_prices(scenario.parameters)
    return np.array([shock.at(number) for number in range(1, rounds + 1)])


def start_of(scenario):
    return np.array([asset.price for asset in scenario.parameters.assets.values()])


def run_along(scenario, prices):
    steps = recorded_rounds(scenario, undisturbed=GivenPrices(start_of(scenario), prices))
    for _ in steps:
        pass
    return steps.recording


def assert_same(found, place, recording):
    """A path's figures are those of its run; sums to the rounding of another order of adding them."""
    summary = recording.summary()
    assert ENDED[found.ended[place]] == summary["ended"]
    money = abs(summary["repaid_usd"]) + abs(summary["seized_usd"]) + abs(summary["bad_debt_usd"]) + 1e-300
    for name in FIGURES:
        expected = math.nan if summary[name] is None else summary[name]
        got = getattr(found, name)[place]
        if name.endswith("_usd"):
            assert got == pytest.approx(expected, rel=1e-9, abs=1e-12 * money), name
        else:
            assert got == pytest.approx(expected, rel=1e-12, nan_ok=True), name
    last = recording.rounds[-1]
    assert found.undisturbed[place].tolist() == last.undisturbed.tolist()
    assert found.market[place] == pytest.approx(last.market, rel=1e-12)


@pytest.mark.parametrize("stays", ["stay", "write_off"])
def test_that_what_is_so_before_a_path_is_found_along_every_path(stays):
    """Somebody owes without collateral, and somebody is liquidatable, and is again, before any price has moved."""
    made = copy.deepcopy(SMALL_BOOK)
    made["markets"]["m"]["rules"] = {"bad_debt": stays}
    made["loans"] += [
        {"account": "nothing", "market": "m", "debt_asset": "USDC", "debt_amount": 7_000.0},
        {"account": "below", "market": "m", "collateral_asset": "WETH", "collateral_amount": 10.0,
         "debt_asset": "USDC", "debt_amount": 18_500.0},
    ]  # fmt: skip
    scenario = engine.from_dict(made)
    prices = np.repeat(start_of(scenario)[None, None], 3, axis=0)
    prices[:, :, list(scenario.parameters.assets).index("WETH")] *= np.array([1.0, 0.8, 1.0])[:, None]
    found = Paths(scenario).run(prices)
    assert found.bad_debt_usd.min() >= 7_000.0
    assert found.liquidations.min() >= 1
    for place in range(3):
        assert_same(found, place, run_along(scenario, prices[place]))


def test_that_paths_with_every_device_come_to_what_their_runs_come_to():
    """Recovery, instalments, a late oracle, latency, gas, a reserve and pauses, each with its part in some path."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"] |= {"permanent_share": 0.4, "recovery_half_life_rounds": 3.0}
    made["assets"]["WETH"]["oracle"] = {"kind": "market", "delay_rounds": 2}
    made["markets"]["m"]["safety"] = {"reserve_usd": 3_000.0, "pause_if_drop": 0.2, "pause_rounds": 3}
    made["liquidators"] = {"latency_rounds": 1, "gas_usd": 5.0, "sell_over_rounds": 4}
    scenario = engine.from_dict(made)
    falls = [
        [0.9, 0.8, 0.75], [0.9, 0.7, 0.5, 0.4, 0.3], [1.0], [0.6, 0.9, 1.1], [0.95, 0.7, 0.45, 0.3], [0.85, 0.84, 1.2],
    ]  # fmt: skip
    every = np.array([[[1.0, 2000.0 * fall] for fall in (path + [path[-1]] * 6)[:6]] for path in falls])
    found = Paths(scenario).run(every)
    recordings = [run_along(scenario, prices) for prices in every]
    for place, recording in enumerate(recordings):
        assert_same(found, place, recording)
    liquidated = [set(recording.events.account.tolist()) for recording in recordings]
    assert found.times_liquidated.tolist() == [sum(account in some for some in liquidated) for account in range(60)]
    assert len(set(found.times_liquidated.tolist())) > 2
    assert sum(bool(step.paused.any()) for recording in recordings for step in recording.rounds) > 2
    assert (found.lender_loss_usd > 0.0).any()
    assert ((found.bad_debt_usd > 0.0) & (found.lender_loss_usd < found.bad_debt_usd)).sum() > 1


def test_that_a_path_waits_for_sales_that_move_no_price():
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"] = {"model": "infinite"}
    made["liquidators"] = {"sell_over_rounds": 6}
    scenario = engine.from_dict(made)
    fall = np.array([[1.0, 1400.0]])
    found, recording = Paths(scenario).run(fall[None]), run_along(scenario, fall)
    assert_same(found, 0, recording)
    assert found.rounds[0] > 6


def test_that_a_path_cut_off_while_a_sale_is_pending_says_so():
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"] = {"model": "infinite"}
    made["liquidators"] = {"sell_over_rounds": 10**6}
    made["simulation"] = {"max_rounds": 4}
    scenario = engine.from_dict(made)
    fall = np.array([[1.0, 1400.0]])
    found, recording = Paths(scenario).run(fall[None]), run_along(scenario, fall)
    assert_same(found, 0, recording)
    assert recording.ended == "max_rounds reached"


def test_that_a_path_waits_for_an_oracle_that_moves_slowly():
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"] = {"model": "infinite"}
    made["assets"]["WETH"]["oracle"] = {"kind": "market", "max_move": 0.02}
    scenario = engine.from_dict(made)
    fall = np.array([[1.0, 1300.0]])
    found, recording = Paths(scenario).run(fall[None]), run_along(scenario, fall)
    assert_same(found, 0, recording)
    assert found.rounds[0] > 20
    assert found.liquidations[0] > 0


def uneven_book(liquidators, **asset):
    """Accounts of many sizes and healths, in no order of either, some of the same debt; WETH also owed."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"] |= asset
    made["liquidators"] = liquidators
    sizes = [1.0, 8.0, 2.0, 8.0, 0.1, 3.0, 8.0, 0.02, 5.0, 1.0]
    made["loans"] = [
        {"account": f"a{place}", "market": "m", "collateral_asset": "WETH", "collateral_amount": size * stretch,
         "debt_asset": "USDC", "debt_amount": size * 1_300.0}
        for place, (size, stretch) in enumerate((size, 1.0 + 0.002 * step) for step in range(6) for size in sizes)
    ]  # fmt: skip
    return engine.from_dict(made)


def assert_paths_are_runs(scenario, every):
    """Each path comes to what its run comes to; returns the recordings."""
    found = Paths(scenario).run(every)
    recordings = [run_along(scenario, prices) for prices in every]
    for place, recording in enumerate(recordings):
        assert_same(found, place, recording)
    accounts = [recording.liquidated_accounts() for recording in recordings]
    times = np.bincount(np.concatenate([np.unique(each) for each in accounts]), minlength=len(found.times_liquidated))
    assert found.times_liquidated.tolist() == times.tolist()
    return recordings


FALLS = np.array([[[1.0, 2000.0 * fall] for fall in path] for path in ([0.79, 0.7, 0.75], [0.8, 0.72, 0.6], [0.5] * 3)])


@pytest.mark.parametrize("priority", ["largest_debt", "lowest_health", "largest_profit", "book"])
@pytest.mark.parametrize(
    "limits",
    [
        {"max_liquidations_per_round": 7},
        {"capacity_usd_per_round": 30_000.0},
        {"min_profit_usd": 10.0, "gas_usd": 20.0},
        {"min_profit_usd": -5.0, "gas_usd": 7.0, "max_liquidations_per_round": 9, "calls_per_round": 2,
         "latency_rounds": 1},
    ],
    ids=["count", "capacity", "least profit", "all"],
)  # fmt: skip
def test_that_limited_liquidators_serve_paths_in_the_order_of_their_runs(priority, limits):
    scenario = uneven_book({"priority": priority} | limits)
    recordings = assert_paths_are_runs(scenario, FALLS)
    first = next(step for step in recordings[-1].rounds if step.liquidations.any())
    assert 0 < first.liquidations.sum() < first.liquidatable_left  # the order matters: not all were served


@pytest.mark.parametrize("profit", [None, 0.0])
@pytest.mark.parametrize(
    "crowd",
    [{"gas_exponent": 1.5}, {"gas_exponent": 0.0, "latency_rounds": 1}, {"gas_exponent": 2.0, "latency_rounds": 2}],
    ids=["gas", "latency", "both"],
)
def test_that_congestion_and_a_least_debt_are_along_paths_what_they_are_in_runs(crowd, profit):
    congestion = {"candidates": 5} | crowd
    given = {"congestion": congestion, "gas_usd": 4.0, "min_profit_usd": profit, "min_debt_usd": 500.0}
    recordings = assert_paths_are_runs(uneven_book(given), FALLS)
    calm = [run_along(uneven_book(given | {"congestion": None}), prices) for prices in FALLS]
    names = ("liquidator_profit_usd", "rounds", "liquidatable_left")
    assert [[each.summary()[name] for name in names] for each in recordings] != [
        [each.summary()[name] for name in names] for each in calm
    ]
    assert all(recording.summary()["small_accounts_left"] for recording in recordings)


def test_that_nobody_is_passed_over_whom_a_purchase_within_the_round_makes_worth_liquidating():
    """Repaid WETH is bought: shorts raise what the WETH of others sells for above its price at the start."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"]["depth_2pct_usd"] = 40_000.0
    made["assets"]["USDC"]["liquidity"] = {"model": "infinite"}
    made["markets"] = {
        "s": {"collateral": {"USDC": {"liquidation_threshold": 0.9, "liquidation_bonus": 0.05}}},
        "m": {"collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.0}}},
    }
    made["liquidators"] = {"min_profit_usd": 1.0, "buy_debt": True}
    made["loans"] = [
        {"account": "short", "market": "s", "collateral_asset": "USDC", "collateral_amount": 99_000.0,
         "debt_asset": "WETH", "debt_amount": 46.0},
        {"account": "long", "market": "m", "collateral_asset": "WETH", "collateral_amount": 1.0,
         "debt_asset": "USDC", "debt_amount": 1_590.0},
    ]  # fmt: skip
    scenario = engine.from_dict(made)
    recordings = assert_paths_are_runs(scenario, np.array([[[1.0, 1980.0]]]))
    first = recordings[0].rounds[1]
    assert recordings[0].liquidated_accounts()[first.first_event : first.last_event].tolist() == [0, 1]


@pytest.mark.parametrize("buys", [False, True])
def test_that_none_of_a_long_queue_is_passed_over_who_still_earns_enough(buys):
    """The largest debts bring WETH down; WBTC still sells well, and WETH does again where repaid WETH is bought."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["liquidity"]["depth_2pct_usd"] = 20_000.0
    made["assets"]["WBTC"] = {"price": 20_000.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1e8}}
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.08}
    made["markets"]["m"]["collateral"] = dict.fromkeys(("WETH", "WBTC", "USDC"), listed)
    made["liquidators"] = {"min_profit_usd": 1.0, "gas_usd": 2.0, "buy_debt": buys}
    made["loans"] = []
    for place in range(200):
        owed, kind = 8_000.0 * 0.98**place, "WETH" if place < 50 else ("WETH", "WBTC", "USDC")[place % 3]
        held = {"WETH": owed / 1_480.0, "WBTC": owed / 14_800.0, "USDC": owed * 1.05}[kind]
        debt, amount = ("WETH", owed / 2_000.0) if kind == "USDC" else ("USDC", owed)
        made["loans"].append({"account": f"a{place}", "market": "m", "collateral_asset": kind,
                              "collateral_amount": held, "debt_asset": debt, "debt_amount": amount})  # fmt: skip
    prices = np.array([[[1.0, 1_800.0, 18_000.0]], [[1.0, 1_900.0, 17_000.0]]])
    recordings = assert_paths_are_runs(engine.from_dict(made), prices)
    first = recordings[0].rounds[1]
    served = recordings[0].liquidated_accounts()[first.first_event : first.last_event]
    assert 40 < len(served) < first.liquidatable_left + len(served)
    assert (served < 50).any()
    assert (served >= 150).any()


def test_that_liquidators_who_may_lose_something_serve_whom_they_lose_little_on():
    """The oracle is stuck: each liquidation loses a part of what it repays, and where little is held that is little."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"] |= {"oracle": {"kind": "fixed", "price": 2000.0}, "liquidity": {"model": "infinite"}}
    made["liquidators"] = {"min_profit_usd": -50.0}
    made["loans"] = [
        {"account": "a", "market": "m", "collateral_asset": "WETH", "collateral_amount": 0.05,
         "debt_asset": "USDC", "debt_amount": 5_000.0},
    ]  # fmt: skip
    recordings = assert_paths_are_runs(engine.from_dict(made), np.array([[[1.0, 1600.0]]]))
    assert recordings[0].summary()["liquidations"] == 1


@settings(max_examples=max(5, settings().max_examples // 2))
@given(scenarios(most_accounts=30), st.integers(1, 3), st.sampled_from(["free", "limited", "for profit", "congested"]))
def test_that_paths_come_to_what_their_runs_come_to(given_scenario, threads, liquidators):
    made = copy.deepcopy(given_scenario)
    if liquidators == "free":
        made["liquidators"] |= UNLIMITED
    elif liquidators == "for profit":
        made["liquidators"] |= {"min_profit_usd": 13.7, "gas_usd": 27.1}
    elif liquidators == "congested":
        crowd = {"candidates": 2, "gas_exponent": 0.7, "latency_rounds": 1}
        made["liquidators"] |= {"congestion": crowd, "gas_usd": 2.3, "min_debt_usd": 61.3}
    scenario = engine.from_dict(made)
    first = table(scenario, 12)
    down = first * np.linspace(0.98, 0.7, 12)[:, None]
    back = first * np.concatenate([np.linspace(0.95, 0.6, 4), np.linspace(0.7, 1.3, 8)])[:, None]
    every = np.array([first, down, back, first])
    found = Paths(scenario).run(every, threads)
    times = np.zeros(len(found.times_liquidated), dtype=np.int64)
    for place, prices in enumerate(every):
        recording = run_along(scenario, prices)
        event(f"{liquidators}, {recording.ended}, liquidations: {len(recording.events) > 0}")
        assert_same(found, place, recording)
        times[np.unique(recording.events.account)] += 1
    assert found.times_liquidated.tolist() == times.tolist()


@settings(max_examples=max(5, settings().max_examples // 2))
@given(settled_scenarios(), st.integers(1, 2))
def test_that_paths_of_other_settlements_come_to_what_their_runs_come_to(given_scenario, threads):
    """One market or several, each settled in a way of its own, liquidators among them; some paths come back."""
    scenario = engine.from_dict(given_scenario)
    first = table(scenario, 10)
    down = first * np.linspace(0.98, 0.7, 10)[:, None]
    there_and_back = first * np.concatenate([np.linspace(0.9, 0.6, 3), np.linspace(0.8, 1.4, 7)])[:, None]
    every = np.array([first, down, there_and_back, first * 0.9, down])
    found = Paths(scenario).run(every, threads)
    times = np.zeros(len(found.times_liquidated), dtype=np.int64)
    for place, prices in enumerate(every):
        recording = run_along(scenario, prices)
        kinds = sorted({market["rules"]["settlement"]["kind"] for market in given_scenario["markets"].values()})
        event(f"{', '.join(kinds)}; {recording.ended}; liquidations: {len(recording.events) > 0}")
        assert_same(found, place, recording)
        times[np.unique(recording.liquidated_accounts())] += 1
    assert found.times_liquidated.tolist() == times.tolist()
    assert found.repaid_usd[1] == found.repaid_usd[4]  # nothing is left of the paths before


def settled_book(settlement, **market):
    made = copy.deepcopy(SMALL_BOOK)
    made["markets"]["m"] |= market
    made["markets"]["m"]["rules"] = {"settlement": settlement, "close": {"kind": "full"}}
    made["simulation"] = {"max_rounds": 120}
    return made


@pytest.mark.parametrize(
    ("settlement", "happens"),
    [
        ({"kind": "absorb", "penalty": 0.05, "storefront_discount": 0.01, "buyers_usd_per_round": 40_000.0},
         lambda recordings: any(step.sold.any() and not step.liquidations.any() for step in recordings[0].rounds)),
        ({"kind": "auction", "buffer": 1.02, "curve": {"kind": "stairstep", "cut": 0.98, "step_rounds": 2},
          "reset_rounds": 9, "hole_usd": 90_000.0},
         lambda recordings: any(len(recording.auction_starts) > 1 for recording in recordings)),
        ({"kind": "stability_pool", "pool_usd": 60_000.0, "sell_share": 0.6},
         lambda recordings: any(recording.redistributions for recording in recordings)),
        ({"kind": "margin", "insurance_usd": 1_000.0, "residual": "trader"},
         lambda recordings: len({bool(recording.summary()["lender_loss_usd"]) for recording in recordings}) == 2),
    ],
    ids=["absorb", "auction", "stability pool", "margin"],
)  # fmt: skip
def test_that_each_settlement_is_along_paths_what_it_is_in_runs(settlement, happens):
    falls = ([0.79, 0.7, 0.75], [0.8, 0.72, 0.6, 0.9, 1.0, 0.7, 0.6], [0.5] * 3, [0.95], [0.76, 0.77, 0.9])
    longest = max(map(len, falls))
    every = np.array([[[1.0, 2000.0 * fall] for fall in (path + [path[-1]] * longest)[:longest]] for path in falls])
    safety = {"safety": {"reserve_usd": 2_000.0, "pause_if_drop": 0.22, "pause_rounds": 2}}
    recordings = assert_paths_are_runs(engine.from_dict(settled_book(settlement, **safety)), every)
    assert happens(recordings)
    assert sum(recording.summary()["liquidations"] > 0 for recording in recordings) >= 3


@pytest.mark.parametrize("settlement", [{"kind": "liquidator"}, {"kind": "absorb", "penalty": 0.05}])
def test_that_prices_drawn_in_pieces_are_those_drawn_at_once(monkeypatch, settlement):
    """A shock that never ends, along two paths of different sales from outside, which begin anew."""
    made = settled_book(settlement)
    made["shock"] = {"kind": "random", "process": {"kind": "gbm", "volatility": {"WETH": 60.0}}}
    made["simulation"] = {"max_rounds": 50}
    scenario = engine.from_dict(made)
    sale = engine.OutsideSale(np.array([[0.0, 0.0], [0.0, 400.0], [0.0, 0.0]]), rounds=2)
    whole = Paths(scenario).run(outside=sale, values={"liquidators.gas_usd": [0.0] * 3})
    monkeypatch.setattr("engine.running.path_groups._ROWS_AT_ONCE", 7)
    pieces = Paths(scenario).run(outside=sale, values={"liquidators.gas_usd": [0.0] * 3})
    for name in whole.__slots__:
        assert getattr(whole, name).tobytes() == getattr(pieces, name).tobytes(), name
    assert whole.liquidations[1] > 0
    assert whole.rounds.tolist() == [50] * 3
    assert_same(pieces, 0, engine.run(scenario))


def test_that_the_number_of_threads_changes_no_bit():
    scenario = engine.from_dict(SMALL_BOOK)
    rng = np.random.default_rng(3)
    every = start_of(scenario) * np.cumprod(rng.uniform(0.93, 1.05, (200, 20, 2)), axis=1)
    paths = Paths(scenario)
    one, two = paths.run(every, 1), paths.run(every, 2)
    for name in one.__slots__:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes(), name
    assert len(set(one.liquidations.tolist())) > 3


def test_that_paths_may_be_allowed_any_number_of_rounds():
    few = engine.from_dict(SMALL_BOOK)
    many = engine.from_dict(SMALL_BOOK | {"simulation": {"max_rounds": 10**12}})
    fall = np.array([[[1.0, 1500.0]]])
    found = [Paths(scenario).run(fall) for scenario in (few, many)]
    assert found[0].liquidations[0] > 0
    for name in ("rounds", "ended", "liquidations", "repaid_usd", "market"):
        assert getattr(found[0], name).ravel() == pytest.approx(getattr(found[1], name).ravel(), rel=1e-12)


def test_that_paths_can_be_stopped_and_say_so():
    scenario = engine.from_dict(SMALL_BOOK)
    stop = np.ones(1, dtype=np.uint8)
    found = Paths(scenario).run(np.ones((3, 5, 2)), 1, stop)
    assert [ENDED[code] for code in found.ended] == ["stopped"] * 3
    assert found.liquidations.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (np.ones((2, 3)), "paths of shape"),
        (np.ones((0, 3, 2)), "paths of shape"),
        (np.ones((1, 3, 5)), "paths of shape"),
        (np.zeros((1, 3, 2)), "above 0"),
        (np.full((1, 3, 2), np.nan), "finite"),
    ],
)
def test_that_paths_that_are_none_are_refused_in_words(paths, said):
    with pytest.raises(ValueError, match=said):
        Paths(engine.from_dict(SMALL_BOOK)).run(paths)


def test_that_oracles_look_back_over_far_more_rounds_than_a_history_keeps_at_least():
    """Two hundred rounds, of which feeds look back on up to eighty: each price must come from its own round."""
    made = copy.deepcopy(SMALL_BOOK)
    made["assets"]["WETH"]["oracle"] = {"kind": "market", "delay_rounds": 80}
    made["assets"]["BTC"] = {"price": 2000.0, "oracle": {"kind": "twap", "window_rounds": 70}}
    made["markets"]["m"]["collateral"]["BTC"] = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}
    for place, loan in enumerate(made["loans"]):
        loan["collateral_asset"] = "BTC" if place % 2 else "WETH"
    made["simulation"] = {"max_rounds": 10**9}
    scenario = engine.from_dict(made)
    falls = 2000.0 * np.cumprod(np.random.default_rng(5).uniform(0.985, 1.013, 200))
    prices = np.stack([np.ones(200), falls, falls], axis=1)
    recordings = assert_paths_are_runs(scenario, prices[None])
    rounds = recordings[0].rounds
    late = {name: place for place, name in enumerate(scenario.parameters.assets)}
    for number in (90, 130, 199):
        assert rounds[number].oracle[late["WETH"]] == rounds[number - 80].market_before[late["WETH"]]
        window = [rounds[each].market_before[late["BTC"]] for each in range(number - 69, number + 1)]
        assert rounds[number].oracle[late["BTC"]] == pytest.approx(np.mean(window), rel=1e-12)
    assert recordings[0].summary()["liquidations"] > 0
