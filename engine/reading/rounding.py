"""Differences of sums that are nothing but what rounding leaves of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats

ROUNDING: Final = 1e-12
"""What is left of a sum in which gains and losses cancel, as a share of what it was, is nothing."""


def without_rounding(difference: Floats, size: Floats) -> Floats:
    """Return differences of sums, 0 where they are no more than what rounding leaves.

    Parameters
    ----------
    difference
        Any shape.
    size
        The same shape: how much was added up on one side of each.

    Examples
    --------
    >>> import numpy as np
    >>> without_rounding(np.array([-4.5e-13, -4.5e-13]), np.array([2_000.0, 0.0])).tolist()
    [0.0, -4.5e-13]
    """
    return np.where(np.abs(difference) <= ROUNDING * np.abs(size), 0.0, difference)
