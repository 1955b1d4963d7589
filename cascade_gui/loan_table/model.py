"""The loan book as Qt's table model: an index array over the store, texts made only for what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor

from cascade_gui.loan_table import live, roles
from cascade_gui.loan_table.cells import Cells
from cascade_gui.loan_table.checks import MANY, has_categories, has_overrides
from cascade_gui.loan_table.columns import COLUMNS, FIRST_LIVE, Kind, explanation, long_title, title
from cascade_gui.loan_table.live import LiveValues
from cascade_gui.loan_table.row_order import made_order, sorted_apart
from cascade_gui.loan_table.values import Values
from cascade_gui.theme.tokens import DARK, Tokens
from cascade_gui.working.background import Background
from cascade_gui.working.latest_job import LatestJob
from engine.scenario.validation import OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.editing import LoanEditor
    from cascade_gui.loan_table.names import KnownNames
    from cascade_gui.loan_table.row_order import Predicate
    from cascade_gui.loan_table.viewed import BookOfView, View
    from engine.scenario.loans import LoanTable

Index = QModelIndex | QPersistentModelIndex


_CHECKED_AT_ONCE: Final = 64
_OF_ACCOUNTS: Final = frozenset({"account", "market", "category"})
"""Columns of which an edit may put other rows right or wrong: the rows of an account have one category."""
_OF_TERMS: Final = frozenset({"account", "market", "collateral_asset", *OVERRIDES})
"""The same for an account's own thresholds and bonuses: one of each for a collateral."""


class LoanTableModel(QAbstractTableModel):
    """Rows in the shown order, over the store's columns.

    Sorting and filtering make one array of positions; the file's order is never touched. Edits and new rounds
    leave the order as it is (rows do not jump under the cursor) and say by `order_outdated` that it could be
    made anew.

    Parameters
    ----------
    editor
        Makes the edits; its store is what is shown.
    parent
        Qt parent.
    """

    order_outdated = Signal(bool)
    """Whether sorting or filtering again would change what is shown, because values have changed since."""

    order_changed = Signal()
    """The rows that are shown, or their order, are other ones."""

    round_changed = Signal()
    """The heads of the live columns name another round. Not Qt's own signal for heads, at which a view lays out all
    its sections anew and draws all its cells."""

    def __init__(self, editor: LoanEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.store = editor.store
        self.live = LiveValues(self.store)
        self.values = Values(self.store, self.live)
        self._order: Rows | None = None
        self._count = len(self.store)
        self._sort: tuple[int, bool] | None = None
        self._filter: Predicate | None = None
        self._outdated = self._out_of_order = False
        self._ordered_at: int | None = None
        self._rows_of = object()  # another one when rows come or go
        self._sorting = LatestJob(self, Background("sorting", self, steps_back=False))  # the user waits for it
        self._sorting.done.connect(self._sorted)
        self._coming_at: int | None = None  # where rows come in that the store has announced
        self._going_together = False
        self.cells = Cells(self.values, self._nearby)
        self._rarely: dict[int, Callable[[int, int], Any]] = {
            int(roles.STATUS_ROLE): lambda row, _: self.live.status(row)[0],
            int(roles.FAULT_ROLE): lambda row, column: self.cells.fault(row, COLUMNS[column].key),
            int(Qt.ItemDataRole.EditRole): lambda row, column: self.cells.edit_text(row, COLUMNS[column].key),
            int(Qt.ItemDataRole.ToolTipRole): self.cells.tool_tip,
            int(Qt.ItemDataRole.AccessibleTextRole): self.cells.spoken_text,
        }
        self.apply_theme(DARK)
        self.store.cells_changed.connect(self._cells_changed)
        self.store.inserting_rows.connect(self._inserting_rows)
        self.store.rows_inserted.connect(self._rows_inserted)
        self.store.removing_rows.connect(self._removing_rows)
        self.store.rows_removed.connect(self._rows_removed)
        self.store.replaced.connect(self._replaced)

    # ------------------------------------------------------------------------------- what is shown

    @property
    def order(self) -> Rows | None:
        """The store's positions in the shown order; None where that is the file's order."""
        return self._order

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is on."""
        return self._filter is not None

    @property
    def sorted_by(self) -> tuple[int, bool] | None:
        """The sorted column and whether it falls, None in the file's order."""
        return self._sort

    @property
    def ordered_at(self) -> int | None:
        """The round in whose order the rows stand, where that is not the shown one; None where they are in order."""
        return self._ordered_at if self._out_of_order and self._ordered_at != self.live.round else None

    @property
    def is_outdated(self) -> bool:
        """Whether sorting and filtering again could change what is shown."""
        return self._outdated

    def store_row(self, row: int) -> int:
        """Return the position in the file's order of a shown row."""
        return row if self._order is None else int(self._order[row])

    def store_rows(self, first: int, last: int) -> Rows:
        """Return the positions in the file's order of the shown rows `first` to `last`."""
        return np.arange(first, last + 1, dtype=np.int64) if self._order is None else self._order[first : last + 1]

    def shown_row(self, store_row: int) -> int:
        """Return where a row of the file is shown, -1 where the filter hides it."""
        if self._order is None:
            return store_row if store_row < self._count else -1
        found = np.flatnonzero(self._order == store_row)
        return int(found[0]) if len(found) else -1

    def account(self, row: int) -> int | None:
        """Return the account in the engine's book of a shown row, None where it has none."""
        at = int(self.live.accounts[self.store_row(row)])
        return None if at == live.NONE else at

    def set_view(self, view: View | None, book: BookOfView | None, loans: LoanTable | None = None) -> None:
        """Show the live columns at another round (see `LiveValues.set_view`). Nothing but them is drawn again."""
        before, was = self.live.round, self.live.view
        self.live.set_view(view, book, loans)
        self.show_anew(begins_alike=view is not None and was is not None and view.begins_as(was))
        if self.live.round != before:
            self.round_changed.emit()

    def show_anew(self, *, begins_alike: bool = True) -> None:
        """Draw the live columns anew; `begins_alike` where what they were before the first round stays."""
        self.cells.forget_live(begins_alike=begins_alike)
        self._everything_changed(FIRST_LIVE)
        if self._depends_on(live_values=True):
            self._set_outdated(True)

    def set_names(self, names: KnownNames) -> None:
        """Take the scenario's assets, markets and prices."""
        self.editor.names = names
        self.values.names = names
        self.cells.forget()
        self._everything_changed()
        if self._depends_on(live_values=False):
            self._set_outdated(True)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._loss = QBrush(QColor(tokens.vermilion))
        self._quiet = QBrush(QColor(tokens.secondary))
        self._everything_changed()

    # ----------------------------------------------------------------------------- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many rows the filter lets through."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns there are, hidden ones too."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say that a cell can be selected, and whether it can be typed into."""
        return roles.FLAGS[index.column()] if index.isValid() else roles.NO_FLAGS

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        """Return what a cell shows. Called a thousand times a scroll step: other roles end here at once."""
        if not index.isValid():
            return None
        column = index.column()
        if role == roles.ALIGNMENT:
            return roles.ALIGNMENTS[column]
        row = self.store_row(index.row())
        if role == roles.DISPLAY:
            return self.cells.whole_text(row, column)
        if role == roles.FOREGROUND:
            return self._foreground(row, column)
        if role in self._rarely:
            return self._rarely[role](row, column)
        return None

    def setData(self, index: Index, value: Any, role: int = roles.EDIT) -> bool:
        """Take what was typed into a cell, as one step that can be undone."""
        if role != roles.EDIT or not COLUMNS[index.column()].editable:
            return False
        self.editor.type(self.store_row(index.row()), COLUMNS[index.column()].key, str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = roles.DISPLAY) -> Any:
        """Return the head of a column, or the number of a row in the file."""
        if orientation == Qt.Orientation.Vertical:
            if role == roles.DISPLAY and section < self._count:
                return str(self.store_row(section) + 1)
            return roles.RIGHT if role == roles.ALIGNMENT else None
        if role == roles.DISPLAY:
            return self._arrow(section).format(title(COLUMNS[section].key, self.live.round))
        if role == roles.TOOLTIP:
            key = COLUMNS[section].key
            return f"{long_title(key)}\n{explanation(key)}"
        return roles.OF_HEADS.get(role, roles.NOTHING)[section]

    def _arrow(self, section: int) -> str:
        """Return the pattern of a head: with an arrow where the rows are in its order, inside of the text's edge."""
        if self._sort is None or self._sort[0] != section or self._out_of_order:
            return "{0}"
        arrow = "↓" if self._sort[1] else "↑"
        return f"{{0}} {arrow}" if COLUMNS[section].is_text else f"{arrow} {{0}}"

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 goes back to the file's order."""
        self._sort = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.refresh_order()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    # ---------------------------------------------------------------------------- order and filter

    def set_filter(self, predicate: Predicate | None) -> None:
        """Show only the rows for which `predicate` holds; None shows all."""
        if predicate is None and self._filter is None:
            return
        self._filter = predicate
        self.refresh_order()

    def refresh_order(self) -> None:
        """Sort and filter with the values as they are now.

        A large book is sorted in the background: the old order stands until the new one is there.
        """
        self._sorting.forget()
        if self._sort is not None and len(self.store) >= MANY:
            self._mark_order(in_order=False)
            self._sorting.submit(sorted_apart, self.values.still(self.store), self._sort, self._filter, self._rows_of)
        else:
            self._show_order(made_order(self.values, self._sort, self._filter), self.live.round)

    @property
    def is_sorting(self) -> bool:
        """Whether another order is made in the background."""
        return self._sorting.is_busy

    def shut_down(self) -> None:
        """Wait for what is sorted in the background, and forget it."""
        self._sorting.shut_down()

    def _sorted(self, found: tuple[Values, Rows | None, object]) -> None:
        values, order, rows_of = found
        if rows_of is not self._rows_of:  # rows came or went meanwhile
            self.refresh_order()
            return
        if values.store.column("account") is self.store.to_table().account:
            self.values.take_over(values)
        edited = values.store.to_table() is not self.store.to_table() or values.live.view is not self.live.view
        self._show_order(order, values.live.round)
        if edited:
            self._mark_order(in_order=False)
            self._set_outdated(True)

    def _show_order(self, order: Rows | None, number: int | None) -> None:
        self.beginResetModel()
        self._take_order(order)
        self.endResetModel()
        self._ordered_at = number
        self._mark_order(in_order=True)
        self._set_outdated(False)
        self.order_changed.emit()

    def _take_order(self, order: Rows | None) -> None:
        self._order = order
        self._count = len(self.store) if order is None else len(order)

    def _depends_on(self, *, live_values: bool, edited: tuple[str, ...] = ()) -> bool:
        filtered = self._filter is not None and self._filter.uses_live >= live_values
        sorted_by = self._is_sorted_by(live_values=live_values, edited=edited)
        if sorted_by:
            self._mark_order(in_order=False)
        return filtered or sorted_by

    def _mark_order(self, *, in_order: bool) -> None:
        """Show the arrow over the sorted column only while the rows are in its order."""
        if self._out_of_order == in_order:
            self._out_of_order = not in_order
            if self._sort is not None:
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, self._sort[0], self._sort[0])

    def _is_sorted_by(self, *, live_values: bool, edited: tuple[str, ...] = ()) -> bool:
        """Whether the order may be another; with edited columns, only if the sorted one is made of one of them."""
        if self._sort is None:
            return False
        column = COLUMNS[self._sort[0]]
        if live_values:
            return column.live
        return (column.editable and (not edited or column.key in edited)) or column.kind is Kind.USD

    def _set_outdated(self, outdated: bool) -> None:
        if outdated != self._outdated:
            self._outdated = outdated
            self.order_outdated.emit(outdated)

    def _nearby(self, row: int) -> Rows:
        """Return the rows that are shown from a row on, as many as may be asked for next."""
        first = self.shown_row(row)
        if first < 0:
            return np.array([row], dtype=np.int64)
        return self.store_rows(first, min(first + _CHECKED_AT_ONCE, self._count) - 1)

    def _foreground(self, row: int, column: int) -> QBrush | None:
        key = COLUMNS[column].key
        if COLUMNS[column].editable:
            return self._loss if self.cells.fault(row, key) else None
        if key == "health":
            return self._loss if self.live.number(row, key) < 1 else None
        return self._quiet if COLUMNS[column].kind is Kind.USD else None

    # ------------------------------------------------------------------------- following the store

    def _everything_changed(self, from_column: int = 0) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, from_column), self.index(self._count - 1, len(COLUMNS) - 1))

    def _cells_changed(self, rows: Rows, columns: tuple[str, ...]) -> None:
        if "account" in columns:
            self.values.forget_accounts()
        self.cells.forget_rows(rows)
        if self._may_touch_others(frozenset(columns)):
            self.cells.forget_faults()
            first, last = 0, self._count - 1
        elif self._order is None:
            first, last = int(rows.min()), int(rows.max())
        elif len(rows) == 1:
            first = last = self.shown_row(int(rows[0]))
        else:
            first, last = 0, self._count - 1
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))
        if self._depends_on(live_values=False, edited=columns):
            self._set_outdated(True)

    def _may_touch_others(self, columns: frozenset[str]) -> bool:
        """Whether an edit of these columns may put other rows of the same accounts right or wrong."""
        if columns & _OF_ACCOUNTS and ("category" in columns or has_categories(self.store)):
            return True
        return bool(columns & _OF_TERMS) and (not columns.isdisjoint(OVERRIDES) or has_overrides(self.store))

    def mark_anew(self) -> None:
        """Mark wrong cells by what is known now."""
        self.cells.forget_faults()
        self._everything_changed()

    def _inserting_rows(self, rows: Rows) -> None:
        """Say where rows will come in, while everything is still as it was."""
        number = len(rows)
        if not number or int(rows[-1] - rows[0]) != number - 1:
            self._coming_at = None
            self.beginResetModel()
            return
        first = int(rows[0])
        self._coming_at = first if self._order is None else self._place_for(first)
        self.beginInsertRows(QModelIndex(), self._coming_at, self._coming_at + number - 1)

    def _rows_inserted(self, rows: Rows) -> None:
        self.live.rows_inserted(rows)
        self._forget_rows()
        at = self._coming_at
        if at is None:
            self._take_order(made_order(self.values, self._sort, self._filter))
            self.endResetModel()
        else:
            order = self._order
            if order is not None:
                order = np.insert(np.where(order >= rows[0], order + len(rows), order), at, rows)
            self._take_order(order)
            self.endInsertRows()
            if order is not None:
                self._mark_order(in_order=self._sort is None)  # they stand where they came in, wherever they belong
                self._set_outdated(True)
        self.order_changed.emit()

    def _place_for(self, store_row: int) -> int:
        """Return where rows are shown that come in before `store_row` (in the positions before they came)."""
        if store_row >= len(self.store):
            return self._count
        shown = self.shown_row(store_row)
        if shown >= 0:
            return shown
        before = self.shown_row(store_row - 1) if store_row else -1
        return before + 1 if before >= 0 else self._count

    def _removing_rows(self, rows: Rows) -> None:
        """Say which rows will go, while everything is still as it was."""
        gone = rows if self._order is None else np.flatnonzero(np.isin(self._order, rows))
        self._going_together = len(gone) > 0 and int(gone[-1] - gone[0]) == len(gone) - 1
        if self._going_together:
            self.beginRemoveRows(QModelIndex(), int(gone[0]), int(gone[-1]))
        else:
            self.beginResetModel()

    def _rows_removed(self, rows: Rows) -> None:
        self.live.rows_removed(rows)
        self._forget_rows()
        order = self._order
        if order is not None:
            order = order[~np.isin(order, rows)]
            order = order - np.searchsorted(rows, order)
        self._take_order(order)
        if self._going_together:
            self.endRemoveRows()
        else:
            self.endResetModel()
        self.order_changed.emit()

    def _replaced(self) -> None:
        self.live.replaced()
        self._forget_rows()
        if self._sort is not None and len(self.store) >= MANY:
            self._show_order(made_order(self.values, None, self._filter), None)  # the old one is of other rows
        self.refresh_order()

    def _forget_rows(self) -> None:
        self._rows_of = object()
        self.values.forget_accounts()
        self.cells.forget()
