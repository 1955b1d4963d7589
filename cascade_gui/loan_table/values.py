"""Whole columns as arrays, given or calculated: what sorting, filtering and totals work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from cascade_gui.loan_table.columns import COLUMNS, INDEX, Kind
from cascade_gui.loan_table.names import KnownNames
from cascade_gui.loan_table.sorting import account_ranks, lowered, name_ranks
from cascade_gui.loan_table.states import DELEVERAGED, RANKS
from cascade_gui.loan_table.still import StillRows
from engine.scenario.loans import NUMBER_COLUMNS

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Array, LoanStore
    from cascade_gui.loan_table.live import LiveValues
    from cascade_gui.loan_table.still import BookRows
    from engine.base.types import Floats

_SIDES: Final = {f"{side}_{what}": side for side in ("collateral", "debt") for what in ("amount", "usd")}


class Values:
    """The columns of the table.

    Parameters
    ----------
    store
        What the user edits.
    live
        What the engine calculated.
    """

    def __init__(self, store: BookRows, live: LiveValues) -> None:
        self.store = store
        self.live = live
        self.names = KnownNames()
        self._accounts: Array | None = None
        self._ranks: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.store)

    def numbers(self, key: str) -> Floats:
        """Return shape (rows,): a column of numbers, NaN where a cell is blank."""
        side = _SIDES.get(key)
        if side is not None:
            return self._tokens(side) if key in NUMBER_COLUMNS else self._usd(side)
        return self.store.column(key) if key in NUMBER_COLUMNS else self.live.numbers(key)

    def in_book(self, side: str) -> Floats:
        """Return shape (rows,): USD of ``collateral`` or ``debt`` as the book has it, at prices before the shock."""
        prices = self._prices(f"{side}_asset")
        with np.errstate(over="ignore"):  # an amount that is none of this world is worth infinitely much
            usd: Floats = self.store.column(f"{side}_amount") * prices[self.store.column(f"{side}_asset")]
        return usd

    def number(self, row: int, key: str) -> float:
        """Return one cell of a column of numbers."""
        side = _SIDES.get(key)
        if side is None:
            return float(self.store.column(key)[row]) if key in NUMBER_COLUMNS else self.live.number(row, key)
        if key in NUMBER_COLUMNS:
            found = self.live.amount(row, side)
            return float(self.store.column(key)[row]) if found is None else found
        found = self.live.usd(row, side)
        if found is not None:
            return found
        price = self.names.prices.get(str(self.store.value(row, f"{side}_asset")), np.nan)
        return float(self.store.column(f"{side}_amount")[row]) * price

    def sort_keys(self, key: str) -> Array:
        """Return shape (rows,): numbers in whose order a column is sorted; NaN or -1 for blank cells."""
        kind = COLUMNS[INDEX[key]].kind
        if kind is Kind.ACCOUNT:
            if self._ranks is None:
                self._ranks = account_ranks(self.store.column("account"))
            return self._ranks
        if kind is Kind.NAME:
            return name_ranks(self.store, key)
        if kind is Kind.STATUS:
            state, _, last = self.live.statuses()
            keys = (RANKS[state] * 4_001 + np.minimum(last, 4_000)).astype(np.float64)
            if (state == DELEVERAGED).any():  # within a round in the order in which they were closed against
                places = self.live.places()
                keys += np.where(state == DELEVERAGED, places / (places.max(initial=0) + 1.0), 0.0)
            return keys
        return self.numbers(key)

    def lowered_accounts(self) -> Array:
        """Return shape (rows,), strings: the accounts in lower case."""
        if self._accounts is None:
            self._accounts = lowered(self.store.column("account"))
        return self._accounts

    def still(self, store: LoanStore) -> Values:
        """Return the columns as they are now, for another thread; what that works out of them may be taken over."""
        rows = StillRows(store)
        values = Values(rows, self.live.of_rows(rows))
        values.names, values._accounts, values._ranks = self.names, self._accounts, self._ranks
        return values

    def take_over(self, values: Values) -> None:
        """Keep what was worked out of the same accounts in another thread."""
        self._accounts = values._accounts if self._accounts is None else self._accounts
        self._ranks = values._ranks if self._ranks is None else self._ranks

    def forget_accounts(self) -> None:
        """Work the accounts out again when they are asked for; they have changed."""
        self._accounts = None
        self._ranks = None

    def _tokens(self, side: str) -> Floats:
        """Return the tokens of all rows, of the shown round where it tells them, else of the book."""
        known, in_book = self.live.amounts(side), self.store.column(f"{side}_amount")
        return in_book if known is None else _filled(known, in_book)

    def _usd(self, side: str) -> Floats:
        """Return the USD of all rows, of the shown round where it tells them, else of the book."""
        tokens, prices = self.live.amounts(side), self.live.prices(side)
        if tokens is None or prices is None:
            return self.in_book(side)
        tokens *= prices
        return _filled(tokens, self.in_book(side)) if np.isnan(tokens).any() else tokens

    def _prices(self, column: str) -> Floats:
        """Return the price of each code of a column of assets, and NaN for -1."""
        names = self.store.names(column)
        return np.array([*(self.names.prices.get(name, np.nan) for name in names), np.nan])


def _filled(values: Floats, others: Floats) -> Floats:
    """Return `values` with `others` where they are NaN."""
    unknown = np.isnan(values)
    return np.where(unknown, others, values) if unknown.any() else values
