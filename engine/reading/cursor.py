"""The book of a recorded run at one round, carried forward and back over its events."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.kernels import BadDebtColumns
    from engine.recording.recording import Recording
    from engine.recording.records import Round


class Cursor:
    """The amounts of a recorded book at one round, moved forward and back by replaying events.

    Parameters
    ----------
    recording
        May still be growing.

    Attributes
    ----------
    number
        The round whose end is shown.
    collateral_amount, debt_amount
        The cursor's own arrays, changed by `seek`.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.number = 0
        # What legs had before the events from one number on: kept when a brief recording is stepped back in.
        self._kept_from = 0
        self._kept_held = self._kept_owed = np.empty(0)
        self.collateral_amount = np.array(recording.book.collateral_amount)
        self.debt_amount = np.array(recording.book.debt_amount)

    def seek(self, number: int) -> Cursor:
        """Move to the end of a round by the shorter way: from here, or from a keyframe.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        rounds = self._recording.rounds
        if not 0 <= number < len(rounds):
            message = f"round {number} is not among the {len(rounds)} recorded"
            raise IndexError(message)
        target = rounds[number].last_event
        frame = self._recording.keyframe_before(number)
        from_frame = target - rounds[frame.number].last_event + len(self.collateral_amount) // 8
        spread = self._recording.redistributions[:]  # what these rounds did cannot be taken back
        is_behind = bisect_right(spread, self.number) > bisect_right(spread, number)
        here = rounds[self.number].last_event
        steps_back = self._recording.is_brief and number < self.number  # its events do not tell what was before
        if steps_back and self._kept_from <= target and here <= self._kept_from + len(self._kept_held):
            steps_back = False
        elif is_behind or steps_back or from_frame < abs(target - here):
            self.collateral_amount[:] = frame.collateral
            self.debt_amount[:] = frame.debt
            self.number = frame.number
            if steps_back:
                self._kept_from = rounds[frame.number].last_event
                self._kept_held, self._kept_owed = np.empty((2, target - self._kept_from))
        if number >= self.number:
            for stop in spread[bisect_right(spread, self.number) : bisect_right(spread, number)]:
                self._forward(rounds[self.number], rounds[stop - 1])
                self._forward_events(rounds[stop - 1], rounds[stop])
                self._redistribute(rounds[stop])
                self._forward_bad_debts(rounds[stop - 1], rounds[stop])
                self.number = stop
            self._forward(rounds[self.number], rounds[number])
        else:
            self._back(rounds[self.number], rounds[number])
        self.number = number
        return self

    def _forward(self, here: Round, there: Round) -> None:
        self._forward_events(here, there)
        # After a write-off an account has no more events, so these may all come last.
        self._forward_bad_debts(here, there)

    def _forward_events(self, here: Round, there: Round) -> None:
        from engine.kernels import replay_nb

        number = here.last_event
        for events, first, last in self._recording.event_columns.parts(number, there.last_event):
            held, owed = self._kept(number, number + last - first)
            replay_nb(events, first, last, self.collateral_amount, self.debt_amount, held, owed)
            number += last - first

    def _forward_bad_debts(self, here: Round, there: Round) -> None:
        # Debt that stays is left as the events have it: when prices return, its collateral may be worth a liquidation.
        rows: BadDebtColumns = self._recording.bad_debt_columns.arrays
        part = slice(here.last_bad_debt, there.last_bad_debt)
        gone = rows.after[part] != rows.before[part]
        self.debt_amount[rows.debt_leg[part][gone]] = rows.after[part][gone]

    def _redistribute(self, step: Round) -> None:
        from engine.settlement.stability_pool.redistribution import redistribute_nb

        redistribute_nb(
            self._recording.book.legs, self.collateral_amount, self.debt_amount, np.array(step.collateral_growth),
            np.array(step.debt_per_collateral),
        )  # fmt: skip

    def _back(self, here: Round, there: Round) -> None:
        from engine.kernels import rewind_nb

        rows: BadDebtColumns = self._recording.bad_debt_columns.arrays
        part = slice(there.last_bad_debt, here.last_bad_debt)
        self.debt_amount[rows.debt_leg[part]] = rows.before[part]
        number = here.last_event
        for events, first, last in reversed(self._recording.event_columns.parts(there.last_event, number)):
            held, owed = self._kept(number - (last - first), number)
            if not self._recording.is_brief:
                held, owed = events.collateral_before[first:last], events.debt_before[first:last]
            rewind_nb(events, first, last, self.collateral_amount, self.debt_amount, held, owed)
            number -= last - first

    def _kept(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Return the room for what legs had before the events first..last-1, empty where it is not kept of them all."""
        begin, end = first - self._kept_from, last - self._kept_from
        if begin < 0 or end > len(self._kept_held):
            begin = end = 0
        return self._kept_held[begin:end], self._kept_owed[begin:end]
