"""The auctions that a recording knows of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.settlement.auction.auction_kernels import Terms, price_factor_nb

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun


class Started(NamedTuple):
    """An auction: the round in which it began, and the share of the account that is for sale."""

    round: int
    share: float


def auction_of(recording: RecordedRun, account: int, number: int) -> Started | None:
    """Return the auction of an account that ran in a round, if only until it was taken in it; None if none did."""
    rounds, starts = recording.rounds, recording.auction_starts
    rows = np.flatnonzero(starts.account == account)
    begun = np.searchsorted([step.last_start for step in rounds], rows, side="right")
    place = int(np.searchsorted(begun, number, side="right")) - 1
    if place < 0:
        return None
    began = int(begun[place])
    for account_of, ends in (
        (recording.events.account, [step.last_event for step in rounds]),
        (recording.bad_debts.account, [step.last_bad_debt for step in rounds]),
    ):
        over = np.searchsorted(ends, np.flatnonzero(account_of == account), side="right")
        if ((over >= began) & (over < number)).any():
            return None
    return Started(began, float(starts.share[rows[place]]))


def price_since(terms: Terms, market: int, began: int, number: int) -> int:
    """Return the round in which the asking price of an auction that began in a round last started to fall."""
    cycle = 1
    while cycle <= terms.reset_rounds[market] and (
        price_factor_nb(terms, market, cycle) >= terms.reset_price[market] and began + cycle <= number
    ):
        cycle += 1
    return began + (number - began) // cycle * cycle
