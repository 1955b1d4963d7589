"""Entry prices of a loan book: profit counts from them (Method, sections 1 and 7), by hand."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.reading.explanation.explain import explain
from engine.reading.positions import positions
from engine.reading.round_view import round_view
from engine.reading.row_amounts import RowSide
from engine.scenario.provenance import loans_sha256
from engine.settlement.happened import Deleveraged, Spared
from tests.engine.settlement.perpetuals import position, run, scenario

LONG = position("L1", 8.0, 60_000.0, 14_500.0)
EARLY = position("S1", -10.0, 80_000.0, 100_000.0) | {"entry_price": 80_000.0}
LATE = position("S2", -10.0, 60_000.0, 100_000.0) | {"entry_price": 60_000.0}
"""At 54,000: S1 has made 260,000 on 100,000, 540/360 leveraged: 3.9. S2 60,000 on 100,000, 540/160: 2.025."""
FALL = {"price": 60_000.0, "to": 54_000.0, "maintenance": 0.02}
QUEUE = {"settlement": {"adl_ranking": "profit_times_leverage"}} | FALL


def without_entry(row):
    return {key: value for key, value in row.items() if key != "entry_price"}


@pytest.mark.parametrize("ranking", ["profit", "profit_times_leverage"])
def test_that_who_entered_at_a_better_price_is_deleveraged_first(ranking):
    given = FALL | {"settlement": {"adl_ranking": ranking}}
    recording = run([LONG, LATE, EARLY], **given)
    assert [recording.book.account_names[place] for place in recording.events.account] == ["S1", "L1"]
    blind = run([LONG, *map(without_entry, (LATE, EARLY))], **given)
    assert blind.book.account_names[blind.events.account[0]] == "S2"  # since the start both have made the same


def test_that_the_place_in_the_queue_is_told_with_profit_and_margin_of_the_entry():
    recording = run([LONG, LATE, EARLY], **QUEUE)
    first, second = (explain(recording, account, 1).happening.settled for account in (2, 1))
    assert isinstance(first, Deleveraged)
    place = first.closings[0].place
    assert (place.place, place.profit_usd, place.margin_usd) == (1, 260_000.0, 100_000.0)
    assert place.score == pytest.approx(3.9)
    assert isinstance(second, Spared)
    assert (second.place.place, second.place.profit_usd) == (2, 60_000.0)
    assert second.place.score == pytest.approx(2.025)


def test_that_pro_rata_parts_go_by_profit_since_the_entry():
    recording = run([LONG, LATE, EARLY], **FALL | {"settlement": {"adl_ranking": "pro_rata"}})
    assert recording.events.repaid[:2] == pytest.approx([8 * 60 / 320, 8 * 260 / 320])


def test_that_a_position_that_has_lost_since_its_entry_is_not_closed_against():
    loser = position("S3", -10.0, 50_000.0, 300_000.0) | {"entry_price": 50_000.0}
    recording = run([LONG, loser, LATE], **QUEUE)
    assert [recording.book.account_names[place] for place in recording.events.account] == ["S2", "L1"]


def test_that_gains_that_pay_for_others_count_from_the_entry():
    recording = run([LONG, LATE, EARLY], **FALL | {"settlement": {"adl": False}, "safety": {"adl": True}})
    taken = recording.events.seized[recording.marks.row]
    assert taken == pytest.approx([33_500 * 60 / 320, 33_500 * 260 / 320])


def test_that_several_rows_of_one_position_have_the_mean_of_their_entries():
    parts = [EARLY | {"debt_amount": 4.0, "collateral_amount": 400_000.0, "entry_price": 90_000.0},
             EARLY | {"debt_amount": 6.0, "collateral_amount": 500_000.0, "entry_price": 70_000.0}]  # fmt: skip
    recording = run([LONG, *parts], **QUEUE)
    happened = explain(recording, 1, 1).happening.settled
    assert isinstance(happened, Deleveraged)
    assert happened.closings[0].place.profit_usd == pytest.approx(10 * (78_000 - 54_000))


def test_that_a_position_tells_its_entry_and_the_profit_since():
    given = scenario([EARLY, without_entry(LATE)], **FALL)
    view = round_view(engine.run(given), 0)
    found = positions(view, *(side(view.book, given.loans) for side in (RowSide.collateral, RowSide.debt)))
    assert found is not None
    assert list(found.entry) == [80_000.0, 60_000.0]
    assert list(found.profit) == [200_000.0, 0.0]
    assert list(found.margin) == [300_000.0, 100_000.0]


def test_that_entry_prices_equal_to_the_first_price_change_nothing():
    plain = [LONG, *map(without_entry, (LATE, EARLY))]
    priced = [row | {"entry_price": 60_000.0} for row in plain]
    one, other = (run(rows, **QUEUE).events for rows in (plain, priced))
    for name in ("account", "seized", "repaid", "health_after"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_that_a_book_without_entry_prices_has_the_hash_it_always_had():
    plain, priced = scenario([without_entry(EARLY)]).loans, scenario([EARLY]).loans
    assert loans_sha256(plain) == "018afa99a4eef2e20e41d544e8c08e1b3c5236b75b26e5721bfa9f96a0381cf0"
    assert loans_sha256(priced) != loans_sha256(plain)


@pytest.mark.parametrize("name", ["book.cascade", "book.json"])
def test_that_entry_prices_are_saved_and_blank_ones_left_out(tmp_path, name):
    given = scenario([EARLY, without_entry(LATE)])
    engine.save(given, tmp_path / name)
    assert engine.load(tmp_path / name).loans.same_as(given.loans)
    engine.save(scenario([without_entry(LATE)]), tmp_path / name)
    assert "entry_price" not in engine.load(tmp_path / name).loans.to_records()[0]
    assert b"entry_price" not in (tmp_path / name).read_bytes()


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_that_an_entry_price_is_above_zero(price):
    with pytest.raises(engine.BadInput, match=r"loans row 1, entry_price: .*a price above 0"):
        scenario([EARLY | {"entry_price": price}])


def test_that_an_entry_price_in_a_row_with_two_positions_is_refused():
    both = {"account": "a", "market": "m", "collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "ETH",
            "debt_amount": 1.0, "entry_price": 80_000.0}  # fmt: skip
    with pytest.raises(engine.BadInput, match="the positions 'BTC' and 'ETH'"):
        scenario([both], assets={"ETH": {"price": 2_000.0}}, thresholds={"ETH": 0.9})


def test_that_an_entry_price_beside_cash_or_in_a_lending_market_is_of_one_position():
    """Only of a margin engine's row whose two assets are both no cash nobody knows which position it is of."""
    beside = {"account": "a", "market": "m", "collateral_asset": "BTC", "collateral_amount": 1.0, "debt_asset": "USD",
              "debt_amount": 1.0, "entry_price": 80_000.0}  # fmt: skip
    scenario([beside])
    given = scenario([beside], assets={"ETH": {"price": 2_000.0}}, thresholds={"ETH": 0.9}).to_dict()
    given["markets"]["lender"] = {"collateral": {"BTC": {"liquidation_threshold": 0.8}}}
    given["loans"] = [beside | {"market": "lender", "debt_asset": "ETH"}]
    engine.from_dict(given)
