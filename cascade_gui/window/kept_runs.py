"""Runs that others took the place of: no recording is thrown away without a way back to it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from cascade_gui.document.kept_studies import LONG_SECONDS
from cascade_gui.running import RunState
from cascade_gui.window.following import is_complete
from cascade_gui.window.same_run import same_run

if TYPE_CHECKING:
    from cascade_gui.window.session import Session
    from engine.reading.recorded_run import RecordedRun

MOST_KEPT: Final = 2
"""A recording of a large book is large; with two, an edit can be taken back and done again, also after a reset."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A run, the round of it that was shown, and whether it came with a file and was never run here."""

    recording: RecordedRun
    round: int
    unverified: bool
    seconds: float


class KeptRuns(QObject):
    """Keeps the last runs that were shown, and shows them again.

    They come back by the user's wish (`show_before`), and by themselves when undo, redo or typing makes the document
    what they are of. Runs that follow every edit at once are not kept: undo runs them again at once.

    Parameters
    ----------
    session
        Whose runs they are.
    """

    changed = Signal()
    """There are others than before, or none any more."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._kept: list[_Kept] = []
        self._shown: RecordedRun | None = None
        self._round = 0
        self._unverified = self._saved = False
        self._seconds = 0.0
        self._since: float | None = None
        session.recording_changed.connect(self._take)
        session.run_started.connect(self._follow)
        session.run_finished.connect(self._drop_same)
        session.player.round_changed.connect(self._note_round)
        session.runner.state_changed.connect(self._count_seconds)
        session.document.replaced.connect(self._forget)
        session.document.undo_stack.indexChanged.connect(self._step_made)

    @property
    def can_show(self) -> bool:
        """Whether there is a run that `show_before` would show."""
        return bool(self._kept)

    @property
    def unsaved_seconds(self) -> float:
        """How long the engine worked on the run that is shown, 0 where none is or a file holds it."""
        if self._shown is None or self._saved:
            return 0.0
        return self._seconds + (0.0 if self._since is None else time.monotonic() - self._since)

    @property
    def took_long(self) -> bool:
        """Whether the run that is shown would be lost unsaved and took the engine long."""
        return self.unsaved_seconds > LONG_SECONDS

    def show_before(self) -> None:
        """Show the run before again, where it was; the one that is shown now is kept in its turn."""
        if self._kept:
            self._show(self._kept[0])

    def note_saved(self, *, with_run: bool) -> None:
        """Note that the scenario was saved, and whether its file holds runs."""
        self._saved = self._saved or (with_run and not self._session.stale and not self._session.runner.busy)

    def _show(self, kept: _Kept) -> None:
        session, present = self._session, self._session.recording
        self._kept.remove(kept)
        session.runner.clear()
        if present is not None and is_complete(present) and not same_run(present, kept.recording):
            session.following.keep_before(present)
        else:
            session.following.keep_before(None)
        session.adopt(kept.recording, is_verified=not kept.unverified)
        self._seconds = kept.seconds
        session.player.show(kept.round)
        self.changed.emit()

    def _take(self, recording: RecordedRun | None) -> None:
        """Keep the run that was shown, now that another one is, or none."""
        before = self._shown
        if before is not None and before is not recording and len(before.rounds) > 1:
            self._kept.insert(0, _Kept(before, self._round, self._unverified, self.unsaved_seconds))
            del self._kept[MOST_KEPT:]
        self._shown, self._round, self._saved, self._seconds = recording, 0, False, 0.0
        self._unverified = recording is not None and self._session.unverified is recording
        self.changed.emit()

    def _follow(self, recording: RecordedRun) -> None:
        """Note a run that followed an edit: it was put in the place of the one before without a word."""
        if recording is not self._shown:
            self._shown, self._round = recording, self._session.player.round
            self._unverified, self._saved, self._seconds = False, False, 0.0

    def _drop_same(self, recording: RecordedRun) -> None:
        """Let go of runs that the one that has finished repeats."""
        if is_complete(recording) and any(same_run(kept.recording, recording) for kept in self._kept):
            self._kept = [kept for kept in self._kept if not same_run(kept.recording, recording)]
            self.changed.emit()

    def _count_seconds(self, state: RunState) -> None:
        if self._since is not None:
            self._seconds += time.monotonic() - self._since
        self._since = time.monotonic() if state is RunState.RUNNING else None

    def _note_round(self, number: int) -> None:
        if self._session.player.count:  # none while a recording is being put away
            self._round = number

    def _forget(self) -> None:
        """Let go of all runs: another document is shown."""
        if self._kept:
            self._kept.clear()
            self.changed.emit()

    def _step_made(self, _: int) -> None:
        """Show the run of what the document says now, if it is kept and the one that is shown is of something else."""
        session, history = self._session, self._session.document.undo_stack
        if not isValid(history) or not history.count():  # it tells of its own end, and when it was emptied
            return
        if session.runner.busy or session.following.on or not session.stale:
            return
        for kept in self._kept:
            if not session.differs_from(kept.recording):
                self._show(kept)
                return
