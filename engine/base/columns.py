"""Columns that grow at their end while others read them: how a recording keeps what happened."""

from __future__ import annotations

import weakref
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Types = tuple[Any, ...]
"""The type of each column; None for a column that is not kept, which stays empty."""

_LARGEST_CHUNK = 1 << 19  # rows


class Memory:
    """Columns that nobody uses any more, for others of the same kind: used memory costs less than new memory.

    All columns of one kind have the same types. It may be shared by threads.
    """

    def __init__(self) -> None:
        self._spare: list[Any] = []
        self._lock = Lock()

    def take(self, kind: Any, room: int) -> Any:
        """Return arrays of at least so many rows, the smallest that there are; None if there are none."""
        with self._lock:
            fitting = [arrays for arrays in self._spare if type(arrays) is kind and len(arrays[0]) >= room]
            if not fitting:
                return None
            smallest = min(fitting, key=lambda arrays: len(arrays[0]))
            self._spare = [arrays for arrays in self._spare if arrays is not smallest]
        return smallest

    def give(self, used: Sequence[Any]) -> None:
        """Take columns' arrays that nobody uses any more."""
        with self._lock:
            self._spare.extend(arrays for arrays in used if len(arrays[0]) > 0)


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
    memory
        Where arrays come from, before new ones are made, and go to when these columns are gone. Then nobody may hold
        views of them.
    """

    def __init__(
        self, kind: Any, dtypes: Types, room: int = 256, first: int = 0, memory: Memory | None = None
    ) -> None:  # fmt: skip
        self.kind = kind
        self.dtypes = dtypes
        self.first = first
        self._memory = memory
        self.arrays: Any = self._made(room)
        if memory is not None:
            self._held = [self.arrays]
            weakref.finalize(self, memory.give, self._held).atexit = False

    @property
    def room(self) -> int:
        """How many rows fit."""
        return len(self.arrays[0])

    def grow(self, used: int, needed: int) -> None:
        """Make room for `needed` rows in all, keeping the first `used`."""
        if needed <= self.room:
            return
        grown = self._made(2 * max(needed, self.room))  # untouched pages cost nothing, copies do
        for old, new in zip(self.arrays, grown, strict=True):
            if len(old):
                new[:used] = old[:used]
        self.arrays = grown
        if self._memory is not None:
            self._held[:] = [grown]  # somebody may still read the ones before

    def _made(self, room: int) -> Any:
        used = None if self._memory is None else self._memory.take(self.kind, room)
        return self.kind(*_arrays(self.dtypes, room)) if used is None else used

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
    memory
        As of `Columns`, for each chunk.
    """

    def __init__(self, kind: Any, dtypes: Types, memory: Memory | None = None) -> None:
        self.kind = kind
        self.dtypes = dtypes
        self._memory = memory
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
            self.chunks[-1] = Columns(self.kind, self.dtypes, room, used, self._memory)
        else:
            self.chunks.append(Columns(self.kind, self.dtypes, room, used, self._memory))
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


def _arrays(dtypes: Types, room: int) -> list[npt.NDArray[Any]]:
    # Each by itself: memory of this size is used again, all in one piece comes new from the system every time.
    return [np.empty(0) if dtype is None else np.empty(room, dtype=dtype) for dtype in dtypes]


def _frozen(views: list[npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
    for view in views:
        view.setflags(write=False)
    return views
