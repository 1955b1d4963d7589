"""A falling-price auction for each account (Method, section 7, `auction`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.scenario.schema import AuctionSettlement, ExponentialCurve, LinearCurve
from engine.settlement.auction.auction_kernels import (
    CURVE_LINE,
    CURVE_SHARE,
    CURVE_STAIRSTEP,
    NEVER,
    Auctions,
    Terms,
    auction_figures_nb,
    offer_nb,
    start_nb,
    tabs_nb,
)
from engine.settlement.base import Flags, Settlement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement


class Auction(Settlement):
    """Each account's collateral is offered at a price that falls until somebody earns from taking it (Maker).

    An auction offers the share sigma of an account: all of it, unless what the market's auctions have to raise would go
    over ``hole_usd``. Collateral and debt stay on the account until they are taken. Takers pay what is asked, at most
    the tab sigma D (1 + penalty); what they do not need for that stays with the account. They resell as liquidators do.
    """

    kind: ClassVar[str] = "auction"
    finishes: ClassVar[int] = 3
    serves_beyond_count: ClassVar[bool] = True
    rehearsed_with: ClassVar[Mapping[str, Any]] = {
        "curve": {"kind": "stairstep", "cut": 0.5, "step_rounds": 1}, "reset_rounds": 3,
    }  # fmt: skip

    def __init__(self, parameters: Parameters, book: Book, legs: kernels.Legs, prices: Floats) -> None:
        super().__init__(parameters, book, legs, prices)
        self.terms = auction_terms(parameters)
        self._auctions = _empty(16)
        self._count = 0
        self._runs = np.zeros(len(book), dtype=np.uint8)
        self._first_prices = np.empty((16, len(prices)))
        self._tabs = np.zeros(len(book.market_names))
        self._tabs_of = 0
        self._last_change = 0
        self._last_paused = np.zeros(len(book.market_names), dtype=np.int64)

    def left_out(self, accounts: Ints) -> Flags | None:
        """Leave out accounts whose auction runs."""
        return self._runs[accounts] != 0 if self._count else None

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Start auctions for candidates in the given order."""
        self._note_prices(turn)
        if self._tabs_of != turn.number:
            self._tabs[:] = 0.0
            tabs_nb(
                turn.legs, turn.space.collateral, turn.space.debt, turn.oracle, self.terms, self._auctions,
                self._count, self._tabs,
            )  # fmt: skip
            self._tabs_of = turn.number
        needed = self._count + len(accounts)
        if needed > len(self._auctions.account):
            self._auctions = _moved(self._auctions, np.arange(self._count), 2 * needed)
        first = self._count
        self._count = start_nb(
            accounts, turn.legs, turn.space.collateral, turn.space.debt, turn.oracle, self.terms, turn.number,
            self._tabs, self._auctions, first, self._runs, turn.space.since, turn.space.bad,
        )  # fmt: skip
        new = slice(first, self._count)
        turn.note_starts(turn.places.account[self._auctions.account[new]], self._auctions.share[new])

    def finish(self, turn: RoundSettlement) -> None:
        """Offer every running auction, by the round of its start and then by account."""
        self._last_paused[turn.paused] = turn.number
        if not self._count:
            return
        self._note_prices(turn)
        running = self._auctions
        start, row = running.start[: self._count], turn.places.account[running.account[: self._count]]
        if not ((start[1:] > start[:-1]) | ((start[1:] == start[:-1]) & (row[1:] > row[:-1]))).all():
            self._auctions = _moved(running, np.lexsort((row, start)), len(running.account))
        progress, space = turn.progress, turn.space
        progress[kernels.PROGRESS_POSITION] = 0
        progress[kernels.PROGRESS_EMPTIED] = 0
        emptied = np.empty(self._count, dtype=np.int32)
        money = np.zeros(3)
        flows = turn.flows._replace(repaid=np.zeros_like(turn.flows.repaid))  # takers pay USD, not tokens
        done, events = False, turn.columns.arrays
        while not done:
            done = offer_nb(
                turn.legs, turn.places, space.collateral, space.debt, turn.rules, turn.oracle, turn.undisturbed,
                turn.cross, turn.curves, turn.policy, turn.dust, turn.number, turn.paused, turn.running_usd,
                space.since, space.last_liquidated, space.due, space.block_due, events, flows,
                turn.reserves.held, emptied, progress, self.terms, self._first_prices, self._auctions, self._count,
                self._runs, money, kernels.BLOCK,
            )  # fmt: skip
            if not done:
                events = turn.room_for(max(self._count - int(progress[kernels.PROGRESS_POSITION]), turn.most_pairs))
        kernels.fold_nb(flows, turn.left)
        turn.emptied.append(emptied[: progress[kernels.PROGRESS_EMPTIED]])
        turn.paid_usd += float(money[0])
        turn.some_moved |= bool(money[2])
        self._keep(self._auctions.share[: self._count] > 0.0)

    def end_round(self, turn: RoundSettlement) -> None:
        """Let go of auctions of accounts whose debt has become bad: there is nothing left to auction."""
        if not self._count:
            return
        accounts = self._auctions.account[: self._count]
        over = (turn.space.bad[accounts] != 0) & (self._auctions.was_bad[: self._count] == 0)
        if over.any():
            self._runs[accounts[over]] = 0
            self._keep(~over)

    @property
    def runs(self) -> bool:
        """Whether an auction runs."""
        return self._count > 0

    def keeps_running(self, number: int, *, still: bool) -> bool:
        """Whether an auction runs that has not been through a whole cycle since anything last changed.

        That a market was paused counts as a change for its own auctions.
        """
        if not still:
            self._last_change = number
        previous = self._auctions.previous[: self._count]
        markets = self.legs.market[self._auctions.account[: self._count]]
        changed = np.maximum(self._last_change, self._last_paused[markets])
        return bool(((previous == NEVER) | (previous <= changed)).any())

    def report(self, turn: RoundSettlement, market: Floats) -> None:
        """Report the running auctions."""
        assert turn.reported is not None
        if not self._count:
            return
        figures = turn.reported.figures
        auction_figures_nb(
            turn.legs, turn.space.collateral, turn.space.debt, turn.oracle, market, turn.number, self.terms,
            self._first_prices, self._auctions, self._count, figures["auctions_running"], figures["auctions_tab_usd"],
            figures["auctions_ask_usd"], figures["auctions_lot_usd"],
        )  # fmt: skip

    def _keep(self, kept: Flags) -> None:
        """Keep some of the running auctions, in their order."""
        places = np.flatnonzero(kept)
        if len(places) < self._count:
            self._auctions = _moved(self._auctions, places, len(self._auctions.account))
            self._count = len(places)

    def _note_prices(self, turn: RoundSettlement) -> None:
        """Note the oracle prices of this round, at which auctions may start in it."""
        while turn.number >= len(self._first_prices):
            self._first_prices = np.concatenate([self._first_prices, np.empty_like(self._first_prices)])
        self._first_prices[turn.number] = turn.oracle


def auction_terms(parameters: Parameters) -> Terms:
    """Return the terms of the markets' auctions; numbers without meaning for markets of other kinds."""
    count = len(parameters.markets)
    terms = Terms(
        penalty=np.zeros(count),
        buffer=np.ones(count),
        curve=np.zeros(count, dtype=np.int64),
        cut=np.ones(count),
        rounds=np.ones(count, dtype=np.int64),
        reset_rounds=np.ones(count, dtype=np.int64),
        reset_price=np.zeros(count),
        hole_usd=np.full(count, np.inf),
        least_usd=np.zeros(count),
    )
    for m, market in enumerate(parameters.markets.values()):
        given = market.rules.settlement
        if not isinstance(given, AuctionSettlement):
            continue
        terms.penalty[m], terms.buffer[m] = given.penalty, given.buffer
        terms.reset_rounds[m], terms.reset_price[m] = given.reset_rounds, given.reset_price
        if given.hole_usd is not None:
            terms.hole_usd[m] = given.hole_usd
        terms.least_usd[m] = getattr(market.rules.close, "min_leftover_usd", 0.0)
        curve = given.curve
        if isinstance(curve, LinearCurve):
            terms.curve[m], terms.rounds[m] = CURVE_LINE, curve.rounds
        elif isinstance(curve, ExponentialCurve):
            terms.curve[m], terms.cut[m] = CURVE_SHARE, curve.cut
        else:
            terms.curve[m], terms.cut[m], terms.rounds[m] = CURVE_STAIRSTEP, curve.cut, curve.step_rounds
    return terms


def _empty(room: int) -> Auctions:
    return Auctions(
        account=np.zeros(room, dtype=np.int32),
        start=np.zeros(room, dtype=np.int64),
        previous=np.zeros(room, dtype=np.int64),
        share=np.zeros(room),
        was_bad=np.zeros(room, dtype=np.uint8),
        was_healthy=np.zeros(room, dtype=np.uint8),
    )


def _moved(auctions: Auctions, places: npt.NDArray[np.intp], room: int) -> Auctions:
    """Return auctions with those from the given places first, and room for so many."""
    moved = _empty(room)
    for new, old in zip(moved, auctions, strict=True):
        new[: len(places)] = old[places]
    return moved


ROOM = Auction
