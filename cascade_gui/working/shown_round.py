"""Computes what the book looks like at the shown round, in the background; the latest request wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cascade_gui.working.background import Background
from cascade_gui.working.latest_job import LatestJob
from engine.base.faults import BadInput
from engine.reading.round_view import initial_view, round_view
from engine.scenario.right_rows import right_rows
from engine.scenario.validation import loan_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from engine.base.faults import Fault
    from engine.book.book import Book
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView
    from engine.scenario.scenario import Scenario

    _Found: TypeAlias = tuple["BookView | None", tuple[Fault, ...] | None]
    """A view, and the faults of the loans where they were looked for."""


@dataclass(frozen=True, slots=True)
class BookView:
    """A view of a round with the book that it is of.

    Parameters
    ----------
    view
        The accounts at a round.
    book
        The accounts.
    look
        What else was made of the view, None where nothing was asked for.
    """

    view: RoundView
    book: Book
    look: Any = None


class Viewer(QObject):
    """Asks for views and tells when they are there. Requests that come faster than views are dropped."""

    view_ready = Signal(object)
    """The `BookView` that was asked for last, or None when there is none."""
    faults_found = Signal(object)
    """The faults of the loans of the scenario that `show_scenario` got, a tuple of `Fault`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("views", self)
        self._views = LatestJob(self, self._background)
        self._views.done.connect(self._take)
        self._checks = LatestJob(self, self._background)
        self._checks.done.connect(self._tell_faults)
        self._bench = _Bench()
        self._recording: RecordedRun | None = None

    @property
    def busy(self) -> bool:
        """Whether a view is being computed."""
        return self._views.is_busy or self._checks.is_busy

    def show_round(
        self, recording: RecordedRun, number: int, look: Callable[[RoundView], Any] | None = None
    ) -> None:  # fmt: skip
        """Compute the view of a round of a recording, and what `look` makes of it, in the background too."""
        self._turn_to(recording)
        self._views.submit(self._bench.round, recording, number, look)

    def show_scenario(self, draft: Scenario) -> None:
        """Check a scenario's loans and compute the view before anything happens to them.

        Where some are wrong it is the view of the accounts that are right.
        """
        self._turn_to(None)
        self._views.submit(self._bench.scenario, draft)

    def show_right_rows(self, draft: Scenario, wrong: tuple[int, ...]) -> None:
        """Compute the view of the accounts that are right of loans of which some rows hold what cannot be read.

        Faults of these rows are told elsewhere; those of all others are looked for too.
        """
        self._turn_to(None)
        self._views.submit(self._bench.right_rows, draft, wrong)

    def check(self, draft: Scenario) -> None:
        """Check a scenario's loans without a view of them."""
        self._checks.submit(self._bench.faults, draft)

    def forget(self) -> None:
        """Let no view arrive that was asked for."""
        self._views.forget()

    def shut_down(self) -> None:
        """Wait for the thread."""
        self._views.forget()
        self._checks.forget()
        self._background.shut_down()

    def _turn_to(self, recording: RecordedRun | None) -> None:
        """Drop views of another recording, and of a scenario."""
        if recording is None or recording is not self._recording:
            self._views.forget()
        self._recording = recording

    def _take(self, found: _Found) -> None:
        view, faults = found
        if faults is not None:
            self.faults_found.emit(faults)
        self.view_ready.emit(view)

    def _tell_faults(self, faults: tuple[Fault, ...]) -> None:
        self.faults_found.emit(faults)
        if faults:
            self.view_ready.emit(None)


class _Bench:
    """What the background keeps from one view to the next; only its thread touches it."""

    def __init__(self) -> None:
        self._recording: RecordedRun | None = None
        self._cursor: Cursor | None = None
        self._scenario: Scenario | None = None
        self._view: BookView | None = None

    def round(self, recording: RecordedRun, number: int, look: Callable[[RoundView], Any] | None) -> _Found:
        if recording is not self._recording:
            self._recording = recording
            self._cursor = recording.cursor()
        view = round_view(recording, number, self._cursor)
        return BookView(view, recording.book, None if look is None else look(view)), None

    def scenario(self, draft: Scenario) -> _Found:
        known, view = self._scenario, self._view
        same = known is not None and known.loans is draft.loans and known.parameters == draft.parameters
        if same and view is not None:
            return view, ()
        try:
            checked = self._checked(draft)
        except BadInput as refusal:
            return self._right_rows(draft, ()), refusal.faults
        view_of_book = initial_view(checked)
        self._scenario, self._view = draft, BookView(view_of_book, view_of_book.book)
        return self._view, ()

    def right_rows(self, draft: Scenario, wrong: tuple[int, ...]) -> _Found:
        return self._right_rows(draft, wrong), tuple(loan_faults(draft.parameters, draft.loans))

    @staticmethod
    def _right_rows(draft: Scenario, wrong: tuple[int, ...]) -> BookView | None:
        from engine.scenario.scenario import Scenario

        rows = right_rows(draft.parameters, draft.loans, wrong)
        if rows is None:
            return None
        view = initial_view(Scenario(draft.parameters, rows))
        return BookView(view, view.book)

    def faults(self, draft: Scenario) -> tuple[Fault, ...]:
        try:
            self._checked(draft)
        except BadInput as refusal:
            return refusal.faults
        return ()

    @staticmethod
    def _checked(draft: Scenario) -> Scenario:
        from engine.scenario.scenario import Scenario

        return Scenario.checked(draft.parameters, draft.loans)
