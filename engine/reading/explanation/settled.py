"""What other settlements than by liquidators did to an account in a round, worked out of a recording.

One function a kind; `settled_in` picks it. What a function returns stands in `RoundOutcome.settled` and says in numbers
what happened; whoever shows it finds the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine import kernels
from engine.market.curves import compile_curves
from engine.reading.explanation.auctions import Started, auction_of, price_since
from engine.reading.explanation.before_turn import before_turn, cross_of, own_rows
from engine.reading.explanation.explanation import HealthWorking, Outcome, RoundOutcome
from engine.scenario.schema import AbsorbSettlement, AuctionSettlement, MarginSettlement, StabilityPoolSettlement
from engine.settlement.auction.auction_kernels import price_factor_nb
from engine.settlement.auction.settlement import auction_terms
from engine.settlement.happened import Absorbed, InAuction, NoRoom, Taken

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.reading.recorded_run import RecordedRun


def is_plain(recording: RecordedRun) -> bool:
    """Whether liquidators settle every market of a run."""
    markets = recording.scenario.parameters.markets.values()
    return all(market.rules.settlement.by_liquidators for market in markets)


def settled_in(record: AccountRecord, working: HealthWorking, cursor: Cursor) -> RoundOutcome | None:
    """Return what the settlement of the account's market did to it; None where there is nothing special to say.

    Parameters
    ----------
    record, working
        The account, and its health at the start of the round.
    cursor
        Of the recording; it is moved.
    """
    from engine.reading.explanation.shared_losses import closed, pooled

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


def _absorb(record: AccountRecord, working: HealthWorking, given: AbsorbSettlement) -> RoundOutcome | None:
    if not own_rows(record):
        return None
    credit = working.collateral_usd * (1.0 - given.penalty)
    absorbed = Absorbed(
        debt_usd=working.debt_usd,
        collateral_usd=working.collateral_usd,
        penalty=given.penalty,
        credited_usd=max(credit - working.debt_usd, 0.0),
        shortfall_usd=max(working.debt_usd - credit, 0.0),
    )
    return RoundOutcome(Outcome.ABSORBED, record.waited(), record.latency, settled=absorbed)


def _auction(
    record: AccountRecord, working: HealthWorking, given: AuctionSettlement, cursor: Cursor
) -> RoundOutcome | None:
    recording, number = record.recording, record.number
    step = recording.rounds[number]
    started = auction_of(recording, record.account, number)
    latency = record.latency
    if started is None:
        waited = record.waited()
        waits = record.is_liquidatable(working) and waited > latency and not step.paused[record.market]
        if not waits or given.hole_usd is None or record.is_left_alone(working):
            return None
        tab = working.debt_usd * (1.0 + given.penalty)
        no_room = NoRoom(tab, float(step.settlement_figures["auctions_tab_usd"][record.market]), given.hole_usd)
        return RoundOutcome(Outcome.NO_ROOM, waited, latency, settled=no_room)
    rows = own_rows(record)
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
        bad = record.bad_debt(number)
        lost = 0.0 if bad is None else bad.bad_debt_usd
        return RoundOutcome(Outcome.TAKEN, record.waited(), latency, settled=taken, bad_debt_usd=lost)
    offer = _offer(record, working, started)
    policy = record.policy
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
    return RoundOutcome(Outcome.IN_AUCTION, record.waited(), latency, settled=auction)


class _Offer(NamedTuple):
    price_since: int
    tab_usd: float
    asked_usd: float
    part: float


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
