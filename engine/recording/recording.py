"""What a run leaves behind: its rounds, every liquidation, and the state of the book at any round.

The book is never copied a round. Each liquidation is one event that says what a collateral and a debt leg held before
it and what was taken, so amounts can be carried forward and back exactly; a keyframe (a copy of the amounts) is kept
whenever more events than the book has legs have gathered since the last. A million loans of two legs take 16 MB a
keyframe, an event 68 bytes or fewer.

One thread appends while others read: a round is published last, when everything it refers to is in place.

Where liquidators settle everything, what a liquidation was at (the healths, the amounts before, the protocol's part)
follows from the state before its round, that round's prices and the rules. Such a run keeps only what was taken, 28
bytes an event, and works the rest out, to the same bits, when somebody asks for the events.

Where every candidate of a round is served, the order of service changes nothing but the order in which the
liquidations are listed. Such a run writes them as the accounts stand in memory, which is much faster, and they are
put in order of service when somebody asks for them.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from engine.base.columns import ChunkedColumns, Columns
from engine.recording.records import (
    BAD_DEBT_TYPES,
    BRIEF_TYPES,
    EVENT_TYPES,
    AuctionStarts,
    Keyframe,
    Marks,
    Round,
)

if TYPE_CHECKING:
    from engine.base.columns import Memory
    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.book.health_index import HealthIndex
    from engine.scenario.scenario import Scenario


class Recording:
    """The record of a run, growing while it runs. The letters in shapes are those of `engine`.

    Parameters
    ----------
    scenario, book
        What is run.
    served_in_order
        Whether events are written in order of service.
    is_brief
        Whether only what was taken is written; for runs that liquidators settle.
    memory
        Where memory for brief events, and for bad debts, comes from.

    Attributes
    ----------
    rounds
        The rounds so far; the first is number 0, the state before the run.
    ended
        Why the run ended, None while it has not.
    insolvent_at_end_usd
        (M,) the insolvent debt at the end of the last round, where the run came to its end by itself and has told.

    Examples
    --------
    >>> [step.number for step in recording.rounds], recording.ended
    ([0, 1, 2], 'no more liquidations')
    """

    def __init__(
        self, scenario: Scenario, book: Book, *,
        served_in_order: bool = True, is_brief: bool = False, memory: Memory | None = None,
    ) -> None:  # fmt: skip
        from engine.kernels import BadDebtColumns, EventColumns, MarkColumns, StartColumns

        self.scenario = scenario
        self.book = book
        self.rounds: list[Round] = []
        self.ended: str | None = None
        self.insolvent_at_end_usd: Floats | None = None
        self.is_brief = is_brief
        # Brief columns are nobody's but this recording's: what is handed out of them is worked out anew.
        self.event_columns = ChunkedColumns(
            EventColumns, BRIEF_TYPES if is_brief else EVENT_TYPES, memory if is_brief else None
        )
        self.bad_debt_columns = Columns(BadDebtColumns, BAD_DEBT_TYPES, memory=memory)
        self.mark_columns = Columns(MarkColumns, (np.int64, np.int8), room=0)
        self.start_columns = Columns(StartColumns, (np.int32, np.float64), room=0)
        self._keyframes = [Keyframe(0, book.collateral_amount, book.debt_amount)]
        self._event_ends: list[int] = []
        self.redistributions: list[int] = []  # the rounds that changed every account of a market
        self.served_in_order = served_in_order

    def __len__(self) -> int:
        return len(self.rounds)

    def append(self, step: Round, collateral: Floats, debt: Floats, index: HealthIndex | None = None) -> None:
        """Publish a round; the amounts at its end are copied when a keyframe is due.

        With an `index` the amounts stand in its order, else in that of the book.

        Examples
        --------
        >>> from engine.reading.recorded_run import RecordedRun
        >>> start, other = recording.state(0), RecordedRun(scenario, recording.book)
        >>> other.append(recording.rounds[0], start.collateral_amount, start.debt_amount)
        >>> len(other)
        1
        """
        since = step.last_event - (self._event_ends[self._keyframes[-1].number] if self._event_ends else 0)
        if since > len(collateral) + len(debt):
            if index is not None:
                collateral, debt = index.in_book(collateral, debt)
            else:
                collateral, debt = collateral.copy(), debt.copy()
            self._keyframes.append(Keyframe(step.number, collateral, debt))
        self._event_ends.append(step.last_event)
        if (step.collateral_growth != 1.0).any() or step.debt_per_collateral.any():
            self.redistributions.append(step.number)
        self.rounds.append(step)

    @property
    def marks(self) -> Marks:
        """The marked events of the rounds so far: those that are no liquidation of their account.

        Examples
        --------
        >>> len(recording.marks)
        0
        """
        count = self.rounds[-1].last_mark if self.rounds else 0
        return Marks(*self.mark_columns.upto(count))

    @property
    def auction_starts(self) -> AuctionStarts:
        """The auctions that started in the rounds so far.

        Examples
        --------
        >>> len(recording.auction_starts)
        0
        """
        count = self.rounds[-1].last_start if self.rounds else 0
        return AuctionStarts(*self.start_columns.upto(count))

    def liquidated_accounts(self) -> Ints:
        """Return the accounts of all events but those of deleveraged accounts, int32, some more than once.

        Examples
        --------
        >>> recording.liquidated_accounts().tolist()
        [0]
        """
        accounts: Ints = self.event_columns.rows(0, self.rounds[-1].last_event if self.rounds else 0)[0]
        others = self.marks.deleveraged()
        return np.delete(accounts, others) if len(others) else accounts.copy()

    def event_rounds(self) -> Ints:
        """Return the round of each event, int32.

        Examples
        --------
        >>> recording.event_rounds().tolist()
        [1]
        """
        rounds = self.rounds[:]
        counts = [step.last_event - step.first_event for step in rounds]
        return np.repeat(np.arange(len(rounds), dtype=np.int32), counts)

    def keyframe_before(self, number: int) -> Keyframe:
        """Return the last keyframe at or before a round.

        Examples
        --------
        >>> recording.keyframe_before(2).number
        0
        """
        keyframes = self._keyframes[:]
        return keyframes[bisect_right([frame.number for frame in keyframes], number) - 1]
