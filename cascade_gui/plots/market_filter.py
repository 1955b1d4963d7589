"""The choosers that say, in every plot that differs by it, whose figures are shown: all markets or one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.plots.chooser import Chooser
from cascade_gui.theme.plain_text import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.plots.panel import PlotPanel
    from engine.reading.recorded_run import RecordedRun


class MarketFilter(QObject):
    """One choice, shown in the title rows of several plots; not at all for a run of one market.

    Parameters
    ----------
    plots
        Where it is shown.
    """

    chosen = Signal(object)
    """The name of the market that the user chose, None for all of them."""

    def __init__(self, plots: Sequence[PlotPanel]) -> None:
        super().__init__(plots[0])
        self._names: tuple[str, ...] = ()
        self.choosers: list[Chooser] = []
        for plot in plots:
            chooser = Chooser(f"{plot.objectName()}_market", self.tr("Market whose figures all plots show"))
            text = self.tr("Show the figures of one market, here and in all plots that tell markets apart")
            chooser.setToolTip(plain_tip(text))
            chooser.chosen.connect(self._choose)
            chooser.hide()
            plot.add_chooser(chooser)
            self.choosers.append(chooser)

    def offer(self, recording: RecordedRun | None, market: str | None) -> None:
        """Offer the markets of a run, and show which of them is chosen; None for all."""
        names = () if recording is None else tuple(map(str, recording.book.market_names))
        for chooser in self.choosers:
            if names != self._names:
                chooser.set_choices([self.tr("all markets"), *names])
                chooser.setVisible(len(names) > 1)
            if names:
                chooser.show_choice(0 if market is None else 1 + names.index(market))
        self._names = names

    def _choose(self, number: int) -> None:
        self.chosen.emit(self._names[number - 1] if number else None)
