"""What runs along paths carry from round to round: named tuples of arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import (
    BadDebtColumns,
    EventColumns,
    Flows,
    MarketState,
    Queue,
    Reserves,
    Sales,
    TokensLeft,
    WaitingAccounts,
    no_waiting_accounts,
)
from engine.kernels.constants import BLOCK


class Search(NamedTuple):
    """What the search for liquidatable accounts carries from round to round (see `engine.kernels.finding`).

    ``levels`` (3,), the logs of the three levels of `Moves`, and its ``has_moved`` and ``first_moved`` (K,);
    ``limits`` (3,) and ``left`` (1, 2), see `recheck_nb`. ``healed`` and ``healed_since`` (n,) int32: whom others than
    liquidators have healed in the round before, and since when they had been liquidatable.
    """

    levels: Any
    limits: Any
    left: Any
    has_moved: Any
    first_moved: Any
    healed: Any
    healed_since: Any


class PathStart(NamedTuple):
    """Who is liquidatable before a path begins (see `engine.kernels.starting`): room for as many as it is kept of.

    ``waiting``, accounts; ``blocks`` (int32), which blocks were looked into, ``block_due`` (float32)
    and ``due`` (`BLOCK` times as long), their due values; ``limits`` (3,), see `recheck_nb`.
    """

    waiting: WaitingAccounts
    blocks: Any
    block_due: Any
    due: Any
    limits: Any


class Work(NamedTuple):
    """What `run_paths_nb` carries from round to round, and room for what it works out within one.

    (K,) float64: alone_permanent and alone_temporary, the parts of q of what is sold from outside as it would be alone,
    and running_usd. ``emptied`` (n,) int32; ``notes`` (0, NOTE_COLUMNS);
    ``earned`` (M,), see `most_earned_nb`. ``first_reserve`` (M,) is what reserves begin with, USD, and ``by_others``
    (M,) bool, which markets are settled by others than liquidators.
    """

    state: MarketState
    alone_permanent: Any
    alone_temporary: Any
    running_usd: Any
    sales: Sales
    reserves: Reserves
    search: Search
    start: PathStart
    emptied: Any
    notes: Any
    earned: Any
    first_reserve: Any
    by_others: Any
    queue: Queue
    events: EventColumns
    bad_debts: BadDebtColumns
    flows: Flows
    left: TokensLeft
    progress: Any


def no_start(accounts: int) -> PathStart:
    """Return room for a start of which so many accounts, and as many blocks, are kept."""
    return PathStart(
        waiting=no_waiting_accounts(accounts),
        blocks=np.empty(accounts, dtype=np.int32),
        block_due=np.empty(accounts, dtype=np.float32),
        due=np.empty(accounts * BLOCK),
        limits=np.empty(3),
    )
