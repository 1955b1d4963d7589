"""The scale of a heat map: its colours, with the amounts at their ends."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cascade_gui.plots.items import colour_stripe
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers

_GAP = 6


class HeatScale(QWidget):
    """A stripe of colours from no USD to the most.

    Parameters
    ----------
    colours
        The name of one of pyqtgraph's colour maps.
    """

    def __init__(self, colours: str) -> None:
        super().__init__()
        self.low, self.stripe, self.high = plain_label(numbers.money(0.0)), plain_label(), plain_label()
        self.stripe.setPixmap(colour_stripe(colours))
        row = QHBoxLayout(self)
        row.setContentsMargins(_GAP, 0, _GAP, 0)
        row.setSpacing(_GAP)
        for label in (self.low, self.stripe, self.high):
            label.setProperty("role", "secondary")
            row.addWidget(label)
        self.hide()

    def show_most(self, most: float) -> None:
        """Say what the last colour stands for, USD."""
        self.high.setText(numbers.money(most))
        self.setToolTip(self.tr("$0 to {0} within two points of fall").format(numbers.money(most)))
