"""Shows what the engine does, and offers what can be asked of it now."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from cascade_gui.running import RunState
from cascade_gui.theme.steady_labels import PARTED
from cascade_gui.wording import numbers
from engine.warming.parts import PATHS, RUN, VIEWS

if TYPE_CHECKING:
    from cascade_gui.window.actions import Actions
    from cascade_gui.window.session import Session
    from cascade_gui.window.toolbar import Toolbar
    from engine.warming.preparation import Progress

_TEXT_MS = 250
"""Text that changes more often than this cannot be read."""
_LONG_MS = 500
"""A run that follows an edit is not spoken of before it takes this long."""


_RISE: Final = 1.25
"""How much longer than said something must take before that is said."""


class SecondsLeft:
    """What is said of the time that compiling still takes: it falls, and rises only where it was clearly too little."""

    def __init__(self) -> None:
        self._part = ""
        self._said: int | None = None

    def seconds(self, progress: Progress) -> int | None:
        """Return about how many seconds are left for a part of the engine; None where nobody knows yet.

        Parameters
        ----------
        progress
            How far it is. Before its first kernel is compiled nobody knows how quick this machine is.
        """
        if progress.part != self._part:
            self._part, self._said = progress.part, None
        if not progress.done:
            return None
        seconds = math.ceil(progress.seconds_left)
        if self._said is None or not self._said < seconds <= self._said * _RISE:
            self._said = seconds
        return self._said


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
        self._seconds: float | None = None
        self._patience = SecondsLeft()
        self._clock = QTimer(self, interval=_TEXT_MS)
        self._clock.timeout.connect(self._write)
        session.runner.state_changed.connect(self._changed)
        session.runner.prepared.connect(self._prepared)
        session.recording_changed.connect(self._write)
        player = session.player
        for changed in (session.recording_changed, session.stale_changed, player.round_changed, player.count_changed):
            changed.connect(self._offer_step)
        session.following.turned.connect(self._write)
        session.following.runs.busy_changed.connect(self._following)
        self._long = QTimer(self, singleShot=True, interval=_LONG_MS)
        self._long.timeout.connect(self._write)
        self._often = QTimer(self, singleShot=True, interval=_TEXT_MS)
        self._often.timeout.connect(self._write)
        self._changed(session.runner.state)

    def show_seconds(self, seconds: float) -> None:
        """Show how long it took from an edit to its picture."""
        self._seconds = seconds
        if not self._often.isActive():
            self._write()
            self._often.start()

    def _following(self, busy: bool) -> None:
        if busy:
            self._long.start()
        else:
            self._long.stop()

    def _prepared(self) -> None:
        self._tick()
        self._write()

    def _changed(self, state: RunState) -> None:
        runner = self._session.runner
        running = state is RunState.RUNNING
        self._tick()
        self._actions.enable(
            run_start=state not in {RunState.RUNNING, RunState.PREPARING},
            run_pause=running,
            run_step=self._can_step,
            run_stop=runner.busy,
        )
        self._toolbar.show_pause(running)
        self._write()

    @property
    def _can_step(self) -> bool:
        return self._session.runner.state is not RunState.PREPARING and self._session.has_next_round

    def _offer_step(self) -> None:
        self._actions.enable(run_step=self._can_step)

    def _tick(self) -> None:
        """Write the text again and again for as long as it changes by itself."""
        runner = self._session.runner
        if runner.state is RunState.RUNNING or (runner.compiling and runner.progress is not None):
            if not self._clock.isActive():
                self._clock.start()
        else:
            self._clock.stop()

    def _write(self) -> None:
        runner = self._session.runner
        state, recording = runner.state, self._session.recording
        progress = runner.progress if runner.compiling else None
        waits = state is RunState.PREPARING and not runner.ready
        works = state in {RunState.PREPARING, RunState.RUNNING} or progress is not None
        text = ""
        if state is RunState.RUNNING and recording is not None:
            text = self.tr("Running, round {number}").format(number=numbers.count(len(recording.rounds) - 1))
        elif state is RunState.PAUSED and recording is not None:
            text = self.tr("Paused after round {number}").format(number=numbers.count(len(recording.rounds) - 1))
        elif waits:
            text = self.tr("then it runs") if progress is not None else self.tr("Runs as soon as it is compiled")
        elif state is RunState.PREPARING:
            text = self.tr("Reading the book")
        elif recording is not None and recording is self._session.unverified:
            text = self.tr("Run of the file, unverified")
        elif self._session.following.on:
            text = self._live()
        elif state is RunState.FINISHED and recording is not None:
            text = self._ending(recording.ended or "")
        compiling = "" if progress is None else self._compiling(progress)
        # Before anything is done it is not known how far it is: the bar only moves.
        share = None if progress is None or state is RunState.RUNNING or not progress.done else progress.done
        lives = self._session.following.on and not works
        # What does not fit is left out from the end: who waits for a run wants to know how long.
        parts = (compiling, text) if waits else (text, compiling)
        self._toolbar.set_state(PARTED.join(filter(None, parts)), works=works, share=share, lives=lives)

    def _compiling(self, progress: Progress) -> str:
        """Say what is compiled and how long it still takes."""
        names = {
            RUN: self.tr("runs"),
            VIEWS: self.tr("plots and explanations"),
            "auction": self.tr("auctions"),
            "stability_pool": self.tr("stability pools"),
            "margin": self.tr("margin engines"),
            "absorb": self.tr("absorption"),
            PATHS: self.tr("many paths"),
        }
        seconds = self._patience.seconds(progress)
        if seconds is None:
            return self.tr("Compiling {what}").format(what=names[progress.part])
        return self.tr("Compiling {what}, about {seconds} s").format(
            what=names[progress.part], seconds=numbers.count(seconds)
        )

    def _live(self) -> str:
        if self._session.following.runs.busy and not self._long.isActive():
            return self.tr("live · running")
        if self._seconds is None:
            return self.tr("live")
        return self.tr("live · {0} ms").format(numbers.count(1000 * self._seconds))

    def _ending(self, ended: str) -> str:
        texts = {
            "no more liquidations": self.tr("Ran to its end"),
            "max_rounds reached": self.tr("Ended at the largest number of rounds"),
            "stopped": self.tr("Stopped"),
        }
        return texts.get(ended, ended)
