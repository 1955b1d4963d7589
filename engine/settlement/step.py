"""Step 7 of a round: the candidates, one after the other, each settled as its market settles (Method, section 6)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.market.rules import order_matters
from engine.settlement.first_in_order import first_in_order
from engine.settlement.kinds import settlements
from engine.settlement.turn import Reported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement


class LiquidationStep:
    """Who is served when, and by which settlement.

    Parameters
    ----------
    parameters, book
        Of the scenario.
    legs
        The book's legs in the order of the run's index.
    prices
        (K,) the oracle prices before round 1.

    Attributes
    ----------
    in_order
        Whether it matters in which order the candidates of a round are served.
    """

    def __init__(self, parameters: Parameters, book: Book, legs: kernels.Legs, prices: Floats) -> None:
        self._liquidators = parameters.liquidators
        self._markets = len(book.market_names)
        made = settlements(parameters, book, legs, prices)
        self._settlements = list(made.values())
        place = {kind: number for number, kind in enumerate(made)}
        self._settlement_of_market = np.array(
            [place[market.rules.settlement.kind] for market in parameters.markets.values()], dtype=np.int32
        )
        self._is_liquidator = np.array(
            [market.rules.settlement.by_liquidators for market in parameters.markets.values()], dtype=np.bool_
        )
        self.is_plain = bool(self._is_liquidator.all())
        self.in_order = not self.is_plain or order_matters(parameters)
        # Where no limit and no running price ties them together, each kind may have all its candidates at once.
        self._is_grouped = (
            len(self._settlements) > 1
            and not any(settlement.ties_accounts for settlement in self._settlements)
            and not order_matters(parameters)
        )
        self._serves_beyond_count = [settlement.serves_beyond_count for settlement in self._settlements]
        self._nothing = Reported.none(self._markets).of_round()

    def start(self, reserve_usd: Floats) -> None:
        """Add to the reserves (M,) what settlements bring."""
        for settlement in self._settlements:
            settlement.start(reserve_usd)

    def begin(self, turn: RoundSettlement) -> None:
        """Give a turn what only settlements other than by liquidators need."""
        if not self.is_plain:
            turn.reported = Reported.none(self._markets)

    def expected_rows(self, candidates: int) -> int:
        """Return how many rows of events to make room for at once."""
        return min(candidates, 1024) if self.in_order else candidates

    def left_out(self, accounts: Ints) -> npt.NDArray[np.bool_] | None:
        """Return which liquidatable accounts are no candidates; None for none of them."""
        masks = [mask for settlement in self._settlements if (mask := settlement.left_out(accounts)) is not None]
        return np.logical_or.reduce(masks) if masks else None

    def settle(self, candidates: kernels.WaitingAccounts, turn: RoundSettlement) -> None:
        """Give each candidate its turn, then let the settlements finish the round."""
        if not self.in_order:  # all are served: it does not matter in which order
            self._serve([candidates.account] if len(candidates.account) else [], turn)
            return
        accounts = turn.places.account[candidates.account]
        priority = self._liquidators.priority
        key: npt.NDArray[Any] = accounts
        if priority == "largest_debt":
            key = -candidates.debt
        elif priority == "lowest_health":
            key = np.empty(len(accounts))
            kernels.service_keys_nb(
                turn.legs, turn.space.collateral, turn.space.debt, turn.oracle, candidates.account, key,
                np.empty_like(key),
            )  # fmt: skip
        elif priority == "largest_profit" and len(accounts):
            key = np.empty(len(accounts))
            kernels.profits_nb(
                turn.legs, turn.space.collateral, turn.space.debt, turn.rules, turn.oracle, turn.market, turn.dust,
                candidates.account, key,
            )  # fmt: skip
            key = -key
        self.settle_queued(kernels.Queue(key, accounts, candidates.account), turn)

    def settle_queued(self, queue: kernels.Queue, turn: RoundSettlement) -> None:
        """Give each candidate of a queue its turn, then let the settlements finish the round.

        The keys are those of the priority, as `engine.kernels.serving.queue_nb` makes them; by profit only those that
        liquidators settle are ordered.
        """
        key, rows, accounts = queue
        if self._liquidators.priority == "largest_profit":
            key = np.where(self._is_liquidator[turn.legs.market[accounts]], key, 0.0)
        most = self._liquidators.max_liquidations_per_round
        places = first_in_order(key, rows, max(len(key), 1) if most is None else most)
        self._serve((accounts[each] for each in places), turn)

    def _serve(self, orders: Iterable[Ints], turn: RoundSettlement) -> None:
        for order in orders:
            if len(self._settlements) == 1:
                self._settlements[0].settle(order, turn)
            elif self._is_grouped:
                self._settle_grouped(order, turn)
            else:
                self._settle_in_segments(order, turn)
            if turn.is_count_used_up and not any(self._serves_beyond_count):
                break
        if not self.is_plain:
            for settlement in self._settlements:
                settlement.finish(turn)

    def report(self, turn: RoundSettlement, market: Floats) -> dict[str, Any]:
        """Return what settlements report of a round, as fields of `engine.recording.records.Round`.

        `market` (K,) is p(r).
        """
        if turn.reported is None:
            return self._nothing
        self.end_round(turn)
        for settlement in self._settlements:
            settlement.report(turn, market)
        return turn.reported.of_round()

    def end_round(self, turn: RoundSettlement) -> None:
        """Let the settlements do what comes after bad debt was written off."""
        for settlement in self._settlements:
            settlement.end_round(turn)

    @property
    def runs(self) -> bool:
        """Whether a settlement has something to do in the next round even if it has no candidates."""
        return any(settlement.runs for settlement in self._settlements)

    def keeps_running(self, number: int, *, still: bool) -> bool:
        """Whether a settlement needs another round (see `Settlement.keeps_running`)."""
        answers = [settlement.keeps_running(number, still=still) for settlement in self._settlements]
        return any(answers)  # each was asked: they count quiet rounds

    def _kinds(self, order: Ints, turn: RoundSettlement) -> Ints:
        """Return by which settlement each account is settled."""
        kinds: Ints = self._settlement_of_market[turn.legs.market[order]]
        return kinds

    def _settle_in_segments(self, order: Ints, turn: RoundSettlement) -> None:
        """Settle accounts one after the other, as many at a time as follow each other with one settlement."""
        kinds = self._kinds(order, turn)
        cuts = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(order)]
        for first, end in pairwise(cuts):
            if turn.is_count_used_up:
                rest, kinds = order[first:], kinds[first:]
                for kind, settlement in enumerate(self._settlements):
                    if self._serves_beyond_count[kind]:
                        settlement.settle(rest[kinds == kind], turn)
                return
            self._settlements[kinds[first]].settle(order[first:end], turn)

    def _settle_grouped(self, order: Ints, turn: RoundSettlement) -> None:
        """Settle all accounts of each settlement at once, and put their events in the order of service."""
        first, first_mark = turn.events, turn.marks
        kinds = self._kinds(order, turn)
        for kind, settlement in enumerate(self._settlements):
            accounts = order[kinds == kind]
            if len(accounts):
                settlement.settle(accounts, turn)
        rows = slice(first, turn.events)
        served = turn.places.account[order]
        by_account = np.argsort(served)
        place = by_account[np.searchsorted(served, turn.columns.arrays.account[rows], sorter=by_account)]
        moved = np.argsort(place, kind="stable")
        for column in turn.columns.arrays:
            column[rows] = column[rows][moved]
        if turn.marks > first_mark:
            now_at = np.empty(len(moved), dtype=np.int64)
            now_at[moved] = np.arange(len(moved))
            turn.move_marks(first_mark, first, now_at)
