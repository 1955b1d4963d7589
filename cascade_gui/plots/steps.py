"""Round numbers for the scales of axes."""

from __future__ import annotations

import math


def nice_step(span: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten, so that `span` holds at most `most` steps."""
    if span <= 0 or most < 1:
        return 1.0
    raw = span / most
    power: float = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 5):
        if factor * power >= raw * (1 - 1e-9):
            return factor * power
    return 10 * power


def nice_top(largest: float, steps: int = 5) -> float:
    """Return a round number at or above `largest`, a whole number of ticks up; 1 for nothing."""
    if not largest > 0:
        return 1.0
    step = nice_step(largest, steps)
    return math.ceil(largest / step * (1 - 1e-9)) * step
