"""What other settlements than by liquidators did to an account in a round, worked out of a recording.

One function a kind; `settled_in` picks it. What a function returns stands in `Happening.settled` and says in numbers
what happened; whoever shows it finds the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine import kernels
from engine.explain import Call, Happening, HealthWorking, Outcome
from engine.market.curves import compile_curves
from engine.market.rules import compile_policy
from engine.scenario.schema import AbsorbSettlement, AuctionSettlement, MarginSettlement, StabilityPoolSettlement
from engine.service import service_keys
from engine.settlement.auction import auction_terms
from engine.settlement.auction_kernels import Terms, price_factor_nb
from engine.settlement.happened import Absorbed, InAuction, NoRoom, Taken

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.cursor import Cursor
    from engine.explaining import AccountRecord
    from engine.recording import Recording
    from engine.records import Round

    Floats = npt.NDArray[np.float64]


def is_plain(recording: Recording) -> bool:
    """Whether liquidators settle every market of a run."""
    markets = recording.scenario.parameters.markets.values()
    return all(market.rules.settlement.kind == "liquidator" for market in markets)


def settled_in(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> Happening | None:
    """Return what the settlement of the account's market did to it; None where there is nothing special to say.

    Parameters
    ----------
    record, working
        The account, and its health at the start of the round.
    cursor
        Of the recording; it is moved.
    """
    from engine.explaining_shared_losses import closed, pooled

    parameters = record.recording.scenario.parameters
    market = parameters.markets[record.recording.book.market_names[record.market]]
    if isinstance(market.rules.settlement, AuctionSettlement):
        return _auction(record, working, market.rules.settlement, cursor)
    if isinstance(market.rules.settlement, AbsorbSettlement):
        return _absorb(record, working, market.rules.settlement)
    if isinstance(market.rules.settlement, StabilityPoolSettlement):
        return pooled(record, working, market.rules.settlement, cursor)
    if isinstance(market.rules.settlement, MarginSettlement):
        return closed(record, working, market.rules.settlement, cursor)
    return None


def _absorb(record: AccountRecord, working: HealthWorking, given: AbsorbSettlement) -> Happening | None:
    if not _own_rows(record):
        return None
    credit = working.collateral_usd * (1.0 - given.penalty)
    absorbed = Absorbed(
        debt_usd=working.debt_usd,
        collateral_usd=working.collateral_usd,
        penalty=given.penalty,
        credited_usd=max(credit - working.debt_usd, 0.0),
        shortfall_usd=max(working.debt_usd - credit, 0.0),
    )
    latency = record.recording.scenario.parameters.liquidators.latency_rounds
    return Happening(Outcome.ABSORBED, record.waited(), latency, settled=absorbed)


def _auction(
    record: AccountRecord, working: HealthWorking, given: AuctionSettlement, cursor: Cursor
) -> Happening | None:
    recording, number = record.recording, record.number
    step = recording.rounds[number]
    started = auction_of(recording, record.account, number)
    latency = recording.scenario.parameters.liquidators.latency_rounds
    if started is None:
        waited = record.waited()
        waits = record.is_liquidatable(working) and waited > latency and not step.paused[record.market]
        if not waits or given.hole_usd is None:
            return None
        tab = working.debt_usd * (1.0 + given.penalty)
        no_room = NoRoom(tab, float(step.auctions_tab_usd[record.market]), given.hole_usd)
        return Happening(Outcome.NO_ROOM, waited, latency, settled=no_room)
    rows = _own_rows(record)
    if rows:
        after = record.working(record.after, number)
        events, book = recording.events, recording.book
        repaid = sum(float(events.repaid[row] * step.oracle[book.debt_asset[events.debt_leg[row]]]) for row in rows)
        offer = _offer(record, working, started)
        taken = Taken(
            since=started.round,
            collateral_usd=working.collateral_usd - after.collateral_usd,
            repaid_usd=repaid,
            penalty_usd=max(offer.asked_usd - repaid, 0.0),
            left_usd=after.collateral_usd,
        )
        bad = sum(entry.bad_debt_usd for entry in record.history() if entry.round == number)
        return Happening(Outcome.TAKEN, record.waited(), latency, settled=taken, bad_debt_usd=bad)
    offer = _offer(record, working, started)
    policy = compile_policy(recording.scenario.parameters)
    auction = InAuction(
        since=started.round,
        price_since=offer.price_since,
        share=started.share,
        tab_usd=offer.tab_usd,
        asked_usd=offer.asked_usd,
        proceeds_usd=_proceeds(record, offer, cursor),
        gas_usd=policy.gas_usd,
        min_profit_usd=policy.min_profit_usd if policy.has_min_profit else None,
        is_paused=bool(step.paused[record.market]),
    )
    return Happening(Outcome.IN_AUCTION, record.waited(), latency, settled=auction)


class Started(NamedTuple):
    """An auction: the round in which it began, and the share of the account that is for sale."""

    round: int
    share: float


class _Offer(NamedTuple):
    price_since: int
    tab_usd: float
    asked_usd: float
    part: float


def auction_of(recording: Recording, account: int, number: int) -> Started | None:
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


def _offer(record: AccountRecord, working: HealthWorking, started: Started) -> _Offer:
    """Return what was asked for the account in its round."""
    recording, number, m = record.recording, record.number, record.market
    terms = auction_terms(recording.scenario.parameters)
    since = price_since(terms, m, started.round, number)
    factor = float(terms.buffer[m] * price_factor_nb(terms, m, number - since))
    first = int(recording.book.collateral_start[record.account])
    assets = recording.book.collateral_asset[first : first + len(record.before.collateral)]
    asked = started.share * factor * float(record.before.collateral @ recording.rounds[since].oracle[assets])
    tab = started.share * working.debt_usd * (1.0 + float(terms.penalty[m]))
    part = started.share * (tab / asked if asked > tab else 1.0)
    return _Offer(since, tab, min(asked, tab), part)


def _proceeds(record: AccountRecord, offer: _Offer, cursor: Cursor) -> float:
    """Return what selling the part that was for sale would have earned when it was offered."""
    recording, step = record.recording, record.recording.rounds[record.number]
    curves = compile_curves(recording.scenario.parameters)
    cross = cross_of(curves, step)
    running = before_turn(record, cursor, offered=True).running_usd
    first = int(recording.book.collateral_start[record.account])
    total = 0.0
    for place, amount in enumerate(record.before.collateral):
        k: Any = np.int64(recording.book.collateral_asset[first + place])  # as the kernel was compiled
        usd = offer.part * amount * step.undisturbed[k]
        total += kernels.impact_integral_nb(curves, k, float(cross[k]), float(running[k]), float(usd))
    return float(total)


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


def _own_rows(record: AccountRecord) -> list[int]:
    """Return the account's unmarked events of its round."""
    step = record.recording.rounds[record.number]
    marked = record.recording.marks.row
    rows = record.rows[(record.rows >= step.first_event) & (record.rows < step.last_event)]
    return [int(row) for row in rows if row not in marked]


def over_limits(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> Call:
    """Return what would have been done to an account that is settled whole, and which limit of its round it hit."""
    policy = compile_policy(record.recording.scenario.parameters)
    before = before_turn(record, cursor)
    fits = before.repaid_usd + working.debt_usd <= policy.capacity_usd
    return Call(
        Outcome.COUNT_USED_UP if fits else Outcome.OVER_CAPACITY, None, None, working.debt_usd,
        working.collateral_usd, 0.0, 0.0, working.health, working.health, policy.capacity_usd - before.repaid_usd,
        None, None, policy.gas_usd,
    )  # fmt: skip
