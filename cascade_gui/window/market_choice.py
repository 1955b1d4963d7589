"""Which market's figures the window shows: chosen in the plots, followed by all that tells figures by market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cascade_gui.loan_table.filter_bar import FilterBar
    from cascade_gui.plots.grid import PlotGrid
    from cascade_gui.window.following import Following


class OfMarket(Protocol):
    """Shows figures of one market, or of all."""

    def set_market(self, market: str | None) -> None:
        """Show those of a market, None for all."""


class MarketChoice(QObject):
    """Lets everything show the market that was chosen in the plots.

    Parameters
    ----------
    plots
        In which it is chosen.
    followers
        What shows the figures of that market.
    before
        The run before, which is looked at again.
    rows
        The filter of the loan table, which is told to show the rows of that market, and its totals with them. What the
        user has written there stays, joined by ``and``, and stands alone again when all markets are shown.
    """

    def __init__(self, plots: PlotGrid, followers: Iterable[OfMarket], before: Following, rows: FilterBar) -> None:
        super().__init__(plots)
        self._followers = tuple(followers)
        self._before, self._filter = before, rows
        self._own = ""  # what the user wrote, and what was made of it
        self._written = ""
        plots.market_chosen.connect(self._follow)

    def _follow(self, market: str | None) -> None:
        for follower in self._followers:
            follower.set_market(market)
        self._before.look_again()
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
