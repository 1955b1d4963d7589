"""Gas and latency where many accounts are liquidatable at once (Method, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernels.congestion import congested_gas_usd, congested_latency

if TYPE_CHECKING:
    from engine.scenario.schema import Liquidators


def gas_usd(given: Liquidators, waiting: int) -> float:
    """Return what liquidators pay for gas in a round, USD a liquidation.

    Parameters
    ----------
    given
        What the scenario says of liquidators.
    waiting
        Accounts that were liquidatable in the round before in markets that were not paused, but for those that
        liquidators leave alone; 0 in round 1.

    Examples
    --------
    >>> from engine.scenario.schema import Liquidators
    >>> given = Liquidators(gas_usd=3.0, congestion={"candidates": 10, "gas_exponent": 2.0, "latency_rounds": 5})
    >>> gas_usd(given, 10), gas_usd(given, 40)
    (3.0, 48.0)
    """
    congestion = given.congestion
    if congestion is None:
        return float(given.gas_usd)
    return congested_gas_usd(float(given.gas_usd), int(congestion.candidates), congestion.gas_exponent, waiting)


def latency_rounds(given: Liquidators, waiting: int) -> int:
    """Return how many rounds liquidators take to come, as things are in a round.

    Parameters
    ----------
    given, waiting
        As in `gas_usd`.

    Examples
    --------
    >>> from engine.scenario.schema import Liquidators
    >>> given = Liquidators(latency_rounds=1, congestion={"candidates": 10, "latency_rounds": 10})
    >>> [latency_rounds(given, waiting) for waiting in (10, 12, 25)]
    [1, 3, 16]
    """
    congestion = given.congestion
    if congestion is None:
        return int(given.latency_rounds)
    return congested_latency(
        int(given.latency_rounds), int(congestion.candidates), int(congestion.latency_rounds), waiting
    )
