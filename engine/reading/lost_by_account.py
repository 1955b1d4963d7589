"""What each account lost by liquidations: up to a round, and in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.reading.rounding import without_rounding
from engine.recording.in_usd import seized_and_repaid_usd

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.reading.recorded_run import RecordedRun


def lost_by_account(recording: RecordedRun, first: int, last: int) -> Floats:
    """Return (n,) USD that each account lost by what was done to it in some rounds.

    Seized less repaid, each at the oracle prices of its round: the bonus or penalty, not the fall of prices. It is
    negative for whoever was paid more than was taken from him, and 0 where both differ by rounding only. Redistributed
    and deleveraged accounts count with what the events say was taken from them.

    Parameters
    ----------
    recording
        The run.
    first, last
        The rounds, both included; 1 is the first in which anything happens.
    """
    book, rounds = recording.book, recording.rounds
    begin, end = rounds[max(first, 1) - 1].last_event, rounds[last].last_event
    if end <= begin:
        return np.zeros(len(book))
    account, collateral_leg, debt_leg, seized_tokens, repaid_tokens = recording.event_columns.rows(begin, end)[:5]
    steps = rounds[max(first, 1) : last + 1]
    counts = [step.last_event - step.first_event for step in steps]
    number = np.repeat(np.arange(len(steps)), counts)
    prices = np.array([step.oracle for step in steps])
    seized, repaid = seized_and_repaid_usd(book, collateral_leg, seized_tokens, debt_leg, repaid_tokens, prices, number)
    lost, taken = (np.bincount(account, usd, len(book)).astype(np.float64) for usd in (seized - repaid, seized))
    return without_rounding(lost, taken)
