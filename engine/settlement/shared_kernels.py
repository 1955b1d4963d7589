"""Parts of kernels that several kinds of settlement share."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels import (
    CURVE_CONSTANT_PRODUCT,
    CURVE_CONSTANT_USD,
    CURVE_EXPONENTIAL,
    CURVE_LINEAR,
    CURVE_POINTS,
    CURVE_SQUARE_ROOT,
    PROGRESS_LIQUIDATIONS,
    PROGRESS_NEW_ACCOUNTS,
    SMALLEST_CURVE_FACTOR,
    TOTAL_REPAID_FRESH_USD,
    TOTAL_REPAID_USD,
    TOTAL_SEIZED_USD,
    Curves,
    Flows,
    Policy,
    add_nb,
    log_fall_nb,
    unsigned,
)
from engine.kernels.compiling import inlined, kernel


@inlined
def fits_nb(flows: Flows, progress: Any, policy: Policy, usd: float) -> bool:
    """Whether one more liquidation that repays so many USD stays within the round's count and capacity."""
    spent = flows.totals[TOTAL_REPAID_USD, 0] + flows.totals[TOTAL_REPAID_USD, 1]
    return progress[PROGRESS_LIQUIDATIONS] < policy.most_liquidations and spent + usd <= policy.capacity_usd


@inlined
def count_nb(
    flows: Flows,
    progress: Any,
    m: int,
    i: int,
    number: int,
    repaid: float,
    seized: float,
    since: Any,
    last_liquidated: Any,
) -> None:
    """Count one liquidation of account i in market m; ``repaid`` and ``seized`` in USD at oracle prices."""
    add_nb(flows.totals, unsigned(TOTAL_REPAID_USD), repaid)
    add_nb(flows.totals, unsigned(TOTAL_SEIZED_USD), seized)
    if since[i] == number:
        add_nb(flows.totals, unsigned(TOTAL_REPAID_FRESH_USD), repaid)
    flows.liquidations[m] += 1
    add_nb(flows.repaid_usd, unsigned(m), repaid)
    add_nb(flows.seized_usd, unsigned(m), seized)
    progress[PROGRESS_LIQUIDATIONS] += 1
    if last_liquidated[i] == 0:
        progress[PROGRESS_NEW_ACCOUNTS] += 1
    last_liquidated[i] = number


@kernel
def _sale_at_fall_nb(curves: Curves, k: int, fall: float) -> float:
    """Return the largest sale v >= 0 in USD whose G_k(v) is not above ``fall`` >= 0; infinite if all are."""
    curve = curves.of_asset[k]
    kind = curve.kind
    scale = curve.scale
    if kind == CURVE_EXPONENTIAL:
        return fall * scale
    if kind == CURVE_CONSTANT_USD:
        return scale * np.expm1(fall)
    if kind == CURVE_LINEAR:
        return np.inf if np.exp(-fall) <= curve.extra else -scale * np.expm1(-fall)
    if kind == CURVE_SQUARE_ROOT:
        return scale * (fall / curve.extra) ** 2 if curve.extra > 0.0 else np.inf
    if kind == CURVE_CONSTANT_PRODUCT:
        return scale * np.expm1(0.5 * fall)
    if kind == CURVE_POINTS:
        wanted = -np.expm1(-fall)
        if 1.0 - wanted <= SMALLEST_CURVE_FACTOR:
            return np.inf
        usd = 0.0
        drop = 0.0
        at = curve.first_point
        last = curve.end_point - 1
        while at < last and curves.points[at].drop < wanted:
            usd = curves.points[at].usd
            drop = curves.points[at].drop
            at += 1
        return usd + (wanted - drop) * (curves.points[at].usd - usd) / (curves.points[at].drop - drop)
    return np.inf


@kernel
def sale_down_to_nb(curves: Curves, k: int, cross: float, u: float, undisturbed: float, price: float) -> float:
    """Return how many USD (at the undisturbed price) can be sold from u on until the market price is down to ``price``.

    0 if it is there or below, infinite if no sale brings it there (Method, section 3).
    """
    fall = cross - np.log(price / undisturbed)
    if log_fall_nb(curves, k, u) > fall:
        return 0.0
    if fall >= 0.0:
        return max(_sale_at_fall_nb(curves, k, fall) - u, 0.0)
    # only what was bought is sold again: on that side the price factor is one over that of a sale
    return max(-u - _sale_at_fall_nb(curves, k, -fall), 0.0)
