"""Liquidity curves and market prices (Method, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import kernel, part
from engine.kernels.constants import MOST_LOG_FACTOR, SMALLEST_CURVE_FACTOR

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves

CURVE_CODES = {
    "infinite": 0,
    "exponential": 1,
    "constant_usd": 2,
    "linear": 3,
    "square_root": 4,
    "constant_product": 5,
    "curve": 6,
}
"""The curves by the ``model`` of the schema, as they stand in the kernels' tables."""

# A kernel reads no dictionary; it takes these as constants when it is compiled.
_EXPONENTIAL = CURVE_CODES["exponential"]
_CONSTANT_USD = CURVE_CODES["constant_usd"]
_LINEAR = CURVE_CODES["linear"]
_SQUARE_ROOT = CURVE_CODES["square_root"]
_CONSTANT_PRODUCT = CURVE_CODES["constant_product"]
_POINTS = CURVE_CODES["curve"]


@part
def _segment_nb(curves: Curves, k: int, v: float) -> int:
    """Return the index (from 0) of the piece of asset k's points that the sale v >= 0 lies on."""
    curve = curves.of_asset[k]
    first = curve.first_point
    last = curve.end_point - 1
    low = first
    high = last
    while low < high:
        middle = (low + high) // 2
        if curves.points[middle].usd < v:
            low = middle + 1
        else:
            high = middle
    return low - first


@part
def _piece_nb(curves: Curves, k: int, piece: int) -> tuple[float, float, float, float]:
    """Return (usd at start, drop at start, usd at end, slope) of a piece; the last one goes on for ever."""
    curve = curves.of_asset[k]
    at = curve.first_point + piece
    usd = 0.0
    drop = 0.0
    if piece > 0:
        usd = curves.points[at - 1].usd
        drop = curves.points[at - 1].drop
    slope = (curves.points[at].drop - drop) / (curves.points[at].usd - usd)
    end = curves.points[at].usd
    if at == curve.end_point - 1:
        end = np.inf
    return usd, drop, end, slope


@kernel
def log_fall_nb(curves: Curves, k: int, u: float) -> float:
    """Return G_k(u): how far the log price of asset k has fallen with u USD sold; odd in u."""
    v = abs(u)
    curve = curves.of_asset[k]
    kind = curve.kind
    fall = 0.0
    if kind == _EXPONENTIAL:
        fall = v / curve.scale
    elif kind == _CONSTANT_USD:
        fall = np.log1p(v / curve.scale)
    elif kind == _LINEAR:
        fall = -np.log(curve.extra)
        if 1.0 - v / curve.scale > curve.extra:
            fall = -np.log1p(-v / curve.scale)
    elif kind == _SQUARE_ROOT:
        fall = curve.extra * np.sqrt(v / curve.scale)
    elif kind == _CONSTANT_PRODUCT:
        fall = 2.0 * np.log1p(v / curve.scale)
    elif kind == _POINTS:
        usd, drop, _, slope = _piece_nb(curves, k, _segment_nb(curves, k, v))
        here = drop + slope * (v - usd)
        fall = -np.log1p(-here) if 1.0 - here > SMALLEST_CURVE_FACTOR else -np.log(SMALLEST_CURVE_FACTOR)
    fall = min(fall, 1e100)  # an overflow times a cross impact of 0 would be NaN
    return fall if u >= 0.0 else -fall


@part
def marginal_price_factor_nb(curves: Curves, k: int, cross: float, u: float) -> float:
    """Return the market price of asset k over its undisturbed price, with u USD sold and the log factor ``cross``."""
    return np.exp(min(max(cross - log_fall_nb(curves, k, u), -MOST_LOG_FACTOR), MOST_LOG_FACTOR))


@part
def _falling_line_nb(start: float, slope: float, width: float, floor: float, inverse: bool) -> float:
    """Integrate max(floor, start - slope x), or 1 over it, for x from 0 to width."""
    if start <= floor:
        return width / floor if inverse else width * floor
    sloped = width
    if slope > 0.0:
        sloped = min(width, (start - floor) / slope)
    if inverse:
        fallen = slope * sloped / start
        whole = sloped / start
        if fallen > 0.0:
            if sloped < width:
                whole *= np.log(start / floor) / fallen
            else:
                whole *= -np.log1p(-fallen) / fallen
        return whole + (width - sloped) / floor
    return sloped * (start - 0.5 * slope * sloped) + (width - sloped) * floor


@part
def _one_minus_exp_over_nb(x: float) -> float:
    """Return (1 - exp(-x)) / x, which is 1 at 0."""
    return -np.expm1(-x) / x if x != 0.0 else 1.0


@part
def _second_order_nb(x: float) -> float:
    """Return (1 - exp(-x) (1 + x)) / x^2, which is 1/2 at 0, without cancellation near 0."""
    if abs(x) > 0.5:
        return (1.0 - np.exp(-x) * (1.0 + x)) / (x * x)
    # sum over n >= 2 of (-1)^n x^(n-2) (n - 1) / n!
    total = 0.0
    term = 0.5  # x^(n-2) / n! with its sign, at n = 2
    for n in range(2, 20):
        total += term * (n - 1)
        term *= -x / (n + 1)
    return total


@part
def _one_sided_nb(curves: Curves, k: int, cross: float, v: float, width: float, buying: bool) -> float:
    """Integrate the price factor of asset k for a sale from v to v + width, or a purchase from -v to -v - width."""
    curve = curves.of_asset[k]
    kind = curve.kind
    scale = curve.scale
    if kind in (_EXPONENTIAL, _SQUARE_ROOT):
        # The only two that can leave the range of float64: beyond the limit the factor stays what it is there.
        room = MOST_LOG_FACTOR - cross if buying else MOST_LOG_FACTOR + cross
        room = max(room, 0.0)
        reach = room * scale if kind == _EXPONENTIAL else scale * (room / curve.extra) ** 2
        inside = min(width, max(reach - v, 0.0))
        sign = 1.0 if buying else -1.0
        beyond = (width - inside) * np.exp(sign * MOST_LOG_FACTOR)
        if inside <= 0.0:
            return beyond
        # From the dearest token on, where a sale begins and a purchase ends: no power on the way is larger than the
        # price itself may be.
        if kind == _EXPONENTIAL:
            x = inside / scale
            dearest = v + inside if buying else v
            return inside * np.exp(cross + sign * dearest / scale) * _one_minus_exp_over_nb(x) + beyond
        a = curve.extra / np.sqrt(scale)
        root = np.sqrt(v)
        step = inside / (root + np.sqrt(v + inside))
        x = a * step
        if buying:
            root += step
        inner = 2.0 * root * step * _one_minus_exp_over_nb(x)
        inner -= sign * 2.0 * step * step * _second_order_nb(x)
        return np.exp(cross + sign * a * root) * inner + beyond
    outer = np.exp(cross)
    if kind == _CONSTANT_USD:
        if buying:
            return outer * width * (1.0 + (v + 0.5 * width) / scale)
        return outer * scale * np.log1p(width / (scale + v))
    if kind == _LINEAR:
        return outer * _falling_line_nb(1.0 - v / scale, 1.0 / scale, width, curve.extra, buying)
    if kind == _CONSTANT_PRODUCT:
        if buying:
            a = 1.0 + v / scale
            b = a + width / scale
            return outer * width * (a * a + a * b + b * b) / 3.0
        return outer * width / ((1.0 + v / scale) * (1.0 + (v + width) / scale))
    if kind == _POINTS:
        total = 0.0
        done = 0.0
        piece = _segment_nb(curves, k, v)
        while done < width:
            usd, drop, end, slope = _piece_nb(curves, k, piece)
            here = v + done
            part = min(width - done, end - here)
            if part > 0.0:
                start = 1.0 - (drop + slope * (here - usd))
                total += _falling_line_nb(start, slope, part, SMALLEST_CURVE_FACTOR, buying)
            if end - v >= width:
                break
            done = max(done, end - v)
            piece += 1
        return outer * total
    return outer * width


@kernel
def impact_integral_nb(curves: Curves, k: int, cross: float, u: float, width: float) -> float:
    """Return the USD that a sale of `width` USD (at the undisturbed price) earns; negative = what a purchase costs.

    The integral of exp(cross - G_k) from u to u + width (Method, section 3). It is computed from the width, never
    as a difference of two primitives, so that a small sale into a deep market loses no digits.
    """
    cross = min(max(cross, -MOST_LOG_FACTOR), MOST_LOG_FACTOR)
    if width >= 0.0:
        low = u
        high = u + width
        size = width
    else:
        low = u + width
        high = u
        size = -width
    whole = 0.0
    below = low < 0.0
    above = high > 0.0 or not below
    if below:
        whole += _one_sided_nb(curves, k, cross, max(-high, 0.0), -low if above else size, below)
    if above:
        whole += _one_sided_nb(curves, k, cross, max(low, 0.0), high if below else size, not above)
    return whole if width >= 0.0 else -whole


@part
def _sale_at_fall_nb(curves: Curves, k: int, fall: float) -> float:
    """Return the largest sale v >= 0 in USD whose G_k(v) is not above ``fall`` >= 0; infinite if all are."""
    curve = curves.of_asset[k]
    kind = curve.kind
    scale = curve.scale
    if kind == _EXPONENTIAL:
        return fall * scale
    if kind == _CONSTANT_USD:
        return scale * np.expm1(fall)
    if kind == _LINEAR:
        return np.inf if np.exp(-fall) <= curve.extra else -scale * np.expm1(-fall)
    if kind == _SQUARE_ROOT:
        return scale * (fall / curve.extra) ** 2 if curve.extra > 0.0 else np.inf
    if kind == _CONSTANT_PRODUCT:
        return scale * np.expm1(0.5 * fall)
    if kind == _POINTS:
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
def sale_down_to_nb(curves: Curves, k: int, cross: float, u: float, factor: float) -> float:
    """Return how many USD (at the undisturbed price) can be sold from u on until the market price is down to a factor.

    ``factor`` above 0 is that price over the undisturbed one. 0 if it is there or below, infinite if no sale brings it
    there (Method, section 3).
    """
    fall = cross - np.log(factor)
    if log_fall_nb(curves, k, u) > fall:
        return 0.0
    if fall >= 0.0:
        return max(_sale_at_fall_nb(curves, k, fall) - u, 0.0)
    # only what was bought is sold again: on that side the price factor is one over that of a sale
    return max(-u - _sale_at_fall_nb(curves, k, -fall), 0.0)


@kernel
def market_prices_nb(curves: Curves, undisturbed: Any, outstanding: Any, prices: Any, cross: Any) -> None:
    """Fill the market prices and the log factor that each asset takes from the others' outstanding sales.

    All arrays (K,) float64; `outstanding` is q in tokens.
    """
    count = len(undisturbed)
    falls = prices  # until the last loop
    for k in range(count):
        falls[k] = 0.0
        if outstanding[k] != 0.0:
            falls[k] = log_fall_nb(curves, k, outstanding[k] * undisturbed[k])
    for k in range(count):
        others = 0.0
        if curves.of_asset[k].is_crossed:
            for other in range(count):
                if other != k:
                    others -= curves.cross[k, other] * falls[other]
        cross[k] = others
    for k in range(count):
        total = min(max(cross[k] - falls[k], -MOST_LOG_FACTOR), MOST_LOG_FACTOR)
        prices[k] = undisturbed[k]
        if total != 0.0:
            prices[k] *= np.exp(total)


@kernel
def trade_nb(
    curves: Curves,
    undisturbed: Any,
    outstanding: Any,
    cross: Any,
    market: Any,
    sold: Any,
    bought: Any,
    proceeds: Any,
    cost: Any,
) -> None:
    """Fill what the round's sales earn and its purchases cost, each at the average price of the round's net.

    All arrays (K,) float64. Where sales and purchases cancel, the average is the market price.
    """
    for k in range(len(undisturbed)):
        net = sold[k] - bought[k]
        average = market[k]
        if net != 0.0:
            width = net * undisturbed[k]
            average = impact_integral_nb(curves, k, cross[k], outstanding[k] * undisturbed[k], width) / net
        proceeds[k] = sold[k] * average
        cost[k] = bought[k] * average
