"""Where in a plot something is drawn, coarsely: what labels keep away from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF

_CELL: Final = 4.0
"""Pixels along a side of a cell: labels are placed at every step of a played run."""


class Ink:
    """Counts what is drawn in each cell of an area.

    Parameters
    ----------
    area
        The area, in pixels.
    """

    def __init__(self, area: QRectF) -> None:
        self._left, self._top = area.left(), area.top()
        self._rows, self._columns = (max(1, int(side / _CELL)) for side in (area.height(), area.width()))
        self._edges: NDArray[np.float64] = np.zeros((self._rows + 1, self._columns))
        self._sums: NDArray[np.float64] | None = None

    def add_line(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Add a line through points in pixels with rising x; points that are not finite are left out."""
        known = np.isfinite(x) & np.isfinite(y)
        x, y = x[known], y[known]
        if len(x) < 2:
            return
        borders = self._left + _CELL * np.arange(self._columns + 1)
        heights = np.interp(borders, x, y)
        low, high = np.minimum(heights[:-1], heights[1:]), np.maximum(heights[:-1], heights[1:])
        # Peaks and upright steps between two borders.
        column = np.floor((x - self._left) / _CELL).astype(np.int64)
        inside = (column >= 0) & (column < self._columns)
        np.minimum.at(low, column[inside], y[inside])
        np.maximum.at(high, column[inside], y[inside])
        seen = np.flatnonzero((borders[1:] > x[0]) & (borders[:-1] < x[-1]))
        self._fill(seen, low[seen], high[seen], 1.0)

    def add_upright(self, x: float, weight: float) -> None:
        """Add an upright line over the whole height that counts so much in each cell."""
        column = int((x - self._left) / _CELL)
        if 0 <= column < self._columns:
            bottom = self._top + _CELL * self._rows
            self._fill(np.array([column]), np.array([self._top]), np.array([bottom]), weight)

    def add_bars(self, left: NDArray[np.float64], right: NDArray[np.float64], top: NDArray[np.float64]) -> None:
        """Add bars that stand on the bottom of the area, in pixels."""
        bottom = self._top + _CELL * self._rows
        for begin, end, high in zip(left.tolist(), right.tolist(), top.tolist(), strict=True):
            first, last = (int((edge - self._left) / _CELL) for edge in (begin, end))
            columns = np.arange(max(0, first), min(self._columns, last + 1))
            self._fill(columns, np.full(len(columns), high), np.full(len(columns), bottom), 1.0)

    def under(
        self, lefts: NDArray[np.float64], tops: NDArray[np.float64], width: float, height: float
    ) -> NDArray[np.float64]:
        """Return [lefts, tops] how many cells with something in them a rectangle of this size covers at each place."""
        if self._sums is None:
            cells = np.cumsum(self._edges, axis=0)[:-1]
            self._sums = np.zeros((self._rows + 1, self._columns + 1))
            self._sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
        first, last = self._span(lefts, self._left, width, self._columns)
        above, below = self._span(tops, self._top, height, self._rows)
        sums = self._sums
        found: NDArray[np.float64] = (
            sums[np.ix_(below, last)]
            - sums[np.ix_(above, last)]
            - sums[np.ix_(below, first)]
            + sums[np.ix_(above, first)]
        )
        return found.T

    def _fill(
        self, columns: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64], weight: float
    ) -> None:
        """Count the cells from one height to another in each column."""
        self._sums = None
        inside = (high >= self._top) & (low <= self._top + _CELL * self._rows)
        first = np.clip(np.floor((low - self._top) / _CELL), 0, self._rows).astype(np.int64)[inside]
        last = np.clip(np.floor((high - self._top) / _CELL) + 1, 0, self._rows).astype(np.int64)[inside]
        np.add.at(self._edges, (first, columns[inside]), weight)
        np.add.at(self._edges, (last, columns[inside]), -weight)

    def _span(
        self, begins: NDArray[np.float64], origin: float, length: float, most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        first = np.clip(np.floor((begins - origin) / _CELL), 0, most).astype(np.int64)
        last = np.clip(np.ceil((begins + length - origin) / _CELL), 0, most).astype(np.int64)
        return first, last
