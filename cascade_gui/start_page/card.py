"""What can be chosen on the start page: a button that is drawn as a whole, with a frame while it has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from cascade_gui.theme import SIZES, tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent

    from cascade_gui.theme import Tokens

AROUND: Final = 8
"""Pixels between what a card shows and its edge, where the frame is."""
_PRESSES: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MOVES: Final = frozenset(
    {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
)
_WRAPPED: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Card(QAbstractButton):
    """A card: pressed by a click, Enter or Space. Arrows, Home and End are left to what holds it.

    Parameters
    ----------
    name, description
        What screen readers say.
    """

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.tokens: Tokens = tokens(dark=True)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self.tokens = colours
        self.update()

    def paint(self, painter: QPainter, inside: QRectF) -> None:
        """Draw what the card shows."""
        raise NotImplementedError

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the card, lighter under the mouse and in a frame while it has the keys."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isDown() or self.underMouse():
            painter.setBrush(QColor(self.tokens.pressed if self.isDown() else self.tokens.hover))
            painter.drawRoundedRect(whole, SIZES.radius, SIZES.radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.tokens.accent), 2))
            painter.drawRoundedRect(whole, SIZES.radius, SIZES.radius)
        self.paint(painter, QRectF(self.rect()).adjusted(AROUND, AROUND, -AROUND, -AROUND))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too; leave the keys that move to what holds the card."""
        if event.key() in _PRESSES:
            self.click()
        elif event.key() in _MOVES:
            event.ignore()
        else:
            super().keyPressEvent(event)


def height_of(text: str, used: QFont, width: float) -> float:
    """Return how high a text is in lines of this width, in pixels."""
    if not text:
        return 0.0
    return float(QFontMetricsF(used).boundingRect(QRectF(0, 0, width, 10_000), int(_WRAPPED), text).height())


def draw_text(painter: QPainter, area: QRectF, text: str, used: QFont, colour: str) -> None:
    """Draw a text in lines from the upper left corner of an area on."""
    painter.setFont(used)
    painter.setPen(QColor(colour))
    painter.drawText(area, int(_WRAPPED), text)
