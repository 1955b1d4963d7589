"""What is said of slices, congestion and accounts left alone agrees with the run, number by number."""

from __future__ import annotations

from dataclasses import replace

import engine
from cascade_gui.account import sentences
from cascade_gui.wording import numbers
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Outcome
from engine.settlement.happened import TookOver
from tests.engine.books import row, scenario
from tests.engine.test_sizing import BEST, FULL, earned, run


def why(recording, account: int = 0, number: int = 1) -> str:
    return sentences.why(explain(recording, account, number))


def test_that_a_slice_says_what_it_earned_and_what_repaying_all_would_have():
    recording = run(gas_usd=50.0)
    profit = numbers.money(recording.summary()["liquidator_profit_usd"])
    lost = numbers.money(-earned(82_000.0, 50.0))
    assert why(recording).endswith(
        f"The liquidator repaid $21.4k, the amount that earned most ({profit}): selling more lowers the price. "
        f"Repaying all that the rules allow, $82k, would have lost {lost}."
    )
    assert why(recording).startswith("Liquidated because its health, ")
    assert " was below 1. Repaid $21.4k of USD for $23.6k of ETH" in why(recording)


def test_that_the_largest_slice_says_that_it_earns_enough():
    told = why(run(sizing="largest", min_profit_usd=100.0))
    assert "The liquidator repaid " in told
    assert (
        "the largest amount that earned enough ($100). Repaying all that the rules allow, $82k, would have lost $6.41k"
    ) in told


def test_that_all_that_capacity_had_no_room_for_may_have_earned_something():
    deep = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1e6}}
    assert why(run(eth=deep, capacity_usd_per_round=1_000.0)).endswith(
        "Repaying all that the rules allow, $82k, would have earned $8.12k."
    )


def test_that_a_slice_of_what_capacity_was_left_says_so():
    recording = run(capacity_usd_per_round=1_000.0)
    profit = numbers.money(recording.summary()["liquidator_profit_usd"])
    told = f"The liquidator repaid $1k, all the capacity left in the round, and earned {profit}. Repaying all that"
    assert told in why(recording)


def test_that_repaying_all_gives_no_reason():
    told = why(run(eth={"liquidity": {"model": "exponential", "depth_2pct_usd": 1e6}}))
    assert " was below 1. Repaid $82k of USD for $90.2k of ETH" in told
    assert "earn" not in told


def test_that_where_no_size_pays_the_best_is_worked_out():
    gas = 2.0 * earned(BEST)
    assert why(run(gas_usd=gas)) == (
        f"Not liquidated: at best, repaying $21.4k of the $82k allowed, selling what is taken would earn "
        f"{numbers.money(earned(BEST) + BEST)}, less $21.4k repaid and {numbers.money(gas)} gas: a loss of "
        f"{numbers.money(earned(BEST))}, and at least $0 is asked. Repaying all that the rules allow, $82k, "
        f"would have lost {numbers.money(-earned(82_000.0, gas))}."
    )


def test_that_what_capacity_was_left_is_part_of_why_nobody_came():
    told = why(run(capacity_usd_per_round=1_000.0, gas_usd=100.0))
    assert "at best, repaying $1k of the $82k allowed" in told
    assert told.endswith("No more than $1k was left of the round's capacity.")


def test_that_a_first_dollar_that_does_not_pay_is_told():
    fee = FULL | {"protocol_fee": {"share": 1.0, "of": "bonus"}}
    told = "Not liquidated: it does not pay at any size, even the first dollar repaid would {0}."
    assert why(run(rules=fee)) == told.format("earn nothing")
    fee = FULL | {"protocol_fee": {"share": 0.2, "of": "seized"}}
    assert why(run(rules=fee)) == told.format("lose $0.12")


def test_that_whose_sales_made_it_unprofitable_is_told():
    """The first sells down to where the next dollar earns nothing, so nothing is left for the others."""
    loans = [row(f"a{n}", 1000.0, 82_000.0 - n) for n in range(3)]
    recording = run(loans, priority="book")
    assert len(recording.events) == 1
    for place in (1, 2):
        assert why(recording, place) == (
            "Not liquidated: after the round's liquidations before it (1) it does not pay at any size, "
            "even the first dollar repaid would earn nothing."
        )


def test_that_a_slice_of_dust_is_not_said_to_earn_too_little():
    assert why(run(eth={"liquidity": {"model": "exponential", "depth_2pct_usd": 1e-7}})) == (
        "Not liquidated: what would pay is no more than dust."
    )


def test_that_who_owes_too_little_is_told_how_little():
    loans = [row("a", 10.0, 950.0), row("tiny", 0.1, 9.5)]
    recording = engine.run(scenario(loans, drop=-0.2, liquidators={"min_debt_usd": 10.0}))
    told = "Not liquidated: it owes $9.5, less than the $10 that liquidators come for."
    assert why(recording, 1) == told
    took = replace(explain(recording, 1, 1).happening, settled=TookOver(debt_usd=1.0, collateral_usd=2.0))
    both = sentences.why(replace(explain(recording, 1, 1), happening=took))
    assert both == f"It took over $1 of debt and $2 of collateral of borrowers who were liquidated. {told}"


CONGESTED = {
    "gas_usd": 7.0, "min_profit_usd": 0.0, "latency_rounds": 1, "congestion": {"candidates": 2, "latency_rounds": 1},
}  # fmt: skip


def test_that_a_latency_says_what_congestion_made_of_it():
    loans = [row(f"a{n}", 10.0, 850.0) for n in range(6)]
    recording = engine.run(scenario(loans, drop=-0.1, rules=FULL, liquidators=CONGESTED))
    waiting = "Not liquidated yet: liquidatable for {0} of the {1} rounds that liquidators take to come."
    assert why(recording, 0, 1) == waiting.format(1, 1)
    assert why(recording, 0, 2) == (
        f"{waiting.format(2, 3)} The usual 1 became 3: 6 accounts were liquidatable the round before."
    )


def test_that_dear_gas_says_why_it_was_dear():
    """Each takes 90 USD of collateral for 81.8: that pays 7 USD of gas, but not 21."""
    loans = [row(f"a{n}", 1.0, 85.0) for n in range(6)]
    only_gas = CONGESTED | {"congestion": {"candidates": 2}}
    recording = engine.run(scenario(loans, drop=-0.1, rules=FULL, liquidators=only_gas))
    assert why(recording, 0, 2) == (
        "Not liquidated: selling what is taken would earn $90, less $81.8 repaid and $21 gas: a loss of $12.8, and "
        "at least $0 is asked. Gas was $21 instead of the usual $7: 6 accounts were liquidatable the round before."
    )
    alone = engine.run(scenario(loans[:1], drop=-0.1, rules=FULL, liquidators=only_gas | {"min_profit_usd": 2.0}))
    assert explain(alone, 0, 2).happening.outcome is Outcome.UNPROFITABLE
    assert "instead of" not in why(alone, 0, 2)
