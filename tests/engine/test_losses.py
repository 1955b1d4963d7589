"""Insolvent debt and total loss (Method, section 9): what is owed beyond what is held, and what was written off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.files import load_recording, save_scenario
from engine.reading.losses import Losses
from engine.running.paths import Paths
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.settled_scenarios import settled_scenarios
from tests.engine.settlement.lending import account, market, run, scenario
from tests.patience import PATIENCE_MS

STUCK = {"oracle": {"kind": "fixed", "price": 4.0}}
NEVER = -1e12
"""Target reserves below which nothing is ever sold."""


def fall(share, rounds=1):
    return {"kind": "instant", "returns": {"TOK": -share}, "over_rounds": rounds}


def looked_through(recording, number):
    """Insolvent debt by market, every account looked at."""
    book, state, step = recording.book, recording.state(number), recording.rounds[number]
    accounts = np.arange(len(book))
    held = np.bincount(
        np.repeat(accounts, np.diff(book.collateral_start)),
        state.collateral_amount * step.market[book.collateral_asset],
        minlength=len(book),
    )
    owed = np.bincount(
        np.repeat(accounts, np.diff(book.debt_start)),
        state.debt_amount * step.market[book.debt_asset],
        minlength=len(book),
    )
    return np.bincount(book.market, np.maximum(owed - held, 0.0), minlength=len(book.market_names))


def test_that_a_stuck_oracle_hides_insolvent_debt_from_nobody_who_counts_at_market_prices():
    loans = [account("owes 70 against 160", 40.0, 70.0), account("owes 15", 40.0, 15.0)]
    recording = run(None, loans, token=STUCK, shock=fall(0.75))  # 40 tokens are worth 40 USD
    summary = recording.summary()
    assert summary["liquidations"] == 0
    assert summary["bad_debt_usd"] == 0.0
    assert summary["insolvent_debt_usd"] == pytest.approx(30.0)
    assert summary["total_loss_usd"] == pytest.approx(30.0)


def test_that_insolvent_debt_is_counted_at_the_prices_after_the_sales():
    """The oracle shows what was before the sale, 3.2 USD; the one who is not liquidated is solvent there."""
    loans = [account("liquidated", 40.0, 78.0), account("waits", 10.0, 29.0)]
    curve = {"liquidity": {"model": "constant_usd", "depth_2pct_usd": 1.0}}
    recording = run(
        None, loans, token=curve, threshold=0.5, shock=fall(0.2),
        rules={"close": {"kind": "full"}}, liquidators={"max_liquidations_per_round": 1}, simulation={"max_rounds": 1},
    )  # fmt: skip
    step = recording.rounds[1]
    assert step.oracle[0] * 10.0 > 29.0 > step.market[0] * 10.0
    assert recording.summary()["insolvent_debt_usd"] == pytest.approx(29.0 - 10.0 * step.market[0])


def test_that_debt_without_collateral_is_insolvent_until_it_is_written_off():
    naked = {"account": "none", "market": "m", "debt_asset": "USD", "debt_amount": 7.0}
    recording = run(None, [account("fine", 40.0, 20.0), naked])
    losses = recording.losses
    assert losses.insolvent_debt_usd(0).tolist() == [7.0]
    assert losses.total_loss_usd(0).tolist() == [7.0]
    assert losses.insolvent_debt_usd(1).tolist() == [0.0]
    assert losses.written_off_usd(1).tolist() == [7.0]
    assert losses.total_loss_usd(1).tolist() == [7.0]


def test_that_debt_that_stays_is_counted_once_as_insolvent_debt():
    naked = {"account": "none", "market": "m", "debt_asset": "USD", "debt_amount": 7.0}
    recording = run(None, [account("fine", 40.0, 20.0), naked], rules={"bad_debt": "stay"})
    summary = recording.summary()
    assert summary["bad_debt_usd"] == 7.0
    assert summary["insolvent_debt_usd"] == 7.0
    assert summary["total_loss_usd"] == 7.0
    assert recording.losses.written_off_usd().tolist() == [0.0]


def test_that_the_shortfalls_of_a_protocol_that_absorbs_are_total_loss():
    loans = [account("first", 40.0, 200.0), account("second", 40.0, 190.0)]
    absorb = {"kind": "absorb", "penalty": 0.05, "storefront_discount": 0.025, "target_reserves_usd": NEVER}
    for bad_debt in ("write_off", "stay"):
        summary = run(absorb, loans, safety={"reserve_usd": 500.0}, rules={"bad_debt": bad_debt}).summary()
        assert summary["lender_loss_usd"] == 0.0  # the reserve pays, which is a loss all the same
        assert summary["insolvent_debt_usd"] == 0.0
        assert summary["total_loss_usd"] == pytest.approx((200 - 152) + (190 - 152))


def test_that_a_liquidation_makes_an_account_insolvent_while_prices_stand_still():
    """160 against 158: 79 are repaid for 79 x 1.05, which leaves 77.05 against 79."""
    recording = run(None, [account("a", 40.0, 158.0)], rules={"close": {"kind": "fraction", "close_factor": 0.5}})
    assert recording.losses.insolvent_debt_usd(0).tolist() == [0.0]
    assert recording.losses.insolvent_debt_usd(1) == pytest.approx([79.0 - (160.0 - 79.0 * 1.05)])
    assert recording.losses.insolvent_debt_usd(0).tolist() == [0.0]


def test_that_losses_are_told_by_market():
    markets = {"a": market(None), "b": market(None, bad_debt="stay")}
    loans = [account("x", 40.0, 70.0, "a"), account("y", 40.0, 50.0, "b"), account("z", 40.0, 10.0, "b")]
    recording = engine.run(scenario(markets, loans, token=STUCK, shock=fall(0.75)))
    assert recording.losses.insolvent_debt_usd().tolist() == pytest.approx([30.0, 10.0])
    frame = recording.rounds_frame()
    assert frame["insolvent_debt_usd"].iloc[-1] == pytest.approx(40.0)
    assert frame["insolvent_debt_usd.a"].iloc[-1] == pytest.approx(30.0)
    assert frame["total_loss_usd.b"].iloc[-1] == pytest.approx(10.0)


def test_that_rounds_tell_levels_of_which_the_last_is_the_summarys():
    loans = [account(f"a{number}", 40.0, 60.0 + 2 * number) for number in range(8)]
    recording = run(None, loans, token={"oracle": {"kind": "market", "delay_rounds": 3}}, shock=fall(0.6, 3))
    result = recording.to_dict()
    assert [step["insolvent_debt_usd"] for step in result["rounds"]] == pytest.approx(
        [looked_through(recording, number).sum() for number in range(1, len(recording))], abs=1e-9
    )
    assert result["rounds"][-1]["total_loss_usd"] == result["summary"]["total_loss_usd"]
    assert result["summary"]["total_loss_usd"] == pytest.approx(
        result["summary"]["bad_debt_usd"] + result["summary"]["insolvent_debt_usd"]
    )
    assert max(step["insolvent_debt_usd"] for step in result["rounds"]) > 0.0


def test_that_what_is_known_is_told_while_another_thread_looks_for_more():
    recording = run(None, [account("a", 40.0, 70.0)], token=STUCK, shock=fall(0.75))
    recording.losses.work_out()
    recording.losses.total_loss_usd()
    told = [recording.losses.total_loss_usd(step.number).tolist() for step in recording.rounds]
    with ThreadPoolExecutor(1) as other, recording._found_losses.lock:
        known = other.submit(lambda: recording.losses.known).result(PATIENCE_MS / 1000)
        asked = [
            other.submit(recording.losses.total_loss_usd, number).result(PATIENCE_MS / 1000) for number in range(known)
        ]
    assert [each.tolist() for each in asked] == told


def test_that_a_round_that_is_not_there_is_refused():
    with pytest.raises(IndexError):
        run(None, [account("a", 40.0, 10.0)]).losses.insolvent_debt_usd(99)


@settings(max_examples=max(5, settings().max_examples // 2))
@given(st.one_of(scenarios(most_accounts=20), settled_scenarios()), st.randoms(use_true_random=False))
def test_that_looking_only_at_who_can_be_insolvent_is_looking_at_all(given_scenario, random):
    """In whatever order the rounds are asked for."""
    recording = engine.run(engine.from_dict(given_scenario))
    numbers = list(range(len(recording)))
    random.shuffle(numbers)
    for number in numbers:
        expected = looked_through(recording, number)
        found = recording.losses.insolvent_debt_usd(number)
        scale = 1e-11 * float(recording.rounds[0].debt_left_usd.sum() + recording.rounds[number].debt_left_usd.sum())
        assert found == pytest.approx(expected, rel=1e-9, abs=scale)
    written_off = sum(step.bad_debt_usd for step in recording.rounds)
    found = recording.losses.written_off_usd()
    for m, one in enumerate(recording.scenario.parameters.markets.values()):
        if one.rules.bad_debt == "write_off":
            assert found[m] == pytest.approx(written_off[m], rel=1e-9)
        elif one.rules.settlement.kind == "liquidator":
            assert found[m] == 0.0


@given(st.one_of(scenarios(most_accounts=20), settled_scenarios()))
def test_that_what_a_run_tells_of_its_end_is_what_is_found_in_its_recording(given_scenario):
    recording = engine.run(engine.from_dict(given_scenario))
    told = recording.losses.insolvent_debt_usd()
    assert recording.insolvent_at_end_usd is told
    recording.insolvent_at_end_usd = None
    assert Losses(recording).insolvent_debt_usd().tolist() == told.tolist()


@pytest.mark.parametrize("threshold", [0.5, 1.3])
def test_that_paths_find_insolvent_accounts_that_no_oracle_has_told_of(threshold):
    """Nobody is touched by the run; with a threshold above 1 a healthy account may be insolvent."""
    loans = [account(f"a{number}", 40.0, 0.5 + number * 159.0 * min(threshold, 1.0) / 300) for number in range(300)]
    stuck = scenario({"m": market(None, threshold)}, loans, token=STUCK)
    paths = np.array([[[4.0 * share, 1.0]] for share in (1.0, 0.9, 0.3, 0.01)])
    found = Paths(stuck).run(paths)
    owed = np.array([loan["debt_amount"] for loan in loans])
    for place, share in enumerate((1.0, 0.9, 0.3, 0.01)):
        expected = np.maximum(owed - 160.0 * share, 0.0).sum()
        assert found.insolvent_debt_usd[place] == pytest.approx(expected, rel=1e-12)
        assert found.total_loss_usd[place] == pytest.approx(expected, rel=1e-12)


def test_that_paths_count_debt_that_stays_once():
    naked = {"account": "none", "market": "m", "debt_asset": "USD", "debt_amount": 7.0}
    for bad_debt in ("stay", "write_off"):
        made = scenario({"m": market(None, bad_debt=bad_debt)}, [account("fine", 40.0, 20.0), naked])
        found = Paths(made).run(np.array([[[4.0, 1.0]]]))
        assert found.bad_debt_usd.tolist() == [7.0]
        assert found.insolvent_debt_usd.tolist() == [7.0 if bad_debt == "stay" else 0.0]
        assert found.total_loss_usd.tolist() == [7.0]


def test_that_a_larger_fall_never_makes_less_insolvent_debt_where_nobody_liquidates():
    loans = [account(f"a{number}", 40.0, 10.0 + 7 * number) for number in range(10)]
    lost = [run(None, loans, token=STUCK, shock=fall(share)).summary()["total_loss_usd"] for share in (0.5, 0.7, 0.9)]
    assert lost == sorted(lost)
    assert lost[0] < lost[2]


def test_that_the_losses_of_a_recording_from_a_file_are_those_of_the_run(tmp_path):
    loans = [account(f"a{number}", 40.0, 60.0 + 2 * number) for number in range(8)]
    recording = run(None, loans, token={"oracle": {"kind": "market", "delay_rounds": 3}}, shock=fall(0.9, 3))
    save_scenario(recording.scenario, tmp_path / "run.cascade", recording=recording)
    read = load_recording(tmp_path / "run.cascade")
    assert read.summary()["total_loss_usd"] == recording.summary()["total_loss_usd"] > 0.0


def test_that_prices_further_apart_than_any_number_leave_the_insolvent_debt_right():
    """A sale without end of one asset, whose fall drives another up; the quotient of their changes has no float."""
    curve = {"price": 1.0, "oracle": {"kind": "fixed", "price": 1.0},
             "liquidity": {"model": "exponential", "depth_2pct_usd": 1e4}}  # fmt: skip
    recording = engine.run(engine.from_dict({
        "format": "cascade-scenario/1",
        "assets": {"AAA": curve, "BBB": curve},
        "cross_impact": [{"from": "AAA", "to": "BBB", "share": -0.9}],
        "markets": {"lending": {"collateral": {"AAA": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
        "shock": {"kind": "sale", "usd": {"AAA": 3e8}},
        "simulation": {"max_rounds": 5},
        "loans": [{"account": "a", "market": "lending", "collateral_asset": "AAA", "collateral_amount": 100.0,
                   "debt_asset": "BBB", "debt_amount": 50.0}],
    }))  # fmt: skip
    last = recording.rounds[-1]
    assert last.market[0] < 1e-200
    assert last.market[1] > 1e200
    assert recording.summary()["insolvent_debt_usd"] == pytest.approx(50.0 * last.market[1])


def test_that_bad_debt_that_stays_counts_in_the_total_loss_at_todays_price():
    """Owed is an asset that falls with the collateral: what it was when it turned bad is more than in the end."""
    short = {"price": 10.0}
    path = {"kind": "path", "returns": {"TOK": [-0.9] * 3, "OWED": [0.0, -0.5, -0.75]}}
    recording = engine.run(engine.from_dict({
        "format": "cascade-scenario/1",
        "assets": {"TOK": {"price": 100.0}, "OWED": short},
        "markets": {"m": {"collateral": {"TOK": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}},
                          "rules": {"bad_debt": "stay", "close": {"kind": "full"}}}},
        "shock": path,
        "simulation": {"max_rounds": 10},
        "loans": [{"account": "a", "market": "m", "collateral_asset": "TOK", "collateral_amount": 10.0,
                   "debt_asset": "OWED", "debt_amount": 70.0}],
    }))  # fmt: skip
    first, last = recording.rounds[1], recording.rounds[-1]
    assert first.bad_debt_usd[0] > 0.0
    left = first.bad_debt_usd[0] / first.oracle[1]
    found = recording.losses.bad_debt_in_loss_usd()
    assert found == pytest.approx([left * last.market[1]])
    assert found == pytest.approx(recording.losses.total_loss_usd()), "nothing else is lost"
    assert found[0] < 0.3 * first.bad_debt_usd[0]
