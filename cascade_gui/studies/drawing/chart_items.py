"""Marks of charts made into graphics items."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from cascade_gui.studies.drawing.chart import Band, Boxes, Chart, Interval, Line, Points, Texts
from cascade_gui.studies.drawing.placed_texts import BesideTexts, BoxTexts

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens
    from engine.base.types import Floats

_PALE: Final = 0.3
"""How much of its colour the lozenge of an interval has."""
_CATEGORY: Final = "category_"


def colour_of(name: str, tokens: Tokens, alpha: float = 1.0) -> QColor:
    """Return a colour of the theme by its name, or the one that is written out."""
    if name.startswith("#"):
        colour = QColor(name)
    elif name.startswith(_CATEGORY):
        colour = QColor(tokens.categories[int(name.removeprefix(_CATEGORY)) % len(tokens.categories)])
    else:
        colour = QColor(getattr(tokens, name))
    colour.setAlphaF(alpha)
    return colour


def stepped(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return a line that holds each value until the next point."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


class Maker:
    """Makes items of the marks of a chart.

    Parameters
    ----------
    chart
        Whose axes place them.
    tokens
        The colours.
    pixels
        Pixels of the device to each of ours.
    """

    def __init__(self, chart: Chart, tokens: Tokens, pixels: float) -> None:
        self._chart, self._tokens, self._pixels = chart, tokens, pixels

    @singledispatchmethod
    def items(self, mark: Any) -> list[Any]:
        """Return the graphics items of a mark."""
        raise NotImplementedError(type(mark).__name__)

    @items.register
    def _(self, mark: Line) -> list[Any]:
        x, y = self._places(mark.x, mark.y)
        if mark.is_stepped:
            x, y = stepped(x, y)
        item = pg.PlotCurveItem(x, y, pen=self._pen(mark.colour, mark.width, mark.is_dashed), connect="finite")
        if mark.fill > 0.0:
            item.setFillLevel(float(self._chart.left.places(self._chart.left.low)))
            item.setBrush(colour_of(mark.colour, self._tokens, mark.fill))
        return [item]

    @items.register
    def _(self, mark: Band) -> list[Any]:
        x = self._chart.bottom.places(mark.x)
        low, high = (self._chart.left.places(each) for each in (mark.low, mark.high))
        known = np.isfinite(low)
        x, low, high = x[known], low[known], high[known]
        # An end that does not exist lies beyond all that is drawn.
        high = np.where(np.isfinite(high), high, self._chart.left.places(self._chart.left.high))
        if len(x) < 2:
            return []
        path = QPainterPath(QPointF(x[0], low[0]))
        for place, value in zip([*x[1:], *x[::-1]], [*low[1:], *high[::-1]], strict=True):
            path.lineTo(QPointF(place, value))
        path.closeSubpath()
        item = QGraphicsPathItem(path)
        item.setPen(pg.mkPen(None))
        item.setBrush(colour_of(mark.colour, self._tokens, mark.fill))
        return [item]

    @items.register
    def _(self, mark: Boxes) -> list[Any]:
        if not len(mark.left):
            return []
        edges = box_places(self._chart, mark)
        left, right, bottom, top = edges
        colours = _for_each(mark.colours, len(left))
        fills = np.broadcast_to(np.asarray(mark.fill, dtype=np.float64), (len(left),))
        brushes = [colour_of(each, self._tokens, float(fill)) for each, fill in zip(colours, fills, strict=True)]
        return [
            pg.BarGraphItem(x0=left, x1=right, y0=bottom, y1=top, brushes=brushes, pen=self._pen("background", 1.0))
        ]

    @items.register
    def _(self, mark: Points) -> list[Any]:
        x, y = self._places(mark.x, mark.y)
        known = np.isfinite(x) & np.isfinite(y)
        fill = colour_of("background" if mark.is_hollow else mark.colour, self._tokens)
        item = pg.ScatterPlotItem(useCache=False)
        item.setData(x[known], y[known], size=mark.size, brush=fill, pen=self._pen(mark.colour, 1.5))
        return [item]

    @items.register
    def _(self, mark: Texts) -> list[Any]:
        return []

    @items.register
    def _(self, mark: Interval) -> list[Any]:
        ends, at = np.array([mark.low, mark.high]), np.array([mark.at, mark.at])
        x, y = self._places(at, ends) if mark.is_upright else self._places(ends, at)
        pen = pg.mkPen(colour_of(mark.colour, self._tokens, _PALE), width=mark.width * self._pixels)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        return [pg.PlotCurveItem(x, y, pen=pen)]

    def texts(self, mark: Boxes, plot: Any) -> list[BoxTexts]:
        """Return the texts in boxes, which stand over a plot."""
        if not mark.texts:
            return []
        colours = mark.text_colours or ("text",) * len(mark.texts)
        shown = [colour_of(each, self._tokens) for each in colours]
        return [BoxTexts(plot, box_places(self._chart, mark), mark.texts, shown)]

    def beside(self, mark: Texts, plot: Any) -> list[BesideTexts]:
        """Return texts beside points, which stand over a plot."""
        if not mark.texts:
            return []
        count = len(mark.texts)
        colours = [colour_of(each, self._tokens) for each in _for_each(mark.colours, count)]
        return [BesideTexts(plot, self._places(mark.x, mark.y), mark.texts, colours, _for_each(mark.side, count))]

    def ring(self, x: float, y: float) -> Any:
        """Return what marks a chosen point."""
        item = pg.ScatterPlotItem(useCache=False)
        item.setData([x], [y], size=15.0, brush=pg.mkBrush(None), pen=self._pen("text", 2.0))
        return item

    def frame(self, left: float, right: float, bottom: float, top: float) -> Any:
        """Return what marks a chosen box."""
        x, y = [left, right, right, left, left], [bottom, bottom, top, top, bottom]
        return pg.PlotCurveItem(np.array(x), np.array(y), pen=self._pen("text", 2.0))

    def _places(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return self._chart.bottom.places(x), self._chart.left.places(y)

    def _pen(self, colour: str, width: float, dashed: bool = False) -> Any:
        pen = pg.mkPen(colour_of(colour, self._tokens), width=width * self._pixels)
        if dashed:
            pen.setDashPattern([4.0, 3.0])
        return pen


def _for_each(values: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return one value for each, of one for all or of one for each."""
    return values if len(values) == count else values[:1] * count


def box_places(chart: Chart, mark: Boxes) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the edges of boxes as places, the low before the high ones: left, right, bottom, top."""
    x = chart.bottom.places(mark.left), chart.bottom.places(mark.right)
    y = chart.left.places(mark.bottom), chart.left.places(mark.top)
    return np.minimum(*x), np.maximum(*x), np.minimum(*y), np.maximum(*y)
