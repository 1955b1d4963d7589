"""Where rounds stand along an axis on which quiet ones are folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST: Final = 5
"""So many quiet rounds after each other are folded, fewer stay as they are."""
_WIDTH: Final = 2.0
"""As wide as so many other rounds is what they take together."""


class Fold:
    """Turns rounds into places along the axis, and places into rounds.

    Parameters
    ----------
    quiet
        [R] bool, whether in each round from 0 on nothing happens; None folds nothing. Rounds beyond are not folded.

    Attributes
    ----------
    stretches
        The first and the last round of everything that is folded.
    """

    def __init__(self, quiet: NDArray[np.bool_] | None = None) -> None:
        self.stretches: tuple[tuple[int, int], ...] = ()
        self._places: NDArray[np.float64] = np.zeros(0)
        if quiet is None or not quiet.any():
            return
        edges = np.diff(np.concatenate([[False], quiet[1:], [False]]).astype(np.int8))
        firsts, lasts = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1)
        long = lasts - firsts + 1 >= LEAST
        self.stretches = tuple(zip(firsts[long].tolist(), lasts[long].tolist(), strict=True))
        if self.stretches:
            widths = np.ones(len(quiet))
            widths[0] = 0.0
            for first, last in self.stretches:
                widths[first : last + 1] = _WIDTH / (last - first + 1)
            self._places = np.cumsum(widths)

    def places(self, count: int) -> NDArray[np.float64]:
        """Return [count] where the rounds from 0 on stand."""
        return self.of(np.arange(count, dtype=np.float64))

    def of(self, rounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where some rounds stand; between two rounds there are places too."""
        if not self.stretches:
            return rounds
        last = len(self._places) - 1
        known = np.interp(rounds, np.arange(last + 1), self._places)
        return np.where(rounds > last, self._places[-1] + rounds - last, known)

    def place(self, number: float) -> float:
        """Return where a round stands."""
        if not self.stretches:
            return float(number)
        return float(self.of(np.array([number], dtype=np.float64))[0])

    def round_at(self, place: float) -> float:
        """Return the round at a place, with its fraction; below 0 and beyond the last as if nothing were folded."""
        if not self.stretches or place < 0:
            return place
        last = len(self._places) - 1
        if place > self._places[-1]:
            return float(last + place - self._places[-1])
        return float(np.interp(place, self._places, np.arange(last + 1)))
