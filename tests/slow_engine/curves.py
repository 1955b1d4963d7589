"""Liquidity curves: the price factor of an outstanding sale, and its integral (Method, section 3).

A curve is the `liquidity` dictionary of the scenario file with its defaults filled in. `u` is the outstanding sale in
USD at the undisturbed price, negative when more was bought than sold.

The integrals take the start and the *length* of the interval. The length of a small sale into a large outstanding one
would lose its digits in `(u + du) - u`.
"""

from __future__ import annotations

import math
from typing import Any

LOG_LIMIT = 600.0
"""Largest absolute logarithm of a price factor: exp(+-600) are still ordinary float64 numbers (decided reading k)."""

CURVE_FLOOR = 1e-6
"""A `curve` never lets the price factor fall below this."""

Curve = dict[str, Any]


def limited(log_factor: float) -> float:
    """The logarithm of a price factor, kept within what float64 can hold (decided reading k)."""
    return max(-LOG_LIMIT, min(LOG_LIMIT, log_factor))


def depth(curve: Curve, name: str) -> float:
    """A USD depth of the curve, scaled by its `depth_multiplier` (Method, section 3, below the table)."""
    return float(curve[name]) * float(curve["depth_multiplier"])


def impact(curve: Curve, u: float) -> float:  # noqa: PLR0911 - a return for each row of the table
    """G(u) of section 3: minus the logarithm of the price factor. Odd and increasing."""
    if u < 0:
        return -impact(curve, -u)
    model = curve["model"]
    if model == "infinite":
        return 0.0
    if model == "exponential":
        return u / exponential_depth(curve)
    if model == "constant_usd":
        return math.log1p(u / constant_usd_depth(curve))
    if model == "square_root":
        return square_root_slope(curve) * math.sqrt(u)
    if model == "constant_product":
        return 2 * math.log1p(u / depth(curve, "reserve_usd"))
    if model in ("linear", "curve"):
        return -math.log(piecewise_factor(straight_pieces(curve), u))
    raise ValueError(f"unknown liquidity model {model}")


def factor(curve: Curve, u: float) -> float:
    """exp(-G(u)), the share of the price that an outstanding sale u leaves."""
    return math.exp(-limited(impact(curve, u)))


def integral(curve: Curve, u: float, du: float) -> float:
    """The integral of exp(-G) from u to u + du (Method, section 3). Negative when du is."""
    end = u + du
    if du < 0:
        if u <= 0:
            return -integral_of_buying(curve, -u, -du)
        if end >= 0:
            return -integral_of_selling(curve, end, -du)
        return -(integral_of_selling(curve, 0.0, u) + integral_of_buying(curve, 0.0, -end))
    if u >= 0:
        return integral_of_selling(curve, u, du)
    if end <= 0:
        return integral_of_buying(curve, -end, du)
    return integral_of_buying(curve, 0.0, -u) + integral_of_selling(curve, 0.0, end)


def integral_of_selling(curve: Curve, a: float, length: float) -> float:  # noqa: PLR0911 - a return for each row of the table
    """The integral of exp(-G(u)) for u from a to a + length, both at least 0."""
    model = curve["model"]
    if model == "infinite":
        return length
    if model == "exponential":
        d = exponential_depth(curve)
        inside, beyond = split(a, length, LOG_LIMIT * d)
        return -d * math.exp(-limited(a / d)) * math.expm1(-inside / d) + beyond * math.exp(-LOG_LIMIT)
    if model == "constant_usd":
        d = constant_usd_depth(curve)
        return d * math.log1p(length / (d + a))
    if model == "constant_product":
        reserve = depth(curve, "reserve_usd")
        return length / ((1 + a / reserve) * (1 + (a + length) / reserve))
    if model == "square_root":
        c = square_root_slope(curve)
        if c == 0:
            return length
        inside, beyond = split(a, length, (LOG_LIMIT / c) ** 2)
        # With s = sqrt(u), x = c s and t = x(end) - x(start), the integral of 2 s exp(-c s) ds is
        # 2 / c^2 exp(-x) (x (1 - exp(-t)) + 1 - (1 + t) exp(-t)): a sum of positive terms.
        x = c * math.sqrt(a)
        t = c * root_difference(a, inside)
        value = 2 / c**2 * math.exp(-limited(x)) * (-x * math.expm1(-t) + one_less_exponential(t))
        return value + beyond * math.exp(-LOG_LIMIT)
    if model in ("linear", "curve"):
        total = 0.0
        for value, slope, width in pieces_crossed(straight_pieces(curve), a, length):
            total += width * (value - slope * width / 2)
        return total
    raise ValueError(f"unknown liquidity model {model}")


def integral_of_buying(curve: Curve, a: float, length: float) -> float:  # noqa: PLR0911 - a return for each row of the table
    """The integral of exp(G(v)) = 1 / factor(v) for v from a to a + length, both at least 0."""
    model = curve["model"]
    if model == "infinite":
        return length
    if model == "exponential":
        d = exponential_depth(curve)
        inside, beyond = split(a, length, LOG_LIMIT * d)
        return d * math.exp(limited(a / d)) * math.expm1(inside / d) + beyond * math.exp(LOG_LIMIT)
    if model == "constant_usd":
        d = constant_usd_depth(curve)
        return length * (1 + (a + length / 2) / d)
    if model == "constant_product":
        reserve = depth(curve, "reserve_usd")
        x = 1 + a / reserve
        y = 1 + (a + length) / reserve
        return length * (x * x + x * y + y * y) / 3
    if model == "square_root":
        c = square_root_slope(curve)
        if c == 0:
            return length
        inside, beyond = split(a, length, (LOG_LIMIT / c) ** 2)
        x = c * math.sqrt(a)
        t = c * root_difference(a, inside)
        value = 2 / c**2 * math.exp(limited(x)) * (x * math.expm1(t) + one_less_exponential(-t))
        return value + beyond * math.exp(LOG_LIMIT)
    if model in ("linear", "curve"):
        total = 0.0
        for value, slope, width in pieces_crossed(straight_pieces(curve), a, length):
            z = slope * width / value
            total += width / value * (-math.log1p(-z) / z if z else 1.0)
        return total
    raise ValueError(f"unknown liquidity model {model}")


def exponential_depth(curve: Curve) -> float:
    """d of the `exponential` row: a sale of depth_2pct_usd leaves a factor of 0.98."""
    return depth(curve, "depth_2pct_usd") / -math.log(0.98)


def constant_usd_depth(curve: Curve) -> float:
    """d of the `constant_usd` row."""
    return depth(curve, "depth_2pct_usd") / (1 / 0.98 - 1)


def square_root_slope(curve: Curve) -> float:
    """Y s / sqrt(V) of the `square_root` row, so that G(u) = slope * sqrt(u)."""
    volatility = float(curve["coefficient"]) * float(curve["daily_volatility"])
    return volatility / math.sqrt(depth(curve, "daily_volume_usd"))


def straight_pieces(curve: Curve) -> list[tuple[float, float, float]]:
    """The factor of `linear` and `curve` as straight pieces: (u at the start, factor there, fall per USD).

    The last piece is flat: the floor of the factor.
    """
    if curve["model"] == "linear":
        fall = 0.02 / depth(curve, "depth_2pct_usd")
        floor = float(curve["floor"])
        return [(0.0, 1.0, fall), ((1 - floor) / fall, floor, 0.0)]
    pieces = []
    u, drop, fall = 0.0, 0.0, 0.0
    for next_drop, usd in curve["points"]:
        next_u = usd * float(curve["depth_multiplier"])
        fall = (next_drop - drop) / (next_u - u)
        pieces.append((u, 1 - drop, fall))
        u, drop = next_u, next_drop
    # The last slope goes on beyond the last point, down to the floor; a point may lie below the floor already.
    ends = [piece[0] for piece in pieces[1:]] + [math.inf]
    for index, ((start, value, slope), end) in enumerate(zip(pieces, ends, strict=True)):
        floor_at = start + (value - CURVE_FLOOR) / slope
        if floor_at <= end:
            return [*pieces[: index + 1], (floor_at, CURVE_FLOOR, 0.0)]
    raise ValueError("a curve without points")


def piecewise_factor(pieces: list[tuple[float, float, float]], u: float) -> float:
    """The factor at u >= 0 on straight pieces."""
    for start, value, fall in reversed(pieces):
        if u >= start:
            return value - fall * (u - start)
    raise ValueError("u is negative")


def pieces_crossed(
    pieces: list[tuple[float, float, float]], a: float, length: float
) -> list[tuple[float, float, float]]:
    """Of the way from a to a + length: (factor at its start, fall per USD, width) on each straight piece."""
    ends = [piece[0] for piece in pieces[1:]] + [math.inf]
    crossed = []
    left = length
    u = a
    for (start, value, fall), end in zip(pieces, ends, strict=True):
        if u >= end:
            continue
        width = min(left, end - u)
        crossed.append((value - fall * (u - start), fall, width))
        left -= width
        u = end
        if left <= 0:
            break
    return crossed


def split(a: float, length: float, limit: float) -> tuple[float, float]:
    """How much of the way from a to a + length lies before `limit`, and how much beyond it."""
    if a >= limit:
        return 0.0, length
    inside = min(length, limit - a)
    return inside, length - inside


def root_difference(a: float, length: float) -> float:
    """sqrt(a + length) - sqrt(a) without loss of digits."""
    if length == 0:
        return 0.0
    return length / (math.sqrt(a + length) + math.sqrt(a))


def one_less_exponential(t: float) -> float:
    """1 - (1 + t) exp(-t), by its series near 0 where the difference would lose its digits."""
    if abs(t) > 0.5:
        return 1 - (1 + t) * math.exp(-t)
    total = 0.0
    power = t
    for n in range(2, 25):
        power *= -t / n  # ends as (-1)^(n-1) t^n / n!
        total -= power * (n - 1)
    return total
