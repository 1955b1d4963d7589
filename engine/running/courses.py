"""Prices noted along paths, at a few rounds of each: what fans of prices and pictures of single paths are drawn of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Wholes


@dataclass(frozen=True, slots=True)
class Course:
    """Whose market prices are noted along paths, and how often.

    Parameters
    ----------
    assets
        The places of A assets in the book.
    points
        At how many rounds at most, at least 1.
    """

    assets: tuple[int, ...]
    points: int

    def step(self, rounds: int) -> int:
        """Return how many rounds lie between two at which prices are noted, of so many rounds in which prices move."""
        return max(-(-rounds // self.points), 1)

    def noted(self, rounds: int) -> Wholes:
        """Return (S,) the rounds at which prices are noted, the last of those in which prices move among them.

        Examples
        --------
        >>> from engine.running.courses import Course
        >>> Course((0,), 4).noted(10).tolist(), Course((0,), 96).noted(3).tolist()
        ([3, 6, 9, 10], [1, 2, 3])
        """
        step = self.step(rounds)
        return np.minimum(np.arange(step, rounds + step, step, dtype=np.int64), rounds)


NOT_NOTED: Final = Course((), 1)
"""No price is noted."""
