"""Where a figure that depends on a size first reaches a level: a scan, then the first bracket made narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.base.types import Flags, Floats

    Holds = Callable[[Floats], Flags]

_INSIDE = 15
"""Sizes that are tried inside a bracket at once: a sixteenth of it is left."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a criterion begins to hold.

    Parameters
    ----------
    before, at
        The largest size tried at which it does not hold yet, and the smallest above it at which it does.
    times
        How often the criterion begins or ceases to hold over the scan.
    """

    before: float
    at: float
    times: int


def first_crossing(sizes: Floats, held: Flags, holds: Holds, width: float) -> Crossing | None:
    """Return where a criterion first begins to hold, None where it holds nowhere on the scan.

    Parameters
    ----------
    sizes, held
        (P,) the sizes of a scan, away from 0, and whether the criterion holds at each; it is taken not to hold at 0.
    holds
        Tells of further sizes.
    width
        How narrow the bracket is made.

    Examples
    --------
    >>> import numpy as np
    >>> sizes = np.linspace(0.1, 1.0, 10)
    >>> found = first_crossing(sizes, sizes > 0.37, lambda tried: tried > 0.37, 1e-6)
    >>> round(found.at, 5), found.times
    (0.37, 1)
    """
    if not held.any():
        return None
    times = int(held[0]) + int(np.count_nonzero(np.diff(held.astype(np.int8))))
    first = int(held.argmax())
    low, high = (0.0 if first == 0 else float(sizes[first - 1])), float(sizes[first])
    while abs(high - low) > width:
        tried = low + (high - low) * np.arange(1, _INSIDE + 1) / (_INSIDE + 1)
        found = holds(tried)
        place = int(found.argmax()) if found.any() else len(tried)
        high = float(tried[place]) if place < len(tried) else high
        low = float(tried[place - 1]) if place else low
    return Crossing(low, high, times)
