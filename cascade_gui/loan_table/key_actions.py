"""What keys do in the loan table that Qt's own table does otherwise or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from cascade_gui.loan_table import keys
from cascade_gui.loan_table.columns import COLUMNS

if TYPE_CHECKING:
    from cascade_gui.loan_table.view import LoanTableView


def done(table: LoanTableView, event: QKeyEvent) -> bool:
    """Do what a spreadsheet does for a key; false where it is left to Qt."""
    standard = QKeySequence.StandardKey
    for key, action in (
        (standard.Copy, table.copy),
        (standard.Cut, table.cut),
        (standard.Paste, table.paste),
        (standard.Find, table.find),
        (standard.Undo, table.editor.undo_stack.undo),
        (standard.Redo, table.editor.undo_stack.redo),
    ):
        if event.matches(key):
            action()
            return True
    return _moved(table, event)


def _moved(table: LoanTableView, event: QKeyEvent) -> bool:
    """Do what a key does here that does not come from the clipboard; false where it is left to Qt."""
    key = event.key()
    control, shift = event.modifiers() == keys.CONTROL, event.modifiers() == keys.SHIFT
    if key in keys.ENTER and table.plays and not shift:
        table.edit_current(event)
    elif key in keys.ENTER:
        table.move_current(-1 if shift else 1, 0)
    elif keys.blanks(event, plays=table.plays):
        table.clear()
    elif key in keys.TAB and event.modifiers() & keys.CONTROL:
        _leave(table, forward=key == Qt.Key.Key_Tab and not event.modifiers() & keys.SHIFT)
    elif key == Qt.Key.Key_C and event.modifiers() == keys.CONTROL | keys.SHIFT:
        table.copy(with_names=True)
    elif table.plays and keys.begins_number(event) and _typed_into(table, event):
        pass
    elif control and key in keys.STEPS:
        table.move_current(*keys.STEPS[Qt.Key(key)])
    elif control and key == Qt.Key.Key_D:
        table.fill_down()
    elif key == Qt.Key.Key_Space and (control or shift):
        table.select_whole(rows=shift)
    else:
        return False
    return True


def _typed_into(table: LoanTableView, event: QKeyEvent) -> bool:
    """Open the current cell with what was typed, where it takes a number; a recording has no use for digits.

    What follows goes into the cell: of "2k" typed over a recording only the k was heard, which plays it.
    """
    index = table.currentIndex()
    if not index.isValid() or COLUMNS[index.column()].is_text or not COLUMNS[index.column()].editable:
        return False
    triggers, by_key = table.editTriggers(), QAbstractItemView.EditTrigger.AnyKeyPressed
    table.setEditTriggers(triggers | by_key)
    opened: bool = table.edit(index, by_key, event)
    table.setEditTriggers(triggers)
    return opened


def _leave(table: LoanTableView, *, forward: bool) -> None:
    """Give the focus to the next or previous part of the window.

    Tab itself goes from cell to cell, as in a spreadsheet, and Qt lets nobody out while it does.
    """
    table.setTabKeyNavigation(False)
    table.focusNextPrevChild(forward)
    table.setTabKeyNavigation(True)
