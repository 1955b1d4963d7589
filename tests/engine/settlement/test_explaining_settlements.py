"""Why an account was, or was not, settled where the market does not leave it to liquidators."""

from __future__ import annotations

import pytest

import engine
from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Outcome
from engine.settlement.happened import Absorbed, InAuction, NoRoom, Taken
from tests.engine.settlement.lending import account, market, run, scenario

ABSORB = {"kind": "absorb", "penalty": 0.05, "storefront_discount": 0.025}
SECONDS = {"kind": "stairstep", "cut": 0.99, "step_rounds": 1}
AUCTION = {"kind": "auction", "buffer": 1.25, "penalty": 0.1, "curve": SECONDS, "reset_rounds": 3600}


def test_that_an_absorbed_account_is_told_what_it_was_credited():
    found = explain(run(ABSORB, [account("a", 40.0, 100.0)]), 0, 1).happening
    assert found.outcome is Outcome.ABSORBED
    assert found.settled == Absorbed(100.0, 160.0, 0.05, pytest.approx(52.0), 0.0)
    short = explain(run(ABSORB, [account("a", 40.0, 200.0)]), 0, 1).happening
    assert short.settled == Absorbed(200.0, 160.0, 0.05, 0.0, pytest.approx(48.0))


def test_that_an_account_that_did_not_fit_is_told_which_limit_it_hit():
    loans = [account("a", 40.0, 100.0), account("b", 40.0, 99.0)]
    by_count = run(ABSORB, loans, liquidators={"max_liquidations_per_round": 1})
    assert explain(by_count, 1, 1).happening.outcome is Outcome.COUNT_USED_UP
    by_capacity = explain(run(ABSORB, loans, liquidators={"capacity_usd_per_round": 150.0}), 1, 1).happening
    assert by_capacity.outcome is Outcome.OVER_CAPACITY
    assert by_capacity.refused.repaid_usd == 99.0
    assert by_capacity.refused.capacity_left_usd == 50.0
    assert explain(by_count, 1, 2).happening.outcome is Outcome.ABSORBED


def test_that_an_auction_is_told_with_what_it_asks_and_what_the_market_pays():
    recording = run(AUCTION, [account("a", 40.0, 100.0)], liquidators={"gas_usd": 3.0})
    found = explain(recording, 0, 5).happening
    assert found.outcome is Outcome.IN_AUCTION
    auction = found.settled
    assert isinstance(auction, InAuction)
    assert (auction.since, auction.price_since, auction.share) == (1, 1, 1.0)
    assert auction.tab_usd == auction.asked_usd == pytest.approx(110.0)
    # at 5 * 0.99^4 the tab takes 22.9 tokens, worth 4 each
    assert auction.proceeds_usd == pytest.approx(4 * 110 / (5 * 0.99**4))
    assert not auction.pays
    assert auction.profit_usd == pytest.approx(auction.proceeds_usd - 113)


def test_that_the_taken_auction_is_told():
    recording = run(AUCTION, [account("a", 40.0, 100.0)])
    number = next(step.number for step in recording.rounds if step.liquidations.any())
    assert explain(recording, 0, number - 1).happening.settled.profit_usd < 0
    found = explain(recording, 0, number).happening
    assert found.outcome is Outcome.TAKEN
    ask = 5 * 0.99 ** (number - 1)
    assert found.settled == Taken(
        since=1,
        collateral_usd=pytest.approx(4 * 110 / ask),
        repaid_usd=pytest.approx(100.0),
        penalty_usd=pytest.approx(10.0),
        left_usd=pytest.approx(160 - 4 * 110 / ask),
    )
    assert explain(recording, 0, number).history[0].repaid_usd == pytest.approx(100.0)


def test_that_a_restarted_auction_tells_since_when_its_price_falls():
    gas = {"gas_usd": 1e6}
    recording = run(AUCTION | {"reset_rounds": 3}, [account("a", 40.0, 100.0)], liquidators=gas)
    assert [explain(recording, 0, number).happening.settled.price_since for number in (1, 4, 5)] == [1, 1, 5]
    assert explain(recording, 0, 5).happening.settled.since == 1


def test_that_an_account_waits_for_room():
    loans = [account("first", 40.0, 100.0), account("second", 40.0, 99.0)]
    rules = {"close": {"kind": "fraction", "min_leftover_usd": 20.0}}
    recording = run(AUCTION | {"hole_usd": 120.0}, loans, rules=rules, simulation={"max_rounds": 100})
    found = explain(recording, 1, 1).happening
    assert found.outcome is Outcome.NO_ROOM
    assert found.settled == NoRoom(pytest.approx(108.9), pytest.approx(110.0), 120.0)


def test_that_an_auction_in_a_pause_is_told_to_be_paused():
    fall = {"kind": "path", "returns": {"TOK": [0.0, -0.2]}}
    recording = run(AUCTION, [account("a", 40.0, 100.0)], shock=fall, safety={"pause_if_drop": 0.1, "pause_rounds": 9})
    assert explain(recording, 0, 3).happening.settled.is_paused


def test_that_an_auction_beside_another_knows_the_price_as_that_one_left_it():
    """Both are worth taking alone; the market is too thin for the second in the same round."""
    thin = {"liquidity": {"model": "linear", "depth_2pct_usd": 100.0}}
    terms = AUCTION | {"buffer": 1.03, "penalty": 0.0}
    recording = run(terms, [account("a", 40.0, 150.0), account("b", 40.0, 160.0)], token=thin)
    assert recording.rounds[6].liquidations[0] == 1
    second = explain(recording, 1, 6).happening.settled
    assert isinstance(second, InAuction)
    assert not second.pays
    alone = run(terms, [account("b", 40.0, 160.0)], token=thin)
    assert alone.rounds[6].liquidations[0] == 1


def test_that_liquidators_beside_other_markets_are_explained_by_what_went_before():
    loans = [account("taken", 40.0, 101.0, "m"), account("late", 40.0, 90.0, "n")]
    made = scenario({"m": market(ABSORB), "n": market(None)}, loans, liquidators={"capacity_usd_per_round": 110.0})
    recording = engine.run(made)
    found = explain(recording, 1, 1).happening
    assert found.outcome is Outcome.OVER_CAPACITY
    assert found.refused.capacity_left_usd == pytest.approx(9.0)
    assert found.refused.repaid_usd == pytest.approx(45.0)
    assert explain(recording, 1, 2).happening.outcome is Outcome.LIQUIDATED


def test_that_a_borrower_who_took_over_debt_is_shown_with_what_he_had_before():
    pool = {"kind": "stability_pool", "pool_usd": 0.0}
    recording = run(pool, [account("gone", 40.0, 100.0), account("heir", 100.0, 50.0)])
    found = explain(recording, 1, 1)
    assert found.before.debt_usd == 50.0
    assert found.after.debt_usd == pytest.approx(150.0)
