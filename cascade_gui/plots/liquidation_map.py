"""Which debt waits at which price: cumulative, by level, and as a heat map over the rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from cascade_gui.plots import map_data, map_texts
from cascade_gui.plots.axes import PlainAxis, rounds_title, write_fall, write_money
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.heat_picture import HeatPicture
from cascade_gui.plots.heat_scale import HeatScale
from cascade_gui.plots.items import Bars, ThinnedLine
from cascade_gui.plots.labels import Label
from cascade_gui.plots.map_axes import measure
from cascade_gui.plots.map_data import DROPS, LEVEL, HeatMap, MapCurve, MapMode, reach_for
from cascade_gui.plots.map_marks import MapMarks, label_before
from cascade_gui.plots.map_motion import MapMotion
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.series import Series
from cascade_gui.plots.steps import nice_top
from cascade_gui.theme import tokens
from cascade_gui.theme.colours import with_alpha
from cascade_gui.working.background import Background
from cascade_gui.working.latest_job import LatestJob

if TYPE_CHECKING:
    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario

_GAP = 0.12
_COLOURS = "cividis"


class LiquidationMapPlot(PlotPanel):
    """``plot_map``: debt that becomes liquidatable as an asset, or everything, falls, and where there are shorts rises.

    Falls are counted from round 0, so that the price of the shown round moves through a map that
    stays; the book is that of the shown round, the dashed line the book before the run.
    """

    def __init__(self) -> None:
        self._mode = MapMode.CUMULATIVE
        self._asset: int | None = None
        self._market: str | None = None
        self._choice: tuple[tuple[str, ...], int | None] | None = None  # of the user, among which assets
        self._recording: RecordedRun | None = None
        self._view: RoundView | None = None
        self._round = 0
        self._series = Series()
        self._names: tuple[str, ...] = ()
        self._now: MapCurve | None = None
        self._before: MapCurve | None = None
        self._heat: HeatMap | None = None
        self._reach = 0.0
        self._folds = False
        self._most = {MapMode.CUMULATIVE: 0.0, MapMode.LEVELS: 0.0}
        super().__init__(
            "plot_map",
            self.tr("Liquidation map"),
            PlainAxis("bottom", write_fall, pixels=60),
            PlainAxis("left", write_money, pixels=56),
        )
        self._build_items()
        self._build_selectors()
        self._curves = Background("map", self)
        self._heats = Background("heat map", self)  # takes longer, and no curve is to wait for it
        self._now_job, self._before_job = LatestJob(self, self._curves), LatestJob(self, self._curves)
        self._heat_job = LatestJob(self, self._heats)
        self._now_job.done.connect(self._take_now)
        self._before_job.done.connect(self._take_before)
        self._heat_job.done.connect(self._take_heat)
        self.apply_theme(self._tokens)
        self.set_recording(None)

    # ------------------------------------------------------------------ for the window

    @property
    def short_title(self) -> str:
        """Its title in one word."""
        return self.tr("Map")

    @property
    def mode(self) -> MapMode:
        """What is shown."""
        return self._mode

    @property
    def asset(self) -> int | None:
        """The asset that moves; None when everything that is not stable does."""
        return self._asset

    @property
    def moving(self) -> str | None:
        """The name of the asset that moves; None when everything that is not stable does."""
        return self._asset_name()

    @property
    def shown(self) -> MapCurve | None:
        """The curve of the shown round as far as it is drawn, None before there is one."""
        return self._part(self._now)

    @property
    def reach(self) -> float:
        """How far up the map reaches; 0 where it shows falls only."""
        return self._reach

    @property
    def is_busy(self) -> bool:
        """Whether a new picture is being computed."""
        jobs = (self._now_job, self._before_job, self._heat_job)
        return self.motion.is_under_way or any(job.is_busy for job in jobs)

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Show another run; its curves come with :meth:`set_view`."""
        self._recording = recording
        self._series = Series(recording) if series is None else series
        self._names, self._market = self._series.assets, self._series.market
        self._round, self._view = 0, None
        self._forget()
        self._start_on(None if recording is None else recording.scenario)
        self._name_assets()
        self._ask_before()
        self._ask_heat()
        self._fit()
        self._draw()

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another; its curves came with it."""
        self._market = picture.series.market
        if picture.series.assets != self._names or not self._is_wanted(picture.map):
            super().take(picture)
            return
        reached = self._reach
        self._forget()
        self._recording, self._series = picture.recording, picture.series
        self._round, self._view = picture.round, picture.view
        self._now, self._before = picture.map, picture.map_before
        self._reach = self._reach_with(picture.map_before.reach)
        if self._reach != reached:
            self._say_asset()
        self._measure()
        self._ask_heat()
        self._redraw()

    def rounds_added(self) -> None:
        """Take in new rounds; the heat map is made again when the run has ended."""
        self._series.update()
        self._ask_heat()
        self._grow()

    def show_round(self, number: int) -> None:
        """Move today's price; the curve of the round comes with :meth:`set_view`."""
        self._round = max(0, min(number, len(self._series) - 1))
        self._redraw()

    def set_view(self, view: RoundView | None, picture: RoundPicture | None = None) -> None:
        """Draw the map of the book at a round; what is not computed yet is computed in another thread."""
        self._view = view
        if view is None:
            self._now_job.forget()
            self._now = None
            self._draw()
        elif picture is not None and self._is_wanted(picture.map):
            self._now_job.forget()
            self._take_now(picture.map)
        else:
            if self._recording is None:  # a book that has not run
                self._names = view.book.asset_names
                self._start_on(view.scenario)
                self._name_assets()
            first = view.prices if self._recording is None else self._recording.rounds[0].oracle
            self._now_job.submit(map_data.curve, view, first, self._asset_name(), self._market)

    def shut_down(self) -> None:
        """Wait for what is being computed."""
        self._curves.shut_down()
        self._heats.shut_down()

    def set_asset(self, asset: int | None) -> None:
        """Let this asset move, or with None everything that is not stable, and keep to it."""
        self._asset, self._choice = asset, (self._names, asset)
        self._begin_anew()

    def set_series(self, series: Series) -> None:
        """Show the debt of another market of the same run, or of all."""
        self._series, self._market = series, series.market
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._forget()
        self._say_asset()
        self._ask_before()
        self._ask_heat()
        self.set_view(self._view)

    def set_folds(self, folds: bool) -> None:
        """Fold quiet rounds of a run that is over away in the map over the rounds, or show all."""
        self._folds = folds
        self._fit()
        self._redraw()

    def set_mode(self, mode: MapMode) -> None:
        """Show the debt cumulative, by level, or by level over the rounds."""
        self._mode = mode
        self._say_mode()
        self._ask_heat()
        self._fit()
        self._restyle()

    # ------------------------------------------------------------------ set-up

    def _build_items(self) -> None:
        self.area, self.before = ThinnedLine(), ThinnedLine()
        self.area.setFillLevel(0.0)
        self.bars, self.bars_before = Bars(), Bars()
        for item in (self.area, self.before, self.bars, self.bars_before):
            self.plot.addItem(item)
        self.heat = HeatPicture(self.plot, self.labels)
        self.image, self.path = self.heat.image, self.heat.path
        self.marks = MapMarks(self.plot)
        self._way = MapMotion(self, self.marks, self._draw_shapes)
        self.motion = self._way.motion

    def _build_selectors(self) -> None:
        self.scale = HeatScale(_COLOURS)
        self.asset_chooser = Chooser("plot_map_asset", self.tr("What moves"))
        self.asset_chooser.chosen.connect(lambda number: self.set_asset(number - 1 if number else None))
        self.mode_chooser = Chooser("plot_map_mode", self.tr("How the map is shown"))
        self.mode_chooser.set_choices([self.tr("cumulative"), self.tr("per level"), self.tr("over rounds")])
        self.mode_chooser.chosen.connect(lambda number: self.set_mode(list(MapMode)[number]))
        for widget in (self.scale, self.asset_chooser, self.mode_chooser):
            self.add_chooser(widget)
        self._say_mode()

    def _name_assets(self) -> None:
        names = self._names
        self._asset = None if self._asset is not None and self._asset >= len(names) else self._asset
        self.asset_chooser.set_choices([self.tr("everything but stable"), *names])
        self._say_asset()

    def _start_on(self, scenario: Scenario | None) -> None:
        """Let move what the shock moves most, until the user chooses something."""
        if self._choice is not None and self._choice[0] == self._names:
            self._asset = self._choice[1]
        elif scenario is not None:
            name = map_data.shocked_asset(scenario)
            self._asset = self._names.index(name) if name in self._names else None

    def _asset_name(self) -> str | None:
        return None if self._asset is None else self._names[self._asset]

    def _is_wanted(self, each: MapCurve | HeatMap) -> bool:
        """Whether it is of what moves, and of the market that is shown."""
        return (each.asset, each.market) == (self._asset_name(), self._market)

    def _say_asset(self) -> None:
        name = self._asset_name() or self.tr("everything")
        self.asset_chooser.show_choice(0 if self._asset is None else self._asset + 1, name)
        over_rounds, title = self._mode is MapMode.ROUNDS, map_texts.along(self._asset_name())
        if over_rounds and self._recording is not None:
            title = rounds_title(self._recording.scenario.parameters.simulation.round_seconds)
        measure(self.axes["bottom"], self.axes["left"], title, over_rounds=over_rounds)

    def _say_mode(self) -> None:
        self.mode_chooser.show_choice(list(MapMode).index(self._mode))
        each = self.tr("debt that each two points make liquidatable")
        self.subtitle.setText(self.tr("liquidatable debt") if self._mode is MapMode.CUMULATIVE else each)
        over_rounds = self._mode is MapMode.ROUNDS  # no price falls by more than 100 %, also where the mouse turns
        self.plot.vb.setLimits(xMax=None if over_rounds else 1.0, yMin=-1.0 if over_rounds else None)
        self._say_asset()

    # ------------------------------------------------------------------ results

    def _forget(self) -> None:
        for job in (self._now_job, self._before_job, self._heat_job):
            job.forget()
        self._now = self._before = self._heat = None
        self._most = dict.fromkeys(self._most, 0.0)
        self._reach = 0.0

    def _ask_before(self) -> None:
        if self._recording is not None:
            self._before_job.submit(map_data.first_curve, self._recording, self._asset_name(), self._market)

    def _ask_heat(self) -> None:
        """Make the heat map when it is looked at: once a run has ended, or of what there is."""
        if self._mode is not MapMode.ROUNDS or self._recording is None or not len(self._series):
            return
        count = len(self._series)
        if self._heat is None or self._heat.rounds[-1] != count - 1:
            self._heat_job.submit(map_data.heat_map, self._recording, count, self._asset_name(), self._market)

    def _take_now(self, now: MapCurve) -> None:
        if self._is_wanted(now):
            before, self._now = self._now, now
            self._grow(now.reach)
            self._way.go(before, now, self._draw)

    def _take_before(self, before: MapCurve) -> None:
        if self._is_wanted(before):
            self._before = before
            self._grow(before.reach)
            self._draw()

    def _take_heat(self, heat: HeatMap) -> None:
        if self._is_wanted(heat) and heat.rounds[-1] < len(self._series):
            self._heat = heat
            self._fit()
            self._draw()

    def _grow(self, reach: float = 0.0) -> None:
        """Let the axes hold all that is known."""
        reach = self._reach_with(reach)
        if reach != self._reach:
            self._reach = reach
            self._say_asset()
            self._draw()
        self._measure()

    def _reach_with(self, reach: float) -> float:
        """Return how far up the map goes: where rises liquidate, up to where the price of the run has been too."""
        reach = max(reach, self._reach)
        if reach > 0 and len(self._series):
            highest = float(self._series["oracle"][:, self._moving()].max())
            reach = max(reach, reach_for(highest / float(self._series["market"][0, self._moving()]) - 1))
        return reach

    def _measure(self) -> None:
        """Find the tallest of what is known, and fit the axes."""
        for each in filter(None, (self._part(self._now), self._part(self._before))):
            for mode, amounts in ((MapMode.CUMULATIVE, each.cumulative), (MapMode.LEVELS, each.levels)):
                self._most[mode] = max(self._most[mode], float(amounts.max()))
        self._fit()

    def _part(self, each: MapCurve | None) -> MapCurve | None:
        """Return what is drawn of a curve."""
        return None if each is None else each.up_to(self._reach)

    # ------------------------------------------------------------------ drawing

    def _fit(self) -> None:
        if self._mode is MapMode.ROUNDS:
            x = self.heat.measure(self.axes["bottom"], self._series, folds=self._folds)
            y = map_data.held_between(self._heat, self._series, self._moving(), self._reach)
        else:
            self.heat.measure(self.axes["bottom"], None, folds=False)
            x, y = (-self._reach, float(DROPS[-1])), (0.0, nice_top(self._most[self._mode] * 1.05))
        self._set_ranges(x, y)

    def _before_changed(self) -> None:
        self._redraw()

    def _moving(self) -> int:
        """Return the asset that moves; of everything the one of which most is sold."""
        return self._series.main_asset() if self._asset is None else self._asset

    def _draw(self) -> None:
        shown, over_rounds = self._now or self._before, self._mode is MapMode.ROUNDS
        text = self.tr("Run to see the map over the rounds") if self._heat is None else ""
        if not over_rounds:
            text = self.tr("The debt of the book is shown here by the fall that makes it liquidatable")
        self._say_empty("" if shown is not None and not over_rounds else text)
        self._draw_shapes()
        self._draw_heat()
        self.marks.hide()
        known = (self._heat if over_rounds else shown) is not None and len(self._series) > 0
        shows_curves = self._mode is MapMode.CUMULATIVE and not self._held  # a hand waits for no better place
        labels, lines = self._labels() if known else [], (self.before, self.area) if shows_curves else ()
        upright = float(self.marks.now.value()) if shows_curves and self.marks.now.isVisible() else None
        self.labels.set_labels(labels, [line.getOriginalDataset() for line in lines], upright)

    def _draw_shapes(self) -> None:
        gap, none = _GAP * LEVEL * (DROPS[1] - DROPS[0]), np.zeros(0)
        was = self._part(self._before), self.before, self.bars_before
        for each, line, bars in ((self._way.of(self.shown), self.area, self.bars), was):
            shown = None if self._mode is MapMode.ROUNDS else each
            by_level = shown is not None and self._mode is MapMode.LEVELS
            line.setData(*((none, none) if shown is None or by_level else (shown.drops, shown.cumulative)))
            edges, tops = (shown.edges, shown.levels) if shown is not None and by_level else (none, none)
            bars.set_bars(edges[:-1] + gap, edges[1:] - gap, np.zeros(len(tops)), tops)

    def _draw_heat(self) -> None:
        heat = self._heat if self._mode is MapMode.ROUNDS else None
        self.heat.set_visible(heat is not None)
        self.scale.setVisible(heat is not None)
        if heat is not None:
            self.scale.show_most(self.heat.draw(heat, self._series, self._round, self._moving(), self._reach))
            self._fit_title()

    def _labels(self) -> list[Label]:
        """Show where the price of the round is, where one price tells it, and return all labels."""
        if self._mode is MapMode.ROUNDS:
            moving = self._moving()
            fallen = map_data.fallen(self._series, self._round, moving)
            text = map_texts.over_rounds(self._names[moving], self._round, -fallen)
            place = self.heat.fold.place(self._round)
            self.marks.show_now(place, text, self._tokens.text)
            return [Label(text, self._tokens.text, place, -fallen, bold=True)]
        # The line and the curve are of one round, also while the curve of the next is worked out.
        number = self._round if self._now is None else min(self._now.round, len(self._series) - 1)
        labels = []
        if self._asset is not None or map_data.fallen_together(self._series, number):
            before = None if self._before_run is None else self._before_run.series
            fallen_before = map_data.fallen_before(before, self._series, self._moving(), number)
            fallen = map_data.fallen(self._series, number, self._moving())
            ends = fallen_before is not None and self._series.ended and number == len(self._series) - 1
            price = None if self._asset is None else float(self._series["oracle"][number, self._asset])
            text = map_texts.now(number, -fallen, price, ends=ends)
            labels = [self.marks.show_now(fallen, text, self._tokens.amber, fallen_before)]
            labels += self.marks.show_was(fallen_before, self._tokens, fallen)
        if self._mode is MapMode.CUMULATIVE and self._before is not None and self._round:
            labels.append(label_before(self._before, self._tokens.secondary))
        return labels

    def _readout(self, x: float, y: float) -> str:
        if self._mode is MapMode.ROUNDS:
            return map_texts.in_round(self._round_at(x), y)
        shown = self.shown or self._part(self._before)
        if shown is None:
            return ""
        return map_texts.at_level(shown, x) if self._mode is MapMode.LEVELS else map_texts.at_drop(shown, x)

    def _clicked_at(self, x: float, y: float) -> None:
        if self._mode is MapMode.ROUNDS and len(self._series):
            self.round_clicked.emit(self._round_at(x))

    def _round_at(self, x: float) -> int:
        """Return the round that stands at a place of the map over the rounds."""
        return max(0, min(round(self.heat.fold.round_at(x)), len(self._series) - 1))

    def _restyle(self) -> None:
        colours = self._tokens
        self.area.setPen(self._pen(colours.accent, 2.0))
        self.area.setBrush(with_alpha(colours.accent, 0.22))
        self.before.setPen(self._pen(colours.secondary, 1.2, style=Qt.PenStyle.DashLine))
        self.bars.set_style(pg.mkColor(colours.accent))
        self.bars_before.set_style(None, self._pen(colours.faint, 1.0))
        over_rounds = self._mode is MapMode.ROUNDS
        on_map = tokens(dark=True)  # the heat map is dark in both schemes
        now = on_map.secondary if over_rounds else colours.amber
        self.marks.restyle(self._pen(now, 1.6), self._pen(colours.secondary, 1.2))
        self.image.setColorMap(pg.colormap.get(_COLOURS))
        self.heat.restyle(on_map, self._pen(on_map.text, 2.2), self._pen(on_map.background, 4.0), self._scale)
        self._draw()
