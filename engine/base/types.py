"""What the arrays of the engine hold, and how they are made read-only."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""Amounts in tokens, money in USD, prices, ratios."""
Ints = npt.NDArray[np.int32]
"""Numbers of accounts, legs, assets and markets."""
Wholes = npt.NDArray[np.int64]
"""Counts, and places in long tables."""
Flags = npt.NDArray[np.bool_]
"""Yes or no for each."""

_Array = TypeVar("_Array", bound=npt.NDArray[Any])


def frozen(array: _Array) -> _Array:
    """Make an array read-only, and return it.

    Examples
    --------
    >>> import numpy as np
    >>> frozen(np.zeros(2)).flags.writeable
    False
    """
    array.setflags(write=False)
    return array


def read_only(array: _Array) -> _Array:
    """Return an array that cannot be written to: the array itself if it is such a one, else a view of it.

    Examples
    --------
    >>> import numpy as np
    >>> mine = np.zeros(2)
    >>> read_only(mine).flags.writeable, mine.flags.writeable
    (False, True)
    """
    return frozen(array.view()) if array.flags.writeable else array
