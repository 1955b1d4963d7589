"""The way of the liquidation map from one round to the next: its curve, and the line of the price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.plots.moving import Moving

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.plots.map_data import MapCurve
    from cascade_gui.plots.map_marks import MapMarks


class MapMotion(QObject):
    """Moves a map, and draws it on its way.

    Parameters
    ----------
    widget
        The plot.
    marks
        Its upright lines.
    draw
        Draws its shapes, which ask `of` for the curve.

    Attributes
    ----------
    motion
        How far it is.
    """

    def __init__(self, widget: QWidget, marks: MapMarks, draw: Callable[[], None]) -> None:
        super().__init__(widget)
        self.motion = Moving(widget)
        self.motion.moved.connect(self._move)
        self.motion.arrived.connect(self._arrive)
        self._marks, self._draw = marks, draw
        self._before: MapCurve | None = None
        self._share = 1.0
        self._places = (0.0, 0.0)

    def go(self, before: MapCurve | None, now: MapCurve, draw: Callable[[], None]) -> None:
        """Draw the curve of another round with `draw`, and let it move there from the one before if that is next."""
        self.motion.halt()
        place = float(self._marks.now.value())
        draw()
        self._places = place, float(self._marks.now.value())
        if before is not None and abs(now.round - before.round) == 1 and self.motion.begin():
            self._before = before
            self._move(0.0)

    def of(self, now: MapCurve | None) -> MapCurve | None:
        """Return the curve as it is on its way to this one."""
        if self._before is None or now is None:
            return now
        before = self._before.up_to(-float(now.drops[0]))
        if len(before.drops) != len(now.drops):
            return now
        cumulative, risen = (
            was + self._share * (each - was)
            for was, each in ((before.cumulative, now.cumulative), (before.risen, now.risen))
        )
        return replace(now, cumulative=cumulative, risen=risen)

    def _move(self, share: float) -> None:
        self._share = share
        self._draw()
        begin, end = self._places
        self._marks.now.setPos(begin + share * (end - begin))

    def _arrive(self) -> None:
        self._before, self._share = None, 1.0
        self._draw()
        self._marks.now.setPos(self._places[1])
