"""The shape of a liquidity curve, for pictures and for people; a run computes it in the kernels.

It needs no numba, so that the window can draw a curve before the engine is warm. A test holds it
against the kernels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.market.curve_kinds import CURVE_KINDS

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario.schema import Liquidity


def price_factor(liquidity: Liquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return what is left of the price after sales of so many USD (Method, section 3).

    Parameters
    ----------
    liquidity
        The curve.
    usd
        Shape (n,), outstanding sales in USD at the undisturbed price, at least 0.

    Returns
    -------
    numpy.ndarray
        Shape (n,), shares of the undisturbed price, above 0 and at most 1.
    """
    scaled = np.asarray(usd, dtype=np.float64) / liquidity.depth_multiplier
    return CURVE_KINDS[liquidity.model].price_factor(liquidity, scaled)


def depth_at(liquidity: Liquidity, drop: float) -> float:
    """Return the sale in USD after which the price is down by `drop`.

    Parameters
    ----------
    liquidity
        The curve.
    drop
        The fall, above 0 and below 1.

    Returns
    -------
    float
        USD; infinite where no sale takes the price that far down (infinite depth, a floor).
    """
    low, high = 0.0, 1.0
    while price_factor(liquidity, np.array([high]))[0] > 1.0 - drop:
        low, high = high, high * 4.0
        if high > 1e30:
            return math.inf
    for _ in range(100):
        middle = (low + high) / 2.0
        if price_factor(liquidity, np.array([middle]))[0] > 1.0 - drop:
            low = middle
        else:
            high = middle
    return high
