"""How cells are drawn and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QCompleter, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cascade_gui.loan_table import live
from cascade_gui.loan_table.columns import COLUMNS, Kind, long_title
from cascade_gui.theme.tokens import DARK, SIZES, Tokens

if TYPE_CHECKING:
    from cascade_gui.loan_table.model import LoanTableModel

Index = QModelIndex | QPersistentModelIndex

_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_FOCUSED: Final = QStyle.StateFlag.State_HasFocus.value
_PADDING: Final = 8
_STATUS: Final = next(at for at, column in enumerate(COLUMNS) if column.kind is Kind.STATUS)
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ALIGNMENTS: Final = tuple(_LEFT if column.is_text else _RIGHT for column in COLUMNS)


class LoanDelegate(QStyledItemDelegate):
    """Draws text, the pill of the status and the mark of wrong cells; edits in a line with known names completed.

    It asks the model directly rather than role by role: a page of cells is drawn in a few milliseconds.
    """

    def __init__(self, model: LoanTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.apply_theme(DARK)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._text = QColor(tokens.text)
        self._quiet = QColor(tokens.secondary)
        self._loss = QColor(tokens.vermilion)
        self._loss_tint = QColor(tokens.vermilion_tint)
        self._selection = QColor(tokens.selection)
        self._accent = QColor(tokens.accent)
        vermilion = (QColor(tokens.vermilion), QColor(tokens.vermilion_tint))
        amber = (QColor(tokens.amber), QColor(tokens.amber_tint))
        self._pills = {
            live.HEALTHY: (QColor(tokens.green), QColor(tokens.green_tint)),
            live.WAITING: amber,
            live.PARTLY: amber,
            live.LIQUIDATED: vermilion,
            live.BAD_DEBT: (QColor(tokens.panel), QColor(tokens.vermilion)),
        }

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model, column = self._model, index.column()
        row = model.store_row(index.row())
        rect: QRect = option.rect
        state = option.state.value
        wrong = COLUMNS[column].editable and model.cells.fault(row, COLUMNS[column].key)
        if state & _SELECTED:
            painter.fillRect(rect, self._selection)
        elif wrong:
            painter.fillRect(rect, self._loss_tint)
        if column == _STATUS:
            self._paint_pill(painter, option, row)
        else:
            text = model.cells.text(row, column)
            if text:
                painter.setPen(self._loss if wrong else self._colour(row, column))
                inside = rect.adjusted(_PADDING, 0, -_PADDING, 0)
                metrics: QFontMetrics = option.fontMetrics
                if len(text) * 12 > inside.width():
                    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
                painter.drawText(inside, _ALIGNMENTS[column], text)
        if wrong:
            painter.setPen(self._loss)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        if state & _FOCUSED:
            painter.setPen(self._accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _colour(self, row: int, column: int) -> QColor:
        kind = COLUMNS[column].kind
        if kind is Kind.USD:
            return self._quiet
        if kind is Kind.HEALTH and self._model.live.number(row, "health") < 1:
            return self._loss
        return self._text

    def _paint_pill(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        text = self._model.cells.text(row, _STATUS)
        if not text:
            return
        rect: QRect = option.rect
        state = self._model.live.status(row)[0]
        font = QFont(option.font)
        font.setPixelSize(SIZES.secondary)
        painter.save()
        painter.setFont(font)
        metrics = QFontMetrics(font)
        if state in self._pills:
            colour, fill = self._pills[state]
            width = min(metrics.horizontalAdvance(text) + 16, rect.width() - 8)
            pill = QRectF(rect.left() + 4, rect.center().y() - 8.5, width, 18)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(pill, 9, 9)
            painter.setPen(colour)
            inside = pill.adjusted(8, 0, -6, 0)
        else:
            painter.setPen(self._quiet)
            inside = QRectF(rect).adjusted(_PADDING + 4, 0, -4, 0)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(inside.width()) + 1)
        painter.drawText(inside, _LEFT, text)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type into; names of assets and markets are completed while they are typed."""
        shape = COLUMNS[index.column()]
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(_ALIGNMENTS[index.column()])
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
