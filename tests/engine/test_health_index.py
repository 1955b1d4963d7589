"""A run does not depend on the order of its accounts in memory, and leaves the index as it found it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import kernels
from engine.book.book import Book
from engine.book.health_index import Basis, HealthIndex
from engine.book.order import Order
from engine.reading.recorded_run import recorded_rounds
from engine.running.liquidatable_accounts import Waiting
from engine.settlement.first_in_order import first_in_order
from tests.engine.books import row, scenario
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.test_properties import every_number


def run(made, index=None):
    steps = recorded_rounds(made, index)
    for _ in steps:
        pass
    return every_number(steps.recording)


def shuffled(made, seed) -> HealthIndex:
    """An index in no order at all, that looks at every account first."""
    book = Book.from_scenario(made)
    group = np.random.default_rng(seed).permutation(len(book)).astype(np.uint16)
    order, due = Order.by_group(book, group, np.zeros(len(book)))
    return HealthIndex(book, order, due, Basis.of(made.parameters))


@given(scenarios(most_accounts=40), st.integers(0, 9))
def test_that_a_run_does_not_depend_on_the_order_to_the_last_bit_again_and_again(given_scenario, seed):
    made = engine.from_dict(given_scenario)
    expected = run(made)
    index = shuffled(made, seed)
    assert run(made, index) == expected
    assert run(made, index) == expected, "the second run on the same arrays"
    assert run(made) == expected, "the second run on the index that is kept"


@given(scenarios(most_accounts=40))
def test_that_looking_only_at_due_accounts_is_looking_at_all(given_scenario):
    made = engine.from_dict(given_scenario)
    expected = run(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Waiting, "raise_level", lambda waiting, moves: waiting.look_at_all())
        assert run(made) == expected


def test_that_accounts_that_are_due_sooner_stand_first():
    rng = np.random.default_rng(1)
    made = scenario([row(f"a{n}", 10.0, debt) for n, debt in enumerate(rng.uniform(1.0, 799.0, 2000))])
    index = HealthIndex.of(made, Book.from_scenario(made))
    due = index.fresh.due
    level = np.quantile(due, [0.05, 0.2, 0.5, 0.8])
    in_blocks = [kernels.BLOCK * np.count_nonzero(index.fresh.block_due <= each) for each in level]
    assert np.divide(in_blocks, [np.count_nonzero(due <= each) for each in level]).max() < 1.6
    assert sorted(index.places.account.tolist()) == list(range(2000))


def test_that_legs_move_with_their_accounts_and_back():
    rng = np.random.default_rng(2)
    loans = [row(f"a{n}", *rng.uniform(1.0, 9.0, 2).tolist()) for n in rng.integers(0, 60, 100)]
    loans += [
        row(f"a{n}", collateral_asset="BTC", collateral_amount=float(n), debt_asset="BTC", debt_amount=1.0)
        for n in rng.integers(0, 80, 60)
    ]
    made = scenario(loans)
    book = Book.from_scenario(made)
    index = HealthIndex.of(made, book)
    collateral, debt = index.in_book(index.fresh.collateral, index.fresh.debt)
    assert collateral.tolist() == book.collateral_amount.tolist()
    assert debt.tolist() == book.debt_amount.tolist()
    assert book.collateral_asset[index.order.collateral_leg].tolist() == index.legs.collateral_asset.tolist()
    assert book.market[index.places.account].tolist() == index.legs.market.tolist()
    assert index.left.collateral.sum() == pytest.approx(book.collateral_amount.sum())


def test_that_an_index_of_another_book_is_refused():
    made, other = scenario([row("a", 1.0, 50.0)]), scenario([row("a", 1.0, 50.0)])
    index = HealthIndex.of(made, Book.from_scenario(made))
    with pytest.raises(ValueError, match="another book"):
        recorded_rounds(other, index)


@pytest.mark.parametrize("first", [1, 7, 100, 5000])
def test_that_the_first_in_order_are_those_of_a_full_sort_ties_by_account(first):
    rng = np.random.default_rng(first)
    key = rng.integers(0, 50, 1000).astype(float)
    accounts = rng.permutation(1000).astype(np.int32)
    found = np.concatenate(list(first_in_order(key, accounts, first)))
    assert found.tolist() == np.lexsort((accounts, key)).tolist()
