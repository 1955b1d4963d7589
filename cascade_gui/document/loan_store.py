"""The editable loan book: columns of arrays that tell what of them changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QObject, Signal

from cascade_gui.document.cell_reading import cell_value, unread_text
from cascade_gui.wording import numbers
from engine.base.faults import Fault
from engine.scenario.loans import BLANK, COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Rows = npt.NDArray[np.int64]
Array = npt.NDArray[Any]
BadCells = dict[tuple[int, str], str]
BadText = tuple[int, str, str]
"""Row, column and text of a cell that could not be read."""


@dataclass(frozen=True, slots=True)
class ColumnEdit:
    """New values for some rows of one column.

    Parameters
    ----------
    column
        A column of the loan file.
    rows
        Shape (n,), positions in the file's order, each once.
    values
        Shape (n,): names for the account, codes for the other names, float64 for numbers.
    """

    column: str
    rows: Rows
    values: Array


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Some whole rows, as they are kept while they are out of the book.

    Parameters
    ----------
    columns
        One array a column, all of one length.
    ids
        Shape (n,), int64: what rows are known by while their positions change.
    bad
        The texts of their bad cells, by row id and column.
    """

    columns: Mapping[str, Array]
    ids: Rows
    bad: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class NameList:
    """The names that the codes of a column stand for. It only grows, so that a code keeps its meaning."""

    names: list[str]
    index: dict[str, int]

    @classmethod
    def of(cls, names: Iterable[str]) -> NameList:
        """Make a list of `names`, each once."""
        listed = list(names)
        return cls(listed, {name: code for code, name in enumerate(listed)})

    def code(self, name: str | None) -> int:
        """Return the code of a name, taking it in where it is new; -1 for blank."""
        if not name:
            return BLANK
        code = self.index.setdefault(name, len(self.names))
        if code == len(self.names):
            self.names.append(name)
        return code


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a store holds; its arrays are never written to again, its names only grow."""

    columns: Mapping[str, Array]
    names: Mapping[str, NameList]
    ids: Rows
    bad: Mapping[tuple[int, str], str]


class LoanStore(QObject):
    """The rows of the loan book, editable.

    Arrays that were handed out are never changed: a column is copied before the first edit after that, so a
    snapshot of a million rows costs nothing. Edits that a user makes go through
    :mod:`cascade_gui.loan_table.commands`, which keeps what is needed to undo them.
    """

    cells_changed = Signal(object, object)
    """Values changed: positions (int64 array) and columns (tuple of str)."""

    inserting_rows = Signal(object)
    """Rows are about to come in; the positions they will have, rising."""

    rows_inserted = Signal(object)
    """Rows came in; their positions now, rising."""

    removing_rows = Signal(object)
    """Rows are about to go; their positions, rising."""

    rows_removed = Signal(object)
    """Rows went; the positions they had, rising."""

    replaced = Signal()
    """Everything changed."""

    changed = Signal()
    """Follows every one of the other signals."""

    def __init__(self, table: LoanTable | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next_id = 0
        self._columns: dict[str, Array]
        self._names: dict[str, NameList]
        self._ids: Rows
        self._bad: BadCells
        self._shared: set[str]  # columns whose arrays somebody else holds too
        self._snapshot: LoanTable | None
        self._put(self.contents_of(table if table is not None else LoanTable.empty()))

    # ------------------------------------------------------------------------------------ reading

    def __len__(self) -> int:
        return len(self._ids)

    def column(self, name: str) -> Array:
        """Return a column as it is kept: names of accounts, codes of other names, numbers. Not to be written to."""
        return self._columns[name]

    def names(self, column: str) -> Sequence[str]:
        """Return the names that the codes of a column stand for; it only ever grows."""
        return self._names[column].names

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
        names = self._names[column].names if column in self._names else ()
        return cell_value(column, self._columns[column][row], names)

    def to_table(self) -> LoanTable:
        """Return an unchanging picture of the book. Bad cells are blank in it: ask :meth:`faults` first."""
        if self._snapshot is None:
            views: dict[str, Any] = {}
            for name, array in self._columns.items():
                view = array.view()
                view.flags.writeable = False
                views[name] = CodedColumn(view, tuple(self._names[name].names)) if name in TEXT_COLUMNS else view
            self._shared = set(self._columns)
            self._snapshot = LoanTable(**views)
        return self._snapshot

    def faults(self) -> list[Fault]:
        """Return one fault for each cell that could not be read, in row order.

        These are not in :meth:`to_table`, so they must keep a run or a save from going on without them.
        """
        order = {name: at for at, name in enumerate(COLUMNS)}
        found = sorted((row, order[column], text) for row, column, text in self.bad_cell_positions())
        allowed = QCoreApplication.translate("LoanStore", "a number such as {0}, or blank").format(
            numbers.full(numbers.SAMPLE)
        )
        return [Fault(f"loans row {row + 1}, {COLUMNS[column]}", repr(text), allowed) for row, column, text in found]

    def bad_cell_positions(self) -> list[BadText]:
        """Return row, column and text of each bad cell, for a file that keeps them beside the table."""
        if not self._bad:
            return []
        rows = np.flatnonzero(np.isin(self._ids, [row_id for row_id, _ in self._bad]))
        position = dict(zip(self._ids[rows].tolist(), rows.tolist(), strict=True))
        return sorted((position[row_id], column, text) for (row_id, column), text in self._bad.items())

    # ------------------------------------------------------------------------------------ writing

    def set_table(self, table: LoanTable, bad: Iterable[BadText] = ()) -> None:
        """Replace the whole book, without a step to undo it.

        Parameters
        ----------
        table
            The new rows. Its arrays are shared, not copied.
        bad
            Row, column and text of cells that could not be read, as :meth:`bad_cell_positions` gives them.
        """
        self.restore(self.contents_of(table, bad))

    def contents_of(self, table: LoanTable, bad: Iterable[BadText] = ()) -> Contents:
        """Return what the store would hold after :meth:`set_table`."""
        columns: dict[str, Array] = {}
        names: dict[str, NameList] = {}
        for name in COLUMNS:
            column = getattr(table, name)
            if name in TEXT_COLUMNS:
                columns[name] = column.codes
                names[name] = NameList.of(column.names)
            else:
                columns[name] = column
        ids = self._new_ids(len(table))
        return Contents(columns, names, ids, {(int(ids[row]), column): text for row, column, text in bad})

    def contents(self) -> Contents:
        """Return everything, to be put back by :meth:`restore`."""
        self._shared = set(self._columns)
        return Contents(dict(self._columns), dict(self._names), self._ids, dict(self._bad))

    def restore(self, contents: Contents) -> None:
        """Hold what :meth:`contents` or :meth:`contents_of` returned."""
        self._put(contents)
        self._tell(self.replaced.emit)

    def codes(self, column: str, names: Iterable[str | None]) -> npt.NDArray[np.int32]:
        """Return the codes of `names`, taking in those that are new; blank is -1."""
        listed = self._names[column]
        return np.array([listed.code(name) for name in names], dtype=np.int32)

    def write(self, edits: Sequence[ColumnEdit], bad: Mapping[tuple[int, str], str | None]) -> None:
        """Write values and the texts of bad cells (None takes one away), and tell it once."""
        for edit in edits:
            if edit.column in self._shared:
                self._columns[edit.column] = self._columns[edit.column].copy()
                self._shared.discard(edit.column)
            self._columns[edit.column][edit.rows] = edit.values
        for key, text in bad.items():
            if text is None:
                self._bad.pop(key, None)
            else:
                self._bad[key] = text
        columns = tuple({edit.column for edit in edits} | {column for _, column in bad})
        touched = [edit.rows for edit in edits]
        if bad:
            touched.append(np.flatnonzero(np.isin(self._ids, [row_id for row_id, _ in bad])))
        rows = touched[0] if len(touched) == 1 else np.unique(np.concatenate(touched))
        self._tell(lambda: self.cells_changed.emit(rows, columns))

    def insert(self, rows: Rows, block: RowBlock) -> None:
        """Put the rows of `block` in, so that they stand at the positions `rows` (rising) afterwards."""
        self.inserting_rows.emit(rows)
        before = rows - np.arange(len(rows))
        for name, array in self._columns.items():
            self._columns[name] = np.insert(array, before, block.columns[name])
        self._ids = np.insert(self._ids, before, block.ids)
        self._bad.update(block.bad)
        self._shared.clear()
        self._tell(lambda: self.rows_inserted.emit(rows))

    def remove(self, rows: Rows) -> None:
        """Take the rows at the positions `rows` (rising) out; :meth:`block` keeps them."""
        self.removing_rows.emit(rows)
        gone = set(self._ids[rows].tolist()) if self._bad else set()
        for name, array in self._columns.items():
            self._columns[name] = np.delete(array, rows)
        self._ids = np.delete(self._ids, rows)
        self._bad = {key: text for key, text in self._bad.items() if key[0] not in gone}
        self._shared.clear()
        self._tell(lambda: self.rows_removed.emit(rows))

    def block(self, rows: Rows) -> RowBlock:
        """Return a copy of some rows with their ids and bad cells."""
        ids = self._ids[rows]
        gone = set(ids.tolist()) if self._bad else set()
        bad = {key: text for key, text in self._bad.items() if key[0] in gone}
        return RowBlock({name: array[rows] for name, array in self._columns.items()}, ids, bad)

    def blank_rows(self, number: int) -> RowBlock:
        """Return new rows without content."""
        columns: dict[str, Array] = {"account": np.full(number, "", dtype=object)}
        columns |= {name: np.full(number, BLANK, dtype=np.int32) for name in TEXT_COLUMNS}
        columns |= {name: np.full(number, np.nan) for name in NUMBER_COLUMNS}
        return RowBlock(columns, self._new_ids(number))

    def rows_of(self, table: LoanTable, bad: Iterable[BadText] = ()) -> RowBlock:
        """Return the rows of another table as rows of this store, with the cells of it that could not be read."""
        columns: dict[str, Array] = {"account": table.account}
        for name in TEXT_COLUMNS:
            coded: CodedColumn = getattr(table, name)
            translation = np.append(self.codes(name, coded.names), np.int32(BLANK))
            columns[name] = translation[coded.codes]
        columns |= {name: getattr(table, name) for name in NUMBER_COLUMNS}
        ids = self._new_ids(len(table))
        return RowBlock(columns, ids, {(int(ids[row]), column): text for row, column, text in bad})

    # ------------------------------------------------------------------------------------ working

    def _put(self, contents: Contents) -> None:
        self._columns = dict(contents.columns)
        self._names = dict(contents.names)
        self._ids = contents.ids
        self._bad = dict(contents.bad)
        self._shared = set(self._columns)
        self._snapshot = None

    def _new_ids(self, number: int) -> Rows:
        ids = np.arange(self._next_id, self._next_id + number, dtype=np.int64)
        self._next_id += number
        return ids

    def _tell(self, emit: Any) -> None:
        self._snapshot = None
        emit()
        self.changed.emit()
