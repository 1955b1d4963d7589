"""Cells of an answer's table that say what becomes of an account: a tag in its colour, a health below 1 in red."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cascade_gui.studies.columns_model import COLUMN, VALUE
from cascade_gui.theme import tokens
from engine.studies.affected_accounts import LIQUIDATABLE, NEAR

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

Index = QModelIndex | QPersistentModelIndex

STATUS: Final = "status"
"""The column that holds tags."""
_TONES: Final = {LIQUIDATABLE: "vermilion", NEAR: "amber"}
"""Tags by what they say; others are plain words."""
_HEALTH: Final = ("health.before", "health.after")
_PALE: Final = 0.12
"""How much of its colour is behind a tag: its word keeps a contrast of 4.5 on that."""
_AROUND: Final = 7
"""Pixels of a tag beside its word."""
_APART: Final = 8
_MARGIN: Final = 6
_HALF: Final = 128


class TagCells(QStyledItemDelegate):
    """Draws tags as pills and a health below 1 in the colour of losses; all other cells as they are."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Give a health below 1 its colour, and leave the words of tags to `paint`."""
        super().initStyleOption(option, index)
        drawn: Any = option  # the stubs know fewer fields than there are
        name = str(index.data(COLUMN))
        if name == STATUS:
            drawn.text = ""
        elif name in _HEALTH and float(index.data(VALUE)) < 1.0:
            colour = QColor(_tokens(drawn.palette).vermilion)
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                drawn.palette.setColor(role, colour)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; tags on top of what marks the row as chosen."""
        super().paint(painter, option, index)
        if index.data(COLUMN) != STATUS:
            return
        drawn: Any = option
        colours = _tokens(drawn.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = float(drawn.rect.left() + _MARGIN)
        for word in _words(index):
            wide = drawn.fontMetrics.horizontalAdvance(word)
            box = QRectF(left, drawn.rect.top() + 4, wide + 2 * _AROUND, drawn.rect.height() - 8)
            tone = _TONES.get(word)
            if tone is not None:
                pale = QColor(getattr(colours, tone))
                pale.setAlphaF(_PALE)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pale)
                painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            is_chosen = bool(drawn.state & QStyle.StateFlag.State_Selected)
            # On the colour of a selection only the text's own stands out enough; the pill stays.
            painter.setPen(QColor(colours.text if is_chosen else getattr(colours, tone or "secondary")))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)
            left = box.right() + _APART
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room that tags take beside their words."""
        size = super().sizeHint(option, index)
        if index.data(COLUMN) == STATUS:
            drawn: Any = option
            widths = [drawn.fontMetrics.horizontalAdvance(word) + 2 * _AROUND + _APART for word in _words(index)]
            size.setWidth(sum(widths) + 2 * _MARGIN)
        return size


def _words(index: Index) -> list[str]:
    return str(index.data(Qt.ItemDataRole.DisplayRole)).split(", ")


def _tokens(palette: QPalette) -> Tokens:
    """Return the colours of the scheme that a widget is drawn in."""
    return tokens(dark=palette.color(QPalette.ColorRole.Base).lightness() < _HALF)
