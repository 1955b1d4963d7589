"""Stability pools (Method, section 7, `stability_pool`), by hand and by the cases of Liquity v1 and v2."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.settlement.marks import REDISTRIBUTED
from tests.engine.settlement.lending import account, market, run, scenario

MCR_110 = 1 / 1.1
EMPTY = 1.0
"""A pool that can pay nothing: it keeps 1 USD."""


def pool(pool_usd: float = EMPTY, **given):
    return {"kind": "stability_pool", "pool_usd": pool_usd} | given


def liquity(pool_usd: float, loans, price: float = 100.0, **given):
    """Liquity v1: loans below 110 %, 0.5 % of the collateral to the caller."""
    settlement = pool(pool_usd, **{"gas_compensation": 0.005, **given.pop("settlement", {})})
    return run(settlement, loans, token={"price": price, **given.pop("token", {})}, threshold=MCR_110, **given)


def held(recording, number: int = -1):
    return recording.state(number % len(recording)).collateral_amount


def owed(recording, number: int = -1):
    return recording.state(number % len(recording)).debt_amount


def test_that_a_pool_pays_debt_and_gains_collateral_as_in_liquity_01():
    # liquity-01: three deposits of 10,000, one loan of 10,000 against 100 ETH at 100 USD; 33.1667 ETH each.
    recording = liquity(30_000.0, [account("liquidated", 100.0, 10_000.0), account("other", 1e5, 100.0)])
    assert recording.rounds[1].settlement_figures["pool_usd"][0] == pytest.approx(3 * 6666.666666666666, rel=1e-12)
    assert recording.events.to_protocol[0] == pytest.approx(3 * 33.166666666666667, rel=1e-12)
    assert len(recording.events) == 1
    assert len(recording.marks) == 0


def test_that_the_docs_example_of_liquity_gains_its_depositors_what_they_say():
    # B09: a pool of 1,000,000, debt 200,000 against 400 ETH at 545 USD: a tenth of the pool gets 40 ETH, 21,800 USD.
    loans = [account("liquidated", 400.0, 200_000.0), account("other", 1e5, 100.0)]
    recording = run(pool(1e6), loans, token={"price": 545.0}, threshold=MCR_110)
    assert recording.rounds[1].settlement_figures["pool_usd"][0] / 10 == pytest.approx(80_000.0, abs=1e-9)
    assert recording.events.to_protocol[0] / 10 == pytest.approx(40.0, abs=1e-9)
    assert recording.rounds[1].seized_usd[0] / 10 == pytest.approx(21_800.0, abs=1e-9)
    assert recording.rounds[1].borrower_loss_usd == pytest.approx(18_000.0, abs=1e-9)


def test_that_the_pool_keeps_one_dollar_after_three_liquidations_as_in_liquity_03():
    loans = [account(name, 100.0, 10_000.0) for name in "abc"] + [account("other", 1e6, 100.0)]
    recording = liquity(30_000.0, loans)
    assert recording.rounds[1].settlement_figures["pool_usd"][0] == 1.0
    assert recording.rounds[1].settlement_figures["redistributed_usd"][0] == pytest.approx(1.0)
    assert recording.events.to_protocol.sum() / 3 == pytest.approx(99.5, abs=5e-3)  # the authors' tolerance
    assert owed(recording)[-1] == pytest.approx(101.0)


def test_that_what_the_pool_cannot_pay_goes_to_others_by_their_collateral_as_in_liquity_12():
    loans = [account("bob", 21.0, 2000.0), account("x", 4.0, 100.0), account("y", 2.0, 50.0)]
    recording = liquity(391.0, loans)
    step, events = recording.rounds[1], recording.events
    assert 391.0 - step.settlement_figures["pool_usd"][0] == pytest.approx(390.0, rel=1e-12)
    assert events.to_protocol[0] == pytest.approx(4.074525, rel=1e-12)
    assert events.seized[0] == pytest.approx(4.074525 + 0.105, rel=1e-12)
    assert list(recording.marks.row) == [1]
    assert list(recording.marks.mark) == [REDISTRIBUTED]
    assert events.repaid[1] == pytest.approx(1610.0, rel=1e-12)
    assert events.seized[1] == pytest.approx(16.820475, rel=1e-12)
    assert step.debt_per_collateral[0] == pytest.approx(268.333333333333333, rel=1e-12)
    assert step.collateral_growth[0] - 1.0 == pytest.approx(2.8034125, rel=1e-12)
    assert step.repaid_usd[0] == pytest.approx(390.0)
    assert step.settlement_figures["redistributed_usd"][0] == pytest.approx(1610.0)
    assert step.liquidations[0] == 1
    np.testing.assert_allclose(held(recording), [0.0, 4 * 3.8034125, 2 * 3.8034125], rtol=1e-12)
    np.testing.assert_allclose(owed(recording), [0.0, 100 + 4 * 268.3333333333, 50 + 2 * 268.3333333333], rtol=1e-12)


@pytest.mark.parametrize(
    ("deposits", "paid", "to_pool", "passed_debt", "passed", "surplus"),
    [
        pytest.param(2100.0, 2000.191780821918, 1.909273972602740, 0.0, 0.0, 0.080726027397260, id="bold-01"),
        pytest.param(0.0, 0.0, 0.0, 2000.191780821918, 2.0, 0.0, id="bold-03"),
        pytest.param(
            1000.0, 999.0, 0.953590909090909, 1001.191780821918, 1.001191780821918, 0.040222789013851, id="bold-04"
        ),
    ],
)
def test_that_penalties_leave_the_owner_a_surplus_as_in_bold(deposits, paid, to_pool, passed_debt, passed, surplus):
    settlement = pool(
        deposits, pool_penalty=0.05, redistribution_penalty=0.10, gas_compensation=0.005,
        gas_compensation_of="offset", gas_compensation_most=2.0,
    )  # fmt: skip
    loans = [account("owner", 2.0, 2000.191780821917808219), account("other", 10.0, 100.0)]
    recording = run(settlement, loans, token={"price": 1099.999999999999999999}, threshold=MCR_110)
    assert recording.rounds[1].repaid_usd[0] == pytest.approx(paid, rel=1e-12)
    assert recording.events.to_protocol.sum() == pytest.approx(to_pool, rel=1e-12)
    assert owed(recording)[1] - 100.0 == pytest.approx(passed_debt, rel=1e-12)
    assert held(recording)[1] - 10.0 == pytest.approx(passed, rel=1e-12, abs=1e-14)
    assert held(recording)[0] == pytest.approx(surplus, rel=1e-12, abs=1e-14)
    assert owed(recording)[0] == 0.0


def penalised(loans, *, pool_penalty, redistribution_penalty):
    """The pool can pay 460 USD and the token stands at 100: of Liquity v2's contract, with penalties of choice."""
    settlement = pool(
        461.0, pool_penalty=pool_penalty, redistribution_penalty=redistribution_penalty, gas_compensation=0.005,
        gas_compensation_of="offset", gas_compensation_most=2.0,
    )  # fmt: skip
    return run(settlement, loans, token={"price": 100.0}, threshold=MCR_110, simulation={"max_rounds": 1})


OWNER_AND_OTHERS = [account("a", 10.1, 920.0), account("b", 30.0, 1000.0), account("c", 10.0, 100.0)]


def test_that_what_the_pools_cap_leaves_over_goes_to_the_redistributions_penalty_before_the_owner():
    # Half of a is offset: of 5.05 tokens 0.02525 are the caller's, 460 x 1.05 / 100 = 4.83 the pool's, 0.19475 over.
    # Others may have 460 x 1.1 / 100 = 5.06, 0.01 more than their half: it comes out of what is over.
    recording = penalised(OWNER_AND_OTHERS, pool_penalty=0.05, redistribution_penalty=0.10)
    assert recording.events.to_protocol[0] == pytest.approx(4.83, rel=1e-12)
    assert recording.events.seized == pytest.approx([4.83 + 0.02525, 5.06], rel=1e-12)
    assert held(recording) == pytest.approx([0.18475, 30.0 + 3.795, 10.0 + 1.265], rel=1e-12)
    assert owed(recording) == pytest.approx([0.0, 1345.0, 215.0], rel=1e-12)


def test_that_others_without_a_penalty_take_all_that_the_pools_cap_leaves_over():
    recording = penalised(OWNER_AND_OTHERS, pool_penalty=0.05, redistribution_penalty=None)
    assert recording.events.seized == pytest.approx([4.83 + 0.02525, 5.05 + 0.19475], rel=1e-12)
    assert held(recording)[0] == 0.0


def test_that_a_pool_without_a_cap_leaves_nothing_over_for_the_redistributions_penalty():
    recording = penalised(OWNER_AND_OTHERS, pool_penalty=None, redistribution_penalty=0.10)
    assert recording.events.seized == pytest.approx([5.05, 5.05], rel=1e-12)
    assert held(recording)[0] == 0.0


def test_that_what_the_pools_cap_leaves_over_stays_with_an_owner_who_is_alone():
    recording = penalised(OWNER_AND_OTHERS[:1], pool_penalty=0.05, redistribution_penalty=0.10)
    assert held(recording) == pytest.approx([5.05 + 0.19475], rel=1e-12)
    assert owed(recording) == pytest.approx([460.0], rel=1e-12)


def test_that_a_callers_share_has_a_limit_and_counts_as_a_liquidators():
    loans = [account("a", 100.0, 9500.0), account("other", 1e3, 1.0)]
    settlement = {"gas_compensation": 0.02, "gas_compensation_most": 0.5, "sell_share": 0.0}
    recording = liquity(1e5, loans, settlement=settlement, liquidators={"gas_usd": 7.0})
    step = recording.rounds[1]
    assert recording.events.seized[0] - recording.events.to_protocol[0] == pytest.approx(0.5)
    assert step.sold[0] == pytest.approx(0.5)
    assert step.liquidator_profit_usd == pytest.approx(50.0)  # he paid neither debt nor gas


@pytest.mark.parametrize(("most", "gas"), [(None, 1.0), (0.4, 0.4)])
def test_that_a_callers_share_of_what_the_pool_pays_for_is_taken_from_its_part(most, gas):
    """The pool pays half of 9500 USD and is due half of 100 tokens; 2 % of that half, or a limit, is the caller's."""
    settlement = {"gas_compensation": 0.02, "gas_compensation_of": "offset", "gas_compensation_most": most}
    loans = [account("a", 100.0, 9500.0), account("other", 1e3, 1.0)]
    recording = liquity(4751.0, loans, settlement=settlement | {"sell_share": 0.0})
    assert recording.rounds[1].sold[0] == pytest.approx(gas)
    assert recording.events.to_protocol[0] == pytest.approx(50.0 - gas)
    assert recording.events.seized == pytest.approx([50.0, 50.0])


def test_that_depositors_sell_their_share_in_instalments_and_it_is_no_liquidators_profit():
    token = {"liquidity": {"model": "linear", "depth_2pct_usd": 1e4}}
    loans = [account("a", 100.0, 9500.0), account("other", 1e3, 1.0)]
    recording = run(
        pool(1e5, sell_share=0.6), loans, token={"price": 100.0, **token}, threshold=MCR_110,
        liquidators={"sell_over_rounds": 3, "sell_share": 0.25},
    )  # fmt: skip
    sold = [step.sold[0] for step in recording.rounds]
    assert sold[:5] == pytest.approx([0.0, 20.0, 20.0, 20.0, 0.0])
    assert recording.events.to_protocol[0] == pytest.approx(40.0)
    assert recording.rounds[1].market[0] < 100.0
    assert all(step.liquidator_profit_usd == 0.0 for step in recording.rounds)


def test_that_redistribution_pulls_the_next_borrower_under():
    # b has 112 % and c 300 %; what a owes beyond its collateral takes b to 109 %, and all of b's goes to c.
    loans = [account("a", 10.0, 1050.0), account("b", 20.0, 1790.0), account("c", 30.0, 1000.0)]
    recording = run(pool(), loans, token={"price": 100.0}, threshold=MCR_110)
    first, second = recording.rounds[1], recording.rounds[2]
    assert list(first.liquidations) == [1]
    assert first.liquidatable_left == 1  # b, though its price has not moved
    assert first.liquidatable_left_debt_usd == pytest.approx(1790 + 1050 * 0.4)
    assert list(second.liquidations) == [1]
    assert recording.events.health_before[1] == pytest.approx(24 * 100 / 1.1 / 2210)
    np.testing.assert_allclose(held(recording), [0.0, 0.0, 60.0], rtol=1e-12)
    np.testing.assert_allclose(owed(recording), [0.0, 0.0, 3840.0], rtol=1e-12)
    assert recording.ended == "no more liquidations"
    assert second.reproduction_number is None  # the pool has repaid nothing


def test_that_a_borrower_pulled_under_waits_out_the_latency_from_the_next_round():
    loans = [account("a", 10.0, 1050.0), account("b", 20.0, 1790.0), account("c", 30.0, 1000.0)]
    recording = run(pool(), loans, token={"price": 100.0}, threshold=MCR_110, liquidators={"latency_rounds": 1})
    assert [int(step.liquidations[0]) for step in recording.rounds] == [0, 0, 1, 0, 1, 0]


def test_that_shares_passed_on_within_a_round_add_up_whoever_waits_his_turn():
    # All three are below 110 %; the second and third take from those before them at their turns.
    loans = [account("a", 10.0, 950.0), account("b", 8.0, 760.0), account("c", 6.0, 570.0), account("d", 26.0, 500.0)]
    recording = run(pool(), loans, token={"price": 100.0}, threshold=MCR_110)
    step, events = recording.rounds[1], recording.events
    assert step.liquidations[0] == 3
    b_held, b_owed = 8 + 10 * 8 / 40, 760 + 950 * 8 / 40
    c_share, d_share = 6 / 32, 26 / 32  # of what b leaves: both have grown alike
    c_held = (6 + 10 * 6 / 40) + b_held * c_share
    c_owed = (570 + 950 * 6 / 40) + b_owed * c_share
    assert events.seized == pytest.approx([10.0, b_held, c_held])
    assert events.repaid == pytest.approx([950.0, b_owed, c_owed])
    np.testing.assert_allclose(held(recording), [0, 0, 0, 50.0], rtol=1e-12)
    np.testing.assert_allclose(owed(recording), [0, 0, 0, 2780.0], rtol=1e-12)
    assert step.collateral_growth[0] == pytest.approx(50 / 26)
    assert d_share * b_held + 26 + 10 * 26 / 40 + c_held == pytest.approx(50.0)


def test_that_a_candidate_healed_by_what_others_passed_on_is_left_alone():
    # a's own threshold is 0.5: it passes on twice what it owes, half of it to b, which has 109 %.
    own = {"liquidation_threshold": 0.5, "liquidation_bonus": 0.0}
    loans = [account("a", 20.0, 1001.0) | own, account("b", 10.0, 917.0), account("c", 10.0, 1.0)]
    recording = run(pool(), loans, token={"price": 100.0}, threshold=MCR_110)
    assert list(recording.events.account) == [0]
    np.testing.assert_allclose(held(recording), [0.0, 20.0, 20.0])
    np.testing.assert_allclose(owed(recording), [0.0, 1417.5, 501.5])
    in_other_order = run(
        pool(), loans, token={"price": 100.0}, threshold=MCR_110, liquidators={"priority": "lowest_health"}
    )
    assert list(in_other_order.events.account) == [1, 0]


def test_that_the_last_borrower_cannot_pass_his_debt_on():
    recording = run(pool(101.0), [account("a", 10.0, 950.0)], token={"price": 100.0}, threshold=MCR_110)
    step = recording.rounds[1]
    assert step.liquidations[0] == 1
    assert step.settlement_figures["pool_usd"][0] == 1.0
    assert step.settlement_figures["redistributed_usd"][0] == 0.0
    assert held(recording)[0] == pytest.approx(10.0 * 850 / 950)
    assert owed(recording)[0] == pytest.approx(850.0)
    assert recording.ended == "no more liquidations"
    assert len(recording.rounds) == 3


def test_that_nothing_happens_to_a_lone_borrower_when_the_pool_is_empty():
    recording = run(pool(), [account("a", 10.0, 950.0)], token={"price": 100.0}, threshold=MCR_110)
    assert recording.rounds[-1].number == 1
    assert len(recording.events) == 0
    assert recording.rounds[1].liquidatable_left == 1


def test_that_accounts_without_debt_or_collateral_and_of_other_markets_take_nothing():
    loans = [
        account("a", 10.0, 950.0),
        account("no debt", 50.0, 0.0),
        account("no collateral", 0.0, 0.5e-6),
        account("takes all", 5.0, 100.0),
        account("elsewhere", 5.0, 100.0, market="other"),
    ]
    markets = {"m": market(pool(), MCR_110), "other": market(pool(), MCR_110)}
    recording = engine.run(scenario(markets, loans, token={"price": 100.0}))
    np.testing.assert_allclose(held(recording), [0.0, 50.0, 0.0, 15.0, 5.0])
    np.testing.assert_allclose(owed(recording), [0.0, 0.0, 0.5e-6, 1050.0, 100.0])
    assert list(recording.rounds[1].collateral_growth) == [3.0, 1.0]


def test_that_limits_of_a_round_hold_for_pools():
    loans = [account(name, 10.0, 950.0 + n) for n, name in enumerate("abcd")] + [account("other", 1e4, 1.0)]
    by_count = run(pool(1e5), loans, token={"price": 100.0}, threshold=MCR_110,
                   liquidators={"max_liquidations_per_round": 3})  # fmt: skip
    assert [int(step.liquidations[0]) for step in by_count.rounds] == [0, 3, 1, 0]
    by_usd = run(pool(1e5), loans, token={"price": 100.0}, threshold=MCR_110,
                 liquidators={"capacity_usd_per_round": 1902.0})  # fmt: skip
    # nothing fits beside 953, and beside 952 only 950
    assert [int(step.liquidations[0]) for step in by_usd.rounds] == [0, 1, 2, 1, 0]


def test_that_a_paused_market_is_left_alone_and_its_borrowers_still_take_no_part():
    recording = liquity(
        1e6, [account("a", 100.0, 10_000.0), account("other", 1e4, 1.0)], 200.0,
        shock={"kind": "instant", "returns": {"TOK": -0.5}}, safety={"pause_if_drop": 0.3, "pause_rounds": 2},
    )  # fmt: skip
    assert [int(step.liquidations[0]) for step in recording.rounds] == [0, 0, 0, 1, 0]


def test_that_the_book_replays_to_every_round_forward_and_back():
    rng = np.random.default_rng(7)
    loans = [account(str(n), 10.0, 1000 / ratio) for n, ratio in enumerate(rng.uniform(1.1, 1.6, 60))]
    recording = run(
        pool(3000.0, sell_share=0.5), loans, token={"price": 100.0, "liquidity": {"model": "exponential",
        "depth_2pct_usd": 2000.0}}, threshold=MCR_110, liquidators={"max_liquidations_per_round": 4},
        shock={"kind": "instant", "returns": {"TOK": -0.08}, "over_rounds": 5},
    )  # fmt: skip
    count = len(recording)
    assert count >= 7
    states = [recording.state(number) for number in range(count)]
    cursor = recording.cursor()
    for number in [*range(count), *reversed(range(count)), 3, count - 1, 2, 5, 4]:
        cursor.seek(number)
        np.testing.assert_array_equal(cursor.collateral_amount, states[number].collateral_amount)
        np.testing.assert_array_equal(cursor.debt_amount, states[number].debt_amount)
    for number, state in enumerate(states):
        step = recording.rounds[number]
        assert (state.collateral_amount * step.oracle[0]).sum() == pytest.approx(step.collateral_left_usd[0], rel=1e-12)
        assert state.debt_amount.sum() == pytest.approx(step.debt_left_usd[0], rel=1e-12)


def test_that_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(11)
    sizes, ratios = rng.uniform(1, 9, 40), rng.uniform(0.9, 1.7, 40)
    loans = [account(str(n), sizes[n], sizes[n] * 100 / ratios[n]) for n in range(40)]
    given = {"token": {"price": 100.0}, "threshold": MCR_110}
    one = run(pool(1500.0), loans, **given)
    other = run(pool(1500.0), loans[::-1], **given)
    np.testing.assert_allclose(held(other)[::-1], held(one), rtol=1e-12)
    np.testing.assert_allclose(owed(other)[::-1], owed(one), rtol=1e-12)


def test_that_a_second_asset_in_a_pools_market_is_refused_by_its_first_row():
    loans = [account("a", 10.0, 950.0), account("b", 10.0, 950.0) | {"debt_asset": "TOK"}, account("c", 1.0, 1.0)]
    with pytest.raises(engine.BadInput) as refused:
        run(pool(), loans)
    (fault,) = refused.value.faults
    assert fault.where == "loans row 2, debt_asset"
    assert "'TOK', but 'USD' in row 1 of m" in fault.found
    assert "one collateral and one debt asset" in fault.allowed


def test_that_whom_a_redistribution_healed_has_waited_on_when_liquidatable_again():
    # B, with a threshold of its own, is liquidatable from round 1 on and passed on in round 2; A is liquidatable when
    # rounds 2 and 3 begin, and healed between them by what it takes over. So its second round of waiting is round 3.
    loans = [
        account("A", 10.0, 750.0),
        account("B", 30.0, 1150.0) | {"liquidation_threshold": 0.4, "liquidation_bonus": 0.05},
        account("C", 1.0, 10.0),
    ]
    falls = {"kind": "path", "returns": {"TOK": [-0.05, -0.08, -0.41, 0.5]}}  # after round 3 nobody would take A
    recording = run(
        pool(), loans, token={"price": 100.0}, threshold=0.8, shock=falls, liquidators={"latency_rounds": 1}
    )
    assert [step.liquidatable_left for step in recording.rounds[:3]] == [0, 1, 0]
    assert recording.book.account_names[recording.events.account].tolist() == ["B", "A"]
    assert recording.event_rounds().tolist() == [2, 3]
    along = engine.Paths(recording.scenario).run()
    assert along.times_liquidated.tolist() == [1, 1, 0]
    assert along.repaid_usd[0] == pytest.approx(recording.summary()["repaid_usd"])
