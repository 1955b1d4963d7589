"""A book in which only the accounts of one market hold and owe anything, for figures of that market alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.base.types import frozen
from engine.recording.records import BookState

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.reading.round_view import RoundView


def of_market(view: RoundView, market: str | None) -> RoundView:
    """Return a view in which accounts of other markets hold and owe nothing; the view itself for None.

    Liquidation prices and whatever else is told by row stay those of all markets.

    Parameters
    ----------
    view
        Of all markets.
    market
        Its name.

    Raises
    ------
    ValueError
        If there is no such market.
    """
    from engine.kernels import STATUS_NO_DEBT

    if market is None:
        return view
    book, state = view.book, view.state
    elsewhere = _elsewhere(book, market)
    held = np.where(np.repeat(elsewhere, np.diff(book.collateral_start)), 0.0, state.collateral_amount)
    return replace(
        view,
        state=BookState(frozen(held), frozen(debts_of_market(book, market, state.debt_amount))),
        health=frozen(np.where(elsewhere, np.inf, view.health)),
        collateral_usd=frozen(np.where(elsewhere, 0.0, view.collateral_usd)),
        debt_usd=frozen(np.where(elsewhere, 0.0, view.debt_usd)),
        ltv=frozen(np.where(elsewhere, 0.0, view.ltv)),
        status=frozen(np.where(elsewhere, np.int8(STATUS_NO_DEBT), view.status)),
    )


def debts_of_market(book: Book, market: str | None, amounts: Floats) -> Floats:
    """Return the amounts of a book's debt legs, tokens, with 0 for those of other markets; all of them for None.

    Parameters
    ----------
    book
        Whose legs they are.
    market
        The name of the market.
    amounts
        Shape (debt legs,), tokens.

    Raises
    ------
    ValueError
        If there is no such market.
    """
    if market is None:
        return amounts
    return np.where(np.repeat(_elsewhere(book, market), np.diff(book.debt_start)), 0.0, amounts)


def _elsewhere(book: Book, market: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which accounts are of other markets, (n,)."""
    elsewhere: np.ndarray[tuple[int], np.dtype[np.bool_]] = book.market != book.market_names.index(market)
    return elsewhere
