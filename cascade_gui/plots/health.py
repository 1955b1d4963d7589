"""Debt by health factor (or LTV): the wall of debt that moves into the liquidation zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from cascade_gui.plots import health_texts
from cascade_gui.plots.axes import PlainAxis, write_money
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.histogram import HEALTH, LTV, Histograms, histograms, tallest, tallest_of_run
from cascade_gui.plots.items import Bars
from cascade_gui.plots.labels import Label
from cascade_gui.plots.moving import Moving
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.same_round import SameRound, health_at
from cascade_gui.plots.steps import nice_top
from cascade_gui.theme.colours import with_alpha
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from cascade_gui.working.background import Background
from cascade_gui.working.latest_job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cascade_gui.plots.histogram import Bins
    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_HEALTH_TICKS = (0.475, 0.8, 1.0, 1.2, 1.5, 2.0, 2.525)
_LTV_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2125)
_GAP = 0.1
_ROWS = 2
"""So many rows say at most what is past the limit; one more says what is outlined."""
_BESIDE = 8.0
"""The distance of words from the limit and from the edge, in pixels."""
_MOST_SAID = 0.25
"""They take no more than this share of the height from the bars."""


class HealthPlot(PlotPanel):
    """``plot_health``: debt in USD by the health factor of the account that owes it.

    Filled bars are the shown round, amber where liquidatable, vermilion for bad debt, which no collateral is left for;
    outlines are the same round of the run before (beside the end its end), or round 0 where there is no such run. The
    scale leaves room over the tallest bar for what is said beside the limit.
    """

    def __init__(self) -> None:
        self._by_ltv = False
        self._now: Histograms | None = None
        self._before: Histograms | None = None
        self._most = {"health": 0.0, "ltv": 0.0}
        super().__init__(
            "plot_health",
            self.tr("Health of the debt"),
            PlainAxis("bottom", self._write_value),
            PlainAxis("left", write_money, pixels=56),
        )
        self.subtitle.setToolTip(plain_tip(health_texts.meaning()))
        self.zone = pg.LinearRegionItem(movable=False)
        self.zone.setZValue(-8)
        for edge in self.zone.lines:
            edge.setPen(pg.mkPen(None))
        self.limit = pg.InfiniteLine(pos=1.0, angle=90, movable=False)
        self.before, self.safe, self.unsafe, self.bad = Bars(), Bars(), Bars(), Bars()
        for item in (self.zone, self.safe, self.unsafe, self.bad, self.before, self.limit):
            self.plot.addItem(item)
        self._build_selector()
        self._background = Background("health", self)
        self._same = SameRound(self, self._background)
        self._same.found.connect(self._compare)
        self._now_job = self._job(self._take_now)
        self._before_job = self._job(self._take_before)
        self._measuring = Background("health range", self)  # takes longer, and no round is to wait for it
        self._most_job = LatestJob(self, self._measuring)
        self._most_job.done.connect(self._take_most)
        self._recording: RecordedRun | None = None
        self._market: str | None = None
        self._view: RoundView | None = None
        self._measured: RecordedRun | None = None
        self.motion = Moving(self)
        self.motion.moved.connect(self._draw_bars)
        self.motion.arrived.connect(self._arrive)
        self._moving_from: NDArray[np.float64] | None = None
        self._from_round: int | None = None
        self._drawn: NDArray[np.float64] | None = None
        self._show_mode()
        self.apply_theme(self._tokens)
        self.set_recording(None)
        self.plot.vb.sigResized.connect(self._resized)

    # ------------------------------------------------------------------ for the window

    @property
    def short_title(self) -> str:
        """Its title in one word."""
        return self.tr("Health")

    @property
    def shown(self) -> Histograms | None:
        """What is drawn, None before there is anything."""
        return self._now

    @property
    def is_busy(self) -> bool:
        """Whether a new picture is being computed."""
        jobs = (self._now_job, self._before_job, self._most_job, self._same)
        return self.motion.is_under_way or any(job.is_busy for job in jobs)

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Forget what was drawn of another run; the bars come with :meth:`set_view`."""
        self._recording, self._view = recording, None
        self._market = None if series is None else series.market
        self._begin_anew()

    def set_series(self, series: Series) -> None:
        """Show the debt of another market of the same run, or of all; its bars come when they are added up."""
        self._market = series.market
        self._begin_anew()
        if self._view is not None:
            self.set_view(self._view)

    def _begin_anew(self) -> None:
        for job in (self._now_job, self._before_job, self._most_job):
            job.forget()
        self._now = self._before = self._measured = None
        self._most = {"health": 0.0, "ltv": 0.0}
        if self._recording is not None:
            self._before_job.submit(health_at, self._recording, 0, self._market)
        self._ask_most()
        self._draw()

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another; its bars came with it."""
        if picture.health.market != picture.series.market:  # the user has chosen another market since it was made
            super().take(picture)
            return
        for job in (self._now_job, self._before_job, self._most_job):
            job.forget()
        self._recording, self._view, self._market = picture.recording, picture.view, picture.series.market
        self._now, self._before = picture.health, picture.health_before
        self._measured = None
        self._most = {"health": 0.0, "ltv": 0.0}
        for drawn in (picture.health, picture.health_before):
            self._grow(drawn)
        self._redraw()

    def settle(self) -> None:
        """Find the range that holds every round of the run that is shown now."""
        self._ask_most()

    def rounds_added(self) -> None:
        """Look for the tallest bars of the run once it has ended."""
        self._ask_most()

    def show_round(self, number: int) -> None:
        """Nothing: the bars of the round come with :meth:`set_view`."""

    def _before_changed(self) -> None:
        self._same.set_run(self._before_run)
        self._style_outline()
        self._fit()
        self._redraw()

    @property
    def _was(self) -> Histograms | None:
        """The run before at the round that the shown one is compared with; None where there is none, or not yet."""
        run = self._recording
        if self._now is None:
            return None
        is_end = run is not None and run.ended is not None and self._now.round == len(run.rounds) - 1
        return self._same.at(self._now.round, self._market, is_end=is_end)

    @property
    def _outlined(self) -> Histograms | None:
        """What is outlined: the run before where there is one of this market, else the book before the shock."""
        run = self._before_run
        compares = run is not None and self._now is not None and run.health.market == self._market
        return self._was if compares else self._before

    def _compare(self) -> None:
        """Outline what was looked for."""
        self._grow(self._was)
        self._redraw()

    def set_view(self, view: RoundView | None, picture: RoundPicture | None = None) -> None:
        """Draw the book at a round; what is not added up yet is added up in another thread."""
        self._view = view
        if view is None:
            self._now_job.forget()
            self._now = None
            self._draw()
        elif picture is not None and picture.health.market == self._market:
            self._now_job.forget()
            self._same.take(picture.health_was)
            self._take_now(picture.health)
        else:
            self._now_job.submit(histograms, view, self._market)

    def shut_down(self) -> None:
        """Wait for what is being added up."""
        self._background.shut_down()
        self._measuring.shut_down()

    def set_by_ltv(self, by_ltv: bool) -> None:
        """Order the debt by LTV, or by health factor again."""
        self._by_ltv = by_ltv
        self._show_mode()
        self._fit()
        self._draw()

    # ------------------------------------------------------------------ working

    def _job(self, done: Callable[[Any], None]) -> LatestJob:
        job = LatestJob(self, self._background)
        job.done.connect(done)
        return job

    def _build_selector(self) -> None:
        self.selector = Chooser("plot_health_by", self.tr("Order the debt by"))
        self.selector.set_choices([self.tr("health factor"), self.tr("LTV")])
        self.selector.chosen.connect(self._mode_chosen)
        self.add_chooser(self.selector)

    def _mode_chosen(self, number: int) -> None:
        self.set_by_ltv(number == 1)

    @property
    def _bins(self) -> Bins:
        return LTV if self._by_ltv else HEALTH

    def _show_mode(self) -> None:
        bins = self._bins
        self.selector.show_choice(int(self._by_ltv))
        self.axes["bottom"].fixed_ticks = _LTV_TICKS if self._by_ltv else _HEALTH_TICKS
        self.axes["bottom"].set_title(self.tr("LTV, debt ÷ collateral") if self._by_ltv else self.tr("health factor"))
        left, right = self._ends()
        self.zone.setRegion((1.0, right) if self._by_ltv else (left, 1.0))
        self.plot.vb.setXRange(left, right, padding=0)
        self.limit.setPos(bins.limit)

    def _ends(self) -> tuple[float, float]:
        bins = self._bins
        left = bins.low if self._by_ltv else bins.low - bins.width
        return left, bins.high + bins.width

    def _write_value(self, value: float) -> str:
        if self._by_ltv:
            return ">120 %" if value > LTV.high else numbers.percent_short(value)
        if value < HEALTH.low:
            return "<0.5"
        return ">2.5" if value > HEALTH.high else numbers.significant(value, 2)

    def _take_before(self, before: Histograms | None) -> None:
        self._before = before
        self._grow(before)
        self._draw()

    def _take_now(self, now: Histograms) -> None:
        before, self._now = self._now, now
        self._grow(now)
        one_step = before is not None and abs(now.round - before.round) == 1
        drawn = self._drawn
        if before is not None and one_step and drawn is not None and self.motion.begin():
            # The wall of debt is seen to move.
            self._moving_from, self._from_round = drawn, before.round
            self._draw_bars(0.0)
            self._draw_labels()
        else:
            self._draw()

    def _arrive(self) -> None:
        self._moving_from = self._from_round = None
        self._draw_bars()
        self._draw_labels()

    def _ask_most(self) -> None:
        """Find the range that holds every round, once for a run, so that it need not grow while one plays."""
        run = self._recording
        if run is not None and run.ended is not None and run is not self._measured:
            self._measured = run
            self._most_job.submit(tallest_of_run, run, self._market)

    def _take_most(self, answer: tuple[RecordedRun, dict[str, float]]) -> None:
        recording, most = answer
        if recording is self._recording:
            self._most = {name: max(value, most[name]) for name, value in self._most.items()}
            self._fit()

    def _grow(self, histogram: Histograms | None) -> None:
        """Let the range hold what a run shows, for all its rounds; a book that is edited has the range of its own."""
        if self._recording is None:
            self._most = {"health": 0.0, "ltv": 0.0}
        if histogram is not None:
            for name in self._most:
                largest = tallest(getattr(histogram, name))
                self._most[name] = max(self._most[name], largest)
        self._fit()

    def _heights(self, histogram: Histograms) -> NDArray[np.float64]:
        return histogram.ltv if self._by_ltv else histogram.health

    def _fit(self) -> None:
        if self._locked or self._now is None:
            most = self._most["ltv" if self._by_ltv else "health"]
        else:
            most = tallest(self._heights(self._now))
        run = self._before_run
        if run is not None and run.health.market == self._market:
            most = max(most, *(tallest(self._heights(each)) for each in (run.health, run.health_before)))
        rows = _ROWS + int(self._before_run is not None or not self._says_subtitle)
        said = rows * self.labels.row_height() / max(1.0, self.plot.vb.rect().height())
        self._set_ranges(self._ends(), (0, max(nice_top(most * 1.02), most * 1.02 / (1 - min(said, _MOST_SAID)))))

    def _resized(self) -> None:
        self._fit()
        self._draw_labels()  # of other widths

    def _fit_title(self) -> None:
        said = self._says_subtitle
        super()._fit_title()
        if said != self._says_subtitle:
            self._fit()
            self._draw_labels()

    def _draw(self) -> None:
        shown = self._now or self._before
        waiting = self.tr("The debt of the book is shown here by its health")
        self._say_empty("" if shown is not None else waiting)
        for item in (self.zone, self.limit):
            item.setVisible(shown is not None)
        self.motion.halt()
        self._moving_from = self._from_round = None
        self._draw_bars()
        self._draw_labels()

    def _draw_bars(self, share: float = 1.0) -> None:
        """Draw the bars; with a share below 1 they are on their way from where they stood."""
        bins = self._bins
        left = bins.left
        zero = np.zeros(len(left))
        now = zero if self._now is None else self._heights(self._now)
        if share < 1 and self._moving_from is not None and len(self._moving_from) == len(now):
            now = self._moving_from + (now - self._moving_from) * share
        self._drawn = now
        outlined = self._outlined
        before = zero if outlined is None else self._heights(outlined)
        edge_left, edge_right = left + bins.width * _GAP, left + bins.width * (1 - _GAP)
        unsafe = left + bins.width / 2 < bins.limit
        if self._by_ltv:
            unsafe = ~unsafe
        self.safe.set_bars(edge_left, edge_right, zero, np.where(unsafe, 0, now))
        bad = zero if self._now is None else self._bad(now)
        self.unsafe.set_bars(edge_left, edge_right, bad, np.where(unsafe, now, 0))
        self.bad.set_bars(edge_left, edge_right, zero, bad)
        self.before.set_bars(edge_left, edge_right, zero, before)

    def _bad(self, now: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what of each bar is bad debt: its health is 0 and its LTV infinite, so that it is in the last bin."""
        bad = np.zeros(len(now))
        at = -1 if self._by_ltv else 0
        bad[at] = 0.0 if self._now is None else min(self._now.bad_debt_usd, float(now[at]))
        return bad

    def _draw_labels(self) -> None:
        if self._now is None:
            self.labels.set_labels([])
            self.subtitle.setText(self.tr("USD") if self._before is None else health_texts.before_the_shock())
            return
        drawn, number = self._outlined, self._now.round
        was = None if drawn is self._before else drawn
        said = drawn is not None and (was is not None or number > 0)
        is_last = was is not None and self._same.is_last(was)
        outlined = health_texts.outline(was, is_last=is_last) if said else ""
        self._title_row.brief.setText(health_texts.title(number, "", self._from_round))
        self.subtitle.setText(health_texts.title(number, outlined, self._from_round))
        top = np.inf  # the scale may still grow
        side = "before" if self._by_ltv else "end"
        pieces, dangers = health_texts.amounts(self._now, by_ltv=self._by_ltv), health_texts.dangers(self._now)
        texts = ["".join(words for words, _ in each) for each in pieces]
        rows = [(self._fitting(texts), self._tokens.vermilion)] if texts else []
        beside = health_texts.in_the_plot(
            was, outlined, is_last=is_last, by_ltv=self._by_ltv, said_above=self._says_subtitle
        )
        rows += [(self._fitting(beside), self._tokens.secondary)] if beside and outlined else []
        rows += [(self._fitting(dangers), self._tokens.vermilion)] if dangers else []
        parts = {
            text: tuple((words, getattr(self._tokens, name)) for words, name in each)
            for text, each in zip(texts, pieces, strict=True)
        }
        labels = [Label(text, colour, 1.0, top, side=side, parts=parts.get(text, ())) for text, colour in rows]
        bars = self._bins.left, np.maximum(self._heights(self._now), self._heights(self._outlined or self._now))
        self.labels.set_labels([*self._cut_off(self._now), *labels], upright=1.0, bars=bars)
        self.setAccessibleDescription("; ".join([*texts[:1], *dangers[:1]]))

    def _fitting(self, texts: list[str]) -> str:
        """Return the first of the texts that has room beside the limit, else the last."""
        (left, right), width = self._ends(), self.plot.vb.rect().width()
        room = width * ((1.0 - left) if self._by_ltv else (right - 1.0)) / (right - left) - 2 * _BESIDE
        return next((text for text in texts if self.labels.width_of(text) <= room), texts[-1])

    def _cut_off(self, shown: Histograms) -> list[Label]:
        """Write its amount on top of a bar at an end that is higher than the scale."""
        bins, heights, high = self._bins, self._heights(shown), self.plot.vb.viewRange()[1][1]
        return [
            Label(numbers.money(float(heights[at])), self._tokens.text, float(bins.left[at]) + bins.width / 2, high)
            for at in (0, bins.count + 1)
            if heights[at] > high
        ]

    def _readout(self, x: float, y: float) -> str:
        shown = self._now or self._before
        if shown is None:
            return ""
        bins = self._bins
        at = int(np.clip(np.floor((x - bins.low) / bins.width) + 1, 0, bins.count + 1))
        left = float(bins.left[at])
        write = numbers.percent_short if self._by_ltv else numbers.significant
        amount = numbers.money(float(self._heights(shown)[at]))
        if at == 0:
            return self.tr("below {0}: {1}").format(write(bins.low), amount)
        if at == bins.count + 1:
            return self.tr("above {0}: {1}").format(write(bins.high), amount)
        text = self.tr("{0} to {1}: {2}").format(write(left), write(left + bins.width), amount)
        past = left >= bins.limit if self._by_ltv else left < bins.limit
        return "; ".join([text, *(health_texts.danger_by_market(shown) if past else ())])

    def _style_outline(self) -> None:
        """Draw the run before in the colour of text, which is seen on the bars, the book before the shock fainter."""
        colour = self._tokens.text if self._before_run is not None else self._tokens.faint
        self.before.set_style(None, self._pen(colour, 1.0))

    def _restyle(self) -> None:
        colours = self._tokens
        self.safe.set_style(pg.mkColor(colours.accent))
        self.unsafe.set_style(pg.mkColor(colours.amber))
        self.bad.set_style(pg.mkColor(colours.vermilion))
        self._style_outline()
        self.zone.setBrush(with_alpha(colours.vermilion, 0.12))
        self.limit.setPen(self._pen(colours.vermilion, 1.4))
        self._draw()
