"""Gas and latency of a round, as they rise with those who were liquidatable the round before (Method, section 6).

Both are written once: as plain functions, which `engine.market.congestion` asks for a scenario's parameters, and
compiled into the kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, part
from engine.kernels.constants import unsigned

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs, WaitingAccounts
    from engine.kernels.tables import Policy


def congested_gas_usd(calm_gas_usd: float, candidates: int, exponent: float, congesting: int) -> float:
    """Return what gas costs a liquidation, USD, so many accounts being liquidatable the round before.

    Parameters
    ----------
    calm_gas_usd
        What it costs while no more than ``candidates`` are; 0 of these: it costs this always.
    exponent
        Power of how many times ``candidates`` they are, with which the cost rises.
    """
    if candidates == 0 or congesting <= candidates:
        return calm_gas_usd
    return calm_gas_usd * (congesting / candidates) ** exponent


def congested_latency(calm_latency: int, candidates: int, rounds: int, congesting: int) -> int:
    """Return how many rounds liquidators take to come, so many accounts being liquidatable the round before.

    Parameters
    ----------
    calm_latency, candidates
        As in `congested_gas_usd`.
    rounds
        By how many rounds they come later for every ``candidates`` more. In whole numbers: a fifth too many is a
        fifth of them, not a rounding error less.
    """
    if candidates == 0 or congesting <= candidates:
        return calm_latency
    return calm_latency + rounds * (congesting - candidates) // candidates


_gas_nb: Any = inlined(congested_gas_usd)
_latency_nb: Any = inlined(congested_latency)


@inlined
def gas_nb(policy: Policy, calm_gas_usd: float, congesting: int) -> float:
    """Return what gas costs a liquidation in a round, USD."""
    usd: float = _gas_nb(calm_gas_usd, policy.congested_beyond, policy.gas_exponent, congesting)
    return usd


@inlined
def latency_nb(policy: Policy, calm_latency: int, congesting: int) -> int:
    """Return how many rounds liquidators take to come in a round."""
    rounds: int = _latency_nb(calm_latency, policy.congested_beyond, policy.congested_latency, congesting)
    return rounds


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
