"""What the loan book says, over the lower edge of its rows: it moves none of them, and clicks go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from cascade_gui.theme import SIZES

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_ABOVE_BOTTOM: Final = 22
"""Above the bar that scrolls sideways."""


class OverMessage(QLabel):
    """One message over a part of the window. Hidden while there is nothing to say.

    Parameters
    ----------
    name
        Its object name.
    over
        What it lies over, at the lower left corner.
    """

    def __init__(self, name: str, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = over
        self.hide()
        over.installEventFilter(self)

    def say(self, text: str) -> None:
        """Show a text, or hide for none."""
        self.setText(text)
        self.setVisible(bool(text))
        self._place()
        self.raise_()

    def apply_colours(self, tokens: Tokens, color: str) -> None:
        """Take the colours of a scheme, and one of it for the text."""
        self.setStyleSheet(
            f"QLabel {{ background: {tokens.raised}; color: {color}; border: 1px solid {tokens.line};"
            " border-radius: 6px; padding: 6px 12px; }"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge."""
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = max(1, self._over.width() - 2 * SIZES.padding)
        self.setWordWrap(False)
        wanted = self.sizeHint()
        self.setWordWrap(wanted.width() > room)
        width = min(wanted.width(), room)
        height = self.heightForWidth(width) if self.wordWrap() else wanted.height()
        self.setGeometry(SIZES.padding, self._over.height() - height - _ABOVE_BOTTOM, width, height)
