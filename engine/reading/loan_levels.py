"""At which price of one asset each account is reached by a liquidation, if everything that is not stable moves alike.

So every loan of a book can stand on one axis, that of one price, whatever its collateral.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.base.types import frozen

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Ints, Wholes
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.recording.records import BookState
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class LoanLevels:
    """Where the accounts of a book are reached. Arrays are read-only.

    Parameters
    ----------
    price
        (n,) the oracle price of the asset, USD, at which the account's health factor is 1. An account that is healthy
        at every price has none, such as one that holds and owes nothing but cash: NaN. One that is below 1 at every
        price stands where its health says, at price / health.
    rises
        (n,) bool: whether it is reached from below, by a rise, because it owes more of what moves than it holds.

    Examples
    --------
    Ann owes 130,000 USD on 100 WETH at a threshold of 0.8, and Bob 60,000: they are reached at 1,625 and at 750.

    >>> from engine.reading.loan_levels import loan_levels
    >>> book, start = recording.book, recording.rounds[0]
    >>> loan_levels(scenario, book, recording.state(0), start.oracle, "WETH").price.round().tolist()
    [1625.0, 750.0]
    """

    price: Floats
    rises: Flags


def loan_levels(scenario: Scenario, book: Book, state: BookState | Cursor, prices: Floats, asset: str) -> LoanLevels:
    """Return at which price of an asset each account is reached if all that moves in price moves alike.

    With the backing (collateral times thresholds) :math:`B_c` of cash and :math:`B_m` of all else, and the debt
    :math:`D_c` and :math:`D_m`, an account's health is 1 where the prices are multiplied by
    :math:`s = (D_c - B_c) / (B_m - D_m)`, from :math:`B_c + s B_m = D_c + s D_m` (Method, section 2). For a loan of
    cash on anything else that is the price over the health factor.

    Parameters
    ----------
    scenario, book, state
        Whose amounts, of which round.
    prices
        (K,) oracle prices, USD.
    asset
        The asset on whose price they stand. It moves even where it is cash.

    Raises
    ------
    ValueError
        If the book has no such asset.
    """
    from engine.market.cash_assets import cash_assets

    at = book.asset_names.index(asset)
    moving = ~cash_assets(scenario.parameters)
    moving[:, at] = True
    count = len(book)

    def sums(start: Wholes, assets: Ints, usd: Floats) -> tuple[Floats, Floats]:
        account = np.repeat(np.arange(count), np.diff(start))
        moves = moving[book.market[account], assets]
        alone, rest = (np.bincount(account, np.where(part, usd, 0.0), count) for part in (moves, ~moves))
        return alone.astype(np.float64), rest.astype(np.float64)

    held = state.collateral_amount * book.collateral_threshold * prices[book.collateral_asset]
    backing = sums(book.collateral_start, book.collateral_asset, held)
    owed = sums(book.debt_start, book.debt_asset, state.debt_amount * prices[book.debt_asset])
    slope, gap = backing[0] - owed[0], owed[1] - backing[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((slope != 0.0) & (gap / slope > 0.0), gap / slope, np.nan)
        whole = (owed[0] + owed[1]) / (backing[0] + backing[1])
    lost = np.isnan(scale) & (whole > 1.0) & np.isfinite(whole)
    price = np.where(lost, whole, scale) * prices[at]
    return LoanLevels(frozen(price), frozen(slope < 0.0))
