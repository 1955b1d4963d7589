"""Runs that follow the user's hand: each edit is run to its end at once, and only the newest counts."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.running import adapter
from cascade_gui.running.control import RunControl
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.working.background import Background
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

    Look = Callable[[RecordedRun], Any]

LEAST_PATIENCE: Final = 0.2
MOST_PATIENCE: Final = 2.0
"""How many seconds a run may go on although a newer one is wanted."""

_PATIENCE: Final = 1.5
_MORE_PATIENCE: Final = 3.0
"""After each run that was cancelled."""


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run that was wanted at once and ran to its end.

    Parameters
    ----------
    recording
        The run.
    look
        What was made of it for the window, in the background too.
    seconds
        How long it took, from the edit on.
    """

    recording: RecordedRun
    look: Any
    seconds: float


class LiveRuns(QObject):
    """Runs what was asked for last, as soon as it can.

    Of requests that come while a run is under way only the newest is kept. The run under way is given one and a half
    times what the last one took, so that a steady hand sees one picture after the other; then it is cancelled, and the
    next one is given three times as long: a hand that comes to where runs take longer would else see none.

    Parameters
    ----------
    engine
        The thread of the runs.
    """

    finished = Signal(object)
    """The `LiveRun`."""
    refused = Signal(object)
    """The `BadInput` that keeps what was asked for last from running."""
    failed = Signal(str)
    """A fault of ours, with its traceback."""
    busy_changed = Signal(bool)
    """Whether a run is under way or wanted."""

    def __init__(self, engine: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._wanted: tuple[Scenario, Look, float] | None = None
        self._controls: list[RunControl] = [RunControl()]
        self._under_way = 0
        self._began = 0.0
        self._last_seconds = 0.0
        self._given_up = 0
        engine.stop_with(partial(_stop, self._controls))
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._give_way)

    @property
    def busy(self) -> bool:
        """Whether a run is under way or wanted."""
        return self._under_way > 0

    def request(self, scenario: Scenario, look: Look) -> None:
        """Run a scenario next; what was asked for before and has not begun is dropped.

        Parameters
        ----------
        scenario
            What to run; its loans need not be checked.
        look
            Makes of the recording what the window needs to show it. Called in the background.
        """
        self._wanted = (scenario, look, time.monotonic())
        if not self._under_way:
            self._next()
            self.busy_changed.emit(True)
        elif not self._patience.isActive():
            allowed = max(_PATIENCE * self._last_seconds, LEAST_PATIENCE) * _MORE_PATIENCE**self._given_up
            allowed = min(allowed, MOST_PATIENCE)
            self._patience.start(max(0, round(1000 * (self._began + allowed - time.monotonic()))))

    def forget(self) -> None:
        """Cancel what is under way and drop what is wanted; nothing of it arrives."""
        self._wanted = None
        self._patience.stop()
        self._controls[0].stop()
        if self._under_way:
            self._engine.forget(self._under_way)
            self._under_way = 0
            self.busy_changed.emit(False)

    def _give_way(self) -> None:
        self._controls[0].stop()

    def _next(self) -> None:
        """Begin what is wanted."""
        self._patience.stop()
        self._under_way = 0
        if self._wanted is None:
            return
        scenario, look, asked = self._wanted
        self._wanted = None
        self._controls[0] = control = RunControl()
        self._began = time.monotonic()
        self._under_way = self._engine.do(
            partial(_run, scenario, control, look), partial(self._ended, asked), self._troubled
        )

    def _ended(self, asked: float, found: tuple[RecordedRun, Any] | None) -> None:
        now = time.monotonic()
        if found is not None:
            self._last_seconds = now - self._began
        self._given_up = 0 if found is not None else self._given_up + 1
        self._next()
        if found is not None:
            self.finished.emit(LiveRun(*found, now - asked))
        if not self._under_way:
            self.busy_changed.emit(False)

    def _troubled(self, problem: Exception) -> None:
        newest = self._wanted is None
        self._next()
        if not self._under_way:
            self.busy_changed.emit(False)
        if not isinstance(problem, BadInput):
            self.failed.emit("".join(traceback.format_exception(problem)))
        elif newest:
            self.refused.emit(problem)


def _run(scenario: Scenario, control: RunControl, look: Look) -> tuple[RecordedRun, Any] | None:
    """Run to the end and look at it; None where it was cancelled. In the background."""
    recording = adapter.run_through(scenario, control)
    return None if recording is None else (recording, look(recording))


def _stop(controls: list[RunControl]) -> None:
    """Stop the run of the present control."""
    controls[0].stop()
