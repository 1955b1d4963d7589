"""The undo stack of a document, whose steps are deleted by Qt alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QUndoCommand

_STEPS: Final[set[QUndoCommand]] = set()
"""The steps of all histories, for as long as Qt has them."""


class History(QUndoStack):
    """An undo stack that Python may collect together with all that hangs on it.

    Qt deletes a step when its stack drops it. But where Python finds stack and steps in the same garbage it may take a
    step apart first: it then deletes what it takes for its own, and Qt deletes it again. So the steps are held here,
    out of that garbage, until Qt has deleted them; they may hold a document only weakly, or it would never go.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.destroyed.connect(_forget_deleted)

    def push(self, cmd: QUndoCommand) -> None:
        """Do a step and take it in, or let the last one take it in."""
        _STEPS.add(cmd)
        super().push(cmd)
        _forget_deleted()  # what the last one took in, and those that could have been done again

    def clear(self) -> None:
        """Drop every step."""
        super().clear()
        _forget_deleted()


def _forget_deleted() -> None:
    """Let go of steps that Qt has deleted, and of what they hold: PySide keeps them, empty, as long as their stack."""
    deleted = [step for step in _STEPS if not isValid(step)]
    _STEPS.difference_update(deleted)
    for step in deleted:
        vars(step).clear()
