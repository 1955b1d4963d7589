"""What a liquidity curve is, one class a curve: its numbers for the kernels, its shape, and what it starts with.

A curve is declared in `engine.scenario.schema.assets` (its parameters) and in `engine.kernels.curves` (its marginal
price and the integral of it, compiled); what else is known of it is here, and nobody else asks for the kind. It needs
no numba, so that the window can draw a curve before the engine is warm; a test holds it against the kernels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from engine.scenario.schema.assets import (
        ConstantProductLiquidity,
        ConstantUsdLiquidity,
        CurveLiquidity,
        ExponentialLiquidity,
        InfiniteLiquidity,
        LinearLiquidity,
        SquareRootLiquidity,
    )

LEAST_CURVE_FACTOR = 1e-6
_LOG_2PCT = -math.log(0.98)
_STARTING_DAILY_VOLATILITY = 0.04
_STARTING_DROPS = (0.02, 0.05, 0.1, 0.2, 0.5)


class CurveKind(Protocol):
    """What is known of a curve. USD are at the undisturbed price, before the depth multiplier."""

    @staticmethod
    def numbers(liquidity: Any) -> tuple[float, float]:
        """Return the curve's depth in USD and its second number (see `engine.kernels.Curve`)."""

    @staticmethod
    def price_factor(liquidity: Any, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return what is left of the price after sales of so many USD, (n,)."""

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:
        """Return what must be given of a curve, so that it is like another.

        ``depth_at`` is the other's sale in USD after which the price is down by a share.
        """


class _Infinite:
    @staticmethod
    def numbers(liquidity: InfiniteLiquidity) -> tuple[float, float]:  # noqa: ARG004 - it has none
        return 1.0, 0.0

    @staticmethod
    def price_factor(
        liquidity: InfiniteLiquidity,  # noqa: ARG004 - no sale moves it
        usd: npt.NDArray[np.float64],
    ) -> npt.NDArray[np.float64]:
        return np.ones_like(usd)

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:  # noqa: ARG004 - nothing must be given
        return {}


class _OfDepth:
    """A curve that is given by the sale that takes the price down by 2 %."""

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:
        return {"depth_2pct_usd": depth_at(0.02)}


class _Exponential(_OfDepth):
    @staticmethod
    def numbers(liquidity: ExponentialLiquidity) -> tuple[float, float]:
        return liquidity.depth_2pct_usd / _LOG_2PCT, 0.0

    @staticmethod
    def price_factor(liquidity: ExponentialLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.exp(-usd / liquidity.depth_2pct_usd * _LOG_2PCT)


class _ConstantUsd(_OfDepth):
    @staticmethod
    def numbers(liquidity: ConstantUsdLiquidity) -> tuple[float, float]:
        return liquidity.depth_2pct_usd / (1.0 / 0.98 - 1.0), 0.0

    @staticmethod
    def price_factor(liquidity: ConstantUsdLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return 1.0 / (1.0 + usd / liquidity.depth_2pct_usd * (1.0 / 0.98 - 1.0))


class _Linear(_OfDepth):
    @staticmethod
    def numbers(liquidity: LinearLiquidity) -> tuple[float, float]:
        return liquidity.depth_2pct_usd / 0.02, liquidity.floor

    @staticmethod
    def price_factor(liquidity: LinearLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.maximum(liquidity.floor, 1.0 - 0.02 * usd / liquidity.depth_2pct_usd)


class _SquareRoot:
    @staticmethod
    def numbers(liquidity: SquareRootLiquidity) -> tuple[float, float]:
        return liquidity.daily_volume_usd, liquidity.coefficient * liquidity.daily_volatility

    @staticmethod
    def price_factor(liquidity: SquareRootLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        impact = liquidity.coefficient * liquidity.daily_volatility
        return np.exp(-impact * np.sqrt(usd / liquidity.daily_volume_usd))

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:
        volume = depth_at(0.02) / (_LOG_2PCT / _STARTING_DAILY_VOLATILITY) ** 2
        return {"daily_volatility": _STARTING_DAILY_VOLATILITY, "daily_volume_usd": volume}


class _ConstantProduct:
    @staticmethod
    def numbers(liquidity: ConstantProductLiquidity) -> tuple[float, float]:
        return liquidity.reserve_usd, 0.0

    @staticmethod
    def price_factor(liquidity: ConstantProductLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return (1.0 + usd / liquidity.reserve_usd) ** -2.0

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:
        return {"reserve_usd": depth_at(0.02) / (0.98**-0.5 - 1.0)}


class _Points:
    @staticmethod
    def numbers(liquidity: CurveLiquidity) -> tuple[float, float]:  # noqa: ARG004 - its points are a table of their own
        return 1.0, 0.0

    @staticmethod
    def price_factor(liquidity: CurveLiquidity, usd: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        points = np.array(((0.0, 0.0), *liquidity.points))
        drops, sizes = points[:, 0], points[:, 1]
        last_slope = (drops[-1] - drops[-2]) / (sizes[-1] - sizes[-2])
        beyond = drops[-1] + (usd - sizes[-1]) * last_slope
        drop = np.where(usd <= sizes[-1], np.interp(usd, sizes, drops), beyond)
        return np.asarray(np.maximum(LEAST_CURVE_FACTOR, 1.0 - drop))

    @staticmethod
    def started(depth_at: Callable[[float], float]) -> dict[str, Any]:
        return {"points": [[drop, depth_at(drop)] for drop in _STARTING_DROPS]}


CURVE_KINDS: Mapping[str, type[CurveKind]] = {
    "infinite": _Infinite,
    "exponential": _Exponential,
    "constant_usd": _ConstantUsd,
    "linear": _Linear,
    "square_root": _SquareRoot,
    "constant_product": _ConstantProduct,
    "curve": _Points,
}
"""The curves by the ``model`` of the schema."""
