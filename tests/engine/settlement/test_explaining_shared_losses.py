"""Why an account was closed by a pool or a margin engine, and what others' losses did to it, in numbers."""

from __future__ import annotations

import pytest

from engine.reading.explanation.explain import explain
from engine.reading.explanation.explanation import Outcome
from engine.settlement.happened import Closed, Deleveraged, Pooled, Spared, TookOver
from tests.engine.settlement.lending import account, run
from tests.engine.settlement.perpetuals import position
from tests.engine.settlement.perpetuals import run as run_margin
from tests.engine.settlement.test_deleveraging import LONG, SHORTS

MCR = {"token": {"price": 100.0}, "threshold": 1 / 1.1}


def pool(pool_usd: float = 1.0, **given):
    return {"kind": "stability_pool", "pool_usd": pool_usd} | given


def test_that_it_is_told_what_the_pool_paid_and_other_borrowers_took():
    # The worked example of Liquity (liquity-12): 390 of 2000 paid, 0.105 tokens to the caller
    loans = [account("bob", 21.0, 2000.0), account("x", 4.0, 100.0), account("y", 2.0, 50.0)]
    recording = run(pool(391.0, gas_compensation=0.005, sell_share=1.0), loans, **MCR)
    happened = explain(recording, 0, 1).happening
    assert happened.outcome is Outcome.POOLED
    assert isinstance(happened.settled, Pooled)
    facts = happened.settled
    assert (facts.debt_usd, facts.collateral_usd) == (2000.0, 2100.0)
    assert facts.paid_usd == pytest.approx(390.0)
    assert facts.to_pool_usd == pytest.approx(407.4525)
    assert facts.caller_usd == pytest.approx(10.5)
    assert facts.passed_debt_usd == pytest.approx(1610.0)
    assert facts.passed_collateral_usd == pytest.approx(1682.0475)
    assert facts.left_usd == facts.stays_usd == 0.0


def test_that_an_account_is_told_what_it_took_over_of_others():
    loans = [account("bob", 21.0, 2000.0), account("x", 4.0, 100.0), account("y", 2.0, 50.0)]
    recording = run(pool(391.0, gas_compensation=0.005), loans, **MCR)
    happened = explain(recording, 1, 1).happening
    assert happened.outcome is Outcome.TOOK_OVER
    assert isinstance(happened.settled, TookOver)
    assert happened.settled.debt_usd == pytest.approx(1610 * 2 / 3)
    assert happened.settled.collateral_usd == pytest.approx(1682.0475 * 2 / 3)
    assert explain(recording, 1, 2).happening.outcome is Outcome.HEALTHY
    before = explain(recording, 1, 1).before
    assert (before.debt_usd, before.collateral_usd) == (100.0, 400.0)


def test_that_a_liquidated_account_is_told_with_what_it_had_itself_taken_over():
    loans = [account("a", 10.0, 1050.0), account("b", 20.0, 1790.0), account("c", 30.0, 1000.0)]
    recording = run(pool(), loans, **MCR)
    first, second = explain(recording, 1, 1).happening, explain(recording, 1, 2).happening
    assert first.outcome is Outcome.TOOK_OVER
    assert second.outcome is Outcome.POOLED
    assert isinstance(second.settled, Pooled)
    assert second.settled.debt_usd == pytest.approx(2210.0)
    history = explain(recording, 1, 2).history
    assert [(entry.round, entry.outcome) for entry in history] == [(2, Outcome.LIQUIDATED)]
    assert history[0].repaid_usd == pytest.approx(2210.0)


def test_that_one_liquidation_by_a_pool_is_one_entry_of_the_history():
    loans = [account("bob", 21.0, 2000.0), account("x", 4.0, 100.0)]
    history = explain(run(pool(391.0, gas_compensation=0.005), loans, **MCR), 0, 1).history
    assert len(history) == 1
    assert history[0].repaid_usd == pytest.approx(2000.0)
    assert history[0].seized_usd == pytest.approx(2100.0)


def test_that_a_lone_borrower_and_those_over_a_limit_are_told_why_nothing_was_done():
    alone = run(pool(), [account("a", 10.0, 950.0)], **MCR)
    assert explain(alone, 0, 1).happening.outcome is Outcome.NOBODY_TO_TAKE
    loans = [account(name, 10.0, 950.0 + n) for n, name in enumerate("abc")] + [account("other", 1e4, 1.0)]
    one = run(pool(1e5), loans, **MCR, liquidators={"max_liquidations_per_round": 1})
    assert [explain(one, n, 1).happening.outcome for n in range(3)] == [
        Outcome.COUNT_USED_UP, Outcome.COUNT_USED_UP, Outcome.POOLED,
    ]  # fmt: skip
    little = run(pool(1e5), loans, **MCR, liquidators={"capacity_usd_per_round": 960.0})
    assert explain(little, 0, 1).happening.outcome is Outcome.OVER_CAPACITY
    late = run(pool(1e5), loans, **MCR, liquidators={"latency_rounds": 1})
    assert explain(late, 0, 1).happening.outcome is Outcome.WAITING


def test_that_it_is_told_what_the_insurance_fund_paid():
    recording = run_margin([LONG, *SHORTS], to=40.0, settlement={"insurance_usd": 1000.0})
    happened = explain(recording, 0, 1).happening
    assert happened.outcome is Outcome.CLOSED
    assert isinstance(happened.settled, Closed)
    facts = happened.settled
    assert (facts.debt_usd, facts.collateral_usd) == pytest.approx((950.0, 400.0))
    assert facts.at_market_usd == facts.left_usd == pytest.approx(-550.0)
    assert facts.paid_for_usd == pytest.approx(550.0)
    assert facts.deleveraged == 0
    assert facts.unpaid_usd == 0.0


def test_that_both_sides_of_a_deleveraging_are_told_the_bankruptcy_price():
    recording = run_margin([LONG, *SHORTS], to=40.0)
    facts = explain(recording, 0, 1).happening.settled
    assert isinstance(facts, Closed)
    assert facts.at_market_usd == pytest.approx(-550.0)
    assert (facts.deleveraged, facts.deleveraged_usd) == (1, pytest.approx(400.0))
    assert facts.left_usd == pytest.approx(0.0, abs=1e-9)
    assert facts.paid_for_usd == pytest.approx(0.0, abs=1e-9)
    other = explain(recording, 2, 1)
    assert other.happening.outcome is Outcome.DELEVERAGED
    assert isinstance(other.happening.settled, Deleveraged)
    (closing,) = other.happening.settled.closings
    assert (closing.against, closing.asset, closing.is_short) == ("1", "BTC", True)
    assert (closing.tokens, closing.price) == (10.0, pytest.approx(95.0))
    assert [entry.outcome for entry in other.history] == [Outcome.DELEVERAGED]
    assert (closing.place.ranking, closing.place.place, closing.place.count) == ("profit", 1, 2)
    assert (closing.place.profit_usd, closing.place.all_profit_usd) == pytest.approx((600.0, 900.0))


def test_that_who_was_not_reached_is_told_where_it_stood():
    recording = run_margin([LONG, *SHORTS], to=40.0)
    spared = explain(recording, 1, 1).happening
    assert spared.outcome is Outcome.HEALTHY
    facts = spared.settled
    assert isinstance(facts, Spared)
    assert (facts.asset, facts.is_short, facts.reached) == ("BTC", True, 1)
    assert (facts.place.place, facts.place.count, facts.place.profit_usd) == (2, 2, pytest.approx(300.0))
    assert explain(recording, 1, 2).happening.settled is None  # nobody was closed against in round 2


def test_that_places_are_told_as_they_stood_when_they_were_found_out():
    """The first bankrupt long closes 4 of 6 against the only short; by what is left it would have gained a third."""
    loans = [position("a", 4.0, 100.0, 20.0), position("b", 2.0, 100.0, 9.0), position("c", -6.0, 100.0, 50.0)]
    recording = run_margin(loans, to=40.0, settlement={"adl_ranking": "profit_times_leverage"})
    facts = explain(recording, 2, 1).happening.settled
    assert isinstance(facts, Deleveraged)
    assert [closing.against for closing in facts.closings] == ["a", "b"]
    for closing in facts.closings:
        place = closing.place
        assert (place.profit_usd, place.margin_usd, place.size_usd, place.equity_usd) == pytest.approx(
            (360.0, 50.0, 240.0, 410.0)
        )
        assert place.leverage == pytest.approx(240 / 410)
        assert place.score == pytest.approx(360 / 50 * 240 / 410)


def test_that_pro_rata_everybody_is_told_his_share_of_the_profit():
    recording = run_margin([LONG, *SHORTS], to=40.0, settlement={"adl_ranking": "pro_rata"})
    for place, profit in ((1, 300.0), (2, 600.0)):
        facts = explain(recording, place, 1).happening.settled
        assert isinstance(facts, Deleveraged)
        (closing,) = facts.closings
        assert (closing.place.profit_usd, closing.place.all_profit_usd) == pytest.approx((profit, 900.0))
        assert closing.tokens == pytest.approx(10 * profit / 900)


def test_that_a_long_is_told_its_place_among_longs():
    loans = [position("short", -6.0, 100.0, 30.0), position("a", 4.0, 100.0, 50.0), position("b", 8.0, 100.0, 100.0)]
    recording = run_margin(loans, to=160.0)
    facts = explain(recording, 2, 1).happening.settled
    assert isinstance(facts, Deleveraged)
    assert not facts.closings[0].is_short
    assert facts.closings[0].place.place == 1
    spared = explain(recording, 1, 1).happening.settled
    assert isinstance(spared, Spared)
    assert not spared.is_short
    assert (spared.place.place, spared.place.profit_usd) == (2, pytest.approx(240.0))


def test_that_what_is_left_is_told_as_the_market_was_at_its_turn():
    # The second of two equal longs meets the price that the first has left; closed in part against a small short.
    loans = [*(position(name, 10.0, 100.0, 50.0) for name in "ab"), position("short", -4.0, 100.0, 500.0)]
    btc = {"liquidity": {"model": "exponential", "depth_2pct_usd": 500.0}}
    recording = run_margin(loans, to=80.0, btc=btc)
    first, second = (explain(recording, n, 1).happening.settled for n in (0, 1))
    assert isinstance(first, Closed)
    assert isinstance(second, Closed)
    assert first.deleveraged == 1
    assert second.deleveraged == 0
    assert first.unpaid_usd == pytest.approx(-first.left_usd)
    assert second.unpaid_usd == pytest.approx(-second.left_usd)
    assert second.at_market_usd < first.at_market_usd
    assert recording.rounds[1].bad_debt_usd[0] == pytest.approx(first.unpaid_usd + second.unpaid_usd)


def test_that_gains_taken_are_told():
    recording = run_margin([LONG, *SHORTS], to=40.0, settlement={"adl": False}, safety={"adl": True})
    facts = explain(recording, 2, 1).happening.settled
    assert isinstance(facts, Deleveraged)
    assert facts.closings == ()
    assert facts.gains_usd == pytest.approx(550 * 2 / 3)
    closed = explain(recording, 0, 1).happening.settled
    assert isinstance(closed, Closed)
    assert closed.paid_for_usd == pytest.approx(550.0)


def test_that_a_position_over_a_limit_is_told_which():
    loans = [position(name, 10.0, 100.0, 1.0 + n) for n, name in enumerate("ab")]
    given = {"maintenance": 0.05, "settlement": {"insurance_usd": 1e4}}
    by_count = run_margin(loans, liquidators={"max_liquidations_per_round": 1}, **given)
    assert explain(by_count, 1, 1).happening.outcome is Outcome.COUNT_USED_UP
    by_usd = run_margin(loans, liquidators={"capacity_usd_per_round": 1000.0}, **given)
    assert explain(by_usd, 1, 1).happening.outcome is Outcome.OVER_CAPACITY


def test_that_a_short_has_a_liquidation_price_above_and_the_margin_asset_has_none():
    # 1050 / (10 x 1.005) = 104.4776, and (10 x 100 - 50) / (10 x 0.995) = 95.4774
    recording = run_margin([position("short", -10.0, 100.0, 50.0), position("long", 10.0, 100.0, 50.0)])
    (short,), (long,) = (explain(recording, n, 0).liquidation_prices for n in (0, 1))
    assert (short.asset, short.is_short) == ("BTC", True)
    assert short.price == pytest.approx(1050 / 10.05)
    assert short.distance == pytest.approx(1050 / 10.05 / 100 - 1)
    assert (long.asset, long.is_short) == ("BTC", False)
    assert long.price == pytest.approx(95.47738693467338)
    assert long.distance == pytest.approx(1 - 0.9547738693467338)
