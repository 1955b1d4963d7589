"""The liquidation map over the rounds: its colours, and the price that moves through them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from cascade_gui.plots.fold import Fold, fold_of
from cascade_gui.plots.fold_marks import FoldMarks
from cascade_gui.plots.items import ThinnedLine
from cascade_gui.plots.map_data import DROPS
from cascade_gui.plots.steps import nice_top

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.axes import PlainAxis
    from cascade_gui.plots.labels import LabelLayer
    from cascade_gui.plots.map_data import HeatMap
    from cascade_gui.plots.series import Series
    from cascade_gui.theme import Tokens

_MOST_COLUMNS: Final = 2000
_PARTS: Final = 4
"""So many columns are as wide as a round that is not folded: what is folded is shared among them."""


class HeatPicture:
    """The items of the heat map in a plot, and the places at which its rounds stand.

    Parameters
    ----------
    plot
        Where it is drawn.
    labels
        What words of its own keep away from.

    Attributes
    ----------
    image, path
        The colours, and the line of the price.
    fold
        Where rounds stand.
    """

    def __init__(self, plot: Any, labels: LabelLayer) -> None:
        self.image = pg.ImageItem(axisOrder="col-major")
        self.image.setZValue(-20)
        self.path = ThinnedLine()
        for item in (self.image, self.path):
            plot.addItem(item)
        self.fold, self.marks = Fold(), FoldMarks(plot, labels)
        self._folded: tuple[object, ...] = ()

    def set_visible(self, visible: bool) -> None:
        """Show it, or not."""
        self.image.setVisible(visible)
        self.path.setVisible(visible)

    def restyle(self, colours: Tokens, pen: Any, halo: Any, scale: float) -> None:
        """Draw the line of the price with a pen over another, and breaks in these colours."""
        self.path.setPen(pen)
        self.path.setShadowPen(halo)
        self.marks.apply(colours, scale)

    def measure(self, axis: PlainAxis, series: Series | None, *, folds: bool) -> tuple[float, float]:
        """Let an axis measure the rounds of a run, and return from where to where they stand.

        Parameters
        ----------
        axis
            Along the bottom.
        series
            The rounds; None where the axis measures something else.
        folds
            Whether quiet rounds are folded away, of a run that is over.
        """
        ended = series is not None and series.ended
        wanted = (series, 0 if series is None else len(series), ended, folds)
        if wanted != self._folded:
            self._folded = wanted
            self.fold = fold_of(series, None) if series is not None and ended and folds else Fold()
            last = len(series) - 1 if series is not None and ended else None
            axis.set_fold(self.fold, last)
            self.marks.set_fold(self.fold)
        return -0.5, self.fold.place(1 if series is None else max(1, len(series) - 1)) + 0.5

    def draw(self, heat: HeatMap, series: Series, number: int, moving: int, reach: float) -> float:
        """Draw a heat map and the price up to a round; return the largest amount of its colours, USD.

        Parameters
        ----------
        heat
            What to draw.
        series, moving
            The rounds, and the asset whose price moves through it.
        number
            The shown round.
        reach
            How far up it goes.
        """
        levels = heat.each_round(len(series), reach)
        most = nice_top(float(levels.max()))
        shown = self._columns(len(series))
        width = self.fold.place(len(series) - 1) + 1
        self.image.setImage(levels[shown, ::-1], levels=(0.0, most), autoLevels=False)
        self.image.setRect(QRectF(-0.5, -float(DROPS[-1]), width, float(DROPS[-1]) + reach))
        known, first = (series[name][: number + 1, moving] for name in ("oracle", "market"))
        self.path.setData(self.fold.places(len(known)), known / first[0] - 1)
        return most

    def _columns(self, count: int) -> NDArray[np.int64]:
        """Return which round each column shows: one a round, or several for each that is not folded."""
        if self.fold.is_even:
            return np.arange(count)
        width = self.fold.place(count - 1) + 1
        columns = min(_MOST_COLUMNS, max(1, math.ceil(_PARTS * width)))
        places = -0.5 + (np.arange(columns) + 0.5) * width / columns
        rounds = [round(self.fold.round_at(place)) for place in places.tolist()]
        shown = np.clip(np.array(rounds, dtype=np.int64), 0, count - 1)
        if columns >= _PARTS * width:  # a round that is not folded has the column of its place, beside a break too
            seen = np.ones(count, dtype=np.bool_)
            for first, last in self.fold.stretches:
                seen[first:last] = False  # of what is folded the last one is
            own = np.flatnonzero(seen)
            at = ((self.fold.of(own.astype(np.float64)) + 0.5) / width * columns).astype(np.int64)
            shown[np.minimum(at, columns - 1)] = own
        return shown
