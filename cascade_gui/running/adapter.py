"""The one place that knows both the engine's rounds and Qt's signals."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from cascade_gui.working import heavy_libraries
from cascade_gui.working.threads import step_back
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from cascade_gui.running.control import RunControl
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

_LEAST_SECONDS: Final = 1 / 60


class EngineAdapter(QObject):
    """Runs the engine in the thread it lives in and tells of it in signals.

    All signals carry the number of the run, so that the window can ignore what a run that it has given
    up still says. However quick the rounds are, `rounds` is emitted at most 60 times a second, and not
    again before the window has drawn the last one (`take`).
    """

    warm = Signal(str)
    """The kernels are compiled; the text is a traceback when that failed, else empty."""
    started = Signal(int, object)
    """Run number, its live recording."""
    rounds = Signal(int, int)
    """Run number, how many rounds the recording has, the state before the first included."""
    waiting = Signal(int)
    """The run waits before its next round."""
    ended = Signal(int, object)
    """Run number, the recording."""
    refused = Signal(int, object)
    """Run number, the `BadInput` that kept it from starting."""
    failed = Signal(int, str)
    """Run number, the traceback of a fault of ours."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = True
        self._next_time = 0.0

    def take(self) -> None:
        """Note that the window has drawn what the last `rounds` announced; may be called from its thread."""
        self._taken = True

    @Slot()
    def warm_up(self) -> None:
        """Compile the kernels, or load them from the cache."""
        problem = ""
        try:
            step_back()
            heavy_libraries.load()
            from engine.warming.warm_up import warm_up

            warm_up()
        except Exception:  # noqa: BLE001 - reported in the window, with its traceback
            problem = traceback.format_exc()
        self.warm.emit(problem)

    @Slot(int, object, object)
    def run(self, number: int, scenario: Scenario, control: RunControl) -> None:
        """Run a scenario to its end, or until it is stopped."""
        if control.stopped:
            return
        self._taken = True
        try:
            self.ended.emit(number, self._run(number, scenario, control))
        except BadInput as refusal:
            self.refused.emit(number, refusal)
        except Exception:  # noqa: BLE001 - reported in the window, with its traceback
            self.failed.emit(number, traceback.format_exc())

    def _run(self, number: int, scenario: Scenario, control: RunControl) -> RecordedRun:
        step_back()
        heavy_libraries.load()
        import engine
        from engine.scenario.scenario import Scenario

        checked = Scenario.checked(scenario.parameters, scenario.loans)
        rounds = engine.rounds(checked)
        recording = rounds.recording
        self.started.emit(number, recording)
        try:
            while rounds.ended is None and self._may_go_on(number, control, recording):
                next(rounds)
                self._announce(number, recording)
        finally:
            rounds.close()
        return recording

    def _may_go_on(self, number: int, control: RunControl, recording: RecordedRun) -> bool:
        """Wait for permission; before waiting, tell of every round that was not told of."""
        if control.would_wait:
            self.rounds.emit(number, len(recording.rounds))
            self.waiting.emit(number)
        return control.next_round()

    def _announce(self, number: int, recording: RecordedRun) -> None:
        now = time.monotonic()
        if self._taken and now >= self._next_time:
            self._taken = False
            self._next_time = now + _LEAST_SECONDS
            self.rounds.emit(number, len(recording.rounds))
