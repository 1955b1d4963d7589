"""The menus of the table: of its cells, and of its columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from cascade_gui.loan_table.columns import COLUMNS, long_title

if TYPE_CHECKING:
    from cascade_gui.loan_table.view import LoanTableView


def cell_menu(view: LoanTableView) -> QMenu:
    """Return the menu of the selected cells, with what can be done to them."""
    menu = _menu(view, _tr("Cells"))
    can = view.abilities
    standard = QKeySequence.StandardKey
    for text, key, slot, possible in (
        (_tr("Cut"), standard.Cut, view.cut, can.change),
        (_tr("Copy"), standard.Copy, view.copy, can.copy),
        (_tr("Copy with the names of columns"), "Ctrl+Shift+C", partial(view.copy, with_names=True), can.copy),
        (_tr("Paste"), standard.Paste, view.paste, can.paste),
        (_tr("Fill down"), "Ctrl+D", view.fill_down, can.change),
        (_tr("Clear"), "Del", view.clear, can.change),
        (_tr("Insert rows"), "Ctrl++", view.insert_rows, True),
        (_tr("Delete rows"), "Ctrl+-", view.delete_rows, can.delete_rows),
    ):
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(key))  # only shown: the keys are the window's and the table's own
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, slot=slot: slot())
        action.setEnabled(possible)
    return menu


def column_menu(view: LoanTableView) -> QMenu:
    """Return the menu that shows and hides columns and row numbers; the last visible column stays."""
    menu = _menu(view, _tr("Columns"))
    alone = len(view.visible_columns()) == 1
    for at, column in enumerate(COLUMNS):
        shown = not view.isColumnHidden(at)
        action = _switch(menu, long_title(column.key), on=shown)
        action.setEnabled(not (shown and alone))
        action.setData(at)
    menu.addSeparator()
    _switch(menu, _tr("Row numbers"), on=not view.verticalHeader().isHidden())
    menu.triggered.connect(view.column_chosen)
    return menu


def _menu(view: LoanTableView, name: str) -> QMenu:
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(name)
    return menu


def _switch(menu: QMenu, text: str, *, on: bool) -> QAction:
    action = QAction(text, menu)
    action.setCheckable(True)
    action.setChecked(on)
    menu.addAction(action)
    return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
