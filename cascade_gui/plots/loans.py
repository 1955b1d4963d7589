"""Every loan as a mark that stands at its liquidation price, on the axis of one asset's price."""

from __future__ import annotations

from contextlib import contextmanager
from math import isnan
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QSize, Signal

from cascade_gui.loan_marks.scene import RoundScene, RunScene, run_scene
from cascade_gui.loan_marks.view import MarksView
from cascade_gui.plots import map_data
from cascade_gui.plots.axes import PlainAxis
from cascade_gui.plots.chooser import Chooser
from cascade_gui.plots.panel import PlotPanel
from cascade_gui.wording import numbers
from cascade_gui.working.background import Background
from cascade_gui.working.latest_job import LatestJob
from engine.reading.round_view import round_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from cascade_gui.plots.series import Series
    from cascade_gui.theme import Tokens
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_QUICK_ROUNDS: Final = 0.35
"""In the window a round moves in this part of the time that it takes on a stage."""


def first_scene(
    view: RoundView, asset: str, market: str | None, beside: Sequence[RecordedRun] = ()
) -> tuple[RunScene, RoundScene]:
    """Return what is drawn of the run or book that a view is of, and of its round; for a background thread."""
    first = view if view.recording is None else round_view(view.recording, 0)
    run = run_scene(first, asset, market, beside)
    return run, run.at_round(view)


class LoansPlot(PlotPanel):
    """``plot_loans``: loans as marks at their liquidation prices; the price comes down on them.

    The area of a mark is what is owed. The line is the oracle price, the dotted one the market price after the sales of
    the round. A click on a mark chooses its account; of many small loans in one mark the one that owes most.
    """

    account_clicked = Signal(int)
    """The account, in the book of the shown view, whose mark was clicked."""

    def __init__(self) -> None:
        super().__init__(
            "plot_loans", self.tr("Loans"), PlainAxis("bottom", lambda _: ""), PlainAxis("left", lambda _: "")
        )
        self.marks = MarksView()
        self.marks.hurry = _QUICK_ROUNDS
        self._layout.replaceWidget(self.view, self.marks)
        self.view.hide()
        self.lock.hide()
        self._empty.setParent(self.marks)
        self.marks.mark_hovered.connect(self._say_mark)
        self.marks.mark_clicked.connect(self._choose)
        self.asset_chooser = Chooser("plot_loans_asset", self.tr("On whose price the loans stand"))
        self.asset_chooser.chosen.connect(self._asset_chosen)
        self.add_chooser(self.asset_chooser)
        self._names: tuple[str, ...] = ()
        self._asset: str | None = None
        self._own_choice: str | None = None
        self._market: str | None = None
        self._series: Series | None = None
        self._recording: RecordedRun | None = None
        self._view: RoundView | None = None
        self._beside: tuple[RecordedRun, ...] = ()
        self._background = Background("loans", self)
        self._job = LatestJob(self, self._background)
        self._job.done.connect(self._take)
        self._say_empty(self.tr("The loans of the book are shown here by their liquidation prices"))
        self.apply_theme(self._tokens)

    # ------------------------------------------------------------------ for the window

    @property
    def run_scene(self) -> RunScene | None:
        """What is drawn of the run, None before it is known or while the plot is behind others."""
        return self.marks.run if self._front else None

    @property
    def asset(self) -> str | None:
        """The asset on whose price the loans stand."""
        return self._asset

    @property
    def is_busy(self) -> bool:
        """Whether a new picture is being computed, or is on its way."""
        return self._job.is_busy or self.marks.is_moving

    def set_recording(self, recording: RecordedRun | None, series: Series | None = None) -> None:
        """Forget what was drawn of another run; its marks come with :meth:`set_view`."""
        self._recording, self._view, self._series = recording, None, series
        self._market = None if series is None else series.market
        self._begin_anew()

    def set_series(self, series: Series) -> None:
        """Show the loans of another market of the same run, or of all."""
        self._series, self._market = series, series.market
        view = self._view
        self._begin_anew()
        if view is not None:
            self.set_view(view)

    def take(self, picture: RunPicture) -> None:
        """Show a finished run in the place of another."""
        self._recording, self._series, self._market = picture.recording, picture.series, picture.series.market
        self.set_view(picture.view)

    def show_round(self, number: int) -> None:
        """Nothing: the marks of the round come with :meth:`set_view`."""

    def set_view(self, view: RoundView | None, picture: RoundPicture | None = None) -> None:
        """Show the loans at a round."""
        self._view = view
        if view is None:
            self._begin_anew()
            return
        self._name_assets(view)
        scene, run = None if picture is None else picture.loans, self.marks.run
        if scene is not None and run is not None and self._is_of(run, view):
            self._job.forget()
            self._show(scene)
        elif not self._front:
            self._stale = True
        elif run is not None and self._is_of(run, view):
            self._job.submit(lambda: (run, run.at_round(view)))
        elif self._asset is not None:
            self._job.submit(first_scene, view, self._asset, self._market, self._beside)

    def set_beside(self, beside: Sequence[RecordedRun]) -> None:
        """Let the axis of the next run hold the prices of these runs, too: so that all of them have the same one."""
        self._beside = tuple(beside)

    def catch_up(self) -> None:
        """Show the round as it is, if it was left out while the plot was hidden."""
        if self._stale and self._view is not None:
            self._stale = False
            self.set_view(self._view)

    @contextmanager
    def as_picture(self, ratio: float) -> Iterator[None]:
        """Look as in a picture; what was left out while the plot was behind others is drawn before."""
        if self._stale and self._view is not None and self._asset is not None:
            self._stale = False
            self._take(first_scene(self._view, self._asset, self._market, self._beside))
        with super().as_picture(ratio):
            yield

    def show_account(self, account: int | None) -> None:
        """Ring the mark of an account, or none."""
        run = self.marks.run
        self.marks.choose(None if run is None or account is None else run.marks.mark_of(account))

    def set_asset(self, asset: str) -> None:
        """Let the loans stand on the price of this asset, and keep to it where a run has it."""
        self._own_choice = self._asset = asset
        view = self._view
        self._begin_anew()
        if view is not None:
            self.set_view(view)

    def set_motion(self, moves: bool) -> None:
        """Let the marks move from round to round, or stand at once."""
        self.marks.moves = moves

    def apply_theme(self, colours: Tokens) -> None:
        """Take other colours."""
        super().apply_theme(colours)
        self.marks.apply_theme(colours)

    def set_plain(self) -> None:
        """Show the marks alone: what they are is said over them."""
        super().set_plain()
        self.tabs.hide()
        self._title_row.setContentsMargins(0, 0, 0, 0)

    def set_scale(self, scale: float) -> None:
        """Draw type and lines larger by this factor."""
        super().set_scale(scale)
        self.marks.set_scale(scale)

    def shut_down(self) -> None:
        """Wait for what is being worked out."""
        self.marks.halt()
        self._job.shut_down()

    def sizeHint(self) -> QSize:
        """Return what it wants."""
        return QSize(480, 320)

    # ------------------------------------------------------------------ working

    def _begin_anew(self) -> None:
        self._job.forget()
        self._view = None
        self.marks.set_run(None)
        self.subtitle.setText("")

    def _is_of(self, run: RunScene, view: RoundView) -> bool:
        """Whether what is drawn is of the run, or of the book, that a view is of."""
        same = run.recording is view.recording if view.recording is not None else run.book is view.book
        return same and (run.asset, run.market) == (self._asset, self._market)

    def _name_assets(self, view: RoundView) -> None:
        names = view.book.asset_names
        if names != self._names:
            self._names = names
            self.asset_chooser.set_choices(list(names))
        wanted = self._own_choice if self._own_choice in names else self._told_by(view)
        self._asset = wanted
        if wanted is not None:
            self.asset_chooser.show_choice(names.index(wanted), wanted)

    def _told_by(self, view: RoundView) -> str | None:
        """Return the asset that the shock moves most, else the one that the run is told by."""
        found = map_data.shocked_asset(view.scenario)
        if found is None and self._series is not None and len(self._series):
            found = self._series.assets[self._series.main_asset()]
        names = view.book.asset_names
        return found if found in names else next(iter(names), None)

    def _asset_chosen(self, number: int) -> None:
        self.set_asset(self._names[number])

    def _take(self, found: tuple[RunScene, RoundScene]) -> None:
        run, scene = found
        if run is not self.marks.run:
            self.marks.set_run(run)
        self._show(scene)

    def _show(self, scene: RoundScene) -> None:
        run = self.marks.run
        assert run is not None
        self._say_empty("" if run.marks.count else self.tr("No price reaches a loan of this book"))
        self.marks.show_scene(scene)
        self._say_rest(run)

    def _say_rest(self, run: RunScene) -> None:
        """Say what is not drawn: loans that no price reaches, and those beyond the axis."""
        said = []
        if run.marks.away > 0.0:
            text = self.tr("{usd} owed that no price of {asset} reaches")
            said.append(text.format(usd=numbers.money(run.marks.away), asset=run.asset))
        if run.below + run.above > 0.0:
            said.append(self.tr("{usd} beyond the axis").format(usd=numbers.money(run.below + run.above)))
        self.subtitle.setText(", ".join(said))

    def _say_mark(self, mark: int | None) -> None:
        if self._plain:  # a line that small is nothing for an audience
            return
        self.readout.pointed = None if mark is None else QPointF(self.marks.mapFromGlobal(self.marks.cursor().pos()))
        self._say("" if mark is None else self.text_of(mark))

    def text_of(self, mark: int) -> str:
        """Say in a line what a mark is and what became of it in the shown round."""
        run, scene, view = self.marks.run, self.marks.scene, self._view
        if run is None or scene is None or view is None:
            return ""
        marks, members = scene.marks, run.marks.members(mark)
        owed = numbers.money(float(marks.owed[mark]))
        if len(members) == 1:
            text = self.tr("{account} owes {usd}").format(account=view.book.account_names[members[0]], usd=owed)
        else:
            text = self.tr("{count} loans owe {usd}").format(count=numbers.count(len(members)), usd=owed)
        level = float(marks.level[mark])
        if not isnan(level):
            reached = self.tr("sold if {asset} falls to ${price}")
            if run.marks.rises[mark]:
                reached = self.tr("bought back if {asset} rises to ${price}")
            if len(run.together) > 1:
                reached += self.tr(", and all that moves with it alike")
            text += ", " + reached.format(asset=run.asset, price=numbers.price(level))
        for usd, said in (
            (marks.seized[mark], self.tr("{usd} sold in this round")),
            (marks.waiting[mark], self.tr("{usd} waits for a buyer")),
            (marks.bad_debt[mark], self.tr("{usd} bad debt")),
        ):
            if usd > 0.0:
                text += ", " + said.format(usd=numbers.money(float(usd)))
        return text

    def _choose(self, mark: int) -> None:
        run, view = self.marks.run, self._view
        if run is None or view is None:
            return
        members = run.marks.members(mark)
        self.marks.choose(mark)
        self.account_clicked.emit(int(members[view.debt_usd[members].argmax()]))
