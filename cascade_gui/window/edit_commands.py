"""Cut, copy, paste and undo go to the field or table with the focus, else to the loan table and the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from cascade_gui.theme.cell_lines import selected_lines

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
        """Cut text or cells; no other table than the loan table gives cells away."""
        if self._other_table() is None:
            (_field() or self._table).cut()

    def copy(self) -> None:
        """Copy text or cells."""
        table = self._other_table()
        if table is None:
            (_field() or self._table).copy()
        elif hasattr(table, "copy"):
            table.copy()
        elif lines := selected_lines(table, range(0)):
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def paste(self) -> None:
        """Paste text or cells."""
        table = self._other_table()
        if table is None:
            (_field() or self._table).paste()
        elif hasattr(table, "paste"):
            table.paste()

    def _other_table(self) -> Any:
        """Return the table or list with the focus that is not in the loan table's panel; None where there is none."""
        widget = QApplication.focusWidget()
        is_other = isinstance(widget, QAbstractItemView) and not self._table.isAncestorOf(widget)
        return widget if is_other else None


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
