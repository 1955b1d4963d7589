"""New, open, save, import: everything between the document and files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.document.document import blank_parameters
from cascade_gui.document.saved_content import digest
from cascade_gui.window.dropping import BOOK_ENDINGS, SCENARIO_ENDINGS, is_book
from cascade_gui.window.file_run import FileRun, Opened, read_scenario_anyway
from cascade_gui.window.typing_places import take_typed
from cascade_gui.wording import messages
from cascade_gui.wording.messages import Unsaved
from cascade_gui.working.background import Background
from cascade_gui.working.file_places import ask_file, ask_where, file_name
from cascade_gui.working.progress_bar import Cancelled, Waiting
from engine.base.faults import BadInput
from engine.files import keeps_recordings
from engine.files.talks import Talk
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from cascade_gui.document.loan_store import BadText
    from cascade_gui.window.session import Session
    from cascade_gui.window.settings import Settings
    from engine.files.examples import Example
    from engine.studies.outcome import StudyResult


class FileCommands(QObject):
    """What the File menu calls.

    Parameters
    ----------
    session
        Whose document is opened and saved.
    settings
        Remembers recent files.
    window
        Over which dialogs open.

    Attributes
    ----------
    draft
        The file that was saved last if it holds wrong cells, else None.
    """

    opened = Signal()
    """Another scenario is shown, from a file or new."""
    open_failed = Signal()
    """What `load_first` was to open could not be read."""
    written = Signal()
    """What was to be saved is on the disk, and nobody was told yet."""
    talk_opened = Signal()
    """A bundled talk was opened, and is to begin."""
    saved = Signal(object)
    """The path."""

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._document = session.document
        self._settings = settings
        self._window = window
        self._waiting = Waiting(window)
        self._loading = Background("opening", self)
        self._chosen = False
        self._opening = False
        self._first: tuple[Opened, Path | None] | None = None
        self.draft: Path | None = None
        self._file_run = FileRun(session, window)

    # --------------------------------------------------------------------------------------- open

    def new(self) -> None:
        """Start a new scenario."""
        if self.may_replace():
            self._choose()
            self._document.replace(Scenario(blank_parameters(), LoanTable.empty()), None)
            self._settings.last_file = None
            self.opened.emit()

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        pattern = self.tr("Scenarios (*.cascade *.json)")
        path = ask_file(self._window, "scenario", self.tr("Open a scenario"), pattern)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> bool:
        """Open a file; return whether it is shown now. What is wrong with it is said in a message."""
        if not self.may_replace():
            return False
        try:
            return self._open(path.name, lambda: read_scenario_anyway(path), path)
        except BadInput as refusal:
            self._tell(path, refusal)
            return False

    def _open(self, title: str, read: Callable[[], Opened], path: Path | None) -> bool:
        """Read and show; while this waits the window lives, so what is opened at the start may come meanwhile."""
        self._opening = True
        try:
            opened = self._waiting.wait_for(self.tr("Opening {name} …").format(name=title), read)
            self._first = None
        except Cancelled:
            return False
        finally:
            self._opening = False
            self._show_first()
        self._show(opened, path)
        return True

    def open_dropped(self, path: Path) -> None:
        """Open a scenario that was dropped on the window, or import a book."""
        if is_book(path):
            self.import_book(path)
        else:
            self.open(path)

    def open_recent(self, action: QAction) -> None:
        """Open the file that a menu entry stands for."""
        self.open(Path(action.data()))

    def open_example(self, example: Example) -> None:
        """Open a bundled example with the recording of its run, as a scenario that has no file yet; a talk begins."""
        if not self.may_replace():
            return
        opened = self._open(example.title, lambda: Opened(example.read()), None)
        if opened and isinstance(example, Talk):
            self.talk_opened.emit()

    def load_first(self, path: Path | None) -> None:
        """Open a file, or the first example, behind the window that is already shown; it waits for nothing.

        It is not shown where somebody opens something else before it is there.
        """

        def read() -> Opened:
            from engine.files.examples import FIRST, find_example

            return Opened(find_example(FIRST).read()) if path is None else read_scenario_anyway(path)

        def came(opened: Opened) -> None:
            self._first = (opened, path)
            self._show_first()

        self._loading.do(read, came, lambda problem: self._lost(path, problem))

    def _show_first(self) -> None:
        """Show what was to be opened at the start, unless something else is shown or may be in a moment."""
        if self._first is not None and not self._opening:
            self._show(*self._first)

    @property
    def chosen(self) -> bool:
        """Whether something was opened or begun, so that nothing is to be opened by itself."""
        return self._chosen

    @property
    def loading(self) -> bool:
        """Whether something is being opened behind the window."""
        return self._loading.busy

    def _show(self, opened: Opened, path: Path | None) -> None:
        contents = opened.contents
        self._choose()
        self._document.replace_draft(contents.scenario.parameters, contents.scenario.loans, path, contents.unread)
        self._document.file_content = opened.content
        self._document.studies.replace(opened.studies)
        if contents.recording is not None:
            self._session.adopt(contents.recording, is_verified=path is None)
        self._settings.last_file = path
        if path is not None:
            self._settings.add_recent(path)
            self._settings.keep_folder("scenario", str(path.parent))
        self.opened.emit()
        if path is not None and opened.left_out is not None:
            title = self.tr("“{name}” was opened without its recording.").format(name=path.name)
            messages.tell_bad_input(self._window, title, opened.left_out)
        if path is not None and opened.studies_left_out is not None:
            title = self.tr("“{name}” was opened without some answers of its studies.").format(name=path.name)
            messages.tell_bad_input(self._window, title, opened.studies_left_out)

    def _choose(self) -> None:
        """Take what is shown from now on for chosen: nothing that was to be opened at the start replaces it."""
        self._chosen = True
        self._first = None
        self._loading.forget_all()

    def _lost(self, path: Path | None, problem: Exception) -> None:
        self.open_failed.emit()
        if path is None or not isinstance(problem, BadInput):
            raise problem
        self._tell(path, problem)

    def _tell(self, path: Path, refusal: BadInput) -> None:
        messages.tell_bad_input(self._window, self.tr("“{name}” cannot be opened.").format(name=path.name), refusal)

    # --------------------------------------------------------------------------------------- save

    def save(self) -> bool:
        """Save in the document's file; ask for one if it has none. Return whether it was saved."""
        path = self._document.path
        return self.ask_save_as() if path is None else self.save_to(path)

    def ask_save_as(self) -> bool:
        """Ask for a file and save in it."""
        suggested = self._document.path or Path(f"{file_name(self._document.name)}.cascade")
        pattern = self.tr("Cascade scenario (*.cascade);;JSON text, for small books (*.json)")
        path, chosen = ask_where(self._window, "scenario", self.tr("Save the scenario"), suggested, pattern)
        if path is None:
            return False
        if path.suffix.lower() not in SCENARIO_ENDINGS:
            path = path.with_name(path.name + (".json" if "*.json" in chosen else ".cascade"))
        return self.save_to(path, asked=True)

    def save_to(self, path: Path, *, asked: bool = False) -> bool:
        """Save in a file, with the run if it is of what is saved; return whether it was saved.

        Wrong cells are saved as they are: the file opens with the same marks, and whatever computes refuses it.

        Parameters
        ----------
        path
            The file; its ending says which format.
        asked
            Whether the user was already asked about overwriting it.
        """
        if not asked and self._changed_by_others(path) and not messages.ask_overwrite(self._window, path):
            return False
        document, recording = self._document, self._session.recording
        if recording is not None and (recording.ended is None or self._session.stale):
            recording = None
        studies = document.studies.results if keeps_recordings(path) else ()
        try:
            draft, unread = document.for_file()
            step = document.undo_stack.index()
            content, is_right = self._waiting.wait_for(
                self.tr("Saving {name} …").format(name=path.name),
                lambda: _write(draft, unread, path, recording, studies),
                can_cancel=False,
            )
        except Cancelled:
            return False
        except BadInput as refusal:
            title = self.tr("“{name}” was not saved.").format(name=path.name)
            messages.tell_bad_input(self._window, title, refusal)
            return False
        self.draft = None if is_right else path
        self.written.emit()
        document.file_content = content
        document.mark_saved(path, draft.parameters, step)
        self._settings.last_file = path
        self._settings.add_recent(path)
        self._settings.keep_folder("scenario", str(path.parent))
        self._session.kept.note_saved(with_run=recording is not None and keeps_recordings(path))
        document.studies.note_saved(studies)
        self.saved.emit(path)
        return True

    def may_replace(self) -> bool:
        """Ask what to do with unsaved changes, a long run or a long study; return whether they may go."""
        take_typed()
        document, kept = self._document, self._session.kept
        studies = document.studies
        if studies.works_long and not messages.ask_running_study(
            self._window, document.name, studies.working_seconds
        ):  # fmt: skip
            return False
        gives_up = kept.took_long and self._session.runner.busy
        if gives_up and not messages.ask_running(self._window, document.name, kept.unsaved_seconds):
            return False
        if document.dirty:
            answer = messages.ask_unsaved(self._window, document.name)
        elif kept.took_long and not gives_up:
            answer = messages.ask_unsaved_run(self._window, document.name, kept.unsaved_seconds)
        elif studies.took_long:
            answer = messages.ask_unsaved_study(self._window, document.name, studies.unsaved_seconds)
        else:
            return True
        if answer is Unsaved.SAVE:
            holds_runs = document.dirty or (document.path is not None and keeps_recordings(document.path))
            return self.save() if holds_runs else self.ask_save_as()
        return answer is Unsaved.DISCARD

    def note_recovered(self, based_on: str | None) -> None:
        """Take the file that recovered work began with for the one that was opened: Save asks if it is another now."""
        self._choose()
        self._document.file_content = based_on
        self.opened.emit()

    def shut_down(self) -> None:
        """Wait for files that are being read."""
        self._loading.shut_down()
        self._waiting.shut_down()

    def _changed_by_others(self, path: Path) -> bool:
        return path == self._document.path and digest(path) not in {None, self._document.file_content}

    # ------------------------------------------------------------------------------------- import

    def ask_import(self) -> None:
        """Ask for a loan book and import it."""
        endings = " ".join(f"*{ending}" for ending in (*BOOK_ENDINGS, ".json"))
        pattern = self.tr("Loan books ({0});;All files (*)").format(endings)
        path = ask_file(self._window, "book", self.tr("Import loans"), pattern)
        if path is not None:
            self.import_book(path)

    def import_book(self, path: Path) -> None:
        """Open the import dialog on a loan book."""
        from cascade_gui.importing import ImportDialog

        dialog = ImportDialog(self._document, path, self._window)
        dialog.open()

    def import_text(self, text: str) -> None:
        """Open the import dialog on a table that was pasted; the file in which it lies is gone with the dialog."""
        from cascade_gui.importing import ImportDialog

        folder = TemporaryDirectory(prefix="cascade-paste-", ignore_cleanup_errors=True)
        path = Path(folder.name) / f"{self.tr('pasted table')}.tsv"
        path.write_text(text, encoding="utf-8")
        dialog = ImportDialog(self._document, path, self._window)

        def remove() -> None:
            """Remove the folder, which lives as long as this does: a bound method would let go of it."""
            folder.cleanup()

        dialog.finished.connect(remove)
        dialog.open()

    def ask_compare(self) -> None:
        """Ask for a list of real liquidations and lay it beside the run."""
        if self._session.recording is None:
            return
        endings = " ".join(f"*{ending}" for ending in (*BOOK_ENDINGS, ".json"))
        pattern = self.tr("Lists of liquidations ({0});;All files (*)").format(endings)
        path = ask_file(self._window, "liquidations", self.tr("Compare with real liquidations"), pattern)
        if path is not None:
            self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Lay a list of real liquidations beside the run that is shown."""
        from cascade_gui.importing.beside_dialog import BesideRunDialog

        recording = self._session.recording
        if recording is not None:
            dialog = BesideRunDialog(recording, path, self._window)
            dialog.open()


def _write(
    draft: Scenario, unread: tuple[BadText, ...], path: Path, recording: object, studies: tuple[StudyResult, ...]
) -> tuple[str | None, bool]:
    """Write a file and return what it holds, and whether nothing is wrong with its loans."""
    from engine.files import save_draft, save_scenario
    from engine.scenario.validation import loan_faults
    from engine.studies.saving import study_members

    is_right = not unread and not loan_faults(draft.parameters, draft.loans)
    answers = study_members(studies, draft) if studies else None
    if is_right:
        save_scenario(draft, path, recording, answers)  # type: ignore[arg-type]
    else:
        save_draft(draft, unread, path, answers)
    return digest(path), is_right
