"""The main window: makes the parts and connects them. What a part does is its own business."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from cascade_gui.theme.plain_text import no_place_mark
from cascade_gui.window.actions import Actions
from cascade_gui.window.banner import Banner
from cascade_gui.window.keys_and_drops import KeysAndDrops
from cascade_gui.window.layout import WindowLayout, stack_up
from cascade_gui.window.menus import fill_menus
from cascade_gui.window.toast import Toast
from cascade_gui.window.toolbar import Toolbar
from cascade_gui.window.veil import Veil
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from cascade_gui.loan_table.abilities import Abilities
    from cascade_gui.plots.panel import PlotPanel
    from cascade_gui.plots.run_picture import RoundPicture, RunPicture
    from cascade_gui.theme import Theme, Tokens
    from cascade_gui.window.settings import Settings
    from engine.base.faults import Fault
    from engine.book.book import Book
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


class MainWindow(KeysAndDrops):
    """The window.

    It is made in two steps, so that it is on the screen at once: the frame, which is empty, and what
    `furnish` puts into it.

    Parameters
    ----------
    settings
        What is remembered.
    theme
        Colours and type.
    """

    run_started = Signal()
    round_shown = Signal(int)
    run_finished = Signal(object)
    run_failed = Signal(str)
    first_shown = Signal()
    """The window was painted for the first time."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.settings = self.file_places = settings
        self.theme = theme
        self.actions_table = Actions(self)
        self.toolbar = Toolbar(self.actions_table, self)
        self.addToolBar(self.toolbar)
        self.addActions(list(self.actions_table))
        self._menus = fill_menus(self, self.actions_table)
        self.stage = QWidget(self)
        self.setCentralWidget(self.stage)
        self.page = QFrame(self.stage)
        self.page.setObjectName("page")
        self.banner = Banner(theme.tokens, self.toolbar.state, self.page)
        self.message = Toast(theme.tokens, self.page)
        self.panels = WindowLayout(self, settings, self.actions_table["view_fullscreen"])
        self._furnished = self._closed = self._painted = False
        self._viewed: Book | None = None
        self._account: int | None = None
        self._picture: RunPicture | None = None
        self._drawn: dict[PlotPanel, RunPicture] = {}
        self._asked = 0.0
        self.panels.restore()
        self._allow(False)
        self._opening = Veil(self.stage)
        self._opening.apply_theme(theme.tokens)
        self.show_opening(True)

    def furnish(self) -> None:
        """Make everything that stands in the frame, and connect it."""
        self._make_parts()
        self._make_commands()
        self._connect()
        self._furnished = True
        self._allow(True)
        self.player.set_pace(*self.settings.pace)
        self.actions_table["run_live"].setChecked(self.settings.runs_live)
        self._apply_theme(self.theme.tokens)
        self.show_opening(self._painted)  # until what is opened first is there
        self.offered.show_now()
        self.stage.setFocus()  # else the first button has it, and Space belongs to that

    def show_opening(self, opening: bool) -> None:
        """Say that something is being opened in place of everything that stands in the frame, or show that."""
        shows = not opening and (not self._furnished or self.views.shows_cascade)
        self.page.setVisible(shows)
        if self._furnished:
            self.transport.setVisible(shows)
            self.panels.show_contents(not opening)
        self._opening.say(self.tr("Opening ...") if opening else "")
        if opening:
            self.setWindowTitle("Cascade")
            self.toolbar.set_title("Cascade", "")
        else:
            self._show_title()

    def _allow(self, anything: bool) -> None:
        self.toolbar.setEnabled(anything)
        self.menuBar().setEnabled(anything)

    @property
    def is_furnished(self) -> bool:
        """Whether the frame has been filled."""
        return self._furnished

    @property
    def painted(self) -> bool:
        """Whether it was on the screen already."""
        return self._painted

    # ------------------------------------------------------------------- what tests and scripts use

    @property
    def recording(self) -> RecordedRun | None:
        """The current run, as far as it came, or None."""
        return self.session.recording

    @property
    def round(self) -> int:
        """The shown round; on stage the one that is shown there."""
        return self.presenting.player.round if self.presenting.is_on else self.player.round

    def open(self, path: str | Path) -> bool:
        """Open a scenario file; return whether it is shown."""
        return self.files.open(Path(path))

    def save(self, path: str | Path | None = None) -> bool:
        """Save, in the document's file unless another is given; return whether it was saved."""
        return self.files.save() if path is None else self.files.save_to(Path(path))

    # ------------------------------------------------------------------------------------- making

    def _make_parts(self) -> None:
        from cascade_gui.window import parts

        self.session = parts.Session(self)
        self.document = self.session.document
        self.player = self.session.player
        self.faults = parts.Faults(self, self.settings.log_file)
        self.recovery = parts.Recovery(self.document, parts.RecoveryFolder(self.settings.recovery_folder), self)
        self.figures, self.summary, self.plots = parts.FiguresStrip(), parts.RunSummary(), parts.PlotGrid()
        self.banner.stand_over(self.summary)
        self.transport = parts.TransportBar(self.player, self.actions_table.__getitem__, self.theme.tokens, self.stage)
        stack_up(self.page, (self.figures, self.summary, self.plots), self.plots)
        stack_up(self.stage, (self.page, self.transport), self.page)
        self.scenario_panel = parts.ScenarioPanel(self.document, at_once=False)  # another document is about to come
        self.book = parts.LoanBookPanel(self.document)
        self.account = parts.AccountPanel()
        self.panels.fill(self.scenario_panel, self.book, self.account)
        QWidget.setTabOrder(self.transport.last_stop, self.toolbar.run)  # whoever has looked wants to run again
        for chosen in (self.book.row_chosen, self.plots.loans.account_clicked):
            chosen.connect(self.panels.unfold_account)
        self.veils = tuple(Veil(part) for part in (*self.plots.found_behind, self.book))

    def _make_commands(self) -> None:
        from cascade_gui.window import parts

        self.files = parts.FileCommands(self.session, self.settings, self)
        self.exports = parts.ExportCommands(self.session, self.settings, self.theme, self._pictures, self)
        self.stops = parts.StopCommands(self.document, self.player, self)
        self.presenting = parts.Presenting(self, self.settings, self.theme)
        self.help = parts.HelpCommands(self.theme, self.settings, self)
        self.verified = parts.VerificationLine(self.help, self.settings, self.menuBar())
        self.edit = parts.EditCommands(self.document.undo_stack, self.book, self)
        self.ending = parts.RunEnding(self.session, self.summary)
        followers = (self.figures, self.summary, self.transport)
        self.market_choice = parts.MarketChoice(self.plots, followers, self.session.following, self.book.filter)
        self.quiet = parts.QuietRounds(self.session, self.plots, self.settings, self.actions_table)
        self.panel_focus = parts.PanelFocus(self)
        self.views = parts.ViewChoice(self.session, self.panels, self.theme, self.say, self.page, self.transport)
        self.start, self.tour = parts.StartCommands(self), parts.TourCommands(self)
        self.view_tabs = parts.ViewTabs(self.actions_table, self.views, self.menuBar())
        self.faults_shown = parts.FaultsShown(self.document, self.book.editor, self.banner)
        self.offered = parts.OfferedActions(self.session, self.actions_table, self.toolbar)
        self.run_state = parts.RunStateDisplay(self.session, self.toolbar, self.actions_table, self)
        self.submenus = parts.Submenus(self._menus, self.files, self.panels, self.theme, self.settings, self)
        self.actions_table.connect(
            {
                "files": self.files,
                "exports": self.exports,
                "edit": self.edit,
                "table": self.book,
                "session": self.session,
                "kept": self.session.kept,
                "following": self.session.following,
                "player": self.player,
                "stops": self.stops,
                "presenting": self.presenting,
                "layout": self.panels,
                "quiet": self.quiet,
                "focus": self.panel_focus,
                "help": self.help,
                "tour": self.tour,
                "views": self.views,
                "window": self,
            }
        )

    def _connect(self) -> None:
        from cascade_gui.window import parts

        session, document, player = self.session, self.document, self.player
        for part in (self.figures, self.plots, self.transport, self.account):
            session.recording_changed.connect(part.set_recording)
        live = (self.transport, self.figures, *self.plots, self.account)
        self.spreader = parts.Spreader([partial(self._refresh, part) for part in live], self)
        # What an edit is made for comes first, what is looked at when the hand rests comes after it.
        self.live_spreader = parts.Spreader(
            [
                *(partial(self._show_in, part) for part in (self.figures, self.transport)),
                *(partial(self._show_in_plot, plot, front=True) for plot in self.plots),
                self._show_time,
            ],
            self,
        )
        self.late_spreader = parts.Spreader(
            [
                self._show_in_table,
                partial(self._show_in, self.account),
                *(partial(self._show_in_plot, plot, front=False) for plot in self.plots),
            ],
            self,
        )
        session.rounds_added.connect(self.spreader.soon)
        # Only what shows losses, or prices without liquidations: the others have drawn all that is known.
        show_losses = [self.figures.rounds_added, self.plots.losses.rounds_added, self._refresh_price]
        self.losses_spreader = parts.Spreader(show_losses, self)
        session.losses_found.connect(self.losses_spreader.soon)
        for spreader in (self.live_spreader, self.late_spreader, self.losses_spreader):
            session.recording_changed.connect(spreader.stop)
        session.following.shown.connect(self._follow)
        session.following.turned.connect(partial(setattr, self.settings, "runs_live"))
        for each in (self.figures, self.transport, self.plots):
            session.following.before_changed.connect(each.set_before)
        document.gesture_changed.connect(self.plots.set_held)
        player.round_changed.connect(self._show_round)
        session.look = self.plots.look
        session.following.shown_in = self.plots
        session.view_changed.connect(self._show_view)
        session.behind_changed.connect(self._mark_behind)
        self.views.stale_changed.connect(self.banner.set_stale)
        session.refused.connect(self._say_faults)
        session.run_finished.connect(self.run_finished)
        session.run_started.connect(self._tell_started)
        for failed in (session.runner.failed, session.following.runs.failed):
            failed.connect(self.faults.show)
            failed.connect(self.run_failed)
        self.banner.run_asked.connect(session.run)
        self.presenting.round_shown.connect(self.round_shown)
        self.plots.round_clicked.connect(player.show)
        self.plots.asset_chosen.connect(self.figures.set_asset)
        self.book.account_selected.connect(self._show_account)
        self.account.round_clicked.connect(player.show)
        self.plots.loans.account_clicked.connect(self.book.show_account)
        self.book.abilities_changed.connect(self._show_abilities)
        self.book.import_requested.connect(self.files.ask_import)
        self.book.import_of_text_requested.connect(self.files.import_text)
        self.transport.stop_asked.connect(self.stops.edit)
        player.playing_changed.connect(self._show_playing)
        for named in (document.parameters_changed, document.path_changed, document.dirty_changed, self.views.shown):
            named.connect(self._show_title)
        self.offered.plays_changed.connect(self.book.table.set_plays)
        self.files.written.connect(self.recovery.end_with_save)
        self.files.saved.connect(self._say_saved)
        self.exports.exported.connect(self._say_saved)
        self.recovery.troubled.connect(self.say)
        self.theme.changed.connect(self._apply_theme)

    # ------------------------------------------------------------------------------------ showing

    def _apply_theme(self, tokens: Tokens) -> None:
        looks = (self.actions_table, self.banner, self.message, self.figures, self.plots, self.transport)
        for part in (*looks, self.summary, self.scenario_panel, self.book, self.account):
            part.apply_theme(tokens)
        for veil in (*self.veils, self._opening):
            veil.apply_theme(tokens)
        self.actions_table.show_playing(self.player.playing, tokens)

    def _show_title(self) -> None:
        if self._opening.text or self.start.names_window:
            return
        from cascade_gui.window.parts import subtitle

        name = self.document.name
        self.setWindowTitle(f"{no_place_mark(name)}[*] – Cascade")
        self.setWindowModified(self.document.dirty)
        self.setWindowFilePath(str(self.document.path or ""))
        self.toolbar.set_title(f"{name} •" if self.document.dirty else name, subtitle(self.document.parameters))
        self.transport.set_stops(self.document.parameters.stops)

    def _tell_started(self, _: object) -> None:
        if not self.session.following.on:  # a run that follows what is typed leaves the field alone
            self.leave_field()
        self.run_started.emit()

    def _show_abilities(self, abilities: Abilities) -> None:
        self.actions_table.enable(edit_fill_down=abilities.change, edit_delete_rows=abilities.delete_rows)

    def _show_playing(self, playing: bool) -> None:
        self.actions_table.show_playing(playing, self.theme.tokens)
        if not playing:
            self.book.follow_round()

    def _show_round(self, number: int) -> None:
        """Draw a round: at once, so that all parts of the window show the same one."""
        if not self.session.exchanging:
            if self.session.runner.busy and not self.session.arriving:
                self.spreader.soon()
            else:
                self.spreader.now()
                self.plots.move_to(number)
        self.round_shown.emit(number)

    def _refresh_price(self) -> None:
        """Draw prices without liquidations where a sale from outside makes them other ones than the undisturbed."""
        if self.recording is not None and self.recording.outside.sale.rounds:
            self.plots.price.rounds_added()

    def _refresh(self, part: Any) -> None:
        part.follow(self.player.round)

    def _follow(self, picture: RunPicture, seconds: float) -> None:
        """Show a run that followed an edit, one part of the window after the other."""
        self.spreader.stop()
        self._picture, self._asked = picture, time.monotonic() - seconds
        self.live_spreader.soon()

    def _show_in(self, part: Any) -> None:
        if self._picture is not None:
            part.take(self._picture)

    def _show_in_plot(self, plot: PlotPanel, *, front: bool) -> None:
        if self._picture is None or self._drawn.get(plot) is self._picture or (front and not plot.is_front):
            return
        self._drawn[plot] = self._picture
        self.plots.take_into(plot, self._picture)

    def _show_in_table(self) -> None:
        if self._picture is not None:
            view = self._picture.view
            self._viewed = view.book
            self.book.set_view(view, view.book, view.scenario.loans)
            self._show_account(self._account)

    def _show_time(self) -> None:
        self.run_state.show_seconds(time.monotonic() - self._asked)
        self.late_spreader.soon()

    @property
    def is_catching_up(self) -> bool:
        """Whether some part of the window does not show the run that followed the last edit yet."""
        return self.live_spreader.busy or self.late_spreader.busy

    def _show_view(self, view: RoundView | None, book: Book | None, picture: RoundPicture | None) -> None:
        self.book.set_view(view, book, None if view is None else view.scenario.loans)
        if not self.player.playing:
            self.book.follow_round()
        self.plots.set_view(view, picture)
        self._viewed = book
        self._show_account(self._account)

    def _mark_behind(self, behind: bool) -> None:
        """Mark, or no longer mark, what is not of the shown round yet."""
        number = numbers.count(self.player.round)
        text = self.tr("Working out round {number} ...").format(number=number) if behind else ""
        for veil in self.veils:
            veil.say(text)

    def _show_account(self, account: int | None) -> None:
        self._account = account
        # An edited book counts its accounts anew: the run knows nothing of them.
        known = account if self.recording is None or self._viewed is self.recording.book else None
        for part in (self.account, self.plots.loans):
            part.show_account(known)

    def _say_faults(self, faults: tuple[Fault, ...]) -> None:
        self.faults_shown.show()
        self.say(self.tr("The scenario cannot run: {fault}").format(fault=self.faults_shown.said(faults[0])))

    def _say_saved(self, path: Path) -> None:
        wrong = self.tr("Saved {name} with its wrong cells: it opens with them marked, and runs once they are right")
        self.say((wrong if path == self.files.draft else self.tr("Saved {name}")).format(name=path.name))

    def say(self, text: str) -> None:
        """Show a message over the window for some seconds."""
        self.message.say(text)

    def _pictures(self) -> list[tuple[str, QWidget]]:
        return [(self.tr("The page"), self.page), *((plot.title, plot) for plot in self.plots.in_use())]

    # ------------------------------------------------------------------------------------- events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the window is painted for the first time: only then may slow things begin."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.first_shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what to do with unsaved changes, then stop all work."""
        # Nobody can answer over a window that is not shown.
        if self._furnished and not self._closed and self.isVisible() and not self.files.may_replace():
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            self.panels.save()
            self.settings.sync()
        event.accept()
        self.hide()
        self.shut_down()

    def shut_down(self) -> None:
        """Stop all work and wait for it; the recovery file goes, as nothing is unsaved any more."""
        self.message.end()
        if self._furnished:
            self._end_work()
        self.theme.release()

    def _end_work(self) -> None:
        self.help.close()
        pages = (self.presenting, self.views, self.start)
        work = (self.session, self.ending, self.files, self.exports, self.plots, self.account, self.book)
        for part in (*pages, *work):
            part.shut_down()
        for spreader in (self.spreader, self.live_spreader, self.late_spreader, self.losses_spreader):
            spreader.stop()
        self.recovery.close()
