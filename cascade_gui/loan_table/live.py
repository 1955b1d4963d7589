"""What the engine says about each row at the shown round, for rows that may have moved since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.still import BookRows
    from engine.base.types import Floats
    from engine.scenario.loans import LoanTable

HEALTHY: Final = 0
WAITING: Final = 1
PARTLY: Final = 2
LIQUIDATED: Final = 3
BAD_DEBT: Final = 4
NO_DEBT: Final = 5
UNKNOWN: Final = 6
"""The states of `engine.reading.round_view.Status`, and one for rows that the engine has not seen, in sorting order."""

NONE: Final = -1


class View(Protocol):
    """What the table reads of an `engine.reading.round_view.RoundView`: one entry an account or a row."""

    @property
    def round(self) -> int:
        """The shown round."""

    @property
    def health(self) -> Floats:
        """Health factor of each account."""

    @property
    def ltv(self) -> Floats:
        """Loan to value of each account."""

    @property
    def collateral_usd(self) -> Floats:
        """Collateral of each account."""

    @property
    def debt_usd(self) -> Floats:
        """Debt of each account."""

    @property
    def status(self) -> npt.NDArray[np.int8]:
        """State of each account."""

    @property
    def status_round(self) -> npt.NDArray[np.int32]:
        """The round in which each account got into its state."""

    @property
    def row_liquidation_price(self) -> Floats:
        """Liquidation price of each row: of its collateral, or of what a short owes."""

    @property
    def row_price_asset(self) -> npt.NDArray[np.int32]:
        """The asset whose price that is, for each row; -1 where there is no price."""

    @property
    def row_price_rises(self) -> npt.NDArray[np.bool_]:
        """Whether a rise to that price liquidates, not a fall, for each row."""

    @property
    def row_distance(self) -> Floats:
        """How far that price is away, for each row."""


class BookOfView(Protocol):
    """What the table reads of an `engine.book.book.Book`."""

    @property
    def row_account(self) -> npt.NDArray[np.int32]:
        """The account of each row."""

    @property
    def account_names(self) -> npt.NDArray[np.object_]:
        """The name of each account."""

    @property
    def market(self) -> npt.NDArray[np.int32]:
        """The market of each account."""

    @property
    def market_names(self) -> Any:
        """The names of the markets."""

    @property
    def asset_names(self) -> Any:
        """The names of the assets."""


class LiveValues:
    """Calculated values of the rows of a store.

    The engine's book was made of the rows as they were when a run began. Rows that came in since have no
    values; the others keep theirs wherever they stand.

    Parameters
    ----------
    store
        The rows.
    """

    def __init__(self, store: BookRows) -> None:
        self._store = store
        self._view: View | None = None
        self._book: BookOfView | None = None
        self._found_row: Rows = np.full(len(store), NONE, dtype=np.int64)
        self._found_account: Rows = self._found_row
        self._unmatched = False

    def of_rows(self, rows: BookRows) -> LiveValues:
        """Return the same values of the same rows, which do not change any more; for another thread."""
        values = LiveValues(rows)
        values._view, values._book, values._unmatched = self._view, self._book, self._unmatched
        values._found_row, values._found_account = self._found_row, self._found_account
        return values

    @property
    def view(self) -> View | None:
        """The view of the shown round, None before there is one."""
        return self._view

    @property
    def round(self) -> int | None:
        """The shown round; None while there is no run to show a round of."""
        return None if self._view is None else int(self._view.round)

    @property
    def accounts(self) -> Rows:
        """Shape (rows,): the account of each row in the engine's book, -1 where it has none."""
        return self._account

    def set_view(self, view: View | None, book: BookOfView | None, loans: LoanTable | None = None) -> None:
        """Show another round, perhaps of another book.

        Parameters
        ----------
        view, book
            What the engine says, and its book; None for nothing.
        loans
            The rows that the book was made of, where they are known: nothing need be matched where they are the
            store's rows as they stand.
        """
        if view is None or book is None:
            self._view, self._book = None, None
            self._know_no_row()
            return
        if book is not self._book:
            self._book = book
            same = loans is not None and loans is self._store.to_table()
            self._unmatched = False
            self._found_row = np.arange(len(self._store)) if same else _matching_rows(self._store, book)
            self._find_accounts()
        self._view = view

    def rows_inserted(self, rows: Rows) -> None:
        """Follow the store: new rows have no values."""
        if not self._unmatched:
            self._found_row = np.insert(self._found_row, rows - np.arange(len(rows)), NONE)
            self._find_accounts()

    def rows_removed(self, rows: Rows) -> None:
        """Follow the store."""
        if not self._unmatched:
            self._found_row = np.delete(self._found_row, rows)
            self._find_accounts()

    def replaced(self) -> None:
        """Follow the store to another book: values hold where its rows are those of the engine's.

        They are matched when somebody asks: after opening a file nobody does, and a million rows take half a second.
        """
        self._know_no_row()
        self._unmatched = self._book is not None

    def number(self, row: int, key: str) -> float:
        """Return one calculated number of one row, NaN where there is none."""
        if self._view is None:
            return np.nan
        if key in {"liquidation_price", "distance"}:
            at = int(self._book_row[row])
            return np.nan if at == NONE else float(getattr(self._view, f"row_{key}")[at])
        at = int(self._account[row])
        return np.nan if at == NONE else float(getattr(self._view, key)[at])

    def status(self, row: int) -> tuple[int, int]:
        """Return the state of a row's account and the round it got into it.

        An account of which a part was repaid in the shown round is partly liquidated, also where the rest of it
        waits already: what happened in the round is what is told of it.
        """
        at = int(self._account[row])
        if self._view is None or at == NONE:
            return UNKNOWN, 0
        state, since = int(self._view.status[at]), int(self._view.status_round[at])
        return PARTLY if state == WAITING and 0 < since == self._view.round else state, since

    def priced(self, row: int) -> tuple[str, bool] | None:
        """Return whose price a row's liquidation price is and whether a rise to it liquidates; None without one."""
        at = int(self._book_row[row])
        if self._view is None or self._book is None or at == NONE:
            return None
        asset = int(self._view.row_price_asset[at])
        return None if asset == NONE else (str(self._book.asset_names[asset]), bool(self._view.row_price_rises[at]))

    def numbers(self, key: str) -> Floats:
        """Return shape (rows,): one calculated number of every row, NaN where there is none."""
        if self._view is None:
            return np.full(len(self._store), np.nan)
        if key in {"liquidation_price", "distance"}:
            return _taken(getattr(self._view, f"row_{key}"), self._book_row, np.nan)
        return _taken(getattr(self._view, key), self._account, np.nan)

    def statuses(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return state and round of every row's account as `status` tells them, each of shape (rows,)."""
        if self._view is None:
            return np.full(len(self._store), UNKNOWN, dtype=np.int64), np.zeros(len(self._store), dtype=np.int64)
        states = _taken(self._view.status, self._account, UNKNOWN).astype(np.int64)
        since = _taken(self._view.status_round, self._account, 0).astype(np.int64)
        states[(states == WAITING) & (since > 0) & (since == self._view.round)] = PARTLY
        return states, since

    @property
    def _book_row(self) -> Rows:
        """Shape (rows,): the row of each row in the engine's book, -1 where it has none."""
        if self._unmatched and self._book is not None:
            self._unmatched = False
            self._found_row = _matching_rows(self._store, self._book)
            self._find_accounts()
        return self._found_row

    @property
    def _account(self) -> Rows:
        """Shape (rows,): the account of each row in the engine's book, -1 where it has none."""
        return self._found_account if len(self._book_row) else self._found_row

    def _know_no_row(self) -> None:
        self._unmatched = False
        self._found_row = self._found_account = np.full(len(self._store), NONE, dtype=np.int64)

    def _find_accounts(self) -> None:
        if self._book is None:
            self._found_account = self._found_row
        else:
            self._found_account = _taken(self._book.row_account, self._found_row, NONE).astype(np.int64)


def _taken(values: npt.NDArray[Any], positions: Rows, missing: float) -> npt.NDArray[Any]:
    """Return ``values[positions]`` with `missing` where the position is -1."""
    if len(values) == 0:
        return np.full(len(positions), missing)
    return np.where(positions == NONE, missing, values[positions])


def _matching_rows(store: BookRows, book: BookOfView) -> Rows:
    """Return for each row of the store its row in the engine's book, -1 where it has none.

    Usually they are the same rows. Else the n-th row of an account is taken to be the n-th row of the account of
    that name and market there.
    """
    names = book.account_names[book.row_account]
    codes = {str(name): code for code, name in enumerate(book.market_names)}
    translation = np.array([*(codes.get(name, -2) for name in store.names("market")), BLANK])
    market = translation[store.column("market")]
    there = book.market[book.row_account]
    if len(names) == len(store) and np.array_equal(market, there) and np.array_equal(store.column("account"), names):
        return np.arange(len(store), dtype=np.int64)
    rows_of: dict[tuple[int, str], list[int]] = {}
    for row in range(len(names) - 1, -1, -1):
        rows_of.setdefault((int(there[row]), names[row]), []).append(row)
    matched = []
    for key in zip(market.tolist(), store.column("account").tolist(), strict=True):
        rows = rows_of.get(key)
        matched.append(rows.pop() if rows else NONE)
    return np.array(matched, dtype=np.int64)
