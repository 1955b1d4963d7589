"""What must hold whatever the scenario: invariance, scaling, sameness of bits, ends, prices."""

from __future__ import annotations

import copy
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine
from engine.reading.round_view import round_view
from engine.recording.records import STOPPED
from tests.engine.properties.comparing import differences
from tests.engine.properties.scenarios import scenarios
from tests.reference.both_engines import play, play_slowly
from tests.slow_engine import book, defaults


def every_number(recording):
    """All figures of a run as bytes, so that NaN and -0 count too."""
    parts = []
    for step in recording.rounds:
        for name in step.__slots__:
            value = getattr(step, name)
            parts.append(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    events, bad = recording.events, recording.bad_debts
    parts += [getattr(events, name).tobytes() for name in events.__slots__]
    parts += [getattr(bad, name).tobytes() for name in bad.__slots__]
    return parts


@given(scenarios())
def test_that_a_run_repeated_is_the_same_to_the_last_bit(scenario):
    made = engine.from_dict(scenario)
    first = every_number(engine.run(made))
    assert every_number(engine.run(made)) == first
    assert every_number(engine.run(engine.from_dict(copy.deepcopy(scenario)))) == first


@settings(max_examples=max(5, settings().max_examples // 4))
@given(st.lists(scenarios(), min_size=2, max_size=3))
def test_that_runs_on_two_threads_at_once_are_the_same_to_the_last_bit(several):
    made = [engine.from_dict(scenario) for scenario in several] * 2
    alone = [every_number(engine.run(scenario)) for scenario in made]
    with ThreadPoolExecutor(2) as threads:
        together = [every_number(recording) for recording in threads.map(engine.run, made)]
    assert together == alone


@given(scenarios(), st.integers(0, 12))
def test_that_a_run_stopped_has_the_first_rounds_of_the_whole_one(scenario, count):
    made = engine.from_dict(scenario)
    whole = engine.run(made)
    rounds = engine.rounds(made)
    for _ in range(min(count, len(whole.rounds) - 1)):
        next(rounds)
    before = rounds.ended
    rounds.close()
    kept = rounds.recording
    assert kept.ended == (before or STOPPED)
    assert list(rounds) == []
    length = len(kept.rounds)
    assert length == min(count, len(whole.rounds) - 1) + 1
    whole_state, state = whole.state(length - 1), kept.state(length - 1)
    assert (state.collateral_amount == whole_state.collateral_amount).all()
    assert (state.debt_amount == whole_state.debt_amount).all()
    for ours, theirs in zip(kept.rounds, whole.rounds, strict=False):
        assert ours.market.tobytes() == theirs.market.tobytes()
        assert ours.repaid_usd.tobytes() == theirs.repaid_usd.tobytes()


@given(scenarios(), st.randoms(use_true_random=False))
def test_that_the_order_of_rows_does_not_matter_but_for_ties(scenario, random):
    assume(scenario["liquidators"]["priority"] != "book")  # there the order is the rule
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    shuffled = scenario | {"loans": random.sample(scenario["loans"], len(scenario["loans"]))}
    assert_same(slow, in_the_order_of(slow, play(shuffled)), scenario)


@given(scenarios(), st.randoms(use_true_random=False))
def test_that_the_order_of_assets_and_markets_does_not_matter_but_for_ties(scenario, random):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    turned = scenario | {
        key: dict(random.sample(list(scenario[key].items()), len(scenario[key]))) for key in ("assets", "markets")
    }
    assert_same(slow, in_the_order_of(slow, play(turned)), scenario)


def in_the_order_of(slow, fast):
    """The same result with accounts and the pairs of an event in the order of another."""
    place = {(account["market"], account["account"]): i for i, account in enumerate(slow["accounts"])}
    fast["accounts"].sort(key=lambda account: place[account["market"], account["account"]])
    assets = list(slow["rounds"][0]["market"])
    pairs, calls = [], []
    for event in fast["events"]:
        call = (event["round"], event["market"], event["account"], event["health_before"], event["health_after"])
        if not calls or calls[-1] != call:
            pairs.append([])
        calls.append(call)
        pairs[-1].append(event)
    for of_call in pairs:
        of_call.sort(key=lambda event: (assets.index(event["collateral_asset"]), assets.index(event["debt_asset"])))
    fast["events"] = [event for of_call in pairs for event in of_call]
    return fast


def assert_same(slow, fast, scenario):
    found = differences(slow, fast, scenario)
    assert not found, "\n".join(found[:20])


@given(scenarios(), st.sampled_from([1 / 64, 0.5, 4, 1024]))
def test_that_another_unit_of_money_changes_only_the_unit(scenario, unit):
    """Every USD figure of the input times a power of two: amounts stay, USD figures are multiplied."""
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    assert_same(slow, in_units(play(in_another_money(scenario, unit)), 1 / unit), scenario)


@given(scenarios(), st.sampled_from([1 / 8, 2, 512]))
def test_that_a_book_and_depths_that_are_larger_alike_fall_alike(scenario, size):
    """Amounts and depths times a power of two: prices and health stay, flows are multiplied."""
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    scaled = copy.deepcopy(scenario)
    for row in scaled["loans"]:
        for key in ("collateral_amount", "debt_amount"):
            if key in row:
                row[key] *= size
    for asset in scaled["assets"].values():
        liquidity = asset["liquidity"]
        liquidity["depth_multiplier"] = liquidity.get("depth_multiplier", 1.0) * size
    multiply_limits(scaled, size)
    fast = in_units(play(scaled), 1 / size, prices=False)
    for step in fast["rounds"]:
        for key in ("sold", "bought"):
            step[key] = {name: value / size for name, value in step[key].items()}
    for event in fast["events"]:
        for key in ("seized", "repaid", "to_protocol"):
            event[key] /= size
    for account in fast["accounts"]:
        for side in ("collateral", "debt"):
            account[side] = {name: amount / size for name, amount in account[side].items()}
    assert_same(slow, fast, scenario)


def in_another_money(scenario, unit):
    """The same scenario with every USD figure multiplied."""
    scaled = copy.deepcopy(scenario)
    for asset in scaled["assets"].values():
        asset["price"] *= unit
        if "price" in asset["oracle"]:
            asset["oracle"]["price"] *= unit
        liquidity = asset["liquidity"]
        for key in ("depth_2pct_usd", "daily_volume_usd", "reserve_usd"):
            if key in liquidity:
                liquidity[key] *= unit
        if "points" in liquidity:
            liquidity["points"] = [[drop, usd * unit] for drop, usd in liquidity["points"]]
    for row in scaled["loans"]:
        if "entry_price" in row:
            row["entry_price"] *= unit
    multiply_limits(scaled, unit)
    return scaled


def multiply_limits(scenario, factor):
    """Multiply every limit in USD of a scenario's rules, settlements and liquidators, and what outsiders sell."""
    for market in scenario["markets"].values():
        close = market["rules"]["close"]
        for part, key in ((close, "full_close_usd"), (close, "min_leftover_usd"), (market["safety"], "reserve_usd")):
            if key in part:
                part[key] *= factor
        settlement = market["rules"].get("settlement", {})
        for key in ("target_reserves_usd", "buyers_usd_per_round", "hole_usd", "insurance_usd"):
            if settlement.get(key) is not None:
                settlement[key] *= factor
    for key in ("capacity_usd_per_round", "min_profit_usd", "gas_usd", "min_debt_usd"):
        if scenario["liquidators"].get(key) is not None:
            scenario["liquidators"][key] *= factor
    if scenario["shock"]["kind"] == "sale":
        scenario["shock"]["usd"] = {name: usd * factor for name, usd in scenario["shock"]["usd"].items()}
    scenario["simulation"]["dust_usd"] *= factor


def in_units(result, factor, prices=True):
    """A result with its USD figures, and its prices, multiplied."""

    def scaled(value):
        if value is None:
            return None
        return {name: part * factor for name, part in value.items()} if isinstance(value, dict) else value * factor

    in_usd = {"undisturbed", "market_before", "market", "oracle", "seed_average_price"} if prices else set()
    for figures in [*result["rounds"], *result["events"], result["summary"]]:
        for key, value in figures.items():
            if key.endswith("_usd") or (key in in_usd and isinstance(value, dict)):
                figures[key] = scaled(value)
    return result


@given(scenarios())
def test_that_the_view_of_a_round_shows_the_health_of_its_accounts(scenario):
    recording = engine.run(engine.from_dict(scenario))
    filled = defaults.filled(scenario)
    slow = play_slowly(scenario)
    last = recording.rounds[-1]
    view = round_view(recording, last.number)
    prices = slow["rounds"][-1]["oracle"]
    accounts = book.accounts_of(filled)
    assume(not slow["near_ties"])
    for account, end, health in zip(accounts, slow["accounts"], view.health.tolist(), strict=True):
        account.collateral, account.debt = end["collateral"], end["debt"]
        expected = account.health(prices)
        if account.total_debt_usd(prices) > 1e-6:
            assert math.isclose(health, expected, rel_tol=1e-8, abs_tol=1e-9)


# --- extremes ---------------------------------------------------------------------------------------------------------

HUGE = st.sampled_from([1e-12, 1e-6, 1e-3, 1.0, 1e6, 1e12, 1e15])


@st.composite
def extreme_scenarios(draw):
    """Scenarios far outside what is reasonable."""
    scenario = draw(scenarios())
    for asset in scenario["assets"].values():
        asset["liquidity"]["depth_multiplier"] = draw(HUGE)
        asset["price"] *= draw(st.sampled_from([1e-9, 1.0, 1e9]))
    for row in scenario["loans"]:
        for key in ("collateral_amount", "debt_amount"):
            if key in row:
                row[key] *= draw(st.sampled_from([0.0, 1e-9, 1.0, 1e9]))
    for entry in scenario["cross_impact"]:
        entry["share"] *= draw(st.sampled_from([1.0, 100.0, -100.0]))
    for market in scenario["markets"].values():
        for collateral in market["collateral"].values():
            collateral["liquidation_bonus"] *= draw(st.sampled_from([0.0, 1.0, 100.0]))
    return scenario


@given(extreme_scenarios())
def test_that_no_input_makes_a_price_zero_negative_or_not_a_number(scenario):
    recording = engine.run(engine.from_dict(scenario))
    for step in recording.rounds:
        for name in ("undisturbed", "market_before", "market", "oracle"):
            prices = getattr(step, name)
            assert np.isfinite(prices).all(), f"{name} in round {step.number}"
            assert (prices > 0).all(), f"{name} in round {step.number}"
        for name in ("repaid_usd", "seized_usd", "bad_debt_usd", "reserve_usd", "debt_left_usd", "proceeds_usd"):
            assert np.isfinite(getattr(step, name)).all(), f"{name} in round {step.number}"
    assert recording.ended in ("no more liquidations", "max_rounds reached")
    assert len(recording.rounds) - 1 <= scenario["simulation"]["max_rounds"]


@settings(max_examples=max(5, settings().max_examples // 4))
@given(scenarios())
def test_that_a_run_without_a_limit_ends_by_itself_or_says_that_it_did_not(scenario):
    recording = engine.run(engine.from_dict(scenario | {"simulation": {"max_rounds": 800}}))
    last = recording.rounds[-1]
    if recording.ended == "no more liquidations":
        assert last.liquidations.sum() == 0
    else:
        assert last.number == 800
