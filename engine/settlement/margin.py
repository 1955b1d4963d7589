"""A margin engine closes positions at the market (Method, section 7, `margin`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.scenario.schema import MarginSettlement
from engine.settlement.base import Settlement
from engine.settlement.deleveraging_kernels import (
    CLOSINGS,
    DONE,
    END,
    MARGIN_PLACES,
    NEEDS_GAINS,
    NEEDS_RANKING,
    NEEDS_ROOM,
    NOT_RANKED,
    NOTHING,
    WANTED_ASSET,
    WANTED_SIDE,
    Closed,
    Closings,
    Money,
    Rankings,
    gains_nb,
    rank_nb,
    take_gains_nb,
)
from engine.settlement.margin_kernels import MarginRules, settle_margin_nb
from engine.settlement.marks import DELEVERAGED

if TYPE_CHECKING:
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

    def __init__(self, parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> None:
        super().__init__(parameters, book, legs, prices)
        markets, assets = len(parameters.markets), len(parameters.assets)
        self._rules = _compiled(parameters)
        self._closed = Closed(*(np.zeros(assets) for _ in Closed._fields))
        self._running = np.zeros(assets)
        self._first_of_none = np.full((markets, assets, 2), NOT_RANKED, dtype=np.int64)
        self._begin_round(0, np.zeros(markets))

    def start(self, reserve_usd: Floats) -> None:
        """Put the insurance funds into the reserves."""
        for m, market in enumerate(self.parameters.markets.values()):
            given = market.rules.settlement
            if isinstance(given, MarginSettlement):
                reserve_usd[m] += given.insurance_usd

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Close candidates in the given order."""
        assert turn.trades is not None
        if self._number != turn.number:
            self._begin_round(turn.number, turn.reserve_usd)
        space, progress, before = turn.space, turn.progress, turn.liquidations
        unused = np.zeros_like(turn.flows.received)
        flows = turn.flows._replace(received=unused, repaid=unused)
        emptied = np.empty(len(accounts), dtype=np.int32)
        margin_progress = np.zeros(MARGIN_PLACES, dtype=np.int64)
        margin_progress[0] = -1
        closings = Closings(np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int32))
        progress[kernels.PROGRESS_POSITION] = progress[kernels.PROGRESS_EMPTIED] = 0
        events, need = turn.columns.arrays, NEEDS_RANKING
        while need != DONE:
            need = settle_margin_nb(
                accounts, turn.legs, turn.places, space.collateral, space.debt, turn.rules, self._rules, self._money,
                turn.oracle, turn.market, turn.undisturbed, turn.cross, turn.curves, turn.policy, turn.dust,
                turn.number, turn.running_usd, self._running, space.since, space.last_liquidated, events, flows,
                turn.left, turn.trades.closed_sold, turn.trades.closed_bought, self._closed, self._rankings, closings,
                emptied, progress, margin_progress,
            )  # fmt: skip
            if need in (NEEDS_RANKING, NEEDS_GAINS):
                m = int(turn.legs.market[accounts[progress[kernels.PROGRESS_POSITION]]])
            if need == NEEDS_RANKING:
                self._rank(turn, m, int(margin_progress[WANTED_ASSET]), int(margin_progress[WANTED_SIDE]))
            elif need == NEEDS_GAINS:
                self._find_gains(turn, m)
            elif need == NEEDS_ROOM:
                events = turn.room_for(max(len(accounts), turn.most_pairs))
                closings = Closings(*(np.concatenate([column, np.empty_like(column)]) for column in closings))
        kernels.fold_nb(flows, turn.left)
        count = int(margin_progress[CLOSINGS])
        turn.mark(closings.row[:count], DELEVERAGED)
        turn.look_again_at(closings.account[:count])
        turn.emptied.append(emptied[: progress[kernels.PROGRESS_EMPTIED]])
        turn.without_gas += turn.liquidations - before

    def finish(self, turn: RoundSettlement) -> None:
        """Take what those who gained have to pay, and leave to the lenders what nobody pays and no account owes."""
        if self._number != turn.number:
            return
        assert turn.bad_debt_usd is not None
        assert turn.lost_usd is not None
        money = self._money
        for m in np.flatnonzero(money.pledged).tolist():
            gone = float(money.pledged[m]) - self._take_gains(turn, m)
            if gone > NOTHING * money.pledged[m]:
                money.overspent[m] += gone
        turn.bad_debt_usd += money.overspent
        turn.lost_usd += money.overspent

    def report(self, turn: RoundSettlement, market: Floats) -> None:  # noqa: ARG002
        """Fill what was credited and deleveraged."""
        if self._number != turn.number or turn.number == 0:
            return
        assert turn.figures is not None
        turn.figures.credited_usd[:] += self._money.credited
        turn.figures.deleveraged_usd[:] = self._money.deleveraged
        turn.figures.deleveraged[:] = self._money.deleveraged_count

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
        )
        self._gains: dict[int, tuple[Ints, Floats]] = {}
        none = np.empty(0, dtype=np.int32)
        self._rankings = Rankings(self._first_of_none.copy(), none, none.copy(), np.empty(0, dtype=np.int64))

    def _rank(self, turn: RoundSettlement, m: int, k: int, side: int) -> None:
        """Find out who can be closed against, and in which order, ties by the order of the book."""
        accounts, found_legs = (np.empty(len(self.book), dtype=np.int32) for _ in range(2))
        scores = np.empty(len(self.book))
        count = rank_nb(
            turn.legs, turn.space.collateral, turn.space.debt, turn.rules, turn.oracle, self.first_prices, turn.dust,
            m, k, side, int(self._rules.quote[m]), accounts, found_legs, scores,
        )  # fmt: skip
        order = np.lexsort((turn.places.account[accounts[:count]], -scores[:count]))
        old = self._rankings
        first = len(old.account)
        follower: npt.NDArray[np.int64] = np.arange(first + 1, first + 1 + count)
        follower[-1:] = END
        self._rankings = Rankings(
            old.first,
            np.concatenate([old.account, accounts[order]]),
            np.concatenate([old.leg, found_legs[order]]),
            np.concatenate([old.follower, follower]),
        )
        old.first[m, k, side] = first if count else END

    def _find_gains(self, turn: RoundSettlement, m: int) -> None:
        """Find what the accounts of a market have gained and can pay in this round."""
        accounts, gains, total = np.empty(len(self.book), dtype=np.int32), np.empty(len(self.book)), np.zeros((1, 2))
        count = gains_nb(
            turn.legs, turn.space.collateral, turn.space.debt, turn.rules, turn.oracle, self.first_prices, turn.dust,
            m, int(self._rules.quote[m]), accounts, gains, total,
        )  # fmt: skip
        self._gains[m] = accounts[:count].copy(), gains[:count].copy()
        self._money.gains[m] = total.sum()

    def _take_gains(self, turn: RoundSettlement, m: int) -> float:
        """Take what is pledged from those who gained, pro rata; return the USD taken."""
        accounts, gains = self._gains[m]
        first, share = turn.events, float(self._money.pledged[m] / self._money.gains[m])
        taken = take_gains_nb(
            turn.legs, turn.places, turn.space.collateral, turn.space.debt, turn.oracle, int(self._rules.quote[m]),
            accounts, gains, len(accounts), share, turn.room_for(len(accounts)), turn.left, turn.progress,
        )  # fmt: skip
        self._money.deleveraged[m] += taken
        self._money.deleveraged_count[m] += len(accounts)
        turn.mark(np.arange(first, turn.events, dtype=np.int64), DELEVERAGED)
        turn.look_again_at(accounts)
        return float(taken)


def _compiled(parameters: Parameters) -> MarginRules:
    """Return the markets' parameters; those of markets that are no margin engines are not used."""
    from engine.scenario.schema.parameters import margin_asset

    assets = list(parameters.assets)
    rows = []
    for market in parameters.markets.values():
        given = market.rules.settlement
        quote = 0
        if isinstance(given, MarginSettlement):
            quote = assets.index(margin_asset(parameters, given))
        else:
            given = MarginSettlement(kind="margin")
        rows.append((quote, float(given.liquidation_fee), given.residual == "trader", given.adl, market.safety.adl))
    quotes, *others = zip(*rows, strict=True)
    return MarginRules(np.array(quotes, dtype=np.int64), *(np.array(column) for column in others))
