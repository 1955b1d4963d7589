"""What can be done to the selected cells: copy, cut, paste, fill, insert, delete, clear.

Positions are those of shown rows, so that with a filter on nothing hidden is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressDialog

from cascade_gui.loan_table.clipboard import CHUNK_ROWS, read_block, write_block
from cascade_gui.loan_table.columns import COLUMNS, INDEX, long_title, title
from cascade_gui.loan_table.editing import counted
from cascade_gui.loan_table.paste_heads import is_foreign_table, unknown_assets
from cascade_gui.loan_table.pasting import DoesNotFitError, Placement, Target, place
from cascade_gui.loan_table.spreadsheet_html import MOST_CELLS, kept, with_all_digits, write_html
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.values import Values
    from cascade_gui.loan_table.view import LoanTableView

_OWN: Final = "application/x-cascade-loans"
"""Marks a block that was copied from this table; its data is the block as the book has it, where that is another."""
_OF_THE_ROUND: Final = frozenset({"collateral_amount", "debt_amount"})


class Operations:
    """What the table does to its selection.

    Parameters
    ----------
    view
        The table.
    """

    def __init__(self, view: LoanTableView) -> None:
        self._view = view
        self._model = view.loans

    def copy(self, *, with_names: bool = False) -> bool:
        """Copy the selected block to the clipboard; false where that was not possible or cancelled.

        Parameters
        ----------
        with_names
            Whether the names of its columns stand above, as loan files have them: for a spreadsheet, or an import.
        """
        target = self._view.rectangle()
        if target is None:
            self._view.message.emit(_tr("Copy works on one block of cells. Nothing was copied."))
            return False
        if len(target.rows) * len(target.columns) == 1 and not with_names:
            text = next(write_block(*self._block(target))).removesuffix("\n")
        else:
            parts = self._collected(target)
            if parts is None:
                self._view.message.emit(_tr("Copying was cancelled."))
                return False
            text = "".join(parts)
        if with_names:
            # Of no table's own: pasted here, too, its names say where it goes.
            names = "\t".join(COLUMNS[column].key for column in target.columns)
            QGuiApplication.clipboard().setText(f"{names}\n{text}")
        else:
            self._to_clipboard(text, target)
        return True

    def cut(self) -> None:
        """Copy the selected block, then make its cells blank."""
        if self.copy():
            self._clear(cut=True)

    def paste(self) -> None:
        """Paste the clipboard's text at the selection."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None where nothing is there
        own = held is not None and held.hasFormat(_OWN)
        in_book = bytes(held.data(_OWN).data()).decode() if held is not None and own else ""
        block = read_block(in_book or QGuiApplication.clipboard().text())
        in_full = held is not None and held.hasHtml() and not own
        if held is not None and in_full:
            block = with_all_digits(block, held.html(), numbers.number_locale().decimalPoint())
        if not block:
            self._view.message.emit(_tr("There is no text on the clipboard."))
            return
        is_empty = not own and not len(self._model.store)
        if is_empty and (is_foreign_table(block) or unknown_assets(block, self._model.values.names.assets)):
            self._view.foreign_table_pasted.emit(QGuiApplication.clipboard().text())
            return
        visible = self._view.visible_columns()
        target = self._view.rectangle() or self._first_selected() or self._beside_hidden(visible)
        if target is None:
            target = Target([self._model.rowCount()], visible[:1])
        try:
            placement = place(block, target, visible, self._model.rowCount(), own=own)
        except DoesNotFitError as problem:
            self._view.message.emit(str(problem))
            return
        self._write(placement, keeps_equal=in_full)

    def fill_down(self) -> None:
        """Copy the first selected cell of each column into those below; of one row, the row above into it."""
        texts = {}
        for column, rows in self._view.selected_cells().items():
            if not COLUMNS[column].editable:
                continue
            key = COLUMNS[column].key
            source, targets = int(rows[0]), rows[1:]
            if len(rows) == 1 and source > 0:
                source, targets = source - 1, rows
            if len(targets):
                text = self._model.cells.edit_text(self._model.store_row(source), key)
                texts[key] = (self._in_file(targets), [text] * len(targets))
        if texts:
            self._model.editor.fill_down(texts)
        else:
            self._view.message.emit(_tr("Select the cell to copy and those below it."))

    def insert_rows(self) -> None:
        """Insert as many blank rows as are selected, before the first of them."""
        rows = self._view.selected_rows()
        number = max(1, len(rows))
        at = self._model.store_row(int(rows[0])) if len(rows) else len(self._model.store)
        self._model.editor.insert_rows(np.arange(at, at + number, dtype=np.int64))
        shown = self._model.shown_row(at)
        self._view.select_cells(shown, shown + number - 1, self._view.visible_columns()[:1])

    def delete_rows(self) -> None:
        """Delete the rows in which anything is selected."""
        rows = self._view.selected_rows()
        if not len(rows):
            return
        column = max(0, self._view.currentIndex().column())
        self._model.editor.delete_rows(np.sort(self._in_file(rows)))
        last = min(int(rows[0]), self._model.rowCount() - 1)
        if last >= 0:
            self._view.setCurrentIndex(self._model.index(last, column))

    def clear(self) -> None:
        """Make the selected cells blank."""
        self._clear(cut=False)

    # --------------------------------------------------------------------------------- working

    def _in_file(self, rows: Rows) -> Rows:
        """Return the positions in the file of shown rows."""
        order = self._model.order
        return rows if order is None else order[rows]

    def _to_clipboard(self, text: str, target: Target) -> None:
        """Put a block on the clipboard as it is shown, marked as this table's, for it also as the book has it.

        So what is pasted here again is what the book had, though other programs get the amounts of the round.
        """
        held = QMimeData()
        held.setText(text)
        values, rows, columns = self._block(target)
        if 1 < len(rows) * len(columns) <= MOST_CELLS:
            of_text = {place for place, key in enumerate(columns) if COLUMNS[INDEX[key]].is_text}
            held.setHtml(write_html(read_block(text), of_text, numbers.number_locale().decimalPoint()))
        in_book = ""
        if self._model.live.round and any(key in _OF_THE_ROUND for key in columns):
            in_book = "".join(write_block(values, rows, columns, in_book=True))
            if len(rows) * len(columns) == 1:
                in_book = in_book.removesuffix("\n")
            if in_book != text:
                said = _tr("Copied as of round {0}. Pasted here again it is what the book has.")
                self._view.message.emit(said.format(numbers.count(self._model.live.round)))
        held.setData(_OWN, QByteArray(in_book.encode()))
        QGuiApplication.clipboard().setMimeData(held)

    def _beside_hidden(self, visible: list[int]) -> Target | None:
        """Return where to paste when the current cell is in a hidden column: in the next one that is shown."""
        current = self._view.currentIndex()
        if not current.isValid():
            return None
        onwards = [at for at in visible if at > current.column() and COLUMNS[at].editable]
        return Target([current.row()], [onwards[0] if onwards else visible[0]])

    def _first_selected(self) -> Target | None:
        """Return the first cell of a selection that is no block."""
        cells = self._view.selected_cells()
        if not cells:
            return None
        return Target([min(int(rows[0]) for rows in cells.values())], [next(iter(cells))])

    def _clear(self, *, cut: bool) -> None:
        targets = {
            COLUMNS[column].key: self._in_file(rows)
            for column, rows in self._view.selected_cells().items()
            if COLUMNS[column].editable
        }
        if targets:
            self._model.editor.clear(targets, cut=cut)
        else:
            self._view.message.emit(_tr("These columns are calculated; there is nothing to clear."))

    def _write(self, placement: Placement, *, keeps_equal: bool) -> None:
        """Write a block; where it comes from a spreadsheet, numbers that are the book's to its digits stay."""
        shown, end = self._model.rowCount(), len(self._model.store)
        texts = {}
        for column, (rows, written) in placement.cells.items():
            positions = np.array(rows, dtype=np.int64)
            inside = positions < shown
            in_file = positions - shown + end
            in_file[inside] = self._in_file(positions[inside])
            kept_where_equal = keeps_equal and not COLUMNS[column].is_text
            texts[COLUMNS[column].key] = (
                in_file,
                self._kept(column, in_file, inside, written) if kept_where_equal else written,
            )
        self._model.editor.paste(texts, placement.new_rows)
        for column in placement.cells:
            self._view.reveal(column)
        self._view.select_cells(placement.rows[0], placement.rows[-1], placement.columns)
        self._view.message.emit(" ".join(self._told(placement)))

    def _kept(self, column: int, rows: Rows, inside: Any, written: Sequence[str]) -> list[str]:
        """Return the texts of a column, in full where they are what the book has in a spreadsheet's digits."""
        there = self._model.store.column(COLUMNS[column].key)[rows[inside]].tolist()
        known = dict(zip(np.flatnonzero(inside).tolist(), there, strict=True))
        decimal = numbers.number_locale().decimalPoint()
        return [kept(text, known.get(place, np.nan), decimal) for place, text in enumerate(written)]

    def _told(self, placement: Placement) -> list[str]:
        """Say what a paste did: where it went, what it added, what it left out."""
        names = [long_title(COLUMNS[at].key) for at in sorted(placement.cells)]
        where = _tr("Pasted {0} row into {1}.") if len(placement.rows) == 1 else _tr("Pasted {0} rows into {1}.")
        said = [where.format(numbers.count(len(placement.rows)), ", ".join(names))]
        if placement.new_rows:
            added = counted(_tr("{0} row is new."), _tr("{0} rows are new."), placement.new_rows)
            said.append(added)
        if placement.left_out:
            one = _tr("{0} cell of a calculated column was left out.")
            many = _tr("{0} cells of calculated columns were left out.")
            said.append(counted(one, many, placement.left_out))
        if placement.unknown:
            said.append(_tr("Left out: {0}.").format(", ".join(placement.unknown)))
        first, last = placement.columns[0], placement.columns[-1]
        between = [at for at in range(first + 1, last) if at not in placement.cells]
        passed = [title(COLUMNS[at].key) for at in between if COLUMNS[at].editable and self._view.isColumnHidden(at)]
        if passed and not placement.unknown:
            said.append(_tr("Nothing was pasted into what is hidden: {0}.").format(", ".join(passed)))
        return said

    def _block(self, target: Target) -> tuple[Values, Rows, list[str]]:
        rows = self._in_file(np.array(target.rows, dtype=np.int64))
        return self._model.values, rows, [COLUMNS[column].key for column in target.columns]

    def _collected(self, target: Target) -> list[str] | None:
        """Write a block part by part, with a progress bar for large ones; None where it was cancelled."""
        steps = -(-len(target.rows) // CHUNK_ROWS)
        if steps < 3:
            return list(write_block(*self._block(target)))
        text = _tr("Copying {0} rows").format(numbers.count(len(target.rows)))
        progress = QProgressDialog(text, _tr("Cancel"), 0, steps, self._view)
        progress.setWindowModality(Qt.WindowModality.WindowModal)
        progress.setMinimumDuration(400)
        parts: list[str] = []
        for part in write_block(*self._block(target)):
            parts.append(part)
            progress.setValue(len(parts))
            if progress.wasCanceled():
                break
        complete = not progress.wasCanceled()
        progress.close()
        progress.deleteLater()
        return parts if complete else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
