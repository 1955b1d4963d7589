"""Closing profitable positions against bankrupt ones (Method, sections 7 and 8), by hand and by cases."""

from __future__ import annotations

import numpy as np
import pytest

from engine.reading.round_view import Status, round_view
from engine.settlement.marks import DELEVERAGED
from tests.engine.settlement.perpetuals import position, run

LONG = position("1", 10.0, 100.0, 50.0)
"""Of B11: bankrupt at 95, 550 short at 40."""
SHORTS = [position("2", -5.0, 100.0, 100.0), position("3", -10.0, 100.0, 100.0)]


def holdings(recording):
    state = recording.state(len(recording) - 1)
    return state.collateral_amount, state.debt_amount


@pytest.mark.parametrize("fund", [0.0, 450.0])
def test_that_the_most_profitable_short_is_closed_first_when_the_fund_cannot_pay_as_in_b11(fund):
    # By profit: 600 of 3 before 300 of 2. lrvx, whose numbers these are, first spends what the
    # fund has; here the fund is kept where closing against others is enough.
    recording = run([LONG, *SHORTS], to=40.0, settlement={"insurance_usd": fund})
    step, events = recording.rounds[1], recording.events
    collateral, debt = holdings(recording)
    assert list(collateral) == [0.0, 600.0, 150.0]  # 3 has made 50 with 10 sold at 100 and bought at 95
    assert list(debt) == [0.0, 5.0, 0.0]
    assert step.reserve_usd[0] == fund
    assert step.lender_loss_usd[0] == 0.0
    assert step.settlement_figures["deleveraged"][0] == 1
    assert step.settlement_figures["deleveraged_usd"][0] == pytest.approx(400.0)
    assert not step.sold.any()
    assert not step.bought.any()
    assert list(events.account) == [2, 0]
    assert list(recording.marks.row) == [0]
    assert list(recording.marks.mark) == [DELEVERAGED]
    assert events.repaid[0] == 10.0
    assert events.seized[0] == pytest.approx(950.0)
    assert step.repaid_usd[0] == pytest.approx(950.0)
    assert step.liquidations[0] == 1


def test_that_nobody_is_closed_against_who_has_gained_nothing():
    step = run([position("short of 20", 10.0, 100.0, -20.0), SHORTS[1]]).rounds[1]
    assert step.settlement_figures["deleveraged"][0] == 0
    assert step.lender_loss_usd[0] == pytest.approx(20.0)


def test_that_a_long_is_closed_against_only_as_far_as_it_has_equity():
    """Bankrupt at 95, the price at 200: each of the long's 10 tokens costs it 105 of its 1020 USD."""
    recording = run([position("short", -10.0, 100.0, -50.0), position("long", 10.0, 100.0, 20.0)], to=200.0)
    assert recording.events.account[0] == 1
    assert recording.events.seized[0] == pytest.approx(1020 / 105)


def test_that_gains_count_only_as_far_as_they_can_be_paid_in_the_margin_asset():
    """Both longs have made 1000 USD, but one holds 30 USD: the 950 are shared 30 to 1000."""
    longs = []
    for name, usd in (("poor", 30.0), ("rich", 2000.0)):
        longs += [position(name, 10.0, 100.0, 500.0)]
        longs += [{"account": name, "market": "m", "collateral_asset": "USD", "collateral_amount": usd}]
    recording = run(
        [position("short", -10.0, 100.0, 50.0), *longs], to=200.0, settlement={"adl": False}, safety={"adl": True}
    )
    assert recording.rounds[1].lender_loss_usd[0] == pytest.approx(0.0, abs=1e-9)
    taken = recording.events.seized[recording.marks.row]
    assert sorted(taken) == pytest.approx([950 * 30 / 1030, 950 * 1000 / 1030])


LARGE_AND_SMALL = [LONG, position("large", -10.0, 100.0, 1000.0), position("small", -5.0, 100.0, 50.0)]
"""At 40 the large short has made 600 USD on a margin of 1000, the small one 300 on 50."""


def test_that_the_largest_profit_in_usd_is_closed_against_first():
    recording = run(LARGE_AND_SMALL, to=40.0)
    assert list(recording.events.account) == [1, 0]
    assert recording.events.repaid[0] == pytest.approx(10.0)


def by(ranking: str, loans, **given):
    return run(loans, to=40.0, settlement={"adl_ranking": ranking}, **given)


def test_that_a_smaller_profit_on_less_margin_comes_first_by_return_times_leverage():
    """600/1000 x 400/1600 = 0.15 against 300/50 x 200/350 = 3.43."""
    recording = by("profit_times_leverage", LARGE_AND_SMALL)
    assert list(recording.events.account) == [2, 1, 0]
    assert recording.events.repaid[:2] == pytest.approx([5.0, 5.0])


def test_that_leverage_counts_all_positions_and_the_equity_of_now():
    """Alone: 600/100 x 400/700 = 3.43. With 2000 USD of ETH on credit: 600/120 x 2400/720 = 16.7, on a lower return."""
    beside = [
        position("beside", -10.0, 100.0, 120.0),
        {"account": "beside", "market": "m", "collateral_asset": "ETH", "collateral_amount": 100.0,
         "debt_asset": "USD", "debt_amount": 2000.0},
    ]  # fmt: skip
    assets = {"assets": {"ETH": {"price": 20.0}}, "thresholds": {"ETH": 0.9}}
    recording = by("profit_times_leverage", [LONG, position("alone", -10.0, 100.0, 100.0), *beside], **assets)
    assert list(recording.events.account[:2]) == [2, 0]


def test_that_pro_rata_each_is_closed_for_its_share_of_all_profit():
    """600 and 300 of profit share 10 BTC; both pay the bankruptcy price of 95."""
    recording = by("pro_rata", LARGE_AND_SMALL)
    assert list(recording.events.account) == [1, 2, 0]  # in the order of the book
    assert recording.events.repaid[:2] == pytest.approx([20 / 3, 10 / 3])
    assert recording.events.seized[:2] == pytest.approx([95 * 20 / 3, 95 * 10 / 3])
    step = recording.rounds[1]
    assert (step.settlement_figures["deleveraged"][0], step.settlement_figures["deleveraged_usd"][0]) == (
        2,
        pytest.approx(400.0),
    )
    assert step.bad_debt_usd[0] == 0.0
    assert not step.sold.any()


def test_that_pro_rata_the_others_take_what_one_cannot_in_the_same_proportion():
    """Of 10 BTC the poor short's share is 5, but its 190 USD buy 2; the other two share 8 by their 300 and 150."""
    poor = [position("poor", -7.5, 100.0, -560.0),
            {"account": "poor", "market": "m", "collateral_asset": "ETH", "collateral_amount": 100.0}]  # fmt: skip
    loans = [LONG, *poor, position("b", -5.0, 100.0, 100.0), position("c", -2.5, 100.0, 100.0)]
    recording = by("pro_rata", loans, assets={"ETH": {"price": 20.0}}, thresholds={"ETH": 0.9})
    assert list(recording.events.account) == [1, 2, 3, 0]
    assert recording.events.repaid[:3] == pytest.approx([2.0, 5.0, 2.5])
    # b and c would be due 5.33 and 2.67: they are closed whole, and what then is left of the long meets the market
    assert recording.rounds[1].sold[1] == pytest.approx(0.5)


def test_that_pro_rata_shares_are_found_anew_for_each_bankrupt_account():
    longs = [position(name, 5.0, 100.0, 25.0) for name in "ab"]
    shorts = [position("c", -8.0, 100.0, 100.0), position("d", -16.0, 100.0, 100.0)]
    recording = by("pro_rata", [*longs, *shorts])
    assert list(recording.events.account) == [2, 3, 0, 2, 3, 1]
    assert recording.events.repaid[[0, 1, 3, 4]] == pytest.approx([5 / 3, 10 / 3, 5 / 3, 10 / 3])
    assert holdings(recording)[1] == pytest.approx([0, 0, 8 - 10 / 3, 16 - 20 / 3])


def test_that_pro_rata_longs_are_closed_against_too():
    """Bankrupt at 105, the price at 160: each long has gained 60 a BTC."""
    loans = [position("short", -6.0, 100.0, 30.0), position("a", 4.0, 100.0, 50.0), position("b", 8.0, 100.0, 100.0)]
    recording = run(loans, to=160.0, settlement={"adl_ranking": "pro_rata"})
    assert recording.events.seized[:2] == pytest.approx([2.0, 4.0])
    assert recording.events.repaid[:2] == pytest.approx([210.0, 420.0])


def test_that_pro_rata_as_many_are_closed_against_as_there_are():
    """More than there is room for at first: 700 shorts of 1 that have each made 60 share 350 BTC."""
    shorts = [position(str(n), -1.0, 100.0, 20.0 + n) for n in range(700)]
    recording = by("pro_rata", [*shorts, position("long", 350.0, 100.0, 350.0 * 5)])
    step, events = recording.rounds[1], recording.events
    assert step.settlement_figures["deleveraged"][0] == 700
    assert list(events.account) == [*range(700), 700]
    assert events.repaid[:700] == pytest.approx(np.full(700, 0.5))
    assert (step.bad_debt_usd[0], step.sold[1]) == (0.0, 0.0)


def test_that_a_long_queue_is_in_order_of_profit_ties_in_that_of_the_book():
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 40, 333) / 4.0
    loans = [*(position(str(n), -size, 100.0, size * 20) for n, size in enumerate(sizes))]
    recording = run([*loans, position("long", sizes.sum(), 100.0, sizes.sum() * 5)], to=40.0)
    assert list(recording.events.account[:-1]) == list(np.argsort(-sizes, kind="stable"))


def test_that_a_fund_that_has_exactly_what_is_missing_pays_and_nobody_is_closed_against():
    step = run([LONG, *SHORTS], to=40.0, settlement={"insurance_usd": 550.0}).rounds[1]
    assert step.settlement_figures["deleveraged"][0] == 0
    assert step.reserve_usd[0] == 0.0
    assert step.lender_loss_usd[0] == 0.0
    assert step.sold[1] == 10.0


# What a purchase of 1 BTC costs in this market is far beyond any margin here.
NO_BOOK = {"liquidity": {"model": "exponential", "depth_2pct_usd": 100.0}}


def deleverage_one_short(cash: float, other: float, oracle: float = 50_000.0, start: float = 49_000.0):
    """One BTC short with some cash against one long with some USD, which may be a debt; nobody sells any BTC."""
    long = {"account": "offsetting", "market": "m", "debt_asset": "USD", "debt_amount": max(-other, 0.0)}
    loans = [
        position("liquidated", -1.0, cash, 0.0),
        long | {"collateral_asset": "BTC", "collateral_amount": 1.0},
        {"account": "offsetting", "market": "m", "collateral_asset": "USD", "collateral_amount": max(other, 0.0)},
    ]
    return run(loans, price=start, to=oracle, btc=NO_BOOK, thresholds={"BTC": 0.95, "USD": 1 / 1.1})


@pytest.mark.parametrize(
    ("cash", "other", "expected"),
    [
        (54_999, 50_000, 104_999), (54_999, -45_001, 9998), (50_000, 50_000, 100_000), (50_000, -45_001, 4999),
        (49_999, 50_000, 99_999), (49_999, -45_001, 4998),
    ],
)  # fmt: skip
def test_that_both_sides_close_at_the_bankruptcy_price_as_in_dydx_06(cash, other, expected):
    recording = deleverage_one_short(cash, other)
    step = recording.rounds[1]
    collateral, debt = holdings(recording)
    assert collateral[0] == 0.0  # the short's cash
    assert debt[0] == 0.0
    held = dict(zip(recording.book.collateral_asset[1:].tolist(), collateral[1:].tolist(), strict=True))
    assert held[1] == 0.0  # the long's BTC
    assert held[0] + step.settlement_figures["credited_usd"][0] - debt[1] == pytest.approx(expected, abs=1e-9)
    assert step.bad_debt_usd[0] == 0.0
    assert step.settlement_figures["deleveraged"][0] == 1


@pytest.mark.parametrize(("cash", "other"), [(50_000, -50_001), (49_999, -50_000)])
def test_that_a_long_that_would_end_below_zero_is_not_closed_against_as_in_dydx_06(cash, other):
    recording = deleverage_one_short(cash, other, start=51_000.0, oracle=51_001.0)
    assert recording.rounds[1].settlement_figures["deleveraged"][0] == 0


def test_that_an_account_below_zero_is_deleveraged_without_a_fund_as_in_dydx_07():
    recording = deleverage_one_short(50_499.0, 50_000.0, oracle=50_500.0)
    assert holdings(recording)[0].sum() + recording.rounds[1].settlement_figures["credited_usd"][0] == pytest.approx(
        100_499.0, abs=1e-9
    )
    assert recording.rounds[1].bad_debt_usd[0] == 0.0


def test_that_a_fund_empties_then_positions_are_closed_and_at_last_lenders_lose():
    # At 80 each long of 10 that owes 950 is 150 short. The fund of 200 pays the first. The second and third are
    # closed against the only short, of 15, at 95; what is left of the third meets the market: 5 x 15 short, 50 paid.
    loans = [*(position(name, 10.0, 100.0, 50.0) for name in "abc"), position("short", -15.0, 100.0, 500.0)]
    recording = run(loans, to=80.0, settlement={"insurance_usd": 200.0})
    step = recording.rounds[1]
    assert list(recording.events.account) == [0, 3, 1, 3, 2]
    assert recording.events.repaid[[1, 3]] == pytest.approx([10.0, 5.0])
    assert step.settlement_figures["deleveraged"][0] == 2
    assert step.sold[1] == pytest.approx(15.0)
    assert step.reserve_usd[0] == 0.0
    assert step.bad_debt_usd[0] == pytest.approx(25.0)
    assert step.lender_loss_usd[0] == pytest.approx(25.0)
    collateral, debt = holdings(recording)
    assert collateral == pytest.approx([0, 0, 0, 2000 - 15 * 95])
    assert debt == pytest.approx([0, 0, 0, 0])


def test_that_whoever_is_closed_against_does_not_count_as_liquidated():
    recording = run([LONG, *SHORTS], to=40.0)
    assert [Status(status) for status in round_view(recording, 1).status] == [
        Status.LIQUIDATED, Status.HEALTHY, Status.NO_DEBT,
    ]  # fmt: skip
    assert list(round_view(recording, 2).status_round) == [1, 0, 0]
    assert recording.rounds[1].accounts_liquidated == 1


def test_that_a_position_is_closed_against_as_many_others_as_it_takes():
    # Many more than there is room for at first; each short of 1 that has made 60 on a margin of 20 + n.
    shorts = [position(str(n), -1.0, 100.0, 20.0 + n) for n in range(700)]
    longs = [position("small", 5.0, 100.0, 25.0), position("large", 690.5, 100.0, 690.5 * 5)]
    recording = run([*shorts, *longs], to=40.0)
    step, events = recording.rounds[1], recording.events
    assert step.settlement_figures["deleveraged"][0] == 691 + 6  # the short that was closed in part is closed further
    assert list(events.account[:691]) == list(range(691))
    assert events.account[691] == 701
    assert list(events.account[692:]) == [690, 691, 692, 693, 694, 695, 700]
    assert events.repaid[690] == pytest.approx(0.5)
    assert step.bad_debt_usd[0] == 0.0
    collateral, debt = holdings(recording)
    assert debt.sum() == pytest.approx(700 - 695.5)
    assert collateral[:690] == pytest.approx(120 + np.arange(690) - 95)


def test_that_a_short_pays_no_more_than_the_margin_asset_it_holds():
    short = [position("short", -10.0, 100.0, -900.0),
             {"account": "short", "market": "m", "collateral_asset": "ETH", "collateral_amount": 100.0}]  # fmt: skip
    recording = run(
        [LONG, *short], to=40.0, assets={"ETH": {"price": 20.0}}, thresholds={"ETH": 0.9}, settlement={"adl": True}
    )
    # 100 USD close 100/95 BTC; the rest of the long meets the market 55 below its bankruptcy price.
    assert recording.events.repaid[0] == pytest.approx(100 / 95)
    assert recording.events.seized[0] == 100.0
    assert recording.rounds[1].bad_debt_usd[0] == pytest.approx((10 - 100 / 95) * 55)


def test_that_nobody_is_closed_against_below_zero():
    # The long is bankrupt at 95, above the oracle's 94: each BTC costs the short 1, and it has 12.
    long = position("long", 20.0, 100.0, 100.0)
    short = position("short", -30.0, 94.0, 12.0)
    recording = run([long, short], price=94.2, to=94.0, thresholds={"BTC": 0.9999, "USD": 1.0})
    step = recording.rounds[1]
    assert recording.events.repaid[0] == pytest.approx(12.0)
    collateral, debt = holdings(recording)
    assert collateral[1] - 94 * debt[1] == pytest.approx(0.0, abs=1e-9)
    assert step.bad_debt_usd[0] == pytest.approx(8.0)


def test_that_whoever_is_pulled_under_by_it_is_liquidated_in_the_next_round():
    # 10 of its 30 BTC closed 1 above the oracle cost the short 10 of its 15: 0.27 % are left, 0.4 % are needed.
    long = position("long", 10.0, 100.0, 50.0)
    short = position("short", -30.0, 94.0, 15.0)
    recording = run([long, short], price=94.2, to=94.0, thresholds={"BTC": 0.9999, "USD": 1 / 1.004})
    assert [int(step.liquidations[0]) for step in recording.rounds] == [0, 1, 1, 0]
    assert recording.rounds[1].liquidatable_left == 1
    assert recording.rounds[1].liquidatable_left_debt_usd == pytest.approx(20 * 94)
    assert recording.rounds[2].reserve_usd[0] == pytest.approx(5.0)


def test_that_a_price_above_twice_the_positions_leaves_nothing_to_close_at():
    # With more margin than position (its threshold is 0) the bankruptcy price of the long is below zero.
    long = [position("long", 1.0, 100.0, 50.0),
            {"account": "long", "market": "m", "collateral_asset": "USD", "collateral_amount": 500.0}]  # fmt: skip
    short = position("short", -1.0, 100.0, 100.0)
    recording = run([*long, short], to=60.0, thresholds={"BTC": 0.1, "USD": 0.01}, btc=NO_BOOK)
    assert recording.rounds[1].settlement_figures["deleveraged"][0] == 0


def test_that_gains_pay_pro_rata_before_lenders_do_where_the_market_says_so():
    # 600 and 300 of gains bear the 550 that the long lacks, with every position left as it is.
    recording = run([LONG, *SHORTS], to=40.0, settlement={"adl": False}, safety={"adl": True})
    step = recording.rounds[1]
    collateral, debt = holdings(recording)
    assert collateral == pytest.approx([0.0, 600 - 550 / 3, 1100 - 550 * 2 / 3])
    assert list(debt) == [0.0, 5.0, 10.0]
    assert step.bad_debt_usd[0] == 0.0
    assert step.repaid_usd[0] == pytest.approx(950.0)
    assert step.settlement_figures["deleveraged"][0] == 2
    assert step.settlement_figures["deleveraged_usd"][0] == pytest.approx(550.0)
    assert list(recording.marks.row) == [1, 2]


def test_that_gains_pay_no_more_than_there_are():
    longs = [position(name, 10.0, 100.0, 50.0) for name in "ab"]
    recording = run([*longs, *SHORTS], to=40.0, settlement={"adl": False, "insurance_usd": 100.0}, safety={"adl": True})
    step = recording.rounds[1]
    assert step.settlement_figures["deleveraged_usd"][0] == pytest.approx(900.0)
    assert step.bad_debt_usd[0] == pytest.approx(2 * 550 - 100 - 900)
    assert step.lender_loss_usd[0] == pytest.approx(100.0)
    collateral, _ = holdings(recording)
    assert collateral == pytest.approx([0.0, 0.0, 300.0, 500.0])


def test_that_the_order_of_rows_changes_nothing_but_ties():
    rng = np.random.default_rng(5)
    sizes, shares = rng.uniform(-9, 9, 60), rng.uniform(0.02, 0.4, 60)
    loans = [position(str(n), sizes[n], 100.0, 100.0 * abs(sizes[n]) * shares[n]) for n in range(60)]
    given = {
        "to": 78.0, "settlement": {"insurance_usd": 30.0},
        "btc": {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}},
    }  # fmt: skip
    one, other = run(loans, **given), run(loans[::-1], **given)
    assert sum(step.settlement_figures["deleveraged"][0] for step in one.rounds) > 3
    for here, there in zip(holdings(one), holdings(other), strict=True):
        np.testing.assert_allclose(there[::-1], here, rtol=1e-9, atol=1e-9)


def test_that_money_is_neither_made_nor_lost():
    # In every round: what accounts, the fund and traders paid out gain, less what lenders lose, comes from the market.
    rng = np.random.default_rng(9)
    sizes, shares = rng.uniform(-9, 9, 120), rng.uniform(0.01, 0.2, 120)
    loans = [position(str(n), sizes[n], 100.0, 100.0 * abs(sizes[n]) * shares[n]) for n in range(120)]
    recording = run(
        loans, to=80.0, settlement={"insurance_usd": 30.0, "residual": "trader"}, safety={"adl": True},
        btc={"liquidity": {"model": "exponential", "depth_2pct_usd": 1000.0}},
    )  # fmt: skip
    depth = 1000.0 / -np.log(0.98)
    is_held, is_owed = recording.book.collateral_asset == 0, recording.book.debt_asset == 0
    for number, step in enumerate(recording.rounds[1:], 1):
        before, after = recording.state(number - 1), recording.state(number)
        usd = (after.collateral_amount - before.collateral_amount)[is_held].sum()
        usd -= (after.debt_amount - before.debt_amount)[is_owed].sum()
        usd += step.reserve_usd[0] - recording.rounds[number - 1].reserve_usd[0]
        usd += step.settlement_figures["credited_usd"][0] - step.lender_loss_usd[0]
        start, sold = step.outstanding[1], step.sold[1] - step.bought[1]
        outside = [np.exp(-quantity * step.undisturbed[1] / depth) for quantity in (start, start + sold)]
        assert usd == pytest.approx(depth * (outside[0] - outside[1]), rel=1e-9, abs=1e-6)
    assert sum(step.settlement_figures["deleveraged"][0] for step in recording.rounds) > 5
    assert sum(step.lender_loss_usd[0] for step in recording.rounds) > 0
    assert len(recording) >= 3
