"""Cells of small tables that are typed into as a line of text, and copied as a spreadsheet reads them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex


class CellLineDelegate(QStyledItemDelegate):
    """Opens a line to type into; what was not changed is not put back."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type into."""
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(f"{index.sibling(index.row(), 0).data()}, {heading}")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the cell's text into the line, once: what is typed or selected in it stays while cells change."""
        assert isinstance(editor, QLineEdit)
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if not editor.isModified() and editor.text() != text:
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Take what was typed, unless nothing was."""
        assert isinstance(editor, QLineEdit)
        if editor.text() != str(index.data(Qt.ItemDataRole.EditRole)):
            model.setData(index, editor.text())


def quoted(cell: str) -> str:
    """Return a cell as it stands in a block of cells: in quotation marks where it must be."""
    if cell.startswith('"') or any(mark in cell for mark in "\t\n\r"):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def selected_lines(view: QAbstractItemView, values: range) -> list[str]:
    """Return the selected cells as lines of a spreadsheet's block, in the rectangle that holds all of them.

    Parameters
    ----------
    view
        The table.
    values
        The columns that are written with all digits, as an editor shows them.
    """
    cells = {(at.row(), at.column()): at for at in view.selectedIndexes()}
    rows, columns = (sorted({cell[part] for cell in cells}) for part in (0, 1))
    lines = []
    for row in rows:
        texts = []
        for column in columns:
            role = Qt.ItemDataRole.EditRole if column in values else Qt.ItemDataRole.DisplayRole
            at = cells.get((row, column))
            texts.append("" if at is None else quoted(str(at.data(role) or "")))
        lines.append("\t".join(texts))
    return lines
