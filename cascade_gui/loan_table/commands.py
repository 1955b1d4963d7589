"""The undo step of the loan book: a name and the changes it makes."""

from __future__ import annotations

import weakref
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
        The book that is changed, which is held weakly: `cascade_gui.document.history` holds the steps.
    text
        What the user did: "Paste 10,000 cells".
    changes
        What that changes, in order.
    """

    def __init__(self, store: LoanStore, text: str, changes: Sequence[Change]) -> None:
        super().__init__(text)
        self._store = weakref.ref(store)
        self._changes = tuple(changes)

    def redo(self) -> None:
        """Make the changes, the first time and after an undo."""
        store = self._store()
        if store is not None:
            for change in self._changes:
                change.do(store)

    def undo(self) -> None:
        """Take the changes back, the last first."""
        store = self._store()
        if store is not None:
            for change in reversed(self._changes):
                change.undo(store)
