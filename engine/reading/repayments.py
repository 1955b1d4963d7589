"""What was repaid in which market, for which collateral and in which category: the figures of a round, told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.reading.rounding import without_rounding

if TYPE_CHECKING:
    from engine.base.types import Floats, Ints, Wholes
    from engine.reading.recorded_run import RecordedRun


@dataclass(frozen=True, slots=True)
class Repayments:
    """The repayments of some rounds: columns of equal length, one row for each pair of legs that was liquidated.

    Debt that was redistributed among others, and positions that were deleveraged, are no repayments.

    Attributes
    ----------
    round
        int64, the round's number.
    market
        int32, into ``book.market_names``.
    asset
        int32, the collateral that was taken, into ``book.asset_names``.
    category
        int32, the category of the account in its market, into :func:`category_names`; -1 for none.
    repaid_usd
        USD at the oracle prices of the round. In all markets together it is `Round.repaid_by_collateral_usd`.
    lost_usd
        What was taken beyond that, USD at the same prices: the bonus or penalty.
    """

    round: Wholes
    market: Ints
    asset: Ints
    category: Ints
    repaid_usd: Floats
    lost_usd: Floats


def category_names(recording: RecordedRun) -> tuple[str, ...]:
    """Return the categories that accounts of a run can be in; of markets that share a name they are one."""
    return recording.book.layout.sources.category_names


def repayments(recording: RecordedRun, first: int, last: int) -> Repayments:
    """Return what was repaid in some rounds.

    Parameters
    ----------
    recording
        The run; it may still be growing.
    first, last
        The rounds, both included; 1 is the first in which anything happens.

    Raises
    ------
    IndexError
        If there is no such round yet.
    """
    book, rounds = recording.book, recording.rounds
    first = max(first, 1)
    steps = rounds[first : last + 1]
    begin, end = rounds[first - 1].last_event, rounds[last].last_event
    if end <= begin:
        none = np.zeros(0, dtype=np.int32)
        return Repayments(none.astype(np.int64), none, none, none, np.zeros(0), np.zeros(0))
    account, collateral_leg, debt_leg, seized, repaid = recording.event_columns.rows(begin, end)[:5]
    step = np.repeat(np.arange(len(steps)), [each.last_event - each.first_event for each in steps])
    prices = np.array([each.oracle for each in steps])
    assets = book.collateral_asset[collateral_leg]
    seized_usd = seized * prices[step, assets]
    repaid_usd = repaid * prices[step, book.debt_asset[debt_leg]]
    sources = book.layout.sources
    categories = sources.listed[sources.place[book.collateral_terms[collateral_leg]], 1]
    kept = np.ones(len(account), dtype=np.bool_)
    marks = recording.marks
    kept[marks.row[(marks.row >= begin) & (marks.row < end)] - begin] = False
    return Repayments(
        round=(first + step)[kept],
        market=book.market[account[kept]],
        asset=assets[kept],
        category=categories[kept],
        repaid_usd=repaid_usd[kept],
        lost_usd=without_rounding(seized_usd - repaid_usd, seized_usd)[kept],
    )
