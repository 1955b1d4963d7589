"""Starts, pauses, steps and stops runs; the engine works in a thread of its own."""

from __future__ import annotations

import traceback
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cascade_gui.running import adapter
from cascade_gui.running.adapter import Listener, Pace
from cascade_gui.running.control import RunControl
from cascade_gui.working import compiled_elsewhere
from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.warming.parts import RUN, needed_by
from engine.warming.preparation import Preparation

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Parameters
    from engine.warming.preparation import Progress


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

    Attributes
    ----------
    engine
        The thread of all runs. What is asked of it while the engine is being prepared waits for that.
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
    """Whether all is compiled that the runs of the scenario in hand need."""
    prepared = Signal()
    """The compiling of kernels went on, or ended: `progress`."""

    _compiled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState.IDLE
        self._ready = False
        self._needed: tuple[str, ...] = (RUN,)
        self._held: Callable[[], object] | None = None
        self._number = 0
        self._controls: list[RunControl] = [RunControl()]
        self._recording: RecordedRun | None = None
        self._pace = Pace()
        self.engine = Background("engine", self, computes=True)
        self.engine.stop_with(partial(_stop, self._controls))
        self._breath = QTimer(self, singleShot=True, interval=_BREATH_MS)
        self._breath.timeout.connect(self._pace.take)  # directly: the run's own thread is busy with it
        self._preparations: list[Preparation] = []
        self._compiled.connect(self._went_on)
        self.destroyed.connect(partial(_end_all, self._preparations))

    @property
    def state(self) -> RunState:
        """What it is doing."""
        return self._state

    @property
    def ready(self) -> bool:
        """Whether all is compiled that the runs of the scenario in hand need."""
        return self._ready

    @property
    def compiling(self) -> bool:
        """Whether other processes compile now."""
        return any(preparation.busy for preparation in self._preparations)

    @property
    def progress(self) -> Progress | None:
        """How far the part of the engine is that is compiled now or next; None when all are."""
        return self._preparations[0].progress() if self._preparations else None

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

    def prepare(self, *, held: bool = False) -> None:
        """Compile in other processes what is not compiled yet. A run that is started meanwhile waits for what it needs.

        Parameters
        ----------
        held
            Whether to wait with compiling until `compile_now`; what is there is found out at once.
        """
        if not self._preparations:
            preparation = Preparation(self._tell)
            self._preparations.append(preparation)
            compiled_elsewhere.begin(preparation)
            preparation.first(self._needed)
            preparation.start(held=held)

    def compile_now(self) -> None:
        """Begin with what `prepare` was to wait with."""
        if self._preparations:
            self._preparations[0].release()

    def expect(self, parameters: Parameters) -> None:
        """Compile what the runs of a scenario need before all else."""
        needed = needed_by(parameters)
        if needed != self._needed:
            self._needed = needed
            if self._preparations:
                self._preparations[0].first(needed)
            self._went_on()

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
        number, tell = self._number, self.engine.tell
        listener = Listener(*(partial(tell, told, number) for told in (self._begun, self._grown, self._waits)))
        self._held = partial(
            self.engine.do,
            partial(adapter.run, scenario, self._control, self._pace, listener),
            partial(self._ended, number),
            partial(self._failed, number),
        )
        self.expect(scenario.parameters)
        self.prepare()
        self.compile_now()
        self._run_held()

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
        _end_all(self._preparations)
        self.engine.shut_down()
        self._breath.stop()
        self._set_state(RunState.IDLE)

    def _run_held(self) -> None:
        """Begin with the run that waits, once all that it needs is compiled."""
        if self._held is not None and self._preparations and self._preparations[0].is_ready(self._needed):
            begin, self._held = self._held, None
            begin()

    def _tell(self) -> None:
        """Tell the window's thread that something was compiled; in a thread of the preparation."""
        if shiboken6.isValid(self):
            self._compiled.emit()

    def _give_up(self) -> None:
        """Stop the present run and let nothing of it arrive."""
        self._held = None
        self._control.stop()
        self._number += 1

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    # ----------------------------------------------------------------- what runs tell (here)

    @Slot()
    def _went_on(self) -> None:
        ready = bool(self._preparations) and self._preparations[0].is_ready(self._needed)
        if ready is not self._ready:
            self._ready = ready
            self.ready_changed.emit(ready)
        self.prepared.emit()
        self._run_held()

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


def _end_all(preparations: list[Preparation]) -> None:
    """End what compiles, and forget it: the runner that it belongs to may be gone."""
    while preparations:
        preparation = preparations.pop()
        compiled_elsewhere.end(preparation)
        preparation.close()
