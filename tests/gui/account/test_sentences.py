"""What is said of an account follows from the engine's explanation, number by number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cascade_gui.account import sentences
from cascade_gui.account.settled_sentences import settled
from cascade_gui.wording import numbers
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import HistoryEntry, LiquidationPrice, Outcome, RoundOutcome, Term
from engine.reading.explanation.marked_prices import MarkedPrice
from engine.settlement.happened import (
    Absorbed,
    Closed,
    Closing,
    Deleveraged,
    InAuction,
    NoRoom,
    Place,
    Pooled,
    Spared,
    Taken,
    TookOver,
)  # fmt: skip
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
    health = numbers.health(liquidated.happening.calls[0].health_before)
    assert told.startswith(f"Liquidated because its health, {health}, was below 1. Repaid $")
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
    assert sentences.distance(past) == "now 600, past it: a rise of 33.3 % leads back"
    none = replace(price, price=None)
    assert sentences.distance(none) == f"No price of {price.asset} makes its health 1."


def test_that_dangers_are_named(liquidated):
    safe = replace(liquidated, toxic_below=None, full_close_leaves_bad_debt=False)
    assert sentences.dangers(safe) == []
    bad = replace(liquidated, toxic_below=9.0, full_close_leaves_bad_debt=True)
    assert len(sentences.dangers(bad)) == 2
    empty = replace(bad, after=replace(bad.after, collateral_usd=0.0))
    assert not any("Its collateral" in text for text in sentences.dangers(empty))


def test_that_an_absorbed_account_is_told_what_it_was_credited():
    facts = Absorbed(debt_usd=900.0, collateral_usd=1000.0, penalty=0.05, credited_usd=50.0, shortfall_usd=0.0)
    told = settled(facts)
    assert told == (
        "Absorbed: the protocol took $1k of collateral, paid $900 of debt and credited $1k less 5 %. "
        "The owner got the rest, $50."
    )
    short = settled(replace(facts, debt_usd=990.0, credited_usd=0.0, shortfall_usd=40.0))
    assert short.endswith("The debt is $40 more than that: reserves pay it.")


def test_that_a_running_auction_says_what_is_asked_and_why_nobody_takes_it():
    facts = InAuction(
        since=3, price_since=3, share=1.0, tab_usd=113.0, asked_usd=110.0, proceeds_usd=100.0, gas_usd=5.0,
        min_profit_usd=0.0, is_paused=False,
    )  # fmt: skip
    told = settled(facts)
    assert told.startswith("In auction since round 3, to raise $113: $110 is asked, and selling it on would earn $100.")
    assert told.endswith("Less $5 of gas, nobody gains enough by it yet.")
    cheap = settled(replace(facts, asked_usd=60.0, price_since=9))
    assert "since round 3, anew since round 9" in cheap
    assert cheap.endswith("others used up the round's limits before it.")
    assert settled(replace(facts, is_paused=True)).endswith("Its market is paused.")


def test_that_a_taken_auction_tells_debt_penalty_and_what_went_back():
    facts = Taken(since=2, collateral_usd=120.0, repaid_usd=100.0, penalty_usd=13.0, left_usd=30.0)
    told = settled(facts)
    assert "begun in round 2" in told
    assert "for $100 of debt and $13 of penalty" in told
    assert told.endswith("$30 of collateral went back to the owner.")
    assert settled(replace(facts, left_usd=0.0)).endswith("penalty.")


def test_that_a_full_room_is_told_with_its_numbers():
    told = settled(NoRoom(tab_usd=113.0, running_usd=950.0, hole_usd=1000.0))
    assert "to raise $113, others raise $950 already, and $1k is the most at once" in told


def test_that_a_pool_is_told_with_what_it_paid_and_what_others_took_over():
    facts = Pooled(
        debt_usd=100.0, collateral_usd=109.0, paid_usd=60.0, to_pool_usd=65.0, caller_usd=0.5,
        passed_debt_usd=40.0, passed_collateral_usd=43.5, left_usd=0.0, stays_usd=0.0,
    )  # fmt: skip
    assert settled(facts) == (
        "The stability pool paid $60 of debt and took $65 of collateral. "
        "$40 of debt and $43.5 of collateral went to the other borrowers. Whoever called it got $0.5."
    )
    stuck = settled(replace(facts, passed_debt_usd=0.0, stays_usd=40.0, left_usd=3.0))
    assert "$3 of collateral stays with the owner." in stuck
    assert stuck.endswith("$40 of debt stays: nobody else is there to take it.")


def test_that_who_takes_over_debt_is_told_how_much():
    told = settled(TookOver(debt_usd=10.0, collateral_usd=11.0))
    assert told == "It took over $10 of debt and $11 of collateral of borrowers who were liquidated."


def test_that_a_closed_position_tells_what_was_left_or_who_paid():
    facts = Closed(
        debt_usd=90.0, collateral_usd=100.0, at_market_usd=8.0, deleveraged=0, deleveraged_usd=0.0, left_usd=8.0,
        unpaid_usd=0.0,
    )  # fmt: skip
    assert settled(facts) == "Closed at the market: $8 of equity was left."
    short = settled(replace(facts, at_market_usd=-5.0, left_usd=-5.0))
    assert short == "Closed: at the market it lacks $5. The insurance fund paid $5."
    many = settled(
        replace(facts, at_market_usd=-5.0, deleveraged=2, deleveraged_usd=60.0, left_usd=-3.0, unpaid_usd=1.0)
    )
    assert "$60 of its positions were closed against others (2) at its bankruptcy price." in many
    assert "The insurance fund and gains of others paid $2." in many
    assert many.endswith("$1 is left that nobody pays: bad debt.")


PLACE = Place("profit", 2, 7, profit_usd=600.0, all_profit_usd=2400.0, margin_usd=100.0, size_usd=800.0,
              equity_usd=200.0)  # fmt: skip


def test_that_a_place_in_the_queue_is_told_with_its_working():
    closing = Closing("L-001", "BTC", is_short=True, tokens=1.5, price=5.0, place=PLACE)

    def told(ranking: str) -> str:
        place = replace(PLACE, ranking=ranking)
        return settled(Deleveraged(closings=(replace(closing, place=place),), gains_usd=0.0))

    by_score = told("profit_times_leverage")
    assert by_score.endswith("It stood in place 2 of 7: profit $600 ÷ deposit $100 × leverage 4.00 = 24.00.")
    assert told("pro_rata").endswith("All 7 that had gained gave in proportion: $600 of $2.4k was its profit.")


def test_that_who_was_not_needed_is_told_where_it_stood():
    told = settled(Spared("BTC", is_short=True, place=PLACE, reached=1))
    assert told == (
        "Its short in BTC could have been closed against bankrupt longs. It stood in place 2 of 7, by its profit of "
        "$600. The first was enough."
    )
    assert settled(Spared("BTC", is_short=True, place=replace(PLACE, place=5), reached=4)).endswith("4 were enough.")
    too_poor = settled(Spared("BTC", is_short=False, place=PLACE, reached=3))
    assert too_poor.startswith("Its long in BTC could have been closed against bankrupt shorts.")
    assert too_poor.endswith("At their price nothing of it could be closed.")


def test_that_who_is_deleveraged_is_told_against_whom_and_at_which_price():
    one = Closing(against="L-001", asset="BTC", is_short=True, tokens=1.5, price=50_000.0, place=PLACE)
    told = settled(Deleveraged(closings=(one,), gains_usd=0.0))
    assert told.startswith("Deleveraged: 1.5 BTC of its short were closed against L-001 at 50,000, where L-001 has ")
    assert told.endswith("nothing left. It stood in place 2 of 7, by its profit of $600.")
    told = settled(Deleveraged(closings=(one,) * 5, gains_usd=7.0))
    assert told.count("It stood in place") == 1
    assert told.endswith("So were 2 more parts. $7 of its gains paid for losses of others.")
    assert "long" in settled(Deleveraged(closings=(replace(one, is_short=False),), gains_usd=0.0))


def test_that_a_borrower_who_took_over_debt_and_waits_is_told_both(liquidated):
    took = TookOver(debt_usd=10.0, collateral_usd=11.0)
    waiting = RoundOutcome(Outcome.WAITING, waited_rounds=1, latency_rounds=3, settled=took)
    told = sentences.why(replace(liquidated, happening=waiting))
    assert told.startswith("It took over $10 of debt and $11 of collateral of borrowers who were liquidated. Not liqu")
    assert told.endswith("liquidatable for 1 of the 3 rounds that liquidators take to come.")
    healthy = RoundOutcome(Outcome.TOOK_OVER, settled=took)
    assert sentences.why(replace(liquidated, happening=healthy)).endswith("who were liquidated.")


def test_that_a_lone_borrower_of_an_empty_pool_is_told_so(liquidated):
    alone = replace(liquidated, happening=RoundOutcome(Outcome.NOBODY_TO_TAKE, waited_rounds=1))
    assert sentences.why(alone) == "Not liquidated: the pool is empty and there is no other borrower."


def test_that_being_deleveraged_is_no_bad_debt(liquidated):
    entry = HistoryEntry(4, Outcome.DELEVERAGED, 10.0, 11.0, 0.0, 1.2, 1.3)
    assert sentences.fate(replace(liquidated, history=(entry,))) == "Never liquidated; deleveraged in round 4"


def test_that_a_short_is_told_the_rise_that_liquidates_it(liquidated):
    price = replace(
        liquidated.liquidation_prices[0], amount=0.0, threshold=0.0, owed_amount=10.0, other_debt_usd=0.0,
        other_backing_usd=1044.78, price=104.478, price_now=100.0,
    )  # fmt: skip
    assert sentences.price_working(price) == "1,044.78 ÷ 10"
    assert sentences.distance(price) == "now 100, a rise of 4.5 % away"
    assert sentences.distance(replace(price, price_now=110.0)) == "now 110, past it: a fall of 5.0 % leads back"
    assert sentences.price_working(replace(price, other_debt_usd=44.78)) == "(1,044.78 − 44.78) ÷ 10"


def test_that_a_capped_price_says_its_cap_and_what_the_market_says():
    marked = MarkedPrice("wstETH", "WETH", 2387.8, 2000.0, 1.2285, 1.1939, 2450.0)
    told = sentences.marked_price(marked)
    assert told == "wstETH at 1.1939 × WETH 2,000, capped: its ratio is 1.2285; the market says 2,450"
    price = LiquidationPrice("wstETH", 2387.8, 10.0, 0.8, 0.0, 15_000.0, 0.0, 1875.0)
    assert sentences.liquidation_ratio(marked, price) == "a ratio of 0.9375 to WETH"
    assert sentences.liquidation_ratio(marked, replace(price, price=None)) == ""


def test_that_a_price_without_a_cap_says_only_what_it_is_made_of():
    marked = MarkedPrice("wstETH", "WETH", 2400.0, 2000.0, 1.2, 1.2, 2400.0)
    assert "capped" not in sentences.marked_price(marked)
    assert "brake" not in sentences.marked_price(marked)
    assert "held back by its brake" in sentences.marked_price(replace(marked, price=2500.0))


def test_that_thresholds_of_a_category_are_told_together():
    terms = [
        Term("WETH", 1.0, 2000.0, 2000.0, 0.93, "ETH correlated"),
        Term("USDC", 5.0, 1.0, 5.0, 0.8),
        Term("wstETH", 1.0, 2300.0, 2300.0, 0.93, "ETH correlated"),
    ]
    assert sentences.category_thresholds(terms) == ["The threshold of WETH, wstETH is that of category ETH correlated."]
    assert sentences.category_thresholds(terms[1:2]) == []


def test_that_the_price_with_each_margin_on_its_own_position_stands_beside_that_of_health():
    price = LiquidationPrice("ETH", 2200.0, 0.0, 0.0, 10.0, 0.0, 31_139.0, 3113.9, 3105.3)
    assert sentences.by_position(price).endswith("asked of each position's value, as venues do, it is 3,105.3")
    assert not sentences.by_position(replace(price, by_position=None))
