"""A margin engine closes positions at the market (Method, section 7, `margin`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine import kernels
from engine.base.types import frozen
from engine.book.order import leg_in_book
from engine.scenario.schema import MarginSettlement
from engine.settlement.base import Settlement
from engine.settlement.margin.deleveraging_kernels import levy_nb
from engine.settlement.margin.margin_kernels import MarginRules, settle_margin_nb
from engine.settlement.margin.ranking_kernels import (
    CLOSINGS,
    DONE,
    MARGIN_PLACES,
    NOT_RANKED,
    PRO_RATA,
    RANKED_BY_PROFIT,
    RANKED_BY_PROFIT_TIMES_LEVERAGE,
    Closed,
    Closings,
    Entered,
    Gainers,
    Money,
    Rankings,
)
from engine.settlement.marks import DELEVERAGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement


class Margin(Settlement):
    """The margin engines of all markets that have one.

    Parameters
    ----------
    parameters, book, legs, prices
        As in `Settlement`.
    """

    kind: ClassVar[str] = "margin"
    finishes: ClassVar[int] = 2
    ties_accounts: ClassVar[bool] = True
    takes_shorts: ClassVar[bool] = True
    rehearsed_with: ClassVar[Mapping[str, Any]] = {"insurance_usd": 1.0}

    def __init__(self, parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> None:
        super().__init__(parameters, book, legs, prices)
        markets, assets = len(parameters.markets), len(parameters.assets)
        self._rules = _compiled(parameters)
        self._closed = Closed(*(np.zeros(assets) for _ in Closed._fields))
        self._running = np.zeros(assets)
        self._rankings = empty_rankings(markets, assets, 64)
        payers = len(book) if self._rules.gains_pay.any() else 0
        self._gainers = Gainers(
            first=np.zeros(markets, dtype=np.int64),
            end=np.zeros(markets, dtype=np.int64),
            used=np.zeros(1, dtype=np.int64),
            total=np.zeros((1, 2)),
            account=np.empty(payers, dtype=np.int32),
            gain=np.empty(payers),
        )
        self._entered: Entered | None = None
        self._begin_round(0, np.zeros(markets))

    def start(self, reserve_usd: Floats) -> None:
        """Put the insurance funds into the reserves."""
        for m, market in enumerate(self.parameters.markets.values()):
            given = market.rules.settlement
            if isinstance(given, MarginSettlement):
                reserve_usd[m] += given.insurance_usd

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Close candidates in the given order."""
        if self._number != turn.number:
            self._begin_round(turn.number, turn.reserves.held)
        space, progress, before = turn.space, turn.progress, turn.liquidations
        unused = np.zeros_like(turn.flows.received)
        flows = turn.flows._replace(received=unused, repaid=unused)
        emptied = np.empty(len(accounts), dtype=np.int32)
        margin_progress = np.zeros(MARGIN_PLACES, dtype=np.int64)
        margin_progress[0] = -1
        closings = _closings(64)
        progress[kernels.PROGRESS_POSITION] = progress[kernels.PROGRESS_EMPTIED] = 0
        events, done, entered = turn.columns.arrays, False, self._entered_of(turn)
        while not done:
            need = settle_margin_nb(
                accounts, turn.legs, turn.places, space.collateral, space.debt, turn.rules, self._rules, self._money,
                turn.oracle, entered, turn.market, turn.undisturbed, turn.cross, turn.curves, turn.policy, turn.dust,
                turn.number, turn.running_usd, self._running, space.since, space.last_liquidated, events,
                flows, turn.left, turn.trades.closed_sold, turn.trades.closed_bought, self._closed, self._rankings,
                self._gainers, closings, emptied, progress, margin_progress,
            )  # fmt: skip
            done = need == DONE
            if not done:
                events = turn.room_for(max(len(accounts), turn.most_pairs))
                closings = Closings(*(np.concatenate([column, np.empty_like(column)]) for column in closings))
                self._rankings = _with_more_room(self._rankings)
        kernels.fold_nb(flows, turn.left)
        count = int(margin_progress[CLOSINGS])
        turn.mark(closings.row[:count], DELEVERAGED)
        turn.look_again_at(closings.account[:count])
        turn.emptied.append(emptied[: progress[kernels.PROGRESS_EMPTIED]])
        turn.without_gas += turn.liquidations - before

    def _entered_of(self, turn: RoundSettlement) -> Entered:
        """Return what positions were entered at, by leg in the order of the run's index."""
        if self._entered is None:
            layout, legs, places = self.book.layout, turn.legs, turn.places
            sides = (
                (layout.collateral_entry, legs.collateral_start, places.collateral_shift),
                (layout.debt_entry, legs.debt_start, places.debt_shift),
            )
            self._entered = Entered(
                self.first_prices,
                *(frozen(known[leg_in_book(*where)] if len(known) else known) for known, *where in sides),
            )
        return self._entered

    def finish(self, turn: RoundSettlement) -> None:
        """Take what those who gained have to pay, and leave to the lenders what nobody pays and no account owes."""
        if self._number != turn.number:
            return
        money, gainers = self._money, self._gainers
        if money.pledged.any():
            self._put_gainers_in_order(turn)
            first, room = turn.events, int(gainers.used[0])
            taken = _closings(room)
            count = levy_nb(
                turn.legs, turn.places, turn.space.collateral, turn.space.debt, turn.oracle, self._rules.quote, money,
                gainers, turn.room_for(room), turn.left, taken, turn.progress,
            )  # fmt: skip
            turn.mark(np.arange(first, turn.events, dtype=np.int64), DELEVERAGED)
            turn.look_again_at(taken.account[:count])
        assert turn.reported is not None
        turn.reported.figures["credited_usd"] += money.credited
        turn.reported.figures["deleveraged_taken_usd"] += money.taken
        turn.reserves.settled_bad[:] += money.overspent
        turn.reserves.settled_lost[:] += money.overspent

    def _put_gainers_in_order(self, turn: RoundSettlement) -> None:
        """Put those who pay into the order of the book; they were found in the order in which it is laid out."""
        gainers = self._gainers
        for m in np.flatnonzero(self._money.pledged).tolist():
            of_market = slice(gainers.first[m], gainers.end[m])
            order = np.argsort(turn.places.account[gainers.account[of_market]])
            gainers.account[of_market] = gainers.account[of_market][order]
            gainers.gain[of_market] = gainers.gain[of_market][order]

    def report(self, turn: RoundSettlement, market: Floats) -> None:  # noqa: ARG002
        """Fill what was deleveraged."""
        if self._number != turn.number or turn.number == 0:
            return
        assert turn.reported is not None
        figures = turn.reported.figures
        figures["deleveraged_usd"][:] = self._money.deleveraged
        figures["deleveraged"][:] = self._money.deleveraged_count

    def _begin_round(self, number: int, fund: Floats) -> None:
        self._number = number
        self._money = Money(
            fund=fund,
            credited=np.zeros(len(fund)),
            gains=np.full(len(fund), -1.0),
            pledged=np.zeros(len(fund)),
            overspent=np.zeros(len(fund)),
            deleveraged=np.zeros(len(fund)),
            deleveraged_count=np.zeros(len(fund), dtype=np.int64),
            taken=np.zeros(len(fund)),
        )
        self._rankings.first[:] = NOT_RANKED
        self._rankings.used[:] = 0
        self._gainers.used[:] = 0


def empty_rankings(markets: int, assets: int, room: int) -> Rankings:
    """Return rankings in which nothing is ranked yet, with room for so many places."""
    return Rankings(
        first=np.full((markets, assets, 2), NOT_RANKED, dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
        account=np.empty(room, dtype=np.int32),
        leg=np.empty(room, dtype=np.int32),
        follower=np.empty(room, dtype=np.int64),
        score=np.empty(room),
        profit=np.empty(room),
        most=np.empty(room),
        part=np.empty(room),
    )


def _with_more_room(rankings: Rankings) -> Rankings:
    """Return rankings with four times the room for places."""
    first, used, *columns = rankings
    return Rankings(
        first, used, *(np.concatenate([column, np.empty(3 * len(column), column.dtype)]) for column in columns)
    )


def _closings(room: int) -> Closings:
    return Closings(np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32))


RANKINGS = {
    "profit": RANKED_BY_PROFIT,
    "profit_times_leverage": RANKED_BY_PROFIT_TIMES_LEVERAGE,
    "pro_rata": PRO_RATA,
}
"""What kernels call each `adl_ranking`."""


def _compiled(parameters: Parameters) -> MarginRules:
    """Return the markets' parameters; those of markets that are no margin engines are not used."""
    assets = list(parameters.assets)
    rows = []
    for market in parameters.markets.values():
        given = market.rules.settlement
        quote = 0
        if isinstance(given, MarginSettlement):
            quote = assets.index(given.cash_asset(parameters.assets))
        else:
            given = MarginSettlement(kind="margin")
        ranking = RANKINGS[given.adl_ranking]
        fee, residual = float(given.liquidation_fee), given.residual == "trader"
        rows.append((quote, fee, residual, given.adl, ranking, market.safety.adl))
    return MarginRules(*(np.array(column) for column in zip(*rows, strict=True)))


ROOM = Margin
