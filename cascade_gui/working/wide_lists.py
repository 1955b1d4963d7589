"""Lists of choices that show their longest entry, however narrow the box is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_AROUND: Final = 48
"""Pixels that a list needs beside its texts: margins, frame, scroll bar."""
_WIDEST: Final = 640
"""A list is no wider than this, so that it fits beside its box on the smallest screen."""


class ElidedBox(QComboBox):
    """A combo box whose text ends in dots where it has no room, and is not cut within a letter."""

    def shown_text(self) -> str:
        """Return what stands in the box."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return self._fitted(option)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box as its style does, with a text that fits."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        drawn: Any = option  # the stubs know fewer fields than there are
        drawn.currentText = self._fitted(option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _fitted(self, option: QStyleOptionComboBox) -> str:
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width()
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)


class WideListBox(ElidedBox):
    """A combo box whose list is as wide as its longest entry."""

    def showPopup(self) -> None:
        """Open the list, wide enough for its texts."""
        metrics = self.view().fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=0)
        self.view().setMinimumWidth(min(_WIDEST, longest + _AROUND))
        super().showPopup()
