"""Texts of one font that are laid out once: most of what is drawn is the same from one picture to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStaticText, QTransform

if TYPE_CHECKING:
    from PySide6.QtCore import QSizeF

_MOST: Final = 200
"""More texts than a plot shows at once."""


class LaidOutTexts:
    """Texts that are laid out in one font.

    Laying a text out takes longer than drawing it once: it is for those that are drawn again and again.

    Parameters
    ----------
    font
        The font of all of them.
    most
        How many are kept. Beyond it all are forgotten: numbers that change with every round are not kept for ever.
    """

    def __init__(self, font: QFont, most: int = _MOST) -> None:
        self.font = QFont(font)
        self._most = most
        self._texts: dict[str, QStaticText] = {}

    def __getitem__(self, text: str) -> QStaticText:
        """Return a text to draw with `QPainter.drawStaticText`, while the painter has this font."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= self._most:
                self._texts.clear()
            found = self._texts[text] = QStaticText(text)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            found.prepare(QTransform(), self.font)
        return found

    def size(self, text: str) -> QSizeF:
        """Return the width and the height of a text, in pixels."""
        return self[text].size()
