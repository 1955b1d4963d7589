"""Falling-price auctions (Method, section 7, `auction`), by hand and against published cases of Maker's contracts."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from tests.engine.settlement.lending import account, market, run, scenario

THIN = {"liquidity": {"model": "linear", "depth_2pct_usd": 100.0}}
SECONDS = {"kind": "stairstep", "cut": 0.99, "step_rounds": 1}
MAKER = {"buffer": 1.25, "penalty": 0.1, "curve": SECONDS, "reset_rounds": 3600, "reset_price": 0.3}
"""Maker's own test auction: price 4, top 5, a lot of 40 for a tab of 110."""


def auction(**given):
    return {"kind": "auction"} | given


def liquidation_rounds(recording):
    return [step.number for step in recording.rounds if step.liquidations.any()]


def test_that_an_auction_begins_with_the_whole_account_and_repays_nothing():
    recording = run(auction(penalty=0.1, buffer=1.25), [account("a", 40.0, 100.0)])
    step = recording.rounds[1]
    assert step.liquidations[0] == 0
    assert step.settlement_figures["auctions_running"][0] == 1
    assert step.settlement_figures["auctions_tab_usd"][0] == pytest.approx(110.0)
    assert step.settlement_figures["auctions_ask_usd"][0] == pytest.approx(40 * 5)
    assert step.settlement_figures["auctions_lot_usd"][0] == pytest.approx(160.0)
    assert step.liquidatable_left == 1
    assert recording.state(1).debt_amount[0] == 100.0


def test_that_the_lot_is_taken_when_the_market_pays_more_than_is_asked():
    """4.40 * 0.99^n falls below 4 after ten steps of eight rounds."""
    recording = run(auction(buffer=1.1), [account("a", 40.0, 150.0)], simulation={"max_rounds": 200})
    assert 1.1 * 0.99**9 > 1.0 > 1.1 * 0.99**10
    assert liquidation_rounds(recording) == [1 + 80]
    step = recording.rounds[81]
    ask = 4.4 * 0.99**10
    assert step.seized_usd[0] == 160.0
    assert step.repaid_usd[0] == pytest.approx(150.0)
    assert step.reserve_usd[0] == pytest.approx(40 * ask - 150)
    assert step.liquidator_profit_usd == pytest.approx(160 - 40 * ask)
    assert step.borrower_loss_usd == pytest.approx(10.0)
    assert step.sold[0] == 40.0
    assert step.settlement_figures["auctions_running"][0] == 0
    assert recording.ended == "no more liquidations"


def test_that_a_bid_over_the_tab_sells_22_of_40_and_returns_18():
    """At a first price of 5 the tab of 110 takes 22 tokens; the market pays 6 as the oracle is stuck at 4."""
    recording = run(
        auction(**MAKER),
        [account("a", 40.0, 100.0)],
        token={"price": 6.0, "oracle": {"kind": "fixed", "price": 4.0}},
    )
    step = recording.rounds[1]
    assert recording.events.seized[0] == pytest.approx(22.0)
    assert recording.state(1).collateral_amount[0] == pytest.approx(18.0)
    assert recording.state(1).debt_amount[0] == 0.0
    assert step.repaid_usd[0] == 100.0
    assert step.reserve_usd[0] == pytest.approx(10.0)
    assert step.bad_debt_usd[0] == 0.0
    assert step.liquidator_profit_usd == pytest.approx(22 * 6 - 110)


def test_that_a_lot_too_small_for_its_tab_leaves_bad_debt():
    """At 2.499 after 69 seconds all 40 tokens pay 99.967: 0.03 of the debt of 100 are not repaid."""
    fall = {"kind": "path", "returns": {"TOK": [0.0] + [-0.373] * 68}}
    recording = run(
        auction(**MAKER), [account("a", 40.0, 100.0)], shock=fall, simulation={"max_rounds": 100},
        token={"oracle": {"kind": "fixed", "price": 4.0}},
    )  # fmt: skip
    assert liquidation_rounds(recording) == [70]
    paid = 40 * 2.499185149495996
    step = recording.rounds[70]
    assert step.repaid_usd[0] == pytest.approx(paid, rel=1e-12)
    assert step.bad_debt_usd[0] == pytest.approx(100 - paid, rel=1e-9)
    assert step.reserve_usd[0] == 0.0
    assert recording.state(70).collateral_amount[0] == 0.0


def test_that_half_an_account_raises_half_its_tab():
    """Room for 55 of a tab of 110 USD: half of 40 tokens for sale, of which 55 / 3.60 do once the price is 3.60."""
    tenths = {"kind": "stairstep", "cut": 0.9, "step_rounds": 1}
    recording = run(auction(penalty=0.1, buffer=1.0, curve=tenths, hole_usd=55.0), [account("a", 40.0, 100.0)])
    step = recording.rounds[2]
    assert recording.events.seized[0] == pytest.approx(55 / 3.6)
    assert step.repaid_usd[0] == pytest.approx(50.0)
    assert step.reserve_usd[0] == pytest.approx(5.0)


def test_that_gas_is_asked_for_on_top():
    loans = [account("a", 40.0, 150.0)]
    given = {"simulation": {"max_rounds": 300}}
    recording = run(auction(buffer=1.1), loans, liquidators={"gas_usd": 8.0}, **given)
    steps = next(n for n in range(99) if 160 - 176 * 0.99**n - 8 > 0)
    assert liquidation_rounds(recording) == [1 + 8 * steps]
    profit = recording.rounds[1 + 8 * steps].liquidator_profit_usd
    assert profit == pytest.approx(160 - 176 * 0.99**steps - 8)
    least = run(auction(buffer=1.1), loans, liquidators={"min_profit_usd": 8.0}, **given)
    assert liquidation_rounds(least) == [1 + 8 * steps]


def test_that_earning_nothing_is_not_enough():
    flat = {"kind": "stairstep", "cut": 1.0, "step_rounds": 1}
    recording = run(auction(buffer=1.0, curve=flat, reset_rounds=5), [account("a", 40.0, 150.0)])
    assert not recording.events.account.size


def test_that_the_hole_limits_what_is_auctioned():
    """Room for a tab of 75 at a penalty of 10 %: 27.27 of 40 tokens."""
    recording = run(auction(**MAKER, hole_usd=75.0), [account("a", 40.0, 100.0)])
    step = recording.rounds[1]
    assert step.settlement_figures["auctions_tab_usd"][0] == pytest.approx(75.0)
    assert step.settlement_figures["auctions_lot_usd"][0] == pytest.approx(27.272727272727272 * 4)
    taken = recording.rounds[liquidation_rounds(recording)[0]]
    # what the tab does not need stays with the account
    assert taken.repaid_usd[0] == pytest.approx(75 / 1.1)
    assert recording.state(taken.number).debt_amount[0] == pytest.approx(31.818181818181818)


@pytest.mark.parametrize(
    ("owed", "tab"),
    [(5000 / 1.1 + 200 - 1e-9, 5220.0), (5000 / 1.1 + 200 + 1e-9, 5000.0)],
    ids=["less than dust would be left: all of it", "as much as dust is left: what fits"],
)
def test_that_no_dust_is_left_out_of_an_auction(owed, tab):
    recording = run(
        auction(**MAKER, hole_usd=5000.0), [account("a", 1000.0, owed)],
        rules={"close": {"kind": "fraction", "min_leftover_usd": 200.0}},
    )  # fmt: skip
    assert recording.rounds[1].settlement_figures["auctions_tab_usd"][0] == pytest.approx(tab, rel=1e-9)


def test_that_an_auction_smaller_than_dust_waits_for_room():
    loans = [account("first", 40.0, 100.0), account("second", 40.0, 99.0)]
    rules = {"close": {"kind": "fraction", "min_leftover_usd": 20.0}}
    recording = run(auction(**MAKER, hole_usd=120.0), loans, rules=rules, simulation={"max_rounds": 100})
    assert recording.rounds[1].settlement_figures["auctions_tab_usd"][0] == pytest.approx(110.0)
    first, second = liquidation_rounds(recording)
    assert recording.rounds[first].settlement_figures["auctions_running"][0] == 0
    assert recording.rounds[first + 1].settlement_figures["auctions_running"][0] == 1
    assert recording.rounds[first + 1].settlement_figures["auctions_tab_usd"][0] == pytest.approx(99 * 1.1)
    assert second == first + (first - 1) + 1


def test_that_an_auction_starts_anew_after_so_many_rounds_at_the_price_of_then():
    """Asked for in rounds 1 to 5, 6 to 10, ...; the oracle falls in round 4."""
    fall = {"kind": "path", "returns": {"TOK": [0, 0, 0, -0.1, -0.1, -0.1, -0.1]}}
    slow = {"kind": "exponential", "cut": 0.999}
    recording = run(
        auction(buffer=2.0, curve=slow, reset_rounds=4, reset_price=0.0), [account("a", 40.0, 100.0)], shock=fall
    )
    asked = [float(step.settlement_figures["auctions_ask_usd"][0]) for step in recording.rounds[1:]]
    assert asked[:5] == pytest.approx([320 * 0.999**n for n in range(5)])
    assert asked[5] == pytest.approx(288.0)


def test_that_an_auction_starts_anew_when_its_price_is_below_a_share_of_its_first():
    line = {"kind": "linear", "rounds": 10}
    recording = run(auction(buffer=9.0, curve=line, reset_price=0.45, reset_rounds=99), [account("a", 40.0, 100.0)])
    asked = [float(step.settlement_figures["auctions_ask_usd"][0]) / 1440 for step in recording.rounds[1:8]]
    assert asked == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 1.0])


def test_that_takers_meet_the_full_price_in_the_very_round_of_a_restart():
    """Asked are 192, 172.80 and 155.52 USD and again 192; gas leaves no profit at any, as 139.97 would."""
    loans = [account("a", 40.0, 150.0)]
    tenths = {"kind": "stairstep", "cut": 0.9, "step_rounds": 1}
    recording = run(
        auction(penalty=0.3, buffer=1.2, curve=tenths, reset_rounds=2, reset_price=0.0), loans,
        liquidators={"gas_usd": 10.0},
    )  # fmt: skip
    assert [float(step.settlement_figures["auctions_ask_usd"][0]) for step in recording.rounds[1:5]] == pytest.approx(
        [192.0, 172.8, 155.52, 192.0]
    )
    assert not recording.events.account.size


def test_that_a_line_stays_at_zero_until_the_auction_starts_anew():
    line = {"kind": "linear", "rounds": 2}
    recording = run(
        auction(buffer=1.0, curve=line, reset_price=0.0, reset_rounds=4), [account("a", 40.0, 100.0)],
        liquidators={"gas_usd": 1e6},
    )  # fmt: skip
    asked = [float(step.settlement_figures["auctions_ask_usd"][0]) for step in recording.rounds[1:7]]
    assert asked == pytest.approx([160.0, 80.0, 0.0, 0.0, 0.0, 160.0])


def test_that_the_published_linear_prices_hold():
    line = {"kind": "linear", "rounds": 3600}
    recording = run(
        auction(buffer=250.0, curve=line, reset_price=0.0, reset_rounds=5000), [account("a", 1.0, 3.0)],
        simulation={"max_rounds": 3601}, liquidators={"gas_usd": 1e6},
    )  # fmt: skip
    asked = [
        float(recording.rounds[1 + seconds].settlement_figures["auctions_ask_usd"][0])
        for seconds in range(0, 3601, 360)
    ]
    assert asked == pytest.approx([1000, 900, 800, 700, 600, 500, 400, 300, 200, 100, 0])


def test_that_a_run_ends_when_all_auctions_went_through_a_cycle_in_vain():
    """Nobody takes it: gas costs more than it holds. Cycles begin in rounds 1, 6, 11; nothing changed after round 1."""
    recording = run(auction(reset_rounds=4), [account("a", 40.0, 100.0)], liquidators={"gas_usd": 1e6})
    assert recording.ended == "no more liquidations"
    assert recording.rounds[-1].number == 6
    assert recording.rounds[-1].settlement_figures["auctions_running"][0] == 1


def test_that_a_fall_makes_every_auction_worth_another_cycle():
    fall = {"kind": "path", "returns": {"TOK": [0.0, 0.0, -0.1]}}
    recording = run(auction(reset_rounds=4), [account("a", 40.0, 100.0)], liquidators={"gas_usd": 1e6}, shock=fall)
    assert recording.rounds[-1].number == 11


def test_that_accounts_in_an_auction_are_no_candidates_though_they_heal():
    """TOK doubles in round 3 and the account is healthy; its auction goes on, and is taken at once."""
    rise = {"kind": "path", "returns": {"TOK": [0.0, 0.0, 1.0]}}
    recording = run(auction(**MAKER), [account("a", 40.0, 100.0)], shock=rise)
    assert liquidation_rounds(recording) == [3]
    assert recording.events.health_before[0] > 1.0
    step = recording.rounds[3]
    assert step.repaid_usd[0] == 100.0
    assert step.sold[0] == pytest.approx(110 / (5 * 0.99**2))
    assert step.settlement_figures["auctions_running"][0] == 0
    assert step.liquidatable_left == 0


def test_that_the_reproduction_number_counts_auctions_of_accounts_that_were_healthy_when_the_round_before_began():
    """All are liquidatable until TOK doubles in round 3; each round has room for one of the four auctions."""
    rise = {"kind": "path", "returns": {"TOK": [0.0, 0.0, 1.0]}}
    loans = [account(name, 40.0, 100.0) for name in "abcd"]
    recording = run(auction(penalty=0.0, buffer=0.9), loans, shock=rise, liquidators={"max_liquidations_per_round": 1})
    assert liquidation_rounds(recording) == [1, 2, 3, 4]
    assert [step.repaid_usd[0] for step in recording.rounds[1:5]] == [100.0] * 4
    assert [step.reproduction_number for step in recording.rounds[1:5]] == [None, 0.0, 0.0, 1.0]


def test_that_what_was_taken_while_healthy_may_be_liquidatable_in_the_next_round():
    """An auction for a part: the rest of the account is under water when TOK falls again."""
    path = {"kind": "path", "returns": {"TOK": [0.0, 0.0, 1.0, -0.5, -0.5, -0.5, -0.5]}}
    recording = run(auction(**MAKER, hole_usd=55.0), [account("a", 40.0, 100.0)], shock=path)
    assert liquidation_rounds(recording)[0] == 3
    assert recording.rounds[3].liquidatable_left == 0
    assert recording.rounds[4].settlement_figures["auctions_running"][0] == 1


def test_that_auctions_are_offered_by_start_and_then_by_row_and_each_moves_the_price():
    """Two lots of 150 USD on a market that falls 2 % for 100: the first is taken, the second does not pay any more."""
    loans = [account("second", 40.0, 150.0), account("first", 40.0, 160.0)]
    given = {"penalty": 0.0, "buffer": 1.03, "curve": SECONDS}
    recording = run(auction(**given), loans, token=THIN, simulation={"max_rounds": 20})
    names = recording.book.account_names[recording.events.account].tolist()
    # after five steps 3.918 is asked: selling 150 USD earns 3.939 a token, 160 USD more 3.814
    assert names == ["second", "first"]
    assert liquidation_rounds(recording)[0] == 6
    assert recording.rounds[6].liquidations[0] == 1


def test_that_count_and_capacity_hold_for_takes():
    """Three lots are worth taking in round 4, each paying 150; limits let one a round."""
    loans = [account(name, 40.0, 150.0) for name in "abc"]
    given = auction(penalty=0.0, buffer=1.02, curve=SECONDS)
    for limits in ({"max_liquidations_per_round": 1}, {"capacity_usd_per_round": 200.0}):
        recording = run(given, loans, liquidators=limits)
        assert liquidation_rounds(recording) == [3, 4, 5]
        assert recording.events.account.tolist() == [0, 1, 2]
    both = run(given, loans, liquidators={"capacity_usd_per_round": 2 * 150 + 1.0})
    assert [int(step.liquidations[0]) for step in both.rounds[3:5]] == [2, 1]


def test_that_what_is_paid_counts_for_capacity_the_penalty_included():
    loans = [account(name, 40.0, 100.0) for name in "ab"]
    recording = run(auction(**MAKER), loans, liquidators={"capacity_usd_per_round": 205.0})
    assert [int(step.liquidations[0]) for step in recording.rounds if step.liquidations[0]] == [1, 1]


def test_that_clocks_run_on_while_a_market_is_paused_but_nobody_takes():
    fall = {"kind": "path", "returns": {"TOK": [0.0, -0.2]}}
    recording = run(
        auction(buffer=1.02, curve=SECONDS, penalty=0.0, reset_rounds=99), [account("a", 40.0, 150.0)], shock=fall,
        safety={"pause_if_drop": 0.1, "pause_rounds": 30}, token={"oracle": {"kind": "market"}},
        simulation={"max_rounds": 60},
    )  # fmt: skip
    assert liquidation_rounds(recording) == [32]
    assert recording.rounds[31].settlement_figures["auctions_ask_usd"][0] == pytest.approx(40 * 4.08 * 0.99**30)


def test_that_no_auction_starts_in_a_pause_or_within_the_latency():
    fall = {"kind": "path", "returns": {"TOK": [-0.5, -0.5]}}
    loans = [account("a", 40.0, 60.0)]
    paused = run(auction(), loans, shock=fall, safety={"pause_if_drop": 0.1, "pause_rounds": 3})
    assert [int(step.settlement_figures["auctions_running"][0]) for step in paused.rounds[1:5]] == [0, 0, 0, 1]
    late = run(auction(), loans, shock=fall, liquidators={"latency_rounds": 2})
    assert [int(step.settlement_figures["auctions_running"][0]) for step in late.rounds[1:5]] == [0, 0, 1, 1]


def test_that_takers_sell_as_liquidators_do():
    recording = run(
        auction(**MAKER), [account("a", 40.0, 100.0)], liquidators={"sell_share": 0.5, "sell_over_rounds": 2}
    )
    taken = liquidation_rounds(recording)[0]
    got = float(recording.events.seized.sum())
    assert [float(step.sold[0]) for step in recording.rounds[taken : taken + 2]] == pytest.approx([got / 4, got / 4])


def test_that_debt_that_became_bad_ends_its_auction():
    """TOK falls to a millionth: the collateral is dust, the debt is written off and nothing is left to raise."""
    fall = {"kind": "path", "returns": {"TOK": [0.0, -1 + 1e-9]}}
    recording = run(auction(), [account("a", 40.0, 100.0)], shock=fall)
    assert recording.rounds[1].settlement_figures["auctions_running"][0] == 1
    assert recording.rounds[2].bad_debt_usd[0] == 100.0
    assert recording.rounds[2].settlement_figures["auctions_running"][0] == 0


def test_that_all_legs_are_taken_pro_rata():
    data = scenario({"m": market(auction(**MAKER))}, [account("a", 40.0, 100.0)]).to_dict()
    data["assets"]["ETH"] = {"price": 10.0}
    data["markets"]["m"]["collateral"]["ETH"] = {"liquidation_threshold": 0.5}
    data["loans"].append({**account("a", 4.0, 2.0), "collateral_asset": "ETH", "debt_asset": "ETH"})
    recording = engine.run(engine.from_dict(data))
    number = liquidation_rounds(recording)[0]
    state = recording.state(number)
    factor = 1.25 * 0.99 ** (number - 1)
    part = 120 * 1.1 / (200 * factor)
    assert state.collateral_amount == pytest.approx(np.array([40.0, 4.0]) * (1 - part))
    assert not state.debt_amount.any()
    assert recording.rounds[number].liquidations[0] == 1


def test_that_liquidators_and_auctions_share_the_rounds_limits():
    loans = [account("a", 40.0, 150.0, "n"), account("b", 40.0, 140.0, "m")]
    terms = auction(buffer=0.9, penalty=0.0)
    both = scenario({"m": market(terms), "n": market(None)}, loans, liquidators={"max_liquidations_per_round": 1})
    recording = engine.run(both)
    assert recording.rounds[1].liquidations.tolist() == [0, 1]
    assert recording.rounds[1].settlement_figures["auctions_running"].tolist() == [1, 0]
    assert (recording.rounds[1].sold[0], recording.rounds[1].liquidations.sum()) == (pytest.approx(75 * 1.05 / 4), 1)
