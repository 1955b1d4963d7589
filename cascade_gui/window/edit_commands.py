"""Cut, copy, paste and undo go to the field that is typed in, else to the loan table and the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QUndoStack


class EditCommands(QObject):
    """What the Edit menu calls.

    Parameters
    ----------
    undo_stack
        The document's.
    table
        What cells are cut, copied and pasted in.
    """

    def __init__(self, undo_stack: QUndoStack, table: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack
        self._table = table

    def undo(self) -> None:
        """Take back typing in a field, or the last step."""
        field = _field()
        if field is not None and _can_undo(field):
            field.undo()
        else:
            self._undo_stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self._undo_stack.redo()

    def cut(self) -> None:
        """Cut text or cells."""
        (_field() or self._table).cut()

    def copy(self) -> None:
        """Copy text or cells."""
        (_field() or self._table).copy()

    def paste(self) -> None:
        """Paste text or cells."""
        (_field() or self._table).paste()


def is_typed_in(widget: QWidget | None) -> bool:
    """Whether a widget is a text field."""
    return isinstance(widget, (QLineEdit, QTextEdit, QPlainTextEdit))


def _field() -> Any:
    widget = QApplication.focusWidget()
    return widget if is_typed_in(widget) else None


def _can_undo(field: QWidget) -> bool:
    if isinstance(field, QLineEdit):
        return bool(field.isUndoAvailable() and field.isModified())
    if isinstance(field, (QTextEdit, QPlainTextEdit)):
        return bool(field.document().isUndoAvailable() and not field.isReadOnly())
    return False
