"""The answers of studies of the open scenario: the last of each question, saved with the scenario."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.studies.outcome import StudyResult

LONG_SECONDS: Final = 10.0
"""What took longer is asked about before it is lost: nobody wants to wait for it twice."""


class KeptStudies(QObject):
    """Keeps the last answer of each question, and knows which of them no file holds.

    An answer alone does not make the scenario one with changes, no more than a run does.
    """

    changed = Signal(str)
    """There is another answer to the question of this name."""
    cleared = Signal()
    """There are none any more, or those of another document."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._results: dict[str, StudyResult] = {}
        self._unsaved: set[str] = set()
        self._since: float | None = None

    @property
    def results(self) -> tuple[StudyResult, ...]:
        """All of them."""
        return tuple(self._results.values())

    def of(self, study: str) -> StudyResult | None:
        """Return the last answer to a question, None where there is none."""
        return self._results.get(study)

    def keep(self, result: StudyResult, *, by_itself: bool = False) -> None:
        """Keep an answer in the place of the one before.

        Parameters
        ----------
        result
            The answer.
        by_itself
            Whether it was worked out without being asked for, as the page follows what is typed: nobody has waited for
            it, and nobody is asked whether to save it.
        """
        self._results[result.study] = result
        self._unsaved.discard(result.study)
        if not by_itself:
            self._unsaved.add(result.study)
        self.changed.emit(result.study)

    def replace(self, results: Iterable[StudyResult] = ()) -> None:
        """Keep those that came with a file, and no others."""
        self._results = {result.study: result for result in results}
        self._unsaved.clear()
        self.cleared.emit()

    def note_saved(self, results: Iterable[StudyResult]) -> None:
        """Note that a file holds these."""
        self._unsaved -= {result.study for result in results if self._results.get(result.study) is result}

    def note_working(self, working: bool) -> None:
        """Note that a study has begun or ended."""
        self._since = time.monotonic() if working else None

    @property
    def working_seconds(self) -> float:
        """How long the study goes on that is under way, 0 without one."""
        return 0.0 if self._since is None else time.monotonic() - self._since

    @property
    def works_long(self) -> bool:
        """Whether a study is under way that goes on for long already."""
        return self.working_seconds > LONG_SECONDS

    @property
    def took_long(self) -> bool:
        """Whether an answer would be lost unsaved that took long to work out."""
        return self.unsaved_seconds > LONG_SECONDS

    @property
    def unsaved_seconds(self) -> float:
        """How long the answer took to work out that took longest and is in no file."""
        return max((self._results[name].seconds for name in self._unsaved), default=0.0)
