"""Lines over time, today's and the proposal's, with their names at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cascade_gui.plots.steps import nice_step
from cascade_gui.theme import SIZES, font
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent

    from cascade_gui.theme import Tokens
    from engine.base.types import Floats

Tone = Literal["text", "accent", "secondary", "violet", "amber", "green"]
_TOP: Final = 30
_BOTTOM: Final = 24
_LEFT: Final = 62
_GAP: Final = 10
_MOST_FOR_NAMES: Final = 0.42
"""So much of the width is left to the names of the lines; longer ones are cut in their middle."""
_TICK_PIXELS: Final = 48
_TIME_PIXELS: Final = 90


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Parameters
    ----------
    values
        (R + 1,) one a round, from before the first.
    name
        What stands at its end.
    tone
        Its colour.
    width
        In pixels.
    dashed
        Whether it is broken.
    """

    values: Floats
    name: str
    tone: Tone
    width: float = 1.5
    dashed: bool = False


class CurvesPicture(QWidget):
    """Draws lines that begin together.

    Parameters
    ----------
    name
        Its object name.

    Attributes
    ----------
    room_for_names
        So much room there is beside the lines at least, in pixels, so that times stand above each other.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tokens: Tokens | None = None
        self._title = self._subtitle = ""
        self._lines: tuple[Line, ...] = ()
        self._seconds = 1.0
        self._write: Callable[[float], str] = numbers.money
        self._from_zero = False
        self.room_for_names = 0.0

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn."""
        return self._lines

    def sizeHint(self) -> QSize:
        """Return a size at which lines can be told apart."""
        return QSize(560, 220)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which it says anything."""
        return QSize(280, 110)

    def show_lines(
        self, title: str, subtitle: str, lines: Sequence[Line], seconds: float, write: Callable[[float], str],
        *, from_zero: bool,
    ) -> None:  # fmt: skip
        """Draw other lines.

        Parameters
        ----------
        title, subtitle
            What they are, and in which unit over what.
        lines
            Those drawn later lie over those before.
        seconds
            How long a round lasts.
        write
            Writes a value on the axis.
        from_zero
            Whether the axis begins at 0.
        """
        self._title, self._subtitle = title, subtitle
        self._lines, self._seconds = tuple(lines), seconds
        self._write, self._from_zero = write, from_zero
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(line.name for line in lines))
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self.update()

    def names_width(self) -> float:
        """Return the room that the names of the lines take beside them, in pixels."""
        metrics = QFontMetricsF(font(SIZES.secondary))
        return max((metrics.horizontalAdvance(line.name) for line in self._lines), default=0.0) + 2 * _GAP

    # -------------------------------------------------------------------------------------- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the titles, the axes, the lines and their names."""
        tokens = self._tokens
        if tokens is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold = font(SIZES.text)
        bold.setWeight(bold.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(0, 16), self._title)
        after = QFontMetricsF(bold).horizontalAdvance(self._title) + _GAP
        small = font(SIZES.secondary)
        painter.setFont(small)
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(QPointF(after, 16), self._subtitle)
        if not self._lines:
            painter.end()
            return
        metrics = QFontMetricsF(small)
        right = min(max(self.names_width(), self.room_for_names), _MOST_FOR_NAMES * self.width())
        area = QRectF(_LEFT, _TOP, max(self.width() - _LEFT - right, 40), max(self.height() - _TOP - _BOTTOM, 20))
        low, high, step = self._range(area.height())
        last = max(len(line.values) for line in self._lines) - 1
        self._draw_axes(painter, tokens, area, (low, high, step), last)
        ends = []
        for line in self._lines:
            place = self._draw_line(painter, tokens, area, line, (low, high), last)
            ends.append((place, line))
        self._draw_names(painter, tokens, area, ends, metrics.height())
        painter.end()

    def _range(self, height: float) -> tuple[float, float, float]:
        low = min(float(np.nanmin(line.values)) for line in self._lines)
        high = max(float(np.nanmax(line.values)) for line in self._lines)
        low = 0.0 if self._from_zero else low
        if high - low < 1e-12 * max(abs(high), 1.0):
            high = low + max(abs(low) * 0.01, 1.0)
        step = nice_step(high - low, max(2, int(height / _TICK_PIXELS)))
        return step * np.floor(low / step + 1e-9), step * np.ceil(high / step - 1e-9), step

    def _draw_axes(
        self, painter: QPainter, tokens: Tokens, area: QRectF, ticks: tuple[float, float, float], last: int
    ) -> None:
        low, high, step = ticks
        for number in range(round((high - low) / step) + 1):
            value = low + number * step
            y = area.bottom() - (value - low) / (high - low) * area.height()
            painter.setPen(QPen(QColor(tokens.grid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens.secondary))
            place = QRectF(0, y - 10, _LEFT - 8, 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._write(value))
        unit, word = self._unit(last)
        span = last * self._seconds / unit
        each = nice_step(span, max(2, int(area.width() / _TIME_PIXELS)))
        for number in range(int(span / each + 1e-9) + 1):
            x = area.left() + number * each / max(span, 1e-12) * area.width()
            place = QRectF(x - 60, area.bottom() + 4, 120, 18)
            text = f"{numbers.significant(number * each)} {word}"
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _unit(self, last: int) -> tuple[float, str]:
        seconds = last * self._seconds
        if seconds > 3 * 3600.0:
            return 3600.0, self.tr("h")
        return (60.0, self.tr("min")) if seconds > 180.0 else (1.0, self.tr("s"))

    def _draw_line(
        self, painter: QPainter, tokens: Tokens, area: QRectF, line: Line, ends: tuple[float, float], last: int
    ) -> float:
        """Draw a line on to the right edge; return where it ends."""
        low, high = ends
        count = len(line.values)
        rows = np.unique(np.linspace(0, count - 1, min(count, max(int(2 * area.width()), 2))).round().astype(np.int64))
        across = area.left() + rows / max(last, 1) * area.width()
        down = area.bottom() - (line.values[rows] - low) / (high - low) * area.height()
        points = [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
        points.append(QPointF(area.right(), points[-1].y()))
        pen = QPen(QColor(getattr(tokens, line.tone)), line.width)
        pen.setStyle(Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        return points[-1].y()

    def _draw_names(
        self, painter: QPainter, tokens: Tokens, area: QRectF, ends: list[tuple[float, Line]], height: float
    ) -> None:
        """Write the names beside the ends of their lines, none over another."""
        lowest = area.bottom() - height / 2 + 2  # below stand the times
        ordered = sorted(ends, key=lambda each: each[0])
        places: list[float] = []
        for y, _ in ordered:
            places.append(max(y, places[-1] + height) if places else y)
        beyond = places[-1] - lowest
        for number in range(len(places) - 1, -1, -1):  # pushed back up where they would leave the picture
            limit = lowest if number == len(places) - 1 else places[number + 1] - height
            places[number] = min(places[number], limit) if beyond > 0 else places[number]
        for place, (_, line) in zip(places, ordered, strict=True):
            painter.setPen(QColor(getattr(tokens, line.tone)))
            box = QRectF(area.right() + _GAP, place - height / 2, self.width() - area.right() - _GAP, height)
            text = painter.fontMetrics().elidedText(line.name, Qt.TextElideMode.ElideMiddle, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
