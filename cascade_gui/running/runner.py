"""Starts, pauses, steps and stops runs; the engine works in a thread of its own."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cascade_gui.running.adapter import EngineAdapter
from cascade_gui.running.control import RunControl
from cascade_gui.working.threads import thread_of

if TYPE_CHECKING:
    from engine.base.faults import BadInput
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario


_BREATH_MS: Final = 20
"""After new rounds the window gets this long to draw them and to hear the user, before the next arrive."""


class RunState(Enum):
    """What a `Runner` is doing."""

    IDLE = "idle"
    PREPARING = "preparing"
    """A run was asked for; it waits for the engine, or its book is being read."""
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class Runner(QObject):
    """One run at a time, in a background thread.

    Starting another run gives up the one before; nothing of it arrives any more.
    """

    started = Signal(object)
    """The recording, which grows while the run goes on."""
    rounds_available = Signal(int)
    """How many rounds the recording has, the state before the first included. At most 50 times a second."""
    finished = Signal(object)
    """The recording: to its end, or as far as it came when it was stopped."""
    refused = Signal(object)
    """The `BadInput` that kept a run from starting."""
    failed = Signal(str)
    """A fault of ours, with its traceback. What ran so far is kept."""
    state_changed = Signal(object)
    ready_changed = Signal(bool)
    """Whether the engine is prepared."""

    _ask_warm_up = Signal()
    _ask_run = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState.IDLE
        self._ready = False
        self._number = 0
        self._controls: list[RunControl] = [RunControl()]
        self._recording: RecordedRun | None = None
        self._thread = thread_of(self, "engine", partial(_stop, self._controls))
        self._adapter = EngineAdapter()
        self._adapter.moveToThread(self._thread)
        self._ask_warm_up.connect(self._adapter.warm_up)
        self._ask_run.connect(self._adapter.run)
        self._adapter.warm.connect(self._warmed)
        self._adapter.started.connect(self._begun)
        self._adapter.rounds.connect(self._grown)
        self._adapter.waiting.connect(self._waits)
        self._adapter.ended.connect(self._ended)
        self._adapter.refused.connect(self._refused)
        self._adapter.failed.connect(self._failed)
        self._breath = QTimer(self, singleShot=True, interval=_BREATH_MS)
        self._breath.timeout.connect(self._take)

    @property
    def state(self) -> RunState:
        """What it is doing."""
        return self._state

    @property
    def ready(self) -> bool:
        """Whether the engine is prepared."""
        return self._ready

    @property
    def recording(self) -> RecordedRun | None:
        """The recording of the run that goes on or was last, None before the first."""
        return self._recording

    @property
    def busy(self) -> bool:
        """Whether a run goes on, waits to start or is paused."""
        return self._state in {RunState.PREPARING, RunState.RUNNING, RunState.PAUSED}

    @property
    def _control(self) -> RunControl:
        return self._controls[0]

    # ------------------------------------------------------------------------------------- asking

    def warm_up(self) -> None:
        """Prepare the engine in the background. A run that is started meanwhile waits for it."""
        self._ensure_thread()
        self._ask_warm_up.emit()

    def start(self, scenario: Scenario, steps: int | None = None) -> None:
        """Run a scenario.

        Parameters
        ----------
        scenario
            What to run; it is checked in the background.
        steps
            Pause after so many rounds; None to run to the end.
        """
        self._give_up()
        self._number += 1
        self._recording = None
        self._controls[0] = RunControl(steps)
        self._set_state(RunState.PREPARING)
        self._ensure_thread()
        self._ask_run.emit(self._number, scenario, self._control)

    def pause(self) -> None:
        """Pause before the next round."""
        if self._state is RunState.RUNNING:
            self._control.pause()

    def resume(self) -> None:
        """Run on."""
        if self._state is RunState.PAUSED:
            self._set_state(RunState.RUNNING)
            self._control.resume()

    def step(self) -> None:
        """Run one more round, then pause."""
        if self._state is RunState.RUNNING:
            self._control.pause()
        elif self._state is RunState.PAUSED:
            self._set_state(RunState.RUNNING)
            self._control.step()

    def stop(self) -> None:
        """End the run; what ran so far is kept. One that has not begun is forgotten at once."""
        if self._state is RunState.PREPARING:
            self._give_up()
            self._set_state(RunState.IDLE)
        elif self.busy:
            self._control.stop()

    def clear(self) -> None:
        """Stop and forget the recording."""
        self._give_up()
        self._recording = None
        self._set_state(RunState.IDLE)

    def shut_down(self) -> None:
        """Stop and wait for the thread; for the end of the program. The runner can be started again."""
        self._give_up()
        self._thread.quit()
        self._thread.wait()
        self._breath.stop()
        self._set_state(RunState.IDLE)

    def _give_up(self) -> None:
        """Stop the present run and let nothing of it arrive."""
        self._control.stop()
        self._number += 1

    def _ensure_thread(self) -> None:
        if not self._thread.isRunning():
            self._thread.start()

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    # ----------------------------------------------------------------- what the adapter tells (here)

    @Slot(str)
    def _warmed(self, problem: str) -> None:
        self._ready = not problem
        self.ready_changed.emit(self._ready)
        if problem:
            self.failed.emit(problem)

    @Slot(int, object)
    def _begun(self, number: int, recording: RecordedRun) -> None:
        if number == self._number:
            self._recording = recording
            self._set_state(RunState.RUNNING)
            self.started.emit(recording)

    @Slot(int, int)
    def _grown(self, number: int, count: int) -> None:
        if number == self._number:
            self.rounds_available.emit(count)
        self._breath.start()

    def _take(self) -> None:
        self._adapter.take()  # directly: its own thread is busy with the run

    @Slot(int)
    def _waits(self, number: int) -> None:
        if number == self._number:
            self._set_state(RunState.PAUSED)

    @Slot(int, object)
    def _ended(self, number: int, recording: RecordedRun) -> None:
        if number == self._number:
            self.rounds_available.emit(len(recording.rounds))
            self._set_state(RunState.FINISHED)
            self.finished.emit(recording)

    @Slot(int, object)
    def _refused(self, number: int, refusal: BadInput) -> None:
        if number == self._number:
            self._set_state(RunState.IDLE)
            self.refused.emit(refusal)

    @Slot(int, str)
    def _failed(self, number: int, problem: str) -> None:
        if number == self._number:
            if self._recording is not None:
                self.rounds_available.emit(len(self._recording.rounds))
            self._set_state(RunState.IDLE if self._recording is None else RunState.FINISHED)
            self.failed.emit(problem)


def _stop(controls: list[RunControl]) -> None:
    """Stop the run of the present control."""
    controls[0].stop()
