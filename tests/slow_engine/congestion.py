"""Gas and latency of a round, by how many accounts were liquidatable in the one before (section 6, "Congestion").

Counted are accounts that step 5 of the round before found liquidatable, in markets that were not paused then, those
that wait out a latency included; not those that `min_debt_usd` sets apart. Whole numbers are reckoned with exactly, so
that 12 accounts over 10 are one fifth too many and not a rounding error less.
"""

from __future__ import annotations

from typing import Any


def gas_usd(liquidators: dict[str, Any], count: int) -> float:
    """What a liquidation costs its liquidator in the round after one with so many accounts liquidatable."""
    congestion = liquidators["congestion"]
    gas: float = liquidators["gas_usd"]
    if congestion is None:
        return gas
    return float(gas * max(1.0, count / congestion["candidates"]) ** congestion["gas_exponent"])


def latency_rounds(liquidators: dict[str, Any], count: int) -> int:
    """Rounds that an account must have been liquidatable before it is taken, in that round."""
    congestion = liquidators["congestion"]
    latency: int = liquidators["latency_rounds"]
    if congestion is None:
        return latency
    beyond = max(0, count - congestion["candidates"])
    return int(latency + congestion["latency_rounds"] * beyond // congestion["candidates"])
