"""In which order accounts were deleveraged within a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.types import frozen

if TYPE_CHECKING:
    from engine.base.types import Ints
    from engine.reading.recorded_run import RecordedRun


def deleveraged_places(recording: RecordedRun, number: int) -> Ints:
    """Return (n,) int32: the place of each account among those of its market that were deleveraged in a round.

    1 was closed against first. The round is the last one up to the given one in which the account was; 0 for accounts
    that never were, and where nobody is first: pro rata, and where levies on gains are taken.

    Parameters
    ----------
    recording
        The run.
    number
        The round up to which to look.
    """
    book, events = recording.book, recording.events
    found = np.zeros(len(book), dtype=np.int32)
    settlements = [market.rules.settlement for market in recording.scenario.parameters.markets.values()]
    is_ordered = np.array([getattr(given, "adl_ranking", "pro_rata") != "pro_rata" for given in settlements])
    rows = recording.marks.deleveraged(before=recording.rounds[number].last_event)
    account = events.account[rows]
    assets = recording.scenario.parameters.assets
    names = list(assets)
    paid_in = [given.cash_asset(assets) for given in settlements]
    quote = np.array([names.index(name) if name in names else -1 for name in paid_in])[book.market[account]]
    is_levy = (book.collateral_asset[events.collateral_leg[rows]] == quote) & (events.repaid[rows] == 0.0)
    kept = is_ordered[book.market[account]] & ~is_levy
    rows, account = rows[kept], account[kept]
    starts = [step.first_event for step in recording.rounds[: number + 1]]
    rounds = np.searchsorted(starts, rows, side="right") - 1
    last = np.zeros(len(book), dtype=np.int64)
    np.maximum.at(last, account, rounds)
    in_last = rounds == last[account]
    _, first = np.unique(account[in_last], return_index=True)
    first.sort()  # each account where it was first closed against, in order of service
    account, rounds = account[in_last][first], rounds[in_last][first]
    group = rounds * len(settlements) + book.market[account]
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], group[order], side="left")
    found[account[order]] = np.arange(len(order)) - begins + 1
    return frozen(found)
