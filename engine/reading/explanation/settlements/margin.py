"""What a margin engine, or losses of its other accounts, did to an account in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.market.curves import compile_curves
from engine.reading.explanation.before_turn import before_turn, cross_of, over_limits
from engine.reading.explanation.deleveraging_queue import closings_of, place_in, queue_of
from engine.reading.explanation.explanation import HealthWorking, Outcome, RoundOutcome
from engine.reading.explanation.settlements.events_of_account import mark_of, rows_of
from engine.settlement.happened import Closed, Closing, Deleveraged, Place, Spared
from engine.settlement.marks import DELEVERAGED

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.scenario.schema import MarginSettlement


class _AtStart(NamedTuple):
    """An account at the start of a round: all legs' USD at oracle prices, and those of its positions."""

    held: float
    owed: float
    size: float

    @property
    def per_size(self) -> float:
        """Its equity over the size of its positions."""
        return (self.held - self.owed) / self.size if self.size > 0.0 else 0.0


def happened(
    record: AccountRecord, working: HealthWorking, given: MarginSettlement, cursor: Cursor
) -> RoundOutcome | None:
    """Return what a margin engine, or the losses of its other accounts, did to the account; None for nothing."""
    rows, waited = rows_of(record), record.waited()
    parameters = record.recording.scenario.parameters
    latency = record.latency
    quote = list(parameters.assets).index(given.cash_asset(parameters.assets))
    own = [row for row in rows if mark_of(record, row) == 0]
    if own:
        facts = _closed(record, own, quote, cursor)
        return RoundOutcome(Outcome.CLOSED, waited, latency, settled=facts, bad_debt_usd=facts.unpaid_usd)
    if rows:
        bore = _deleveraged(record, rows, given, quote, cursor)
        return RoundOutcome(Outcome.DELEVERAGED, waited, latency, settled=bore)
    is_served = not record.recording.rounds[record.number].paused[record.market] and not record.is_left_alone(working)
    if waited > latency and is_served:
        over = over_limits(record, working, cursor)
        return RoundOutcome(over.outcome, waited, latency, refused=over)
    spared = None if waited else _spared(record, given, quote, cursor)
    return None if spared is None else RoundOutcome(Outcome.HEALTHY, settled=spared)


def _closed(record: AccountRecord, own: list[int], quote: int, cursor: Cursor) -> Closed:
    from engine.settlement.margin.margin_kernels import equity_at_market_nb
    from engine.settlement.margin.ranking_kernels import Closed as Parts

    recording, step = record.recording, record.recording.rounds[record.number]
    book, events, curves = recording.book, recording.events, compile_curves(recording.scenario.parameters)
    running = before_turn(record, cursor).running_usd.copy()
    cursor.seek(record.number - 1)
    start = _at_start(record, record.account, quote, cursor)
    against = []  # the closings of its positions stand right before it
    row = own[0] - 1
    while row >= step.first_event and mark_of(record, row) == DELEVERAGED:
        against.append(row)
        row -= 1
    parts = Parts(*(np.zeros(len(step.oracle)) for _ in range(4)))
    firsts = int(book.collateral_start[record.account]), int(book.debt_start[record.account])
    worth = 0.0
    for row in against:
        k, j = int(book.collateral_asset[events.collateral_leg[row]]), int(book.debt_asset[events.debt_leg[row]])
        seized, repaid = float(events.seized[row]), float(events.repaid[row])
        # `before_turn` takes them for trades at the market.
        running[k] -= seized * step.undisturbed[k]
        running[j] += repaid * step.undisturbed[j]
        if k == quote:  # a short of theirs against its long
            place = _leg_in(book.collateral_start, book.collateral_asset, record.account, j) - firsts[0]
            parts.collateral[place] += repaid
            parts.collateral_price[place] = step.oracle[j] * (1.0 - start.per_size)
            worth += repaid * float(step.oracle[j])
        else:
            place = _leg_in(book.debt_start, book.debt_asset, record.account, k) - firsts[1]
            parts.debt[place] += seized
            parts.debt_price[place] = step.oracle[k] * (1.0 + start.per_size)
            worth += seized * float(step.oracle[k])
    collateral, debt = cursor.collateral_amount.copy(), cursor.debt_amount.copy()
    nothing = Parts(*(np.zeros(len(step.oracle)) for _ in range(4)))
    at_market, left = (
        float(
            equity_at_market_nb(
                book.legs, collateral, debt, curves, np.array(step.undisturbed), cross_of(curves, step),
                np.array(step.market_before), running, np.empty(len(step.oracle)), which, quote, record.account,
            )
        )
        for which in (nothing, parts)
    )  # fmt: skip
    repaid_usd = sum(float(events.repaid[row] * step.oracle[book.debt_asset[events.debt_leg[row]]]) for row in own)
    unpaid = max(start.owed - repaid_usd, 0.0)
    if unpaid <= 1e-12 * start.owed:
        unpaid = 0.0
    return Closed(start.owed, start.held, at_market, len(against), worth, left, unpaid)


def _deleveraged(
    record: AccountRecord, rows: list[int], given: MarginSettlement, quote: int, cursor: Cursor
) -> Deleveraged:
    recording, step = record.recording, record.recording.rounds[record.number]
    book, events = recording.book, recording.events
    cursor.seek(record.number - 1)
    closings, gains = [], 0.0
    stood: dict[tuple[int, bool], Place] = {}
    for row in rows:
        k, j = int(book.collateral_asset[events.collateral_leg[row]]), int(book.debt_asset[events.debt_leg[row]])
        if k == quote and events.repaid[row] == 0.0:
            gains += float(events.seized[row] * step.oracle[quote])
            continue
        following = row + 1
        while mark_of(record, following) == DELEVERAGED:
            following += 1
        other = int(events.account[following])
        per_size = _at_start(record, other, quote, cursor).per_size
        is_short = k == quote
        asset = j if is_short else k
        if (asset, is_short) not in stood:
            place = place_in(queue_of(record, given, asset, quote, cursor, is_short=is_short), record, given, quote)
            assert place is not None  # nobody else is closed against
            stood[asset, is_short] = place
        closings.append(
            Closing(
                against=str(book.account_names[other]),
                asset=book.asset_names[asset],
                is_short=is_short,
                tokens=float(events.repaid[row] if is_short else events.seized[row]),
                price=float(step.oracle[asset]) * (1.0 - per_size if is_short else 1.0 + per_size),
                place=stood[asset, is_short],
            )
        )
    return Deleveraged(tuple(closings), gains)


def _spared(record: AccountRecord, given: MarginSettlement, quote: int, cursor: Cursor) -> Spared | None:
    """Return where the account stood in the round among those that could be closed against; None if it did not."""
    recording = record.recording
    book, events = recording.book, recording.events
    for is_short, start, assets in (
        (False, book.collateral_start, book.collateral_asset), (True, book.debt_start, book.debt_asset),
    ):  # fmt: skip
        for k in assets[start[record.account] : start[record.account + 1]].tolist():
            if k == quote or not len(closings_of(record, k, quote, is_short=is_short)):
                continue
            queue = queue_of(record, given, k, quote, cursor, is_short=is_short)
            place = place_in(queue, record, given, quote)
            if place is not None:
                reached = int(np.flatnonzero(np.isin(queue.accounts, events.account[queue.rows])).max()) + 1
                return Spared(book.asset_names[k], is_short, place, reached)
    return None


def _at_start(record: AccountRecord, account: int, quote: int, cursor: Cursor) -> _AtStart:
    """Add up an account's legs; the cursor is at the round before."""
    book, oracle = record.recording.book, record.recording.rounds[record.number].oracle
    totals = []
    size = 0.0
    for start, assets, amounts in (
        (book.collateral_start, book.collateral_asset, cursor.collateral_amount),
        (book.debt_start, book.debt_asset, cursor.debt_amount),
    ):
        legs = slice(int(start[account]), int(start[account + 1]))
        usd = amounts[legs] * oracle[assets[legs]]
        totals.append(float(usd.sum()))
        size += float(usd[assets[legs] != quote].sum())
    return _AtStart(totals[0], totals[1], size)


def _leg_in(start: npt.NDArray[np.int64], assets: npt.NDArray[np.int32], account: int, k: int) -> int:
    first, end = int(start[account]), int(start[account + 1])
    return first + int(np.flatnonzero(assets[first:end] == k)[0])
