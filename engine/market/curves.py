"""Liquidity curves and cross impact as arrays for the kernels (Method, section 3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

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

    from engine.kernels import Curves
    from engine.scenario.schema import Liquidity, Parameters


def compile_curves(parameters: Parameters) -> Curves:
    """Return the assets' curves, in the order of the assets."""
    from engine import kernels

    curves: list[dict[str, float]] = []
    points: list[dict[str, float]] = []
    cross = cross_impact(parameters)
    is_crossed = (cross != np.eye(len(cross))).any(axis=1)
    for k, asset in enumerate(parameters.assets.values()):
        liquidity = asset.liquidity
        code, depth, second = _numbers(liquidity)
        first = len(points)
        if isinstance(liquidity, CurveLiquidity):
            points += [{"drop": drop, "usd": usd * liquidity.depth_multiplier} for drop, usd in liquidity.points]
        curves.append(
            {
                "kind": code,
                "scale": depth * liquidity.depth_multiplier,
                "extra": second,
                "first_point": first,
                "end_point": len(points),
                "is_crossed": bool(is_crossed[k]),
            }
        )
    return kernels.Curves(
        of_asset=kernels.table(kernels.Curve, curves),
        points=kernels.table(kernels.CurvePoint, points),
        cross=cross,
    )


def cross_impact(parameters: Parameters) -> npt.NDArray[np.float64]:
    """Return the matrix B, shape (K, K): row k says what part of each asset's log fall reaches asset k."""
    index = {name: k for k, name in enumerate(parameters.assets)}
    matrix = np.eye(len(index))
    for entry in parameters.cross_impact:
        matrix[index[entry.target], index[entry.source]] = entry.share
    return matrix


def _numbers(liquidity: Liquidity) -> tuple[int, Any, float]:  # noqa: PLR0911 - one a kind of curve
    """Return a curve's code, its depth in USD and its second number (see `engine.kernels.Curve`)."""
    from engine import kernels

    if isinstance(liquidity, ExponentialLiquidity):
        return kernels.CURVE_EXPONENTIAL, liquidity.depth_2pct_usd / -math.log(0.98), 0.0
    if isinstance(liquidity, ConstantUsdLiquidity):
        return kernels.CURVE_CONSTANT_USD, liquidity.depth_2pct_usd / (1.0 / 0.98 - 1.0), 0.0
    if isinstance(liquidity, LinearLiquidity):
        return kernels.CURVE_LINEAR, liquidity.depth_2pct_usd / 0.02, liquidity.floor
    if isinstance(liquidity, SquareRootLiquidity):
        return kernels.CURVE_SQUARE_ROOT, liquidity.daily_volume_usd, liquidity.coefficient * liquidity.daily_volatility
    if isinstance(liquidity, ConstantProductLiquidity):
        return kernels.CURVE_CONSTANT_PRODUCT, liquidity.reserve_usd, 0.0
    if isinstance(liquidity, CurveLiquidity):
        return kernels.CURVE_POINTS, 1.0, 0.0
    return kernels.CURVE_INFINITE, 1.0, 0.0
