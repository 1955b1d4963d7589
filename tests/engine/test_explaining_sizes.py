"""Why a slice was repaid or nobody came, what congestion made of gas and latency, and who is left alone, in numbers."""

from __future__ import annotations

import pytest

import engine
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Congested, Outcome
from tests.engine.books import row, scenario
from tests.engine.settlement.lending import account
from tests.engine.settlement.lending import run as run_settled
from tests.engine.settlement.perpetuals import run as run_margin
from tests.engine.settlement.test_deleveraging import LONG, SHORTS
from tests.engine.settlement.test_explaining_shared_losses import MCR, pool
from tests.engine.test_congestion import with_a_paused_market
from tests.engine.test_sizing import BEST, FULL, earned, leaving, run

approx = pytest.approx
NO_FEE_LEFT = FULL | {"protocol_fee": {"share": 1.0, "of": "bonus"}}


def happening(*args, **more):
    return explain(run(*args, **more), 0, 1).happening


def test_that_a_slice_is_told_with_what_it_and_repaying_all_would_have_earned():
    recording = run(gas_usd=50.0)
    happened = explain(recording, 0, 1).happening
    (call,) = happened.calls
    assert call.repaid_usd == approx(recording.events_frame()["repaid_usd"].iloc[0]) == approx(BEST)
    assert call.is_slice
    assert call.profit_usd == approx(recording.summary()["liquidator_profit_usd"]) == approx(earned(BEST, 50.0))
    assert (call.sized.sizing, call.sized.whole_usd) == ("best", 82_000.0)
    assert call.sized.whole_profit_usd == approx(earned(82_000.0, 50.0))
    assert call.sized.first_profit == approx(0.1)


def test_that_the_largest_slice_is_told_with_the_least_profit_that_it_earns():
    (call,) = happening(sizing="largest", min_profit_usd=100.0).calls
    assert call.is_slice
    assert (call.sized.sizing, call.profit_usd) == ("largest", approx(100.0))


def test_that_all_that_may_be_repaid_is_no_slice():
    deep = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1e6}}
    (call,) = happening(eth=deep).calls
    assert not call.is_slice
    assert call.profit_usd == call.sized.whole_profit_usd


def test_that_the_size_of_a_call_is_not_told_where_nobody_chooses_it():
    (call,) = happening(sizing="whole").calls
    assert call.sized is call.profit_usd is None
    whole = {"close": {"kind": "full", "partial": False}}
    assert happening(rules=whole).calls[0].sized is None
    refused = happening(rules=whole, min_profit_usd=0.0).refused
    assert refused.sized is None
    assert refused.profit_usd == approx(earned(82_000.0))


def test_that_where_no_size_pays_the_best_one_is_told():
    happened = happening(gas_usd=2.0 * earned(BEST))
    assert happened.outcome is Outcome.UNPROFITABLE
    call = happened.refused
    assert call.repaid_usd == approx(BEST)
    assert call.profit_usd == approx(-earned(BEST))
    assert call.sized.whole_profit_usd == approx(earned(82_000.0) - 2.0 * earned(BEST))


def test_that_where_the_first_dollar_earns_nothing_that_is_told():
    happened = happening(rules=NO_FEE_LEFT, gas_usd=5.0)
    assert happened.outcome is Outcome.UNPROFITABLE
    assert happened.refused.repaid_usd == 0.0
    assert happened.refused.sized.first_profit == approx(0.0, abs=1e-15)


def test_that_a_slice_within_what_is_left_of_the_capacity_is_told_with_that():
    two = [row("a", 1000.0, 82_000.0), row("b", 1000.0, 81_900.0)]
    recording = run(two, capacity_usd_per_round=BEST + 30.0, sell_share=0.5)
    assert explain(recording, 0, 1).happening.calls[0].sized.before == 0
    second = explain(recording, 1, 1).happening.calls[0]
    assert second.sized.before == 1
    assert second.repaid_usd == approx(30.0)
    assert second.repaid_usd == second.capacity_left_usd
    refused = explain(run(two, capacity_usd_per_round=BEST + 30.0, sell_share=0.5, gas_usd=5.0), 1, 1).happening
    assert refused.outcome is Outcome.UNPROFITABLE
    assert refused.refused.repaid_usd == refused.refused.capacity_left_usd == approx(30.0)


def test_that_where_capacity_leaves_no_room_for_a_slice_that_is_told_with_the_whole():
    happened = happening(rules=leaving(82_000.0), capacity_usd_per_round=1_000.0)
    assert happened.outcome is Outcome.OVER_CAPACITY
    assert (happened.refused.repaid_usd, happened.refused.capacity_left_usd) == (82_000.0, 1_000.0)


def test_that_each_call_is_told_how_many_came_before_it():
    loans = [row("first", 1000.0, 96_000.0), row("a", 1000.0, 95_000.0)]
    recording = run(
        loans, calls_per_round=2, sell_share=0.5, rules={"close": {"kind": "fraction", "close_factor": 0.01}}
    )
    assert [call.sized.before for call in explain(recording, 0, 1).happening.calls] == [0, 1]
    assert [call.sized.before for call in explain(recording, 1, 1).happening.calls] == [2, 3]


def test_that_who_owes_too_little_is_told_to_be_left_alone_also_in_a_pause():
    loans = [row("a", 10.0, 950.0), row("tiny", 0.1, 9.5)]
    for safety in ({}, {"pause_if_drop": 0.1, "pause_rounds": 2}):
        recording = engine.run(scenario(loans, drop=-0.2, safety=safety, liquidators={"min_debt_usd": 10.0}))
        happened = explain(recording, 1, 1).happening
        assert (happened.outcome, happened.min_debt_usd) == (Outcome.LEFT_ALONE, 10.0)
        assert explain(recording, 0, 1).happening.outcome is not Outcome.LEFT_ALONE
    just = engine.run(scenario(loans, drop=-0.2, liquidators={"min_debt_usd": 9.5}))
    assert explain(just, 1, 1).happening.outcome is Outcome.LIQUIDATED


def test_that_congestion_is_told_with_whom_it_counts():
    """Six are liquidatable in rounds 1 and 2, four of them for 3 x the usual gas; a small one congests nothing."""
    loans = [*(row(f"a{n}", 10.0, 850.0) for n in range(6)), row("tiny", 0.1, 8.5)]
    liquidators = {
        "gas_usd": 7.0, "min_profit_usd": 0.0, "min_debt_usd": 10.0, "latency_rounds": 1,
        "congestion": {"candidates": 2, "latency_rounds": 1},
    }  # fmt: skip
    recording = engine.run(scenario(loans, drop=-0.1, rules=FULL, liquidators=liquidators))
    first, second = explain(recording, 0, 1).happening, explain(recording, 0, 2).happening
    assert (first.outcome, first.congested) == (Outcome.WAITING, None)
    assert second.outcome is Outcome.WAITING
    assert second.congested == Congested(6, 21.0, 7.0, 3, 1)
    assert (second.waited_rounds, second.latency_rounds) == (2, 3)
    fourth = explain(recording, 0, 4).happening
    assert fourth.outcome is Outcome.LIQUIDATED
    assert fourth.calls[0].gas_usd == 21.0
    assert explain(recording, 0, 5).happening.congested == fourth.congested
    assert explain(recording, 0, len(recording.rounds) - 1).happening.congested is None


def test_that_those_who_wait_in_a_paused_market_are_not_counted():
    recording = engine.run(with_a_paused_market())
    happened = explain(recording, 0, 2).happening
    assert (happened.outcome, happened.latency_rounds, happened.congested) == (Outcome.LIQUIDATED, 0, None)
    assert explain(recording, 1, 2).happening.outcome is Outcome.PAUSED


@pytest.mark.parametrize("sizing", ["whole", "best", "largest"])
@pytest.mark.parametrize("priority", ["largest_debt", "largest_profit"])
def test_that_what_is_told_agrees_with_the_run_in_every_round(priority, sizing):
    """With slices, congestion, calls, capacity and a least debt at once; who is liquidated is told so, and how much."""
    loans = [row(f"a{n:02}", 10.0 + n % 3, 10.0 * (60.0 + (7 * n) % 20)) for n in range(20)]
    loans += [row(f"tiny{n}", 0.3, 3.0 * (7.0 + n)) for n in range(3)]
    liquidators = {
        "priority": priority, "sizing": sizing, "capacity_usd_per_round": 2_500.0, "min_profit_usd": 2.0,
        "gas_usd": 0.7, "min_debt_usd": 25.0, "calls_per_round": 2,
        "congestion": {"candidates": 6, "gas_exponent": 0.5, "latency_rounds": 1},
    }  # fmt: skip
    eth = {"liquidity": {"model": "exponential", "depth_2pct_usd": 800.0, "permanent_share": 0.3,
                         "recovery_half_life_rounds": 5}}  # fmt: skip
    recording = engine.run(scenario(loans, drop=-0.2, eth=eth, liquidators=liquidators, simulation={"max_rounds": 12}))
    frame = recording.events_frame()
    cursor = recording.cursor()
    outcomes = set()
    for number in range(1, len(recording.rounds)):
        rows = frame[frame["round"] == number]
        for place, name in enumerate(recording.book.account_names):
            happened = explain(recording, place, number, cursor).happening
            outcomes.add(happened.outcome)
            own = rows[rows["account"] == name]
            assert (happened.outcome is Outcome.LIQUIDATED) == (len(own) > 0), f"round {number}, {name}: {happened}"
            assert [call.repaid_usd for call in happened.calls] == approx(own["repaid_usd"].tolist(), rel=1e-12)
            if happened.outcome is Outcome.UNPROFITABLE:
                assert not happened.refused.profit_usd >= 2.0
    assert {Outcome.LIQUIDATED, Outcome.LEFT_ALONE, Outcome.WAITING, Outcome.UNPROFITABLE} <= outcomes


@pytest.mark.parametrize("kind", ["absorb", "auction", "stability_pool"])
def test_that_other_settlements_leave_small_accounts_alone_and_come_later_in_congestion(kind):
    """Three are liquidatable in round 1, which two rounds of latency follow; the fourth owes 95 USD."""
    settlements = {
        "absorb": {"kind": "absorb", "penalty": 0.05},
        "auction": {"kind": "auction", "hole_usd": 1e9},
        "stability_pool": pool(1e6),
    }
    loans = [*(account(f"a{n}", 10.0, 950.0) for n in range(3)), account("tiny", 1.0, 95.0), account("rich", 9e3, 1.0)]
    liquidators = {"min_debt_usd": 100.0, "latency_rounds": 1, "congestion": {"candidates": 1, "latency_rounds": 1}}
    recording = run_settled(settlements[kind], loans, **MCR, liquidators=liquidators)
    for number in (1, 2, 3):
        happened = explain(recording, 0, number).happening
        assert happened.outcome is Outcome.WAITING
        assert (happened.waited_rounds, happened.latency_rounds) == (number, 1 if number == 1 else 3)
        assert explain(recording, 3, number).happening.outcome is Outcome.LEFT_ALONE
    served = {"absorb": Outcome.ABSORBED, "auction": Outcome.IN_AUCTION, "stability_pool": Outcome.POOLED}
    assert explain(recording, 0, 4).happening.outcome is served[kind]
    assert explain(recording, 3, 4).happening.outcome is Outcome.LEFT_ALONE
    assert recording.summary()["small_accounts_left"] == 1


def test_that_a_small_position_of_a_margin_engine_is_left_alone():
    recording = run_margin([LONG, *SHORTS], to=40.0, liquidators={"min_debt_usd": 951.0})
    assert explain(recording, 0, 1).happening.outcome is Outcome.LEFT_ALONE
    served = run_margin([LONG, *SHORTS], to=40.0, liquidators={"min_debt_usd": 950.0})
    assert explain(served, 0, 1).happening.outcome is Outcome.CLOSED


def test_that_gas_of_a_congested_auction_is_what_its_takers_reckon_with():
    loans = [account(f"a{n}", 10.0, 950.0) for n in range(4)]
    liquidators = {"gas_usd": 2.0, "congestion": {"candidates": 2}}
    recording = run_settled({"kind": "auction"}, loans, **MCR, liquidators=liquidators)
    assert explain(recording, 0, 1).happening.settled.gas_usd == 2.0
    assert explain(recording, 0, 2).happening.settled.gas_usd == 4.0
