"""Puts circles side by side, none over another, each at its own height: the vertical place says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats


def packed(heights: Floats, radii: Floats, gap: float = 1.0) -> Floats:
    """Return (n,) how far to the side of the middle each circle stands.

    The largest are placed first, each as near to the middle as no other is in its way.

    Parameters
    ----------
    heights, radii
        (n,) in pixels; circles with a height of NaN are placed as if they were alone.
    gap
        Between two circles, pixels.
    """
    places = np.zeros(len(radii))
    order = np.argsort(-radii, kind="stable")
    order = order[np.isfinite(heights[order])]
    for rank, at in enumerate(order):
        others = order[:rank]
        reach = radii[others] + radii[at] + gap
        apart = heights[others] - heights[at]
        near = np.abs(apart) < reach
        if not near.any():
            continue
        half = np.sqrt(reach[near] ** 2 - apart[near] ** 2)
        middle = places[others[near]]
        places[at] = _nearest_free(middle - half, middle + half)
    return places


def _nearest_free(begins: Floats, ends: Floats) -> float:
    """Return the number nearest to 0 that lies within none of some open intervals."""
    order = np.argsort(begins)
    begins, reached = begins[order], np.maximum.accumulate(ends[order])
    gaps = np.flatnonzero(begins[1:] >= reached[:-1])
    free_from = np.concatenate([[-np.inf], reached[gaps], [reached[-1]]])
    free_to = np.concatenate([[begins[0]], begins[gaps + 1], [np.inf]])
    nearest = np.clip(0.0, free_from, free_to)
    return float(nearest[np.argmin(np.abs(nearest))])
