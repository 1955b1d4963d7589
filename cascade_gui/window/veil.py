"""Marks parts of the window that show an older round than the others, until they have caught up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cascade_gui.theme import tokens

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_AROUND = 16
"""Pixels around the words that are not seen through."""
_OPACITY = 0.8
"""Of the veil: what lies under it is seen to be there, and is not read."""


class Veil(QWidget):
    """Lies over a part of the window and says what it waits for; hidden while there is nothing to wait for.

    Parameters
    ----------
    over
        The part, which goes on to take clicks and keys.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tokens: Tokens = tokens(dark=True)
        self._over = over
        self._text = ""
        self.hide()
        over.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says, empty while it is hidden."""
        return self._text

    def say(self, text: str) -> None:
        """Lie over the part and say this; no text takes the veil away."""
        self._text = text
        if text:
            self.setGeometry(self._over.rect())
            self.raise_()
        self.setVisible(bool(text))
        self.update()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the part."""
        if event.type() is QEvent.Type.Resize and self._text:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the veil and the words."""
        painter = QPainter(self)
        veil = QColor(self._tokens.background)
        veil.setAlphaF(_OPACITY)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QColor(self._tokens.secondary))
        # The part may say something in its middle too.
        words = painter.boundingRect(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        around = words.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        around.setWidth(max(around.width(), self.width() - 2 * _AROUND))
        around.moveCenter(self.rect().center())
        painter.fillRect(around, QColor(self._tokens.background))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
