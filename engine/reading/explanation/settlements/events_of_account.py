"""The events of an account in a round, and what they are marked as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.reading.explanation.account_record import AccountRecord


def rows_of(record: AccountRecord) -> list[int]:
    """Return the account's events of its round, marked ones too."""
    step = record.recording.rounds[record.number]
    return [int(row) for row in record.rows if step.first_event <= row < step.last_event]


def mark_of(record: AccountRecord, row: int) -> int:
    """Return the mark of an event, 0 without one."""
    marks = record.recording.marks
    place = int(np.searchsorted(marks.row, row))
    return int(marks.mark[place]) if place < len(marks) and marks.row[place] == row else 0
