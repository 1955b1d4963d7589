"""How cells are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cascade_gui.loan_table.columns import COLUMNS, Kind, long_title

if TYPE_CHECKING:
    from cascade_gui.loan_table.model import LoanTableModel
from cascade_gui.loan_table.painting import ALIGNMENTS

Index = QModelIndex | QPersistentModelIndex


class LoanDelegate(QStyledItemDelegate):
    """Edits in a line that completes known names. Cells are drawn by `cascade_gui.loan_table.painting`."""

    def __init__(self, model: LoanTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type into; names of assets and markets are completed while they are typed."""
        shape = COLUMNS[index.column()]
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag(ALIGNMENTS[index.column()]))
        editor.setAccessibleName(long_title(shape.key))
        if shape.kind is Kind.NAME:
            completer = QCompleter(list(self._model.editor.names.of_column(shape.key)), editor)
            completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            editor.setCompleter(completer)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the full text of the cell into the line."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Take what was typed, unless nothing was."""
        if isinstance(editor, QLineEdit) and editor.text() != index.data(Qt.ItemDataRole.EditRole):
            self._model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Let the line cover its cell."""
        editor.setGeometry(option.rect)
