"""Texts that stand over a plot at fixed places: numbers in cells, values beside bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cascade_gui.theme import SIZES, font
from cascade_gui.theme.laid_out import LaidOutTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QColor, QPainter

    from engine.base.types import Floats

_BESIDE: Final = 6.0
"""Pixels between a point and the text beside it."""
_LOOSE: Final = 5.0
"""By so many pixels a line of text may reach into the next one: letters do not fill it."""
_ROOM: Final = 4.0
"""Free pixels around the text of a box."""


class PlacedTexts(QGraphicsItem):
    """Texts that stand over a plot where they are put, in its pixels and inside of its view.

    Parameters
    ----------
    plot
        Over which they stand.
    texts, colours
        What they say.
    """

    def __init__(self, plot: Any, texts: tuple[str, ...], colours: list[QColor]) -> None:
        super().__init__(plot)
        self._plot, self._given, self._colours = plot, texts, colours
        self._texts = LaidOutTexts(font(SIZES.secondary))
        self.setZValue(40)

    def boundingRect(self) -> QRectF:
        """Return the whole plot."""
        return QRectF(self._plot.rect())

    def corners(self, area: QRectF, scale: Callable[[float, float], QPointF]) -> Iterator[QPointF | None]:
        """Yield the upper left corner of each text, None for one that has no room."""
        raise NotImplementedError

    def size(self, number: int) -> QSizeF:
        """Return the width and the height of a text, in pixels."""
        return self._texts.size(self._given[number])

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw those that have room."""
        view = self._plot.vb
        area = self._plot.mapRectFromItem(view, view.rect())
        (west, east), (south, north) = view.viewRange()
        wide, tall = area.width() / (east - west), area.height() / (north - south)

        def scale(x: float, y: float) -> QPointF:
            return QPointF(area.left() + (x - west) * wide, area.bottom() - (y - south) * tall)

        painter.setFont(self._texts.font)
        for corner, text, colour in zip(self.corners(area, scale), self._given, self._colours, strict=True):
            if corner is not None:
                painter.setPen(colour)
                painter.drawStaticText(corner, self._texts[text])


class BoxTexts(PlacedTexts):
    """Texts in the middle of boxes, each only where it has room.

    Parameters
    ----------
    plot
        Over which they stand.
    edges
        Left, right, bottom and top of the boxes, as places of the plot.
    texts, colours
        What stands in each.
    """

    def __init__(
        self, plot: Any, edges: tuple[Floats, Floats, Floats, Floats], texts: tuple[str, ...], colours: list[QColor]
    ) -> None:
        super().__init__(plot, texts, colours)
        self._edges = edges

    def corners(self, area: QRectF, scale: Callable[[float, float], QPointF]) -> Iterator[QPointF | None]:
        """Yield the corners of texts in the middle of their boxes."""
        for number, (left, right, bottom, top) in enumerate(zip(*self._edges, strict=True)):
            size, place = self.size(number), QRectF(scale(left, top), scale(right, bottom))
            fits = size.width() + _ROOM <= place.width() and size.height() <= place.height()
            yield place.center() - QPointF(size.width() / 2, size.height() / 2) if fits else None


class BesideTexts(PlacedTexts):
    """Texts beside points.

    Parameters
    ----------
    plot
        Over which they stand.
    points
        The places of the points.
    texts, colours
        What they say.
    sides
        ``right``, ``left`` or ``above``, for each.
    """

    def __init__(
        self, plot: Any, points: tuple[Floats, Floats], texts: tuple[str, ...], colours: list[QColor],
        sides: tuple[str, ...],
    ) -> None:  # fmt: skip
        super().__init__(plot, texts, colours)
        self._points, self._sides = points, sides

    def corners(self, area: QRectF, scale: Callable[[float, float], QPointF]) -> Iterator[QPointF | None]:
        """Yield the corners of texts beside their points, moved into the view; none for what would cover another."""
        found: dict[int, QRectF] = {}
        highest = np.argsort(-self._points[1], kind="stable").tolist()
        for number in highest:
            place = self._place(number, area, scale)
            core = None if place is None else place.adjusted(0, _LOOSE, 0, -_LOOSE)
            if core is not None and place is not None and not any(core.intersects(taken) for taken in found.values()):
                found[number] = place
        for number in range(len(highest)):
            yield found[number].topLeft() if number in found else None

    def _place(self, number: int, area: QRectF, scale: Callable[[float, float], QPointF]) -> QRectF | None:
        """Return where a text would stand alone, None for a point that does not exist."""
        x, y, side = float(self._points[0][number]), float(self._points[1][number]), self._sides[number]
        if not (np.isfinite(x) and np.isfinite(y)):
            return None
        size, point = self.size(number), scale(x, y)
        left, top = point.x() + _BESIDE, point.y() - size.height() / 2
        if side == "left":
            left = point.x() - size.width() - _BESIDE
        elif side == "above":
            left, top = point.x() - size.width() / 2, point.y() - size.height() - 1
        left = min(max(left, area.left()), max(area.right() - size.width(), area.left()))
        return QRectF(QPointF(left, max(top, area.top() - size.height() / 2)), size)
