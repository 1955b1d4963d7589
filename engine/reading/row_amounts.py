"""What each row of a loan table has at a round, and what stood there before the first: for tables that show rows.

The engine counts by account: rows of one account with the same asset are one leg. A row has of its leg, in every
round, the share that it brought in, so that the rows of a leg always add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.base.types import frozen

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints, Wholes
    from engine.book.book import Book
    from engine.reading.round_view import RoundView
    from engine.scenario.loans import LoanTable


@dataclass(frozen=True, slots=True)
class RowSide:
    """The collateral of every row, or the debt.

    Parameters
    ----------
    leg
        (rows,) int32: the leg of each row; -1 where it has none.
    share
        (rows,) what the row has of its leg; rows of a leg that began with nothing share it alike.
    first
        (rows,) tokens before round 1, as the loan table has them; NaN for rows without a leg.
    first_of_leg
        (legs,) tokens of the legs before round 1.
    asset
        (legs,) int32: the asset of each leg.
    blank
        Rows without a leg.
    shared
        Rows that have their leg with others.
    """

    leg: Ints
    share: Floats
    first: Floats
    first_of_leg: Floats
    asset: Ints
    blank: Wholes
    shared: Wholes

    @classmethod
    def collateral(cls, book: Book, loans: LoanTable) -> RowSide:
        """Return the collateral of the rows that a book was made of."""
        return _side(book.row_leg, loans.collateral_amount, book.collateral_amount, book.collateral_asset)

    @classmethod
    def debt(cls, book: Book, loans: LoanTable) -> RowSide:
        """Return the debt of the rows that a book was made of."""
        return _side(book.row_debt_leg, loans.debt_amount, book.debt_amount, book.debt_asset)

    def amounts(self, of_legs: Floats) -> Floats:
        """Return (rows,) tokens, given those of the legs (`RoundView.state`); NaN for rows without a leg."""
        if not len(of_legs):
            return np.full(len(self.leg), np.nan)
        found: Floats = of_legs[self.leg]
        if len(self.shared):  # few: what no other row has a part of is the leg itself
            rows = self.shared
            is_first = found[rows] == self.first_of_leg[self.leg[rows]]
            found[rows] = np.where(is_first, self.first[rows], found[rows] * self.share[rows])
        found[self.blank] = np.nan
        return found

    def amount(self, of_legs: Floats, row: int) -> float:
        """Return the tokens of one row; NaN without a leg."""
        leg = int(self.leg[row])
        if leg < 0:
            return np.nan
        return float(of_legs[leg] * self.share[row] if of_legs[leg] != self.first_of_leg[leg] else self.first[row])

    def is_changed(self, of_legs: Floats, row: int) -> bool:
        """Whether a row has other than what it began with."""
        leg = int(self.leg[row])
        return leg >= 0 and bool(of_legs[leg] != self.first_of_leg[leg])

    def prices(self, prices: Floats) -> Floats:
        """Return (rows,) the price of each row's asset, given those of all assets; NaN for rows without a leg."""
        return self.of_legs(prices[self.asset])

    def of_legs(self, values: Floats) -> Floats:
        """Return (rows,) what holds for each row's leg, given what holds for the legs; NaN for rows without one."""
        if not len(self.asset):
            return np.full(len(self.leg), np.nan)
        found: Floats = values[self.leg]
        found[self.blank] = np.nan
        return found

    def price(self, prices: Floats, row: int) -> float:
        """Return the price of one row's asset; NaN without a leg."""
        leg = int(self.leg[row])
        return np.nan if leg < 0 else float(prices[self.asset[leg]])


@dataclass(frozen=True, slots=True)
class RowsBefore:
    """What some rows showed before round 1.

    Parameters
    ----------
    health
        (r,) health factor of each row's account, infinite without debt.
    liquidation_price
        (r,) the price at which it was liquidated, as `RoundView.row_liquidation_price` tells it.
    """

    health: Floats
    liquidation_price: Floats


def rows_before(view: RoundView, rows: Wholes) -> RowsBefore:
    """Return what some rows showed before round 1, at the first oracle prices; the work grows with their number only.

    Parameters
    ----------
    view
        Of any round.
    rows
        (r,) rows of the loan table.
    """
    from engine.kernels import by_columns
    from engine.kernels.constants import THRESHOLD
    from engine.market.cash_assets import cash_assets
    from engine.market.oracles import first_prices

    book, prices = view.book, first_prices(view.scenario.parameters)
    accounts, row_account = np.unique(book.row_account[rows].astype(np.int64), return_inverse=True)
    held, collateral_start = _legs_of(book.collateral_start, accounts)
    owed, debt_start = _legs_of(book.debt_start, accounts)
    legs = book.legs._replace(
        collateral_start=collateral_start, collateral_asset=book.collateral_asset[held],
        collateral_terms=book.collateral_terms[held], debt_start=debt_start, debt_asset=book.debt_asset[owed],
        market=book.market[accounts],
    )  # fmt: skip
    collateral, debt = book.collateral_amount[held], book.debt_amount[owed]
    thresholds = legs.terms[legs.collateral_terms, THRESHOLD]
    backing = _sums(collateral_start, collateral * prices[legs.collateral_asset] * thresholds)
    owed_usd = _sums(debt_start, debt * prices[legs.debt_asset])
    with np.errstate(divide="ignore", invalid="ignore"):
        health = np.where(owed_usd > 0.0, backing / owed_usd, np.inf)
    count = len(rows)
    price, distance = np.empty(count), np.empty(count)
    asset, rises = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.bool_)
    by_columns.row_prices(
        legs, collateral, debt, prices, cash_assets(view.scenario.parameters), backing, owed_usd,
        row_account.astype(np.int32), _moved(book.row_leg[rows], book.collateral_start, collateral_start, accounts,
        row_account), _moved(book.row_debt_leg[rows], book.debt_start, debt_start, accounts, row_account),
        asset, price, distance, rises,
    )  # fmt: skip
    return RowsBefore(health[row_account], price)


def _side(row_leg: Ints, amounts: Floats, of_legs: Floats, asset: Ints) -> RowSide:
    blank = np.flatnonzero(row_leg < 0)
    first, share = np.array(amounts, dtype=np.float64), np.ones(len(row_leg))
    if len(blank):
        first[blank] = share[blank] = np.nan
    shared = np.zeros(0, dtype=np.int64)
    if len(row_leg) - len(blank) > len(of_legs):
        has = row_leg >= 0
        rows_of_leg = np.bincount(row_leg[has], minlength=len(of_legs))
        shared = np.flatnonzero(has & (rows_of_leg[row_leg] > 1))
        legs = row_leg[shared]
        with np.errstate(divide="ignore", invalid="ignore"):
            share[shared] = np.where(of_legs[legs] > 0.0, first[shared] / of_legs[legs], 1.0 / rows_of_leg[legs])
    return RowSide(row_leg, frozen(share), frozen(first), of_legs, asset, frozen(blank), frozen(shared))


def _legs_of(start: Wholes, accounts: Wholes) -> tuple[Wholes, Wholes]:
    """Return the legs of some accounts one after the other, and where those of each begin there."""
    counts = start[accounts + 1] - start[accounts]
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    legs = np.arange(int(begins[-1])) + np.repeat(start[accounts] - begins[:-1], counts)
    return legs.astype(np.int64), begins


def _moved(leg: Ints, start: Wholes, begins: Wholes, accounts: Wholes, row_account: npt.NDArray[np.int64]) -> Ints:
    """Return where the legs of rows are among those of their accounts only."""
    moved = leg - start[accounts][row_account] + begins[row_account]
    return np.where(leg < 0, -1, moved).astype(np.int32)


def _sums(begins: Wholes, values: Floats) -> Floats:
    accounts = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    return np.bincount(accounts, values, len(begins) - 1).astype(np.float64)
