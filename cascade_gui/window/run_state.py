"""Shows what the engine does, and offers what can be asked of it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from cascade_gui.running import RunState
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.window.actions import Actions
    from cascade_gui.window.session import Session
    from cascade_gui.window.toolbar import Toolbar

_TEXT_MS = 250
"""Text that changes more often than this cannot be read."""


class RunStateDisplay(QObject):
    """The right end of the toolbar, and which run actions are possible.

    Parameters
    ----------
    session
        Whose runs are shown.
    toolbar
        Where it is said.
    actions
        Which are switched on and off.
    """

    def __init__(self, session: Session, toolbar: Toolbar, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._toolbar = toolbar
        self._actions = actions
        self._prepares = False
        self._clock = QTimer(self, interval=_TEXT_MS)
        self._clock.timeout.connect(self._write)
        session.runner.state_changed.connect(self._changed)
        session.runner.ready_changed.connect(self._ready)
        session.recording_changed.connect(self._write)
        self._changed(session.runner.state)

    def prepare(self) -> None:
        """Say that the engine is being prepared, and prepare it."""
        self._prepares = True
        self._session.runner.warm_up()
        self._write()

    def _ready(self, _: bool) -> None:
        self._prepares = False
        self._write()

    def _changed(self, state: RunState) -> None:
        runner = self._session.runner
        running = state is RunState.RUNNING
        if running:
            self._clock.start()
        else:
            self._clock.stop()
        self._actions.enable(
            run_start=state not in {RunState.RUNNING, RunState.PREPARING},
            run_pause=running,
            run_step=state is not RunState.PREPARING,
            run_stop=runner.busy,
        )
        self._toolbar.show_pause(running)
        self._write()

    def _write(self) -> None:
        state = self._session.runner.state
        recording = self._session.recording
        works = self._prepares or state in {RunState.PREPARING, RunState.RUNNING}
        text = ""
        if state is RunState.RUNNING and recording is not None:
            text = self.tr("Running, round {number}").format(number=numbers.count(len(recording.rounds) - 1))
        elif state is RunState.PAUSED and recording is not None:
            text = self.tr("Paused after round {number}").format(number=numbers.count(len(recording.rounds) - 1))
        elif self._prepares:
            waits = state is RunState.PREPARING
            text = self.tr("Preparing engine, then running") if waits else self.tr("Preparing engine")
        elif state is RunState.PREPARING:
            text = self.tr("Reading the book")
        elif state is RunState.FINISHED and recording is not None:
            text = self._ending(recording.ended or "")
        self._toolbar.set_state(text, works=works)

    def _ending(self, ended: str) -> str:
        texts = {
            "no more liquidations": self.tr("Ran to its end"),
            "max_rounds reached": self.tr("Ended at the largest number of rounds"),
            "stopped": self.tr("Stopped"),
        }
        return texts.get(ended, ended)
