"""Where positions stood among those that could be closed against, worked out of a recording.

A margin engine finds out once a round for each asset and side who can be closed against, when it first needs to know
(Method, section 7, `margin`). Here that is done once more, with the kernel that did it, on the accounts as they stood
right before the first closing that came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import kernels
from engine.market.rules import compile_rules
from engine.settlement.happened import Place

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.scenario.schema import MarginSettlement


class Queue(NamedTuple):
    """Who could be closed against in one asset on one side, first ones first.

    ``accounts`` (n,) int32 and ``profits`` (n,) USD; ``collateral`` and ``debt`` are the legs of all accounts, in
    tokens, as they stood then; ``rows`` are the closings that came of it.
    """

    accounts: npt.NDArray[np.int32]
    profits: Floats
    collateral: Floats
    debt: Floats
    rows: npt.NDArray[np.int64]

    @property
    def is_empty(self) -> bool:
        """Whether nobody stood in it."""
        return not len(self.accounts)


def closings_of(record: AccountRecord, k: int, quote: int, *, is_short: bool) -> npt.NDArray[np.int64]:
    """Return the events of the round that closed positions of the account's market in an asset, on one side."""
    recording, step = record.recording, record.recording.rounds[record.number]
    book, events = recording.book, recording.events
    rows = recording.marks.part(step.first_mark, step.last_mark).deleveraged()
    rows = rows[book.market[events.account[rows]] == record.market]
    collateral = book.collateral_asset[events.collateral_leg[rows]]
    is_closing: npt.NDArray[np.bool_] = collateral == k
    if is_short:  # what was taken of a gain has the same two assets, but closes nothing
        is_closing = (collateral == quote) & (book.debt_asset[events.debt_leg[rows]] == k)
        is_closing &= events.repaid[rows] > 0.0
    closings: npt.NDArray[np.int64] = rows[is_closing]
    return closings


def queue_of(
    record: AccountRecord, given: MarginSettlement, k: int, quote: int, cursor: Cursor, *, is_short: bool
) -> Queue:
    """Return who could be closed against in an asset on one side in the account's round; nobody if nobody was.

    The cursor is moved to the end of the round before.
    """
    from engine.settlement.margin.ranking_kernels import LONGS, SHORTS, Entered, rank_nb
    from engine.settlement.margin.settlement import RANKINGS, empty_rankings

    recording, step = record.recording, record.recording.rounds[record.number]
    book, events = recording.book, recording.events
    rows = closings_of(record, k, quote, is_short=is_short)
    cursor.seek(record.number - 1)
    collateral, debt = cursor.collateral_amount.copy(), cursor.debt_amount.copy()
    if not len(rows):
        return Queue(np.empty(0, dtype=np.int32), np.empty(0), collateral, debt, rows)
    earlier = slice(step.first_event, int(rows[0]))
    # in numpy the last assignment to a leg stands, which is the last event of it
    collateral[events.collateral_leg[earlier]] = events.collateral_before[earlier] - events.seized[earlier]
    debt[events.debt_leg[earlier]] = events.debt_before[earlier] - events.repaid[earlier]
    nobody = np.zeros(len(book), dtype=np.int32)
    places = kernels.AccountPlaces(np.arange(len(book), dtype=np.int32), nobody, nobody.copy())
    for array in places:
        array.setflags(write=False)
    rankings = empty_rankings(len(book.market_names), len(book.asset_names), len(book))
    entered = Entered(np.array(recording.rounds[0].oracle), book.layout.collateral_entry, book.layout.debt_entry)
    rank_nb(
        book.legs, places, collateral, debt, compile_rules(recording.scenario.parameters), np.array(step.oracle),
        entered, record.dust, RANKINGS[given.adl_ranking], record.market, k, SHORTS if is_short else LONGS, quote,
        rankings,
    )  # fmt: skip
    order = []
    place = int(rankings.first[record.market, k, SHORTS if is_short else LONGS])
    while place >= 0:
        order.append(place)
        place = int(rankings.follower[place])
    return Queue(rankings.account[order], rankings.profit[order], collateral, debt, rows)


def place_in(queue: Queue, record: AccountRecord, given: MarginSettlement, quote: int) -> Place | None:
    """Return where the account stood; None if it was not there."""
    found = np.flatnonzero(queue.accounts == record.account)
    if not len(found):
        return None
    recording = record.recording
    first, now = np.asarray(recording.rounds[0].oracle), np.asarray(recording.rounds[record.number].oracle)
    book = recording.book
    longs, shorts = book.entry_prices(first)
    longs = np.where(book.collateral_asset == quote, first[quote], longs)
    shorts = np.where(book.debt_asset == quote, first[quote], shorts)
    held, owed, _ = _sums(record, queue, (longs, shorts), quote)
    held_now, owed_now, size = _sums(record, queue, (now[book.collateral_asset], now[book.debt_asset]), quote)
    return Place(
        ranking=given.adl_ranking,
        place=int(found[0]) + 1,
        count=len(queue.accounts),
        profit_usd=float(queue.profits[found[0]]),
        all_profit_usd=float(queue.profits.sum()),
        margin_usd=held - owed,
        size_usd=size,
        equity_usd=held_now - owed_now,
    )


def _sums(record: AccountRecord, queue: Queue, prices: tuple[Floats, Floats], quote: int) -> tuple[float, float, float]:
    """Return what the account held, owed, and had in positions, USD at some prices of its legs."""
    book, account = record.recording.book, record.account
    totals, size = [], 0.0
    for start, assets, amounts, price in (
        (book.collateral_start, book.collateral_asset, queue.collateral, prices[0]),
        (book.debt_start, book.debt_asset, queue.debt, prices[1]),
    ):
        legs = slice(int(start[account]), int(start[account + 1]))
        usd = amounts[legs] * price[legs]
        totals.append(float(usd.sum()))
        size += float(usd[assets[legs] != quote].sum())
    return totals[0], totals[1], size
