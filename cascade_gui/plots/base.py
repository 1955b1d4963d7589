"""What the plots over rounds share: the cursor, the range of rounds, a click to go to a round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEasingCurve, Signal

from cascade_gui.plots.axes import PlainAxis, rounds_title, write_round
from cascade_gui.plots.fold import LEAST_ROUNDS, Fold, fold_of, nice_rounds
from cascade_gui.plots.fold_marks import FoldMarks
from cascade_gui.plots.labels import Label
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.series import Series
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QWheelEvent

    from cascade_gui.plots.run_picture import RunPicture
    from engine.reading.recorded_run import RecordedRun

_BEHIND: Final = 0.6
"""So much of a round is free behind the last one."""
_TICKS_APART: Final = 34
"""The least distance of two numbers on the left axis, in pixels."""
_NOTCH: Final = 120
"""What Qt tells of one notch of a wheel."""
_TOO_WIDE: Final = 0.5
"""An axis that is held is left as it is as long as more than this share of it is used."""
_EASED: Final = QEasingCurve(QEasingCurve.Type.OutCubic)
_CLOSER: Final = 0.8
"""By how much a notch shortens what is shown."""


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

    span_chosen = Signal(object)
    """The first and the last round (floats) that the user wants to see in all plots; None for all that matter."""

    def __init__(
        self,
        name: str,
        title: str,
        write: Callable[[float], str],
        right: PlainAxis | None = None,
    ) -> None:
        self._span: tuple[float, float] | None = None
        bottom = PlainAxis("bottom", write_round, pixels=70, whole=True)
        left = PlainAxis("left", write, pixels=_TICKS_APART)
        blank = PlainAxis("right", lambda _: "") if right is None else right
        super().__init__(name, title, bottom, left, blank)
        self.series = Series()
        self.fold, self.fold_marks = Fold(), FoldMarks(self.plot, self.labels)
        self._folds = False
        self.round = 0
        self._known: tuple[int, bool] = (0, False)  # what was taken in of the series, and whether it had ended
        self._round_seconds: float | None = None  # which the bottom axis measures
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
        self._known = (self.series.changes, self.series.ended)
        self.round = 0
        self._name_axis()
        self._fold_quiet()
        self.round_line.setVisible(recording is not None)
        self._say_empty("" if recording is not None else self.tr("Run to see the rounds here"))
        self._recording_changed()
        self._fit()
        self.show_round(0)

    def set_series(self, series: Series) -> None:
        """Show other figures of the same run, such as those of one market."""
        self.series = series
        self._known = (series.changes, series.ended)
        self._rounds_changed()
        self._fit()
        self._redraw()

    def rounds_added(self) -> None:
        """Take in the new rounds; ranges only ever grow, in steps."""
        if self._take_in():
            self._redraw()

    def follow(self, number: int) -> None:
        """Take in the new rounds and move to one of them, drawing once."""
        self._take_in()
        self.show_round(number)

    def _take_in(self) -> bool:
        """Take in what is new; return whether anything is."""
        self.series.update()
        now = (self.series.changes, self.series.ended)
        if now == self._known:
            return False
        self._known = now
        if self.series.ended:
            self._fold_quiet()
        self._rounds_changed()
        self._fit()
        return True

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another, at a round."""
        if picture.series.assets != self.series.assets:
            super().take(picture)
            return
        self.series = picture.series
        self._known = (self.series.changes, self.series.ended)
        self._name_axis()
        self._fold_quiet(at_once=self._held)  # under a hand the axis stays, and no step waits for more
        self.round_line.show()
        self._say_empty("")
        self.round = picture.round
        self._rounds_changed()
        self._fit()
        if self.is_front:
            self.show_round(picture.round)
        else:
            self._stale = True

    def catch_up(self) -> None:
        """Show the round as it is, if anything was left out while the plot was hidden."""
        if self._stale:
            self._stale = not self.is_front  # what is in front is drawn with its round
            self.show_round(self.round)
        super().catch_up()

    def set_folds(self, folds: bool) -> None:
        """Fold quiet rounds of a run that is over away, or show all."""
        self._folds = folds
        if len(self.series):
            self._fold_quiet()
            self.set_span(None)

    def _fold_quiet(self, *, at_once: bool = False) -> None:
        """Fold rounds in which neither this run nor the one before did anything; of a run that goes on, none."""
        self._set_fold(fold_of(self.series, self.before, at_once=at_once) if self._folds_now() else Fold())

    def _folds_now(self) -> bool:
        return self._folds and self.series.ended

    def _set_fold(self, fold: Fold) -> None:
        self.fold = fold
        self.axes["bottom"].set_fold(fold, self.last_round() if self.series.ended else None)
        self.fold_marks.set_fold(fold)
        self.round_line.setPos(fold.place(self.round))

    def set_held(self, held: bool) -> None:
        """Let the ranges only grow, while something is dragged; then fold and fit them as those of any run."""
        folds = self._held and not held and self._folds_now()
        if folds:
            self._fold_quiet()
            self._rounds_changed()
        super().set_held(held)
        if folds:
            self._redraw()

    def _set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Set the ranges; while they are held rounds follow where they would else take less than half of the axis."""
        (left, right), _ = self.plot.vb.viewRange()
        if self._held and x[1] - x[0] < _TOO_WIDE * (right - left):
            self.plot.vb.setXRange(*x, padding=0)
        super()._set_ranges(x, y)

    def _name_axis(self) -> None:
        """Say how long the rounds along the bottom are."""
        run = self.series.recording
        seconds = None if run is None else run.scenario.parameters.simulation.round_seconds
        if seconds != self._round_seconds:
            self._round_seconds = seconds
            self.axes["bottom"].set_title("" if seconds is None else rounds_title(seconds))

    @property
    def before(self) -> Series | None:
        """The rounds of the run before, None where there is none or it was of other assets or of another market."""
        run = self._before_run
        if run is None or (run.series.assets, run.series.market) != (self.series.assets, self.series.market):
            return None
        return run.series

    def show_round(self, number: int) -> None:
        """Move the cursor to a round and draw what was known by then.

        A number beyond the last round shows the last.
        """
        self.round = max(0, min(number, len(self.series) - 1))
        if self._follow_round():
            self._rounds_changed()
            self._fit()
        self.round_line.setPos(self.fold.place(self.round))
        if not self._locked:
            self._fit()
        self._redraw()
        self.setAccessibleDescription(self._readout(self.fold.place(self.round), 0))

    def move_towards(self, share: float) -> None:
        """Draw the shown round as it is on its way from the one before: so much of its part of lines and bars."""
        to = self.fold.place(self.round)
        place = to if not self.round else to - (1.0 - share) * (to - self.fold.place(self.round - 1))
        self.round_line.setPos(place)
        self._move(place, share)

    def put(self, share: float) -> None:
        """Draw the shown round as it is when this share of its way from the one before has passed in time, 0 to 1."""
        if share < 1.0:
            self.move_towards(_EASED.valueForProgress(share))
        else:
            self.arrive()

    def arrive(self) -> None:
        """Draw the shown round as it is, after it has moved."""
        self.round_line.setPos(self.fold.place(self.round))
        self._redraw()

    def last_round(self) -> int:
        """Return the largest round on the axis: the last of the shown run and of the one before.

        While a run goes on the axis grows with it, however far the run before went: it would else start squeezed.
        """
        last = len(self.series) - 1
        if not self.series.ended:
            return max(LEAST_ROUNDS, nice_rounds(max(0, last)))
        return max(LEAST_ROUNDS, last, 0 if self.before is None else len(self.before) - 1)

    def span(self) -> tuple[float, float]:
        """Return the places of rounds at the two ends of the axis."""
        whole = self._whole()
        if self._span is None or self._span[1] - self._span[0] >= whole:
            return 0.0, whole
        width = self._span[1] - self._span[0]
        left = min(max(0.0, self._span[0]), whole - width)
        return left, left + width

    def _whole(self) -> float:
        return self.fold.place(self.last_round()) + _BEHIND

    def across(self) -> float:
        """Return how many rounds the axis has room for where all are as narrow as those of the run before alone."""
        left, right = self.span()
        return (right - left) / self.fold.narrowest

    def shown_rows(self, count: int) -> slice:
        """Return which of `count` rounds can be seen."""
        left, right = (self.fold.round_at(end) for end in self.span())
        return slice(min(count, max(0, math.floor(left))), min(count, math.ceil(right) + 1))

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Show these rounds, or all that matter."""
        self._span = span
        self.labels.keeps_outside = span is None
        self._rounds_changed()
        self._fit()
        self.round_line.setPos(self.fold.place(self.round))
        self._redraw()

    def turn_wheel(self, event: QWheelEvent) -> bool:
        """Show fewer rounds around the pointer, or more; a sideways wheel moves along them."""
        position = self._position(self.view.mapToScene(event.position().toPoint()))
        if not self._locked or not len(self.series) or position is None:
            return False
        turned, sideways = (part / _NOTCH for part in (event.angleDelta().y(), event.angleDelta().x()))
        (left, right), whole = self.span(), self._whole()
        width = max(float(LEAST_ROUNDS), (right - left) * _CLOSER**turned)
        if width >= whole:
            self.span_chosen.emit(None)
            return True
        start = position.x() - (position.x() - left) / (right - left) * width - sideways * width / 10
        start = min(max(0.0, start), whole - width)
        self.span_chosen.emit((start, start + width))
        return True

    def set_locked(self, locked: bool) -> None:
        """Fix the ranges over the rounds, or let the mouse set them; either shows all rounds again."""
        if self._span is not None:
            self.span_chosen.emit(None)
        super().set_locked(locked)

    # ------------------------------------------------------------------ for the plots

    def _recording_changed(self) -> None:
        """Forget what was drawn of another run."""
        self._rounds_changed()

    def _move(self, place: float, share: float) -> None:
        """Draw lines up to a place between the rounds, and so much of the last bar."""

    def _rounds_changed(self) -> None:
        """Prepare what does not depend on the shown round."""

    def _range(self) -> tuple[float, float]:
        """Return the range of the left axis."""
        return 0.0, 1.0

    def _line_before(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return places and values of a line of the run before: where that ended its last value goes on to the edge."""
        x, edge = self.fold.places(len(values)), max(self._whole(), float(self.plot.vb.viewRange()[0][1]))
        if not len(x) or x[-1] >= edge:
            return x, values
        return np.append(x, edge), np.append(values, values[-1])

    def _seen_before(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what of the run before stands on the axis, which ends where that of the shown run does."""
        return values[: self.last_round() + 1]

    def _say_before(self) -> str:
        """Say how the run before is drawn, and how long it is where the axis ends before it."""
        length = self._length_before()
        return self.tr("thin: the run before, {0}").format(length) if length else self.tr("thin: the run before")

    def _length_before(self) -> str:
        """Say how many rounds the run before has where the axis ends before it does; empty elsewhere."""
        before = self.before
        if before is None or len(before) - 1 <= self.last_round():
            return ""
        return self.tr("{0} rounds").format(numbers.count(len(before) - 1))

    def _fold_labels(self) -> list[Label]:
        """Say at the bottom which rounds are narrower, and why, where the whole axis is seen and there is room."""
        narrow, (bottom, _) = self.fold.narrow, self.plot.vb.viewRange()[1]
        if self._span is not None or narrow is None or self._held:
            return []
        text = self.tr("{0}–{1} narrower: only the run before moves").format(*map(numbers.count, narrow))
        x = self.fold.place(narrow[1])
        return [Label(text, self._tokens.secondary, x, bottom, side="above", optional=True)]

    def _past_the_end(self, x: float) -> str:
        """Say that a place is beyond the rounds of this run; empty where it is within."""
        last, number = len(self.series) - 1, round(self.fold.round_at(x))
        if number <= last:
            return ""
        text = self.tr("round {0}: this run ended in round {1}")
        if not self.series.ended:
            text = self.tr("round {0}: this run has come to round {1}")
        return text.format(numbers.count(number), numbers.count(last))

    def _follow_round(self) -> bool:
        """Move the rounds that were chosen along with the shown one; return whether they had to be moved."""
        (left, right), at = self.span(), self.fold.place(self.round)
        if self._span is None or left <= at <= right:
            return False
        width = right - left
        left = at - width * (0.2 if at > right else 0.8)
        self._span = (left, left + width)
        self._span = self.span()
        return True

    def _show_all(self) -> bool:
        if self._span is None:
            return super()._show_all()
        self.span_chosen.emit(None)
        return True

    def _locked_text(self) -> str:
        wheel = self.tr("Turn the wheel over the plot to see fewer rounds; a double click shows all.")
        return f"{super()._locked_text()}\n{wheel}"

    def _fit(self) -> None:
        self._set_ranges(self.span(), self._range())

    def _before_changed(self) -> None:
        if self.series.ended:
            self._fold_quiet(at_once=self._held)
            self._rounds_changed()
        self._fit()
        self._redraw()

    def _restyle(self) -> None:
        self.fold_marks.apply(self._tokens, self._scale)
        self.round_line.setPen(self._pen(self._tokens.secondary, 1.0))
        self._draw()

    def _clicked_at(self, x: float, y: float) -> None:
        if len(self.series):
            self.round_clicked.emit(self._round_near(x))

    def _round_near(self, x: float) -> int:
        """Return the round of this run that is nearest to a place."""
        return max(0, min(round(self.fold.round_at(x)), len(self.series) - 1))
