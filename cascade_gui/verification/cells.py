"""How the cells of the verification are drawn: colours by what they say, a sign beside the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from cascade_gui.theme import SIZES, font, icon
from cascade_gui.verification.cases_model import GOOD, HEAD, LOSS, SECONDARY, TONE, VERDICT

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_SIGNS = {GOOD: ("check", "green"), LOSS: ("warning", "vermilion")}


class CaseCells(QStyledItemDelegate):
    """Draws the cells; the words say what the colours do.

    Parameters
    ----------
    tokens
        The colours; set others when the scheme changes.
    """

    def __init__(self, tokens: Tokens, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Give the cell its colour and its sign."""
        super().initStyleOption(option, index)
        tone = index.data(TONE)
        colours = {
            HEAD: self.tokens.text,
            SECONDARY: self.tokens.secondary,
            GOOD: self.tokens.green,
            LOSS: self.tokens.vermilion,
        }
        colour = colours.get(tone, self.tokens.text)
        palette = option.palette
        palette.setColor(QPalette.ColorRole.Text, colour)
        # on the colour of a selection only the text's own stands out enough; word and sign stay
        palette.setColor(QPalette.ColorRole.HighlightedText, self.tokens.text)
        option.palette = palette
        if tone == HEAD:
            option.font = font(SIZES.text, QFont.Weight.DemiBold)
        if index.column() == VERDICT and tone in _SIGNS and index.parent().isValid():
            name, role_name = _SIGNS[tone]
            option.icon = icon(name, self.tokens, role_name)
            option.decorationSize = QSize(14, 14)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a table's row; a group's has air above it."""
        size = super().sizeHint(option, index)
        size.setHeight(SIZES.table_row + (8 if index.data(TONE) == HEAD else 0))
        return size
