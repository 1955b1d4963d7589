"""The one place where the window goes through the engine's rounds; it runs in the background."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.running.control import RunControl
    from engine.reading.recorded_run import RecordedRun
    from engine.running.rounds import Rounds
    from engine.scenario.scenario import Scenario

_LEAST_SECONDS: Final = 1 / 60


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told of a run while it goes on; called in the thread of the run.

    Parameters
    ----------
    started
        Gets the live recording.
    rounds
        Gets how many rounds the recording has, the state before the first included.
    waiting
        The run waits before its next round.
    """

    started: Callable[[RecordedRun], None]
    rounds: Callable[[int], None]
    waiting: Callable[[], None]


class Pace:
    """How often the window is told of new rounds: at most 60 times a second, however quick they are.

    And not again before it has drawn the last ones (`take`).
    """

    def __init__(self) -> None:
        self._taken = True
        self._next_time = 0.0

    def take(self) -> None:
        """Note that what was told last is drawn; may be called from any thread."""
        self._taken = True

    def may_tell(self) -> bool:
        """Whether it is time to tell of rounds; if so, it is noted that they are told of."""
        now = time.monotonic()
        if not self._taken or now < self._next_time:
            return False
        self._taken = False
        self._next_time = now + _LEAST_SECONDS
        return True


def run(scenario: Scenario, control: RunControl, pace: Pace, listener: Listener) -> RecordedRun | None:
    """Run a scenario to its end, or until it is stopped; return its recording, None if it was stopped before it began.

    Raises
    ------
    BadInput
        If the scenario cannot run.
    """
    if control.stopped:
        return None
    pace.take()
    rounds = _rounds(scenario)
    recording = rounds.recording
    listener.started(recording)
    try:
        while rounds.ended is None:
            if control.would_wait:  # before waiting, tell of every round that was not told of
                listener.rounds(len(recording.rounds))
                listener.waiting()
            if not control.next_round():
                break
            next(rounds)
            if pace.may_tell():
                listener.rounds(len(recording.rounds))
    finally:
        rounds.close()
    return recording


def run_through(scenario: Scenario, control: RunControl) -> RecordedRun | None:
    """Run a scenario to its end and return its recording, None if it was stopped before.

    Raises
    ------
    BadInput
        If the scenario cannot run.
    """
    if control.stopped:
        return None
    rounds = _rounds(scenario)
    try:
        while rounds.ended is None and control.next_round():
            next(rounds)
        complete = rounds.ended is not None
    finally:
        rounds.close()
    return rounds.recording if complete else None


def _rounds(scenario: Scenario) -> Rounds[RecordedRun]:
    """Check the loans against the parameters and return the rounds, none of them computed yet."""
    from engine.scenario.scenario import Scenario

    return engine.rounds(Scenario.checked(scenario.parameters, scenario.loans))
