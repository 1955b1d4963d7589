"""What people of a margin engine read of a loan book: positions with their side, margin, leverage and profit.

A position is what an account of a margin engine holds or owes of any asset but the one that margin is paid in: long as
collateral, short as debt (Method, section 8). Profit counts from the loan book's entry prices, where it has none from
the start, as it does in the queue of deleveraging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.base.types import frozen
from engine.scenario.schema.settlements import MarginSettlement

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Ints
    from engine.reading.round_view import RoundView
    from engine.reading.row_amounts import RowSide

LONG: Final = 1.0
SHORT: Final = -1.0
BOTH: Final = 0.0
NO_MARGIN: Final = -1
"""Stands for the margin asset of a market that is no margin engine."""


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of a book at the end of a round, at that round's oracle prices. Arrays are read-only.

    Parameters
    ----------
    side
        (rows,) `LONG`, `SHORT`, `BOTH` for a row that holds one position and owes another; NaN without a position.
    size
        (rows,) tokens, at least 0; NaN where there is no position or there are both.
    entry, mark
        (rows,) USD a token: what profit counts from (the row's entry price, else its position's in other rows, else the
        first oracle price), and the oracle price of the round; NaN where `size` is.
    entry_told
        (rows,) bool: whether the loan book has the entry price.
    profit
        (rows,) USD that what is still open has gained since the entry: size (mark - entry) of a long, its opposite of a
        short; of a row with both, the sum.
    margin
        (n,) USD: what the account holds less what it owes (its equity); NaN for accounts of other markets.
    leverage
        (n,) the account's positions over its margin; infinite where positions are left without margin, 0 without
        positions, NaN for accounts of other markets.
    """

    side: Floats
    size: Floats
    entry: Floats
    mark: Floats
    entry_told: Flags
    profit: Floats
    margin: Floats
    leverage: Floats


def margin_assets(view: RoundView) -> Ints:
    """Return (M,) int32: the asset that margin is paid in, of each market; `NO_MARGIN` where it is no margin engine."""
    parameters = view.scenario.parameters
    place = {name: at for at, name in enumerate(parameters.assets)}
    found = [
        place[given.cash_asset(parameters.assets)] if isinstance(given, MarginSettlement) else NO_MARGIN
        for given in (market.rules.settlement for market in parameters.markets.values())
    ]
    return np.array(found, dtype=np.int32)


def positions(view: RoundView, collateral: RowSide, debt: RowSide) -> Positions | None:
    """Return the positions of the rows that a view's book was made of; None where no market is a margin engine.

    Parameters
    ----------
    view
        Of any round.
    collateral, debt
        The sides of the rows (`RowSide.collateral` and `RowSide.debt` of the view's book).
    """
    from engine.market.oracles import first_prices

    quotes = margin_assets(view)
    if (quotes == NO_MARGIN).all():
        return None
    first = first_prices(view.scenario.parameters)
    quote = quotes[view.book.market]
    quote_of_row = quote[view.book.row_account]
    longs = _is_position(collateral, quote_of_row)
    shorts = _is_position(debt, quote_of_row)
    held, owed = collateral.amounts(view.state.collateral_amount), debt.amounts(view.state.debt_amount)
    is_both = longs & shorts
    side = np.select([is_both, longs, shorts], [BOTH, LONG, SHORT], np.nan)
    one = (longs | shorts) & ~is_both

    def of(long: Floats, short: Floats) -> Floats:
        return np.where(one, np.where(longs, long, short), np.nan)

    own, layout = view.scenario.loans.entry_price, view.book.layout
    known = [  # of longs and of shorts
        side.of_legs(entered) if len(entered) else np.full(len(own), np.nan)
        for side, entered in ((collateral, layout.collateral_entry), (debt, layout.debt_entry))
    ]
    entries = [
        np.where(np.isnan(own), np.where(np.isnan(entered), side.prices(first), entered), own)
        for side, entered in zip((collateral, debt), known, strict=True)
    ]
    marks = collateral.prices(view.prices), debt.prices(view.prices)
    profit = np.where(longs, held * (marks[0] - entries[0]), 0.0) - np.where(
        shorts, owed * (marks[1] - entries[1]), 0.0
    )
    is_margin = quote != NO_MARGIN
    margin = np.where(is_margin, view.collateral_usd - view.debt_usd, np.nan)
    open_usd = np.where(is_margin, _open_usd(view, quote), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        leverage = np.where(open_usd > 0.0, np.where(margin > 0.0, open_usd / margin, np.inf), open_usd)
    return Positions(
        frozen(side), frozen(of(held, owed)), frozen(of(*entries)), frozen(of(*marks)), frozen(~np.isnan(of(*known))),
        frozen(np.where(longs | shorts, profit, np.nan)), frozen(margin), frozen(leverage),
    )  # fmt: skip


def _is_position(side: RowSide, quote_of_row: Ints) -> Flags:
    """Return (rows,): whether the row holds, or owes, something but the margin asset, in a margin engine."""
    if not len(side.asset):
        return np.zeros(len(side.leg), dtype=np.bool_)
    found: Flags = (side.leg >= 0) & (quote_of_row != NO_MARGIN) & (side.asset[side.leg] != quote_of_row)
    return found


def _open_usd(view: RoundView, quote: Ints) -> Floats:
    """Return (n,) USD of each account's positions, longs and shorts together."""
    total = np.zeros(len(view.book))
    for start, assets, amounts in (
        (view.book.collateral_start, view.book.collateral_asset, view.state.collateral_amount),
        (view.book.debt_start, view.book.debt_asset, view.state.debt_amount),
    ):
        account = np.repeat(np.arange(len(total)), np.diff(start))
        usd = np.where(assets != quote[account], amounts * view.prices[assets], 0.0)
        total += np.bincount(account, usd, len(total))
    return total
