"""The events and bad debts of a recording in the order in which they are listed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.columns import Columns

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.recording import Recording, Round

Ints = npt.NDArray[np.int32]


class Listing:
    """A recording's events and bad debts in the order in which they are listed, added to as the recording grows."""

    def __init__(self, recording: Recording, *, served_in_order: bool) -> None:
        self._recording = recording
        self._served_in_order = served_in_order
        self._lock = Lock()
        self._cursor: Cursor | None = None
        self._events = Columns(recording.event_columns.kind, recording.event_columns.dtypes, room=0)
        self._bad_debts = Columns(recording.bad_debt_columns.kind, recording.bad_debt_columns.dtypes, room=0)
        self._event_count = 0
        self._bad_count = 0

    def events(self, count: int) -> Columns:
        """Return columns whose first `count` rows are in order of service."""
        with self._lock:
            for step in self._recording.rounds[:]:
                if self._event_count < step.last_event <= count:
                    raw = self._recording.event_columns.rows(step.first_event, step.last_event)
                    order = slice(None) if self._served_in_order else self._order_of_service(step, raw[0])
                    self._add(self._events, self._event_count, raw, order)
                    self._event_count = step.last_event
            return self._events

    def bad_debts(self, count: int) -> Columns:
        """Return columns whose first `count` rows are by round and account."""
        with self._lock:
            for step in self._recording.rounds[:]:
                if self._bad_count < step.last_bad_debt <= count:
                    rows = slice(step.first_bad_debt, step.last_bad_debt)
                    raw = [array[rows] for array in self._recording.bad_debt_columns.arrays]
                    self._add(self._bad_debts, self._bad_count, raw, np.argsort(raw[0], kind="stable"))
                    self._bad_count = step.last_bad_debt
            return self._bad_debts

    @staticmethod
    def _add(columns: Columns, used: int, raw: list[npt.NDArray[Any]], order: npt.NDArray[np.intp] | slice) -> None:
        end = used + len(raw[0])
        columns.grow(used, end)
        for array, more in zip(columns.arrays, raw, strict=True):
            array[used:end] = more[order]

    def _order_of_service(self, step: Round, rows: Ints) -> npt.NDArray[np.intp]:
        """Return the order of a round's rows, given their accounts (each account's rows follow one another)."""
        from engine.service import service_keys

        first = np.flatnonzero(np.diff(rows, prepend=np.int32(-1)))
        accounts = rows[first]
        if self._cursor is None:
            self._cursor = self._recording.cursor()
        self._cursor.seek(step.number - 1)
        order = np.lexsort((accounts, service_keys(self._recording, self._cursor, step, accounts)))
        counts = np.diff(first, append=len(rows))[order]
        starts = np.cumsum(counts) - counts
        return np.repeat(first[order] - starts, counts) + np.arange(len(rows))
