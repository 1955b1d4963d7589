"""Which widgets need plain keys for themselves while they have the focus, and how what is typed there is taken."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from cascade_gui.window.edit_commands import is_typed_in

_KEEPS_ALL = (QAbstractSpinBox, QComboBox, QAbstractItemView, QMenu, QTabBar)


def wants(widget: QWidget | None, key: int) -> bool:
    """Whether a widget with the focus needs a key that else moves through the rounds.

    Longer texts, tables and lists need them all, a button only Space, which presses it. A table that shows a recording
    (its property ``plays``) keeps none of them but Page up and down, which turn its pages. A field of one line takes
    what it can use before the window is asked: letters into a name, no letters into a number, and never Page up and
    down, which a presenter's clicker sends.
    """
    if widget is None:
        return False
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space
    if isinstance(widget, QLineEdit):
        return False
    if widget.property("plays"):
        return key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
    return is_typed_in(widget) or isinstance(widget, _KEEPS_ALL)


def take_typed() -> None:
    """Take what is being typed for a value or a cell, as if the field were left.

    A key or a button of the toolbar leaves the focus where it is: what is run or saved is what stands in the field.
    """
    field = QApplication.focusWidget()
    if isinstance(field, QPlainTextEdit):
        field.clearFocus()
        field.setFocus()
    if not isinstance(field, QLineEdit):
        return
    above = field.parentWidget()
    table = None if above is None else above.parentWidget()
    if isinstance(table, QAbstractItemView) and above is table.viewport():
        table.setFocus()  # the editor of a cell takes its text when it loses the focus
    elif field.isModified():
        field.editingFinished.emit()
