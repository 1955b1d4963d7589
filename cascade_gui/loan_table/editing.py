"""Edits a user makes, each one step on the undo stack with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from cascade_gui.document.loan_store import BadText, ColumnEdit, LoanStore, RowBlock, Rows
from cascade_gui.loan_table import columns as cols
from cascade_gui.loan_table.changes import Change, Insertion, Removal, Replacement, cell_change
from cascade_gui.loan_table.commands import LoanCommand
from cascade_gui.loan_table.names import KnownNames
from cascade_gui.loan_table.parsing import parse
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.document.history import History
    from engine.scenario.loans import LoanTable

Texts = Mapping[str, tuple[Rows, Sequence[str]]]
"""For each column: positions in the file's order, each once, and what is written there."""


class LoanEditor:
    """Turns what a user does into steps on the undo stack.

    Parameters
    ----------
    store
        The book.
    undo_stack
        The document's.
    """

    def __init__(self, store: LoanStore, undo_stack: History) -> None:
        self.store = store
        self.undo_stack = undo_stack
        self.names = KnownNames()

    def type(self, row: int, column: str, text: str) -> None:
        """Put what was typed into one cell."""
        name = cols.long_title(column).lower()
        title = _tr("Change {0} of {1}").format(name, self.store.value(row, "account") or _tr("a new row"))
        self._cells({column: (np.array([row], dtype=np.int64), [text])}, lambda _: title)

    def paste(self, texts: Texts, new_rows: int = 0) -> None:
        """Put a block of texts into cells; the last `new_rows` positions lie behind the end and are added."""
        self._cells(texts, lambda count: counted(_tr("Paste {0} cell"), _tr("Paste {0} cells"), count), new_rows)

    def fill_down(self, texts: Texts) -> None:
        """Put copies of a cell into those below it."""
        self._cells(texts, lambda count: counted(_tr("Fill {0} cell"), _tr("Fill {0} cells"), count))

    def repair(self, texts: Texts, title: str) -> None:
        """Put texts into cells that are wrong, as one step of this name."""
        self._cells(texts, lambda _: title)

    def clear(self, targets: Mapping[str, Rows], *, cut: bool = False) -> None:
        """Make cells blank."""
        one, many = (
            (_tr("Cut {0} cell"), _tr("Cut {0} cells")) if cut else (_tr("Clear {0} cell"), _tr("Clear {0} cells"))
        )
        texts = {column: (rows, [""] * len(rows)) for column, rows in targets.items()}
        self._cells(texts, lambda count: counted(one, many, count))

    def insert_rows(self, rows: Rows) -> None:
        """Put blank rows in, so that they stand at `rows` (rising) afterwards.

        Where the scenario has one market only, the new rows are in it.
        """
        title = counted(_tr("Insert {0} row"), _tr("Insert {0} rows"), len(rows))
        self._push(title, [Insertion(rows, self._blank(len(rows)))])

    def delete_rows(self, rows: Rows) -> None:
        """Take the rows at the positions `rows` (rising) out."""
        title = counted(_tr("Delete {0} row"), _tr("Delete {0} rows"), len(rows))
        self._push(title, [Removal(rows, self.store.block(rows))])

    def append(self, table: LoanTable, title: str, bad: Iterable[BadText] = ()) -> None:
        """Put the rows of another book behind the last row; ``bad`` are its cells that hold no value."""
        rows = np.arange(len(self.store), len(self.store) + len(table), dtype=np.int64)
        self._push(title, [Insertion(rows, self.store.rows_of(table, bad))])

    def replace(self, table: LoanTable, title: str, bad: Iterable[BadText] = ()) -> None:
        """Put another book in the place of this one; ``bad`` are its cells that hold no value."""
        self._push(title, [Replacement(self.store.contents_of(table, bad), self.store.contents())])

    # ------------------------------------------------------------------------------------ working

    def _blank(self, number: int) -> RowBlock:
        block = self.store.blank_rows(number)
        if len(self.names.markets) == 1:
            block.columns["market"][:] = self.store.codes("market", self.names.markets)[0]
        return block

    def _cells(self, texts: Texts, title: Callable[[int], str], new_rows: int = 0) -> None:
        changes: list[Change] = []
        store = self.store
        block = self._blank(new_rows)
        end = len(store)
        edits: list[ColumnEdit] = []
        bad: dict[tuple[int, str], str] = {}
        for column, (rows, written) in texts.items():
            parsed = parse(store, self.names, column, written)
            inside = rows < end
            ids = np.where(inside, store.ids[np.minimum(rows, max(end - 1, 0))] if end else 0, 0)
            if new_rows:
                block.columns[column][rows[~inside] - end] = parsed.values[~inside]
                ids[~inside] = block.ids[rows[~inside] - end]
            edits.append(ColumnEdit(column, rows[inside], parsed.values[inside]))
            bad.update({(int(ids[at]), column): text for at, text in parsed.bad.items()})
        new_ids = set(block.ids.tolist())
        there = {key: text for key, text in bad.items() if key[0] not in new_ids}
        change = cell_change(store, edits, there)
        if change is not None:
            changes.append(change)
        if new_rows:
            new = {key: text for key, text in bad.items() if key[0] in new_ids}
            rows = np.arange(end, end + new_rows, dtype=np.int64)
            changes.append(Insertion(rows, RowBlock(block.columns, block.ids, new)))
        if changes:
            self._push(title(sum(len(rows) for rows, _ in texts.values())), changes)

    def _push(self, title: str, changes: Sequence[Change]) -> None:
        self.undo_stack.push(LoanCommand(self.store, title, changes))


def counted(one: str, many: str, number: int) -> str:
    """Return the text for one or for many things, with the number as the locale writes it."""
    return (one if number == 1 else many).format(numbers.count(number))


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
