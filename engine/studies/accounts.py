"""What accounts of a book have and owe before a run: sums over their legs, shares of them, groups of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.market.oracles import first_prices

if TYPE_CHECKING:
    from engine.base.types import Floats, Wholes
    from engine.book.book import Book
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario


def account_of_legs(start: Wholes) -> Wholes:
    """Return the account of each leg, (legs,).

    Parameters
    ----------
    start
        (n + 1,) where the legs of each account begin, as a book has them.

    Examples
    --------
    >>> account_of_legs(np.array([0, 2, 3])).tolist()
    [0, 0, 1]
    """
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def sum_by_account(start: Wholes, values: Floats) -> Floats:
    """Return the sums over the legs of each account, (n,).

    Examples
    --------
    >>> sum_by_account(np.array([0, 2, 2, 3]), np.array([1.0, 2.0, 5.0])).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(account_of_legs(start), values, minlength=len(start) - 1).astype(np.float64)


def share_of_account(start: Wholes, worth: Floats) -> Floats:
    """Return what each leg is worth of all legs of its account, (legs,); 0 where they are worth nothing.

    Examples
    --------
    >>> share_of_account(np.array([0, 2, 3]), np.array([1.0, 3.0, 0.0])).tolist()
    [0.25, 0.75, 0.0]
    """
    whole = sum_by_account(start, worth)[account_of_legs(start)]
    return np.divide(worth, whole, out=np.zeros_like(worth), where=whole > 0.0)


def debt_usd(scenario: Scenario, book: Book) -> Floats:
    """Return (n,) what each account owes, USD at the first oracle prices."""
    prices = first_prices(scenario.parameters)
    return sum_by_account(book.debt_start, book.debt_amount * prices[book.debt_asset])


def groups_of(view: RoundView) -> list[tuple[str, tuple[str, ...], Any]]:
    """Return how accounts are grouped: by market and, where loans have any, by category.

    Returns
    -------
    list
        By what, the names of the groups, and (n,) the place of each account's among them.
    """
    loans = view.scenario.loans
    found: list[tuple[str, tuple[str, ...], Any]] = [("market", view.book.market_names, view.book.market)]
    if not loans.category.is_blank:
        codes = np.zeros(len(view.book), dtype=np.int64)
        codes[view.book.row_account] = loans.category.codes + 1
        found.append(("category", ("none", *loans.category.names), codes))
    return found
