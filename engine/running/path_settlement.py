"""What settlements other than by liquidators do along paths: the same as in single runs, on the arrays of the paths."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import kernels
from engine.base.columns import Columns
from engine.recording.records import EVENT_TYPES
from engine.settlement.step import LiquidationStep
from engine.settlement.turn import RoundSettlement

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.health_index import HealthIndex
    from engine.book.workspace import Workspace
    from engine.running.variants import Tables


_READ = itemgetter(*(kernels.columns_of(kernels.PathStage).names.index(name)  # type: ignore[union-attr]
                     for name in ("path", "number", "queued", "is_still")))  # fmt: skip
"""What is read of a stage, all at once: its columns are slow to read one by one."""


class PathSettlement:
    """Settles rounds of paths under one set of parameters, when the kernel that plays them asks for it.

    Parameters
    ----------
    tables
        Of the parameters.
    index, workspace, work
        What the paths are run on.
    """

    def __init__(self, tables: Tables, index: HealthIndex, workspace: Workspace, work: kernels.Work) -> None:
        self._tables, self._index, self._workspace, self._work = tables, index, workspace, work
        self._step = self._new_step()
        self._path = -1
        self._turn = self._made_turn()
        self._told = False, False, False  # what the kernel knows of the last settled round
        self._is_open = False  # whether the end of the last settled round has not been told yet
        assert self._turn.reported is not None
        self._credited_usd = self._turn.reported.figures["credited_usd"]
        self._deleveraged_taken_usd = self._turn.reported.figures["deleveraged_taken_usd"]

    def start(self, reserve_usd: Floats) -> None:
        """Add to the reserves (M,) with which each path begins what settlements bring."""
        self._step.start(reserve_usd)

    def answer(self, asked: int, stage: kernels.PathStage, policy: kernels.Policy) -> None:
        """Do what the kernel asked for when it stopped (see `engine.kernels.playing.run_paths_nb`)."""
        if asked == kernels.DONE:
            self._path = -1
            return
        row: Any = stage
        path, number, queued, is_still = _READ(row.item())
        if path != self._path:
            self._path, self._is_open, self._told = path, False, (False, False, False)
            stage.some_moved, stage.all_moved, stage.runs = self._told
            self._step = self._new_step()
        goes_on = self._end_round(is_still)
        if asked == kernels.ASKS_TO_GO_ON:
            stage.goes_on = goes_on
        else:
            self._settle(self._begin_round(number, policy), queued, stage)

    def _settle(self, turn: RoundSettlement, queued: int, stage: kernels.PathStage) -> None:
        work, step = self._work, self._step
        queue = kernels.Queue(*(array[:queued] for array in work.queue))
        left_out = step.left_out(queue.account)
        if left_out is not None:
            queue = kernels.Queue(*(array[~left_out] for array in queue))
        step.settle_queued(queue, turn)
        some_emptied = [accounts for accounts in turn.emptied if len(accounts)]
        if some_emptied:
            emptied = np.unique(np.concatenate(some_emptied))
            work.emptied[: len(emptied)] = emptied
            work.progress[kernels.PROGRESS_EMPTIED] = len(emptied)
        if turn.liquidations or turn.paid_usd:  # else they are 0, as each round begins
            stage.without_gas, stage.paid_usd = turn.without_gas, turn.paid_usd
            stage.credited_usd = self._credited_usd.sum() - self._deleveraged_taken_usd.sum()
        told = turn.some_moved, turn.all_moved, step.runs
        if told != self._told:
            self._told = told
            stage.some_moved, stage.all_moved, stage.runs = told
        self._is_open = True

    def _end_round(self, still: bool) -> bool:
        """Tell settlements how the last round that they settled has ended; return whether they need another."""
        if not self._is_open:
            return False
        self._is_open = False
        self._step.end_round(self._turn)
        return self._step.keeps_running(self._turn.number, still=still)

    def _new_step(self) -> LiquidationStep:
        tables, index = self._tables, self._index
        return LiquidationStep(tables.parameters, index.book, index.legs, tables.first_oracle)

    def _begin_round(self, number: int, policy: kernels.Policy) -> RoundSettlement:
        turn = self._turn
        turn.number, turn.policy, turn.paused = number, policy, self._work.state.paused_until >= number
        turn.paid_usd, turn.without_gas = 0.0, 0
        turn.marks = turn.starts = 0
        turn.emptied.clear()
        turn.some_moved = turn.all_moved = False
        self._credited_usd[:] = 0.0
        self._deleveraged_taken_usd[:] = 0.0
        return turn

    def _made_turn(self) -> RoundSettlement:
        """Return the turn that all rounds use one after the other: what it holds are the arrays of the paths.

        Nobody reads events, marks and starts of auctions along paths: those of a round stand in the place of others'.
        """
        tables, work = self._tables, self._work
        state = work.state
        turn = RoundSettlement(
            number=0,
            oracle=state.oracle,
            market=state.market,
            undisturbed=state.undisturbed,
            cross=state.cross,
            running_usd=work.running_usd,
            paused=np.zeros(len(state.paused_until), dtype=np.bool_),
            curves=tables.curves,
            policy=tables.policy,
            rules=tables.rules,
            dust=tables.dust,
            legs=self._index.legs,
            places=self._index.places,
            space=self._workspace,
            left=work.left,
            trades=work.sales.trades,
            reserves=work.reserves,
            columns=Columns(kernels.EventColumns, EVENT_TYPES, room=1024),
            mark_columns=Columns(kernels.MarkColumns, (np.int64, np.int8)),
            start_columns=Columns(kernels.StartColumns, (np.int32, np.float64)),
            flows=work.flows,
            progress=work.progress,
            watch=kernels.no_watch(),
        )
        self._step.begin(turn)
        return turn
