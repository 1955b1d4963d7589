"""The table itself: selection, keys, clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QItemSelectionRange, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QTableView, QWidget

from cascade_gui.loan_table import key_actions, keys, menus
from cascade_gui.loan_table.abilities import Abilities
from cascade_gui.loan_table.columns import COLUMNS, FIRST_LIVE, INDEX, fitted_widths, long_title
from cascade_gui.loan_table.delegate import LoanDelegate
from cascade_gui.loan_table.model import Index, LoanTableModel
from cascade_gui.loan_table.operations import Operations
from cascade_gui.loan_table.painting import CellPainter
from cascade_gui.loan_table.pasting import Target
from cascade_gui.theme.tokens import DARK, SIZES, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.editing import LoanEditor


class LoanTableView(QTableView):
    """The loan book as a small spreadsheet.

    Parameters
    ----------
    editor
        Makes the edits, each one step on the document's undo stack.
    """

    abilities_changed = Signal(object)
    """The new `Abilities`."""

    message = Signal(str)
    """Something the user should know about what was just done."""

    find_requested = Signal()

    foreign_table_pasted = Signal(str)
    """The text of a table pasted into an empty book that has other columns or assets: it is to be imported."""

    def __init__(self, editor: LoanEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loan_table")
        self.setAccessibleName(self.tr("Loan book"))
        self.editor = editor
        self.loans = LoanTableModel(editor, self)
        self.setModel(self.loans)
        self.setItemDelegate(LoanDelegate(self.loans, self))
        self._painter = CellPainter(self.loans)
        self._operations = Operations(self)
        self._abilities = Abilities()
        self._kept: tuple[int, int] | None = None
        self._fitting = False
        self._sized_by_hand = False
        self._switched: set[int] = set()
        self._plays = self._top_wanted = False
        self._set_up()
        self.apply_theme(DARK)
        self.selectionModel().selectionChanged.connect(self._tell_abilities)
        self.selectionModel().currentChanged.connect(self._tell_abilities)
        self.loans.modelAboutToBeReset.connect(self._keep_current)
        self.loans.modelReset.connect(self._restore_current)
        self.loans.order_changed.connect(self._tell_abilities)
        self.loans.order_changed.connect(self._show_wanted_top)
        self._tell_abilities()

    def _set_up(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        # Every pixel is drawn here, so that scrolling may move what is drawn already instead of drawing all anew.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(SIZES.table_row)
        rows.setMinimumSectionSize(SIZES.table_row)
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(48)
        head.setFixedHeight(SIZES.table_row + 2)
        head.setAccessibleName(self.tr("Columns"))
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        head.sortIndicatorChanged.connect(self._show_top)  # after the model has sorted: connected later
        head.setSortIndicatorShown(False)  # the model writes an arrow into the head, which leaves more room
        for header in (head, rows):
            # Of its own: to draw its sections a header asks of every row whether all of it is selected.
            header.setSelectionModel(QItemSelectionModel(self.loans, header))
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_column_menu)
        for at, column in enumerate(COLUMNS):
            self.setColumnWidth(at, column.width)
            self.setColumnHidden(at, column.hidden)
        head.sectionResized.connect(self._section_resized)
        self.loans.round_changed.connect(head.viewport().update)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._background = QColor(tokens.background)
        self._painter.apply_theme(tokens)
        self.loans.apply_theme(tokens)
        self.viewport().update()

    # ----------------------------------------------------------------------------- whose keys they are

    @property
    def plays(self) -> bool:
        """Whether the keys of rounds belong to the recording on the screen, also while the table has the focus."""
        return self._plays

    def set_plays(self, plays: bool) -> None:
        """Leave the keys of rounds to a recording that is on the screen, or take all keys as a spreadsheet does.

        With a recording F2, Enter, a double click or a digit change a cell: whoever clicks a row to see what became of
        it and presses W for the worst round must not find that he has typed a W into the book.
        """
        if plays == self._plays:
            return
        self._plays = plays
        self.setProperty("plays", plays)  # the window asks for it without knowing the table
        triggers = QAbstractItemView.EditTrigger
        by_any_key = triggers.NoEditTriggers if plays else triggers.AnyKeyPressed
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | by_any_key)

    # ------------------------------------------------------------------------- what is selected

    @property
    def abilities(self) -> Abilities:
        """What can be done now."""
        return self._abilities

    def visible_columns(self) -> list[int]:
        """Return the columns that are not hidden, from left to right."""
        return [at for at in range(len(COLUMNS)) if not self.isColumnHidden(at)]

    def _areas(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(at) for at in range(selection.count())]

    def selected_cells(self) -> dict[int, Rows]:
        """Return the selected shown rows (rising) of each visible column."""
        found: dict[int, list[Rows]] = {}
        for area in self._areas():
            rows = np.arange(area.top(), area.bottom() + 1, dtype=np.int64)
            for column in range(area.left(), area.right() + 1):
                if not self.isColumnHidden(column):
                    found.setdefault(column, []).append(rows)
        return {
            column: parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
            for column, parts in sorted(found.items())
        }

    def selected_rows(self) -> Rows:
        """Return the shown rows in which anything is selected, rising; the current one without a selection."""
        cells = self.selected_cells()
        if cells:
            return np.unique(np.concatenate(list(cells.values())))
        current = self.currentIndex()
        return np.array([current.row()] if current.isValid() else [], dtype=np.int64)

    def select_cells(self, first_row: int, last_row: int, columns: Sequence[int]) -> None:
        """Select a rectangle and make its first cell the current one."""
        model = self.loans
        selection = QItemSelection(model.index(first_row, columns[0]), model.index(last_row, columns[-1]))
        self.setCurrentIndex(model.index(first_row, columns[0]))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def go_to(self, store_row: int, column: str | None = None) -> bool:
        """Make a cell of the file the current one; false where the filter hides its row."""
        row = self.loans.shown_row(store_row)
        if row < 0:
            return False
        at = next((at for at, each in enumerate(COLUMNS) if each.key == column), 0)
        self.reveal(at)
        index = self.loans.index(row, at)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def rectangle(self) -> Target | None:
        """Return the selection as one block of rows and visible columns, None where it is not one."""
        cells = self.selected_cells()
        if not cells:
            at = self.currentIndex()
            return Target([at.row()], [at.column()]) if at.isValid() and not self.isColumnHidden(at.column()) else None
        first = next(iter(cells.values()))
        if not all(np.array_equal(rows, first) for rows in cells.values()):
            return None
        return Target(first.tolist(), list(cells))

    # ------------------------------------------------------------------------ what actions call

    def copy(self, *, with_names: bool = False) -> None:
        """Copy the selected block to the clipboard, with the names of its columns above where these are wanted."""
        self._operations.copy(with_names=with_names)

    def cut(self) -> None:
        """Copy the selected block, then make its cells blank."""
        self._operations.cut()

    def paste(self) -> None:
        """Paste the clipboard's text at the selection."""
        self._operations.paste()

    def fill_down(self) -> None:
        """Copy the first selected cell of each column into those below; of one row, the row above into it."""
        self._operations.fill_down()

    def insert_rows(self) -> None:
        """Insert as many blank rows as are selected, before the first of them."""
        self._operations.insert_rows()
        self.setFocus()

    def delete_rows(self) -> None:
        """Delete the rows in which anything is selected."""
        self._operations.delete_rows()

    def clear(self) -> None:
        """Make the selected cells blank."""
        self._operations.clear()

    def find(self) -> None:  # type: ignore[override] # QWidget.find(window id) is of no use here
        """Ask for the find bar."""
        self.find_requested.emit()

    # --------------------------------------------------------------------------------- working

    def _tell_abilities(self) -> None:
        ranges = self._areas()
        current = self.currentIndex()
        selected = bool(ranges) or current.isValid()
        columns = {column for area in ranges for column in range(area.left(), area.right() + 1)}
        columns |= {current.column()} if current.isValid() else set()
        abilities = Abilities(
            copy=selected,
            change=any(COLUMNS[column].editable and not self.isColumnHidden(column) for column in columns),
            paste=current.isValid() or not self.loans.rowCount(),
            delete_rows=selected,
        )
        if abilities != self._abilities:
            self._abilities = abilities
            self.abilities_changed.emit(abilities)

    def _show_top(self) -> None:
        """Show the first rows once they are sorted: a large book is in the background."""
        self._top_wanted = self.loans.is_sorting
        self.scrollToTop()
        if self.loans.sorted_by is None:
            self.message.emit(self.tr("Rows are in the order of the file again: no column sorts them"))

    def _show_wanted_top(self) -> None:
        if self._top_wanted:
            self._top_wanted = False
            self.scrollToTop()

    def _keep_current(self) -> None:
        """Remember the current row by its id: sorting and filtering move it."""
        current = self.currentIndex()
        store = self.editor.store
        row = self.loans.store_row(current.row()) if current.isValid() and current.row() < self.loans.rowCount() else -1
        self._kept = (int(store.ids[row]), current.column()) if 0 <= row < len(store) else None

    def _restore_current(self) -> None:
        if self._kept is None:
            return
        row_id, column = self._kept
        found = np.flatnonzero(self.editor.store.ids == row_id)
        row = self.loans.shown_row(int(found[0])) if len(found) else -1
        if row >= 0:
            index = self.loans.index(row, column)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done to the selection."""
        menus.cell_menu(self).popup(event.globalPos())

    def _show_column_menu(self, where: QPoint) -> None:
        menus.column_menu(self).popup(self.horizontalHeader().mapToGlobal(where))

    def column_chosen(self, action: QAction) -> None:
        """Show or hide the column that an action of the columns' menu stands for, or the row numbers."""
        if action.data() is None:
            self.verticalHeader().setVisible(action.isChecked())
        else:
            self._switched.add(int(action.data()))
            self.setColumnHidden(int(action.data()), not action.isChecked())
            self.fit_columns()
        self._tell_abilities()

    def reveal(self, column: int) -> None:
        """Show a column that something was put into."""
        if self.isColumnHidden(column):
            self.setColumnHidden(column, False)
            self.fit_columns()

    def show_column(self, key: str, *, shown: bool) -> None:
        """Show or hide a column as the book asks for, unless the user has shown or hidden it himself."""
        at = INDEX[key]
        if at in self._switched or self.isColumnHidden(at) != shown:
            return
        self.setColumnHidden(at, not shown)
        self.fit_columns()
        self._tell_abilities()

    # ------------------------------------------------------------------------- Qt's questions

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells that are to be drawn again."""
        where, painter = event.rect(), QPainter(self.viewport())
        painter.fillRect(where, self._background)
        first, last = self.rowAt(where.top()), self.rowAt(where.bottom())
        if first < 0:
            painter.end()
            return
        rows = range(first, (last if last >= 0 else self.loans.rowCount() - 1) + 1)
        columns = [
            (column, self.columnViewportPosition(column), self.columnWidth(column))
            for column in self.visible_columns()
            if self.columnViewportPosition(column) <= where.right()
            and self.columnViewportPosition(column) + self.columnWidth(column) > where.left()
        ]
        areas = [(area.top(), area.bottom(), area.left(), area.right()) for area in self._areas()]
        line = min(self.viewport().width(), self.horizontalHeader().length())
        top, current = self.rowViewportPosition(first), self.currentIndex().row()
        self._painter.paint_rows(painter, rows, top, columns, areas, line=line, current=current)
        if self.currentIndex().isValid() and self.hasFocus():
            self._painter.paint_current(painter, self.visualRect(self.currentIndex()))
        painter.end()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Draw both rows again: the whole row of the current cell is marked."""
        super().currentChanged(current, previous)
        for row in (previous.row(), current.row()):
            self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), SIZES.table_row)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Draw again what changed; of the calculated columns, which nobody edits, only these."""
        if first.column() < FIRST_LIVE or first == last:
            super().dataChanged(first, last, roles)
            return
        left, right = self.columnViewportPosition(first.column()), self.viewport().width()
        self.viewport().update(left, 0, right - left, self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns fill the width, unless the user has given them widths."""
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Shrink or stretch all visible columns alike, between their least and a little over their wished width."""
        if self._sized_by_hand:
            return
        self._fitting = True
        for at, width in fitted_widths(self.visible_columns(), self.viewport().width()):
            self.setColumnWidth(at, width)
        self._fitting = False

    def _section_resized(self, column: int, _before: int, _after: int) -> None:
        last = column == self.visible_columns()[-1]
        if not self._fitting and not last and not self.isColumnHidden(column):
            self._sized_by_hand = self._sized_by_hand or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton

    def event(self, event: QEvent) -> bool:
        """Keep the keys that type or move in the table from being the window's shortcuts."""
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and keys.is_kept(event, plays=self._plays):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a spreadsheet does for a key."""
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # the editor's own keys pass by here when it leaves them
            return
        if not key_actions.done(self, event):
            super().keyPressEvent(event)

    def edit_current(self, event: QKeyEvent) -> None:
        """Open the current cell to be changed, or say why that cannot be."""
        index = self.currentIndex()
        if index.isValid() and not self.edit(index, QAbstractItemView.EditTrigger.EditKeyPressed, event):
            self._say_calculated(index.column())

    def keyboardSearch(self, search: str) -> None:
        """Typing into a cell that takes none says why nothing happens (Qt would look through all rows for it)."""
        index = self.currentIndex()
        if not index.isValid():
            return
        if COLUMNS[index.column()].editable:
            self.message.emit(
                self.tr("F2, Enter, a digit or a double click changes a cell; letters belong to the recording.")
            )
        else:
            self._say_calculated(index.column())

    def _say_calculated(self, column: int) -> None:
        name = long_title(COLUMNS[column].key)
        self.message.emit(self.tr("{0} is calculated; it cannot be typed.").format(name))

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """End an edit: Enter moves down, Tab right, Shift+Tab left."""
        hints = QAbstractItemDelegate.EndEditHint
        super().closeEditor(editor, hints.RevertModelCache if hint == hints.RevertModelCache else hints.NoHint)
        steps = {hints.SubmitModelCache: (1, 0), hints.EditNextItem: (0, 1), hints.EditPreviousItem: (0, -1)}
        if hint in steps:
            self.move_current(*steps[hint])

    def move_current(self, down: int, across: int) -> None:
        """Go to a cell so many rows below and so many visible columns to the right."""
        current = self.currentIndex()
        if not current.isValid():
            return
        visible = self.visible_columns()
        place_now = visible.index(current.column()) if current.column() in visible else 0
        row = min(max(current.row() + down, 0), self.loans.rowCount() - 1)
        column = visible[min(max(place_now + across, 0), len(visible) - 1)]
        self.setCurrentIndex(self.loans.index(row, column))

    def select_whole(self, *, rows: bool) -> None:
        """Select the whole rows of the selected cells, or their columns."""
        flags = QItemSelectionModel.SelectionFlag
        whole = flags.Rows if rows else flags.Columns
        self.selectionModel().select(self.selectionModel().selection(), flags.Select | whole)
