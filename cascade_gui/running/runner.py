"""Starts, pauses, steps and stops runs; the engine works in a thread of its own."""

from __future__ import annotations

import traceback
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.running import adapter
from cascade_gui.running.adapter import Listener, Pace
from cascade_gui.running.control import RunControl
from cascade_gui.working.background import Background
from engine.base.faults import BadInput

if TYPE_CHECKING:
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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState.IDLE
        self._ready = False
        self._number = 0
        self._controls: list[RunControl] = [RunControl()]
        self._recording: RecordedRun | None = None
        self._pace = Pace()
        self._background = Background("engine", self, partial(_stop, self._controls))
        self._breath = QTimer(self, singleShot=True, interval=_BREATH_MS)
        self._breath.timeout.connect(self._pace.take)  # directly: the run's own thread is busy with it

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
        self._background.do(adapter.warm_up, self._warmed, self._not_warmed)

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
        number, tell = self._number, self._background.tell
        listener = Listener(*(partial(tell, told, number) for told in (self._begun, self._grown, self._waits)))
        self._background.do(
            partial(adapter.run, scenario, self._control, self._pace, listener),
            partial(self._ended, number),
            partial(self._failed, number),
        )

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
        self._background.shut_down()
        self._breath.stop()
        self._set_state(RunState.IDLE)

    def _give_up(self) -> None:
        """Stop the present run and let nothing of it arrive."""
        self._control.stop()
        self._number += 1

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    # ----------------------------------------------------------------- what runs tell (here)

    def _warmed(self, _: object) -> None:
        self._ready = True
        self.ready_changed.emit(True)

    def _not_warmed(self, problem: Exception) -> None:
        self._ready = False
        self.ready_changed.emit(False)
        self.failed.emit(_traceback(problem))

    def _begun(self, number: int, recording: RecordedRun) -> None:
        if number == self._number:
            self._recording = recording
            self._set_state(RunState.RUNNING)
            self.started.emit(recording)

    def _grown(self, number: int, count: int) -> None:
        if number == self._number:
            self.rounds_available.emit(count)
        self._breath.start()

    def _waits(self, number: int) -> None:
        if number == self._number:
            self._set_state(RunState.PAUSED)

    def _ended(self, number: int, recording: RecordedRun | None) -> None:
        if number == self._number and recording is not None:
            self.rounds_available.emit(len(recording.rounds))
            self._set_state(RunState.FINISHED)
            self.finished.emit(recording)

    def _failed(self, number: int, problem: Exception) -> None:
        if number != self._number:
            return
        if isinstance(problem, BadInput):
            self._set_state(RunState.IDLE)
            self.refused.emit(problem)
            return
        if self._recording is not None:
            self.rounds_available.emit(len(self._recording.rounds))
        self._set_state(RunState.IDLE if self._recording is None else RunState.FINISHED)
        self.failed.emit(_traceback(problem))


def _stop(controls: list[RunControl]) -> None:
    """Stop the run of the present control."""
    controls[0].stop()


def _traceback(problem: Exception) -> str:
    return "".join(traceback.format_exception(problem))
