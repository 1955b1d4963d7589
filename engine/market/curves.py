"""Liquidity curves and cross impact as arrays for the kernels (Method, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.market.curve_kinds import CURVE_KINDS
from engine.scenario.schema import CurveLiquidity

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.kernels import Curves
    from engine.scenario.schema import Parameters


def compile_curves(parameters: Parameters) -> Curves:
    """Return the assets' curves, in the order of the assets."""
    from engine import kernels

    curves: list[dict[str, float]] = []
    points: list[dict[str, float]] = []
    cross = cross_impact(parameters)
    is_crossed = (cross != np.eye(len(cross))).any(axis=1)
    for k, asset in enumerate(parameters.assets.values()):
        liquidity = asset.liquidity
        depth, second = CURVE_KINDS[liquidity.model].numbers(liquidity)
        first = len(points)
        if isinstance(liquidity, CurveLiquidity):
            points += [{"drop": drop, "usd": usd * liquidity.depth_multiplier} for drop, usd in liquidity.points]
        curves.append(
            {
                "kind": kernels.CURVE_CODES[liquidity.model],
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
