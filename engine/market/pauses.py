"""Which markets' liquidations are paused (Method, section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.kernels import Safety
    from engine.scenario.schema import Parameters


def compile_safety(parameters: Parameters) -> Safety:
    """Return the markets' safety devices as arrays."""
    from engine import kernels

    names, markets = list(parameters.assets), list(parameters.markets.values())
    devices = [
        {
            "drop": np.inf if market.safety.pause_if_drop is None else market.safety.pause_if_drop,
            "rounds": market.safety.pause_rounds,
            "reserve_usd": market.safety.reserve_usd,
        }
        for market in markets
    ]
    return kernels.Safety(
        of_market=kernels.table(kernels.Device, devices),
        watches=np.array([[market.lists(name) for name in names] for market in markets], dtype=np.bool_),
    )
