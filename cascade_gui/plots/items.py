"""Graphics items that are made once and only told what to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_MOST_POINTS = 1_000
"""About as many as a plot has columns: beyond it, not every point is given to the painter."""

_MOST_BARS = 400
"""More would be thinner than a pixel."""


def thin_line(plot: Any) -> ThinnedLine:
    """Add a line that is thinned out to what can be seen when it has more points than columns."""
    line = ThinnedLine()
    plot.addItem(line)
    return line


class ThinnedLine(pg.PlotCurveItem):
    """A line over rising x. Of many points, no more are drawn than there are columns, none of the peaks left out.

    pyqtgraph's item for data does this too, and much else: a step of a slider sets a dozen lines, and each takes it
    five times as long. The same points again are no change: the run before stands still while a slider is dragged.

    Parameters
    ----------
    gaps
        Whether y may hold numbers that are not finite, at which the line has a gap.
    """

    _whole: tuple[NDArray[np.float64], NDArray[np.float64]] = (np.empty(0), np.empty(0))
    _ends: tuple[tuple[float | None, float | None], ...] = ((None, None), (None, None))
    _cut: float | None = None
    _boundingRect: QRectF | None

    def __init__(self, *, gaps: bool = False) -> None:
        super().__init__()
        if gaps:
            self.opts["connect"] = "finite"
        self._thin()

    def setData(
        self, x: Sequence[float] | NDArray[np.float64] = (), y: Sequence[float] | NDArray[np.float64] = ()
    ) -> None:
        """Draw these points; both of one length."""
        whole = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
        if self._cut is None and _same(whole, self._whole):
            return
        self._whole, self._cut = whole, None
        self._thin()

    def cut(self, end: float) -> None:
        """Draw no further than an x, while the line is on its way to its last point."""
        self._cut = end
        self._thin()

    def getOriginalDataset(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return all points, also those that are not drawn."""
        return self._whole

    def viewRangeChanged(self) -> None:
        """Thin out anew what is seen now."""
        super().viewRangeChanged()
        if len(self._whole[0]) > _MOST_POINTS:
            self._thin()

    def _thin(self) -> None:
        x, y = self._whole if self._cut is None else cut_off(*self._whole, self._cut)
        if len(x) > _MOST_POINTS:
            view = self.getViewBox()
            if view is not None:
                left, right = view.viewRange()[0]
                first, last = np.searchsorted(x, [left, right])
                x, y = x[max(0, first - 1) : last + 2], y[max(0, first - 1) : last + 2]
            x, y = _peaks(x, y)
        finite = y[np.isfinite(y)]
        if len(finite):
            ends, level = [float(finite.min()), float(finite.max())], self.opts["fillLevel"]
            if level is not None:
                ends.append(level)
            self._ends = (float(x[0]), float(x[-1])), (min(ends), max(ends))
        else:
            self._ends = (None, None), (None, None)
        super().setData(x, y)

    def boundingRect(self) -> QRectF:
        """Return where it is drawn: the points with half the width of the pen around them."""
        if self._boundingRect is None:
            (left, right), (low, high) = self._ends
            view = self.getViewBox()
            if left is None or right is None or low is None or high is None or view is None:
                return QRectF()
            # pyqtgraph asks the transformations of all parents for the size of a pixel, which takes as long as drawing.
            wide, tall = self._pixel(view)
            pad = self.pixelPadding()
            self._boundingRect = QRectF(left, low, right - left, high - low).adjusted(
                -pad * wide, -pad * tall, pad * wide, pad * tall
            )
        return self._boundingRect

    def _pixel(self, view: Any) -> tuple[float, float]:
        """Return the width and the height of a pixel in the plot's numbers."""
        sizes = (view.width(), view.height())
        return tuple((high - low) / max(1.0, size) for (low, high), size in zip(view.viewRange(), sizes, strict=True))

    def dataBounds(
        self,
        ax: int,
        frac: float = 1.0,
        orthoRange: Sequence[float] | None = None,  # noqa: N803 - pyqtgraph's
    ) -> tuple[float | None, float | None]:
        """Return the least and the largest x or y; pyqtgraph asks for them fifteen times a picture."""
        return self._ends[ax]


def cut_off(
    x: NDArray[np.float64], y: NDArray[np.float64], end: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a line over rising x up to an x, with the point on it there."""
    if not len(x) or end >= x[-1]:
        return x, y
    count = int(np.searchsorted(x, end, side="right"))
    if not count:
        return x[:0], y[:0]
    share = (end - x[count - 1]) / (x[count] - x[count - 1])
    there = y[count - 1] + share * (y[count] - y[count - 1])
    return np.append(x[:count], end), np.append(y[:count], there)


def _peaks(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the largest of each stretch of points, where there are more than can be told apart."""
    size = len(x) // _MOST_POINTS
    if size < 2:
        return x, y
    count = len(x) // size * size
    parts = y[:count].reshape(-1, size)
    extremes = np.stack([np.fmin.reduce(parts, axis=1), np.fmax.reduce(parts, axis=1)], axis=1).ravel()
    return np.append(np.repeat(x[:count:size], 2), x[count:]), np.append(extremes, y[count:])


def _same(some: Sequence[NDArray[np.float64]], others: Sequence[NDArray[np.float64]]) -> bool:
    """Whether arrays of numbers are the same ones, bit by bit: NaN is the same as NaN, and it takes no time."""
    return len(some) == len(others) and all(
        one.tobytes() == other.tobytes() for one, other in zip(some, others, strict=True)
    )


class Dot(pg.GraphicsObject):
    """A filled disc around a point of the plot, of one size in pixels whatever the axes are stretched by."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemIgnoresTransformations)
        self._brush = QBrush(Qt.BrushStyle.NoBrush)
        self._size = 8.0

    def set_look(self, colour: str, size: float) -> None:
        """Fill with `colour`; `size` is the diameter in pixels."""
        self.prepareGeometryChange()
        self._brush, self._size = QBrush(QColor(colour)), size
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        half = self._size / 2 + 1
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(  # noqa: D102 - Qt's
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        painter.drawEllipse(QPointF(), self._size / 2, self._size / 2)


class Band(pg.GraphicsObject):
    """The area between two lines."""

    def __init__(self) -> None:
        super().__init__()
        self._polygon: QPolygonF | None = None
        self._whole: tuple[NDArray[np.float64], ...] = (np.zeros(0),) * 3
        self._bounds = QRectF()
        self._brush = QBrush(Qt.BrushStyle.NoBrush)
        self.setZValue(-5)

    def set_colour(self, colour: QColor) -> None:
        """Fill with `colour`."""
        self._brush = QBrush(colour)
        self.update()

    def set_lines(self, x: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]) -> None:
        """Fill between two lines over the same x; all of one length."""
        self._whole = x, first, second
        self._fill(x, first, second)

    def cut(self, end: float) -> None:
        """Fill no further than an x, while the lines are on their way to their last points."""
        x, first, second = self._whole
        self._fill(*cut_off(x, first, end), cut_off(x, second, end)[1])

    def _fill(self, x: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]) -> None:
        self.prepareGeometryChange()
        if len(x) < 2:
            self._polygon = None
            self._bounds = QRectF()
            return
        kept = np.arange(0, len(x), max(1, len(x) // _MOST_POINTS))
        if kept[-1] != len(x) - 1:
            kept = np.append(kept, len(x) - 1)
        x, first, second = x[kept], first[kept], second[kept]
        polygon: QPolygonF = pg.functions.arrayToQPolygonF(
            np.concatenate([x, x[::-1]]), np.concatenate([first, second[::-1]])
        )
        self._polygon, self._bounds = polygon, polygon.boundingRect()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        return self._bounds

    def paint(  # noqa: D102 - Qt's
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._polygon is not None:
            # Lines lie on its edges; smoothing them would take longer than all else of a plot.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._brush)
            painter.drawPolygon(self._polygon)


class Bars(pg.GraphicsObject):
    """Bars of one fill and one outline, given as rectangles in the plot's numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._edges: tuple[NDArray[np.float64], ...] = (np.zeros(0),) * 4
        self._high: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # which have a height
        self._rectangles: list[QRectF] = []  # those
        self._count = self._shown = 0
        self._grown = 1.0
        self._bounds = QRectF()
        self._pen = QPen(Qt.PenStyle.NoPen)
        self._brush = QBrush(Qt.BrushStyle.NoBrush)

    def set_style(self, fill: QColor | None, outline: QPen | None = None) -> None:
        """Fill with this colour and outline with this pen; None leaves it out."""
        brush = QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(Qt.PenStyle.NoPen) if outline is None else outline
        if brush != self._brush or pen != self._pen:
            self._brush, self._pen = brush, pen
            self.update()

    def set_bars(
        self,
        left: NDArray[np.float64],
        right: NDArray[np.float64],
        bottom: NDArray[np.float64],
        top: NDArray[np.float64],
    ) -> None:
        """Show these bars; all arrays of one length; bars without height are left out at painting."""
        edges = tuple(np.array(each, dtype=np.float64) for each in (left, right, bottom, top))
        if _same(edges, self._edges):
            self.show_first(self._count)
            return
        self._edges = edges
        self.prepareGeometryChange()
        self._high = np.flatnonzero(top > bottom)
        parts = (left, bottom, right - left, top - bottom)
        self._rectangles = list(map(QRectF, *(part[self._high].tolist() for part in parts)))
        self._count = self._shown = len(left)
        self._bounds = QRectF(left[0], 0, right[-1] - left[0], float(np.max(top))) if len(left) else QRectF()
        self.update()

    @property
    def edges(self) -> tuple[NDArray[np.float64], ...]:
        """The left, right, lower and upper edges of all bars, also of those that are not painted."""
        return self._edges

    @property
    def heights(self) -> NDArray[np.float64]:
        """How high each of them is."""
        return self._edges[3] - self._edges[2]

    def show_first(self, count: int) -> None:
        """Paint only the first `count` bars."""
        if count != self._shown or self._grown != 1.0:
            self._shown, self._grown = count, 1.0
            self.update()

    @property
    def grown(self) -> float:
        """Which share of the last bar that is shown is painted."""
        return self._grown

    def grow(self, share: float) -> None:
        """Paint the last bar that is shown with this share of its height, and of what it stands on."""
        self._grown = share
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        return self._bounds

    def paint(  # noqa: D102 - Qt's
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        count = int(np.searchsorted(self._high, self._shown))
        shown = self._rectangles[:count]
        if shown:
            if self._grown != 1.0 and self._high[count - 1] == self._shown - 1:
                last, share = shown[-1], self._grown
                shown = [*shown[:-1], QRectF(last.x(), last.y() * share, last.width(), last.height() * share)]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(self._pen)
            painter.setBrush(self._brush)
            painter.drawRects(shown)


def stacked(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the bars of each column begin and end when they stand on each other.

    Parameters
    ----------
    values
        [n, K] heights, none negative.

    Returns
    -------
    tuple
        Bottoms and tops, [n, K].
    """
    tops = np.cumsum(values, axis=1)
    return tops - values, tops


def tallest(values: NDArray[np.float64], most: int = _MOST_BARS) -> Sequence[int]:
    """Return which rows to draw of more than `most`: of each stretch of rows the tallest one."""
    count = len(values)
    if count <= most:
        return range(count)
    size = -(-count // most)
    totals = values.sum(axis=1)
    return [start + int(totals[start : start + size].argmax()) for start in range(0, count, size)]


def colour_stripe(name: str, width: int = 64, height: int = 8) -> QPixmap:
    """Return the colours of one of pyqtgraph's colour maps, from the lowest to the highest."""
    table = pg.colormap.get(name).getLookupTable(nPts=width, alpha=False)
    stripe = np.ascontiguousarray(np.repeat(table[None, :, :], height, axis=0), dtype=np.uint8)
    return QPixmap.fromImage(QImage(stripe.data, width, height, 3 * width, QImage.Format.Format_RGB888))
