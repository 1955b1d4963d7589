"""What must hold however markets settle: sameness of bits, order, units, prices, ends, the fixed point at the end."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import engine
from engine.recording.records import NO_MORE_LIQUIDATIONS
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.engine.properties.test_fixed_point import assert_at_rest, one_more_round
from tests.engine.properties.test_properties import (
    assert_same,
    every_number,
    in_another_money,
    in_the_order_of,
    in_units,
)
from tests.engine.properties.test_token_units import back_in_tokens, in_other_units
from tests.reference.both_engines import play, play_slowly

FEWER = max(5, settings().max_examples // 2)


@settings(max_examples=FEWER)
@given(settled_scenarios())
def test_that_a_settled_run_repeated_is_the_same_to_the_last_bit_on_any_thread(scenario):
    made = engine.from_dict(scenario)
    first = every_number(engine.run(made))
    with ThreadPoolExecutor(2) as threads:
        again = list(threads.map(engine.run, [made, engine.from_dict(copy.deepcopy(scenario))]))
    assert [every_number(recording) for recording in again] == [first, first]


@settings(max_examples=FEWER)
@given(settled_scenarios(), st.data())
def test_that_any_round_can_be_shown_in_any_order(scenario, data):
    """Amounts sought forth and back are those that were there when the round was played."""
    steps = engine.rounds(engine.from_dict(scenario))
    played = [steps.recording.state(0)]
    played += [steps.recording.state(step.number) for step in steps]
    cursor = steps.recording.cursor()
    numbers = data.draw(st.lists(st.integers(0, len(played) - 1), min_size=1, max_size=12), label="rounds")
    for number in numbers:
        cursor.seek(number)
        assert cursor.collateral_amount.tobytes() == played[number].collateral_amount.tobytes()
        assert cursor.debt_amount.tobytes() == played[number].debt_amount.tobytes()


@settings(max_examples=FEWER)
@given(settled_scenarios(), st.randoms(use_true_random=False))
def test_that_the_order_of_rows_and_markets_does_not_matter_but_for_ties(scenario, random):
    assume(scenario["liquidators"]["priority"] != "book")  # there the order is the rule
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    assume(only_the_priority_orders(scenario))
    shuffled = scenario | {"loans": random.sample(scenario["loans"], len(scenario["loans"]))}
    assert_same(slow, in_the_order_of(slow, play(shuffled)), scenario)


def only_the_priority_orders(scenario):
    """Whether nothing else than the priority decides who is served first.

    Auctions that begin in one round are offered in row order, those whom nobody profits from are served in it, and
    those who pay losses, or are closed against, pro rata are listed in it.
    """
    markets = scenario["markets"].values()
    kinds = {market["rules"]["settlement"]["kind"] for market in markets}
    levies = any(market["safety"].get("adl") for market in markets)
    levies |= any(market["rules"]["settlement"].get("adl_ranking") == "pro_rata" for market in markets)
    return "auction" not in kinds and not levies and scenario["liquidators"]["priority"] != "largest_profit"


@settings(max_examples=FEWER)
@given(settled_scenarios(), st.sampled_from([1 / 64, 0.5, 4, 1024]))
def test_that_another_unit_of_money_changes_only_the_unit_of_settlements(scenario, unit):
    kinds = {market["rules"]["settlement"]["kind"] for market in scenario["markets"].values()}
    assume("stability_pool" not in kinds)  # which keeps one dollar, whatever that is worth
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    fast = in_units(play(in_another_money(scenario, unit)), 1 / unit)
    assert_same(slow, fast, scenario)


@settings(max_examples=FEWER)
@given(settled_scenarios(), st.data())
def test_that_the_unit_of_a_token_does_not_matter_to_settlements(scenario, data):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    powers = st.sampled_from([1 / 1024, 0.25, 1.0, 2.0, 2.0**20])
    units = {name: data.draw(powers, label=name) for name in scenario["assets"]}
    changed = in_other_units(scenario, units)
    for name, market in changed["markets"].items():
        settlement = market["rules"]["settlement"]
        if settlement.get("gas_compensation_most") is not None:
            held = {
                row["collateral_asset"]
                for row in scenario["loans"]
                if row["market"] == name and "collateral_asset" in row
            }
            for asset in held:
                settlement["gas_compensation_most"] /= units[asset]
    fast = back_in_tokens(play(changed), units)
    for step in fast["rounds"]:
        # tokens of debt for a token of collateral: compared by what they did to the accounts
        step["debt_per_collateral"] = next(
            slow_step["debt_per_collateral"] for slow_step in slow["rounds"] if slow_step["round"] == step["round"]
        )
    assert_same(slow, fast, scenario)


@settings(max_examples=FEWER)
@given(settled_scenarios(), st.data())
def test_that_no_settlement_makes_a_price_or_an_amount_negative_or_not_a_number(scenario, data):
    for asset in scenario["assets"].values():
        asset["price"] *= data.draw(st.sampled_from([1e-12, 1.0, 1.0, 1e9]))
    for row in scenario["loans"]:
        for key in ("collateral_amount", "debt_amount"):
            if key in row:
                row[key] *= data.draw(st.sampled_from([0.0, 1e-9, 1.0, 1.0, 1e9]))
    recording = engine.run(engine.from_dict(scenario))
    for step in recording.rounds:
        for name in ("undisturbed", "market_before", "market", "oracle"):
            prices = getattr(step, name)
            assert np.isfinite(prices).all(), f"{name} in round {step.number}"
            assert (prices > 0).all(), f"{name} in round {step.number}"
        for name in (
            "pool_usd",
            "inventory_usd",
            "auctions_tab_usd",
            "credited_usd",
            "redistributed_usd",
            "debt_left_usd",
        ):
            figures = step.by_market(name)
            assert np.isfinite(figures).all(), f"{name} in round {step.number}"
            assert (figures >= 0).all(), f"{name} in round {step.number}"
    state = recording.state(len(recording.rounds) - 1)
    for amounts in (state.collateral_amount, state.debt_amount):
        assert np.isfinite(amounts).all()
        assert (amounts >= 0).all()


@settings(max_examples=FEWER)
@given(settled_scenarios(most_rounds=400))
def test_that_one_more_round_after_the_end_of_settlements_changes_nothing(scenario):
    recording, ended = one_more_round(scenario)
    event(ended)
    assume(ended == NO_MORE_LIQUIDATIONS)
    assert_at_rest(recording)
    last, more = recording.rounds[-2:]
    for name in ("pool_usd", "cash_reserves_usd"):
        assert np.array_equal(more.by_market(name), last.by_market(name)), name
