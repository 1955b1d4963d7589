"""Lists of choices that show their longest entry, however narrow the box is."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox

_AROUND: Final = 48
"""Pixels that a list needs beside its texts: margins, frame, scroll bar."""
_WIDEST: Final = 640
"""A list is no wider than this, so that it fits beside its box on the smallest screen."""


class WideListBox(QComboBox):
    """A combo box whose list is as wide as its longest entry."""

    def showPopup(self) -> None:
        """Open the list, wide enough for its texts."""
        metrics = self.view().fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=0)
        self.view().setMinimumWidth(min(_WIDEST, longest + _AROUND))
        super().showPopup()
