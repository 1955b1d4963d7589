"""Why accounts that can be liquidated at the end of a round have not been: for all accounts of a book at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.reading.liquidatable import congesting, liquidatable_debts
from engine.reading.reasons_to_wait import Waiting

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun


def waiting(
    recording: RecordedRun,
    number: int,
    liquidatable: npt.NDArray[np.bool_],
    debt_usd: Floats,
    last_liquidated: npt.NDArray[np.int32],
    cursor: Cursor,
) -> npt.NDArray[np.int8]:
    """Return (n,) int8 what each account waits for at the end of a round, a `Waiting`.

    Where liquidators have several reasons to leave an account (a limit and a least profit), which one it was depends
    on everybody before it: that is found for one account by running the round again, and not here.

    Parameters
    ----------
    recording, number
        The run and the round.
    liquidatable, debt_usd
        (n,) of the end of the round: whether an account can be liquidated, and what it owes.
    last_liquidated
        (n,) the round of its last liquidation, 0 for none.
    cursor
        Of the recording; it is moved.
    """
    found = liquidatable.astype(np.int8)  # untold
    among = np.flatnonzero(liquidatable)
    if not number or not len(among):
        return found
    parameters, market = recording.scenario.parameters, recording.book.market[among]
    liquidators, step = parameters.liquidators, recording.rounds[number]
    kinds = [str(entry.rules.settlement.kind) for entry in parameters.markets.values()]
    reason = np.array([_only_reason(recording, kind) for kind in kinds], dtype=np.int8)[market]
    comes = np.array([kind in {"liquidator", "absorb"} for kind in kinds])[market]
    reason[comes & ~_waited_longer(recording, number, among, cursor)] = Waiting.LATENCY
    reason[comes & step.paused[market]] = Waiting.PAUSED
    if liquidators.min_debt_usd is not None:
        reason[debt_usd[among] < liquidators.min_debt_usd] = Waiting.TOO_SMALL
    reason[last_liquidated[among] == number] = Waiting.AGAIN
    found[among] = reason
    return found


def _only_reason(recording: RecordedRun, kind: str) -> Waiting:
    """Return the one reason that can keep liquidators from an account that they have had time for."""
    from engine.market.rules import compile_rules

    parameters = recording.scenario.parameters
    liquidators = parameters.liquidators
    limited = any(
        limit is not None and np.isfinite(limit)
        for limit in (liquidators.max_liquidations_per_round, liquidators.capacity_usd_per_round)
    )
    if kind == "absorb":
        return Waiting.CAPACITY if limited else Waiting.UNTOLD
    if kind != "liquidator" or compile_rules(parameters)["min_leftover_usd"].any():
        return Waiting.UNTOLD
    chooses = liquidators.min_profit_usd is not None or liquidators.sizing != "whole"
    if limited and chooses:
        return Waiting.UNTOLD
    if chooses:
        return Waiting.NOT_PROFITABLE
    return Waiting.CAPACITY if limited else Waiting.UNTOLD


def _waited_longer(
    recording: RecordedRun, number: int, among: npt.NDArray[np.int64], cursor: Cursor
) -> npt.NDArray[np.bool_]:
    """Return which of some accounts could be liquidated in more rounds than liquidators take to come."""
    from engine.market.congestion import latency_rounds

    liquidators = recording.scenario.parameters.liquidators
    latency = latency_rounds(liquidators, congesting(recording, number))
    longer = np.full(len(among), latency < number)
    for earlier in range(number, number - latency - 1, -1) if latency else ():
        if not longer.any():
            break
        cursor.seek(earlier - 1)
        longer &= liquidatable_debts(recording, cursor, recording.rounds[earlier].oracle)[among] > 0.0
    return longer
