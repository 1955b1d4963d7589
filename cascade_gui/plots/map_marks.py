"""The upright lines of the liquidation map with their labels: where a round's price is, and where a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import Qt

from cascade_gui.plots import map_texts
from cascade_gui.plots.labels import Label

if TYPE_CHECKING:
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
        The line of the shown round, and that of the end of the run before.
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

    def show_now(self, x: float, text: str, colour: str) -> Label:
        """Show where a round is and return its label."""
        self.now.setPos(x)
        self.now.show()
        return self._label_at(x, text, colour)

    def show_was(self, fallen: float | None, colours: Tokens) -> list[Label]:
        """Show where the run before ended, or not, and return its label."""
        self.was.setVisible(fallen is not None)
        if fallen is None:
            return []
        self.was.setPos(fallen)
        return [self._label_at(fallen, map_texts.ended_before(-fallen), colours.secondary)]

    def restyle(self, pen_now: Any, pen_was: Any) -> None:
        """Take pens of other colours or widths."""
        self.now.setPen(pen_now)
        pen_was.setStyle(Qt.PenStyle.DashLine)
        self.was.setPen(pen_was)

    def _label_at(self, x: float, text: str, colour: str) -> Label:
        """Return a label at the top of an upright line, on the side where there is room."""
        (left, right), (_, top) = self._plot.vb.viewRange()
        near_left = x <= left + _NEAR_LEFT * (right - left)
        return Label(text, colour, x, top * _HIGH, side="end" if near_left else "before")
