"""Where loans stand on the axis of one price: by hand, and by running the fall that reaches them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.reading.loan_levels import loan_levels
from engine.reading.loans_at_round import loans_at_round
from engine.reading.round_view import Status, initial_view, liquidation_map, round_view
from tests.engine.books import row, scenario

SHORT = row("short", debt=None, collateral=None, debt_asset="ETH", debt_amount=7.0) | {
    "collateral_asset": "USD", "collateral_amount": 1000.0, "liquidation_threshold": 0.9, "liquidation_bonus": 0.05,
}  # fmt: skip
CASH = SHORT | {"account": "cash", "debt_asset": "USD", "debt_amount": 500.0}
LOANS = [row("long", 10.0, 650.0), SHORT, CASH, row("no debt", 5.0), row("only debt", debt=50.0)]


def levels(made):
    view = initial_view(made)
    return loan_levels(made, view.book, view.state, view.prices, "ETH")


def test_that_a_loan_of_cash_is_reached_at_the_price_over_its_health():
    found = levels(scenario(LOANS))
    assert found.price[0] == pytest.approx(650 / (10 * 0.8))
    assert not found.rises[0]


def test_that_who_owes_what_moves_is_reached_by_a_rise():
    found = levels(scenario(LOANS))
    assert found.price[1] == pytest.approx(900 / 7)
    assert found.rises[1]


def test_that_what_hangs_on_no_price_stands_nowhere():
    assert np.isnan(levels(scenario(LOANS)).price[2:]).all()


@given(held=st.floats(0.5, 50.0), owed=st.floats(1.0, 5000.0), also_owed=st.floats(0.0, 0.3), cash=st.floats(0.0, 0.9))
def test_that_the_liquidation_map_finds_a_loan_below_its_level_and_none_above(held, owed, also_owed, cash):
    """The compiled map knows nothing of levels: it counts debt below 1 at each price."""
    own = row("one", held, owed)
    rows = [own, own | {"debt_asset": "ETH", "debt_amount": also_owed * held}]
    rows[1] |= {
        "collateral_asset": "USD",
        "collateral_amount": cash * owed,
        "liquidation_threshold": 0.9,
        "liquidation_bonus": 0.0,
    }
    made = scenario(rows)
    view = initial_view(made)
    level = loan_levels(made, view.book, view.state, view.prices, "ETH").price[0]
    now = view.prices[view.book.asset_names.index("ETH")]
    above, below = liquidation_map(view, "ETH", [1 - level * 1.001 / now, 1 - level * 0.999 / now])
    assert above == 0
    assert below > 0


def test_that_health_below_one_is_past_the_line_in_every_round():
    recording = engine.run(scenario(LOANS, drop=-0.3, liquidators={"max_liquidations_per_round": 0}))
    view = round_view(recording, len(recording.rounds) - 1)
    loans = loans_at_round(view, "ETH")
    line = view.prices[view.book.asset_names.index("ETH")]
    stands = ~np.isnan(loans.reached_at_after)
    past = np.where(loans.rises, loans.reached_at_after < line, loans.reached_at_after > line)
    assert past[stands].tolist() == (view.health < 1)[stands].tolist()


def test_that_what_is_sold_of_all_loans_is_what_the_round_says():
    recording = engine.run(scenario(LOANS, drop=-0.3))
    for step in recording.rounds[1:]:
        loans = loans_at_round(round_view(recording, step.number), "ETH")
        assert loans.seized.sum() == pytest.approx(step.seized_usd.sum())
        assert loans.repaid.sum() == pytest.approx(step.repaid_usd.sum())
        assert (loans.owed - loans.owed_after).sum() >= loans.repaid.sum() - 1e-6


def test_that_debt_without_collateral_counts_as_bad():
    recording = engine.run(scenario([row("sunk", 10.0, 795.0)], drop=-0.5, rules={"close": {"kind": "full"}}))
    loans = loans_at_round(round_view(recording, 1), "ETH")
    assert Status(loans.status[0]) is Status.BAD_DEBT
    assert loans.bad_debt[0] == pytest.approx(recording.rounds[1].bad_debt_usd.sum())
