"""How cells are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cascade_gui.loan_table.columns import COLUMNS, Kind, long_title

if TYPE_CHECKING:
    from cascade_gui.loan_table.model import LoanTableModel
from cascade_gui.loan_table.painting import ALIGNMENTS

Index = QModelIndex | QPersistentModelIndex


class LoanDelegate(QStyledItemDelegate):
    """Edits in a line that completes known names, and a category in a list of those that the market has.

    Cells are drawn by `cascade_gui.loan_table.painting`.
    """

    def __init__(self, model: LoanTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type into; names of assets and markets are completed while they are typed.

        A category is chosen from a list, which is opened at once; of a market without any it is typed.
        """
        shape = COLUMNS[index.column()]
        if shape.key == "category" and (categories := self._categories(index)):
            return self._category_list(parent, categories)
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
        """Put the full text of the cell into the line, or choose it in the list."""
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if isinstance(editor, QComboBox):
            if editor.findData(text) < 0:
                editor.addItem(text, text)
            editor.setCurrentIndex(editor.findData(text))
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Take what was typed or chosen, unless nothing was."""
        text = editor.currentData() if isinstance(editor, QComboBox) else None
        typed = False
        if isinstance(editor, QLineEdit):
            text, typed = editor.text(), editor.isModified()
        if text is not None and (text != index.data(Qt.ItemDataRole.EditRole) or (typed and self._was_not_read(index))):
            self._model.setData(index, text)

    def _was_not_read(self, index: Index) -> bool:
        """Whether a cell holds a text that was no value: typed again it may be one, as it is read anew."""
        row, column = self._model.store_row(index.row()), COLUMNS[index.column()].key
        return self._model.store.bad_text(row, column) is not None

    def _categories(self, index: Index) -> list[str]:
        """Return the categories of the market that a row names."""
        market = self._model.store.value(self._model.store_row(index.row()), "market")
        return list(self._model.editor.names.categories.get(str(market), ()))

    def _category_list(self, parent: QWidget, categories: list[str]) -> QComboBox:
        editor = QComboBox(parent)
        editor.setFrame(False)
        editor.setAccessibleName(long_title("category"))
        editor.addItem(self.tr("none"), "")
        for name in categories:
            editor.addItem(name, name)
        editor.activated.connect(lambda: self._chosen(editor))
        QTimer.singleShot(0, editor, editor.showPopup)
        return editor

    def _chosen(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Let the line cover its cell."""
        editor.setGeometry(option.rect)
