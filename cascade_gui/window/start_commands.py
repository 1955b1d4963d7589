"""The start page in the window: what it calls, when it is left, and what is kept for its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.start_page.kept_courses import FileStamp, KeptCourses
from cascade_gui.window.empty_states import EmptyStates
from cascade_gui.working.background import Background
from engine.reading.price_course import price_course

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.start_page.page import StartPage
    from cascade_gui.window.main_window import MainWindow
    from engine.files.examples import Example


class StartCommands(QObject):
    """Connects the start page with everything that it opens.

    Parameters
    ----------
    window
        Whose view it is.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ended = False
        self._courses = KeptCourses(window.settings.courses_folder)
        self._background = Background("courses", self)
        EmptyStates(window)  # what stands elsewhere as long as nothing is open
        window.views.make_start = self._make
        window.views.shown.connect(self._note_shown)
        document, session = window.document, window.session
        for opens in (document.replaced, document.undo_stack.indexChanged, session.run_started):
            opens.connect(self._leave)
        for shows in (session.run_finished, window.files.saved, window.files.opened):
            shows.connect(self._keep_course)

    @property
    def names_window(self) -> bool:
        """Whether the page is all there is: nothing is open that the window could be called after."""
        page = self._window.views.start
        return page is not None and not page.isHidden() and not self.is_open

    @property
    def is_open(self) -> bool:
        """Whether there is anything that could be gone back to."""
        document = self._window.document
        return document.path is not None or len(document.loans) > 0 or document.dirty

    def shut_down(self) -> None:
        """Wait for what is being kept."""
        self._ended = True
        self._background.shut_down()

    def _make(self, stage: QWidget) -> StartPage:
        from cascade_gui.start_page.page import StartPage
        from cascade_gui.window.unsaved_work import UnsavedWork

        window = self._window
        work = UnsavedWork(window)
        actions = {action.objectName(): action for action in window.actions_table}
        page = StartPage(actions, work.folder, self._courses, stage)
        page.example_chosen.connect(self._open_example)
        page.file_chosen.connect(window.files.open)
        page.import_asked.connect(window.files.ask_import)
        page.pasted.connect(window.files.import_text)
        page.recover_asked.connect(work.recover)
        page.saved_asked.connect(work.go_back)
        page.left.connect(self._go_back)
        return page

    def _open_example(self, example: Example) -> None:
        """Open an example and play it, as the first start does; a talk begins on the stage."""
        window = self._window
        window.files.open_example(example)
        page = window.views.start
        is_shown = page is not None and page.isHidden() and not window.presenting.is_on
        if is_shown and window.recording is not None:
            window.player.play()

    def _note_shown(self, name: str) -> None:
        window = self._window
        page = window.views.start
        if name == "view_start" and page is not None:
            page.note_shown(window.settings.recent_files)
        if self.names_window:
            window.setWindowTitle("Cascade")
            window.toolbar.set_title("Cascade", self.tr("Start page"))

    def _leave(self) -> None:
        """Show what was opened, or is run."""
        views = self._window.views
        if self._ended:
            return  # the undo stack tells of its own end, when the page is gone
        if views.start is not None and not views.start.isHidden():
            views.show_cascade()

    def _go_back(self) -> None:
        """Leave the page, if there is anything to go back to."""
        if self.is_open:
            self._leave()

    def _keep_course(self) -> None:
        """Keep the course of the price in a run of what a file holds, for the file's picture."""
        session, document = self._window.session, self._window.document
        recording, path = session.recording, document.path
        if recording is None or recording.ended is None or session.stale or path is None or document.dirty:
            return
        stamp = FileStamp.of(path)
        if stamp is None:
            return
        place, courses, others = path.resolve(), self._courses, self._window.settings.recent_files

        def keep() -> None:
            courses.keep(place, stamp, price_course(recording), others)

        self._background.do(keep, _kept, key="course")


def _kept(_: None) -> None:
    """Nobody waits for it."""
