"""A small picture of a liquidity curve: the price after a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers
from engine.market.shape import depth_at, price_factor

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from cascade_gui.theme import Tokens
    from engine.scenario.schema import Liquidity

_POINTS: Final = 120
_DEEPEST: Final = 0.5
_ROOM: Final = 18


class CurvePicture(QWidget):
    """Draws what is left of the price after a sale of so many USD, down to half the price."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens | None = None
        self._liquidity: Liquidity | None = None
        self._usd = np.empty(0)
        self._left = np.empty(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName("curve_picture")
        self.setAccessibleName(self.tr("Price after a sale"))

    def sizeHint(self) -> QSize:
        """Return the size of the design."""
        return QSize(268, 96)

    def show_curve(self, liquidity: Liquidity) -> None:
        """Draw another curve; the same one again costs nothing."""
        if liquidity == self._liquidity:
            return
        before, self._liquidity = self._liquidity, liquidity
        depth = {"depth_multiplier": liquidity.depth_multiplier}
        if before is not None and before.model_copy(update=depth) == liquidity:
            # Another depth stretches the curve and changes nothing else of it.
            self._usd = self._usd * (liquidity.depth_multiplier / before.depth_multiplier)
        else:
            self._usd, self._left = _sampled(liquidity)
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, the curve and what it says at its ends."""
        tokens = self._tokens
        if tokens is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), SIZES.radius, SIZES.radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font(SIZES.section))
        painter.setPen(QColor(tokens.secondary))
        inner = QRectF(self.rect()).adjusted(10, 8, -10, -6)
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, right | Qt.AlignmentFlag.AlignTop, self.tr("price after a sale"))
        if len(self._usd) == 0:
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, self.tr("a sale does not move the price"))
            return
        bottom = Qt.AlignmentFlag.AlignBottom
        fall = numbers.percent_short(float(self._left[-1]) - 1)
        painter.drawText(inner, right | bottom, f"{numbers.money(float(self._usd[-1]))}  {fall}")
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | bottom, "$0")
        area = inner.adjusted(0, _ROOM / 2, 0, -_ROOM)
        span = max(1.0 - float(self._left.min()), 1e-9)
        across = area.left() + self._usd / self._usd[-1] * area.width()
        down = area.top() + (1.0 - self._left) / span * area.height()
        line = QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)])
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawPolyline(line)


def _sampled(liquidity: Liquidity) -> tuple[np.ndarray, np.ndarray]:
    """Return sales in USD and the share of the price left after each; empty for infinite liquidity."""
    if liquidity.model == "infinite":
        return np.empty(0), np.empty(0)
    deepest = depth_at(liquidity, _DEEPEST)
    if not np.isfinite(deepest):  # a floor above half the price
        deepest = depth_at(liquidity, 0.02) * 50.0
    usd = np.linspace(0.0, deepest if np.isfinite(deepest) else 1e9, _POINTS)
    return usd, price_factor(liquidity, usd)
