"""What stood before an account in its round: whose turn came earlier, and what that left of the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import kernels
from engine.market.rules import compile_policy
from engine.reading.explanation.auctions import auction_of, price_since
from engine.reading.explanation.explanation import Call, HealthWorking, Outcome
from engine.reading.order_of_service import service_keys
from engine.settlement.auction.settlement import auction_terms

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.recording.records import Round


def cross_of(curves: kernels.Curves, step: Round) -> Floats:
    """Return (K,) the log factor that each asset takes from the others' outstanding sales at the start of a round."""
    cross, prices = np.empty(len(step.market)), np.empty(len(step.market))
    kernels.market_prices_nb(curves, np.array(step.undisturbed), np.array(step.outstanding), prices, cross)
    return cross


def rows_before(record: AccountRecord, cursor: Cursor, *, offered: bool = False) -> npt.NDArray[np.int64]:
    """Return the events of the account's round that came before its turn, or before its auction was ``offered``.

    The cursor is moved to the end of the round before.
    """
    recording, step = record.recording, record.recording.rounds[record.number]
    book, events = recording.book, recording.events
    rows: npt.NDArray[np.int64] = np.arange(step.first_event, step.last_event, dtype=np.int64)
    accounts = events.account[rows]
    own = np.flatnonzero(accounts == record.account)
    if len(own):
        return rows[: own[0]]
    is_auction = np.array(
        [market.rules.settlement.kind == "auction" for market in recording.scenario.parameters.markets.values()]
    )[book.market[accounts]]
    if not offered:
        rows, accounts = rows[~is_auction], accounts[~is_auction]
        cursor.seek(record.number - 1)
        keys = service_keys(recording, cursor, step, np.append(accounts, np.int32(record.account)))
        earlier = (keys[:-1] < keys[-1]) | ((keys[:-1] == keys[-1]) & (accounts < record.account))
        return rows[np.flatnonzero(earlier)]
    own_start = auction_of(recording, record.account, record.number)
    assert own_start is not None
    terms = auction_terms(recording.scenario.parameters)
    own_key = (price_since(terms, record.market, own_start.round, record.number - 1), record.account)
    kept = ~is_auction
    for place in np.flatnonzero(is_auction):
        account = int(accounts[place])
        started = auction_of(recording, account, record.number)
        if started is not None:
            since = price_since(terms, int(book.market[account]), started.round, record.number - 1)
            kept[place] = (since, account) < own_key
    return rows[np.flatnonzero(kept)]


class BeforeTurn(NamedTuple):
    """What had happened in a round before an account's turn: u (K,) in USD, USD repaid, and liquidations."""

    running_usd: Floats
    repaid_usd: float
    liquidations: int


def before_turn(record: AccountRecord, cursor: Cursor, *, offered: bool = False) -> BeforeTurn:
    """Return what had happened in the round before the account's turn, or before its auction was ``offered``."""
    recording, step = record.recording, record.recording.rounds[record.number]
    parameters, book, events = recording.scenario.parameters, recording.book, recording.events
    policy = compile_policy(parameters)
    kinds = [market.rules.settlement.kind for market in parameters.markets.values()]
    running: Floats = step.outstanding * step.undisturbed
    repaid_usd, liquidations = 0.0, 0
    marked = set(recording.marks.row[step.first_mark : step.last_mark].tolist())
    last = (-1, -1, -1)
    for row in rows_before(record, cursor, offered=offered).tolist():
        account, legs = int(events.account[row]), (int(events.collateral_leg[row]), int(events.debt_leg[row]))
        kind = kinds[book.market[account]]
        k, j = book.collateral_asset[legs[0]], book.debt_asset[legs[1]]
        got, repaid = float(events.seized[row] - events.to_protocol[row]), float(events.repaid[row])
        if row not in marked:
            repaid_usd += repaid * float(step.oracle[j])
            liquidations += account != last[0] or legs <= last[1:]
            last = (account, *legs)
        if kind == "margin":
            running[k] += events.seized[row] * step.undisturbed[k]
            running[j] -= repaid * step.undisturbed[j]
            continue
        running[k] += got * policy.sold_now * step.undisturbed[k]
        if kind == "liquidator" and policy.buys_debt:
            running[j] -= repaid * step.undisturbed[j]
    return BeforeTurn(running, repaid_usd, liquidations)


def own_rows(record: AccountRecord) -> list[int]:
    """Return the account's unmarked events of its round."""
    step = record.recording.rounds[record.number]
    marked = record.recording.marks.row
    rows = record.rows[(record.rows >= step.first_event) & (record.rows < step.last_event)]
    return [int(row) for row in rows if row not in marked]


def over_limits(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> Call:
    """Return what would have been done to an account that is settled whole, and which limit of its round it hit."""
    policy = record.policy
    before = before_turn(record, cursor)
    fits = before.repaid_usd + working.debt_usd <= policy.capacity_usd
    return Call(
        Outcome.COUNT_USED_UP if fits else Outcome.OVER_CAPACITY, None, None, working.debt_usd,
        working.collateral_usd, 0.0, 0.0, working.health, working.health, policy.capacity_usd - before.repaid_usd,
        None, None, policy.gas_usd,
    )  # fmt: skip
