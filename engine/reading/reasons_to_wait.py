"""What accounts that can be liquidated wait for; how it is found out is not known here (`engine.reading.waiting`)."""

from __future__ import annotations

from enum import IntEnum


class Waiting(IntEnum):
    """What an account waits for at the end of a round."""

    NOT = 0
    """It cannot be liquidated."""
    UNTOLD = 1
    """It can be: before round 1, or for one of several reasons, and `engine.reading.explanation` finds out which."""
    AGAIN = 2
    """A part of it was liquidated in this round."""
    LATENCY = 3
    """Liquidators have not had the rounds that they take to come."""
    PAUSED = 4
    """Its market's liquidations were paused."""
    TOO_SMALL = 5
    """It owes less than liquidators come for."""
    CAPACITY = 6
    """The round's liquidations, by number or by dollars, were used up before its turn."""
    NOT_PROFITABLE = 7
    """Nobody would have earned enough by it."""
