"""Parts of kernels that several kinds of settlement share."""

from __future__ import annotations

from typing import Any

from engine.kernels import (
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    TOTAL_REPAID_FRESH_USD,
    TOTAL_REPAID_USD,
    TOTAL_SEIZED_USD,
    Flows,
    Policy,
    add_nb,
    unsigned,
)
from engine.kernels.compiling import inlined


@inlined
def fits_nb(flows: Flows, progress: Any, policy: Policy, usd: float) -> bool:
    """Whether one more liquidation that repays so many USD stays within the round's count and capacity."""
    spent = flows.totals[TOTAL_REPAID_USD, 0] + flows.totals[TOTAL_REPAID_USD, 1]
    return progress[PROGRESS_LIQUIDATIONS] < policy.most_liquidations and spent + usd <= policy.capacity_usd


@inlined
def count_nb(
    flows: Flows,
    progress: Any,
    m: int,
    i: int,
    number: int,
    repaid: float,
    seized: float,
    was_healthy: bool,
    last_liquidated: Any,
) -> None:
    """Count one liquidation of account i in market m; ``repaid`` and ``seized`` in USD at oracle prices.

    ``was_healthy`` tells whether it was when the round before began, for the reproduction number.
    """
    add_nb(flows.totals, unsigned(TOTAL_REPAID_USD), repaid)
    add_nb(flows.totals, unsigned(TOTAL_SEIZED_USD), seized)
    if was_healthy:
        add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), repaid)
    flows.liquidations[m] += 1
    add_nb(flows.repaid_usd, unsigned(m), repaid)
    add_nb(flows.seized_usd, unsigned(m), seized)
    progress[PROGRESS_LIQUIDATIONS] += 1
    if last_liquidated[i] == 0:
        progress[PROGRESS_NEW_ACCOUNTS] += 1
    last_liquidated[i] = number
