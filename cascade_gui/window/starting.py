"""What happens once the window is shown: recovery, the first file, preparing the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer

from cascade_gui.document.recovery_dialog import Answer, RecoveryDialog
from cascade_gui.document.saved_content import FileState, holds_all_of, state_of
from cascade_gui.window.faults_dialog import say_in_log
from cascade_gui.window.unsaved_work import UnsavedWork
from engine.base.kept_files import kept
from engine.files.atomic import remove_abandoned

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.recovery import Unsaved
    from cascade_gui.window.main_window import MainWindow


_PATIENCE_MS: Final = 4000
"""Until compiling begins, whatever there is to look at."""


class Starting(QObject):
    """Waits for the first picture of the window, then does the rest one by one, none of it in its way.

    Parameters
    ----------
    window
        The window, not yet shown.
    file
        What to open; None for the start page, but for the first example the very first time, and for what was open last
        where work is asked about that was left behind.
    play
        Whether to play it when it is there; the example of a start without a file is played anyway.
    present
        Whether to go on stage with it.
    self_test
        Whether to run the example, say so and quit.
    """

    def __init__(self, window: MainWindow, file: Path | None, *, play: bool, present: bool, self_test: bool) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self._play = play
        self._present = present
        self._self_test = self_test
        self._work = UnsavedWork(window)
        self._left: list[Path] = []
        self._begun = self._compiles = self._is_first = False
        self._asked: Unsaved | None = None
        self._dialog: RecoveryDialog | None = None
        # An event loop turn after the show event the first picture is on the screen.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._begin)
        self._compile_at_last = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._compile_at_last.timeout.connect(self._compile)
        window.first_shown.connect(self._shown)
        if window.painted:
            self._shown()

    def _shown(self) -> None:
        if not self._begun:
            self._begun = True
            self._later.start()

    def _begin(self) -> None:
        window = self._window
        if not self._self_test:
            for folder in {path.parent for path in window.settings.recent_files}:
                remove_abandoned(folder)
            self._left = self._work.folder.left_behind()
            self._offer_next()
        if window.files.chosen or window.document.dirty or len(window.document.loans):
            window.show_opening(False)
        elif self._begins_with_page():
            window.views.show_start()
            window.show_opening(False)
        else:
            # Nobody is to see an empty scenario for half a second.
            window.show_opening(True)
            window.files.opened.connect(self._opened)
            window.files.open_failed.connect(self._not_opened)
            window.files.load_first(self._first_file())
        self._is_first = not window.settings.was_used and self._file is None
        window.settings.note_used()
        if window.settings.problem:
            window.say(window.settings.problem)
        # Compiling takes both processors: it begins when the book is on the screen.
        window.session.runner.prepared.connect(self._say_where_not_kept)
        window.session.runner.prepare(held=True)
        window.session.view_changed.connect(self._compile)
        if window.views.start is not None:
            window.views.start.drawn.connect(self._compile)
        self._compile_at_last.start()

    def _begins_with_page(self) -> bool:
        """Whether nothing is to be opened by itself: not the first time, no file was named, no work was left behind."""
        named = self._file is not None or self._play or self._present or self._self_test
        return self._window.settings.was_used and not named and self._dialog is None

    def _first_file(self) -> Path | None:
        if self._file is not None or self._self_test:
            return self._file
        return self._window.settings.last_file

    def _opened(self) -> None:
        window = self._window
        self._not_opened()
        if self._present:
            window.presenting.start()
            if window.recording is None:
                window.session.run()
        elif self._self_test:
            window.run_finished.connect(self._tested)
            window.run_failed.connect(self._failed)
            window.session.run()
        elif self._play or (self._file is None and window.document.path is None):
            if window.recording is not None:
                window.player.play()
                if self._is_first:
                    window.tour.offer()
            else:
                window.run_finished.connect(self._play_it)
                window.session.run()

    def _compile(self) -> None:
        """Compile what is not compiled yet, now that there is something to look at."""
        if self._compiles:
            return
        self._compiles = True
        self._compile_at_last.stop()
        self._window.session.view_changed.disconnect(self._compile)
        self._window.session.runner.compile_now()

    def _say_where_not_kept(self) -> None:
        """Say once that compiled code is not kept, which makes each start slow."""
        self._window.session.runner.prepared.disconnect(self._say_where_not_kept)
        problem = kept().problem
        if problem:
            self._window.say(problem)
            say_in_log([problem])

    def _not_opened(self) -> None:
        self._window.files.opened.disconnect(self._opened)
        self._window.files.open_failed.disconnect(self._not_opened)
        self._window.show_opening(False)

    def _play_it(self, _: object) -> None:
        self._window.run_finished.disconnect(self._play_it)
        self._window.player.first()
        self._window.player.play()

    # ------------------------------------------------------------------------------------ self-test

    def _tested(self, _: object) -> None:
        print("self-test passed", flush=True)  # noqa: T201 - what the option promises
        self._end(0)

    def _failed(self, problem: str) -> None:
        print(problem, flush=True)  # noqa: T201
        self._end(1)

    def _end(self, status: int) -> None:
        self._window.close()
        QCoreApplication.exit(status)

    # ------------------------------------------------------------------------------------- recovery

    def _offer_next(self) -> None:
        """Ask about the newest work that was left behind, if there is any."""
        while self._left:
            file = self._left[0]
            self._asked = self._work.read(file)
            if self._asked is None:
                self._left.pop(0)
                continue
            if self._was_saved(self._asked):
                self._left.pop(0)
                self._work.folder.discard(file)
                continue
            self._dialog = RecoveryDialog(self._asked, self._window)
            # Queued: opening a file waits in an event loop of its own, which may not run inside the dialog's click.
            self._dialog.finished.connect(self._answered, Qt.ConnectionType.QueuedConnection)
            self._dialog.open()
            return

    @staticmethod
    def _was_saved(unsaved: Unsaved) -> bool:
        """Whether the program ended just after a save, so that nothing is lost."""
        path = unsaved.path
        return path is not None and state_of(unsaved) is FileState.NEWER and holds_all_of(path, unsaved)

    def _answered(self) -> None:
        dialog, self._dialog = self._dialog, None
        unsaved, self._asked = self._asked, None
        if dialog is None or unsaved is None:
            return
        dialog.deleteLater()
        file = self._left.pop(0)
        if dialog.answer is Answer.SKIP:
            self._offer_next()
            return
        self._left.clear()
        if dialog.answer is Answer.OPEN_SAVED and unsaved.path is not None:
            self._work.open_saved(file, unsaved.path)
        else:
            self._work.take(file, unsaved)
