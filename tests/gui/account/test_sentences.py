"""What is said of an account follows from the engine's explanation, number by number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cascade_gui.account import sentences
from engine.explain import Outcome, explain
from tests.gui.plots.runs import recording


def first_liquidated() -> tuple[int, int]:
    """Return an account and the round in which it was first liquidated."""
    run = recording()
    return int(run.events.account[0]), int(run.event_rounds()[0])


def never_liquidated() -> int:
    run = recording()
    served = set(run.events.account.tolist())
    return next(account for account in range(len(run.book)) if account not in served)


@pytest.fixture
def liquidated():
    account, number = first_liquidated()
    return explain(recording(), account, number)


def with_outcome(explanation, outcome, **more):
    happening = replace(explanation.happening, outcome=outcome, calls=(), **more)
    return replace(explanation, happening=happening)


def test_that_a_liquidation_is_told_with_what_was_repaid_and_taken(liquidated):
    told = sentences.why(liquidated)
    assert told.startswith("Repaid $")
    assert "of USDC for $" in told
    assert "a bonus of 8.0 %" in told
    assert "Health 0." in told


def test_that_the_fate_names_the_rounds(liquidated):
    assert sentences.fate(liquidated).startswith("Liquidated in ")
    assert sentences.fate(explain(recording(), never_liquidated(), 2)) == "Never liquidated"


def test_that_two_liquidations_are_told_with_again(liquidated):
    one = liquidated.history[0]
    twice = replace(liquidated, history=(replace(one, round=3), replace(one, round=4)))
    assert sentences.fate(twice) == "Liquidated in round 3, again in 4"
    often = replace(liquidated, history=tuple(replace(one, round=n) for n in range(2, 9)))
    assert sentences.fate(often) == "Liquidated in 7 rounds, 2 to 8"


def test_that_bad_debt_is_part_of_the_fate(liquidated):
    one = liquidated.history[0]
    bad = replace(one, round=7, outcome=Outcome.WRITTEN_OFF, bad_debt_usd=1e6)
    told = sentences.fate(replace(liquidated, history=(replace(one, round=3), bad)))
    assert told == "Liquidated in round 3; bad debt in round 7"
    assert sentences.entry(bad) == ("$1M written off",)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_that_every_outcome_has_a_sentence(liquidated, outcome):
    if outcome is Outcome.LIQUIDATED:
        told = sentences.why(liquidated)
    else:
        refused = replace(liquidated.happening.calls[0], outcome=outcome)
        told = sentences.why(with_outcome(liquidated, outcome, refused=refused))
    assert told.endswith(".")
    assert "{" not in told


def test_that_a_refused_profit_is_worked_out(liquidated):
    call = replace(
        liquidated.happening.calls[0],
        outcome=Outcome.UNPROFITABLE,
        proceeds_usd=1050.0,
        repaid_at_market_usd=1000.0,
        gas_usd=20.0,
    )
    told = sentences.why(with_outcome(liquidated, Outcome.UNPROFITABLE, refused=call, min_profit_usd=100.0))
    assert "would earn $1.05k, less $1k repaid and $20 gas: a profit of $30" in told
    assert "at least $100 is asked" in told


def test_that_a_full_capacity_is_told_with_what_was_left(liquidated):
    call = replace(
        liquidated.happening.calls[0],
        outcome=Outcome.OVER_CAPACITY,
        repaid_usd=2e6,
        capacity_left_usd=1.5e6,
    )
    told = sentences.why(with_outcome(liquidated, Outcome.OVER_CAPACITY, refused=call))
    assert told == ("Not liquidated: repaying $2M did not fit into the $1.50M left of the round's capacity.").replace(
        "$1.50M", "$1.5M"
    )


def test_that_the_working_can_be_checked_by_hand(liquidated):
    term = replace(liquidated.before.collateral[0], amount=4311.2, price=762.1, threshold=0.825)
    assert sentences.collateral_term(term) == f"4,311.2 {term.asset} × 762.1 × 0.825"
    debt = replace(liquidated.before.debt[0], amount=2_906_440.0, price=1.0)
    assert sentences.debt_term(debt) == "2,906,440 USDC"
    price = replace(
        liquidated.liquidation_prices[0],
        amount=4311.2,
        threshold=0.825,
        owed_amount=0.0,
        other_debt_usd=2_906_440.0,
        other_backing_usd=0.0,
    )
    assert sentences.price_working(price) == "2,906,440 ÷ (4,311.2 × 0.825)"
    more = replace(price, other_backing_usd=1000.0, owed_amount=2.0)
    assert sentences.price_working(more) == "(2,906,440 − 1,000) ÷ (4,311.2 × 0.825 − 2)"


def test_that_the_distance_says_on_which_side_the_price_is(liquidated):
    price = replace(liquidated.liquidation_prices[0], price=800.0, price_now=1000.0)
    assert sentences.distance(price) == "now 1,000, a fall of 20.0 % away"
    past = replace(price, price_now=600.0)
    assert sentences.distance(past) == "now 600, fallen 25.0 % past it"
    none = replace(price, price=None)
    assert sentences.distance(none) == f"No price of {price.asset} makes its health 1."


def test_that_dangers_are_named(liquidated):
    safe = replace(liquidated, toxic_below=None, full_close_leaves_bad_debt=False)
    assert sentences.dangers(safe) == []
    bad = replace(liquidated, toxic_below=9.0, full_close_leaves_bad_debt=True)
    assert len(sentences.dangers(bad)) == 2
