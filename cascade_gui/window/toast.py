"""A message that shows for some seconds over the window and moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer

from cascade_gui.working.over_edge import OverEdge

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Tokens

_SHOWN_MS: Final = 6000
_ROUND_ABOUT: Final = 24


class Toast(OverEdge):
    """The window's messages, one at a time.

    Parameters
    ----------
    tokens
        The colours.
    over
        The widget at whose lower edge it appears.
    """

    def __init__(self, tokens: Tokens, over: QWidget) -> None:
        super().__init__(
            "message", over, above=_ROUND_ABOUT, beside=_ROUND_ABOUT, at=Qt.AlignmentFlag.AlignHCenter,
            parent=over.window(),
        )  # fmt: skip
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.apply_theme(tokens)

    def say(self, text: str) -> None:
        """Show a message in the place of the one before."""
        self.setText(text)
        self.appear()
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
