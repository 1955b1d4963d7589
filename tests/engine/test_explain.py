"""Why an account was, or was not, liquidated."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import engine
from engine.reading.explanation.account_record import AccountRecord, Amounts
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Outcome
from engine.recording.records import BadDebts, Marks
from tests.engine.books import row, scenario

DEEP = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1e5}}
THREE = [row("small", 10.0, 700.0), row("big", 100.0, 7000.0), row("middle", 50.0, 3500.0)]


def happening(account: int, number: int = 1, loans=THREE, **parts):
    parts = {"drop": -0.2, "eth": DEEP, **parts}
    return explain(engine.run(scenario(loans, **parts)), account, number).happening


def test_that_the_working_adds_up():
    loans = [row("a", 10.0, 700.0), {**row("a"), "collateral_asset": "BTC", "collateral_amount": 0.1}]
    found = explain(engine.run(scenario(loans)), 0, 1)
    assert [(term.asset, term.amount, term.price, term.value, term.threshold) for term in found.before.collateral] == [
        ("ETH", 10.0, 100.0, 1000.0, 0.8),
        ("BTC", 0.1, 1000.0, 100.0, 0.8),
    ]
    assert [(term.asset, term.value, term.threshold) for term in found.before.debt] == [("USD", 700.0, None)]
    assert found.before.health == found.before.backing / found.before.debt_usd == pytest.approx(880 / 700)
    ether, bitcoin = found.liquidation_prices
    assert ether.price == pytest.approx((700 - 80) / 8)
    assert ether.distance == pytest.approx(1 - 77.5 / 100)
    assert bitcoin.price is None
    assert bitcoin.distance is None
    assert (found.name, found.market, found.happening.outcome) == ("a", "m", Outcome.HEALTHY)


def test_that_a_threshold_that_is_a_categorys_is_said_to_be_that():
    bitcoin = {"collateral_asset": "BTC", "collateral_amount": 0.1, "category": "high"}
    loans = [
        row("a", 10.0, 700.0, category="high"),
        row("a", **bitcoin),
        row("b", 10.0, 700.0, category="high", liquidation_threshold=0.85),
        row("c", 10.0, 700.0, category="cheap"),
        row("d", 10.0, 700.0),
    ]
    listed = {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1}
    categories = {
        "high": {"assets": ["ETH"], "liquidation_threshold": 0.9},
        "cheap": {"assets": ["ETH"], "liquidation_bonus": 0.02},
    }
    market = {"collateral": {"ETH": listed, "BTC": listed}, "categories": categories}
    recording = engine.run(scenario(loans, markets={"m": market}))
    told = [
        [(term.asset, term.threshold, term.category) for term in explain(recording, account, 1).before.collateral]
        for account in range(4)
    ]
    assert told == [
        [("ETH", 0.9, "high"), ("BTC", 0.8, None)],
        [("ETH", 0.85, None)],
        [("ETH", 0.8, None)],
        [("ETH", 0.8, None)],
    ]


def test_that_before_the_first_round_nothing_happens():
    assert happening(0, 0).outcome is Outcome.START


def test_that_an_account_without_debt_is_said_to_be_that():
    assert happening(0, loans=[row("a", 1.0)]).outcome is Outcome.NO_DEBT


def test_that_a_liquidation_is_shown_as_it_was_recorded():
    recording = engine.run(scenario(THREE, drop=-0.2, eth=DEEP, liquidators={"calls_per_round": 2}))
    frame = recording.events_frame()
    for account, name in enumerate(recording.book.account_names):
        found = explain(recording, account, 1)
        rows = frame[(frame["round"] == 1) & (frame["account"] == name)]
        assert [call.repaid_usd for call in found.happening.calls] == pytest.approx(rows["repaid_usd"].tolist())
        assert [call.seized_usd for call in found.happening.calls] == pytest.approx(rows["seized_usd"].tolist())
        assert [call.health_after for call in found.happening.calls] == rows["health_after"].tolist()
        assert found.before.health == rows["health_before"].iloc[0]
        assert found.after.health == rows["health_after"].iloc[-1]
        assert found.happening.outcome is Outcome.LIQUIDATED
        assert (found.happening.calls[0].collateral_asset, found.happening.calls[0].debt_asset) == ("ETH", "USD")


def test_that_an_account_that_a_call_made_healthy_was_refused_nothing():
    found = happening(0, loans=[row("a", 10.0, 650.0)], liquidators={"calls_per_round": 3})
    assert len(found.calls) == 1
    assert found.refused is None


def test_that_waiting_out_a_latency_is_counted():
    found = happening(0, 2, liquidators={"latency_rounds": 3})
    assert (found.outcome, found.waited_rounds, found.latency_rounds) == (Outcome.WAITING, 2, 3)
    assert happening(0, 4, liquidators={"latency_rounds": 3}).outcome is Outcome.LIQUIDATED


def test_that_a_pause_is_named():
    assert happening(0, safety={"pause_if_drop": 0.1, "pause_rounds": 2}).outcome is Outcome.PAUSED


def test_that_a_used_up_count_is_named_in_order_of_service():
    liquidators = {"max_liquidations_per_round": 1}
    assert happening(1, liquidators=liquidators).outcome is Outcome.LIQUIDATED
    assert happening(2, liquidators=liquidators).outcome is Outcome.COUNT_USED_UP
    assert happening(0, liquidators=liquidators).outcome is Outcome.COUNT_USED_UP


def test_that_what_does_not_fit_the_capacity_is_told_with_what_was_left():
    liquidators = {"capacity_usd_per_round": 4000.0}
    assert happening(1, liquidators=liquidators).outcome is Outcome.LIQUIDATED
    found = happening(2, liquidators=liquidators)
    assert found.outcome is Outcome.OVER_CAPACITY
    assert found.refused.repaid_usd == pytest.approx(1750.0)
    assert found.refused.capacity_left_usd == pytest.approx(500.0)
    assert happening(0, liquidators=liquidators).outcome is Outcome.LIQUIDATED


def test_that_an_unprofitable_liquidation_shows_its_working():
    found = happening(0, liquidators={"min_profit_usd": 100.0, "gas_usd": 7.0})
    assert found.outcome is Outcome.UNPROFITABLE
    refused = found.refused
    assert refused.profit_usd == pytest.approx(refused.proceeds_usd - 350.0 - 7.0)
    assert refused.profit_usd < found.min_profit_usd == 100.0
    assert refused.proceeds_usd < 385.0, "the bigger ones were sold before it"


def test_that_profit_is_tested_after_the_sales_of_those_served_before():
    alone = happening(0, loans=THREE[:1], liquidators={"min_profit_usd": 1.0}).calls[0]
    third = happening(0, liquidators={"min_profit_usd": 1.0}).calls[0]
    assert third.proceeds_usd < alone.proceeds_usd


@pytest.mark.parametrize("priority", ["largest_debt", "lowest_health", "largest_profit", "book"])
def test_that_the_rerun_agrees_with_the_run_in_every_order_of_service(priority):
    loans = [row(f"a{n}", 10.0 + n % 3, 10.0 * (60.0 + (7 * n) % 20)) for n in range(20)]
    liquidators = {"priority": priority, "capacity_usd_per_round": 2500.0, "min_profit_usd": 5.0, "gas_usd": 1.0}
    recording = engine.run(scenario(loans, drop=-0.25, eth=DEEP, liquidators=liquidators))
    frame = recording.events_frame()
    cursor = recording.cursor()
    for number in range(1, len(recording.rounds)):
        liquidated = set(frame[frame["round"] == number]["account"])
        for account, name in enumerate(recording.book.account_names):
            outcome = explain(recording, account, number, cursor).happening.outcome
            assert (outcome is Outcome.LIQUIDATED) == (name in liquidated), f"round {number}, {name}: {outcome}"


def test_that_a_leftover_that_is_too_small_is_named():
    close = {"kind": "fraction", "close_factor": 0.5, "min_leftover_usd": 2000.0}
    assert happening(0, rules={"close": close}).outcome is Outcome.LEFTOVER_TOO_SMALL


def test_that_a_health_above_its_target_leaves_nothing_to_repay():
    close = {"kind": "target_health", "target": 0.9}
    assert happening(0, rules={"close": close}).outcome is Outcome.NOTHING_TO_REPAY


def test_that_debt_without_collateral_is_told_and_kept_in_the_history():
    loans = [row("a", 10.0, 1000.0), row("b", debt=5.0)]
    recording = engine.run(scenario(loans, drop=-0.5, rules={"close": {"kind": "full"}}))
    taken = explain(recording, 0, 1)
    assert taken.happening.outcome is Outcome.LIQUIDATED
    assert taken.happening.bad_debt_usd == pytest.approx(1000 - 500 / 1.1)
    assert [(entry.round, entry.outcome) for entry in taken.history] == [
        (1, Outcome.LIQUIDATED),
        (1, Outcome.WRITTEN_OFF),
    ]
    assert explain(recording, 1, 1).happening.outcome is Outcome.WRITTEN_OFF
    stays = engine.run(scenario(loans, drop=-0.5, rules={"close": {"kind": "full"}, "bad_debt": "stay"}))
    assert explain(stays, 1, len(stays.rounds) - 1).happening.outcome is Outcome.BAD_DEBT_STAYS


def test_that_each_round_tells_only_the_debt_that_became_bad_in_it():
    """Of a record made by hand: two debt legs, one bad in round 1 at 2 USD and one in round 2 at 3 USD a token."""
    steps = [
        SimpleNamespace(first_bad_debt=first, last_bad_debt=last, last_event=0, oracle=np.array([price]))
        for first, last, price in ((0, 0, 1.0), (0, 2, 2.0), (2, 3, 3.0))
    ]
    bad_debts = BadDebts(
        account=np.array([7, 4, 4]), debt_leg=np.array([0, 1, 2]), before=np.array([9.0, 5.0, 7.0]),
        after=np.array([0.0, 0.0, 7.0]),
    )  # fmt: skip
    recording = SimpleNamespace(
        book=SimpleNamespace(debt_asset=np.zeros(3, dtype=np.int32)), rounds=steps, bad_debts=bad_debts,
        events=None, marks=Marks(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8)),
    )  # fmt: skip
    nothing = Amounts(np.empty(0), np.empty(0))
    record = AccountRecord(recording, 4, 2, nothing, nothing, np.empty(0, dtype=np.int64), np.array([1, 2]))
    assert [(entry.round, entry.outcome, entry.bad_debt_usd) for entry in record.history()] == [
        (1, Outcome.WRITTEN_OFF, 10.0), (2, Outcome.BAD_DEBT_STAYS, 21.0),
    ]  # fmt: skip
    assert record.bad_debt(0) is None


def test_that_the_history_counts_a_proportional_liquidation_once():
    loans = [
        row("a", 10.0, 850.0),
        {**row("a"), "collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "ETH", "debt_amount": 8.0},
    ]
    rules = {"legs": "proportional", "close": {"kind": "full"}}
    found = explain(engine.run(scenario(loans, drop=-0.2, rules=rules)), 0, 1)
    assert len(found.history) == 1
    assert found.history[0].repaid_usd == pytest.approx(850 + 640)
    assert found.happening.calls[0].collateral_asset is None


def test_that_the_toxic_region_is_told():
    found = explain(engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.24)), 0, 0)
    assert found.toxic_below == pytest.approx(0.88)
    assert not found.is_toxic
    assert not found.full_close_leaves_bad_debt
    unserved = {"max_liquidations_per_round": 0}
    worse = explain(engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.24, liquidators=unserved)), 0, 1)
    assert worse.is_toxic
    assert worse.full_close_leaves_bad_debt


@pytest.mark.parametrize(("account", "number"), [(3, 1), (-1, 1), (0, 99)])
def test_that_what_is_not_there_is_refused(account, number):
    with pytest.raises(IndexError, match="not among"):
        happening(account, number)
