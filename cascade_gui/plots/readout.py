"""What stands under the mouse, in words, in the title row of a plot."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPaintEvent

_MARGIN: Final = 12
_LONGEST: Final = 80
"""So many letters stand in a line at the mouse."""


class Readout(QLabel):
    """Words that take what room the title leaves; where it is too little, all of them stand at the mouse.

    Parameters
    ----------
    over
        What the mouse is over.

    Attributes
    ----------
    pointed
        Where in the plot's scene the mouse is, None where it is elsewhere.
    """

    pointed: QPointF | None = None

    def __init__(self, over: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = over
        self._cut = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "secondary")
        self.setContentsMargins(_MARGIN, 0, 0, 0)
        # It takes what room there is and asks for none.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> bool:
        """Show a text, none to take it away; return whether there is one now where there was none, or none any more."""
        turned = bool(text) is not bool(self.text())
        self.setText(text)
        return turned

    def wanted_width(self) -> int:
        """Return how much room the whole text takes, in pixels."""
        return self.fontMetrics().horizontalAdvance(self.text()) + _MARGIN

    def show_whole(self) -> None:
        """Let what is cut off stand at the mouse; for when the title row has been arranged.

        By hand: a view of graphics asks its items for their tips, and never shows its own.
        """
        text, was = self.text(), self._cut
        self._cut = bool(text) and self.width() < self.wanted_width()
        if self._cut and self.pointed is not None:
            place = self._over.mapToGlobal(self.pointed.toPoint())
            QToolTip.showText(place, plain_tip(textwrap.fill(text, _LONGEST)), self._over)
        elif was:
            QToolTip.hideText()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, unless they stand at the mouse: half of a word says nothing."""
        if not self._cut:
            super().paintEvent(event)
