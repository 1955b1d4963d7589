"""What settlements other than by liquidators do along paths: the same as in single runs, on the arrays of the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        self._events = Columns(kernels.EventColumns, EVENT_TYPES, room=1024)
        self._marks = Columns(kernels.MarkColumns, (np.int64, np.int8))
        self._starts = Columns(kernels.StartColumns, (np.int32, np.float64))
        self._nobody = kernels.no_watch()
        self._path = -1
        self._turn: RoundSettlement | None = None  # of the last settled round, while its end has not been told

    def start(self, reserve_usd: Floats) -> None:
        """Add to the reserves (M,) with which each path begins what settlements bring."""
        self._step.start(reserve_usd)

    def answer(self, asked: int, stage: kernels.PathStage, policy: kernels.Policy) -> None:
        """Do what the kernel asked for when it stopped (see `engine.kernels.playing.run_paths_nb`)."""
        if asked == kernels.DONE:
            self._path = -1
            return
        if stage.path != self._path:
            self._path, self._turn = int(stage.path), None
            self._step = self._new_step()
        goes_on = self._end_round(bool(stage.is_still))
        if asked == kernels.ASKS_TO_GO_ON:
            stage.goes_on = goes_on
        else:
            self._settle(stage, policy)

    def _settle(self, stage: kernels.PathStage, policy: kernels.Policy) -> None:
        work, step = self._work, self._step
        turn = self._begun(int(stage.number), policy)
        queue = kernels.Queue(*(array[: stage.queued] for array in work.queue))
        left_out = step.left_out(queue.account)
        if left_out is not None:
            queue = kernels.Queue(*(array[~left_out] for array in queue))
        step.settle_queued(queue, turn)
        if turn.emptied:
            emptied = np.unique(np.concatenate(turn.emptied))
            work.emptied[: len(emptied)] = emptied
            work.progress[kernels.PROGRESS_EMPTIED] = len(emptied)
        assert turn.reported is not None
        stage.some_moved, stage.all_moved = turn.some_moved, turn.all_moved
        stage.without_gas, stage.paid_usd = turn.without_gas, turn.paid_usd
        stage.credited_usd = turn.reported.figures["credited_usd"].sum()
        stage.runs = step.runs
        self._turn = turn

    def _end_round(self, still: bool) -> bool:
        """Tell settlements how the last round that they settled has ended; return whether they need another."""
        turn, self._turn = self._turn, None
        if turn is None:
            return False
        self._step.end_round(turn)
        return self._step.keeps_running(turn.number, still=still)

    def _new_step(self) -> LiquidationStep:
        tables, index = self._tables, self._index
        return LiquidationStep(tables.parameters, index.book, index.legs, tables.first_oracle)

    def _begun(self, number: int, policy: kernels.Policy) -> RoundSettlement:
        tables, work = self._tables, self._work
        state = work.state
        turn = RoundSettlement(
            number=number,
            oracle=state.oracle,
            market=state.market,
            undisturbed=state.undisturbed,
            cross=state.cross,
            running_usd=work.running_usd,
            paused=state.paused_until >= number,
            curves=tables.curves,
            policy=policy,
            rules=tables.rules,
            dust=tables.dust,
            legs=self._index.legs,
            places=self._index.places,
            space=self._workspace,
            left=work.left,
            trades=work.sales.trades,
            reserves=work.reserves,
            columns=self._events,
            mark_columns=self._marks,
            start_columns=self._starts,
            flows=work.flows,
            progress=work.progress,
            watch=self._nobody,
        )
        self._step.begin(turn)
        return turn
