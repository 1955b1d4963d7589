"""Plays paths under one set of parameters: calls the kernel, and does what it asks for between its calls."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import kernels
from engine.kernels.playing import run_paths_nb
from engine.market.oracles import STILL
from engine.running.path_settlement import PathSettlement

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.book.health_index import HealthIndex
    from engine.market.outside_sale import OutsideSale
    from engine.running.courses import Course
    from engine.running.variants import OwnPrices, Tables


@dataclass(frozen=True, slots=True)
class PathPrices:
    """Undisturbed prices of some paths.

    Parameters
    ----------
    rows
        (P, R, K), the first of them.
    count
        How many rows there are in all; where there are more, there is one path.
    last_round
        The round in which prices end.
    own
        Where the others come from.
    """

    rows: Floats
    count: int
    last_round: int
    own: OwnPrices | None = None

    def after(self, first: int) -> Floats:
        """Return the next rows after round ``first``, (1, R, K)."""
        assert self.own is not None
        return self.own.rows(first, self.rows.shape[1])[None]


class PathPlayer:
    """Plays paths under one set of parameters.

    Parameters
    ----------
    tables, index, work
        Of the parameters, the book and a thread.
    times
        (n,) in the order of the index, counted up by who is liquidated.
    stop
        As in `Paths.run`.
    """

    def __init__(
        self, tables: Tables, index: HealthIndex, work: kernels.Work, times: Wholes, stop: npt.NDArray[np.uint8]
    ) -> None:
        self._tables, self._index, self._times, self._stop = tables, index, times, stop
        self._workspace = index.borrow()
        self._work = work
        self._settlement: PathSettlement | None = None
        work.first_reserve[:] = tables.safety.of_market["reserve_usd"]
        work.by_others[:] = [
            not market.rules.settlement.by_liquidators for market in tables.parameters.markets.values()
        ]
        if work.by_others.any():
            self._settlement = PathSettlement(tables, index, self._workspace, work)
            self._settlement.start(work.first_reserve)

    def play(
        self, prices: PathPrices, sale: OutsideSale, found: Floats, ends: Floats, course: Floats, noted: Course
    ) -> None:
        """Play some paths; fill (P, FIGURES), (3, P, K) prices at the end and (P, S, A) those that are noted."""
        tables, index, rows = self._tables, self._index, prices.rows
        policy = copy(tables.policy)
        stage = kernels.first_stage(policy, asks=self._settlement is not None)
        given = (
            index.legs, index.places, tables.rules, tables.bounds, tables.curves, tables.oracles, policy,
            tables.selling, tables.safety, tables.first_oracle, tables.start,
            int(tables.parameters.simulation.max_rounds), tables.look_back, STILL, tables.dust,
            index.most_threshold, index.fresh, index.left, self._workspace.space, self._work, stage,
        )  # fmt: skip
        filled = (
            prices.count, prices.last_round, sale.tokens, sale.rounds, found, ends[0], ends[1], ends[2], course,
            np.array(noted.assets, dtype=np.int64), noted.step(prices.count), self._times, self._stop,
        )  # fmt: skip
        asked = None
        while asked != kernels.DONE:
            asked = run_paths_nb(*given, rows, *filled)
            if asked == kernels.NEEDS_PRICES:
                stage.first_row += rows.shape[1]
                rows = prices.after(int(stage.first_row))
            elif self._settlement is not None:
                self._settlement.answer(asked, stage, policy)

    def close(self) -> None:
        """Give back what the paths were played on."""
        self._index.give_back(self._workspace)
