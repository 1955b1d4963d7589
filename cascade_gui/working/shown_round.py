"""Computes what the book looks like at the shown round, in the background; the latest request wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cascade_gui.working.background import Background
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class BookView:
    """A view of a round with the book that it is of.

    Parameters
    ----------
    view
        The accounts at a round.
    book
        The accounts.
    """

    view: RoundView
    book: Book


class Viewer(QObject):
    """Asks for views and tells when they are there. Requests that come faster than views are dropped."""

    view_ready = Signal(object)
    """The `BookView` that was asked for last, or None when there is none."""
    faults_found = Signal(object)
    """The faults of the loans of the scenario that `show_scenario` got, a tuple of `Fault`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("views", self)
        self._bench = _Bench()

    @property
    def busy(self) -> bool:
        """Whether a view is being computed."""
        return self._background.busy

    def show_round(self, recording: RecordedRun, number: int) -> None:
        """Compute the view of a round of a recording."""
        bench = self._bench
        self._background.do(lambda: bench.round(recording, number), self.view_ready.emit, key="view")

    def show_scenario(self, draft: Scenario) -> None:
        """Check a scenario's loans and compute the view before anything happens to them."""
        bench = self._bench
        self._background.do(lambda: bench.scenario(draft), self._checked, self._refused, key="view")

    def check(self, draft: Scenario) -> None:
        """Check a scenario's loans without a view of them."""
        bench = self._bench
        self._background.do(lambda: bench.check(draft), self._only_checked, self._refused, key="check")

    def show_nothing(self) -> None:
        """Drop what was asked for."""
        self._background.do(lambda: None, self.view_ready.emit, key="view")

    def shut_down(self) -> None:
        """Wait for the thread."""
        self._background.shut_down()

    def _checked(self, view: BookView) -> None:
        self.faults_found.emit(())
        self.view_ready.emit(view)

    def _only_checked(self, _: object) -> None:
        self.faults_found.emit(())

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, BadInput):
            raise problem
        self.faults_found.emit(problem.faults)
        self.view_ready.emit(None)


class _Bench:
    """What the background keeps from one view to the next; only its thread touches it."""

    def __init__(self) -> None:
        self._recording: RecordedRun | None = None
        self._cursor: Cursor | None = None
        self._scenario: Scenario | None = None
        self._view: BookView | None = None

    def round(self, recording: RecordedRun, number: int) -> BookView:
        from engine.reading.round_view import round_view

        if recording is not self._recording:
            self._recording = recording
            self._cursor = recording.cursor()
        return BookView(round_view(recording, number, self._cursor), recording.book)

    def scenario(self, draft: Scenario) -> BookView:
        from engine.book.book import Book
        from engine.reading.round_view import initial_view

        known, view = self._scenario, self._view
        same = known is not None and known.loans is draft.loans and known.parameters == draft.parameters
        if same and view is not None:
            return view
        checked = self.check(draft)
        book = Book.from_scenario(checked)
        self._scenario, self._view = draft, BookView(initial_view(checked, book), book)
        return self._view

    @staticmethod
    def check(draft: Scenario) -> Scenario:
        from engine.scenario.scenario import Scenario

        return Scenario.checked(draft.parameters, draft.loans)
