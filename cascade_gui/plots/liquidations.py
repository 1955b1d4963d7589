"""Debt repaid in each round, stacked by collateral, and the reproduction number over it."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from cascade_gui.plots.axes import PlainAxis, write_money
from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.items import Bars, ThinnedLine, stacked, tallest
from cascade_gui.plots.labels import Label
from cascade_gui.plots.part_colours import PartColours
from cascade_gui.plots.series import Series
from cascade_gui.plots.stacks import Stack, StackBy, choices
from cascade_gui.plots.steps import nice_top
from cascade_gui.theme.colours import with_alpha
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers
from engine.reading.ending import most_lost

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALF_WIDTH = 0.38
_CLOSE_ROUNDS = 300
_WIDE_ROUNDS = 120
"""Up to so many rounds a bar is wide enough for an outline within it."""
_LEAST_SHARE = 0.02
"""Parts with less of what was repaid are not told apart."""
_NARROW = 320
"""In fewer pixels the number's long name would cover the bars."""
_NUMBERS = (0.0, 0.5, 1.0, 2.0, 5.0)


def height_of(number: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return where a reproduction number stands on its own scale, as a share of the height.

    R / (1 + R): 0 is the bottom, 1 always the middle, and the largest number still fits, so that
    the scale is the same in every round and every run.
    """
    values = np.asarray(number, dtype=np.float64)
    return values / (1 + values)


class LiquidationsPlot(RoundPlot):
    """``plot_liquidations``: USD repaid by round, stacked by collateral, market or category, with R.

    Parameters
    ----------
    part_colours
        Which colours assets, markets and categories have; None for those of this plot alone.
    """

    def __init__(self, part_colours: PartColours | None = None) -> None:
        self._ready = False
        self._part_colours = PartColours() if part_colours is None else part_colours
        self._places: list[int] = []  # of those that are named, among the colours
        self._drawn_rounds: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._by = StackBy.ASSET
        self._stack = Stack(Series(), self._by)
        self._offered: tuple[StackBy, ...] = ()
        self._order: list[int] = []
        self._named: list[int] = []
        self._looks: tuple[object, ...] = ()  # what the colours of bars and number were chosen for
        right = PlainAxis("right", self._write_number)
        super().__init__("plot_liquidations", self.tr("Liquidations"), write_money, right)
        self.subtitle.setText(self.tr("debt repaid a round"))
        self.legend = plain_label()
        self.legend.setProperty("role", "secondary")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self._title_row.add_remark(self.legend)  # where there is room for one, colours need their names more
        self.legend_below = plain_label()
        self.legend_below.setProperty("role", "secondary")
        self.legend_below.setTextFormat(Qt.TextFormat.RichText)
        self.legend_below.setWordWrap(True)
        self.legend_below.hide()
        self._title_row.below.insertWidget(0, self.legend_below, 1)
        self.stack_chooser = Chooser("plot_liquidations_by", self.tr("What the bars are stacked by"))
        self.stack_chooser.chosen.connect(self._stack_chosen)
        self.stack_chooser.hide()
        self.add_chooser(self.stack_chooser)
        self.was = Bars()
        self.was.setZValue(2)  # over the bars, so that it is seen where it is lower than they are
        self.plot.addItem(self.was)
        self.bars: list[Bars] = []
        self.now: list[Bars] = []
        right.fixed_ticks = [float(height_of(number)) for number in _NUMBERS]
        self.number_view = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.number_view.setParentItem(self.plot)
        self.number_view.setZValue(10)  # over the bars and under the labels
        self.number_view.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        right.linkToView(self.number_view)
        self.number_view.setXLink(self.plot.vb)
        self.number_view.setYRange(0, 1, padding=0)
        self.plot.vb.sigResized.connect(self._same_place)
        self.number = ThinnedLine(gaps=True)
        self.number_view.addItem(self.number)
        self.one = pg.InfiniteLine(pos=0.5, angle=0, movable=False)
        self.number_view.addItem(self.one)
        self._ready = True
        self.plot.vb.sigResized.connect(lambda _: self._redraw())  # what it says depends on its width
        self._recording_changed()
        self.apply_theme(self._tokens)

    @property
    def stacked_by(self) -> StackBy:
        """What the bars are told apart by: what the user chose, where this run has it."""
        return self._by if self._by in choices(self.series.recording) else StackBy.ASSET

    def set_stack(self, by: StackBy) -> None:
        """Stack the bars by assets, markets or categories, in every run that has them."""
        self._by = by
        self._rounds_changed()
        self._fit_title()
        self._redraw()

    # ------------------------------------------------------------------ working

    def _stack_chosen(self, number: int) -> None:
        self.set_stack(choices(self.series.recording)[number])

    def _offer_stacks(self) -> None:
        """Offer what the bars of this run can be stacked by; nothing where there is no choice."""
        offered = choices(self.series.recording)
        names = {
            StackBy.ASSET: self.tr("by asset"),
            StackBy.MARKET: self.tr("by market"),
            StackBy.CATEGORY: self.tr("by category"),
        }
        if offered != self._offered:
            self._offered = offered
            self.stack_chooser.set_choices([names[each] for each in offered])
            self.stack_chooser.setVisible(len(offered) > 1)
        self.stack_chooser.show_choice(offered.index(self.stacked_by))

    def _write_number(self, height: float) -> str:
        return numbers.significant(height / (1 - height), 2)

    def _same_place(self) -> None:
        self.number_view.setGeometry(self.plot.vb.geometry())
        self.number_view.linkedViewChanged(self.plot.vb, self.number_view.XAxis)

    def _recording_changed(self) -> None:
        self._rounds_changed()

    def _rounds_changed(self) -> None:
        """Lay out the bars of all rounds; showing a round then only says how many are painted."""
        if not self._ready:
            return
        if not self._stack.is_of(self.series, self.stacked_by):
            self._stack = Stack(self.series, self.stacked_by)
            self._offer_stacks()
        if not len(self.series):
            for bars in [*self.bars, *self.now]:
                bars.set_bars(*[np.zeros(0)] * 4)
            self.number.setData([], [])
            self.legend.clear()
            self._fit_title()
            self.one.hide()
            return
        self.one.show()
        repaid = self._stack.values
        totals = repaid.sum(axis=0)
        self._order = [int(k) for k in np.argsort(-totals, kind="stable") if totals[k] > 0]
        named = [k for k in self._order if totals[k] >= _LEAST_SHARE * totals.sum()]
        self._named = named[: len(self._tokens.categories)]
        names = [self._stack.names[k] for k in self._named]
        self._places = self._part_colours.places(self._stack.by, names, len(self._tokens.categories))
        columns = [repaid[:, k] for k in self._named]
        rest = self._order[len(self._named) :]
        if rest:  # one bar of the colour of secondary text
            columns.append(repaid[:, rest].sum(axis=1))
        while len(self.bars) < len(columns):
            self._add_bars()
        values = np.stack(columns, axis=1) if columns else np.zeros((len(repaid), 0))
        seen = self.shown_rows(len(values))
        rows = seen.start + np.asarray(tallest(values[seen]), dtype=np.int64)
        self._drawn_rounds = rows
        bottoms, tops = stacked(values[rows])
        width = _HALF_WIDTH * max(1.0, (seen.stop - seen.start) / max(1, len(rows))) * self.fold.widths(rows)
        for at, bars in enumerate(self.bars):
            if at < values.shape[1]:
                x = self.fold.of(rows.astype(np.float64))
                bars.set_bars(x - width, x + width, bottoms[:, at], tops[:, at])
            else:
                bars.set_bars(*[np.zeros(0)] * 4)
        looks = (len(self.bars), tuple(self._places), self.across() > _CLOSE_ROUNDS)
        if looks != self._looks:
            self._looks = looks
            self._colour_bars()
            self._pen_number()
        self._say_legend()

    def _fit_title(self) -> None:
        """Name the colours in a row of their own where the title has no room for them."""
        said = self._says_subtitle
        super()._fit_title()
        if self._ready:
            if said != self._says_subtitle:  # what is outlined is said in the plot, or in the title
                self._redraw()
            below = "" if self.legend in self._title_row.fitting else self.legend.text()
            self.legend_below.setText(below)
            self.legend_below.setVisible(bool(below))

    def _add_bars(self) -> None:
        for bars in (self.bars, self.now):
            item = Bars()
            item.setZValue(1 if bars is self.now else 0)
            self.plot.addItem(item)
            bars.append(item)

    def _colour(self, at: int) -> str:
        return self._tokens.categories[self._places[at]] if at < len(self._named) else self._tokens.secondary

    def _colour_bars(self) -> None:
        for at, (bars, now) in enumerate(zip(self.bars, self.now, strict=True)):
            bars.set_style(pg.mkColor(self._colour(at)))
            now.set_style(None, self._pen(self._tokens.text, 1.0))

    def _say_legend(self) -> None:
        """Name the colours when there is more than one."""
        names = [self._stack.names[k] for k in self._named]
        others = len(self._order) - len(names)
        if others:
            last = self._stack.names[self._order[-1]]
            names.append(last if others == 1 else self.tr("{0} others").format(others))
        parts = [
            f'<span style="color:{self._colour(at)}">■</span>&nbsp;{escape(name)}' for at, name in enumerate(names)
        ]
        text = "&nbsp;&nbsp; ".join(parts) if len(parts) > 1 else ""
        if text != self.legend.text():
            self.legend.setText(text)
            self._fit_title()

    def _range(self) -> tuple[float, float]:
        if not len(self.series):
            return 0.0, 1.0
        stop = None if self._locked else self.round + 1
        most = self.series["repaid_by_collateral_usd"][:stop].sum(axis=1).max()
        if self.before is not None:
            most = max(most, self._seen_before(self.before["repaid_usd"]).max())
        return 0.0, nice_top(float(most) * 1.02)

    def _ranges_set(self) -> None:
        if self._ready:
            self._same_place()

    def _draw(self) -> None:
        if self._ready:
            self._draw_before()
        if not self._ready or not len(self.series):
            self.labels.set_labels([])
            return
        painted = int(np.searchsorted(self._drawn_rounds, self.round, side="right"))
        for bars in self.bars:
            bars.show_first(painted)
        self._mark_now()
        known = self.series["reproduction_number"][: self.round + 1]
        self.number.setData(self.fold.places(len(known)), height_of(known))
        self.labels.set_labels(self._labels(known))

    def _move(self, place: float, share: float) -> None:
        for bars in (*self.bars, *self.now[:1]):
            bars.grow(share)
        self.number.cut(place)

    def _draw_before(self) -> None:
        """Outline where more or less was repaid in a round of the run before: what is shown of this run stays seen."""
        before = self.before
        if before is None or not len(self.series):
            self.was.set_bars(*[np.zeros(0)] * 4)
            self.subtitle.setText(self.tr("debt repaid a round"))
            return
        repaid = before["repaid_usd"]
        seen = self.shown_rows(len(repaid))
        rows = seen.start + np.asarray(tallest(repaid[seen, None]), dtype=np.int64)
        x = self.fold.of(rows.astype(np.float64))
        width = _HALF_WIDTH * max(1.0, (seen.stop - seen.start) / max(1, len(rows))) * self.fold.widths(rows)
        now = np.zeros(len(repaid))
        known = self.series["repaid_usd"][: min(self.round + 1, len(repaid))]
        now[: len(known)] = known
        low, high = np.minimum(now, repaid)[rows], np.maximum(now, repaid)[rows]
        if self.across() > _WIDE_ROUNDS:  # an outline within so thin a bar would hide it
            high = np.where(now[rows] > repaid[rows], low, high)
        self.was.set_bars(x - width, x + width, low, high)
        self._pen_before()
        self.subtitle.setText(self.tr("debt repaid a round; outlined: the run before"))

    def _mark_now(self) -> None:
        """Outline the bar of the shown round as a whole."""
        total = float(self.series["repaid_by_collateral_usd"][self.round].sum())
        x = np.array([self.fold.place(self.round)])
        half = _HALF_WIDTH * self.fold.widths(np.array([self.round]))
        for bars in self.now[:1]:
            bars.set_bars(x - half, x + half, np.zeros(1), np.array([total]))

    def _labels(self, known: NDArray[np.float64]) -> list[Label]:
        colours = self._tokens
        (_left, right), (bottom, top) = self.plot.vb.viewRange()
        result = []
        current = float(known[-1])
        narrow = self.plot.vb.rect().width() < _NARROW * self._scale
        if not math.isnan(current):
            text = self.tr("R {0}") if narrow else self.tr("reproduction number {0}")
            result.append(
                Label(
                    text.format(numbers.reproduction(current)),
                    colours.violet,
                    self.fold.place(self.round),
                    bottom + float(height_of(current)) * (top - bottom),
                    bold=True,
                )
            )
        result.append(
            Label(
                self.tr("R above 1: grows") if narrow else self.tr("reproduction number: above 1 the cascade grows"),
                colours.violet,
                right,
                bottom + 0.5 * (top - bottom),
                side="above",
            )
        )
        if self.before is not None and self.series.ended and self.round == len(self.series) - 1:
            text = self.tr("ends in round {0}; the run before in round {1}").format(
                numbers.count(self.round), numbers.count(len(self.before) - 1)
            )
            result.append(Label(text, colours.text, self.fold.place(self.round), bottom + 0.92 * (top - bottom)))
        if self.before is not None and not self._says_subtitle:
            text, at = self.tr("outlined: the run before"), bottom + 0.85 * (top - bottom)
            result.append(Label(text, colours.secondary, right, at, side="above"))
        return result

    def _readout(self, x: float, y: float) -> str:
        if not len(self.series):
            return ""
        if past := self._past_the_end(x):
            return past
        at = self._round_near(x)
        number = self.series["reproduction_number"][at]
        parts = [
            self.tr("round {0}: {1} liquidations, {2} repaid").format(
                numbers.count(at),
                numbers.count(self.series["liquidations"][at]),
                numbers.money(self.series["repaid_usd"][at]),
            )
        ]
        run = self.series.recording if self.series.market is None else None
        if run is not None and (lost := most_lost(run, at, at)):
            names = ", ".join(f"{name} {numbers.money(usd)}" for name, usd in lost)
            parts.append(self.tr("most lost by {0}").format(names))
        parts.append(self.tr("reproduction number {0}").format(numbers.reproduction(number)))
        return "; ".join(parts)

    def _pen_number(self) -> None:
        """Draw the number thinly, paler where its rounds stand close together."""
        close = self.across() > _CLOSE_ROUNDS
        self.number.setPen(self._pen(with_alpha(self._tokens.violet, 0.6 if close else 1.0), 1.4))
        halo = None if close else self._pen(self._tokens.background, 3.4)  # or it is lost on bars of its own brightness
        self.number.setShadowPen(halo)

    def _pen_before(self) -> None:
        """Outline the run before, faintly where its bars stand so close that the outlines meet."""
        close = self.across() > _WIDE_ROUNDS
        self.was.set_style(None, self._pen(with_alpha(self._tokens.text, 0.4 if close else 1.0), 1.0))

    def _restyle(self) -> None:
        if not self._ready:
            return
        colours = self._tokens
        # The colour of text: that of secondary text is lost on the bars, where the run before had less.
        self._pen_before()
        self._colour_bars()
        self._pen_number()
        self.one.setPen(self._pen(colours.violet, 1.0, style=Qt.PenStyle.DashLine))
        self.axes["right"].setTextPen(pg.mkPen(colours.violet))
        if len(self.series):
            self._say_legend()
        super()._restyle()
