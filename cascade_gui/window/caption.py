"""What the scenario is called and what is done to it, in a room that does not change with the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cascade_gui.theme.plain_text import plain_label, plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SHARE: Final = 0.27
"""The part of a narrow window's width that it gets."""
_OTHERS: Final = 1020
"""What buttons and the engine's state need beside it; a wide window leaves it all the rest, up to the most."""
_LEAST, _MOST = 180, 560
_GAP: Final = 12
_EDGE: Final = 6


class Caption(QWidget):
    """Two texts side by side, or below each other where both do not fit so; the tip has both in full.

    Attributes
    ----------
    name, subtitle
        The labels, with what fits.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._texts = ("", "")
        self.name, self.subtitle = plain_label(parent=self), plain_label(parent=self)
        self.name.setProperty("role", "title")
        self.subtitle.setProperty("role", "secondary")
        for label in (self.name, self.subtitle):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.fit(0)

    def set_texts(self, name: str, subtitle: str) -> None:
        """Show a name and what is done to it."""
        self._texts = (name, subtitle)
        self.setToolTip(plain_tip("\n".join(text for text in self._texts if text)))
        self.setAccessibleName(", ".join(text for text in self._texts if text))
        self._place()

    def fit(self, width: int) -> None:
        """Take the room that belongs to a window of this width, in pixels."""
        self.setFixedWidth(min(_MOST, max(_LEAST, round(width * _SHARE), width - _OTHERS)))

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(self.width(), self.name.fontMetrics().height() + self.subtitle.fontMetrics().height() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Cut the texts anew where the type has changed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._place()

    def _place(self) -> None:
        name, subtitle = self._texts
        room = self.width() - _EDGE
        needed = self.name.fontMetrics().horizontalAdvance(name) + 1
        beside = self.subtitle.fontMetrics().horizontalAdvance(subtitle) + 1 if subtitle else 0
        if beside and needed + _GAP + beside > room:
            lines = [label.fontMetrics().height() for label in (self.name, self.subtitle)]
            top = max(0, self.height() - sum(lines)) // 2
            self._write(self.name, name, QRect(0, top, room, lines[0]))
            self._write(self.subtitle, subtitle, QRect(0, top + lines[0], room, lines[1]))
        else:
            width = min(needed, room)
            left = width + _GAP
            self._write(self.name, name, QRect(0, 0, width, self.height()))
            self._write(self.subtitle, subtitle, QRect(left, 0, max(0, room - left), self.height()))

    def _write(self, label: QLabel, text: str, place: QRect) -> None:
        label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width()))
        label.setGeometry(place)
