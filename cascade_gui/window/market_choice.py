"""Which market's figures the window shows: chosen in the plots, followed by all that tells figures by market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from cascade_gui.figures.run_summary import RunSummary
    from cascade_gui.figures.strip import FiguresStrip
    from cascade_gui.plots.grid import PlotGrid
    from cascade_gui.window.session import Session


class MarketChoice(QObject):
    """Lets everything show the market that was chosen in the plots.

    Parameters
    ----------
    session
        Whose run before is looked at again.
    plots
        Where it is chosen.
    figures, summary
        What follows.
    """

    def __init__(self, session: Session, plots: PlotGrid, figures: FiguresStrip, summary: RunSummary) -> None:
        super().__init__(plots)
        self._session = session
        self._figures = figures
        self._summary = summary
        plots.market_chosen.connect(self._follow)

    def _follow(self, market: str | None) -> None:
        self._figures.set_market(market)
        self._summary.set_market(market)
        self._session.following.look_again()
