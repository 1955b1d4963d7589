"""Undo commands of a document's parameters; those of its loans live with the table."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from engine.scenario.schema import Parameters

MERGE_MS: Final = 1500
"""Edits of one field that follow each other this quickly are one step: an arrow key held down."""

_PARAMETERS_ID: Final = 1


class ChangeParameters(QUndoCommand):
    """Replace a document's parameters; both are immutable and share what did not change.

    Parameters
    ----------
    document
        The document, which is held weakly: `History` holds its steps.
    before, after
        The parameters on either side of the step.
    text
        What Undo calls it.
    path
        The only field that differs, or empty: only edits of the same field merge.
    gesture
        Which drag, or typing into a field, the edit belongs to; 0 for none. Edits of one gesture are one step however
        long it takes, and never one with those of another.
    """

    def __init__(
        self, document: Document, before: Parameters, after: Parameters, text: str, path: str = "", gesture: int = 0
    ) -> None:
        super().__init__(text)
        self._document = weakref.ref(document)
        self._before = before
        self.after = after
        self.path = path
        self.gesture = gesture
        self._age = QElapsedTimer()
        self._age.start()

    def redo(self) -> None:
        """Show the parameters after the step."""
        self._show(self.after)

    def undo(self) -> None:
        """Show the parameters before the step."""
        self._show(self._before)

    def _show(self, parameters: Parameters) -> None:
        document = self._document()
        if document is not None:
            document.take_parameters(parameters)

    def id(self) -> int:
        """Return the kind of command, which Qt compares before it merges; -1 never merges."""
        return _PARAMETERS_ID if self.path else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a later edit of the same field; a field back at its first value is no step at all."""
        if not isinstance(other, ChangeParameters) or (other.path, other.gesture) != (self.path, self.gesture):
            return False
        if not self.gesture and self._age.elapsed() > MERGE_MS:
            return False
        self.after = other.after
        self._age.restart()
        self.setObsolete(self.after == self._before)
        return True
