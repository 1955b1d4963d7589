"""At which price of one asset each account is reached by a liquidation, if all that moves with it moves alike.

So every loan of a book can stand on one axis, that of one price, whatever its collateral.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.base.types import frozen

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.base.types import Flags, Floats, Ints, Wholes
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import BookState
    from engine.scenario.scenario import Scenario

_TOGETHER: Final = 0.25
_MOVES: Final = 1e-3
"""An asset that never moves by this share of its price does not move."""


@dataclass(frozen=True, slots=True)
class LoanLevels:
    """Where the accounts of a book are reached. Arrays are read-only.

    Parameters
    ----------
    price
        (n,) the oracle price of the asset, USD, at which the account's health factor is 1. An account that is healthy
        at every price has none, such as one that holds and owes nothing but cash: NaN. One that is below 1 at every
        price stands where its health says, at price / health.
    backing
        (n,) USD that it may owe at most: its collateral times the liquidation thresholds, at the given prices.
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
    backing: Floats
    rises: Flags


def moving_together(recording: RecordedRun | None, scenario: Scenario, asset: str) -> tuple[str, ...]:
    """Return the assets that move with one in a run, itself among them.

    Those that are not cash, and whose market price moves at least a quarter as far as its own at its farthest. Before a
    run they are all that are not cash.

    Parameters
    ----------
    recording
        The run; None where there is none.
    scenario
        What it is a run of.
    asset
        The asset.

    Examples
    --------
    >>> from engine.reading.loan_levels import moving_together
    >>> moving_together(recording, scenario, "WETH")
    ('WETH',)
    """
    from engine.market.cash_assets import stable_names

    names = tuple(scenario.parameters.assets)
    others = [name for name in names if name not in stable_names(scenario.parameters)]
    if recording is not None and len(recording.rounds) > 1:
        prices = np.array([step.market for step in recording.rounds])
        farthest = np.abs(prices / prices[0] - 1.0).max(axis=0)
        least = _TOGETHER * farthest[names.index(asset)]
        others = [name for name in others if farthest[names.index(name)] >= max(least, _MOVES)]
    return tuple(name for name in names if name == asset or name in others)


def loan_levels(
    scenario: Scenario,
    book: Book,
    state: BookState | Cursor,
    prices: Floats,
    asset: str,
    together: Collection[str] | None = None,
) -> LoanLevels:
    """Return at which price of an asset each account is reached if all that moves with it moves alike.

    With the backing (collateral times thresholds) :math:`B_m` of what moves and :math:`B_c` of all else, and the debt
    :math:`D_m` and :math:`D_c`, an account's health is 1 where the prices are multiplied by
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
    together
        The assets that move with it (`moving_together`); None for all that are not cash. The prices of the others stay.

    Raises
    ------
    ValueError
        If the book has no such asset.
    """
    from engine.market.cash_assets import cash_assets

    at = book.asset_names.index(asset)
    moving = ~cash_assets(scenario.parameters)
    if together is not None:
        moving &= np.array([name in together for name in book.asset_names])
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
    return LoanLevels(frozen(price), frozen(backing[0] + backing[1]), frozen((slope < 0.0) & ~lost))
