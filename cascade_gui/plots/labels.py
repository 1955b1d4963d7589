"""Labels that sit on the lines they name and keep out of each other's way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cascade_gui.plots.ink import Ink
from cascade_gui.theme import SIZES, font
from cascade_gui.theme.laid_out import LaidOutTexts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyqtgraph as pg
    from numpy.typing import NDArray

    from cascade_gui.theme import Tokens

_GAP = 8.0
_PAD = 3.0
_BOLD_WEIGHT = 8.0
"""How much nearer to its point the label that matters keeps than those that it pushes away."""
_COVERED = 2.5
"""How many pixels further from its point a label goes for each cell with something in it that it would cover."""
_STRUCK = 60.0
"""How many pixels further it goes rather than to cover anything at all."""
_BESIDE = 0.3
"""How many pixels up or down one sideways counts as."""
_CROSSED = 4.0
"""How much more a cell of the upright line of the shown round counts than one of a curve."""
_ALONGSIDE = 3.0
"""How far above or below its line a label is best."""
_LOOKED_AT = 5
"""At so many points beside a label its line is looked at."""
_AWAY = 12.0
"""So many pixels further from its point or line an optional label is left out."""
_UPWARDS = 4.0
"""In such steps it moves up and down."""
_SIDEWAYS = 40.0
"""In such steps a label moves along its line, away from its point, to where nothing is covered."""
_FURTHEST = 5
"""So many steps at most."""
_HIGHEST = 8
"""So many double steps up a pile of labels moves at most to cover less."""
_LITTLE = 2.0
"""A pile of labels stays on top of each other if each covers no more cells than this."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label.

    Attributes
    ----------
    text
        What it says.
    colour
        Its colour.
    x, y
        The point it names, in the plot's numbers; y may be infinite for the top, wherever that comes to be.
    bold
        Whether it is the one that matters.
    side
        ``end``: beside the point, on the right where there is room, else on the left;
        ``before``: on the left; ``centre``: on the point; ``above``: right-aligned above it.
    below
        Whether it goes below its line where it has to stand on the left, over the line.
    optional
        Whether it is left out rather than to cover anything or to stand away from what it names.
    line
        The line that it names, by its place among those of the plot: it stands along it, above or below, wherever
        there is room. None for a label of the point alone.
    parts
        The text in pieces with their colours, where it has several; empty where it has one.
    """

    text: str
    colour: str
    x: float
    y: float
    bold: bool = False
    side: str = "end"
    below: bool = False
    optional: bool = False
    line: int | None = None
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A label with the point it names and the place it would have alone, in pixels of the plot."""

    label: Label
    point: QPointF
    best: QRectF


class LabelLayer(QGraphicsItem):
    """All labels of a plot, painted over it in one item; positions are in its pixels.

    Parameters
    ----------
    plot
        The plot; the labels keep inside its view.

    Attributes
    ----------
    keeps_outside
        Whether a label whose point is not in sight stands at the edge next to it, or not at all.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        super().__init__(plot)
        self._plot = plot
        self._labels: tuple[Label, ...] = ()
        self._lines: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...] = ()
        self._upright: float | None = None
        self._bars: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self._ink: Ink | None = None
        self._placed: list[tuple[Label, QRectF]] = []
        self._texts = LaidOutTexts(font()), LaidOutTexts(font())  # plain and bold
        self._halo = QColor()
        self.keeps_outside = True
        self.setZValue(50)
        plot.vb.sigRangeChanged.connect(self.place)
        plot.vb.sigResized.connect(self.place)

    def apply(self, tokens: Tokens, scale: float) -> None:
        """Take colours and type size."""
        self._texts = (
            LaidOutTexts(font(SIZES.secondary * scale)),
            LaidOutTexts(font(SIZES.text * scale, QFont.Weight.DemiBold)),
        )
        self._halo = QColor(tokens.background)  # no line strikes a text through
        self.place()

    def set_labels(
        self,
        labels: Sequence[Label],
        lines: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]] = (),
        upright: float | None = None,
        bars: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    ) -> None:
        """Show labels beside what is drawn.

        Parameters
        ----------
        labels
            The labels; the first ones get the best places.
        lines
            x and y of each line that they should not cover, in the plot's numbers.
        upright
            Where an upright line stands that they should not cross, None for none.
        bars
            The left edges and the heights of bars that stand side by side, which they should not cover.
        """
        self._labels, self._lines, self._upright, self._bars = tuple(labels), tuple(lines), upright, bars
        self.place()

    @property
    def placed(self) -> list[tuple[Label, QRectF]]:
        """The labels with where they stand, in pixels of the plot."""
        return list(self._placed)

    def row_height(self) -> float:
        """Return how high a plain label is, in pixels."""
        return float(self._texts[False].size("0").height())

    def width_of(self, text: str) -> float:
        """Return how wide a plain label is, in pixels."""
        return float(self._texts[False].size(text).width()) + 2 * _PAD

    def place(self) -> None:
        """Find a place for each label that overlaps none before it."""
        self.prepareGeometryChange()
        self._placed = []
        area = self._plot.mapRectFromItem(self._plot.vb, self._plot.vb.rect())
        (left, right), (bottom, top) = self._plot.vb.viewRange()
        if right <= left or top <= bottom or area.width() < 1:
            return
        self._ink = self._drawn_in(area, (left, right), (bottom, top)) if self._lines or self._bars else None
        groups: dict[object, list[_Wanted]] = {}
        for number, label in enumerate(self._labels):
            if not self.keeps_outside and not left <= label.x <= right:
                continue
            point = QPointF(
                area.left() + (label.x - left) / (right - left) * area.width(),
                max(area.top(), area.bottom() - (label.y - bottom) / (top - bottom) * area.height()),
            )
            place = self._best_place(label, point, area)
            if place is not None:
                together = ("end", label.x) if label.side == "end" else number
                groups.setdefault(together, []).append(_Wanted(label, point, place))
        for group in groups.values():
            self._place_group(group, area)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        return QRectF(self._plot.rect())

    def paint(  # noqa: D102 - Qt's
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        for label, rectangle in self._placed:
            painter.fillRect(rectangle, self._halo)
            texts = self._texts[label.bold]
            painter.setFont(texts.font)
            x = rectangle.left() + _PAD
            for text, colour in label.parts or ((label.text, label.colour),):
                painter.setPen(QColor(colour))
                painter.drawStaticText(QPointF(x, rectangle.top()), texts[text])
                x += texts.size(text).width()

    def _best_place(self, label: Label, point: QPointF, area: QRectF) -> QRectF | None:
        """Return where a label would stand if it were alone; None if the plot is too small for it."""
        size = self._texts[label.bold].size(label.text)
        width, height = size.width() + 2 * _PAD, size.height()
        if width > area.width() or height > area.height():
            return None
        x, y = point.x() + _GAP, point.y() - height / 2
        if label.side == "centre":
            x = point.x() - width / 2
        elif label.side == "before":
            x = point.x() - _GAP - width
        elif label.side == "above" or x + width > area.right():
            x = point.x() - width - (0 if label.side == "above" else _GAP)
            y = point.y() + 3 if label.below else point.y() - height - 3
        x = min(max(x, area.left() + 2), area.right() - width)
        return QRectF(x, y, width, height)

    def _place_group(self, group: list[_Wanted], area: QRectF) -> None:
        """Place labels of one round as a pile, else in parts that stand apart, as long as these keep the order."""
        if len(group) > 1 and self._pile(group, area):
            return
        begin = len(self._placed)
        for near in sorted(_near(group), key=lambda part: not any(each.label.bold for each in part)):
            if len(near) > 1 and self._pile(near, area, beside=True):
                continue
            for each in sorted(near, key=lambda wanted: not wanted.label.bold):
                self._place_one(each, area)
        parted = self._placed[begin:]
        if len(group) > 1 and (len(parted) < len(group) or not _in_order(parted)):
            del self._placed[begin:]
            if not self._pile(group, area, beside=True):
                self._placed += parted

    def _pile(self, labels: list[_Wanted], area: QRectF, *, beside: bool = False) -> bool:
        """Place labels of one round as their points are, from top to bottom, each near to its own; or none of them.

        Parameters
        ----------
        labels
            What is to be placed.
        area
            Where.
        beside
            Whether the pile may move along the lines to where it covers least, and cover something where it has to:
            labels that stand apart in any order are taken for those of other lines.
        """
        ordered = sorted(labels, key=lambda each: each.point.y())
        heights = np.array([each.best.height() for each in ordered])
        if heights.sum() > area.height():
            return False
        offsets = np.cumsum(heights) - heights
        # Without their heights in between, tops that do not overlap are tops in rising order.
        tops = _rising(
            [each.best.top() - offset for each, offset in zip(ordered, offsets, strict=True)],
            [_BOLD_WEIGHT if each.label.bold else 1.0 for each in ordered],
        )
        tops = np.clip(tops, area.top(), area.bottom() - heights.sum()) + offsets
        lefts = np.array([each.best.left() for each in ordered])
        if beside:
            places = self._moved_pile(ordered, lefts, tops, area)
        else:
            places = _rectangles(ordered, lefts, tops)
            if self._bars is not None and self._ink is not None:
                places = [self._in_row(place, area, self._ink) for place in places]
            if self._bars is None and any(self._covers(place) > _LITTLE for place in places):
                return False
        if not places or any(place.intersects(taken) for place in places for _, taken in self._placed):
            return False
        self._placed += zip((each.label for each in ordered), places, strict=True)
        return True

    def _moved_pile(
        self, ordered: list[_Wanted], lefts: NDArray[np.float64], tops: NDArray[np.float64], area: QRectF
    ) -> list[QRectF]:
        """Return places of a pile moved up or down and sideways to where it covers least; none beside bars."""
        if self._bars is not None or self._ink is None:
            return []
        across, up = _SIDEWAYS * np.arange(_FURTHEST + 1), 2 * _UPWARDS * np.arange(_HIGHEST, -_HIGHEST - 1, -1)
        low = area.bottom() - float(tops[-1]) - ordered[-1].best.height()
        across, up = across[lefts.min() - across >= area.left()], up[(tops[0] - up >= area.top()) & (-up <= low)]
        if not len(across) or not len(up):
            return []
        cost = _BESIDE * across[:, None] + np.abs(up)[None, :]
        for each, left, top in zip(ordered, lefts.tolist(), tops.tolist(), strict=True):
            under = self._ink.under(left - across, top - up, each.best.width(), each.best.height())
            cost = cost + _COVERED * under + _STRUCK * (under > 0)
        column, row = divmod(int(cost.argmin()), len(up))
        return _rectangles(ordered, lefts - across[column], tops - up[row])

    def _place_one(self, wanted: _Wanted, area: QRectF) -> None:
        """Place a label where nothing is hit, as near to its point as possible; or not at all."""
        if self._ink is not None:
            self._place_beside(wanted, area, self._ink)
            return
        # Away from the line's height in growing steps, up and down in turn, until nothing is hit.
        for distance in range(0, max(1, int(area.height())), 2):
            for step in (float(distance), float(-distance)):
                place = wanted.best.translated(0.0, step)
                if place.top() < area.top() or place.bottom() > area.bottom():
                    continue
                if not any(place.intersects(taken) for _, taken in self._placed):
                    self._placed.append((wanted.label, place))
                    return

    def _place_beside(self, wanted: _Wanted, area: QRectF, ink: Ink) -> None:
        """Place a label where it covers as little as possible as near to its point as possible, and no other label."""
        best = wanted.best
        lefts = best.left() + _SIDEWAYS * np.arange(-_FURTHEST, _FURTHEST + 1, dtype=np.float64)
        if wanted.label.side == "above" and wanted.label.line is not None:
            lefts = np.arange(area.left() + 2, area.right() - best.width(), _SIDEWAYS)
        elif wanted.label.side == "end":
            beside = wanted.point.x() - _GAP - best.width() - _SIDEWAYS * np.arange(_FURTHEST + 1, dtype=np.float64)
            lefts = np.concatenate([lefts, beside, [wanted.point.x() + _GAP]])
        lefts = np.unique(lefts[(lefts >= area.left() + 2) & (lefts + best.width() <= area.right())])
        if not len(lefts):
            lefts = np.array([best.left()])
        first = area.top() + (best.top() - area.top()) % _UPWARDS
        tops = np.arange(first, area.bottom() - best.height(), _UPWARDS)
        if not len(tops):
            return
        under = ink.under(lefts, tops, best.width(), best.height())
        cost = _COVERED * under + _STRUCK * (under > 0)
        away = self._away(wanted, area, lefts, tops)
        cost += away + _BESIDE * np.abs(lefts - best.left())[:, None]
        if wanted.label.optional:
            cost[(under > 0) | (away > _AWAY)] = np.inf
            if wanted.label.side == "end" and wanted.label.line is None:  # further off it would name another point
                apart = np.maximum(lefts - wanted.point.x(), wanted.point.x() - lefts - best.width())
                cost[apart > 1.5 * _SIDEWAYS] = np.inf
        for _, taken in self._placed:
            across = (lefts < taken.right()) & (lefts + best.width() > taken.left())
            up = (tops < taken.bottom()) & (tops + best.height() > taken.top())
            cost[across[:, None] & up] = np.inf
        column, row = divmod(int(cost.argmin()), len(tops))
        if np.isfinite(cost[column, row]):
            place = QRectF(float(lefts[column]), float(tops[row]), best.width(), best.height())
            self._placed.append((wanted.label, place))

    def _away(
        self, wanted: _Wanted, area: QRectF, lefts: NDArray[np.float64], tops: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return [lefts, tops] how far up or down from its point, or from its line there, a label would stand."""
        best, line = wanted.best, wanted.label.line
        if line is None or not len(self._lines[line][0]):
            return np.broadcast_to(np.abs(tops - best.top()), (len(lefts), len(tops)))
        (left, right), (bottom, top) = self._plot.vb.viewRange()
        along = lefts[:, None] + best.width() * np.linspace(0.0, 1.0, _LOOKED_AT)
        x = left + (along - area.left()) / area.width() * (right - left)
        y = area.bottom() - (np.interp(x, *self._lines[line]) - bottom) / (top - bottom) * area.height()
        above, below = y.min(axis=1) - best.height() - _ALONGSIDE, y.max(axis=1) + _ALONGSIDE
        near: NDArray[np.float64] = np.minimum(np.abs(tops - above[:, None]), np.abs(tops - below[:, None]))
        behind = lefts >= wanted.point.x()  # the end of its line, where it may stand at its height
        near[behind] = np.minimum(near[behind], np.abs(tops - best.top()))
        return near

    def _in_row(self, place: QRectF, area: QRectF, ink: Ink) -> QRectF:
        """Move a label to the right in its row, if it would else cover a bar."""
        most = area.right() - place.width()
        lefts = np.append(np.arange(place.left(), most, _SIDEWAYS / 4), max(place.left(), most))
        under = ink.under(lefts, np.array([place.top()]), place.width(), place.height())[:, 0]
        cost = _COVERED * under + _STRUCK * (under > 0) + _BESIDE * (lefts - place.left())
        return QRectF(float(lefts[int(cost.argmin())]), place.top(), place.width(), place.height())

    def _covers(self, place: QRectF) -> float:
        if self._ink is None:
            return 0.0
        left, top = np.array([place.left()]), np.array([place.top()])
        return float(self._ink.under(left, top, place.width(), place.height())[0, 0])

    def _drawn_in(self, area: QRectF, across: tuple[float, float], up: tuple[float, float]) -> Ink:
        """Return where the lines are, in pixels."""
        ink = Ink(area)
        wide, tall = area.width() / (across[1] - across[0]), area.height() / (up[1] - up[0])
        for x, y in self._lines:
            ink.add_line(area.left() + (x - across[0]) * wide, area.bottom() - (y - up[0]) * tall)
        if self._bars is not None:
            left, height = self._bars
            x = area.left() + (np.append(left, 2 * left[-1] - left[-2]) - across[0]) * wide
            ink.add_bars(x[:-1], x[1:], area.bottom() - (height - up[0]) * tall)
        if self._upright is not None:
            ink.add_upright(area.left() + (self._upright - across[0]) * wide, _CROSSED)
        return ink


def _near(labels: list[_Wanted]) -> list[list[_Wanted]]:
    """Return labels of one round in parts, from top to bottom, of which none reaches the next."""
    parts: list[list[_Wanted]] = []
    bottom = -np.inf
    for each in sorted(labels, key=lambda wanted: wanted.point.y()):
        if parts and each.best.top() < bottom:
            parts[-1].append(each)
            bottom += each.best.height()
        else:
            parts.append([each])
            bottom = each.best.bottom()
    return parts


def _in_order(placed: Sequence[tuple[Label, QRectF]]) -> bool:
    """Return whether labels stand from top to bottom as the points that they name."""
    heights = [label.y for label, _ in sorted(placed, key=lambda each: each[1].top())]
    return all(above >= below for above, below in pairwise(heights))


def _rectangles(labels: list[_Wanted], lefts: NDArray[np.float64], tops: NDArray[np.float64]) -> list[QRectF]:
    """Return the places of labels with these left and upper edges."""
    corners = zip(labels, lefts.tolist(), tops.tolist(), strict=True)
    return [QRectF(left, top, each.best.width(), each.best.height()) for each, left, top in corners]


def _rising(values: Sequence[float], weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the rising values that are nearest to the given ones, by weighted squares."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            mean, heavy, count = blocks.pop()
            total = heavy + block[1]
            block = ((mean * heavy + block[0] * block[1]) / total, total, count + block[2])
        blocks.append(block)
    return np.concatenate([np.full(count, mean) for mean, _, count in blocks])
