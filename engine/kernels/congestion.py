"""Gas and latency of a round, as they rise with those who were liquidatable the round before (Method, section 6).

`engine.market.congestion` says the same of a scenario's parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, part
from engine.kernels.constants import unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, WaitingAccounts
    from engine.kernels.tables import Policy


@inlined
def gas_nb(policy: Policy, calm_gas_usd: float, congesting: int) -> float:
    """Return what gas costs a liquidation, USD, so many accounts being liquidatable the round before."""
    if policy.congested_beyond == 0 or congesting <= policy.congested_beyond:
        return calm_gas_usd
    return calm_gas_usd * (congesting / policy.congested_beyond) ** policy.gas_exponent


@inlined
def latency_nb(policy: Policy, calm_latency: int, congesting: int) -> int:
    """Return how many rounds liquidators take to come, so many accounts being liquidatable the round before."""
    if policy.congested_beyond == 0 or congesting <= policy.congested_beyond:
        return calm_latency
    beyond = congesting - policy.congested_beyond
    return calm_latency + policy.congested_latency * beyond // policy.congested_beyond


@part
def congesting_nb(
    legs: Legs, policy: Policy, paused_until: Any, waiting: WaitingAccounts, count: int, number: int
) -> int:
    """Return how many of the first ``count`` who wait in a round congest the next.

    These are all in markets that are not paused, ``paused_until`` (M,), but for those who are left alone.
    """
    found = 0
    for place in range(count):
        m = unsigned(legs.market[unsigned(waiting.account[place])])
        found += paused_until[m] < number and not waiting.debt[place] < policy.min_debt_usd
    return found
