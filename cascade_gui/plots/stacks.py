"""What the bars of the liquidations are stacked by: assets, markets or categories of accounts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.reading.repayments import category_names, repayments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun


class StackBy(Enum):
    """What each part of a bar stands for."""

    ASSET = "asset"
    MARKET = "market"
    CATEGORY = "category"


def choices(recording: RecordedRun | None) -> tuple[StackBy, ...]:
    """Return by what a run's bars can be told apart: markets where it has several, categories where it has any."""
    if recording is None:
        return (StackBy.ASSET,)
    several = len(recording.book.market_names) > 1
    found = [StackBy.ASSET, *([StackBy.MARKET] if several else [])]
    return (*found, StackBy.CATEGORY) if category_names(recording) else tuple(found)


class Stack:
    """Debt repaid by round, in parts that add up to all of the series' market, or of all markets.

    Parameters
    ----------
    series
        The rounds, which may still grow.
    by
        What the parts are.

    Attributes
    ----------
    names
        The names of the S parts.
    """

    def __init__(self, series: Series, by: StackBy) -> None:
        self._series = series
        self.by = by
        self._count = 0
        self.names: tuple[str, ...] = series.assets
        recording = series.recording
        if recording is not None and by is StackBy.MARKET:
            self.names = tuple(map(str, recording.book.market_names))
        elif recording is not None and by is StackBy.CATEGORY:
            self.names = (*category_names(recording), QCoreApplication.translate("LiquidationsPlot", "no category"))
        self._values = np.zeros((64, len(self.names)))

    @property
    def values(self) -> NDArray[np.float64]:
        """USD repaid by round and part, [rounds, S]."""
        if self.by is StackBy.ASSET:
            return self._series["repaid_by_collateral_usd"]
        count = len(self._series)
        if count > self._count and self._series.recording is not None:
            if count > len(self._values):
                larger = np.zeros((max(count, 2 * len(self._values)), len(self.names)))
                larger[: self._count] = self._values[: self._count]
                self._values = larger
            self._take(self._series.recording, self._count, count - 1)
            self._count = count
        return self._values[:count]

    def is_of(self, series: Series, by: StackBy) -> bool:
        """Whether it is of these rounds, and has these parts."""
        return series is self._series and by is self.by

    def _take(self, recording: RecordedRun, first: int, last: int) -> None:
        market = self._series.market
        if self.by is StackBy.MARKET:
            repaid = np.array([step.repaid_usd for step in recording.rounds[first : last + 1]])
            shown = np.array([market in (None, name) for name in self.names])
            self._values[first : last + 1] = np.where(shown, repaid, 0.0)
            return
        rows = repayments(recording, first, last)
        kept = np.ones(len(rows.round), dtype=np.bool_)
        if market is not None:
            kept = rows.market == recording.book.market_names.index(market)
        # No category is -1: the last of the parts.
        np.add.at(self._values, (rows.round[kept], rows.category[kept]), rows.repaid_usd[kept])
