"""Going on stage and back: what the stage shows while it is up, and what is remembered of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from cascade_gui.loan_marks.timeline import ROUND_MILLISECONDS
from cascade_gui.playback.player import Player
from cascade_gui.playback.stops import stop_after, stop_before
from cascade_gui.stage.presenter_page import PresenterPage
from cascade_gui.stage.variants import Variants
from cascade_gui.wording import numbers
from cascade_gui.working.shown_round import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.stage.stage_window import StageWindow
    from cascade_gui.theme import Theme
    from cascade_gui.window.main_window import MainWindow
    from cascade_gui.window.settings import Settings
    from cascade_gui.working.shown_round import BookView
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.schema import Stop

_OF_A_DWELL = 0.9
"""A round moves for this part of the time that it is shown."""


class Presenting(QObject):
    """Opens the stage over everything, and closes it.

    The stage has a player of its own: it may show another run than the window, that of a stop with changes, and the
    window behind it has nothing to draw. When it is left the window goes to the round that it showed.

    Parameters
    ----------
    window
        The main window: the stage stands on another screen than it where there are two.
    settings
        Remembers the pace of the window, and speed and plots of the stage.
    theme
        The colours.

    Attributes
    ----------
    player
        Shows the rounds of the stage.
    stage, notes
        What the audience sees and what the presenter does; None before the first time.
    """

    round_shown = Signal(int)
    """A round that the stage shows now."""

    def __init__(self, window: MainWindow, settings: Settings, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._session, self._settings, self._theme = window, window.session, settings, theme
        self.stage: StageWindow | None = None
        self.notes: PresenterPage | None = None
        self._variants: Variants | None = None
        self.player = Player(self)
        self.viewer = Viewer(self)
        self.viewer.view_ready.connect(self._take_view)
        self.player.round_changed.connect(self._show_round)
        self.player.pace_changed.connect(self._note_pace)
        self.player.playing_changed.connect(self._hurry)
        self._session.player.pace_changed.connect(self._remember_pace)
        window.files.talk_opened.connect(self.start_talk)
        self._run: RecordedRun | None = None
        self._at: int | None = None
        self._beside = 0
        self._shown = 0

    @property
    def is_on(self) -> bool:
        """Whether the stage is up."""
        return self.stage is not None and self.stage.isVisible()

    @property
    def run(self) -> RecordedRun | None:
        """The run that the stage shows."""
        return self._run

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The stops of the open scenario."""
        return self._session.document.parameters.stops

    @property
    def stop(self) -> Stop | None:
        """The stop that is shown, None between stops; a run that ends before it is shown at its end."""
        stops, at = self.stops, self._at
        if at is None or at >= len(stops):
            return None
        return stops[at] if min(stops[at].round, self.player.last) == self.player.round else None

    @property
    def _place(self) -> int:
        """The round of the shown stop, between stops the shown one: from there the next is looked for."""
        stop = self.stop
        return self.player.round if stop is None else stop.round

    @property
    def is_busy(self) -> bool:
        """Whether something is still worked out for the stage, or on its way."""
        working = self._variants is not None and self._variants.busy
        return working or self.viewer.busy or (self.stage is not None and self.stage.page.is_busy)

    def start(self) -> None:
        """Go on stage, or leave it."""
        if self.is_on:
            self.leave()
            return
        stage, notes, _ = self._made()
        session = self._session
        session.player.pause()
        for each in (stage, notes):
            each.apply_theme(self._theme.tokens)
        stage.page.set_plots(self._settings.stage_plots)
        for signal, slot in self._connections():
            signal.connect(slot)
        self._at = next((at for at, stop in enumerate(self.stops) if stop.round == session.player.round), None)
        self._take_recording(session.recording, session.player.round)
        self.player.set_pace(self._settings.stage_speed, 1, loop=False)
        notes.start_clock()
        self._put_on_screens(stage, notes)
        self._hurry()

    def start_talk(self) -> None:
        """Go on stage with the loans alone, whatever plots another talk was given with."""
        self.start()
        if self.stage is not None:
            from cascade_gui.stage.stage_page import DEFAULT

            self.stage.page.set_plots(DEFAULT)

    def leave(self) -> None:
        """Leave the stage; the window shows the round that it showed."""
        if not self.is_on or self.stage is None or self.notes is None:
            return
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self.player.pause()
        self.viewer.forget()
        self.stage.hide()
        self.notes.end()
        self._session.player.show(self.player.round)
        self._window.activateWindow()

    def next_stop(self) -> None:
        """Go to the next stop, and after the last one to the last round."""
        self._go_to(stop_after(self.stops, self._at, self._place), self.player.last)

    def previous_stop(self) -> None:
        """Go to the stop before, and before the first one to the start."""
        self._go_to(stop_before(self.stops, self._at, self._place), 0)

    def show_worst_round(self) -> None:
        """Go to the worst round of the scenario's run."""
        self.player.pause()
        self.player.show(self._session.worst_round)

    def shut_down(self) -> None:
        """Close the stage for good."""
        self.leave()
        self.player.pause()
        if self._variants is not None:
            self._variants.shut_down()
        if self.stage is not None and self.notes is not None:
            self.stage.shut_down()
            for page in (self.notes, self.stage):
                page.hide()
                page.deleteLater()
        self.viewer.shut_down()
        self.stage = self.notes = self._variants = None

    # ----------------------------------------------------------------------------------- working

    def _made(self) -> tuple[StageWindow, PresenterPage, Variants]:
        if self.stage is None or self.notes is None or self._variants is None:
            from cascade_gui.stage.stage_window import StageWindow

            player, keys = self.player, Qt.Key
            self._variants = Variants(self)
            self._variants.ready.connect(self._take_variant)
            self.stage = StageWindow(
                {
                    keys.Key_Space: player.toggle,
                    keys.Key_K: player.toggle,
                    keys.Key_Left: player.back,
                    keys.Key_Comma: player.back,
                    keys.Key_Right: player.forward,
                    keys.Key_J: player.slower,
                    keys.Key_L: player.faster,
                    keys.Key_Home: player.first,
                    keys.Key_End: player.to_last,
                    keys.Key_PageDown: self.next_stop,
                    keys.Key_PageUp: self.previous_stop,
                    keys.Key_W: self.show_worst_round,
                    keys.Key_F11: self._turn_full_screen,
                },
                self._window,
            )
            self.stage.left.connect(self.leave)
            self.stage.notes_asked.connect(self.turn_notes)
            self.stage.plots_chosen.connect(self._remember_plots)
            self.notes = PresenterPage(self.stage)
        return self.stage, self.notes, self._variants

    def _connections(self) -> list[tuple[Any, Callable[..., None]]]:
        """Return the signals that the stage follows while it is up, each with what it does."""
        session = self._session
        return [
            (session.recording_changed, self._take_recording),
            (session.rounds_added, self._rounds_added),
            (session.document.parameters_changed, self._take_stops),
            (self._theme.changed, self._apply_theme),
        ]

    def _put_on_screens(self, stage: StageWindow, notes: PresenterPage) -> None:
        """Show the stage on a screen without the window, and the notes on the window's; with one screen no notes."""
        own = self._window.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not own]
        stage.setScreen(others[0] if others else own)
        stage.setGeometry(stage.screen().geometry())
        stage.showFullScreen()
        stage.activateWindow()
        stage.setFocus()
        if others:
            notes.setScreen(own)
            notes.begin()

    def _turn_full_screen(self) -> None:
        if self.stage is not None:
            (self.stage.showNormal if self.stage.isFullScreen() else self.stage.showFullScreen)()

    def turn_notes(self) -> None:
        """Show the presenter's page, or put it away."""
        if self.notes is not None:
            (self.notes.end if self.notes.isVisible() else self.notes.begin)()

    def _take_recording(self, recording: RecordedRun | None, number: int = 0) -> None:
        """Show the scenario's own run, or that of the stop that is shown."""
        self._take_stops()
        stop = self.stop
        self._show_run(recording, number)
        if stop is not None and stop.changes:
            self._take_variant()

    def _show_run(self, run: RecordedRun | None, number: int) -> None:
        """Show a run at a round."""
        if self.stage is None or self._variants is None:
            return
        self._run, self._shown = run, number
        own = self._session.recording
        beside = [each for each in (own, *self._variants.runs) if each is not None and each is not run]
        self._beside = len(self._variants.runs)
        self.stage.page.set_recording(run, self._session.document.name, beside)
        self.player.begin(0 if run is None else len(run.rounds), follow=False)
        self.player.dwell = self._session.player.dwell if run is own else ()
        self.player.show(number)
        self._show_round(self.player.round)

    def _rounds_added(self) -> None:
        if self.stage is not None and self._run is self._session.recording and self._run is not None:
            self.stage.page.rounds_added()
            self.player.grow(len(self._run.rounds))

    def _go_to(self, at: int | None, otherwise: int) -> None:
        """Go to a stop, with the run that it asks for as soon as that is there."""
        self.player.pause()
        self._at = at
        if at is None:
            self.player.show(otherwise)
            return
        stop = self.stops[at]
        wanted = self._wanted(stop)
        if wanted is not None and wanted is not self._run:
            self._show_run(wanted, stop.round)
        else:
            self.player.show(stop.round)
        self._tell_stop()

    def _wanted(self, stop: Stop) -> RecordedRun | None:
        """Return the run that a stop asks for, None while it is not there."""
        if not stop.changes or self._variants is None:
            return self._session.recording
        return self._variants.run(stop.changes)

    def _take_variant(self) -> None:
        """Show what the shown stop asks for, now that one more run is there."""
        stop = self.stop
        wanted = None if stop is None else self._wanted(stop)
        if stop is not None and wanted is not None and wanted is not self._run:
            self._show_run(wanted, stop.round)
        elif self._variants is not None and not self._variants.busy and len(self._variants.runs) > self._beside:
            self._show_run(self._run, self.player.round)  # now that all are there, on the axes of all
        self._tell_stop()

    def _take_stops(self) -> None:
        """Work out what the stops ask for."""
        recording = self._session.recording
        if recording is not None and self._variants is not None and recording.ended is not None:
            self._variants.prepare(recording.scenario, [stop.changes for stop in self.stops])
        self._tell_stop()

    def _show_round(self, number: int) -> None:
        if self.stage is None:
            return
        before, self._shown = self._shown, number
        passed = self._passed(before, number)
        if passed is not None:
            self.player.pause()
            self._at = passed
            if self.stops[passed].round != number:
                self.player.show(self.stops[passed].round)
                return
        self.stage.page.show_round(number)
        self._tell_stop()
        if self._run is not None:
            self.viewer.show_round(self._run, number)
        self.round_shown.emit(number)

    def _passed(self, before: int, number: int) -> int | None:
        """Return the nearest stop without changes that playing came to or went over: there it stops."""
        if not self.player.playing or before == number:
            return None
        low, high = sorted((before, number))
        stops = enumerate(self.stops)
        passed = [at for at, stop in stops if low <= stop.round <= high and stop.round != before and not stop.changes]
        return min(passed, key=lambda at: abs(self.stops[at].round - before), default=None)

    def _tell_stop(self) -> None:
        """Say which stop is shown, what comes next, and what is still worked out."""
        if self.stage is None or self.notes is None:
            return
        stop, after = self.stop, stop_after(self.stops, self._at, self._place)
        self.notes.tell(
            self.player.round, self.player.last, stop, None if after is None else self.stops[after]
        )  # fmt: skip
        titles = {each.round: each.title for each in self.stops if not each.changes}
        if stop is not None:
            titles[self.player.round] = stop.title
        self.stage.page.set_stop_titles(titles)
        self.stage.page.say_waiting(self._waiting(stop))

    def _waiting(self, stop: Stop | None) -> str:
        if stop is None or not stop.changes or self._variants is None:
            return ""
        refusal = self._variants.refusal(stop.changes)
        if refusal is not None:
            return self.tr("Not as the stop says: {fault}").format(fault=str(refusal).splitlines()[0])
        if self._wanted(stop) is None:
            return self.tr("being worked out ...")
        text = self.tr("with this it is over in round {number}")
        return text.format(number=numbers.count(self.player.last)) if self.player.last < stop.round else ""

    def _take_view(self, found: BookView | None) -> None:
        if self.stage is not None and found is not None and found.view.recording is self._run:
            self.stage.set_view(found.view, None)

    def _apply_theme(self, _: object) -> None:
        for page in (self.stage, self.notes):
            if page is not None:
                page.apply_theme(self._theme.tokens)

    def _note_pace(self) -> None:
        if self.is_on:
            self._settings.stage_speed = self.player.speed
        self._hurry()

    def _hurry(self) -> None:
        if self.stage is not None:
            seconds = ROUND_MILLISECONDS / 1000
            playing = self.player.playing
            self.stage.page.set_hurry(_OF_A_DWELL / self.player.speed / seconds if playing else 1.0)

    def _remember_pace(self) -> None:
        player = self._session.player
        self._settings.pace = player.speed, player.direction, player.loop

    def _remember_plots(self, names: tuple[str, ...]) -> None:
        self._settings.stage_plots = names
