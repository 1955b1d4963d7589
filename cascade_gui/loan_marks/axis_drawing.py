"""Draws the price: its axis, its way until now, the line that comes down on the marks, what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from cascade_gui.theme.fonts import font
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.loan_marks.geometry import Geometry
    from cascade_gui.loan_marks.scene import RoundScene
    from cascade_gui.loan_marks.timeline import Progress
    from cascade_gui.theme import Tokens

_TICKS: Final = 5
_WORTH_SAYING: Final = 0.012
"""A move that is a smaller share of the axis is not written beside the price."""
_STEEP: Final = 2.2
"""A fall of more rows of text than this is steep."""
_TEXT: Final = 12.0
_WHOLE_FROM: Final = 10.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("LoanMarks", text)


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours and type at a scale."""

    tokens: Tokens
    scale: float

    def font(self, pixels: float = _TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the type of so many pixels at scale 1."""
        return font(pixels * self.scale, weight)

    def pen(self, colour: str | QColor, width: float = 1.0) -> QPen:
        """Return a round pen of so many pixels at scale 1."""
        pen = QPen(QColor(colour), width * self.scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen


def ticks(low: float, high: float) -> list[float]:
    """Return about four round prices between the ends of an axis, rising."""
    step = _nice((high - low) / _TICKS)
    first = np.ceil(low / step)
    return [float(at * step) for at in np.arange(first, np.floor(high / step) + 1)]


def draw_grid(painter: QPainter, place: Geometry, ink: Ink) -> None:
    """Draw the axis of the price."""
    painter.setFont(ink.font())
    metrics = QFontMetricsF(painter.font())
    for price in ticks(place.low, place.high):
        y = place.y(price)
        if price <= 0.0 or y > place.bottom - 0.3 * metrics.height():
            continue
        painter.setPen(ink.pen(ink.tokens.grid))
        painter.drawLine(QPointF(place.trace_from, y), QPointF(place.right, y))
        painter.setPen(QColor(ink.tokens.secondary))
        room = QRectF(
            place.left, y - metrics.height(), place.trace_from - place.left - 6 * ink.scale, 2 * metrics.height()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, dollars(price))


def draw_price(painter: QPainter, place: Geometry, ink: Ink, scene: RoundScene, step: Progress) -> None:
    """Draw the way of the price, the line, and where the sales push it."""
    tokens = ink.tokens
    y_line = _between(place.y(scene.line_before), place.y(scene.line), step.fall)
    xs = place.trace(len(scene.trace))
    prices = np.concatenate([scene.trace[:1], scene.trace])
    points = [QPointF(x, place.y(price)) for x, price in zip(xs[:-1].tolist(), prices[:-1].tolist(), strict=True)]
    points.append(QPointF(place.head, y_line))
    painter.setPen(ink.pen(tokens.text, 1.6))
    painter.drawLine(QPointF(place.head, y_line), QPointF(place.right, y_line))
    y_market = _between(y_line, place.y(scene.market), step.answer)
    answers = step.answer > 0.0 and abs(scene.market - scene.line) > 1e-9 * scene.line
    if answers:
        dots = ink.pen(tokens.vermilion, 1.8)
        dots.setDashPattern([0.1, 2.6])
        painter.setPen(dots)
        painter.drawLine(QPointF(place.head, y_market), QPointF(place.right, y_market))
    painter.setPen(ink.pen(tokens.text, 3.0))
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    if answers:
        _dot(painter, place.head, y_market, 5.0 * ink.scale, tokens.vermilion)
    _dot(painter, place.head, y_line, 4.4 * ink.scale, tokens.text)
    _draw_prices(painter, place, ink, scene, (y_line, y_market), answers)
    if step.fall >= 1.0:
        _draw_moves(painter, place, ink, scene, (points[-2], y_line, y_market), step)


def dollars(price: float) -> str:
    """Write a price in USD, with its sign."""
    written = numbers.price_short(price)
    return f"-${written[1:]}" if written.startswith("-") else f"${written}"


def price_move(usd: float) -> str:
    """Write how far a price moves, at least 0: whole dollars from 10 on, two digits below: ``$66``, ``$0.031``."""
    return f"${numbers.price_short(round(usd) if usd >= _WHOLE_FROM else float(f'{usd:.2g}'))}"


def signed(move: float) -> str:
    """Write a change of a price: ``-$66``, ``+$12``."""
    return f"{'-' if move < 0 else '+'}{price_move(abs(move))}"


def _draw_prices(
    painter: QPainter, place: Geometry, ink: Ink, scene: RoundScene, heights: tuple[float, float], answers: bool
) -> None:
    """Write both prices at the right end of their lines, never one over the other."""
    y_line, y_market = heights
    painter.setFont(ink.font(13.0, QFont.Weight.DemiBold))
    height = QFontMetricsF(painter.font()).height()
    above = not answers or y_market >= y_line
    sides = (-1.15, 0.15) if above else (0.15, -1.15)
    rows = [(ink.tokens.text, y_line + sides[0] * height, f"${numbers.price(scene.line)}")]
    if answers and abs(y_market - y_line) > 1.5 * ink.scale:
        rows.append((ink.tokens.vermilion, y_market + sides[1] * height, f"${numbers.price(scene.market)}"))
    for colour, top, text in rows:
        painter.setPen(QColor(colour))
        room = QRectF(place.right - 160 * ink.scale, top, 156 * ink.scale, height)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _draw_moves(
    painter: QPainter, place: Geometry, ink: Ink, scene: RoundScene, at: tuple[QPointF, float, float], step: Progress
) -> None:
    """Write beside the price what moved it in this round: what came from outside, and the sales.

    A fall that is steep has room to its left; all else stands at the side of the price that its way does not come from.
    """
    before, y_line, y_market = at
    painter.setFont(ink.font(13.0, QFont.Weight.DemiBold))
    height = QFontMetricsF(painter.font()).height()
    least = _WORTH_SAYING * (place.high - place.low)
    falls = before.y() <= y_line
    said = []
    if scene.round and abs(scene.from_outside) > least:
        text = (_tr("news {0}") if scene.from_outside < 0 else _tr("recovery {0}")).format(signed(scene.from_outside))
        if abs(before.y() - y_line) > _STEEP * height:
            painter.setPen(QColor(ink.tokens.text))
            room = QRectF(place.trace_from, (before.y() + y_line - height) / 2, before.x() - place.trace_from, height)
            _write_right(painter, room, text)
        else:
            said.append((ink.tokens.text, text))
    if scene.round and step.answer >= 1.0 and abs(scene.from_sales) > least / 4:
        text = (_tr("sales {0}") if scene.from_sales < 0 else _tr("buying {0}")).format(signed(scene.from_sales))
        said.append((ink.tokens.vermilion, text))
    top = max(y_line, y_market) + 0.25 * height if falls else min(y_line, y_market) - (0.25 + len(said)) * height
    for colour, text in said:
        painter.setPen(QColor(colour))
        room = QRectF(place.trace_from, top, place.head - place.trace_from - 14 * ink.scale, height)
        _write_right(painter, room, text)
        top += height


def _write_right(painter: QPainter, room: QRectF, text: str) -> None:
    """Write up to the right end of a room; nothing where the text would begin before it."""
    if QFontMetricsF(painter.font()).horizontalAdvance(text) <= room.width():
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _dot(painter: QPainter, x: float, y: float, radius: float, colour: str) -> None:
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _between(first: float, last: float, share: float) -> float:
    return first + (last - first) * share


def _nice(step: float) -> float:
    size = 10.0 ** np.floor(np.log10(step))
    return float(size * next(each for each in (1.0, 2.0, 2.5, 5.0, 10.0) if each * size >= step * 0.999))
