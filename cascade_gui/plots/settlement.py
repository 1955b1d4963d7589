"""How the market settles over the rounds: its auctions, its pool, its inventory, its insurance fund."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from cascade_gui.plots.axes import PlainAxis, write_money, write_round
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.items import Bars, tallest, thin_line
from cascade_gui.plots.labels import Label
from cascade_gui.plots.market_series import MarketSeries
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.plots.settlement_views import (
    VIEWS,
    View,
    brief_of,
    empty_text,
    label_of,
    level_of,
    name_of,
    short_title_of,
    subtitle_of,
    title_of,
    unit_of,
)
from cascade_gui.plots.steps import nice_step, nice_top
from cascade_gui.theme.colours import with_alpha
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.run_picture import RunPicture
    from cascade_gui.plots.series import Series
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.schema import Market

_HALF_WIDTH = 0.38
_COUNTED_HEIGHT = 0.45
"""How much of the plot's height the bars on the right axis take, so that the lines stay readable."""
_FAINT = 0.7
"""How strongly the thin lines of the run before are drawn."""
_LINES = max(len(view.figures) for view in VIEWS.values())


def settled_markets(recording: RecordedRun | None) -> list[int]:
    """Return the markets of a run whose settlement has something of its own to show."""
    if recording is None:
        return []
    markets = recording.scenario.parameters.markets
    names = [str(name) for name in recording.book.market_names]
    return [at for at, name in enumerate(names) if markets[name].rules.settlement.kind in VIEWS]


class SettlementPlot(RoundPlot):
    """``plot_settlement``: the figures of the way in which one market settles its liquidations.

    With several such markets, the title chooses one. Where all markets leave it to liquidators there is
    nothing to show, and :attr:`applies` is false.
    """

    def __init__(self) -> None:
        self._ready = False
        self._recording: RecordedRun | None = None
        self._markets: list[int] = []
        self._market = 0
        self._figures: MarketSeries | None = None
        self._values: dict[str, NDArray[np.float64]] = {}
        self._values_before: dict[str, NDArray[np.float64]] = {}
        self._drawn_rounds: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        right = PlainAxis("right", write_round, pixels=40, whole=True)
        super().__init__("plot_settlement", self.tr("Settlement"), write_money, right)
        self.selector = Chooser("plot_settlement_market", self.tr("Market whose settlement is shown"), kind="selector")
        self.selector.chosen.connect(self.set_market)
        self._title_row.add_control(self.selector)
        self.count_view = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.count_view.setZValue(-10)
        self.count_view.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.plot.scene().addItem(self.count_view)
        right.linkToView(self.count_view)
        self.count_view.setXLink(self.plot.vb)
        self.plot.vb.sigResized.connect(self._same_place)
        self.bars = Bars()
        self.count_view.addItem(self.bars)
        self.level = pg.InfiniteLine(angle=0, movable=False)
        self.level.hide()
        self.plot.addItem(self.level)
        self.was = [thin_line(self.plot) for _ in range(_LINES)]
        self.lines = [thin_line(self.plot) for _ in range(_LINES)]
        self._ready = True
        self._recording_changed()
        self.apply_theme(self._tokens)

    @property
    def short_title(self) -> str:
        """Its title in one word."""
        return self.tab_title if self.kind is None else short_title_of(self.kind)

    @property
    def applies(self) -> bool:
        """Whether the run has a market with something to show here."""
        return bool(self._markets)

    @property
    def kind(self) -> str | None:
        """The kind of the settlement that is shown, None if there is none."""
        market = self._parameters()
        return None if market is None else market.rules.settlement.kind

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Show another run; the market that was chosen stays chosen where the new run has it, too."""
        before = self._name()
        self._recording = recording
        self._markets = settled_markets(recording)
        names = self._names()
        self._market = names.index(before) if before in names else 0
        super().set_recording(recording, series)

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another; title and chosen market stay where it settles alike."""
        parameters, markets = picture.recording.scenario.parameters, settled_markets(picture.recording)
        name, view = self._name(), self._view()
        if not markets and not self._markets:  # nothing was shown and nothing will be
            self._recording, self.series, self.round = picture.recording, picture.series, picture.round
            return
        names = [str(picture.recording.book.market_names[at]) for at in markets]
        alike = names == self._names() and all(
            parameters.markets[each].rules.settlement.kind == self._kind_of(each) for each in names
        )
        if view is None or not alike:
            PlotPanel.take(self, picture)
            return
        self._recording, self._markets = picture.recording, markets
        self._figures = MarketSeries(picture.recording, markets[names.index(name)], _names_of(view))
        super().take(picture)

    def set_market(self, number: int) -> None:
        """Show another of the markets that have something to show, by its place among them."""
        self._market = number
        self._recording_changed()
        self._fit()
        self.show_round(self.round)

    # ------------------------------------------------------------------ working

    def _names(self) -> list[str]:
        if self._recording is None:
            return []
        return [str(self._recording.book.market_names[at]) for at in self._markets]

    def _name(self) -> str:
        names = self._names()
        return names[self._market] if self._market < len(names) else ""

    def _kind_of(self, market: str) -> str:
        return (
            "" if self._recording is None else self._recording.scenario.parameters.markets[market].rules.settlement.kind
        )

    def _parameters(self) -> Market | None:
        if self._recording is None or not self._markets:
            return None
        return self._recording.scenario.parameters.markets[self._name()]

    def _view(self) -> View | None:
        return None if self.kind is None else VIEWS[self.kind]

    def _recording_changed(self) -> None:
        if not self._ready:
            return
        view, kind = self._view(), self.kind
        self._figures = None
        if view is not None and kind is not None and self._recording is not None:
            self._figures = MarketSeries(self._recording, self._markets[self._market], _names_of(view))
        self._read_before()
        several = len(self._markets) > 1
        self.selector.setVisible(several)
        self.selector.set_choices(self._names())
        self.selector.show_choice(self._market)
        if kind is not None:
            title = title_of(kind)
            self.set_title(self.tr("{0} of").format(title) if several else title)
            self.setAccessibleName(f"{title}: {self._name()}")
            self._title_row.brief.setText(brief_of(kind))
            self.subtitle.setText(subtitle_of(kind))
        self._rounds_changed()
        self._restyle()

    def _rounds_changed(self) -> None:
        if not self._ready:
            return
        self._values = {}
        view = self._view()
        if self._figures is None or view is None:
            self.bars.set_bars(*[np.zeros(0)] * 4)
            self.level.hide()
            return
        self._figures.update()
        self._values = _values_of(self._figures, view)
        self._tell_counts()
        self._lay_out_bars(view)
        self._place_level()
        nothing = not any(np.any(self._values[figure.name]) for figure in view.figures)
        over = nothing and self.series.ended and self.kind is not None
        self._say_empty(empty_text(self.kind) if over and self.kind is not None else "")

    def _tell_counts(self) -> None:
        """Write numbers on the right axis where there is something to count; it keeps its place either way."""
        view, axis = self._view(), self.axes["right"]
        counted = view is not None and view.counted is not None and bool(np.any(self._values[view.counted]))
        axis.fixed_ticks = None if counted else []
        axis.picture = None
        axis.update()

    def _lay_out_bars(self, view: View) -> None:
        if not view.counted:
            self._drawn_rounds = np.zeros(0, dtype=np.int64)
            self.bars.set_bars(*[np.zeros(0)] * 4)
            return
        counts = self._values[view.counted]
        seen = self.shown_rows(len(counts))
        rows = seen.start + np.asarray(tallest(counts[seen, None]), dtype=np.int64)
        self._drawn_rounds = rows
        width = _HALF_WIDTH * max(1.0, (seen.stop - seen.start) / max(1, len(rows))) * self.fold.widths(rows)
        x = self.fold.of(rows.astype(np.float64))
        self.bars.set_bars(x - width, x + width, np.zeros(len(rows)), counts[rows])
        self.count_view.setYRange(0, nice_top(max(float(counts.max(initial=0)), 1.0)) / _COUNTED_HEIGHT, padding=0)

    def _place_level(self) -> None:
        market = self._parameters()
        level = None if market is None else level_of(market)
        # A level far above everything else would press the rest flat; the field in the panel tells it.
        near = level is not None and level[1] <= 4 * max(self._most(), 1.0)
        self.level.setVisible(near)
        if near and level is not None:
            self.level.setPos(level[1])

    def _most(self) -> float:
        view = self._view()
        names = [figure.name for figure in view.figures] if view is not None else []
        return max((float(self._values[name].max(initial=0)) for name in names if name in self._values), default=0.0)

    def _same_place(self) -> None:
        self.count_view.setGeometry(self.plot.vb.sceneBoundingRect())
        self.count_view.linkedViewChanged(self.plot.vb, self.count_view.XAxis)

    def _range(self) -> tuple[float, float]:
        view = self._view() if self._ready else None
        if view is None or not self._values:
            return 0.0, 1.0
        stop = None if self._locked else self.round + 1
        shown = [self._values[figure.name][:stop] for figure in view.figures]
        shown += [self._seen_before(self._values_before[figure.name]) for figure in view.figures if self._values_before]
        values = np.concatenate(shown)
        low, high = min(0.0, float(values.min())), max(float(values.max()), 1.0)
        if self.level.isVisible():
            high = max(high, float(self.level.value()))
        step = nice_step(high - low, 5)
        return step * np.floor(low / step), step * np.ceil(high * 1.02 / step)

    def _fit(self) -> None:
        super()._fit()
        if self._ready:
            self._same_place()

    def _draw(self) -> None:
        if not self._ready:
            return
        view = self._view()
        self._draw_before()
        for line in self.lines:
            line.setData([], [])
        if view is None or not self._values or not len(self.series):
            self.labels.set_labels([])
            return
        x = self.fold.places(self.round + 1)
        labels = []
        for figure, line in zip(view.figures, self.lines, strict=False):
            values = self._values[figure.name][: self.round + 1]
            if not np.any(self._values[figure.name]):
                continue  # a line that never leaves 0 says nothing that its absence does not
            line.setData(x, values)
            if values[-1] != 0 or figure.bold:
                text = label_of(figure.name, self._values, self.round)
                colour = getattr(self._tokens, figure.role)
                labels.append(Label(text, colour, x[-1], values[-1], bold=figure.bold))
        if view.counted:
            painted = int(np.searchsorted(self._drawn_rounds, self.round, side="right"))
            self.bars.show_first(painted)
        labels.sort(key=lambda label: -label.y)
        self.labels.set_labels([*labels, *self._level_label(), *self._unit_label()])

    def _move(self, place: float, share: float) -> None:
        for line in self.lines:
            line.cut(place)

    def _before_changed(self) -> None:
        self._read_before()
        super()._before_changed()

    def _read_before(self) -> None:
        """Read the figures of the run before; it has none where its market of this name settles in another way."""
        self._values_before = {}
        view, run = self._view() if self._ready else None, self._before_run
        if view is None or run is None or self.before is None:
            return
        name, record = self._name(), run.recording
        names = [str(market) for market in record.book.market_names]
        if name in names and record.scenario.parameters.markets[name].rules.settlement.kind == self.kind:
            self._values_before = _values_of(MarketSeries(record, names.index(name), _names_of(view)), view)

    def _draw_before(self) -> None:
        """Draw the run before as thin lines of the same colours, its last values up to the edge."""
        view, kind = self._view(), self.kind
        for line in self.was:
            line.setData([], [])
        if view is None or kind is None or not len(self.series):
            return
        for figure, line in zip(view.figures, self.was, strict=False):
            values = self._values_before.get(figure.name, np.zeros(0))
            if np.any(values):
                line.setData(*self._line_before(values))
        subtitle = subtitle_of(kind)
        self.subtitle.setText(f"{subtitle}; {self._say_before()}" if self._values_before else subtitle)

    def _unit_label(self) -> list[Label]:
        """Say at the upper end of the right axis what it counts."""
        if self.kind is None or self.axes["right"].fixed_ticks is not None:
            return []
        (_, right), _ = self.plot.vb.viewRange()
        return [Label(unit_of(self.kind), self._tokens.secondary, right, np.inf, side="before")]

    def _level_label(self) -> list[Label]:
        market = self._parameters()
        if not self.level.isVisible() or market is None:
            return []
        level = level_of(market)
        (_, right), _ = self.plot.vb.viewRange()
        return [] if level is None else [Label(level[0], self._tokens.secondary, right, level[1], side="above")]

    def _readout(self, x: float, y: float) -> str:
        view = self._view() if self._ready else None
        if view is None or not self._values:
            return ""
        if past := self._past_the_end(x):
            return past
        at = self._round_near(x)
        parts = [f"{name_of(figure.name)} {numbers.money(self._values[figure.name][at])}" for figure in view.figures]
        if view.counted:
            parts.append(f"{numbers.count(self._values[view.counted][at])} {name_of(view.counted)}")
        return self.tr("round {0}: {1}").format(numbers.count(at), ", ".join(parts))

    def _restyle(self) -> None:
        if not self._ready:
            return
        colours = self._tokens
        view = self._view()
        figures = view.figures if view is not None else ()
        for figure, line, was in zip(figures, self.lines, self.was, strict=False):
            style = Qt.PenStyle.DashLine if figure.dashed else Qt.PenStyle.SolidLine
            width = 2.2 if figure.bold else 1.4
            line.setPen(self._pen(getattr(colours, figure.role), width, style=style))
            was.setPen(self._pen(with_alpha(getattr(colours, figure.role), _FAINT), 1.0, style=style))
        self.level.setPen(self._pen(colours.secondary, 1.0, style=Qt.PenStyle.DashLine))
        self.bars.set_style(pg.mkColor(with_alpha(colours.secondary, 0.3)))
        super()._restyle()


def _names_of(view: View) -> list[str]:
    """Return the figures that are read of a market's rounds."""
    return [*(figure.name for figure in view.figures), *([view.counted] if view.counted else [])]


def _values_of(figures: MarketSeries, view: View) -> dict[str, NDArray[np.float64]]:
    """Return what is drawn of a market, one array a line, and what is counted."""
    values = {
        figure.name: np.cumsum(figures[figure.name]) if figure.added_up else figures[figure.name]
        for figure in view.figures
    }
    return values | ({view.counted: figures[view.counted]} if view.counted else {})
