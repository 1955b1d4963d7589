"""A stability pool pays the debt; other borrowers take what it cannot (Method, section 7, `stability_pool`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine import kernels
from engine.scenario.schema import StabilityPoolSettlement
from engine.settlement.base import Settlement
from engine.settlement.marks import REDISTRIBUTED
from engine.settlement.stability_pool.redistribution import redistribute_nb
from engine.settlement.stability_pool.stability_pool_kernels import PoolRules, PoolState, settle_with_pool_nb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement


class StabilityPool(Settlement):
    """The pools of all markets that have one.

    Parameters
    ----------
    parameters, book, legs, prices
        As in `Settlement`.
    """

    kind: ClassVar[str] = "stability_pool"
    finishes: ClassVar[int] = 1
    rehearsed_with: ClassVar[Mapping[str, Any]] = {"pool_usd": 40.0, "sell_share": 0.5}

    def __init__(self, parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> None:
        super().__init__(parameters, book, legs, prices)
        self._rules, pool_usd = _compiled(parameters)
        markets = len(pool_usd)
        self._state = PoolState(
            pool_usd=pool_usd,
            growth=np.ones(markets),
            debt_per_collateral=np.zeros(markets),
            recipients=np.full(markets, -1, dtype=np.int64),
            stored=np.zeros((markets, 2)),
            redistributed_usd=np.zeros(markets),
        )
        self._number = 0

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Settle candidates in the given order."""
        self._begin_round(turn.number)
        space, before = turn.space, turn.liquidations
        emptied, passed_rows = np.empty(len(accounts), dtype=np.int32), np.empty(len(accounts), dtype=np.int64)
        turn.progress[kernels.PROGRESS_EMPTIED] = 0
        count = settle_with_pool_nb(
            accounts, turn.legs, turn.places, space.collateral, space.debt, turn.rules, self._rules, self._state,
            turn.oracle, turn.undisturbed, turn.policy, turn.dust, turn.number,
            turn.running_usd, space.since, space.last_liquidated, turn.room_for(2 * len(accounts)), turn.flows,
            turn.left, turn.trades.depositors, passed_rows, emptied, turn.progress,
        )  # fmt: skip
        turn.mark(passed_rows[:count], REDISTRIBUTED)
        turn.emptied.append(emptied[: turn.progress[kernels.PROGRESS_EMPTIED]])
        turn.without_gas += turn.liquidations - before

    def finish(self, turn: RoundSettlement) -> None:
        """Give the other borrowers what was passed on to them."""
        self._begin_round(turn.number)
        state = self._state
        if not state.redistributed_usd.any():
            return
        space = turn.space
        redistribute_nb(turn.legs, space.collateral, space.debt, state.growth, state.debt_per_collateral)
        for sums in turn.left:
            sums[:] = 0.0
        kernels.totals_nb(turn.legs, space.collateral, space.debt, turn.left)
        turn.all_moved = True

    def report(self, turn: RoundSettlement, market: Floats) -> None:  # noqa: ARG002
        """Fill what pools have left and what was redistributed."""
        assert turn.reported is not None
        state, reported = self._state, turn.reported
        reported.figures["pool_usd"][:] = state.pool_usd
        reported.figures["redistributed_usd"][:] = state.redistributed_usd
        reported.collateral_growth[:] = state.growth
        reported.debt_per_collateral[:] = state.debt_per_collateral

    def _begin_round(self, number: int) -> None:
        """Forget what was passed on in the round before."""
        if number == self._number:
            return
        self._number, state = number, self._state
        state.growth[:] = 1.0
        state.debt_per_collateral[:] = 0.0
        state.recipients[:] = -1
        state.redistributed_usd[:] = 0.0


def _compiled(parameters: Parameters) -> tuple[PoolRules, Floats]:
    """Return the markets' parameters and what their pools start with; markets without a pool get one of nothing."""
    rules, pool_usd = [], []
    for market in parameters.markets.values():
        given = market.rules.settlement
        if not isinstance(given, StabilityPoolSettlement):
            given = StabilityPoolSettlement(kind="stability_pool")
        pool_usd.append(float(given.pool_usd))
        rules.append(
            PoolRules(
                sell_share=float(given.sell_share),
                pool_penalty=_or_infinite(given.pool_penalty),
                redistribution_penalty=_or_infinite(given.redistribution_penalty),
                gas_share=float(given.gas_compensation),
                gas_of_offset=given.gas_compensation_of == "offset",
                gas_most=_or_infinite(given.gas_compensation_most),
            )
        )
    return PoolRules(*(np.array(column) for column in zip(*rules, strict=True))), np.array(pool_usd)


def _or_infinite(number: float | None) -> float:
    return np.inf if number is None else float(number)


ROOM = StabilityPool
