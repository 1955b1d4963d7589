"""What the plots over rounds share: the cursor, the range of rounds, a click to go to a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg

from cascade_gui.plots.axes import PlainAxis, nice_rounds, write_round
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.series import Series
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.plots.run_picture import RunPicture
    from engine.reading.recorded_run import RecordedRun

_LEAST_ROUNDS = 6
"""A run of three rounds is not stretched over the whole width."""


class RoundPlot(PlotPanel):
    """A plot with the rounds along the bottom.

    Parameters
    ----------
    name
        The object name.
    title
        What it shows.
    write
        Turns values of the left axis into tick texts.
    right
        A second axis.
    """

    def __init__(
        self,
        name: str,
        title: str,
        write: Callable[[float], str],
        right: PlainAxis | None = None,
    ) -> None:
        bottom = PlainAxis("bottom", write_round, pixels=90, whole=True)
        left = PlainAxis("left", write, pixels=56)
        blank = PlainAxis("right", lambda _: "") if right is None else right
        super().__init__(name, title, bottom, left, blank)
        self.series = Series()
        self.round = 0
        self._known = 0
        self.round_line = pg.InfiniteLine(angle=90, movable=False)
        self.round_line.setZValue(20)
        self.round_line.hide()
        self.plot.addItem(self.round_line)
        self.set_recording(None)

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Show another run from its first round on; None shows that there is none.

        Plots that are shown together may share the `series` of the recording.
        """
        self.series = Series(recording) if series is None else series
        self._known = self.series.changes
        self.round = 0
        self.round_line.setVisible(recording is not None)
        self._say_empty("" if recording is not None else self.tr("Run to see the rounds here"))
        self._recording_changed()
        self._fit()
        self.show_round(0)

    def rounds_added(self) -> None:
        """Take in the new rounds; ranges only ever grow, in steps."""
        self.series.update()
        if self.series.changes != self._known or self.series.ended:
            self._known = self.series.changes
            self._rounds_changed()
            self._fit()
            self._redraw()

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another, at a round."""
        if picture.series.assets != self.series.assets:
            super().take(picture)
            return
        self.series = picture.series
        self._known = self.series.changes
        self.round_line.show()
        self._say_empty("")
        self.round = picture.round
        self._rounds_changed()
        self._fit()
        self.show_round(picture.round)

    @property
    def before(self) -> Series | None:
        """The rounds of the run before, None where there is none or it was of other assets."""
        run = self._before_run
        return run.series if run is not None and run.series.assets == self.series.assets else None

    def show_round(self, number: int) -> None:
        """Move the cursor to a round and draw what was known by then.

        A number beyond the last round shows the last.
        """
        self.round = max(0, min(number, len(self.series) - 1))
        self.round_line.setPos(self.round)
        if not self._locked:
            self._fit()
        self._redraw()
        self.setAccessibleDescription(self._readout(self.round, 0))

    def last_round(self) -> int:
        """Return the largest round on the axis."""
        count = max(0, len(self.series) - 1)
        last = max(_LEAST_ROUNDS, count if self.series.ended else nice_rounds(count))
        return last if self.before is None else max(last, len(self.before) - 1)

    # ------------------------------------------------------------------ for the plots

    def _recording_changed(self) -> None:
        """Forget what was drawn of another run."""
        self._rounds_changed()

    def _rounds_changed(self) -> None:
        """Prepare what does not depend on the shown round."""

    def _range(self) -> tuple[float, float]:
        """Return the range of the left axis."""
        return 0.0, 1.0

    def _past_the_end(self, x: float) -> str:
        """Say that a place is beyond the rounds of this run; empty where it is within."""
        last = len(self.series) - 1
        if round(x) <= last:
            return ""
        text = self.tr("round {0}: this run ended in round {1}")
        if not self.series.ended:
            text = self.tr("round {0}: this run has come to round {1}")
        return text.format(numbers.count(round(x)), numbers.count(last))

    def _fit(self) -> None:
        low, high = self._range()
        self._set_ranges((0, self.last_round() + 0.6), (low, high))

    def _before_changed(self) -> None:
        self._fit()
        self._redraw()

    def _restyle(self) -> None:
        self.round_line.setPen(self._pen(self._tokens.secondary, 1.0))
        self._draw()

    def _clicked_at(self, x: float, y: float) -> None:
        if len(self.series):
            self.round_clicked.emit(max(0, min(round(x), len(self.series) - 1)))
