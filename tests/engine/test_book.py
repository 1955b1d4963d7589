"""Rows become accounts and legs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.book.book import Book
from tests.engine.books import row, scenario


def book_of(*loans, **parts) -> Book:
    return Book.from_scenario(scenario(list(loans), **parts))


def test_that_accounts_come_in_the_order_of_their_first_rows():
    book = book_of(row("b", 1, 10), row("a", 2, 20), row("b", 3, 30), row("c", 4, 40))
    assert book.account_names.tolist() == ["b", "a", "c"]
    assert book.row_account.tolist() == [0, 1, 0, 2]


def test_that_the_same_name_in_two_markets_is_two_accounts():
    other = {"collateral": {"ETH": {"liquidation_threshold": 0.5}}}
    book = book_of(row("a", 1, 10), row("a", 2, 20, market="n"), row("a", 3), markets={"n": other})
    assert book.account_names.tolist() == ["a", "a"]
    assert book.market.tolist() == [0, 1]
    assert book.collateral_threshold.tolist() == [0.8, 0.5]
    assert book.row_account.tolist() == [0, 1, 0]


def test_that_legs_stand_in_the_order_of_the_assets_and_rows_of_one_asset_are_one_leg():
    bitcoin = {"collateral_asset": "BTC", "collateral_amount": 7.0}
    book = book_of(row("a", debt=5, **bitcoin), row("a", 1, 6), row("a", 2))
    assert [book.asset_names[k] for k in book.collateral_asset] == ["ETH", "BTC"]
    assert book.collateral_amount.tolist() == [3.0, 7.0]
    assert book.debt_amount.tolist() == [11.0]
    assert book.row_leg.tolist() == [1, 0, 0]


def test_that_a_row_without_collateral_has_no_leg_and_an_empty_account_exists():
    book = book_of(row("a", debt=5), row("b"), row("c", 1))
    assert len(book) == 3
    assert np.diff(book.collateral_start).tolist() == [0, 0, 1]
    assert np.diff(book.debt_start).tolist() == [1, 0, 0]
    assert book.row_leg.tolist() == [-1, -1, 0]


def test_that_a_rows_own_threshold_and_bonus_override_the_markets():
    book = book_of(row("a", 1, 10, liquidation_threshold=0.93), row("b", 1, 10, liquidation_bonus=0.01))
    assert book.collateral_threshold.tolist() == [0.93, 0.8]
    assert book.collateral_bonus.tolist() == [0.1, 0.01]


def test_that_an_empty_book_is_a_book():
    book = book_of()
    assert len(book) == 0
    assert book.collateral_start.tolist() == [0]
    assert book.debt_start.tolist() == [0]


def test_that_a_book_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        book_of(row("a", 1, 10)).debt_amount[0] = 5.0
