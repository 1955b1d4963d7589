"""Which row of a table stands where in a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cascade_gui.studies.drawing.chart import Boxes, Chart, Line, Points
from cascade_gui.studies.drawing.chart_items import box_places

if TYPE_CHECKING:
    from engine.base.types import Floats

_NEAR: Final = 14.0
"""So many pixels from a point a click still means it."""
_LEAST: Final = 5.0
"""A bar that is lower than so many pixels on either side is hit as if it were so high."""


class Hit(NamedTuple):
    """A row and where it stands.

    Parameters
    ----------
    row
        Of the chart's table.
    x, y
        The place of its point, or of the middle of its box.
    box
        Left, right, bottom and top of a box; None for a point.
    """

    row: int
    x: float
    y: float
    box: tuple[float, float, float, float] | None = None


def hit(chart: Chart, x: float, y: float, pixel: tuple[float, float]) -> Hit | None:
    """Return what stands at a place: a point near to it, else the box that it is in, else the next point of a line.

    Parameters
    ----------
    chart
        What is drawn.
    x, y
        A place of the plot.
    pixel
        The width and the height of a pixel there.
    """
    for mark in reversed(chart.marks):
        if isinstance(mark, Points) and len(mark.rows):
            places = _points(chart, mark)
            away = np.hypot((places[0] - x) / pixel[0], (places[1] - y) / pixel[1])
            near = _least(away)
            if near is not None and away[near] <= _NEAR:
                return Hit(int(mark.rows[near]), float(places[0][near]), float(places[1][near]))
    for mark in reversed(chart.marks):
        if isinstance(mark, Boxes) and len(mark.rows):
            left, right, bottom, top = box_places(chart, mark)
            room = _LEAST * pixel[1]
            inside = (left <= x) & (x < right) & (bottom - room <= y) & (y < top + room)
            if inside.any():
                return _box(mark, (left, right, bottom, top), int(inside.argmax()))
    return _on_line(chart, x, y)


def _on_line(chart: Chart, x: float, y: float) -> Hit | None:
    """Return the next point of the line that passes nearest to a place; of equals that of the upper line."""
    found: tuple[float, Hit] | None = None
    for mark in reversed(chart.marks):
        if isinstance(mark, Line) and len(mark.rows):
            places = _points(chart, mark)
            known = np.isfinite(places[1]) & (mark.rows >= 0)
            near = _least(np.where(known, np.abs(places[0] - x), np.nan))
            if near is not None:
                away = abs(float(places[1][near]) - y)
                if found is None or away < found[0]:
                    found = away, Hit(int(mark.rows[near]), float(places[0][near]), float(places[1][near]))
    return None if found is None else found[1]


def places_of(chart: Chart, row: int) -> list[Hit]:
    """Return where a row stands, on each line and in each box that it has."""
    hits: list[Hit] = []
    for mark in chart.marks:
        if not isinstance(mark, (Points, Line, Boxes)):
            continue
        found = np.flatnonzero(mark.rows == row)
        if not len(found):
            continue
        # Where all of a line is one row, its end stands for it.
        at = int(found[-1] if isinstance(mark, Line) and len(found) == len(mark.rows) else found[0])
        if isinstance(mark, Boxes):
            hits.append(_box(mark, box_places(chart, mark), at))
            continue
        places = _points(chart, mark)
        if np.isfinite(places[0][at]) and np.isfinite(places[1][at]):
            hits.append(Hit(row, float(places[0][at]), float(places[1][at])))
    return hits


def _points(chart: Chart, mark: Points | Line) -> tuple[Floats, Floats]:
    return chart.bottom.places(mark.x), chart.left.places(mark.y)


def _least(values: Floats) -> int | None:
    return int(np.nanargmin(values)) if np.isfinite(values).any() else None


def _box(mark: Boxes, edges: tuple[Floats, Floats, Floats, Floats], at: int) -> Hit:
    left, right, bottom, top = (float(each[at]) for each in edges)
    return Hit(int(mark.rows[at]), (left + right) / 2, (bottom + top) / 2, (left, right, bottom, top))
