"""Pausing, stepping and stopping a run from another thread. Knows neither Qt nor the engine."""

from __future__ import annotations

import threading


class RunControl:
    """What the window's thread asks of a run, and where the run's thread waits for it.

    Parameters
    ----------
    steps
        How many rounds may run before it pauses; None for no limit.
    """

    def __init__(self, steps: int | None = None) -> None:
        self._condition = threading.Condition()
        self._stopped = False
        self._steps = steps

    @property
    def stopped(self) -> bool:
        """Whether the run is to end."""
        return self._stopped

    @property
    def would_wait(self) -> bool:
        """Whether the next `next_round` would wait."""
        return not self._stopped and self._steps == 0

    def pause(self) -> None:
        """Wait before the next round."""
        self._set_steps(0)

    def resume(self) -> None:
        """Run on without a limit."""
        self._set_steps(None)

    def step(self) -> None:
        """Let one more round run, then wait; a run that was not waiting waits after its next round."""
        with self._condition:
            self._steps = (self._steps or 0) + 1
            self._condition.notify_all()

    def stop(self) -> None:
        """End the run before the next round. For good."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def next_round(self) -> bool:
        """Wait until a round may run and return True; False when the run is to end."""
        with self._condition:
            self._condition.wait_for(lambda: self._stopped or self._steps != 0)
            if self._stopped:
                return False
            if self._steps is not None:
                self._steps -= 1
            return True

    def _set_steps(self, steps: int | None) -> None:
        with self._condition:
            self._steps = steps
            self._condition.notify_all()
