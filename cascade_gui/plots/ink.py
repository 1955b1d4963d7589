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
        # Where what fills cells of a column begins and ends, as places in one array of all columns, and how much it
        # counts: they are added up together when something is looked for.
        self._filled: list[tuple[NDArray[np.int64], NDArray[np.int64], float]] = []
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
        first, last = (((edge - self._left) / _CELL).astype(np.int64) for edge in (left, right))
        first, last = np.maximum(first, 0), np.minimum(last, self._columns - 1)
        counts = np.maximum(last - first + 1, 0)
        bars = np.repeat(np.arange(len(counts)), counts)
        columns = np.arange(len(bars)) - (np.cumsum(counts) - counts - first)[bars]
        self._fill(columns, top[bars], np.full(len(bars), self._top + _CELL * self._rows), 1.0)

    def under(
        self, lefts: NDArray[np.float64], tops: NDArray[np.float64], width: float, height: float
    ) -> NDArray[np.float64]:
        """Return [lefts, tops] how many cells with something in them a rectangle of this size covers at each place."""
        sums = self._added_up()
        first, last = self._span(lefts, self._left, width, self._columns)
        above, below = self._span(tops, self._top, height, self._rows)
        rows = sums[below] - sums[above]
        found: NDArray[np.float64] = rows[:, last] - rows[:, first]
        return found.T

    def _added_up(self) -> NDArray[np.float64]:
        """Return [rows + 1, columns + 1] how much is in all cells above and to the left of each corner."""
        if self._sums is None:
            edges = np.zeros((self._rows + 1) * self._columns)
            for first, last, weight in self._filled:
                np.add.at(edges, first, weight)
                np.add.at(edges, last, -weight)
            cells = edges.reshape(self._rows + 1, self._columns).cumsum(axis=0)[:-1]
            self._sums = np.zeros((self._rows + 1, self._columns + 1))
            self._sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
        return self._sums

    def _fill(
        self, columns: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64], weight: float
    ) -> None:
        """Count the cells from one height to another in each column."""
        self._sums = None
        inside = (high >= self._top) & (low <= self._top + _CELL * self._rows)
        columns, low, high = columns[inside], low[inside], high[inside]
        first, last = np.floor((low - self._top) / _CELL), np.floor((high - self._top) / _CELL) + 1
        first, last = (np.minimum(np.maximum(each, 0), self._rows).astype(np.int64) for each in (first, last))
        self._filled.append((first * self._columns + columns, last * self._columns + columns, weight))

    def _span(
        self, begins: NDArray[np.float64], origin: float, length: float, most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        first, last = np.floor((begins - origin) / _CELL), np.ceil((begins + length - origin) / _CELL)
        first, last = (np.minimum(np.maximum(each, 0), most).astype(np.int64) for each in (first, last))
        return first, last
