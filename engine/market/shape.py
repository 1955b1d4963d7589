"""The shape of a liquidity curve, for pictures and for people; a run computes it in the kernels.

It needs no numba, so that the window can draw a curve before the engine is warm. A test holds it
against the kernels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.schema import (
    ConstantProductLiquidity,
    ConstantUsdLiquidity,
    CurveLiquidity,
    ExponentialLiquidity,
    LinearLiquidity,
    SquareRootLiquidity,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario.schema import Liquidity

LEAST_CURVE_FACTOR = 1e-6


def price_factor(  # noqa: PLR0911 - one line for each curve
    liquidity: Liquidity, usd: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
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
    if isinstance(liquidity, ExponentialLiquidity):
        return np.exp(scaled / liquidity.depth_2pct_usd * math.log(0.98))
    if isinstance(liquidity, ConstantUsdLiquidity):
        return 1.0 / (1.0 + scaled / liquidity.depth_2pct_usd * (1.0 / 0.98 - 1.0))
    if isinstance(liquidity, LinearLiquidity):
        return np.maximum(liquidity.floor, 1.0 - 0.02 * scaled / liquidity.depth_2pct_usd)
    if isinstance(liquidity, SquareRootLiquidity):
        impact = liquidity.coefficient * liquidity.daily_volatility
        return np.exp(-impact * np.sqrt(scaled / liquidity.daily_volume_usd))
    if isinstance(liquidity, ConstantProductLiquidity):
        return (1.0 + scaled / liquidity.reserve_usd) ** -2.0
    if isinstance(liquidity, CurveLiquidity):
        return _curve_factor(liquidity, scaled)
    return np.ones_like(scaled)


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


def _curve_factor(liquidity: CurveLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    points = np.array(((0.0, 0.0), *liquidity.points))
    drops, sizes = points[:, 0], points[:, 1]
    last_slope = (drops[-1] - drops[-2]) / (sizes[-1] - sizes[-2])
    beyond = drops[-1] + (usd - sizes[-1]) * last_slope
    drop = np.where(usd <= sizes[-1], np.interp(usd, sizes, drops), beyond)
    return np.asarray(np.maximum(LEAST_CURVE_FACTOR, 1.0 - drop))
