"""The page that an audience sees, at any size: caption, one to four plots, four figures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cascade_gui.plots.health import HealthPlot
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.loans import LoansPlot
from cascade_gui.plots.losses import LossesPlot
from cascade_gui.plots.part_colours import PartColours
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.series import Series
from cascade_gui.stage.caption_lines import CaptionLines
from cascade_gui.stage.stage_figures import StageFigures
from cascade_gui.stage.told_round import ToldRound, told_round
from cascade_gui.theme import Tokens, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from cascade_gui.plots.panel import PlotPanel
    from cascade_gui.plots.run_picture import RoundPicture
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

PLOTS: Final[dict[str, Callable[[], PlotPanel]]] = {
    "plot_loans": LoansPlot,
    "plot_price": PricePlot,
    "plot_liquidations": partial(LiquidationsPlot, PartColours()),
    "plot_health": HealthPlot,
    "plot_map": LiquidationMapPlot,
    "plot_losses": LossesPlot,
}
"""What can be shown, by the name of the plot in the window."""
MOST: Final = 4
"""So many plots are shown at once at most."""
DEFAULT: Final = ("plot_loans",)
_DESIGNED: Final = (1920, 1080)
_TYPE: Final = {1: 2.2, 2: 1.9, 3: 1.75, 4: 1.75}
"""Type and lines of so many plots are larger than in the window by this factor, on a screen of the designed size."""
_PLACES: Final = {
    1: ((0, 0, 2, 5),),
    2: ((0, 0, 2, 3), (0, 3, 2, 2)),
    3: ((0, 0, 2, 3), (0, 3, 1, 2), (1, 3, 1, 2)),
    4: ((0, 0, 1, 3), (0, 3, 1, 2), (1, 0, 1, 3), (1, 3, 1, 2)),
}
"""Row, column, rows and columns of each plot, by how many there are."""


class StagePage(QWidget):
    """Caption, plots and figures of a run at a round.

    Attributes
    ----------
    caption, figures
        The parts beside the plots.
    """

    account_asked = Signal(int)
    """The account whose mark was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage_page")
        self._tokens: Tokens = tokens(dark=True)
        self._series = Series()
        self._told: ToldRound | None = None
        self._name = ""
        self._round = 0
        self._titles: dict[int, str] = {}
        self._view: tuple[RoundView | None, RoundPicture | None] = (None, None)
        self._plots: dict[str, PlotPanel] = {}
        self.caption, self.figures = CaptionLines(self), StageFigures(self)
        self._grid = QGridLayout()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.caption)
        self._column.addLayout(self._grid, 1)
        self._column.addWidget(self.figures)
        self.setAutoFillBackground(True)
        self.set_plots(DEFAULT)

    # ------------------------------------------------------------------------------- what is shown

    @property
    def plots(self) -> list[PlotPanel]:
        """The plots that are shown."""
        return list(self._plots.values())

    @property
    def told(self) -> ToldRound | None:
        """What is told of the shown round, None without a run."""
        return self._told

    @property
    def asset(self) -> int:
        """The index of the asset whose price is told."""
        names = self._series.assets
        loans = self._plots.get("plot_loans")
        if isinstance(loans, LoansPlot) and loans.asset in names:
            return names.index(loans.asset)
        return self._series.main_asset()

    @property
    def is_busy(self) -> bool:
        """Whether a plot is on its way to the shown round."""
        return any(getattr(plot, "is_busy", False) for plot in self.plots)

    def set_plots(self, names: Sequence[str]) -> None:
        """Show these plots, one to four by the names of `PLOTS`.

        Raises
        ------
        ValueError
            If there are none or too many, or one has another name.
        """
        if not 1 <= len(names) <= MOST or not set(names) <= set(PLOTS):
            raise ValueError(f"a stage shows one to {MOST} of {', '.join(PLOTS)}; not {', '.join(names) or 'none'}")
        for gone in [name for name in self._plots if name not in names]:
            plot = self._plots.pop(gone)
            plot.shut_down()
            self._grid.removeWidget(plot)
            plot.hide()
            plot.deleteLater()
        kept = self._plots
        self._plots = {name: kept[name] if name in kept else self._made(name) for name in names}
        for plot, place in zip(self.plots, _PLACES[len(names)], strict=True):
            self._grid.addWidget(plot, *place)
        for column in range(5):
            self._grid.setColumnStretch(column, 1)
        for row in range(2):
            self._grid.setRowStretch(row, 1)
        self._fit()

    def set_captions(self, shown: bool) -> None:
        """Show caption and figures, or the plots alone."""
        self.caption.setVisible(shown)
        self.figures.setVisible(shown)

    def set_recording(self, recording: RecordedRun | None, name: str, beside: Sequence[RecordedRun] = ()) -> None:
        """Show another run, or none, of a scenario of this name.

        Parameters
        ----------
        recording, name
            The run and the scenario's name.
        beside
            The other runs of the talk: axes are to be the same in all of them.
        """
        for plot in self.plots:
            if isinstance(plot, LoansPlot):
                plot.set_beside(beside)
        self._name, self._round, self._view = name, 0, (None, None)
        self._series = Series(recording)
        for plot in self.plots:
            plot.set_recording(recording, self._series)
        self._tell()

    def rounds_added(self) -> None:
        """Take in the rounds that the run has got since."""
        self._series.update()
        for plot in self.plots:
            plot.rounds_added()

    def show_round(self, number: int) -> None:
        """Go to a round; plots of the book follow with `set_view`."""
        self._round = number
        for plot in self.plots:
            plot.follow(number)
        self._tell()

    def set_view(self, view: RoundView | None, picture: RoundPicture | None) -> None:
        """Take the book at the shown round."""
        self._view = view, picture
        for plot in self.plots:
            plot.set_view(view, picture)
        self._tell()

    def set_stop_titles(self, titles: dict[int, str]) -> None:
        """Take the titles that the presenter gave rounds of the shown run."""
        self._titles = titles
        self._tell()

    def mark_account(self, account: int | None) -> None:
        """Ring the mark of an account, or none."""
        for plot in self.plots:
            if isinstance(plot, LoansPlot):
                plot.show_account(account)

    def say_waiting(self, text: str) -> None:
        """Say at the head of the stage that something is still worked out; no text takes it away."""
        self.caption.set_waiting(text)

    def set_hurry(self, hurry: float) -> None:
        """Let a round take this part of its time, at most 1, to move."""
        for plot in self.plots:
            if isinstance(plot, LoansPlot):
                plot.marks.hurry = min(1.0, hurry)

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        self._tokens = colours
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colours.background))
        self.setPalette(palette)
        for plot in self.plots:
            plot.apply_theme(colours)
        self._fit()

    def shut_down(self) -> None:
        """Wait for what is worked out in the background."""
        for plot in self.plots:
            plot.shut_down()

    # ----------------------------------------------------------------------------------- working

    def resizeEvent(self, event: Any) -> None:  # noqa: D102 - Qt's
        super().resizeEvent(event)
        self._fit()

    def _made(self, name: str) -> PlotPanel:
        plot = PLOTS[name]()
        plot.setParent(self)
        plot.set_plain()
        plot.apply_theme(self._tokens)
        if isinstance(plot, LoansPlot):
            plot.account_clicked.connect(self.account_asked)
            plot.marks.fades = True
        if self._series.recording is not None:
            plot.set_recording(self._series.recording, self._series)
            plot.show_round(self._round)
            plot.set_view(*self._view)
        return plot

    def _fit(self) -> None:
        scale = min(self.width() / _DESIGNED[0], self.height() / _DESIGNED[1])
        if scale <= 0.0:
            return
        self._column.setContentsMargins(*(round(each * scale) for each in (72, 44, 72, 56)))
        self._grid.setSpacing(round(28 * scale))
        self.caption.set_look(self._tokens, scale)
        self.figures.set_look(self._tokens, scale)
        for plot in self.plots:
            plot.set_scale(_TYPE[len(self._plots)] * scale)

    def _tell(self) -> None:
        number = min(self._round, len(self._series) - 1)
        self._told = told_round(self._series, number, self.asset) if number >= 0 else None
        self.caption.tell(self._told, self._name, self._titles.get(number, ""))
        self.figures.tell(self._told)
