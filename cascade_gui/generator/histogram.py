"""A small picture of a distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Histogram(QWidget):
    """Bars of how many values lie where, with the range written below.

    Parameters
    ----------
    title
        What is counted.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._counts: npt.NDArray[np.float64] = np.empty(0)
        self._range = ("", "")
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a size at which the bars can be told apart."""
        return QSize(320, 130)

    def set_counts(self, counts: npt.NDArray[np.float64], low: str, high: str) -> None:
        """Show other bars; `low` and `high` are written under the first and the last."""
        self._counts = counts
        self._range = (low, high)
        self.setAccessibleDescription(f"{low} – {high}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, bars and range."""
        painter = QPainter(self)
        height = painter.fontMetrics().height() + 4
        palette = self.palette()
        painter.setPen(palette.placeholderText().color())
        painter.drawText(0, 0, self.width(), height, int(Qt.AlignmentFlag.AlignLeft), self._title)
        bottom = self.height() - height
        for text, side in zip(self._range, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            painter.drawText(0, bottom + 2, self.width(), height, int(side), text)
        if len(self._counts) and self._counts.max() > 0:
            width = self.width() / len(self._counts)
            scale = (bottom - height) / float(self._counts.max())
            for at, count in enumerate(self._counts.tolist()):
                bar = QRectF(at * width, bottom - count * scale, max(1.0, width - 1), count * scale)
                painter.fillRect(bar, palette.accent().color())
        painter.fillRect(QRectF(0, bottom, self.width(), 1), palette.mid().color())
        painter.end()
