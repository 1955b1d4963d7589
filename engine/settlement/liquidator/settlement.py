"""Liquidators repay debt, take collateral and sell it (Method, section 7, `liquidator`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import kernels
from engine.settlement.base import Settlement

if TYPE_CHECKING:
    from engine.base.types import Ints
    from engine.settlement.turn import RoundSettlement


class Liquidators(Settlement):
    """Whoever comes first liquidates, under the market's rules."""

    kind: ClassVar[str] = "liquidator"
    finishes: ClassVar[int] = 0

    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Liquidate candidates in the given order."""
        emptied = np.empty(len(accounts), dtype=np.int32)
        notes = np.empty((0, kernels.NOTE_COLUMNS))
        progress, space = turn.progress, turn.space
        for place in (kernels.PROGRESS_POSITION, kernels.PROGRESS_CALL, kernels.PROGRESS_EMPTIED):
            progress[place] = 0
        done, events = False, turn.columns.arrays
        while not done:
            if turn.policy.in_order:
                done = kernels.liquidate_nb(
                    accounts, turn.legs, turn.places, space.collateral, space.debt, turn.rules, turn.oracle,
                    turn.market, turn.undisturbed, turn.cross, turn.curves, turn.policy, turn.dust, turn.number,
                    turn.running_usd, space.since, space.last_liquidated, events, turn.flows, emptied, progress, -1,
                    notes,
                )  # fmt: skip
            else:
                done = kernels.liquidate_all_nb(
                    accounts, turn.legs, turn.places, space.collateral, space.debt, turn.rules, turn.oracle,
                    turn.policy.calls, turn.policy.min_debt_usd, turn.dust, turn.number, space.since,
                    space.last_liquidated, events, turn.flows, emptied, progress, turn.watch,
                )  # fmt: skip
            if not done:
                events = turn.room_for(max(len(accounts), turn.most_pairs))
        kernels.fold_nb(turn.flows, turn.left)
        turn.emptied.append(emptied[: progress[kernels.PROGRESS_EMPTIED]])


ROOM = Liquidators
