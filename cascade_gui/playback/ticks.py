"""How high the scrub bar's ticks are. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def column_heights(repaid: Sequence[float], last: int, columns: int) -> list[tuple[int, float]]:
    """Return where ticks stand and how high they are.

    Parameters
    ----------
    repaid
        The debt repaid in each round, USD, round 0 first.
    last
        The number of the last round.
    columns
        How many ticks fit side by side, at least 1. With more rounds than that, rounds share a tick,
        which is as high as the highest of them.

    Returns
    -------
    list of (int, float)
        The round at which each tick stands and its height, 0 to 1; at most `columns` of them.
    """
    rounds = min(len(repaid), last + 1)
    most = max(repaid[:rounds], default=0.0)
    if most <= 0:
        return []
    group = max(1, -(-rounds // columns))
    return [(first, max(repaid[first : first + group]) / most) for first in range(0, rounds, group)]
