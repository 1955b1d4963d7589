"""Axes with few round ticks, formatted by us, and hairlines for a grid."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from cascade_gui.plots.fold import Fold
from cascade_gui.plots.fold_ticks import beside_breaks, folded_numbers
from cascade_gui.plots.steps import nice_step
from cascade_gui.theme import SIZES, font
from cascade_gui.theme.laid_out import LaidOutTexts
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPen
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

    from cascade_gui.theme import Tokens

LEFT_WIDTH = 58
"""The same for every plot, so that rounds stand above each other."""
RIGHT_WIDTH = 40
_BREAKS_APART: Final = 12
"""The least distance of two breaks of an axis, in pixels."""
_STROKE: Final = 5.0
"""How far the strokes of a break go up and down from the axis, in pixels."""
_FEWEST: Final = 3
"""So many numbers a scale has at least, where they have room; two where they do not."""
_CLOSEST: Final = 20
"""The room that one of them needs then, in pixels."""
_MOST_PARTS: Final = 20
"""A scale is cut into so many parts at most to have them."""
_FINEST: Final = 200
"""A number at the bottom is a multiple of a part of the axis of which there are so many at most."""
_TITLE_GAP: Final = 10
"""Between the last number of an axis and its title, in pixels."""


class _Drawn(NamedTuple):
    """Lines and texts of an axis, where they stand.

    Parameters
    ----------
    ticks
        Pen, begin and end of each line.
    texts
        The upper left corner of each text.
    pen
        Of the texts.
    laid_out
        The texts, in their font.
    """

    ticks: Sequence[tuple[QPen, QPointF, QPointF]]
    texts: Sequence[tuple[QPointF, str]]
    pen: QPen
    laid_out: LaidOutTexts

    def draw(self, painter: QPainter) -> None:
        """Draw them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        for pen, begin, end in self.ticks:
            painter.setPen(pen)
            painter.drawLine(begin, end)
        painter.setPen(self.pen)
        painter.setFont(self.laid_out.font)
        for corner, text in self.texts:
            painter.drawStaticText(corner, self.laid_out[text])


def _corner(place: QRectF, flags: Any, size: QSizeF) -> QPointF:
    """Return the upper left corner of a text of a size that is aligned in a place."""
    x, y = place.left(), place.top()
    if flags & Qt.AlignmentFlag.AlignRight:
        x = place.right() - size.width()
    elif flags & Qt.AlignmentFlag.AlignHCenter:
        x += (place.width() - size.width()) / 2
    if flags & Qt.AlignmentFlag.AlignVCenter:
        y += (place.height() - size.height()) / 2
    return QPointF(x, y)


class PlainAxis(pg.AxisItem):
    """An axis without line and without SI prefixes.

    Parameters
    ----------
    orientation
        As pyqtgraph's: ``left``, ``bottom`` or ``right``.
    write
        Turns values into tick texts.
    pixels
        The least distance of two ticks in pixels.
    whole
        Ticks only at whole numbers (rounds).

    Attributes
    ----------
    numbers_bottom
        Whether the bottom has its number too, where that is a round one: what is drawn there is else below all numbers.
    """

    def __init__(
        self,
        orientation: str,
        write: Callable[[float], str],
        *,
        pixels: int = 60,
        whole: bool = False,
    ) -> None:
        super().__init__(orientation)
        self.picture: _Drawn | None = None  # pyqtgraph takes it away when something has changed
        self.write = write
        self.title = self._shorter_title = ""
        self.fold = Fold()
        self.last: int | None = None
        self._shifts: dict[str, float] = {}  # of numbers beside a break, in pixels
        self.fixed_ticks: Sequence[float] | None = None
        self.numbers_bottom = False
        self._texts = LaidOutTexts(font())
        self.pixels = pixels
        self.whole = whole
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickAlpha=255, hideOverlappingLabels=False, autoExpandTextSpace=False)
        if orientation == "left":
            self.setWidth(LEFT_WIDTH)
            self.setStyle(tickTextOffset=8)
        elif orientation == "right":
            self.setWidth(RIGHT_WIDTH)
            self.setStyle(tickTextOffset=8)
        else:
            self.setStyle(tickTextOffset=6)

    def boundingRect(self) -> QRectF:  # noqa: D102 - Qt's
        # The texts of the first and last tick stand out over the ends of the axis.
        return QRectF(super().boundingRect().adjusted(-20, -12, 20, 12))

    def apply(self, tokens: Tokens, colour: str, scale: float, pixel_ratio: float = 1.0) -> None:
        """Take the colours: hairlines for the grid, `colour` for the texts."""
        self.setPen(pg.mkPen(None))
        self.setTickPen(pg.mkPen(tokens.grid, width=pixel_ratio))
        self.setTextPen(pg.mkPen(colour))
        self.setTickFont(font(SIZES.secondary * scale))
        self._texts = LaidOutTexts(font(SIZES.secondary * scale))
        if self.orientation == "left":
            self.setWidth(round(LEFT_WIDTH * scale))
            self.setGrid(255)
        elif self.orientation == "right":
            self.setWidth(round(RIGHT_WIDTH * scale))
        else:
            self.setHeight(round(26 * scale))

    def set_title(self, title: str, shorter: str = "") -> None:
        """Say what the axis measures, in the row of its numbers; for axes along the bottom.

        It stands behind the last number, among those of rises and falls where all kinds of them stay. One that has no
        room is said shorter, or at the mouse alone.
        """
        if (title, shorter) != (self.title, self._shorter_title):
            self.title, self._shorter_title = title, shorter
            self.setToolTip(plain_tip(title))  # also where it gives way to numbers
            self.picture = None
            self.update()

    def set_fold(self, fold: Fold, last: int | None = None) -> None:
        """Measure rounds of which quiet ones are folded away.

        Parameters
        ----------
        fold
            How they stand.
        last
            The last round, which has its number at any rate; None while others may follow.
        """
        if (fold.stretches, fold.narrow, last) != (self.fold.stretches, self.fold.narrow, self.last):
            self.picture = None
            self.update()
        self.fold, self.last = fold, last

    def paint(  # noqa: D102 - Qt's
        self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        # pyqtgraph keeps a recording of the painting, for which all texts are laid out anew each time it is played.
        if self.picture is None:
            self.picture = self._drawn(p)
        self.picture.draw(p)

    def _drawn(self, painter: QPainter) -> _Drawn:
        """Return what is drawn as things stand now; nothing before there is room."""
        painter.setFont(self._texts.font)
        specs = self.generateDrawSpecs(painter)
        if specs is None:
            return _Drawn((), (), self.textPen(), self._texts)
        _, ticks, texts = specs
        placed = [(_corner(place, flags, self._texts.size(text)), text) for place, flags, text in texts]
        return _Drawn([*ticks, *self._breaks()], placed, self.textPen(), self._texts)

    def generateDrawSpecs(self, p: QPainter) -> Any:  # noqa: D102 - pyqtgraph's
        specs = super().generateDrawSpecs(p)
        if specs is None:
            return specs
        axis, ticks, texts = specs
        metrics = p.fontMetrics() if self.style["tickFont"] is None else QFontMetricsF(self.style["tickFont"])
        bounds = self.mapRectFromParent(self.geometry())
        kept: set[str] = set() if self.last is None else {self.write(self.last)}
        if not self.fold.is_even:
            texts = [(each[0].translated(self._shifts.get(each[2], 0.0), 0.0), *each[1:]) for each in texts]
            kept |= {self.write(number) for number in (0, *beside_breaks(self.fold))}
        for title in filter(None, (self.title, self._shorter_title)):
            size = QSizeF(metrics.horizontalAdvance(title), metrics.height())
            top = bounds.top() + self.style["tickTextOffset"][1] + 1
            place = QRectF(QPointF(bounds.right() - size.width(), top), size)
            found = self._with_title(texts, title, place, kept)
            if found is not None and found[-1][0].left() >= bounds.left():
                return axis, ticks, found
        return axis, ticks, texts

    def _with_title(self, texts: list[Any], title: str, place: QRectF, kept: set[str]) -> list[Any] | None:
        """Return the numbers that stand beside the title, and it; None where it has no room."""
        view, apart = self.linkedView(), 0
        if not self.whole and view is not None and view.viewRange()[0][0] < 0:
            place = _among(texts, place)
            apart = _TITLE_GAP  # or it would read as one with the number beside it
        for each in reversed(texts if self.whole else ()):  # how far it goes is said before what it measures
            if each[2] in kept and not _beside([each], place):
                place.moveRight(min(place.right(), each[0].left() - _TITLE_GAP))
        others = _beside(texts, place.adjusted(-apart, 0, apart, 0))
        if len(others) < 2 or _kinds(others) != _kinds(texts):
            return None
        return [*others, (place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, title)]

    def _breaks(self) -> list[tuple[QPen, QPointF, QPointF]]:
        """Return two strokes across the axis wherever its rounds turn narrower or are folded away."""
        view = self.linkedView()
        if self.fold.is_even or view is None:
            return []
        (left, right), bounds = view.viewRange()[0], self.mapRectFromParent(self.geometry())
        pen, strokes, taken = pg.mkPen(self.textPen().color(), width=1.4 * self.tickPen().widthF()), [], -math.inf
        for place in self.fold.breaks():
            x = bounds.left() + (place - left) / (right - left) * bounds.width()
            if not left < place < right or x - taken < _BREAKS_APART:
                continue
            taken = x
            for beside in (-2.0, 2.0):
                foot = QPointF(x + beside - _STROKE / 2, bounds.top() + _STROKE)
                strokes.append((pen, foot, foot + QPointF(_STROKE, -2 * _STROKE)))
        return strokes

    def tickValues(  # noqa: D102 - pyqtgraph's
        self,
        minVal: float,  # noqa: N803
        maxVal: float,  # noqa: N803
        size: float,
    ) -> list[tuple[float, list[float]]]:
        low, high = sorted((minVal, maxVal))
        slack = (high - low) * 1e-6
        if self.fixed_ticks is not None:
            return [(1.0, [v for v in self.fixed_ticks if low - slack <= v <= high + slack])]
        parts = max(2, int(size / self.pixels))
        step = nice_step(high - low, parts)
        if self.whole:
            step = max(1.0, step)
        if not self.fold.is_even:
            return [(step, self._folded_ticks(low, high, size))]
        first, last = _whole_numbers(low, high, step)
        wanted = 1 if self.whole else _FEWEST if size >= _FEWEST * _CLOSEST else 2
        while last - first + 1 < wanted and parts < _MOST_PARTS:  # one number alone is no scale
            parts += 1
            step = nice_step(high - low, parts)
            first, last = _whole_numbers(low, high, step)
        ticks = [number * step for number in range(first, last + 1)]
        if self.numbers_bottom and _is_round(low, high - low):
            near = low + _CLOSEST * (high - low) / max(1.0, size)
            ticks = [low, *(tick for tick in ticks if tick > near)]
        return [(step, self._to_the_last(ticks, low, high, step))]

    def tickStrings(  # noqa: D102 - pyqtgraph's
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        return [self.write(round(self.fold.round_at(value)) if not self.fold.is_even else value) for value in values]

    def _folded_ticks(self, low: float, high: float, size: float) -> list[float]:
        """Return the places of the numbers of rounds outside of what is folded, those beside each break among them."""
        parts = max(2, int(size / self.pixels))
        found = folded_numbers(self.fold, (low, high), size, parts, self.last, self._width_of)
        self._shifts = {self.write(each.number): each.shift for each in found}
        return [self.fold.place(each.number) for each in found]

    def _width_of(self, number: int) -> float:
        return float(self._texts.size(self.write(number)).width())

    def _to_the_last(self, ticks: list[float], low: float, high: float, step: float) -> list[float]:
        """Return the ticks with that of the last round, and without those that stand too near to it."""
        if self.last is None:
            return ticks
        last = self.fold.place(self.last)
        if not low <= last <= high:
            return ticks
        return [*(each for each in ticks if last - each >= 0.5 * step), last]


def _whole_numbers(low: float, high: float, step: float) -> tuple[int, int]:
    """Return the first and the last of the multiples of a step within a range, ends included."""
    slack = (high - low) * 1e-6
    return math.ceil((low - slack) / step), math.floor((high + slack) / step)


def _is_round(value: float, span: float) -> bool:
    """Whether a number is a multiple of a small part of what an axis spans, as the ends of fitted ranges are."""
    parts = value / nice_step(span, _FINEST)
    return abs(parts - round(parts)) < 1e-6


def _beside(texts: Sequence[Any], place: QRectF) -> list[Any]:
    """Return those of the texts of an axis that stand beside a place."""
    left, right = place.left() - _TITLE_GAP, place.right() + _TITLE_GAP
    return [each for each in texts if each[0].right() < left or each[0].left() >= right]


def _kinds(texts: Sequence[Any]) -> set[str]:
    """Return what the numbers of an axis tell of: rises, falls, where nothing has moved."""
    return {text if text == "0" else text[:1] for *_, text in texts} & {"+", "-", "0"}


def _among(texts: Sequence[Any], end: QRectF) -> QRectF:
    """Return the place of a title among numbers of rises and falls, where most kinds of them stay, and most of them.

    Such places are the end of the axis, its beginning, and between two numbers beside each other.

    Parameters
    ----------
    texts
        The numbers, each with its place.
    end
        The place of the title at the end of the axis.
    """
    in_order = sorted(texts, key=lambda each: each[0].left())
    lefts = [end.left(), *(each[0].left() for each in in_order[:1])]
    lefts += [(one[0].right() + other[0].left() - end.width()) / 2 for one, other in pairwise(in_order)]
    found = [QRectF(QPointF(left, end.top()), end.size()) for left in lefts]

    def worth(place: QRectF) -> tuple[int, int]:
        stay = _beside(texts, place.adjusted(-_TITLE_GAP, 0, _TITLE_GAP, 0))
        return len(_kinds(stay)), len(stay)

    return max(found, key=worth)


def rounds_title(seconds: float) -> str:
    """Return what the axis of rounds measures: hours where a round lasts one, else rounds and how long each is."""
    whole = {
        60.0: QCoreApplication.translate("RoundAxis", "minutes"),
        3600.0: QCoreApplication.translate("RoundAxis", "hours"),
        86400.0: QCoreApplication.translate("RoundAxis", "days"),
    }
    if seconds in whole:
        return whole[seconds]
    return QCoreApplication.translate("RoundAxis", "rounds of {0}").format(numbers.duration(seconds))


def write_round(value: float) -> str:
    """Write a round's number on an axis."""
    return numbers.count(value)


def write_money(value: float) -> str:
    """Write USD on an axis: ``$20M``."""
    return numbers.money(value)


def write_price(value: float) -> str:
    """Write a price in USD on an axis: ``$1,500``, ``$0.95``, ``$800M``; ``8e-10`` has no room for the sign."""
    text = numbers.price_short(value)
    return text if "e" in text else f"${text}"


def write_fall(fall: float) -> str:
    """Write a fall, a share of at most 1, as a change: ``-20 %``; a negative one is a rise, ``+20 %``."""
    return write_change(-fall)


def write_change(change: float) -> str:
    """Write a change as a percentage: ``-20 %``, ``0``, ``+20 %``."""
    return "0" if abs(change) < 0.005 else signed_percent(round(change, 4))


def signed_percent(change: float) -> str:
    """Write a change as a percentage with its sign, none for 0: ``-40 %``, ``+2.5 %``."""
    text = numbers.percent_short(change + 0.0)
    return f"+{text}" if change > 0 else text
