"""The undo step of the loan book: a name and the changes it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.document.loan_store import LoanStore
    from cascade_gui.loan_table.changes import Change


class LoanCommand(QUndoCommand):
    """One step on the document's undo stack.

    Parameters
    ----------
    store
        The book that is changed.
    text
        What the user did: "Paste 10,000 cells".
    changes
        What that changes, in order.
    """

    def __init__(self, store: LoanStore, text: str, changes: Sequence[Change]) -> None:
        super().__init__(text)
        self._store = store
        self._changes = tuple(changes)

    def redo(self) -> None:
        """Make the changes, the first time and after an undo."""
        for change in self._changes:
            change.do(self._store)

    def undo(self) -> None:
        """Take the changes back, the last first."""
        for change in reversed(self._changes):
            change.undo(self._store)
