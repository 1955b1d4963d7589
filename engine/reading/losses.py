"""What a run costs those who lent (Method, section 9): insolvent debt and total loss at the end of any round."""

from __future__ import annotations

import math
import weakref
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.cursor import Cursor

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.recording.recording import Recording
    from engine.recording.records import Round

_SAME = 1e-9
"""Sums of the same debts by other ways differ by less than this share of themselves."""


class Losses:
    """Insolvent debt and total loss of a recorded run, by market, worked out when they are asked for.

    A round costs what has changed since the one that was asked for before: only accounts whose amounts, or whose
    prices, have moved enough to make them insolvent are looked at again. The first one looks at the whole book, but the
    end of a run tells its own.
    What was worked out is kept. It may be used by several threads: what is known is told at once, also while another
    thread works out more.

    Parameters
    ----------
    recording
        May still be growing.
    found
        What was worked out of it before, where the recording keeps that.
    """

    def __init__(self, recording: Recording, found: FoundLosses | None = None) -> None:
        self._recording = recording
        self._found = FoundLosses() if found is None else found

    @property
    def known(self) -> int:
        """How many rounds, from round 0 on, are worked out already: asking for their figures costs nothing."""
        known = self._found.known
        while known in self._found.insolvent:
            known += 1
        self._found.known = known
        return known

    def work_out(self) -> None:
        """Work out all rounds that there are, for a thread that nobody waits for."""
        for number in range(self.known, len(self._recording.rounds)):
            self.insolvent_debt_usd(number)

    def insolvent_debt_usd(self, number: int = -1) -> Floats:
        """Return (M,) the sum over all accounts with debt of max(0, D - C), at market prices at the end of a round.

        Parameters
        ----------
        number
            The round, 0 before the first; negative numbers count from the last.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        step = self._recording.rounds[number]
        found = self._found.insolvent.get(step.number)
        if found is not None:
            return found
        with self._found.lock:
            found = self._found.insolvent.get(step.number)  # another thread may have been quicker
            if found is None and step is self._recording.rounds[-1]:
                found = self._recording.insolvent_at_end_usd  # the run, which knows what it has touched, was quicker
            if found is None:
                if self._found.search is None:
                    self._found.search = _Search(weakref.proxy(self._recording))
                found = self._found.search.insolvent_debt_usd(step)
                found.setflags(write=False)
            self._found.insolvent[step.number] = found
        return found

    def written_off_usd(self, number: int = -1) -> Floats:
        """Return (M,) the bad debt of all rounds up to the end of one, but what stays on accounts.

        Parameters
        ----------
        number
            As in `insolvent_debt_usd`.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        step = self._recording.rounds[number]
        with self._found.adding:
            while len(self._found.written_off) <= step.number:
                written_off = _written_off_usd(self._recording, self._recording.rounds[len(self._found.written_off)])
                if self._found.written_off:
                    written_off = written_off + self._found.written_off[-1]
                written_off.setflags(write=False)
                self._found.written_off.append(written_off)
            return self._found.written_off[step.number]

    def bad_debt_in_loss_usd(self, number: int = -1) -> Floats:
        """Return (M,) the part of the total loss that is bad debt, at the end of a round.

        What was written off counts at the prices of then, what stays on accounts at today's market prices: the debt of
        an asset that has become dearer is more than it was when it turned bad.

        Parameters
        ----------
        number
            As in `insolvent_debt_usd`.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        recording, step = self._recording, self._recording.rounds[number]
        book, rows = recording.book, recording.bad_debt_columns.arrays
        stays = np.flatnonzero(rows.after[: step.last_bad_debt] == rows.before[: step.last_bad_debt])
        usd = rows.after[stays] * step.market[book.debt_asset[rows.debt_leg[stays]]]
        kept = np.zeros(len(book.market_names))
        np.add.at(kept, book.market[rows.account[stays]], usd)
        return self.written_off_usd(number) + kept

    def total_loss_usd(self, number: int = -1) -> Floats:
        """Return (M,) what was written off up to the end of a round, and the insolvent debt then.

        Parameters
        ----------
        number
            As in `insolvent_debt_usd`.

        Raises
        ------
        IndexError
            If there is no such round yet.
        """
        total: Floats = self.written_off_usd(number) + self.insolvent_debt_usd(number)
        return total


class FoundLosses:
    """What was worked out of a recording's losses. It does not hold the recording, whose part it is.

    Attributes
    ----------
    insolvent
        (M,) by round. What is there stays, and may be read without a lock.
    known
        Up to which round all are there, or fewer.
    lock
        For the thread that looks for insolvent accounts, which may take seconds where nothing is compiled.
    adding
        For ``written_off``, which takes no time.
    """

    __slots__ = ("adding", "insolvent", "known", "lock", "search", "written_off")

    def __init__(self) -> None:
        self.lock, self.adding = Lock(), Lock()
        self.insolvent: dict[int, Floats] = {}
        self.known = 0
        self.written_off: list[Floats] = []  # up to the end of each round
        self.search: _Search | None = None


class _Search:
    """Finds the insolvent accounts of one round after another, forward or back."""

    def __init__(self, recording: Recording) -> None:
        from engine.kernels import BLOCK

        self._recording = recording
        self._cursor = Cursor(recording)
        self._block = BLOCK
        self._log_level = 0.0
        self._prices: Floats | None = None
        blocks = -(-len(recording.book) // BLOCK)
        self._due, self._block_due = np.zeros(len(recording.book)), np.zeros(blocks, dtype=np.float32)
        self._nobody, self._none = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8)

    def insolvent_debt_usd(self, step: Round) -> Floats:
        """Return max(0, D - C) of all accounts at the end of a round, (M,) by market."""
        from engine.kernels import insolvent_debt_nb

        self._note_changes(self._recording.rounds[self._cursor.number], step)
        self._cursor.seek(step.number)
        usd = np.zeros((len(self._recording.book.market_names), 2))
        prices = np.array(step.market)
        insolvent_debt_nb(
            self._recording.book.legs, self._cursor.collateral_amount, self._cursor.debt_amount, prices,
            math.exp(self._level(prices)), self._due, self._block_due, self._nobody, self._none, self._none, True, usd,
        )  # fmt: skip
        total: Floats = usd.sum(axis=1)
        return total

    def _level(self, prices: Floats) -> float:
        """Return the log of how much C / D of any account can have fallen in all, from price to price."""
        from engine.kernels import MOST_LOG_FACTOR

        if self._prices is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                moves = np.log(prices) - np.log(self._prices)
            self._log_level += float(moves.max(initial=0.0) - moves.min(initial=0.0))
        self._prices = prices
        if not self._log_level < MOST_LOG_FACTOR:  # too large for the exponential: look at all again
            self._log_level = 0.0
            self._look_at_all()
        return self._log_level

    def _note_changes(self, here: Round, there: Round) -> None:
        """Make every account due whose amounts differ between the ends of two rounds."""
        first, last = sorted((here, there), key=lambda step: step.number)
        spread = self._recording.redistributions[:]
        if any(first.number < number <= last.number for number in spread):
            self._look_at_all()
            return
        parts = self._recording.event_columns.parts(first.last_event, last.last_event)
        changed = [events.account[begin:end] for events, begin, end in parts]
        changed.append(self._recording.bad_debt_columns.arrays.account[first.last_bad_debt : last.last_bad_debt])
        accounts = np.concatenate(changed)
        self._due[accounts] = 0.0
        self._block_due[accounts // self._block] = 0.0

    def _look_at_all(self) -> None:
        self._due[:] = 0.0
        self._block_due[:] = 0.0


def _written_off_usd(recording: Recording, step: Round) -> Floats:
    """Return (M,) the bad debt of one round, but what stays on the accounts: that is counted as insolvent debt."""
    if not any(market.rules.bad_debt == "stay" for market in recording.scenario.parameters.markets.values()):
        return step.bad_debt_usd.copy()
    book = recording.book
    rows = recording.bad_debt_columns.arrays
    part = slice(step.first_bad_debt, step.last_bad_debt)
    stays = rows.after[part] == rows.before[part]
    if not stays.any():
        return step.bad_debt_usd.copy()
    usd = rows.before[part][stays] * step.oracle[book.debt_asset[rows.debt_leg[part][stays]]]
    kept = np.bincount(book.market[rows.account[part][stays]], weights=usd, minlength=len(book.market_names))
    rest = step.bad_debt_usd - kept
    return np.where(np.abs(rest) <= _SAME * step.bad_debt_usd, 0.0, rest)
