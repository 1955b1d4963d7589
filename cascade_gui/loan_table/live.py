"""What the engine says about each row at the shown round, for rows that may have moved since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from cascade_gui.loan_table import states
from engine.reading.deleveraged_places import deleveraged_places
from engine.reading.row_amounts import RowSide
from engine.scenario.loans import BLANK
from engine.scenario.right_rows import TakenOf

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.still import BookRows
    from cascade_gui.loan_table.viewed import BookOfView, View
    from engine.base.types import Floats, Ints
    from engine.reading.positions import Positions
    from engine.reading.row_amounts import RowsBefore
    from engine.scenario.loans import LoanTable

NONE: Final = -1
_LOST: Final = frozenset({"lost", "lost_in_round"})
_OF_ROWS: Final = frozenset({"side", "size", "entry", "mark", "profit"})
_OF_ACCOUNTS: Final = frozenset({"margin", "leverage"})


class LiveValues:
    """Calculated values of the rows of a store.

    The engine's book was made of the rows as they were when a run began. Rows that came in since have no
    values; the others keep theirs wherever they stand.

    Parameters
    ----------
    store
        The rows.

    Attributes
    ----------
    in_book
        Whether amounts and their USD are to be those of the book, whatever the shown round is.
    """

    def __init__(self, store: BookRows) -> None:
        self._store = store
        self.in_book = False
        self._view: View | None = None
        self._book: BookOfView | None = None
        self._loans: LoanTable | None = None
        self._sides: dict[str, RowSide] = {}
        self._states: tuple[npt.NDArray[np.int8], Ints, Ints] | None = None
        self._places: Ints | None = None
        self._lost: dict[str, Floats] = {}
        self._positions: Positions | None = None
        self._found_row: Rows = np.full(len(store), NONE, dtype=np.int64)
        self._found_account: Rows = self._found_row
        self._unmatched = False

    def of_rows(self, rows: BookRows) -> LiveValues:
        """Return the same values of the same rows, which do not change any more; for another thread."""
        values = LiveValues(rows)
        values._view, values._book, values._unmatched = self._view, self._book, self._unmatched
        values._found_row, values._found_account = self._found_row, self._found_account
        values._loans, values._sides, values._lost = self._loans, dict(self._sides), dict(self._lost)
        values._states, values._positions, values.in_book = self._states, self._positions, self.in_book
        values._places = self._places
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
        self._states = self._positions = self._places = None
        self._lost.clear()
        if view is None or book is None:
            self._view, self._book, self._loans = None, None, None
            self._sides.clear()
            self._know_no_row()
            return
        if loans is not self._loans or book is not self._book:
            self._loans = loans
            self._sides.clear()
        if book is not self._book:
            self._book = book
            self._unmatched = False
            self._found_row = _rows_in(self._store, book, loans)
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
        if key in _OF_ROWS:
            at, found = int(self._book_row[row]), self._found_positions()
            return np.nan if at == NONE or found is None else float(getattr(found, key)[at])
        at = int(self._account[row])
        return np.nan if at == NONE else float(self._of_accounts(key)[at])

    def amount(self, row: int, side: str) -> float | None:
        """Return the tokens of a row's ``collateral`` or ``debt`` at the shown round; None where the book tells them.

        That is so before there is a view, of rows that came in since, and of cells that were edited since: an edit
        shows at once, and the view of it comes soon.
        """
        found = self._found_side(row, side)
        if found is None or self._view is None:
            return None
        return found[0].amount(getattr(self._view.state, f"{side}_amount"), found[1])

    def is_changed(self, row: int, side: str) -> bool:
        """Whether a row's amount at the shown round is other than the book's."""
        found = self._found_side(row, side)
        if found is None or self._view is None:
            return False
        return found[0].is_changed(getattr(self._view.state, f"{side}_amount"), found[1])

    def usd(self, row: int, side: str) -> float | None:
        """Return the USD of a row's side at the shown round and its price; None where the book tells it."""
        found = self._found_side(row, side)
        if found is None or self._view is None:
            return None
        table, at = found
        return table.amount(getattr(self._view.state, f"{side}_amount"), at) * table.price(self._view.prices, at)

    def amounts(self, side: str) -> Floats | None:
        """Return shape (rows,): tokens of every row at the shown round, NaN where the book tells them.

        None where it tells all of them.
        """
        table = self._side(side)
        if table is None or self._view is None or self.in_book:
            return None
        return self._of_rows(side, table, table.amounts(getattr(self._view.state, f"{side}_amount")))

    def prices(self, side: str) -> Floats | None:
        """Return shape (rows,): the price of what each row holds or owes, as `amounts` returns the tokens."""
        table = self._side(side)
        return (
            None
            if table is None or self._view is None or self.in_book
            else self._of_rows(side, table, table.prices(self._view.prices))
        )

    def _of_rows(self, side: str, table: RowSide, found: Floats) -> Floats:
        """Return values of the engine's rows by the store's rows, NaN for those it does not know as they are now."""
        if self._loans is self._store.to_table():
            return found
        found = _taken(found, self._book_row, np.nan)
        found[self._edited_rows(side, table)] = np.nan
        return found

    def before(self, rows: Rows) -> RowsBefore | None:
        """Return what some rows of the store that the engine knows showed before the first round."""
        at = self._book_row[rows]
        return None if self._view is None or not self.round or (at == NONE).any() else self._view.rows_before(at)

    def is_entry_told(self, row: int) -> bool:
        """Whether the book that the view is of says what the row's position was entered at."""
        at, found = int(self._book_row[row]), self._found_positions()
        return at != NONE and found is not None and bool(found.entry_told[at])

    def is_known(self, row: int) -> bool:
        """Whether the engine's book has a row."""
        return int(self._book_row[row]) != NONE

    def _side(self, side: str) -> RowSide | None:
        if self._book is None or self._loans is None:
            return None
        if side not in self._sides:
            book: Any = self._book
            make = RowSide.collateral if side == "collateral" else RowSide.debt
            self._sides[side] = make(book, self._loans)
        return self._sides[side]

    def _found_side(self, row: int, side: str) -> tuple[RowSide, int] | None:
        """Return the side and the row in the engine's book of a row that has not been edited since."""
        table = self._sides.get(side) or self._side(side)
        if table is None or self._book is None or self.in_book:
            return None
        at = int(self._book_row[row])
        if at == NONE or table.leg[at] == NONE:
            return None
        if self._loans is not self._store.to_table():
            now = float(self._store.column(f"{side}_amount")[row])
            name = self._book.asset_names[int(table.asset[table.leg[at]])]
            if now != table.first[at] or self._store.value(row, f"{side}_asset") != name:
                return None
        return table, at

    def _edited_rows(self, side: str, table: RowSide) -> npt.NDArray[np.bool_]:
        """Return shape (rows,): which rows have another amount or asset than the view knows."""
        rows = self._book_row
        first = _taken(table.first, rows, np.nan)
        leg = _taken(table.leg, rows, NONE)
        asset = np.append(table.asset, NONE)[leg]
        names = [str(name) for name in self._book.asset_names] if self._book is not None else []
        index = {name: code for code, name in enumerate(names)}
        codes = np.array([*(index.get(name, -2) for name in self._store.names(f"{side}_asset")), NONE])
        edited: npt.NDArray[np.bool_] = (first != self._store.column(f"{side}_amount")) | (
            codes[self._store.column(f"{side}_asset")] != asset
        )
        return edited

    def status(self, row: int) -> tuple[int, int, int]:
        """Return the state of a row's account and the rounds of its first and last liquidation, 0 without any."""
        at = int(self._account[row])
        if self._view is None or at == NONE:
            return states.UNKNOWN, 0, 0
        return states.state_of(self._view, at)

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
        if key in _OF_ROWS:
            found = self._found_positions()
            return (
                np.full(len(self._store), np.nan)
                if found is None
                else _taken(getattr(found, key), self._book_row, np.nan)
            )
        return _taken(self._of_accounts(key), self._account, np.nan)

    def place(self, row: int) -> int:
        """Return the place of a row's account among those deleveraged in its last such round; 0 for none."""
        at = int(self._account[row])
        return 0 if at == NONE or self._view is None else int(self._found_places()[at])

    def places(self) -> Ints:
        """Return shape (rows,): `place` of every row."""
        return np.append(self._found_places(), 0)[self._account].astype(np.int32)

    def _found_places(self) -> Ints:
        if self._places is None:
            run = None if self._view is None else self._view.recording
            count = 0 if self._view is None else len(self._view.health)
            self._places = (
                np.zeros(count, dtype=np.int32)
                if run is None or self._view is None
                else deleveraged_places(run, self._view.round)
            )
        return self._places

    def statuses(self) -> tuple[Ints, Ints, Ints]:
        """Return state, first and last round of every row's account as `status` tells them, each of shape (rows,)."""
        found = self._found_states()
        if found is None:
            nothing = np.zeros(len(self._store), dtype=np.int32)
            return np.full(len(self._store), states.UNKNOWN, dtype=np.int32), nothing, nothing
        accounts = self._account  # -1 takes the last, which is put in for rows of no account
        state, first, last = (
            np.append(found[at], states.UNKNOWN if at == 0 else 0).astype(np.int32)[accounts] for at in range(3)
        )
        return state, first, last

    def _found_states(self) -> tuple[npt.NDArray[np.int8], Ints, Ints] | None:
        if self._view is None:
            return None
        if self._states is None:
            self._states = states.states_of(self._view)
        return self._states

    def _found_positions(self) -> Positions | None:
        """Return the positions of the shown round, worked out when somebody asks; None where there are none."""
        collateral, debt = self._side("collateral"), self._side("debt")
        if self._positions is None and self._view is not None and collateral is not None and debt is not None:
            self._positions = self._view.positions(collateral, debt)
        return self._positions

    def _of_accounts(self, key: str) -> Floats:
        """Return (accounts,) one calculated number; what was lost is added up once a view."""
        if key in _OF_ACCOUNTS:
            of_positions = self._found_positions()
            count = 0 if self._view is None else len(self._view.health)
            return np.full(count, np.nan) if of_positions is None else getattr(of_positions, key)
        if key not in _LOST:
            found: Floats = getattr(self._view, key)
            return found
        if key not in self._lost and self._view is not None:
            self._lost[key] = self._view.lost(in_round=key == "lost_in_round")
        return self._lost[key]

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


def _rows_in(store: BookRows, book: BookOfView, loans: LoanTable | None) -> Rows:
    """Return for each row of the store its row in the engine's book, -1 where it has none.

    Nothing need be matched where the book was made of the rows as they stand, or of those of them that are right.
    """
    table = store.to_table()
    if loans is table:
        return np.arange(len(store), dtype=np.int64)
    part = None if loans is None else TakenOf.by(loans)
    if part is None or part.rows is None or part.whole is not table:
        return _matching_rows(store, book)
    found = np.full(len(store), NONE, dtype=np.int64)
    found[part.rows] = np.arange(len(part.rows))
    return found


def _matching_rows(store: BookRows, book: BookOfView) -> Rows:
    """Return for each row of the store its row in the engine's book, -1 where it has none.

    Usually they are the same rows, or the same above and below an edit: these match as they stand, all at once. Of
    those between, the n-th row of an account is taken to be the n-th row of the account of that name and market there.
    """
    if not len(store):
        return np.empty(0, dtype=np.int64)
    names = book.account_names[book.row_account]
    codes = {str(name): code for code, name in enumerate(book.market_names)}
    translation = np.array([*(codes.get(name, -2) for name in store.names("market")), BLANK])
    market = translation[store.column("market")]
    there = book.market[book.row_account]
    account = store.column("account")
    most = min(len(store), len(names))
    above = _first_other(market[:most], there[:most], account[:most], names[:most])
    most -= above
    below = _first_other(
        market[::-1][:most], there[::-1][:most], account[::-1][:most], names[::-1][:most]
    )  # fmt: skip
    end, end_there = len(store) - below, len(names) - below
    rows_of: dict[tuple[int, str], list[int]] = {}
    for row in range(end_there - 1, above - 1, -1):
        rows_of.setdefault((int(there[row]), names[row]), []).append(row)
    matched = np.empty(len(store), dtype=np.int64)
    matched[:above] = np.arange(above)
    matched[end:] = np.arange(end_there, len(names))
    for at, key in enumerate(zip(market[above:end].tolist(), account[above:end].tolist(), strict=True), above):
        rows = rows_of.get(key)
        matched[at] = rows.pop() if rows else NONE
    return matched


def _first_other(*columns: npt.NDArray[Any]) -> int:
    """Return where the first two columns, or the other two, differ first; their length where they do not."""
    market, there, account, names = columns
    others = np.flatnonzero((market != there) | (account != names))
    return int(others[0]) if len(others) else len(market)
