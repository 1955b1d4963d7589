"""A message that shows for some seconds over the window and moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens

_SHOWN_MS: Final = 6000
_ABOVE_BOTTOM: Final = 24


class Toast(QLabel):
    """The window's messages, one at a time.

    Parameters
    ----------
    tokens
        The colours.
    over
        The widget at whose lower edge it appears.
    """

    def __init__(self, tokens: Tokens, over: QWidget) -> None:
        super().__init__(over.window())
        self.setObjectName("message")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = over
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.apply_theme(tokens)
        self.hide()
        over.installEventFilter(self)

    def say(self, text: str) -> None:
        """Show a message in the place of the one before."""
        self.setText(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def end(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self.hide()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self.setStyleSheet(
            f"QLabel {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.line};"
            " border-radius: 6px; padding: 8px 14px; }"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        over, window = self._over, self.window()
        self.setMaximumWidth(max(200, over.width() - 48))
        self.setWordWrap(self.sizeHint().width() > self.maximumWidth())
        self.adjustSize()
        corner = over.mapTo(window, over.rect().bottomLeft())
        left = corner.x() + (over.width() - self.width()) // 2
        self.move(left, corner.y() - self.height() - _ABOVE_BOTTOM)
