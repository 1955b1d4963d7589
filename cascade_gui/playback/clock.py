"""When which round is shown. Pure arithmetic: no timer, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Rounds a second that can be chosen, slowest first."""


@dataclass(slots=True)
class Clock:
    """A position between the first and the last round that moves with time.

    Parameters
    ----------
    count
        Number of rounds, the state before the first included: rounds 0 .. count - 1.
    position
        Where it is, in rounds; the shown round is the whole one before it in the direction of play.
    speed
        Rounds a second, above 0.
    direction
        1 forward, -1 backward.
    loop
        Whether it starts again when it has shown its last round.
    dwell
        How long each round is shown, 1 for as long as the speed says; rounds beyond it are shown so long. Above 0.
    """

    count: int = 0
    position: float = 0.0
    speed: float = 4.0
    direction: int = 1
    loop: bool = False
    dwell: tuple[float, ...] = ()

    @property
    def last(self) -> int:
        """The number of the last round, 0 when there is none."""
        return max(0, self.count - 1)

    @property
    def end(self) -> int:
        """The round at which playing ends: the last one, or 0 backward."""
        return self.last if self.direction > 0 else 0

    @property
    def start(self) -> int:
        """The round from which playing starts again."""
        return self.last - self.end

    @property
    def round(self) -> int:
        """The round to show."""
        if self.direction > 0:
            return min(self.last, max(0, math.floor(self.position + 1e-9)))
        return min(self.last, max(0, math.ceil(self.position - 1e-9)))

    def show(self, number: int) -> int:
        """Go to a round, the nearest one if there is no such round, and return it."""
        self.position = float(min(self.last, max(0, number)))
        return self.round

    def rewind_if_ended(self) -> None:
        """Go back to the start when it stands at the end, so that playing shows something."""
        if self.round == self.end:
            self.position = float(self.start)

    def advance(self, seconds: float) -> bool:
        """Let time pass; return whether there is more to play.

        A long time passes over rounds (a picture is dropped), but never over the last one: that one is
        shown before playing ends or starts again.

        Parameters
        ----------
        seconds
            Time since the last call, at least 0.
        """
        before = self.round
        moved = self._moved(self.speed * seconds)
        if 0 <= moved < self.last if self.direction > 0 else 0 < moved <= self.last:
            self.position = moved
            return True
        if self.loop and self.last > 0 and before == self.end:
            beyond = (moved - self.end) * self.direction
            # One more step than the rounds' distance: the end is shown as long as any other round.
            if beyond < 1:
                self.position = moved
                return True
            self.position = self.start + self.direction * min(beyond - 1, float(self.last))
            return True
        self.position = float(self.end)
        return self.loop and self.last > 0

    def _moved(self, played: float) -> float:
        """Return where it is when so many rounds of usual length have been played, also beyond the ends.

        A round is shown from its own place on, in the direction of play, up to the next one's.
        """
        position, left = self.position, played
        while left > 0.0 and self.dwell:
            forward = self.direction > 0
            number = math.floor(position + 1e-9) if forward else math.ceil(position - 1e-9)
            if not (0 <= number < self.last if forward else 0 < number <= self.last):
                break
            dwell = self.dwell[number] if number < len(self.dwell) else 1.0
            here = 1.0 - abs(position - number)
            if left < here * dwell:
                return position + self.direction * left / dwell
            left -= here * dwell
            position = float(number + self.direction)
        return position + self.direction * left


def faster(speed: float, direction: int) -> tuple[float, int]:
    """Return speed and direction one step towards fast forward."""
    return _shift(speed, direction, 1)


def slower(speed: float, direction: int) -> tuple[float, int]:
    """Return speed and direction one step towards fast backward: slower first, then backward."""
    return _shift(speed, direction, -1)


def _shift(speed: float, direction: int, step: int) -> tuple[float, int]:
    ladder = [*(-each for each in reversed(SPEEDS)), *SPEEDS]
    signed = speed * direction
    nearest = min(range(len(ladder)), key=lambda index: abs(ladder[index] - signed))
    chosen = ladder[min(len(ladder) - 1, max(0, nearest + step))]
    return abs(chosen), 1 if chosen > 0 else -1
