"""Labels whose texts change many times a second.

Each new text of an ordinary label lets every layout above it, up to the window's, be worked out anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

PARTED: Final = " · "
"""What stands between the parts of a line."""
_STEP: Final = 24
"""Widths are whole numbers of this many pixels."""
_SLACK: Final = 4
"""A text may leave so many steps free before the label shrinks."""


class SteadyLabel(QLabel):
    """A label that keeps its size while its text fits: Qt asks no layout about a widget of one fixed size.

    Parameters
    ----------
    *given
        Text and parent, as `QLabel` takes them.
    is_rich
        Whether its texts are markup; they hold no names.
    """

    def __init__(self, *given: Any, is_rich: bool = False) -> None:
        super().__init__(*given)
        self.setTextFormat(Qt.TextFormat.RichText if is_rich else Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show another text."""
        if text == self.text():
            return
        super().setText(text)
        needed = self.sizeHint()
        steps, most = -(-needed.width() // _STEP), self.maximumWidth() // _STEP
        if not most - _SLACK <= steps <= most or needed.height() > self.maximumHeight():
            self.setFixedSize(steps * _STEP, max(needed.height(), self.minimumHeight()))


class FillingLabel(QWidget):
    """A label that takes the room that a layout gives it, whatever its text is.

    Attributes
    ----------
    label
        The label itself.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = plain_label(parent=self)
        self._text = self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, text: str, short: str = "") -> None:
        """Show a text of parts with dots in between; the last ones are left out where they would be cut.

        Parameters
        ----------
        text
            The parts.
        short
            What is shown where not even the first part has room, if that has.
        """
        self._text, self._short = text, short
        self._write()

    def sizeHint(self) -> QSize:
        """Return the height of a line; the width is the layout's business."""
        return QSize(1, self.label.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the room."""
        super().resizeEvent(event)
        self.label.resize(event.size())
        self._write()

    def showEvent(self, event: QShowEvent) -> None:
        """Leave out what has no room, which is not known before."""
        super().showEvent(event)
        self._write()

    def _write(self) -> None:
        parts = self._text.split(PARTED)
        advance = self.label.fontMetrics().horizontalAdvance
        while self.isVisible() and len(parts) > 1 and advance(PARTED.join(parts)) > self.width():
            parts.pop()
        text = PARTED.join(parts)
        if self.isVisible() and advance(text) > self.width():
            text = self._short if advance(self._short) <= self.width() else ""
        self.label.setText(text)
