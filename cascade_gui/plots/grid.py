"""All plots: two by two where there is room, else two columns of tabs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from cascade_gui.plots.base import RoundPlot
from cascade_gui.plots.contagion import ContagionPlot
from cascade_gui.plots.health import HealthPlot
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.loans import LoansPlot
from cascade_gui.plots.losses import LossesPlot
from cascade_gui.plots.market_filter import MarketFilter
from cascade_gui.plots.moving import Moving
from cascade_gui.plots.part_colours import PartColours
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.run_picture import round_picture
from cascade_gui.plots.series import Series
from cascade_gui.plots.settlement import SettlementPlot
from cascade_gui.theme import Tokens, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cascade_gui.plots.panel import PlotPanel
    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

LEAST_WIDTH = 900
LEAST_HEIGHT = 430
"""Below either, each column shows one plot and its tabs instead of two plots."""


class Place(QWidget):
    """One place for plots: shows one of them, the titles of the others are tabs."""

    def __init__(self, plots: Sequence[PlotPanel]) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.plots: tuple[PlotPanel, ...] = ()
        self.current: PlotPanel = plots[0]
        self.set_plots(plots)

    def set_plots(self, plots: Sequence[PlotPanel]) -> None:
        """Hold these plots; the shown one stays shown if it is among them. None at all: others hold them now."""
        self.plots = tuple(plots)
        if not plots:
            return
        for plot in plots:
            if plot.parentWidget() is not self:
                self._layout.addWidget(plot)
        self.show_plot(self.current if self.current in plots else plots[0])

    def show_plot(self, plot: PlotPanel) -> None:
        """Bring one of the plots to the front."""
        self.current = plot
        names = [(each.objectName(), each.tab_title, each.short_title) for each in self.plots]
        for each in self.plots:
            each.set_siblings(names)
            each.set_front(each is plot)


class PlotGrid(QWidget):
    """The plots of a run; what it is told, all of them are told."""

    round_clicked = Signal(int)
    """A round that the user clicked in one of the plots."""

    market_chosen = Signal(object)
    """The name of the market whose figures are shown, None for all, when it is another."""

    asset_chosen = Signal(int)
    """The asset whose price is shown, when it is another or the run is."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plots")
        self.price = PricePlot()
        part_colours = PartColours()
        self.liquidations = LiquidationsPlot(part_colours)
        self.health = HealthPlot()
        self.loans = LoansPlot()
        self.map = LiquidationMapPlot()
        self.losses = LossesPlot()
        self.settlement = SettlementPlot()
        self.contagion = ContagionPlot(part_colours)
        for each in (self.settlement, self.contagion):
            each.setParent(self)  # in no place until a run has something to show there
            each.set_front(front=False)
        self._narrow = False
        self._tokens: Tokens = tokens(dark=True)
        self.left_top = Place([self.price])
        self.left_bottom = Place([self.liquidations])
        self.right_top = Place([self.health, self.loans])
        self.right_bottom = Place([self.map, self.losses])
        self.left = self._column(self.left_top, self.left_bottom)
        self.right = self._column(self.right_top, self.right_bottom)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setHandleWidth(1)
        self.columns.setChildrenCollapsible(False)
        self.columns.addWidget(self.left)
        self.columns.addWidget(self.right)
        self.columns.setStretchFactor(0, 3)
        self.columns.setStretchFactor(1, 2)
        self.columns.setSizes([600, 400])
        # By hand and not in a layout: each word that a plot says in its title would let all of the window be laid out
        # and painted anew.
        self.columns.setParent(self)
        self._recording: RecordedRun | None = None
        self._market: str | None = None
        self._before: RunPicture | None = None
        self._series = Series()
        self._round = 0
        self.motion = Moving(self)
        self.motion.moved.connect(self._move)
        self.motion.arrived.connect(self._stand)
        self.markets = MarketFilter((self.liquidations, self.health, self.map, self.losses))
        self.markets.chosen.connect(self.set_market)
        for plot in self:
            plot.round_clicked.connect(self.round_clicked)
            plot.sibling_chosen.connect(self.show_plot)
            if isinstance(plot, RoundPlot):
                plot.span_chosen.connect(self._show_span)
        self.price.asset_chosen.connect(self.asset_chosen)

    def __iter__(self) -> Iterator[PlotPanel]:
        """Go through the plots."""
        yield from (
            self.price, self.liquidations, self.settlement, self.contagion, self.health, self.loans, self.map,
            self.losses,
        )  # fmt: skip

    @property
    def found_behind(self) -> tuple[PlotPanel, ...]:
        """The plots whose picture of a round is worked out behind the window."""
        return self.health, self.loans, self.map

    def in_use(self) -> list[PlotPanel]:
        """Return the plots that can be brought to the front for this run."""
        return [plot for plot in self if plot not in {self.settlement, self.contagion} or plot in self._some_runs()]

    def _some_runs(self) -> list[PlotPanel]:
        """Return the plots that only some runs have, those that this one has."""
        return [plot for plot in (self.settlement, self.contagion) if plot.applies]

    @property
    def is_narrow(self) -> bool:
        """Whether each column shows one plot at a time."""
        return self._narrow

    def set_recording(self, recording: RecordedRun | None) -> None:
        """Show another run, or none."""
        self.motion.halt()
        self._recording, self._round = recording, 0
        self._series = series = Series(recording, self._market)
        self.markets.offer(recording, series.market)
        kind, before = self.settlement.kind, self._some_runs()
        for plot in self:
            plot.set_recording(recording, series)
        if self.settlement.kind != kind or self._some_runs() != before:
            self._arrange()
        if self.settlement.kind != kind and self.settlement.applies:  # what is new is what one wants to see
            self.show_plot(self.settlement.objectName())

    def rounds_added(self) -> None:
        """Take in the rounds that the recording has got since."""
        for plot in self:
            plot.rounds_added()

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another."""
        for plot in self:
            self.take_into(plot, picture)

    def take_into(self, plot: PlotPanel, picture: RunPicture) -> None:
        """Show a finished run in one of the plots; for when they are drawn one by one."""
        self.motion.halt()
        self._recording, self._round = picture.recording, picture.round
        picture = picture.of_market(self._market)
        self._series = picture.series
        self.markets.offer(picture.recording, picture.series.market)
        before = self.settlement.kind, self._some_runs()
        plot.take(picture)
        plot.make_ready()
        if (self.settlement.kind, self._some_runs()) != before:
            self._arrange()

    @property
    def market(self) -> str | None:
        """The market whose figures and debt are shown; None where those of all are."""
        return self._market

    def set_market(self, market: str | None) -> None:
        """Show the figures and the debt of one market, in every run that has it, or those of all markets."""
        if market == self._market:
            return
        self._market = market
        self._series = Series(self._recording, market)
        self.markets.offer(self._recording, self._series.market)
        for plot in self if self._recording is not None else ():
            plot.set_series(self._series)
        self.market_chosen.emit(market)

    def set_before(self, before: RunPicture | None, name: str = "") -> None:
        """Show another run thinly, or none, by a name such as ``the run before, at 0.3 ×``."""
        self._before = before
        for plot in self:
            plot.set_before(before, name)

    def set_folds(self, folds: bool) -> None:
        """Fold quiet rounds away, or show all."""
        for plot in self:
            if isinstance(plot, RoundPlot | LiquidationMapPlot):
                plot.set_folds(folds)

    def set_held(self, held: bool) -> None:
        """Let the ranges only grow, while something is dragged."""
        for plot in self:
            plot.set_held(held)

    def settle(self) -> None:
        """Look for what was left out while runs followed each other."""
        self.health.settle()

    @property
    def moving(self) -> str | None:
        """The asset that moves in the liquidation map, None where everything does that is not stable."""
        return self.map.moving

    @property
    def shows_losses(self) -> bool:
        """Whether the losses of every round are looked at."""
        return self.losses.is_front

    def show_round(self, number: int) -> None:
        """Move every plot to a round."""
        for plot in self:
            plot.show_round(number)
        self.move_to(number)

    def move_to(self, number: int) -> None:
        """Let plots that show a round move there from the one before, if they showed that and there is time for it."""
        is_next, self._round = number == self._round + 1, number
        if is_next and self.motion.begin():
            self._move(0.0)
        else:
            self.motion.halt()

    def set_motion(self, moves: bool) -> None:
        """Let bars, walls and lines move between rounds, or stand at once."""
        for motion in (self.motion, self.health.motion, self.map.motion):
            motion.is_wanted = moves
        self.loans.set_motion(moves)

    def look(self, recording: RecordedRun) -> Callable[[RoundView], RoundPicture]:
        """Return what makes the picture of a view of this recording, for a background thread."""
        market = self._series.market if self._series.recording is recording else None
        first, moving = recording.rounds[0].oracle, self.map.moving
        if moving not in recording.book.asset_names:  # of the scenario that is shown still, and not of this one
            moving = None
        return partial(
            round_picture, first=first, asset=moving, market=market, before=self._before,
            loans=self.loans.run_scene,
        )  # fmt: skip

    def _in_motion(self) -> Iterator[RoundPlot]:
        return (plot for plot in self if isinstance(plot, RoundPlot) and plot.is_front and plot.isVisible())

    def _move(self, share: float) -> None:
        for plot in self._in_motion():
            plot.move_towards(share)

    def _stand(self) -> None:
        for plot in self._in_motion():
            plot.arrive()

    def _show_span(self, span: tuple[float, float] | None) -> None:
        """Let all plots of rounds show the same ones."""
        for plot in self:
            if isinstance(plot, RoundPlot):
                plot.set_span(span)

    def set_view(self, view: RoundView | None, picture: RoundPicture | None = None) -> None:
        """Give the state of the book at the shown round to the plots that need it.

        While a run is drawn, a view of anything else is left alone: all plots show the same scenario, and a book that
        was edited since stands in the table.
        """
        run = self._recording
        if run is not None and (view is None or view.scenario is not run.scenario):
            return
        for plot in self:
            plot.set_view(view, picture)

    def shut_down(self) -> None:
        """Wait for what is computed in the background."""
        for plot in self:
            plot.shut_down()

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        for plot in self:
            plot.apply_theme(colours)

    def set_scale(self, scale: float) -> None:
        """Draw type and lines larger by this factor."""
        for plot in self:
            plot.set_scale(scale)

    def show_plot(self, name: str) -> None:
        """Bring the plot with this object name to the front."""
        for place in (self.left_top, self.left_bottom, self.right_top, self.right_bottom):
            for plot in place.plots:
                if plot.objectName() == name:
                    place.show_plot(plot)

    def sizeHint(self) -> QSize:
        """Return what the two columns want."""
        return self.columns.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return what the two columns need."""
        return self.columns.minimumSizeHint()

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self.columns.setGeometry(self.rect())
        narrow = self.width() < LEAST_WIDTH or self.height() < LEAST_HEIGHT
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    # ------------------------------------------------------------------ working

    def _column(self, *places: Place) -> QSplitter:
        column = QSplitter(Qt.Orientation.Vertical)
        column.setHandleWidth(1)
        column.setChildrenCollapsible(False)
        for place in places:
            column.addWidget(place)
            column.setStretchFactor(column.count() - 1, 1)
        return column

    def _arrange(self) -> None:
        liquidations = [self.liquidations, *self._some_runs()]
        for each in (self.settlement, self.contagion):
            if not each.applies:
                each.set_front(front=False)
        if self._narrow:
            for place in (self.left_bottom, self.right_bottom):
                place.hide()
                place.set_plots([])  # a place that still counted them would change their tabs
            self.left_top.set_plots([self.price, *liquidations, self.losses])
            self.right_top.set_plots([self.health, self.loans, self.map])
        else:
            if self.left_top.current in liquidations:  # it was in front of the price, and stays in front
                self.left_bottom.current = self.left_top.current
            self.left_top.set_plots([self.price])
            self.right_top.set_plots([self.health, self.loans])
            self.left_bottom.set_plots(liquidations)
            self.right_bottom.set_plots([self.map, self.losses])
            self.left_bottom.show()
            self.right_bottom.show()
        self.updateGeometry()
