"""Who pushed whom: for each market the fall at which its loans were liquidated, and whose sales it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics

from cascade_gui.plots.axes import PlainAxis
from cascade_gui.plots.items import Bars
from cascade_gui.plots.labels import Label
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.part_colours import PartColours
from cascade_gui.plots.stacks import StackBy
from cascade_gui.plots.steps import nice_top
from cascade_gui.theme import SIZES, font
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from engine.reading.contagion import Contagion, Pushed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun

_MOST: Final = 8
"""So many markets are shown, those that repaid most."""
_THICK: Final = 0.34
_LOW: Final = 0.12
"""Where a bar stands in the row of its market, below the words."""
_ABOVE: Final = 0.2
"""How far above a bar its words stand."""
_BESIDE: Final = 24
"""So many pixels of a row are no room for words."""
_SEEN: Final = 5e-4
"""Parts below 0.05 points are not spoken of."""


class ContagionPlot(PlotPanel):
    """``plot_contagion``: a bar a market, as long as the fall at which its loans were liquidated, by what made it.

    Of all liquidations up to the shown round. It has a place among the plots only for runs of several markets.

    Parameters
    ----------
    part_colours
        Which colours markets have; None for those of this plot alone.
    """

    def __init__(self, part_colours: PartColours | None = None) -> None:
        self._part_colours = PartColours() if part_colours is None else part_colours
        self._places: list[int] = []  # of the markets among the colours, from top to bottom
        self._recording: RecordedRun | None = None
        self._falls: Contagion | None = None
        self._worked_out = -1  # of how many rounds
        self._round = 0
        self._shown: Pushed | None = None
        super().__init__(
            "plot_contagion",
            self.tr("Contagion"),
            PlainAxis("bottom", numbers.percent_short, pixels=60),
            PlainAxis("left", lambda _: ""),
        )
        text = self.tr(
            "How far the collateral of each market had fallen at market prices when its loans were liquidated, the "
            "mean by debt repaid. What liquidations had moved the price by until then is shared among the markets "
            "as the collateral is that each had taken until then, in USD: linear, whoever came first."
        )
        self.subtitle.setToolTip(plain_tip(text))
        self.axes["left"].fixed_ticks = ()
        self.plot.vb.sigResized.connect(lambda _: self._redraw())
        self.outside = Bars()
        self.parts: list[Bars] = []
        self.plot.addItem(self.outside)
        self.apply_theme(self._tokens)
        self.set_recording(None)

    @property
    def applies(self) -> bool:
        """Whether the run has several markets."""
        return self._recording is not None and len(self._recording.book.market_names) > 1

    @property
    def shown(self) -> Pushed | None:
        """What is drawn, None while it is hidden or there is no run of several markets."""
        return self._shown

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Show another run."""
        self._recording, self._falls, self._shown, self._round = recording, None, None, 0
        self._say_empty("" if self.applies else self.tr("Several markets are compared here"))
        self._redraw()

    def rounds_added(self) -> None:
        """Take in the new rounds when they are drawn."""

    def show_round(self, number: int) -> None:
        """Draw what happened up to a round."""
        self._round = number
        self._redraw()

    # ------------------------------------------------------------------ working

    def _draw(self) -> None:
        run = self._recording
        if run is None or not self.applies:
            self.labels.set_labels([])
            for bars in (self.outside, *self.parts):
                bars.set_bars(*[np.zeros(0)] * 4)
            return
        if self._falls is None or self._worked_out != len(run.rounds):
            self._falls, self._worked_out = Contagion(run), len(run.rounds)
        self._shown = shown = self._falls.pushed(self._round)
        order = self._order(self._falls, len(run.rounds) - 1)
        colours = len(self._tokens.categories)
        names = [str(shown.markets[at]) for at in order[:colours]]
        self._places = self._part_colours.places(StackBy.MARKET, names, colours)
        text = self.tr("whose sales made the fall; up to round {0}")
        self.subtitle.setText(text.format(numbers.count(self._round)))
        self._draw_bars(shown, order)
        self._fit()
        self._label_rows(shown, order)

    def _order(self, falls: Contagion, last: int) -> list[int]:
        """Return the markets from top to bottom: those that repaid most in the whole run, as in the stacks of bars."""
        repaid = falls.pushed(last).repaid_usd
        return list(map(int, np.argsort(-repaid, kind="stable")[:_MOST]))

    def _draw_bars(self, shown: Pushed, order: list[int]) -> None:
        while len(self.parts) < len(order) + 1:
            self.parts.append(Bars())
            self.plot.addItem(self.parts[-1])
        self._colour_bars()
        low = np.arange(len(order), dtype=np.float64)[::-1] + np.float64(_LOW)
        edges = np.zeros(len(order))
        columns = [shown.outside[order], *(shown.by_market[order, source] for source in order)]
        # Of markets that have no bar, and what nobody's sales of the same asset explain.
        columns.append((shown.fall - shown.outside)[order] - np.sum(columns[1:], axis=0))
        bars = [self.outside, *self.parts[: len(order)], self.parts[-1]]
        for item, column in zip(bars, columns, strict=True):
            ends = edges + np.nan_to_num(column)
            _lay(item, edges, ends, low)
            edges = ends

    def _say_row(self, shown: Pushed, at: int, order: list[int]) -> list[str]:
        """Say of a market what its bar shows: in full, shortly, and as shortly as can be."""
        name = shown.markets[at]
        if not shown.repaid_usd[at] > 0:
            return [self.tr("{0}: nothing liquidated").format(name)]
        points = numbers.fixed(100 * float(shown.outside[at]), 1)
        full, short = [self.tr("{0} from outside").format(points)], [self.tr("{0} outside").format(points)]
        others = sorted((each for each in order if each != at), key=lambda each: -float(shown.by_market[at, each]))
        for source in (*others, at):
            part = float(shown.by_market[at, source])
            if abs(part) < _SEEN:
                continue
            points, seller = numbers.fixed(100 * part, 1), shown.markets[source]
            text = self.tr("{0} from its own sales") if source == at else self.tr("{0} from sales of {1}")
            full.append(text.format(points, seller))
            short.append((self.tr("{0} own") if source == at else self.tr("{0} {1}")).format(points, seller))
        fall = numbers.percent(float(shown.fall[at]))
        return [
            self.tr("{0}: liquidated {1} down: {2}").format(name, fall, ", ".join(full)),
            self.tr("{0} {1}: {2}").format(name, fall, ", ".join(short)),
            self.tr("{0} {1}").format(name, fall),
        ]

    def _label_rows(self, shown: Pushed, order: list[int]) -> None:
        rows = [self._say_row(shown, at, order) for at in order]
        measure = QFontMetrics(font(SIZES.secondary * self._scale)).horizontalAdvance
        room = self.plot.vb.rect().width() - _BESIDE
        left, labels = self.plot.vb.viewRange()[0][0], []
        levels = range(max(map(len, rows)))  # all rows say as much as each other
        fits = (level for level in levels if all(measure(texts[min(level, len(texts) - 1)]) <= room for texts in rows))
        level = next(fits, levels[-1])
        for place, texts in enumerate(rows):
            text = texts[min(level, len(texts) - 1)]
            low = len(rows) - 1 - place
            labels.append(Label(text, self._colour(place), left, low + _LOW + _THICK + _ABOVE))
        self.labels.set_labels(labels)
        self.setAccessibleDescription("; ".join(texts[0] for texts in rows))

    def _fit(self) -> None:
        shown = self._shown
        far = 0.0 if shown is None else float(np.nan_to_num(shown.fall).max(initial=0.0))
        low = 0.0 if shown is None else float(np.nan_to_num(shown.fall).min(initial=0.0))
        count = 1 if self._falls is None else min(_MOST, len(self._falls.markets))
        self._set_ranges((min(0.0, 1.1 * low), nice_top(max(0.05, 1.1 * far))), (0.0, float(count)))

    def _colour(self, place: int) -> str:
        places = self._places
        return self._tokens.categories[places[place]] if place < len(places) else self._tokens.secondary

    def _colour_bars(self) -> None:
        self.outside.set_style(pg.mkColor(self._tokens.faint))
        for place, bars in enumerate(self.parts):
            last = place == len(self.parts) - 1
            bars.set_style(pg.mkColor(self._tokens.secondary if last else self._colour(place)))

    def _readout(self, x: float, y: float) -> str:
        return "" if self._shown is None else self.accessibleDescription()

    def _restyle(self) -> None:
        self._colour_bars()
        self._redraw()


def _lay(item: Bars, left: NDArray[np.float64], right: NDArray[np.float64], low: NDArray[np.float64]) -> None:
    """Draw bars that lie, one a row; two without height at the ends hold all of them between their edges."""
    first, last = np.minimum(left, right), np.maximum(left, right)
    zero = np.zeros(1)
    item.set_bars(
        np.concatenate([[first.min(initial=0.0)], first, [last.max(initial=0.0)]]),
        np.concatenate([[first.min(initial=0.0)], last, [last.max(initial=0.0)]]),
        np.concatenate([zero, low, zero]),
        np.concatenate([zero, np.where(last > first, low + _THICK, low), zero]),
    )
