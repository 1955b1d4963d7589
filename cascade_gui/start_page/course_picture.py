"""The small picture of a run: the market, the price without liquidations, feedback between them, a late oracle."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cascade_gui.theme.colours import with_alpha
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from engine.reading.price_course import PriceCourse

_DOT: Final = 3.0
"""Radius of the point at which the market stands, in pixels."""
_BELOW: Final = 6.0
"""Between the lowest price and the line on which the picture stands."""
_APART: Final = 2e-3
"""Lines that are nowhere further apart than this share of the first price are one line."""

_AROUND: Final = 6.0
"""Between a text and the lines, in pixels."""
_STEPS: Final = 24
"""At so many places it is looked where the lines run behind a text."""
_WHOLE: Final = 0.0095
"""From here on a whole number of per cent says enough."""


def paint_course(
    painter: QPainter, area: QRectF, course: PriceCourse | None, tokens: Tokens, until: float | None = None,
    scale: float = 1.0,
) -> None:  # fmt: skip
    """Draw a run; of None only the line on which pictures stand.

    Parameters
    ----------
    painter
        Draws it.
    area
        Where; prices fill its height, rounds its width.
    course
        The run.
    tokens
        The colours.
    until
        Up to which round it is drawn, also between two; None for all.
    scale
        Of the widths of lines.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.line), 1.0))
    painter.drawLine(QPointF(area.left(), area.bottom() - 0.5), QPointF(area.right(), area.bottom() - 0.5))
    if course is not None:
        _Lines(course, area, course.rounds[-1] if until is None else until).paint(painter, tokens, scale)
    painter.restore()


def price_at(course: PriceCourse, number: float) -> float:
    """Return the market's price at a round, also between two, as a share of the first."""
    return _value(course.rounds, course.market, number)


def free_place(area: QRectF, course: PriceCourse, size: QSizeF) -> QRectF:
    """Return where at the right of a picture a text stands on no line; at the top where there is no such place.

    Parameters
    ----------
    area
        Of the whole picture.
    course
        What is drawn in it.
    size
        Of the text.
    """
    lines = _Lines(course, area, course.rounds[-1])
    left, height = area.right() - size.width(), size.height()
    crossed = lines.heights(left - _AROUND, area.right())
    tops = [area.top(), area.bottom() - _BELOW - height, *(y + _AROUND for y in crossed)]
    for top in tops:
        reaches = area.top() <= top and top + height <= area.bottom() - _BELOW
        if reaches and not any(top - _AROUND / 2 < y < top + height + _AROUND / 2 for y in crossed):
            return QRectF(left, top, size.width(), height)
    return QRectF(left, area.top(), size.width(), height)


def change(share: float) -> str:
    """Write how far a price has come: ``-44 %``, ``+24 %``."""
    shown = numbers.percent(share, 0) if abs(share) >= _WHOLE else numbers.percent(share, 1) if share else "0 %"
    return f"+{shown}" if share > 0 else shown


class _Lines:
    """The lines of a run in the pixels of a picture."""

    def __init__(self, course: PriceCourse, area: QRectF, until: float) -> None:
        self._course = course
        self._until = min(max(until, 0.0), float(course.rounds[-1]))
        self._left = area.left()
        self._wide = (area.width() - 2 * _DOT) / max(1, course.rounds[-1])
        shown = (course.market, course.outside, course.oracle if course.is_late else ())
        self._low = min(min(line) for line in shown if line)
        high = max(max(line) for line in shown if line)
        room = area.height() - _BELOW - 2 * _DOT
        self._high = room / max(high - self._low, 1e-9)
        self._bottom = area.bottom() - _BELOW
        if high - self._low < _APART:  # nothing happened: a line in the middle, not its noise as high as the picture
            self._high, self._bottom = 0.0, area.center().y()

    def paint(self, painter: QPainter, tokens: Tokens, scale: float) -> None:
        course = self._course
        market, outside = self._line(course.market), self._line(course.outside)
        area = QPolygonF([*outside, *reversed(market)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(tokens.vermilion, 0.24 if tokens.dark else 0.2))
        painter.drawPolygon(area, Qt.FillRule.WindingFill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if max(abs(one - other) for one, other in zip(course.market, course.outside, strict=True)) > _APART:
            dashed = QPen(QColor(tokens.secondary), 1.1 * scale)
            dashed.setDashPattern([3.0, 2.5])
            painter.setPen(dashed)
            painter.drawPolyline(QPolygonF(outside))
        if course.is_late:
            painter.setPen(QPen(QColor(tokens.amber), 1.3 * scale))
            painter.drawPolyline(QPolygonF(self._steps(course.oracle)))
        pen = QPen(QColor(tokens.accent), 1.9 * scale)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(market))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(market[-1], _DOT, _DOT)

    def heights(self, left: float, right: float) -> list[float]:
        """Return at which heights the lines run between two places, the highest first."""
        course = self._course
        shown = (course.market, course.outside, *([course.oracle] if course.is_late else []))
        places = [left + (right - left) * step / _STEPS for step in range(_STEPS + 1)]
        rounds = [(place - self._left - _DOT) / self._wide for place in places]
        return sorted(self._place(0, _value(course.rounds, line, at)).y() for line in shown for at in rounds)

    def _line(self, prices: Sequence[float]) -> list[QPointF]:
        """Return the points of a line up to the round until which is drawn."""
        rounds = self._course.rounds
        count = bisect_right(rounds, self._until)
        points = [self._place(rounds[at], prices[at]) for at in range(count)]
        if rounds[count - 1] < self._until:
            points.append(self._place(self._until, _value(rounds, prices, self._until)))
        return points

    def _steps(self, prices: Sequence[float]) -> list[QPointF]:
        """Return the points of the oracle: its price of a round holds until the next."""
        points: list[QPointF] = []
        for point in self._line(prices):
            if points:
                points.append(QPointF(point.x(), points[-1].y()))
            points.append(point)
        return points

    def _place(self, number: float, price: float) -> QPointF:
        return QPointF(self._left + _DOT + number * self._wide, self._bottom - (price - self._low) * self._high)


def _value(rounds: Sequence[int], prices: Sequence[float], number: float) -> float:
    after = min(max(bisect_right(rounds, number), 1), len(rounds) - 1) if len(rounds) > 1 else 0
    before = max(0, after - 1)
    way = rounds[after] - rounds[before]
    share = 0.0 if not way else min(max((number - rounds[before]) / way, 0.0), 1.0)
    return prices[before] + share * (prices[after] - prices[before])
