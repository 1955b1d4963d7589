"""Graphics items that are made once and only told what to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_MOST_POINTS = 1_000
"""About as many as a plot has columns: beyond it, not every point is given to the painter."""

_MOST_BARS = 400
"""More would be thinner than a pixel."""


def thin_line(plot: Any, **options: Any) -> Any:
    """Add a line that is thinned out to what can be seen when it has more points than columns."""
    line = plot.plot([], [], **options)
    line.setDownsampling(auto=True, method="peak")
    line.opts["autoDownsampleFactor"] = 1.0
    line.setClipToView(True)
    return line


class Band(pg.GraphicsObject):
    """The area between two lines."""

    def __init__(self) -> None:
        super().__init__()
        self._polygon: QPolygonF | None = None
        self._bounds = QRectF()
        self._brush = QBrush(Qt.BrushStyle.NoBrush)
        self.setZValue(-5)

    def set_colour(self, colour: QColor) -> None:
        """Fill with `colour`."""
        self._brush = QBrush(colour)
        self.update()

    def set_lines(self, x: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]) -> None:
        """Fill between two lines over the same x; all of one length."""
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
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._brush)
            painter.drawPolygon(self._polygon)


class Bars(pg.GraphicsObject):
    """Bars of one fill and one outline, given as rectangles in the plot's numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._rectangles: list[QRectF] = []
        self._shown = 0
        self._bounds = QRectF()
        self._pen = QPen(Qt.PenStyle.NoPen)
        self._brush = QBrush(Qt.BrushStyle.NoBrush)

    def set_style(self, fill: QColor | None, outline: QPen | None = None) -> None:
        """Fill with this colour and outline with this pen; None leaves it out."""
        self._brush = QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush)
        self._pen = QPen(Qt.PenStyle.NoPen) if outline is None else outline
        self.update()

    def set_bars(
        self,
        left: NDArray[np.float64],
        right: NDArray[np.float64],
        bottom: NDArray[np.float64],
        top: NDArray[np.float64],
    ) -> None:
        """Show these bars; all arrays of one length; bars without height are left out at painting."""
        self.prepareGeometryChange()
        self._rectangles = [
            QRectF(x0, y0, x1 - x0, y1 - y0)
            for x0, x1, y0, y1 in zip(left.tolist(), right.tolist(), bottom.tolist(), top.tolist(), strict=True)
        ]
        self._shown = len(self._rectangles)
        self._bounds = QRectF(left[0], 0, right[-1] - left[0], float(np.max(top))) if len(left) else QRectF()
        self.update()

    def show_first(self, count: int) -> None:
        """Paint only the first `count` bars."""
        if count != self._shown:
            self._shown = count
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        return self._bounds

    def paint(  # noqa: D102 - Qt's
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        shown = [bar for bar in self._rectangles[: self._shown] if bar.height() > 0]
        if shown:
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
