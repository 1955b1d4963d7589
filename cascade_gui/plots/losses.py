"""Who lost and who gained by the shown round, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from cascade_gui.plots.axes import nice_step, write_money
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.items import thin_line
from cascade_gui.plots.labels import Label
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINES = (
    ("borrower_loss_usd", "text", False),
    ("bad_debt_usd", "vermilion", False),
    ("lender_loss_usd", "vermilion", True),
    ("liquidator_profit_usd", "accent", False),
    ("reserve_usd", "green", False),
)
"""Column, colour, dashed; the reserve is a level, the others are sums over the rounds."""


class LossesPlot(RoundPlot):
    """``plot_losses``: bad debt, lender loss, borrower loss, liquidator profit and reserves."""

    def __init__(self) -> None:
        self._ready = False
        self._values: dict[str, NDArray[np.float64]] = {}
        super().__init__("plot_losses", self.tr("Losses"), write_money)
        self.subtitle.setText(self.tr("USD, added up"))
        self.lines = {}
        for name, _, _ in _LINES:
            self.lines[name] = thin_line(self.plot)
        self._ready = True
        self._rounds_changed()
        self.apply_theme(self._tokens)

    def name_of(self, column: str) -> str:
        """Return what people call a column."""
        return {
            "borrower_loss_usd": self.tr("borrowers lost"),
            "bad_debt_usd": self.tr("bad debt"),
            "lender_loss_usd": self.tr("lenders lost"),
            "liquidator_profit_usd": self.tr("liquidators gained"),
            "reserve_usd": self.tr("reserves"),
        }[column]

    # ------------------------------------------------------------------ working

    def _rounds_changed(self) -> None:
        self._values = {
            name: (self.series[name] if name == "reserve_usd" else self.series.total(name))
            for name, _, _ in _LINES
            if len(self.series)
        }

    def _range(self) -> tuple[float, float]:
        if not self._values:
            return 0.0, 1.0
        stop = None if self._locked else self.round + 1
        values = np.stack(list(self._values.values()))[:, :stop]
        low, high = min(0.0, float(values.min())), max(float(values.max()), 1.0)
        step = nice_step(high - low, 5)
        return step * np.floor(low / step), step * np.ceil(high / step * (1 - 1e-9))

    def _draw(self) -> None:
        if not self._ready:
            return
        if not self._values:
            for line in self.lines.values():
                line.setData([], [])
            self.labels.set_labels([])
            return
        x = np.arange(self.round + 1, dtype=np.float64)
        ends = []
        for name, role, _ in _LINES:
            values = self._values[name][: self.round + 1]
            # A line that never leaves 0 says nothing that its absence does not.
            moves = bool(np.any(self._values[name] != 0))
            self.lines[name].setData(x, values) if moves else self.lines[name].setData([], [])
            if moves and values[-1] != 0:
                text = f"{self.name_of(name)} {numbers.money(values[-1])}"
                colour = getattr(self._tokens, role)
                ends.append(Label(text, colour, self.round, values[-1], bold=name == "bad_debt_usd"))
        ends.sort(key=lambda label: -label.y)
        self.labels.set_labels(ends)

    def _readout(self, x: float, y: float) -> str:
        if not self._values:
            return ""
        at = max(0, min(round(x), len(self.series) - 1))
        parts = [f"{self.name_of(name)} {numbers.money(self._values[name][at])}" for name, _, _ in _LINES]
        return self.tr("round {0}: {1}").format(numbers.count(at), ", ".join(parts))

    def _restyle(self) -> None:
        if not self._ready:
            return
        for name, role, dashed in _LINES:
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            colour = getattr(self._tokens, role)
            self.lines[name].setPen(self._pen(colour, 1.4 if dashed else 2.0, style=style))
        super()._restyle()
