"""Draws the marks: safe, sold now, past their price without a buyer, bad debt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF

from cascade_gui.loan_marks.axis_drawing import Ink, _tr
from cascade_gui.theme.colours import with_alpha
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.loan_marks.geometry import Geometry
    from cascade_gui.loan_marks.placed import Placed
    from engine.base.types import Ints

_LEAST: Final = 0.8
"""No mark is drawn with a smaller radius, in pixels at scale 1."""
_EDGED: Final = 3.0
_PALE: Final = 0.45
_ROOM_TO_SAY: Final = 520.0
"""Rings are named in a rectangle of this width, at scale 1."""
_MOST_BURSTS: Final = 80
"""So many marks have rays, the largest: thousands of them would be a haze, and take longer than a frame has."""
_NAMED: Final = 26.0
"""A mark with a larger radius says what it owes, in pixels at scale 1."""


def draw_safe(painter: QPainter, placed: Placed, ink: Ink, which: Ints) -> None:
    """Draw marks that nothing happens to; those that only a rise reaches are paler."""
    for rises, share in ((True, _PALE), (False, 1.0)):
        _draw_discs(painter, placed, ink, which[placed.rises[which] == rises], with_alpha(ink.tokens.accent, share))


def _draw_discs(painter: QPainter, placed: Placed, ink: Ink, which: Ints, colour: QColor) -> None:
    painter.setBrush(colour)
    edged = placed.radii[which] > _EDGED * ink.scale
    # Large ones are told apart where they have moved over each other; an edge around a grain would leave nothing.
    painter.setPen(ink.pen(ink.tokens.background, 1.0))
    for x, y, radius in zip(*placed.circles(which[edged]), strict=True):
        painter.drawEllipse(QPointF(x, y), radius, radius)
    _draw_grains(painter, placed, ink, which[~edged], colour)


def _draw_grains(painter: QPainter, placed: Placed, ink: Ink, which: Ints, colour: QColor) -> None:
    """Draw small marks as round points, those of one size in one stroke."""
    radii = np.maximum(np.round(2.0 * placed.radii[which]) / 2.0, _LEAST * ink.scale)
    for radius in np.unique(radii).tolist():
        these = which[radii == radius]
        painter.setPen(ink.pen(colour, 2.0 * radius / ink.scale))
        places = zip(placed.xs[these].tolist(), placed.ys[these].tolist(), strict=True)
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places]))


def draw_waiting(painter: QPainter, placed: Placed, ink: Ink, which: Ints) -> None:
    """Draw the open rings of marks that are past their price and find no buyer."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(ink.pen(ink.tokens.amber, 1.4))
    least = 1.6 * ink.scale
    for x, y, radius in zip(*placed.circles(which), strict=True):
        painter.drawEllipse(QPointF(x, y), max(radius, least), max(radius, least))


def draw_bad_debt(painter: QPainter, placed: Placed, ink: Ink, which: Ints) -> None:
    """Draw marks of which nothing but debt is left: crossed out."""
    least = 2.4 * ink.scale
    for x, y, radius in zip(*placed.circles(which), strict=True):
        size = max(radius, least)
        painter.setPen(ink.pen(ink.tokens.vermilion, 1.4))
        painter.setBrush(QColor(ink.tokens.vermilion_tint))
        painter.drawEllipse(QPointF(x, y), size, size)
        arm = 0.55 * size
        painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
        painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_sold(painter: QPainter, placed: Placed, ink: Ink, which: Ints, burst: float) -> None:
    """Draw marks that are sold now: the ring is what it was, the core what is left, rays burst from it."""
    which = which[np.argsort(-placed.radii[which], kind="stable")]
    left = placed.radii_after(which)
    least = 1.4 * ink.scale
    for rank, ((x, y, radius), core) in enumerate(zip(zip(*placed.circles(which), strict=True), left, strict=True)):
        ring = max(radius, least)
        middle = QPointF(x, y)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(ink.tokens.vermilion, 0.28))
        painter.drawEllipse(middle, ring, ring)
        painter.setBrush(QColor(ink.tokens.vermilion))
        shown = ring + (core - ring) * burst
        painter.drawEllipse(middle, max(shown, 0.6 * least), max(shown, 0.6 * least))
        if burst > 0.0 and rank < _MOST_BURSTS:
            _draw_rays(painter, ink, middle, ring, burst)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_rays(painter: QPainter, ink: Ink, middle: QPointF, ring: float, burst: float) -> None:
    count = int(min(28, max(8, ring / ink.scale)))
    begin = ring + 2.0 * ink.scale
    length = burst * min(9.0, 2.0 + 0.3 * ring / ink.scale) * ink.scale
    painter.setPen(ink.pen(ink.tokens.vermilion, 1.4 if ring > 6 * ink.scale else 1.0))
    for at in range(count):
        angle = 2 * math.pi * at / count
        across, down = math.cos(angle), math.sin(angle)
        end = begin + length * (1.0 if at % 2 else 0.65)
        painter.drawLine(
            middle + QPointF(begin * across, begin * down), middle + QPointF(end * across, end * down)
        )  # fmt: skip


def draw_names(painter: QPainter, placed: Placed, ink: Ink, which: Ints) -> None:
    """Write into the largest mark what it owes."""
    if not len(which):
        return
    xs, ys, radii = placed.circles(which)
    at = int(np.argmax(radii))
    if radii[at] < _NAMED * ink.scale:
        return
    painter.setPen(QColor(ink.tokens.on_accent))
    for text, size, weight, up in (
        (numbers.money(float(placed.owed[which[at]]), 2), 13.0, QFont.Weight.DemiBold, -15.0),
        (_tr("one loan"), 10.0, QFont.Weight.Normal, 1.0),
    ):
        painter.setFont(ink.font(size, weight))
        room = QRectF(xs[at] - radii[at], ys[at] + up * ink.scale, 2 * radii[at], 16 * ink.scale)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def draw_shorts_name(painter: QPainter, place: Geometry, placed: Placed, ink: Ink) -> None:
    """Say over the marks that only a rise reaches what they wait for."""
    which = placed.safe[placed.rises[placed.safe]]
    inside = which[(placed.ys[which] > place.top) & (placed.ys[which] < place.bottom)]
    if not len(inside) or place.width < _ROOM_TO_SAY * ink.scale:
        return
    xs, ys, radii = placed.circles(inside)
    at = int(np.argmax(radii))
    painter.setFont(ink.font(12.0))
    painter.setPen(QColor(ink.tokens.secondary))
    right = max(x + radius for x, radius in zip(xs, radii, strict=True)) + 8.0 * ink.scale
    room = QRectF(right, ys[at] - 8 * ink.scale, 220 * ink.scale, 16 * ink.scale)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _tr("reached by a rise"))


def draw_no_buyer(painter: QPainter, place: Geometry, placed: Placed, ink: Ink, which: Ints) -> None:
    """Name the largest ring above the line: nobody buys it yet."""
    if not len(which):
        return
    xs, ys, radii = placed.circles(which)
    at = int(np.argmax(radii))
    if radii[at] < 3.0 * ink.scale or place.width < _ROOM_TO_SAY * ink.scale:
        return
    painter.setFont(ink.font(12.0))
    painter.setPen(QColor(ink.tokens.amber))
    top = max(place.top, ys[at] - radii[at] - 19.0 * ink.scale)
    room = QRectF(xs[at] - 80 * ink.scale, top, 160 * ink.scale, 16 * ink.scale)
    _write_over_marks(painter, ink, room, _tr("no buyer yet"))


def _write_over_marks(painter: QPainter, ink: Ink, room: QRectF, text: str) -> None:
    """Write in the middle of a room, on a ground of its own: marks would run through the letters."""
    pen = painter.pen()
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 8.0 * ink.scale
    ground = QRectF(room.center().x() - width / 2, room.top(), width, room.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(ink.tokens.background, 0.8))
    painter.drawRoundedRect(ground, 3.0 * ink.scale, 3.0 * ink.scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
