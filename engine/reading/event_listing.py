"""The events and bad debts of a recording in the order in which they are listed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.columns import Columns
from engine.kernels import BadDebtColumns, EventColumns, detail_nb
from engine.reading.order_of_service import service_keys
from engine.recording.records import BAD_DEBT_TYPES, EVENT_TYPES, BookState

if TYPE_CHECKING:
    from engine.base.types import Ints
    from engine.recording.recording import Recording
    from engine.recording.records import Round


class Listing:
    """A recording's events and bad debts in the order in which they are listed, added to as the recording grows.

    It does not hold the recording, whose part it is: so both are gone when nobody uses the recording any more.

    Parameters
    ----------
    served_in_order
        Whether the recording's events are written in order of service.
    """

    def __init__(self, *, served_in_order: bool) -> None:
        self._served_in_order = served_in_order
        self._lock = Lock()
        # At the end of the last round that is listed, but for debt written off: such accounts have no more events.
        self._state: BookState | None = None
        self._next_round = 0
        self._events = Columns(EventColumns, EVENT_TYPES, room=0)
        self._bad_debts = Columns(BadDebtColumns, BAD_DEBT_TYPES, room=0)
        self._event_count = 0
        self._bad_count = 0

    def events(self, recording: Recording, count: int) -> Columns:
        """Return columns whose first `count` rows are in order of service."""
        with self._lock:
            for step in recording.rounds[self._next_round :]:
                if step.last_event > count:
                    break
                raw = recording.event_columns.rows(step.first_event, step.last_event)
                if recording.is_brief:
                    self._add(self._events, self._event_count, *self._detailed(recording, step, raw))
                else:
                    self._add(self._events, self._event_count, raw, slice(None))
                self._event_count = step.last_event
                self._next_round = step.number + 1
            return self._events

    def bad_debts(self, recording: Recording, count: int) -> Columns:
        """Return columns whose first `count` rows are by round and account."""
        with self._lock:
            for step in recording.rounds[:]:
                if self._bad_count < step.last_bad_debt <= count:
                    rows = slice(step.first_bad_debt, step.last_bad_debt)
                    raw = [array[rows] for array in recording.bad_debt_columns.arrays]
                    self._add(self._bad_debts, self._bad_count, raw, np.argsort(raw[0], kind="stable"))
                    self._bad_count = step.last_bad_debt
            return self._bad_debts

    @staticmethod
    def _add(columns: Columns, used: int, raw: list[npt.NDArray[Any]], order: npt.NDArray[np.intp] | slice) -> None:
        end = used + len(raw[0])
        columns.grow(used, end)
        for array, more in zip(columns.arrays, raw, strict=True):
            array[used:end] = more[order]

    def _detailed(
        self, recording: Recording, step: Round, raw: list[npt.NDArray[Any]]
    ) -> tuple[list[npt.NDArray[Any]], npt.NDArray[np.intp] | slice]:
        """Work out the columns that a round's events lack, and the order of its rows; the state goes on to its end."""
        from engine.market.rules import compile_rules

        book = recording.book
        if self._state is None:
            self._state = BookState(np.array(book.collateral_amount), np.array(book.debt_amount))
        count = len(raw[0])
        order: npt.NDArray[np.intp] | slice = slice(None)
        whole = Columns(EventColumns, EVENT_TYPES, room=count).arrays
        if count:
            if not self._served_in_order:
                # As the book stands in memory: what is read for each account then lies side by side.
                by_account = np.argsort(raw[0], kind="stable")
                raw = [column[by_account] if len(column) else column for column in raw]
                order = _order_of_service(recording, self._state, step, raw[0])
            for array, known in zip(whole, raw, strict=True):
                if len(known):
                    array[:] = known
            detail_nb(
                book.legs, self._state.collateral_amount, self._state.debt_amount,
                compile_rules(recording.scenario.parameters), np.array(step.oracle), whole, count,
            )  # fmt: skip
        return list(whole), order


def _order_of_service(recording: Recording, before: BookState, step: Round, rows: Ints) -> npt.NDArray[np.intp]:
    """Return the order of a round's rows, given their accounts (each account's rows follow one another)."""
    first = np.flatnonzero(np.diff(rows, prepend=np.int32(-1)))
    accounts = rows[first]
    order = np.lexsort((accounts, service_keys(recording, before, step, accounts)))
    counts = np.diff(first, append=len(rows))[order]
    starts = np.cumsum(counts) - counts
    return np.repeat(first[order] - starts, counts) + np.arange(len(rows))
