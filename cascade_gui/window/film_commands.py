"""What File > Export film calls: the dialog, the process that draws, and where the film goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.film.dialog import FilmDialog
from cascade_gui.playback.dwell import dwell_of
from cascade_gui.theme import tokens
from cascade_gui.wording import messages
from cascade_gui.working.background import Background
from cascade_gui.working.file_places import ask_where, file_name
from cascade_gui.working.heavy_libraries import ALL
from engine.base.faults import BadInput
from engine.exporting.film_settings import PICTURES
from engine.exporting.films import FilmExport, FilmStopped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Theme
    from cascade_gui.window.session import Session
    from cascade_gui.window.settings import Settings
    from engine.exporting.film_settings import FilmSettings
    from engine.reading.recorded_run import RecordedRun


class FilmCommands(QObject):
    """Makes films of the session's run, one at a time; the window is used meanwhile.

    Pictures are drawn in a process of its own: a stage of four plots takes 10 ms a picture, which the window's thread
    would be without 60 times a second.

    Parameters
    ----------
    session
        Whose run is filmed.
    settings, theme
        Which plots and which scheme are chosen at first.
    window
        Over which the dialog opens.
    """

    made = Signal(object)
    """The path of a film that is there now."""

    def __init__(self, session: Session, settings: Settings, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._settings, self._theme, self._window = session, settings, theme, window
        self._background = Background("film", self, libraries=ALL)
        self._film: FilmExport | None = None
        self._number = 0
        self._recording: RecordedRun | None = None
        self.dialog: FilmDialog | None = None

    @property
    def busy(self) -> bool:
        """Whether a film is being made, or one that was cancelled ends."""
        return self._background.busy

    def ask(self) -> None:
        """Show the dialog, with the run that is shown now unless a film is being made."""
        recording = self._session.recording
        if self.dialog is None:
            dark = self._theme.tokens is tokens(dark=True)
            self.dialog = FilmDialog(self._settings.stage_plots, dark, self._window)
            self.dialog.film_wanted.connect(self._ask_where)
            self.dialog.cancelled.connect(self.cancel)
        if not self.dialog.is_filming and recording is not None:
            self._recording = recording
            stops = [stop for stop in self._session.document.parameters.stops if not stop.changes]
            self.dialog.set_run(dwell_of(recording), stops)
        self.dialog.show()
        self.dialog.activateWindow()

    def make(self, settings: FilmSettings, out: str) -> bool:
        """Begin a film of the run that the dialog is about; return whether that is possible."""
        if self._recording is None or self.dialog is None:
            return False
        try:
            film = FilmExport(self._recording, settings, out)
        except BadInput as refusal:
            self._tell(out, refusal)
            return False
        self._film = film
        self.dialog.begin()
        dialog, background = self.dialog, self._background

        def told(drawn: int, of: int) -> None:
            background.tell(dialog.show_progress, drawn, of)

        self._number = background.do(lambda: film.make(told), lambda _: self._done(out), self._failed)
        return True

    def cancel(self) -> None:
        """Give up the film that is being made; nothing of it is left."""
        if self._film is not None:
            self._background.forget(self._number)
            self._film.stop()
            self._film = None

    def shut_down(self) -> None:
        """Give up what is being made, wait for its end, and close the dialog, which the window does not take along."""
        self.cancel()
        if self.dialog is not None:
            self.dialog.hide()
        self._background.shut_down()

    # ----------------------------------------------------------------------------------- working

    def _ask_where(self, settings: FilmSettings, ending: str) -> None:
        proposed = file_name(self._session.document.name)
        if ending == ".png":
            path, _ = ask_where(self._window, "film", self.tr("Name of a new folder"), Path(proposed), "")
            out = None if path is None else path / PICTURES
        else:
            pattern = f"{ending[1:].upper()} (*{ending})"
            path, _ = ask_where(self._window, "film", self.tr("Save the film"), Path(f"{proposed}{ending}"), pattern)
            out = path if path is None or path.suffix.lower() == ending else path.with_name(path.name + ending)
        if out is not None:
            self.make(settings, str(out))

    def _done(self, out: str) -> None:
        path = Path(out).parent if Path(out).name == PICTURES else Path(out)
        self._end()
        self.made.emit(path)

    def _failed(self, problem: Exception) -> None:
        out = "" if self._film is None else self._film.out
        self._end()
        if isinstance(problem, BadInput):
            self._tell(out, problem)
        elif not isinstance(problem, FilmStopped):
            raise problem

    def _end(self) -> None:
        self._film = None
        if self.dialog is not None:
            self.dialog.end()

    def _tell(self, out: str, refusal: BadInput) -> None:
        name = Path(out).name
        messages.tell_bad_input(self._window, self.tr("“{name}” was not written.").format(name=name), refusal)
