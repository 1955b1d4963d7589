"""The upright lines of the liquidation map with their labels: where a round's price is, and where a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from cascade_gui.plots import map_texts
from cascade_gui.plots.labels import Label

if TYPE_CHECKING:
    from cascade_gui.plots.map_data import MapCurve
    from cascade_gui.theme import Tokens

_NEAR_LEFT = 0.4
"""So far from the left edge, as a share of the width, a label stands on the right of its line."""
_HIGH = 0.94
"""How high labels stand, as a share of the height."""


class MapMarks:
    """Two upright lines over a map.

    Parameters
    ----------
    plot
        Where they are drawn.

    Attributes
    ----------
    now, was
        The line of the shown round, and that of the run before, in the same round or at its end.
    """

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self.now, self.was = (pg.InfiniteLine(angle=90, movable=False) for _ in range(2))
        self.now.setZValue(20)
        self.was.setZValue(19)
        for line in (self.was, self.now):
            plot.addItem(line)

    def hide(self) -> None:
        """Show neither."""
        self.now.hide()
        self.was.hide()

    def show_now(self, x: float, text: str, colour: str, apart: float | None = None) -> Label:
        """Show where a round is and return its label.

        Parameters
        ----------
        x
            Where; beyond the axis no line is drawn, and an arrow says in which direction it is.
        text, colour
            Of its label.
        apart
            Where the other line is, None for none: the labels stand on the sides away from each other.
        """
        return self._show(self.now, x, text, colour, apart)

    def show_was(self, fallen: float | None, colours: Tokens, apart: float | None = None) -> list[Label]:
        """Show where the run before was, or not, and return its label."""
        if fallen is None:
            self.was.hide()
            return []
        return [self._show(self.was, fallen, map_texts.ended_before(-fallen), colours.secondary, apart)]

    def restyle(self, pen_now: Any, pen_was: Any) -> None:
        """Take pens of other colours or widths."""
        self.now.setPen(pen_now)
        pen_was.setStyle(Qt.PenStyle.DashLine)
        self.was.setPen(pen_was)

    def _show(self, line: Any, x: float, text: str, colour: str, apart: float | None) -> Label:
        """Place a line, and return a label at its top, on the side where there is room."""
        (left, right), (_, top) = self._plot.vb.viewRange()
        line.setPos(x)
        line.setVisible(left <= x <= right)
        if x > right:
            return Label(map_texts.beyond(text, right=True), colour, right, top * _HIGH, side="before")
        if x < left:
            return Label(map_texts.beyond(text, right=False), colour, left, top * _HIGH)
        share = (x - left) / (right - left)
        if apart is not None and apart < x:
            goes_right = True  # where there is no room it moves to the left by itself
        else:
            goes_right = share <= (_NEAR_LEFT if apart is None else _NEAR_LEFT / 2)
        return Label(text, colour, x, top * _HIGH, side="end" if goes_right else "before")


def label_before(before: MapCurve, colour: str) -> Label:
    """Return the label of the curve of the book before the shock, near its right end."""
    x = float(before.drops[-1]) * 0.98
    y = float(np.interp(x, before.drops, before.cumulative))
    return Label(map_texts.before_the_shock(), colour, x, y, side="above", line=0)
