"""What the export entries of the File menu call."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from cascade_gui.exporting.picture_dialog import PictureDialog
from cascade_gui.exporting.pictures import save_picture
from cascade_gui.stage.stage_page import StagePage
from cascade_gui.stage.still import put_away, settle, still_page
from cascade_gui.window.film_commands import FilmCommands
from cascade_gui.wording import messages, numbers
from cascade_gui.working.file_places import ask_where, file_name
from cascade_gui.working.progress_bar import Cancelled, Waiting
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget

    from cascade_gui.theme import Theme
    from cascade_gui.window.session import Session
    from cascade_gui.window.settings import Settings
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView

_MANY: Final = 100_000
"""From so many accounts on it is said that a workbook of everything takes a while."""
_TABLES: Final = (
    ("everything", "Everything in one workbook", "*.xlsx"),
    ("rounds", "Rounds", "*.csv"),
    ("rounds", "Rounds", "*.xlsx"),
    ("rounds", "Rounds", "*.parquet"),
    ("events", "Liquidations", "*.csv"),
    ("events", "Liquidations", "*.xlsx"),
    ("events", "Liquidations", "*.parquet"),
    ("accounts", "Accounts", "*.csv"),
    ("accounts", "Accounts", "*.xlsx"),
    ("accounts", "Accounts", "*.parquet"),
)


class ExportCommands(QObject):
    """Saves pictures and results.

    Parameters
    ----------
    session
        Whose run is saved.
    settings
        Remembers the folder.
    theme
        Gives the colour behind pictures.
    pictures
        Returns title and widget of what can be drawn now.
    window
        Over which dialogs open.
    """

    exported = Signal(object)
    """The path."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        theme: Theme,
        pictures: Callable[[], Iterable[tuple[str, QWidget]]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._theme = theme
        self._pictures = pictures
        self._window = window
        self._waiting = Waiting(window)
        self.films = FilmCommands(session, settings, theme, window)
        self.films.made.connect(self._saved)
        self._view: RoundView | None = None
        session.view_changed.connect(self._take_view)

    def ask_film(self) -> None:
        """Ask what a film of the run is to look like."""
        self.films.ask()

    def ask_picture(self) -> None:
        """Ask which picture to save, then where."""
        stage = self._stage()
        more = [] if stage is None else [(self.tr("The stage"), stage)]
        dialog = PictureDialog([*self._pictures(), *more], self._window)
        dialog.accepted.connect(self._picture_chosen)
        dialog.finished.connect(dialog.deleteLater)
        if stage is not None:
            dialog.finished.connect(lambda _: put_away(stage))
        dialog.open()

    def save_picture(self, widget: QWidget, path: Path, scale: float = 2.0) -> bool:
        """Draw a widget into a file; return whether that was possible."""
        if isinstance(widget, StagePage):
            settle(widget)
        try:
            save_picture(widget, path, self._theme.tokens.background, scale)
        except BadInput as refusal:
            self._tell(path, refusal)
            return False
        self._saved(path)
        return True

    def ask_results(self) -> None:
        """Ask which results to save and where."""
        if self._session.recording is None:
            return
        filters = [f"{title} ({pattern})" for _, title, pattern in _TABLES]
        proposed = Path(f"{file_name(self._session.document.name)}.xlsx")
        path, chosen = ask_where(self._window, "results", self.tr("Export results"), proposed, ";;".join(filters))
        if path is not None:
            what, _, pattern = _TABLES[filters.index(chosen) if chosen in filters else 0]
            ending = pattern.removeprefix("*")
            self.save_results(path if path.suffix.lower() == ending else path.with_name(path.stem + ending), what)

    def save_results(self, path: Path, what: str = "everything") -> bool:
        """Save results of the present run; return whether that was possible.

        Parameters
        ----------
        path
            A ``.xlsx`` file for everything, else ``.csv``, ``.xlsx`` or ``.parquet``.
        what
            ``everything``, ``rounds``, ``events`` or ``accounts``. Accounts are told against the run before, where
            there is one.
        """
        recording = self._session.recording
        if recording is None:
            return False
        before, stop = self._session.following.run_before, Event()
        said = self.tr("Saving {name} …").format(name=path.name)
        if len(recording.book) >= _MANY and what == "everything":
            said = self.tr(
                "Saving {name}: all figures of {count} accounts, which takes a while. One table, as CSV or Parquet, is "
                "quicker."
            ).format(name=path.name, count=numbers.count(len(recording.book)))
        try:
            self._waiting.wait_for(
                said, lambda: _write(recording, before, path, what, stop.is_set), can_cancel=what == "everything"
            )
        except Cancelled:
            stop.set()
            return False
        except BadInput as refusal:
            self._tell(path, refusal)
            return False
        self._saved(path)
        return True

    def shut_down(self) -> None:
        """Wait for what is being written, and give up a film."""
        self.films.shut_down()
        self._waiting.shut_down()

    def _take_view(self, view: RoundView | None, *_: object) -> None:
        self._view = view

    def _stage(self) -> StagePage | None:
        """Return the stage as it would show the run at the shown round, None where there is none."""
        recording, view = self._session.recording, self._view
        if recording is None or view is None or view.recording is not recording:
            return None
        stage = still_page(recording, self._settings.stage_plots, self._theme.tokens)
        stage.show_round(view.round)
        stage.set_view(view, None)
        return stage

    def _picture_chosen(self) -> None:
        dialog = self.sender()
        if not isinstance(dialog, PictureDialog):
            return
        proposed = Path(f"{file_name(dialog.title)}{dialog.ending}")
        pattern = f"{dialog.ending[1:].upper()} (*{dialog.ending})"
        path, _ = ask_where(self._window, "picture", self.tr("Save the picture"), proposed, pattern)
        if path is not None:
            if path.suffix.lower() != dialog.ending:
                path = path.with_name(path.name + dialog.ending)
            self.save_picture(dialog.widget, path, dialog.scale)

    def _saved(self, path: Path) -> None:
        self._settings.last_folder = str(path.parent)
        self.exported.emit(path)

    def _tell(self, path: Path, refusal: BadInput) -> None:
        messages.tell_bad_input(self._window, self.tr("“{name}” was not written.").format(name=path.name), refusal)


def _write(
    recording: RecordedRun, before: RecordedRun | None, path: Path, what: str, stopped: Callable[[], bool]
) -> None:
    from engine.exporting import export_table, export_workbook, results_workbook

    if what == "everything":
        export_workbook(results_workbook(recording, before), path, stopped)
        return
    if what == "accounts":
        frame: Any = recording.accounts_frame(before)
    else:
        frame = recording.rounds_frame() if what == "rounds" else recording.events_frame()
    export_table(frame, path, next(title for kind, title, _ in _TABLES if kind == what))
