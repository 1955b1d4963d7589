"""The rows of a book as they stand at one moment, for work outside the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cascade_gui.document.cell_reading import cell_value, unread_text
from engine.scenario.loans import CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cascade_gui.document.loan_store import Array, LoanStore, Rows
    from engine.scenario.loans import LoanTable


class BookRows(Protocol):
    """What checks, sorting and filtering read of a book: the store that is edited, or its rows at one moment."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def column(self, name: str) -> Array:
        """Return a column: names of accounts, codes of other names, numbers. Not to be written to."""

    def names(self, column: str) -> Sequence[str]:
        """Return the names that the codes of a column stand for."""

    def to_table(self) -> LoanTable:
        """Return the book as the engine takes it."""

    @property
    def ids(self) -> Rows:
        """What each row is known by while its position changes."""

    @property
    def bad_cells(self) -> Mapping[tuple[int, str], str]:
        """The texts that could not be read as numbers, by row id and column."""

    def bad_text(self, row: int, column: str) -> str | None:
        """Return what was written in a cell that could not be read, None where nothing is wrong."""

    def value(self, row: int, column: str) -> str | float | None:
        """Return one cell: a name, a number (NaN is blank), None for a blank name."""


class StillRows:
    """The rows of a store as they are now. Nothing is copied but what cannot be read: columns are shared until edited.

    Parameters
    ----------
    store
        The rows.
    """

    def __init__(self, store: LoanStore) -> None:
        self._table = store.to_table()
        self._bad = dict(store.bad_cells)
        self._ids = store.ids.copy() if self._bad else store.ids
        self._count = len(store)

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> Array:
        """Return a column: names of accounts, codes of other names, numbers. Not to be written to."""
        column: Array | CodedColumn = getattr(self._table, name)
        return column.codes if isinstance(column, CodedColumn) else column

    def names(self, column: str) -> Sequence[str]:
        """Return the names that the codes of a column stand for."""
        coded: CodedColumn = getattr(self._table, column)
        return coded.names

    def to_table(self) -> LoanTable:
        """Return the book as the engine takes it."""
        return self._table

    @property
    def ids(self) -> Rows:
        """What each row is known by while its position changes."""
        return self._ids

    @property
    def bad_cells(self) -> Mapping[tuple[int, str], str]:
        """The texts that could not be read as numbers, by row id and column."""
        return self._bad

    def bad_text(self, row: int, column: str) -> str | None:
        """Return what was written in a cell that could not be read, None where nothing is wrong."""
        return unread_text(self._bad, self._ids, row, column)

    def value(self, row: int, column: str) -> str | float | None:
        """Return one cell: a name, a number (NaN is blank), None for a blank name."""
        whole: Array | CodedColumn = getattr(self._table, column)
        if isinstance(whole, CodedColumn):
            return cell_value(column, whole.codes[row], whole.names)
        return cell_value(column, whole[row], ())
