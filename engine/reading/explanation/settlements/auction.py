"""What the auctions of its market did to an account in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine import kernels
from engine.market.curves import compile_curves
from engine.reading.explanation.auctions import Started, auction_of, price_since
from engine.reading.explanation.before_turn import before_turn, cross_of, own_rows
from engine.reading.explanation.explanation import HealthWorking, Outcome, RoundOutcome
from engine.settlement.auction.auction_kernels import price_factor_nb
from engine.settlement.auction.settlement import auction_terms
from engine.settlement.happened import InAuction, NoRoom, Taken

if TYPE_CHECKING:
    from engine.reading.cursor import Cursor
    from engine.reading.explanation.account_record import AccountRecord
    from engine.scenario.schema import AuctionSettlement


def happened(
    record: AccountRecord, working: HealthWorking, given: AuctionSettlement, cursor: Cursor
) -> RoundOutcome | None:
    """Return where the account's auction stands, that it was taken, or that there was no room; None without one."""
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
