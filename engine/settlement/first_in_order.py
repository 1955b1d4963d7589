"""The candidates of a round in order of service, as many at a time as may be needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt


def first_in_order(
    key: npt.NDArray[Any], accounts: npt.NDArray[np.int32], first: int
) -> Iterator[npt.NDArray[np.intp]]:
    """Give places in order of a key, ties by account: about the `first` so many, then more, without sorting the rest.

    Parameters
    ----------
    key
        (n,) by which to order, ascending.
    accounts
        (n,) no two the same.
    first
        At least 1.
    """
    places = np.arange(len(key))
    size = first
    while size < len(places) // 2:
        limit = np.partition(key[places], size - 1)[size - 1]
        chosen = key[places] <= limit
        if not chosen.any():  # what is left cannot be compared
            break
        head = places[chosen]
        yield head[np.lexsort((accounts[head], key[head]))]
        places = places[~chosen]
        size *= 4
    if len(places):
        yield places[np.lexsort((accounts[places], key[places]))]
