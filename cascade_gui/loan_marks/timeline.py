"""The four steps of a round on its way: the price falls, marks burst, sales stream into the price, it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ROUND_MILLISECONDS: Final = 1_200
"""How long a round takes where there is time for it."""
_STEPS: Final = (300, 200, 400, 300)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far each step is, 0 to 1.

    Parameters
    ----------
    fall
        The line moves to its new price, and with it the marks whose price has moved.
    burst
        What the line has reached turns into a sale.
    stream
        The sales run to the price.
    answer
        The price goes to where they push it.
    """

    fall: float
    burst: float
    stream: float
    answer: float


AT_REST: Final = Progress(1.0, 1.0, 1.0, 1.0)


def progress(share: float) -> Progress:
    """Return how far the steps of a round are when so much of its time has passed, 0 to 1."""
    if share >= 1.0:
        return AT_REST
    passed, done = share * ROUND_MILLISECONDS, []
    for step in _STEPS:
        done.append(_eased(min(1.0, max(0.0, passed / step))))
        passed -= step
    return Progress(*done)


def _eased(share: float) -> float:
    return share * share * (3.0 - 2.0 * share)
