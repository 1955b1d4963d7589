"""Which market's figures the window shows: chosen in the plots, followed by all that tells figures by market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from cascade_gui.figures.run_summary import RunSummary
    from cascade_gui.figures.strip import FiguresStrip
    from cascade_gui.loan_table.filter_bar import FilterBar
    from cascade_gui.playback.transport import TransportBar
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
    figures, summary, transport
        What follows.
    table_filter
        Where the loan table is told to show the rows of that market, and its totals with them. What the user has
        written there stays, joined by ``and``, and stands alone again when all markets are shown.
    """

    def __init__(
        self,
        session: Session,
        plots: PlotGrid,
        figures: FiguresStrip,
        summary: RunSummary,
        transport: TransportBar,
        table_filter: FilterBar,
    ) -> None:
        super().__init__(plots)
        self._session = session
        self._figures = figures
        self._summary = summary
        self._transport = transport
        self._filter = table_filter
        self._own = ""  # what the user wrote, and what was made of it
        self._written = ""
        plots.market_chosen.connect(self._follow)

    def _follow(self, market: str | None) -> None:
        self._figures.set_market(market)
        self._summary.set_market(market)
        self._transport.set_market(market)
        self._session.following.look_again()
        self._filter_table(market)

    def _filter_table(self, market: str | None) -> None:
        text = self._filter.text().strip()
        self._own = self._own if text and text == self._written else text
        self._written = with_market(self._own, market)
        if self._written != text:
            self._filter.setText(self._written)
            self._filter.apply_quietly()


def with_market(text: str, market: str | None) -> str:
    """Return a filter of the loan table that shows only what another one shows of a market.

    Parameters
    ----------
    text
        The other filter, empty for none.
    market
        The market; None for all, and a name with both kinds of quotation marks, which no filter can hold, change
        nothing.

    Examples
    --------
    >>> with_market("", "aave"), with_market("health < 1 or ltv > 80%", "aave")
    ('market = "aave"', '(health < 1 or ltv > 80%) and market = "aave"')
    """
    mark = next((each for each in ('"', "'") if each not in (market or "")), None)
    if market is None or mark is None:
        return text
    rule = f"market = {mark}{market}{mark}"
    return f"({text}) and {rule}" if text else rule
