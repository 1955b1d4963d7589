"""Columns that grow at their end while others read them: how a recording keeps what happened."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_LARGEST_CHUNK = 1 << 19  # rows


class Columns:
    """Columns that grow at their end, doubling; views of the older, shorter ones stay valid.

    Parameters
    ----------
    kind
        The named tuple of arrays that kernels fill.
    dtypes
        One a column.
    room
        How many rows fit at first.
    first
        The number of its first row, where it is one of several (see `ChunkedColumns`).
    """

    def __init__(self, kind: Any, dtypes: tuple[type, ...], room: int = 256, first: int = 0) -> None:
        self.kind = kind
        self.dtypes = dtypes
        self.first = first
        self.arrays: Any = kind(*_arrays(dtypes, room))

    @property
    def room(self) -> int:
        """How many rows fit."""
        return len(self.arrays[0])

    def grow(self, used: int, needed: int) -> None:
        """Make room for `needed` rows in all, keeping the first `used`."""
        if needed <= self.room:
            return
        grown = _arrays(self.dtypes, 2 * max(needed, self.room))  # untouched pages cost nothing, copies do
        for old, new in zip(self.arrays, grown, strict=True):
            new[:used] = old[:used]
        self.arrays = self.kind(*grown)

    def upto(self, count: int) -> list[npt.NDArray[Any]]:
        """Return read-only views of the first `count` rows."""
        return _frozen([array[:count] for array in self.arrays])


class ChunkedColumns:
    """Columns in chunks, so that nothing is copied when they grow from round to round.

    Rows are numbered through all chunks. A round's rows stand in one chunk.

    Parameters
    ----------
    kind, dtypes
        As of `Columns`.
    """

    def __init__(self, kind: Any, dtypes: tuple[type, ...]) -> None:
        self.kind = kind
        self.dtypes = dtypes
        self.chunks = [Columns(kind, dtypes)]

    def begin(self, used: int, expected: int) -> Columns:
        """Return the chunk for a round whose first row is number `used`, with room for as many rows as are expected.

        The row is number ``used - chunk.first`` in it. The chunk may grow if there are more.
        """
        last = self.chunks[-1]
        if used - last.first + expected <= last.room:
            return last
        room = max(expected, min(2 * last.room, _LARGEST_CHUNK))
        if used == last.first:  # nothing stands in it
            self.chunks[-1] = Columns(self.kind, self.dtypes, room, used)
        else:
            self.chunks.append(Columns(self.kind, self.dtypes, room, used))
        return self.chunks[-1]

    def parts(self, first: int, last: int) -> list[tuple[Any, int, int]]:
        """Return (arrays, first, last) for each chunk that the rows first..last-1 stand in, numbered in that chunk."""
        chunks = self.chunks[:]
        found = []
        for place, chunk in enumerate(chunks):
            end = last if place + 1 == len(chunks) else min(last, chunks[place + 1].first)
            begin = max(first, chunk.first)
            if begin < end:
                found.append((chunk.arrays, begin - chunk.first, end - chunk.first))
        return found

    def rows(self, first: int, last: int) -> list[npt.NDArray[Any]]:
        """Return the columns of the rows first..last-1, read-only: views where they stand in one chunk, else copies."""
        parts = self.parts(first, last) or [(self.chunks[0].arrays, 0, 0)]
        pieces = [[array[begin:end] for array in arrays] for arrays, begin, end in parts]
        if len(pieces) == 1:
            return _frozen(pieces[0])
        return _frozen([np.concatenate(column) for column in zip(*pieces, strict=True)])


def _arrays(dtypes: tuple[type, ...], room: int) -> list[npt.NDArray[Any]]:
    # Each by itself: memory of this size is used again, all in one piece comes new from the system every time.
    return [np.empty(room, dtype=dtype) for dtype in dtypes]


def _frozen(views: list[npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
    for view in views:
        view.setflags(write=False)
    return views
