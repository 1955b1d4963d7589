"""Prices along the paths of a study: of the first ones, for fans of prices, and of the worst ones.

However many paths there are, so many are kept and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats, Wholes
    from engine.studies.outcome import Columns

POINTS: Final = 96
"""At so many rounds prices are noted at most: every quarter of an hour of a day."""
FIRST: Final = 4_000
"""Fans are those of so many paths at most, the first ones."""
WORST: Final = 5
QUANTILES: Final = {
    "quantile_1": 0.01, "quantile_5": 0.05, "quantile_25": 0.25, "median": 0.5, "quantile_75": 0.75,
    "quantile_95": 0.95, "quantile_99": 0.99,
}  # fmt: skip
"""The columns of a fan, and which share of the paths is at or below them."""


class KeptCourses:
    """Takes prices along paths batch by batch, in the order of the paths, and keeps those that are shown.

    Attributes
    ----------
    first
        (F, S, A) market prices along the first paths, USD.
    worst, worst_places
        (W, S, A) those along the worst paths, the worst first, and (W,) which these are.
    """

    def __init__(self) -> None:
        self.first: Floats = np.zeros((0, 0, 0))
        self.worst: Floats = np.zeros((0, 0, 0))
        self.worst_places: Wholes = np.zeros(0, dtype=np.int64)
        self._parts: list[Floats] = []
        self._badness: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))

    def take(self, places: Wholes, measures: Columns, course: Floats) -> None:
        """Take some paths.

        Parameters
        ----------
        places
            (p,) their numbers.
        measures
            What they came to, see `engine.studies.measures`.
        course
            (p, S, A) market prices along them.
        """
        room = FIRST - sum(len(part) for part in self._parts)
        if room > 0:
            self._parts.append(course[:room])
        losses, repaid = (
            np.concatenate([before, np.asarray(measures[name], dtype=np.float64)])
            for before, name in zip(self._badness, ("total_loss_usd", "repaid_usd"), strict=True)
        )
        all_places = np.concatenate([self.worst_places, places])
        courses = course if not len(self.worst_places) else np.concatenate([self.worst, course])
        order = worst_first(losses, repaid)[:WORST]
        self._badness = losses[order], repaid[order]
        self.worst, self.worst_places = courses[order], all_places[order]

    def close(self) -> None:
        """Put the first paths together: no more will come."""
        self.first = np.concatenate(self._parts) if self._parts else self.first
        self._parts = []


def worst_first(losses: Floats, repaid: Floats) -> Wholes:
    """Return paths in order, those that lose most first; of those that lose the same, those that repay most.

    Examples
    --------
    >>> worst_first(np.array([0.0, 5.0, 0.0]), np.array([1.0, 0.0, 2.0])).tolist()
    [1, 2, 0]
    """
    return np.lexsort((-repaid, -losses))


def fan(courses: Floats, start: Floats) -> dict[str, Floats]:
    """Return quantiles of prices over paths at each noted round, and at the start.

    Each is the smallest price that at least that share of the paths does not exceed, as value at risk is
    (`engine.studies.quantiles.quantile`).

    Parameters
    ----------
    courses
        (F, S) prices along paths, F at least 1.
    start
        () the price at the start, which all have in common.

    Returns
    -------
    dict
        (S + 1,) by the names of `QUANTILES`.

    Examples
    --------
    >>> found = fan(np.array([[1.0], [2.0], [3.0], [4.0]]), np.float64(2.5))
    >>> found["quantile_25"].tolist(), found["median"].tolist(), found["quantile_99"].tolist()
    ([2.5, 1.0], [2.5, 2.0], [2.5, 4.0])
    """
    found = np.quantile(courses, list(QUANTILES.values()), axis=0, method="inverted_cdf")
    return {name: np.concatenate([[start], each]) for name, each in zip(QUANTILES, found, strict=True)}
