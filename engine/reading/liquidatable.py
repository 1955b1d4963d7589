"""Accounts that are liquidatable: those left alone for owing too little, those that congest the next round.

And what is owed without collateral, which nobody can liquidate any more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView
    from engine.recording.recording import Recording
    from engine.recording.records import BookState


def liquidatable_debts(recording: Recording, state: BookState | Cursor, prices: Floats) -> Floats:
    """Return (n,) what each liquidatable account owes at oracle prices (K,), USD; 0 for all others."""
    from engine import kernels
    from engine.market.rules import compile_rules

    book, parameters = recording.book, recording.scenario.parameters
    count = len(book)
    health, backing, held, owed = (np.empty(count) for _ in range(4))
    status, never = np.empty(count, dtype=np.int8), np.zeros(count, dtype=np.int32)
    kernels.view_nb(
        book.legs, np.array(state.collateral_amount), np.array(state.debt_amount), compile_rules(parameters),
        np.array(prices), float(parameters.simulation.dust_usd), never, never.copy(), health, backing, held, owed,
        status, np.empty(count, dtype=np.int32),
    )  # fmt: skip
    return np.where(status == kernels.STATUS_LIQUIDATABLE, owed, 0.0)


def congesting(recording: RecordedRun, number: int) -> int:
    """Return by how many accounts gas and latency of a round are set (see `engine.market.congestion`).

    Those who were liquidatable in the round before in markets that were not paused, but for those that are left alone.
    """
    liquidators = recording.scenario.parameters.liquidators
    if liquidators.congestion is None or number < 2:
        return 0
    before = recording.rounds[number - 1]
    debts = liquidatable_debts(recording, recording.state(number - 2), before.oracle)
    counts = (debts > 0.0) & (debts >= (liquidators.min_debt_usd or 0.0)) & ~before.paused[recording.book.market]
    return int(counts.sum())


def small_accounts_left(recording: RecordedRun) -> tuple[int, float]:
    """Return how many accounts are liquidatable at the end but left alone for owing too little, and what they owe.

    Beside them stand those of `liquidatable_left`, which does not count them.
    """
    least = recording.scenario.parameters.liquidators.min_debt_usd or 0.0
    last = recording.rounds[-1]
    debts = liquidatable_debts(recording, recording.state(last.number), last.oracle)
    small = debts[(debts > 0.0) & (debts < least)]
    return len(small), math.fsum(small)


def owed_without_collateral(view: RoundView) -> Floats:
    """Return (K,) tokens of each asset that accounts owe which hold nothing any more: bad debt, not liquidatable.

    Only of accounts whose debt is above dust, as they count in a liquidation map. Bad debt that was written off is
    owed by nobody.
    """
    from engine.kernels import STATUS_BAD_DEBT

    book = view.book
    owing = (view.status == STATUS_BAD_DEBT) & (view.debt_usd > view.scenario.parameters.simulation.dust_usd)
    legs = np.repeat(owing, np.diff(book.debt_start))
    assets, amounts = book.debt_asset[legs], view.state.debt_amount[legs]
    return np.bincount(assets, weights=amounts, minlength=len(book.asset_names)).astype(np.float64)
