"""The view of a plot, which leaves turns of the wheel to its panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from cascade_gui.plots.panel import PlotPanel


class PlotView(pg.PlotWidget):
    """A plot that asks its panel first what a turn of the wheel means."""

    panel: PlotPanel

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave to pyqtgraph what the panel has no use for."""
        if self.panel.turn_wheel(event):
            event.accept()
        else:
            super().wheelEvent(event)
