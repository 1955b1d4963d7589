"""A run on a health index is, to the last bit, the run without one, and leaves the index as it found it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import engine
from engine.book.book import Book
from engine.book.health_index import HealthIndex
from engine.reading.recorded_run import recorded_rounds
from engine.running.liquidatable_accounts import Waiting
from engine.settlement.first_in_order import first_in_order
from tests.engine.properties.scenarios import scenarios
from tests.engine.properties.test_properties import every_number


def run(scenario, book, index=None):
    steps = recorded_rounds(scenario, book, index)
    for _ in steps:
        pass
    steps.give_back()
    return every_number(steps.recording)


@given(scenarios(most_accounts=40))
def test_that_a_run_on_an_index_is_the_run_without_to_the_last_bit_again_and_again(given_scenario):
    scenario = engine.from_dict(given_scenario)
    book = Book.from_scenario(scenario)
    index = HealthIndex.of(scenario, book)
    expected = run(scenario, book)
    assert run(scenario, book, index) == expected
    assert run(scenario, book, index) == expected, "the second run on the same arrays"


@given(scenarios(most_accounts=40))
def test_that_looking_only_at_due_accounts_is_looking_at_all(given_scenario):
    scenario = engine.from_dict(given_scenario)
    book = Book.from_scenario(scenario)
    expected = run(scenario, book, HealthIndex.of(scenario, book))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Waiting, "raise_level", lambda waiting, moves: waiting.look_at_all())
        assert run(scenario, book) == expected


def test_that_an_index_of_another_book_is_refused():
    scenario = engine.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {"A": {"price": 1.0}},
            "markets": {"m": {"collateral": {"A": {"liquidation_threshold": 0.8}}}},
            "loans": [],
        }
    )
    index = HealthIndex.of(scenario, Book.from_scenario(scenario))
    with pytest.raises(ValueError, match="another book"):
        recorded_rounds(scenario, Book.from_scenario(scenario), index)


@pytest.mark.parametrize("first", [1, 7, 100, 5000])
def test_that_the_first_in_order_are_those_of_a_full_sort_ties_by_account(first):
    rng = np.random.default_rng(first)
    key = rng.integers(0, 50, 1000).astype(float)
    accounts = rng.permutation(1000).astype(np.int32)
    found = np.concatenate(list(first_in_order(key, accounts, first)))
    assert found.tolist() == np.lexsort((accounts, key)).tolist()
