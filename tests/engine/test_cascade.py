"""The round loop: how it is driven, how it ends, and what each round says."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import engine
from engine.reading.recorded_run import recorded_rounds
from engine.running.liquidatable_accounts import Waiting
from tests.engine.books import row, scenario

DEEP = {"liquidity": {"model": "exponential", "depth_2pct_usd": 1e6}}
SHALLOW = {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}}
LADDER = [row(f"a{n}", 10.0, 10.0 * (55.0 + n)) for n in range(25)]


def test_that_rounds_come_one_a_step_and_the_last_is_quiet():
    steps = engine.rounds(scenario(LADDER, eth=SHALLOW, drop=-0.1))
    numbers = [step.number for step in steps]
    assert numbers == list(range(1, len(numbers) + 1))
    assert steps.ended == "no more liquidations"
    assert steps.recording.rounds[-1].liquidations.sum() == 0
    assert steps.recording.rounds[0].number == 0
    assert next(steps, None) is None


def test_that_a_run_that_is_closed_keeps_what_it_computed():
    steps = engine.rounds(scenario(LADDER, eth=SHALLOW, drop=-0.1))
    next(steps)
    next(steps)
    steps.close()
    assert list(steps) == []
    assert steps.recording.ended == "stopped"
    assert len(steps.recording.rounds) == 3
    steps.close()
    assert steps.ended == "stopped"


def test_that_closing_a_run_that_has_ended_changes_nothing():
    steps = engine.rounds(scenario(LADDER))
    assert len(list(steps)) == 1
    steps.close()
    assert steps.ended == "no more liquidations"


def test_that_the_last_allowed_round_is_said_to_be_that():
    recording = engine.run(scenario(LADDER, eth=SHALLOW, drop=-0.1, simulation={"max_rounds": 2}))
    assert recording.ended == "max_rounds reached"
    assert recording.summary()["rounds"] == 2


def test_that_progress_hears_of_every_round():
    heard = []
    recording = engine.run(scenario(LADDER, eth=SHALLOW, drop=-0.1), progress=heard.append)
    assert heard == recording.rounds[1:]


def test_that_two_runs_give_the_same_bits_in_any_thread():
    given = scenario(LADDER, eth=SHALLOW, drop=-0.1, liquidators={"priority": "lowest_health"})
    first = engine.run(given)
    results = []
    threads = [threading.Thread(target=lambda: results.append(engine.run(given))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in results:
        assert other.to_dict() == first.to_dict()
        assert other.events_frame().equals(first.events_frame())


def test_that_stopping_and_starting_again_changes_nothing():
    given = scenario(LADDER, eth=SHALLOW, drop=-0.1)
    stopped = engine.rounds(given)
    next(stopped)
    stopped.close()
    assert engine.run(given).to_dict() == engine.run(given).to_dict()
    np.testing.assert_array_equal(stopped.recording.rounds[1].market, engine.run(given).rounds[1].market)


def test_that_one_more_round_after_the_end_changes_nothing():
    given = scenario(LADDER, eth=SHALLOW, drop=-0.1)
    steps = recorded_rounds(given)
    last = list(steps)[-1]
    steps.recording.ended = None
    more = next(steps)
    assert more.liquidations.sum() == 0
    np.testing.assert_array_equal(more.market, last.market)
    np.testing.assert_array_equal(more.oracle, last.oracle)


def test_that_a_liquidation_is_what_the_method_says():
    recording = engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.2, eth=DEEP, simulation={"max_rounds": 1}))
    step = recording.rounds[1]
    assert step.oracle.tolist() == [1.0, 80.0, 1000.0]
    assert recording.events_frame().to_dict("records") == [
        {
            "round": 1, "account": "a", "market": "m", "collateral_asset": "ETH",
            "seized": pytest.approx(350 * 1.1 / 80),
            "debt_asset": "USD", "repaid": 350.0, "repaid_usd": 350.0, "seized_usd": pytest.approx(385.0),
            "to_protocol": 0.0, "health_before": pytest.approx(640 / 700),
            "health_after": pytest.approx((800 - 385) * 0.8 / 350),
        }
    ]  # fmt: skip
    assert step.sold[1] == pytest.approx(385 / 80)
    assert step.market[1] == pytest.approx(80 * 0.98 ** (385 / 1e6))
    assert step.borrower_loss_usd == pytest.approx(35.0)
    assert step.liquidator_profit_usd == pytest.approx(35.0, rel=1e-3)
    assert step.accounts_liquidated == 1
    assert step.repaid_by_collateral_usd.tolist() == [0.0, 350.0, 0.0]


def test_that_bad_debt_is_paid_by_the_reserve_and_the_rest_by_lenders():
    given = scenario(
        [row("a", 10.0, 1000.0)], drop=-0.5, rules={"close": {"kind": "full"}}, safety={"reserve_usd": 300}
    )
    figures = engine.run(given).summary()
    left = 1000 - 500 / 1.1
    assert figures["bad_debt_usd"] == pytest.approx(left)
    assert figures["lender_loss_usd"] == pytest.approx(left - 300)
    assert engine.run(given).rounds[-1].debt_left_usd.tolist() == [0.0]


def test_that_bad_debt_that_stays_is_counted_once():
    rules = {"close": {"kind": "full"}, "bad_debt": "stay"}
    recording = engine.run(scenario([row("a", 10.0, 1000.0), row("b", debt=5.0)], drop=-0.5, rules=rules))
    assert recording.summary()["bad_debt_usd"] == pytest.approx(1000 - 500 / 1.1 + 5)
    assert recording.rounds[-1].debt_left_usd.tolist() == pytest.approx([1000 - 500 / 1.1 + 5])


def test_that_a_pause_holds_liquidations_back_and_the_run_waits_for_its_end():
    safety = {"pause_if_drop": 0.1, "pause_rounds": 3}
    recording = engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.2, safety=safety))
    assert [bool(step.paused[0]) for step in recording.rounds[:5]] == [False, True, True, True, False]
    assert [int(step.liquidations[0]) for step in recording.rounds[1:5]] == [0, 0, 0, 1]


def test_that_latency_is_waited_out():
    recording = engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.2, liquidators={"latency_rounds": 2}))
    assert [int(step.liquidations[0]) for step in recording.rounds[1:4]] == [0, 0, 1]


def test_that_what_nobody_liquidates_is_counted_as_left():
    recording = engine.run(scenario(LADDER, drop=-0.4, liquidators={"min_profit_usd": 1e9}))
    figures = recording.summary()
    assert figures["liquidations"] == 0
    assert figures["liquidatable_left"] == len(LADDER)
    assert figures["liquidatable_left_debt_usd"] == pytest.approx(sum(loan["debt_amount"] for loan in LADDER))
    assert recording.ended == "no more liquidations"


def test_that_recovery_keeps_a_run_going_until_prices_stand_still():
    liquidity = {**SHALLOW["liquidity"], "permanent_share": 0.0, "recovery_half_life_rounds": 2.0}
    recording = engine.run(scenario([row("a", 10.0, 700.0)], drop=-0.2, eth={"liquidity": liquidity}))
    last = recording.rounds[-1]
    assert last.market[1] == pytest.approx(last.undisturbed[1], rel=1e-5)
    assert recording.ended == "no more liquidations"


def test_that_the_summary_has_the_agreed_keys_and_plain_numbers():
    result = engine.run(scenario(LADDER, eth=SHALLOW, drop=-0.1)).to_dict()
    assert list(result) == ["format", "scenario", "provenance", "summary", "rounds"]
    assert list(result["summary"]) == [
        "rounds", "ended", "liquidations", "accounts_liquidated", "repaid_usd", "seized_usd", "bad_debt_usd",
        "lender_loss_usd", "liquidatable_left", "liquidatable_left_debt_usd", "insolvent_debt_usd",
        "total_loss_usd", "liquidator_profit_usd", "borrower_loss_usd", "amplification", "max_reproduction_number",
        "credited_usd", "inventory_usd", "auctions_running", "deleveraged_usd", "deleveraged", "deleveraged_taken_usd",
        "redistributed_usd", "pool_usd", "accounts_deleveraged",
    ]  # fmt: skip
    assert list(result["rounds"][0]) == [
        "round", "undisturbed", "market", "oracle", "sold", "proceeds_usd", "liquidations", "repaid_usd",
        "seized_usd", "bad_debt_usd", "reserve_usd", "reproduction_number", "lender_loss_usd", "lender_loss_so_far_usd",
        "insolvent_debt_usd", "total_loss_usd", "credited_usd", "inventory_usd", "cash_reserves_usd",
        "auctions_running", "auctions_tab_usd", "auctions_ask_usd", "auctions_lot_usd", "deleveraged_usd",
        "deleveraged", "deleveraged_taken_usd", "redistributed_usd", "pool_usd",
    ]  # fmt: skip
    assert result["summary"]["amplification"]["USD"] is None
    assert result["summary"]["amplification"]["ETH"] > 1.0

    def plain(value) -> bool:
        if isinstance(value, dict):
            return all(plain(item) for item in value.values())
        if isinstance(value, list):
            return all(plain(item) for item in value)
        return value is None or type(value) in (int, float, str)

    assert plain(result)


@pytest.mark.parametrize("swing", [0.2, 30.0])
def test_that_looking_only_at_who_can_have_fallen_is_looking_at_all(monkeypatch, swing):
    rng = np.random.default_rng(1)
    loans = []
    for number in range(300):
        short = number % 3 == 0
        size, ltv = rng.uniform(1, 5), rng.uniform(0.1, 0.85)
        loan = row(f"a{number}", size, None if short else 100 * size * ltv)
        loans.append(loan | ({"debt_asset": "BTC", "debt_amount": size * ltv / 10} if short else {}))
        if number % 50 == 0:
            loans.append(row(f"dust{number}", 1.2e-8, 1.0e-6 * rng.uniform(0.5, 1.0)))
    path = {
        "ETH": np.expm1(rng.uniform(-swing, swing, 30)).tolist(),
        "BTC": rng.uniform(-0.3, 0.3, 30).tolist(),
    }
    given = scenario(loans, shock={"kind": "path", "returns": path}, liquidators={"max_liquidations_per_round": 20})
    skipping = engine.run(given)
    monkeypatch.setattr(Waiting, "raise_level", lambda waiting, moves: waiting.look_at_all())
    looking = engine.run(given)
    assert skipping.summary()["liquidations"] >= 20
    assert skipping.to_dict() == looking.to_dict()
    assert skipping.events_frame().equals(looking.events_frame())


def test_that_an_empty_book_runs():
    recording = engine.run(scenario([]))
    assert recording.summary()["rounds"] == 1
    assert len(recording.events_frame()) == 0
    assert recording.summary()["max_reproduction_number"] is None


def test_that_event_columns_grow_while_a_round_runs():
    many = [row(f"a{n}", 10.0, 700.0 + n / 100) for n in range(2000)]
    recording = engine.run(scenario(many, drop=-0.2, liquidators={"calls_per_round": 3}))
    assert len(recording.events) > 2000
    assert recording.rounds[1].liquidations[0] == recording.rounds[1].last_event
    few = engine.run(scenario(many, drop=-0.2, liquidators={"calls_per_round": 3}))
    assert few.events_frame().equals(recording.events_frame())


def test_that_proportional_legs_share_a_liquidation_over_all_pairs():
    loans = [
        row("a", 10.0, 850.0),
        {**row("a"), "collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "ETH", "debt_amount": 8.0},
    ]
    rules = {"legs": "proportional", "close": {"kind": "full"}}
    frame = engine.run(scenario(loans, drop=-0.2, rules=rules, simulation={"max_rounds": 1})).events_frame()
    assert len(frame) == 4
    repaid = frame.groupby("debt_asset")["repaid"].sum()
    assert repaid.to_dict() == pytest.approx({"USD": 850.0, "ETH": 8.0})
    seized = frame.groupby("collateral_asset")["seized_usd"].sum()
    assert seized["ETH"] / seized["BTC"] == pytest.approx(800 / 1000)
    assert seized.sum() == pytest.approx((850 + 8 * 80) * 1.1)
