"""Going on stage and back: what the stage is told while it is up, and what is remembered of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from cascade_gui.loan_marks.timeline import ROUND_MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.playback.stop_commands import StopCommands
    from cascade_gui.plots.run_picture import RoundPicture
    from cascade_gui.stage.presenter_page import PresenterPage
    from cascade_gui.stage.stage_window import StageWindow
    from cascade_gui.theme import Theme
    from cascade_gui.window.session import Session
    from cascade_gui.window.settings import Settings
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_OF_A_DWELL = 0.9
"""A round moves for this part of the time that it is shown."""


class Presenting(QObject):
    """Opens the stage over everything, and closes it.

    Parameters
    ----------
    session
        What is presented.
    stops
        What the keys of a clicker call.
    settings
        Remembers the pace of the window, and that of the stage apart from it.
    theme
        The colours.
    window
        The main window: the stage stands on another screen than it where there are two.

    Attributes
    ----------
    stage, notes
        What the audience sees and what the presenter does; None before the first time.
    """

    def __init__(
        self, session: Session, stops: StopCommands, settings: Settings, theme: Theme, window: QWidget
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._session, self._stops, self._settings, self._theme, self._window = session, stops, settings, theme, window
        self.stage: StageWindow | None = None
        self.notes: PresenterPage | None = None
        self._view: tuple[RoundView | None, RoundPicture | None] = (None, None)
        self._shown = 0
        session.view_changed.connect(self._take_view)
        session.player.pace_changed.connect(self._remember_pace)

    @property
    def is_on(self) -> bool:
        """Whether the stage is up."""
        return self.stage is not None and self.stage.isVisible()

    def start(self) -> None:
        """Go on stage, or leave it."""
        if self.is_on:
            self.leave()
            return
        stage, notes = self._made()
        session, player = self._session, self._session.player
        player.pause()
        stage.apply_theme(self._theme.tokens)
        notes.apply_theme(self._theme.tokens)
        stage.page.set_plots(self._settings.stage_plots)
        self._take_recording(session.recording)
        for signal, slot in self._connections():
            signal.connect(slot)
        self._place(stage, notes)
        player.set_pace(self._settings.stage_speed, 1, loop=False)
        self._hurry()

    def leave(self) -> None:
        """Leave the stage; the window has its own pace again."""
        if not self.is_on:
            return
        assert self.stage is not None
        assert self.notes is not None
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self._session.player.pause()
        self.stage.hide()
        self.notes.end()
        self._session.player.set_pace(*self._settings.pace)
        self._window.activateWindow()

    def shut_down(self) -> None:
        """Close the stage for good."""
        self.leave()
        for page in (self.notes, self.stage):
            if page is not None:
                page.hide()
                page.deleteLater()
        if self.stage is not None:
            self.stage.shut_down()
        self.stage = self.notes = None

    # ----------------------------------------------------------------------------------- working

    def _made(self) -> tuple[StageWindow, PresenterPage]:
        if self.stage is None or self.notes is None:
            from cascade_gui.stage.presenter_page import PresenterPage
            from cascade_gui.stage.stage_window import StageWindow

            player, keys = self._session.player, Qt.Key
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
                    keys.Key_PageDown: self._stops.next,
                    keys.Key_PageUp: self._stops.previous,
                    keys.Key_W: self._session.show_worst_round,
                    keys.Key_F11: self._turn_full_screen,
                }
            )
            self.stage.left.connect(self.leave)
            self.stage.notes_asked.connect(self._turn_notes)
            self.stage.plots_chosen.connect(self._remember_plots)
            self.notes = PresenterPage(self.stage)
        return self.stage, self.notes

    def _connections(self) -> list[tuple[Any, Callable[..., None]]]:
        """Return the signals that the stage follows while it is up, each with what it does."""
        session = self._session
        return [
            (session.recording_changed, self._take_recording),
            (session.rounds_added, self._rounds_added),
            (session.player.round_changed, self._show_round),
            (session.player.pace_changed, self._hurry),
            (session.player.playing_changed, self._hurry),
            (session.document.parameters_changed, self._take_stops),
            (self._theme.changed, self._apply_theme),
        ]

    def _place(self, stage: StageWindow, notes: PresenterPage) -> None:
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
        assert self.stage is not None
        if self.stage.isFullScreen():
            self.stage.showNormal()
        else:
            self.stage.showFullScreen()

    def _turn_notes(self) -> None:
        assert self.notes is not None
        if self.notes.isVisible():
            self.notes.end()
        else:
            self.notes.begin()

    def _take_recording(self, recording: RecordedRun | None) -> None:
        assert self.stage is not None
        self.stage.page.set_recording(recording, self._session.document.name)
        self._take_stops()
        self._show_round(self._session.player.round)
        self._take_view(self._view[0], None, self._view[1])

    def _rounds_added(self) -> None:
        assert self.stage is not None
        self.stage.page.rounds_added()

    def _show_round(self, number: int) -> None:
        assert self.stage is not None
        self.stage.page.show_round(number)
        self._tell_notes()
        before, self._shown = self._shown, number
        player = self._session.player
        if player.playing:
            low, high = sorted((before, number))
            passed = [stop.round for stop in self._session.document.parameters.stops if low <= stop.round <= high]
            found = [each for each in passed if each != before]
            if found:  # where rounds are played faster than pictures come, one may lie behind already
                player.pause()
                player.show(min(found, key=lambda each: abs(each - before)))

    def _take_stops(self) -> None:
        assert self.stage is not None
        stops = self._session.document.parameters.stops
        self.stage.page.set_stop_titles({stop.round: stop.title for stop in stops})
        self._tell_notes()

    def _tell_notes(self) -> None:
        assert self.notes is not None
        player = self._session.player
        self.notes.tell(player.round, player.last, self._session.document.parameters.stops)

    def _take_view(self, view: RoundView | None, _: object, picture: RoundPicture | None) -> None:
        self._view = view, picture
        run = self._session.recording
        if self.stage is None or (run is not None and (view is None or view.recording is not run)):
            return
        if self.is_on or not self.stage.isVisible():
            self.stage.set_view(view, picture)

    def _apply_theme(self, _: object) -> None:
        assert self.stage is not None
        assert self.notes is not None
        self.stage.apply_theme(self._theme.tokens)
        self.notes.apply_theme(self._theme.tokens)

    def _hurry(self) -> None:
        assert self.stage is not None
        player = self._session.player
        seconds = ROUND_MILLISECONDS / 1000
        self.stage.page.set_hurry(_OF_A_DWELL / player.speed / seconds if player.playing else 1.0)

    def _remember_pace(self) -> None:
        player = self._session.player
        if self.is_on:
            self._settings.stage_speed = player.speed
        else:
            self._settings.playback_speed = player.speed
            self._settings.playback_direction = player.direction
            self._settings.playback_loop = player.loop

    def _remember_plots(self, names: tuple[str, ...]) -> None:
        self._settings.stage_plots = names
