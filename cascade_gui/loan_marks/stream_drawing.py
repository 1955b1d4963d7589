"""Draws the sales as streams from what is sold into the price: wide at the loan, narrow at the price."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from cascade_gui.theme.colours import with_alpha

if TYPE_CHECKING:
    from cascade_gui.loan_marks.axis_drawing import Ink
    from cascade_gui.loan_marks.geometry import Geometry
    from cascade_gui.loan_marks.placed import Placed
    from engine.base.types import Floats

_MOST: Final = 5
"""So many loans have a stream of their own; the rest share one."""
_OWN_SHARE: Final = 0.04
_GOLDEN: Final = 0.618034


@dataclass(frozen=True, slots=True)
class Stream:
    """From where, as wide as what, with which share of the sales of the round."""

    x: float
    y: float
    half_width: float
    share: float


def streams(placed: Placed, seized: Floats) -> list[Stream]:
    """Return the streams of a round: the largest sales one by one, all others together from their middle."""
    which = placed.sold
    total = float(seized[which].sum())
    if total <= 0.0:
        return []
    order = which[np.argsort(-seized[which], kind="stable")]
    own = [at for at in order[:_MOST].tolist() if seized[at] >= _OWN_SHARE * total]
    found = [
        Stream(float(placed.xs[at]), float(placed.ys[at]), float(placed.radii[at]), float(seized[at] / total))
        for at in own
    ]  # fmt: skip
    rest = order[len(own) :]
    if len(rest):
        weights = seized[rest]
        x, y = (float(np.average(values[rest], weights=weights)) for values in (placed.xs, placed.ys))
        found.append(Stream(x, y, 4.0, float(weights.sum() / total)))
    return found


def draw_streams(
    painter: QPainter, place: Geometry, ink: Ink, found: list[Stream], y_line: float, progress: float
) -> None:
    """Draw the streams as far as they have run.

    Parameters
    ----------
    painter, place, ink, found
        Where, and what.
    y_line
        The height of the price that they run into.
    progress
        How far they have run, 0 to 1; at 1 they stand.
    """
    if not found or progress <= 0.0:
        return
    painter.save()
    farthest = max(stream.x for stream in found)
    edge = farthest - (farthest - place.head) * progress
    painter.setClipRect(QRectF(edge, place.top - 200, place.right - edge + 200, place.height + 400))
    painter.setPen(Qt.PenStyle.NoPen)
    for stream in found:
        painter.setBrush(with_alpha(ink.tokens.vermilion, 0.34))
        painter.drawPath(_ribbon(stream, place.head, y_line, ink.scale))
    for stream in found:
        _draw_drops(painter, stream, place.head, y_line, ink, progress)
    largest = max(found, key=lambda stream: stream.share)
    _draw_arrows(painter, largest, place.head, y_line, ink)
    painter.restore()


def _ribbon(stream: Stream, head: float, y_line: float, scale: float) -> QPainterPath:
    wide, narrow = stream.half_width, max(1.2, 7.0 * stream.share) * scale
    bend = (stream.x + head) / 2
    path = QPainterPath(QPointF(stream.x, stream.y - wide))
    path.cubicTo(QPointF(bend, stream.y - wide), QPointF(bend, y_line - narrow), QPointF(head, y_line - narrow))
    path.lineTo(QPointF(head, y_line + narrow))
    path.cubicTo(QPointF(bend, y_line + narrow), QPointF(bend, stream.y + wide), QPointF(stream.x, stream.y + wide))
    path.closeSubpath()
    return path


def _along(stream: Stream, head: float, y_line: float, share: float, scale: float) -> tuple[QPointF, float]:
    """Return the middle of a stream and its half width, at a share of its way."""
    rest = 1.0 - share
    bend = (stream.x + head) / 2
    x = rest**3 * stream.x + 3 * rest * rest * share * bend + 3 * rest * share * share * bend + share**3 * head
    blend = rest**3 + 3 * rest * rest * share
    narrow = max(1.2, 7.0 * stream.share) * scale
    y = blend * stream.y + (1 - blend) * y_line
    return QPointF(x, y), blend * stream.half_width + (1 - blend) * narrow


def _draw_drops(painter: QPainter, stream: Stream, head: float, y_line: float, ink: Ink, progress: float) -> None:
    """Draw what runs in a stream. Where each drop is follows from its number alone, so that pictures are the same."""
    painter.setBrush(with_alpha(ink.tokens.text, 0.75))
    for number in range(int(4 + 44 * stream.share)):
        share = math.fmod(number * _GOLDEN + 0.8 * progress, 1.0)
        middle, half = _along(stream, head, y_line, share, ink.scale)
        across = (2.0 * math.fmod(number * 0.754877, 1.0) - 1.0) * 0.75 * half
        size = (0.8 + 1.3 * math.fmod(number * 0.569840, 1.0)) * ink.scale
        painter.drawEllipse(middle + QPointF(0.0, across), size, size)


def _draw_arrows(painter: QPainter, stream: Stream, head: float, y_line: float, ink: Ink) -> None:
    painter.setPen(ink.pen(QColor(ink.tokens.text), 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for share in (0.35, 0.5, 0.65):
        middle, half = _along(stream, head, y_line, share, ink.scale)
        size = min(6.0 * ink.scale, max(3.0 * ink.scale, 0.8 * half))
        tip, back = middle - QPointF(0.5 * size, 0.0), QPointF(size, size)
        painter.drawPolyline(QPolygonF([tip + QPointF(back.x(), -back.y()), tip, tip + back]))
    painter.setPen(Qt.PenStyle.NoPen)
