"""What the scenario is called and what is done to it, in a room that does not change with the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SHARE: Final = 0.27
"""The part of a narrow window's width that it gets."""
_OTHERS: Final = 1020
"""What buttons and the engine's state need beside it; a wide window leaves it all the rest, up to the most."""
_LEAST, _MOST = 180, 560
_NAME_SHARE: Final = 0.62
"""The part of its own width that the name may take where both texts are long."""
_GAP: Final = 12
_EDGE: Final = 6


class Caption(QWidget):
    """Two texts side by side, each cut where its room ends; the tip has both in full.

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
        self.name, self.subtitle = QLabel(self), QLabel(self)
        self.name.setProperty("role", "title")
        self.subtitle.setProperty("role", "secondary")
        for label in (self.name, self.subtitle):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.fit(0)

    def set_texts(self, name: str, subtitle: str) -> None:
        """Show a name and what is done to it."""
        self._texts = (name, subtitle)
        self.setToolTip("\n".join(text for text in self._texts if text))
        self.setAccessibleName(", ".join(text for text in self._texts if text))
        self._place()

    def fit(self, width: int) -> None:
        """Take the room that belongs to a window of this width, in pixels."""
        self.setFixedWidth(min(_MOST, max(_LEAST, round(width * _SHARE), width - _OTHERS)))

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's
        return QSize(self.width(), self.name.fontMetrics().height() + 4)

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
        most = room if not beside else max(round(_NAME_SHARE * room), room - _GAP - beside)
        width = min(needed, most)
        left = width + _GAP
        self._write(self.name, name, 0, width)
        self._write(self.subtitle, subtitle, left, max(0, room - left))

    def _write(self, label: QLabel, text: str, left: int, width: int) -> None:
        label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
        label.setGeometry(left, 0, width, self.height())
