"""How much total loss differs path by path, as bars: better on one side of 0, worse on the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.plots.steps import nice_step, nice_top
from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from cascade_gui.theme import Tokens
    from engine.base.types import Floats

_BARS: Final = 24
_TOP: Final = 58
_BOTTOM: Final = 24
_LEFT: Final = 40
_RIGHT: Final = 40
_TICK_PIXELS: Final = 90


class DifferencesPicture(QWidget):
    """Draws in how many paths total loss is by how much smaller or larger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_differences")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Difference of total loss, path by path"))
        self._tokens: Tokens | None = None
        self._same = 0.0
        self._same_count = 0
        self._edges: Floats = np.zeros(0)
        self._counts: Floats = np.zeros(0)

    @property
    def bars(self) -> tuple[Floats, Floats]:
        """The edges of the bars, USD, and how many paths stand in each."""
        return self._edges, self._counts

    def sizeHint(self) -> QSize:
        """Return a size at which bars can be told apart."""
        return QSize(360, 190)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which it says anything."""
        return QSize(240, 150)

    def show_differences(self, differences: Floats, same: float) -> None:
        """Draw other differences, after less before.

        Parameters
        ----------
        differences
            (P,) USD.
        same
            Those that are no larger are the same and are counted in words.
        """
        drawn = differences[np.abs(differences) > same]
        self._same, self._same_count = same, len(differences) - len(drawn)
        self._edges, self._counts = np.zeros(0), np.zeros(0)
        if len(drawn):
            low, high = min(float(drawn.min()), 0.0), max(float(drawn.max()), 0.0)
            step = nice_step(high - low, _BARS)
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            self._edges = step * np.arange(first, last + 1, dtype=np.float64)
            self._counts = np.histogram(drawn, self._edges)[0].astype(np.float64)
        self.setAccessibleDescription(
            self.tr("{0} smaller, {1} larger, {2} the same").format(
                int((drawn < 0).sum()), int((drawn > 0).sum()), self._same_count
            )
        )
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the titles, the axes and the bars."""
        tokens = self._tokens
        if tokens is None:
            return
        painter = QPainter(self)
        bold = font(SIZES.text)
        bold.setWeight(bold.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(0, 16), self.tr("Difference, path by path"))
        painter.setFont(font(SIZES.secondary))
        painter.setPen(QColor(tokens.secondary))
        told = self.tr("paths by total loss, proposal less today; the same to {0} in {1}: not drawn").format(
            numbers.money(self._same), numbers.count(self._same_count)
        )
        width = painter.fontMetrics().horizontalAdvance(told)
        text = told if width <= self.width() else self.tr("proposal less today; {0} the same").format(
            numbers.count(self._same_count)
        )  # fmt: skip
        painter.drawText(QPointF(0, 34), text)
        if len(self._counts):
            self._draw_bars(painter, tokens)
        painter.end()

    def _draw_bars(self, painter: QPainter, tokens: Tokens) -> None:
        area = QRectF(_LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 40), max(self.height() - _TOP - _BOTTOM, 20))
        low, high = float(self._edges[0]), float(self._edges[-1])
        top = nice_top(float(self._counts.max()), 4)

        def across(value: float) -> float:
            return area.left() + (value - low) / (high - low) * area.width()

        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        each = max(nice_step(top, 4), 1.0)
        for number in range(int(top / each + 1e-9) + 1):
            y = area.bottom() - number * each / top * area.height()
            painter.setPen(QPen(QColor(tokens.grid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens.secondary))
            painter.drawText(QRectF(0, y - 10, _LEFT - 8, 20), right, numbers.count(number * each))
        for left, end, count in zip(
            self._edges[:-1].tolist(), self._edges[1:].tolist(), self._counts.tolist(), strict=True
        ):
            tone = tokens.green if end <= 1e-9 * (high - low) else tokens.vermilion
            height = count / top * area.height()
            bar = QRectF(across(left) + 0.5, area.bottom() - height, across(end) - across(left) - 1.0, height)
            painter.fillRect(bar, QColor(tone))
        zero = across(0.0)
        painter.setPen(QPen(QColor(tokens.text), 1))
        painter.drawLine(QPointF(zero, area.top() - 14), QPointF(zero, area.bottom()))
        if low < 0.0:
            painter.setPen(QColor(tokens.green))
            painter.drawText(QRectF(zero - 86, area.top() - 22, 80, 18), right, self.tr("better"))
        if high > 0.0:
            painter.setPen(QColor(tokens.vermilion))
            painter.drawText(QPointF(zero + 6, area.top() - 8), self.tr("worse"))
        self._draw_ticks(painter, tokens, area, low, high)

    def _draw_ticks(self, painter: QPainter, tokens: Tokens, area: QRectF, low: float, high: float) -> None:
        step = nice_step(high - low, max(2, int(area.width() / _TICK_PIXELS)))
        painter.setPen(QColor(tokens.secondary))
        for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
            x = area.left() + (number * step - low) / (high - low) * area.width()
            place = QRectF(x - 50, area.bottom() + 4, 100, 18)
            sign = "+" if number > 0 else ""
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, sign + numbers.money(number * step))
