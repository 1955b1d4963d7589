"""Which markets' liquidations are paused (Method, section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.market.oracles import relative_moves

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
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
        watches=np.array([[name in market.collateral for name in names] for market in markets], dtype=np.bool_),
    )


class Pauses:
    """Which markets' liquidations are paused (Method, section 8)."""

    def __init__(self, parameters: Parameters) -> None:
        names = list(parameters.assets)
        self._watched = [
            np.array([names.index(name) for name in market.collateral], dtype=np.int64)
            for market in parameters.markets.values()
        ]
        self._safety = [market.safety for market in parameters.markets.values()]
        self._until = np.zeros(len(self._safety), dtype=np.int64)

    def update(self, number: int, before: Floats, now: Floats) -> npt.NDArray[np.bool_]:
        """Return which markets are paused in this round, given the oracle prices of the last and of this one."""
        moves = relative_moves(before, now)
        for m, safety in enumerate(self._safety):
            if safety.pause_if_drop is not None and (moves[self._watched[m]] <= -safety.pause_if_drop).any():
                self._until[m] = number + safety.pause_rounds - 1
        return self._until >= number
