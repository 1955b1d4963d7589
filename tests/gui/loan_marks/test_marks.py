"""Marks keep the mass of a book, whatever its size."""

from __future__ import annotations

import numpy as np
import pytest

from cascade_gui.loan_marks.marks import MOST_SINGLE, marks_at_round, marks_of
from engine.files.examples import find_example
from engine.reading.loans_at_round import LoansAtRound, loans_at_round
from engine.reading.round_view import round_view


def book(owed, levels):
    owed, levels = np.asarray(owed, dtype=float), np.asarray(levels, dtype=float)
    nothing = np.zeros(len(owed))
    return LoansAtRound(
        0,
        "X",
        levels,
        levels,
        nothing.astype(bool),
        owed,
        owed,
        owed,
        nothing,
        nothing,
        nothing,
        nothing.astype(np.int8),
    )


@pytest.fixture(scope="module")
def compound():
    return find_example("compound-thin").read().recording


def test_that_a_million_small_loans_are_grains_that_owe_the_same():
    rng = np.random.default_rng(7)
    owed = rng.lognormal(8, 2, 1_000_000)
    marks = marks_of(book(owed, rng.uniform(100, 1000, 1_000_000)))
    assert marks.count < 1_600
    assert marks.owed.sum() == pytest.approx(owed.sum())
    assert len(np.unique(marks.account)) == len(owed)


def test_that_the_largest_loans_are_marks_of_their_own():
    owed = np.concatenate([[5e6, 4e6], np.full(5_000, 1.0)])
    marks = marks_of(book(owed, np.linspace(500, 900, len(owed))))
    assert [marks.is_single(mark) for mark in (0, 1, 2)] == [True, True, False]
    assert marks.members(0).tolist() == [0]
    assert marks.mark_of(1) == 1
    assert marks.count <= MOST_SINGLE


def test_that_grains_hold_loans_of_neighbouring_prices():
    marks = marks_of(book(np.full(20_000, 1.0), np.linspace(100, 1_100, 20_000)))
    lowest = np.array([np.min(marks.members(mark)) for mark in range(marks.count)])
    highest = np.array([np.max(marks.members(mark)) for mark in range(marks.count)])
    assert (highest - lowest < 60).all()


def test_that_loans_that_no_price_reaches_are_counted_and_no_marks():
    marks = marks_of(book([1.0, 2.0, 0.0], [500.0, np.nan, np.nan]))
    assert (marks.count, marks.away, marks.accounts_away) == (1, 2.0, 1)


def test_that_nothing_is_no_mark():
    assert marks_of(book([], [])).count == 0


def test_that_in_every_round_marks_owe_and_sell_what_their_loans_do(compound):
    marks = marks_of(loans_at_round(round_view(compound, 0), "WETH"))
    for number in (1, 3, len(compound.rounds) - 1):
        loans = loans_at_round(round_view(compound, number), "WETH")
        found = marks_at_round(marks, loans)
        assert found.owed_after.sum() == pytest.approx(loans.owed_after[marks.account].sum())
        assert found.seized.sum() == pytest.approx(compound.rounds[number].seized_usd.sum())
        assert (found.waiting <= found.owed_after + 1e-6).all()
