"""Explaining one account at one round of a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reading.explanation.account_record import AccountRecord
from engine.reading.explanation.explanation import Explanation
from engine.reading.explanation.marked_prices import marked_prices
from engine.reading.explanation.round_outcome import outcome_in_round

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun


def explain(recording: RecordedRun, account: int, number: int, cursor: Cursor | None = None) -> Explanation:
    """Explain one account at one round.

    Parameters
    ----------
    recording
        May still be growing.
    account
        Index in ``recording.book``.
    number
        The round, 0 for the state before the first.
    cursor
        A cursor of the recording to step with; it is moved.

    Raises
    ------
    IndexError
        If there is no such account or round.
    """
    if not 0 <= account < len(recording.book):
        message = f"account {account} is not among the {len(recording.book)} of the book"
        raise IndexError(message)
    cursor = recording.cursor() if cursor is None else cursor
    record = AccountRecord.of(recording, account, number, cursor)
    before, after = record.working(record.before, number), record.working(record.after, number)
    toxic_below, short = record.danger()
    return Explanation(
        account=account,
        name=str(recording.book.account_names[account]),
        market=recording.book.market_names[record.market],
        round=number,
        before=before,
        after=after,
        liquidation_prices=record.liquidation_prices(after),
        happening=outcome_in_round(record, cursor),
        toxic_below=toxic_below,
        full_close_leaves_bad_debt=short,
        history=record.history(),
        marked_prices=marked_prices(recording.scenario.parameters, before, recording.rounds[number]),
    )
