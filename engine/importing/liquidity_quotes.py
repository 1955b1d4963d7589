"""Quotes of average slippage turned into a marginal liquidity curve (Method, section 3).

A quote says: selling `size` USD worth at once loses the share `slippage` on average. A scenario's
``curve`` says what the *next* dollar earns after `u` dollars were sold. The two are tied by

    size * slippage = integral of drop(u) du from 0 to size            (USD)

where drop is piecewise linear, starts at 0 and rises strictly. Quotes are noisy: their losses
``size * slippage`` need not be convex in the size, and then no rising curve earns all of them.

Among all rising curves over a set of knots, this module takes the one whose misses beyond the
tolerance (0.1 % of the size) add up to the least; among those, the one with the smallest total miss.
Both are linear programs with exact answers. Isotonic regression of the marginal prices, the
alternative, gives the greatest convex curve *below* the quoted losses (it is optimistic everywhere
the quotes are noisy); least squares lets one bad quote pull its neighbours out of tolerance.
Quotes that a rising curve can earn are met within the tolerance by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.types import Floats


TOLERANCE = 0.001
MOST_POINTS = 24
# Drops are written with six decimals; twice that between neighbours keeps them rising when rounded.
_DROP_STEP = 2e-6
_LARGEST_DROP = 1.0 - 1e-6
# The curve aims closer than the tolerance, so that rounding its points stays within it.
_AIM = 0.9
_NO_GAIN = 5e-5
_MOST_SIZES = 60
_TRIES = 6


@dataclass(frozen=True, slots=True)
class QuotedCurve:
    """A marginal curve made of quotes, and how well it earns them.

    Parameters
    ----------
    points
        ``(drop, usd)`` pairs as in a scenario's ``curve``: both strictly increasing.
    size_usd
        Shape (quotes,): the quoted sizes in USD, increasing.
    quoted
        Shape (quotes,): the quoted average slippage, a share.
    earned
        Shape (quotes,): the average slippage of the curve at those sizes.
    """

    points: tuple[tuple[float, float], ...]
    size_usd: Floats
    quoted: Floats
    earned: Floats

    @property
    def worst_miss(self) -> float:
        """The largest difference between earned and quoted average, a share of the size."""
        return float(np.max(np.abs(self.earned - self.quoted)))

    @property
    def within_tolerance(self) -> int:
        """How many quotes are earned to within 0.1 % of their size."""
        return int(np.sum(np.abs(self.earned - self.quoted) <= TOLERANCE))


def average_slippage(points: Sequence[tuple[float, float]], size_usd: Floats) -> Floats:
    """Return the average slippage of selling each size into a fresh marginal curve.

    Parameters
    ----------
    points
        ``(drop, usd)`` pairs, both strictly increasing; (0, 0) is understood before them.
    size_usd
        Shape (sizes,), above 0. Beyond the last point its slope goes on, to a drop of 1 - 1e-6.
    """
    usd = np.array([0.0, *(point[1] for point in points)])
    drop = np.array([0.0, *(point[0] for point in points)])
    slope = (drop[-1] - drop[-2]) / (usd[-1] - usd[-2])
    if drop[-1] < _LARGEST_DROP:
        usd = np.append(usd, usd[-1] + (_LARGEST_DROP - drop[-1]) / slope)
        drop = np.append(drop, _LARGEST_DROP)
    largest = float(np.max(size_usd))
    if largest > usd[-1]:
        usd, drop = np.append(usd, largest), np.append(drop, drop[-1])
    lost = np.concatenate([[0.0], np.cumsum(np.diff(usd) * (drop[1:] + drop[:-1]) / 2)])
    at = np.clip(np.searchsorted(usd, size_usd, side="right") - 1, 0, len(usd) - 2)
    into = size_usd - usd[at]
    end = drop[at] + (drop[at + 1] - drop[at]) * into / (usd[at + 1] - usd[at])
    return np.asarray((lost[at] + into * (drop[at] + end) / 2) / size_usd)


def curve_from_quotes(
    size_usd: Sequence[float] | Floats,
    slippage: Sequence[float] | Floats,
    *,
    where: str = "quotes",
    most_points: int = MOST_POINTS,
) -> QuotedCurve:
    """Turn quotes of average slippage into a marginal curve.

    Parameters
    ----------
    size_usd
        Sizes of the quoted trades at the undisturbed price, USD, above 0, in any order.
    slippage
        Average slippage of each, a share in [0, 1).
    where
        What faults call these quotes: ``quotes of WETH``.
    most_points
        The curve has at most this many points.

    Returns
    -------
    QuotedCurve
        Rising in both coordinates. Each quote is earned to within 0.1 % of its size if any rising
        curve over the quoted sizes can do that; else the misses beyond that are as small as can be.

    Raises
    ------
    BadInput
        If there is no quote, or a size or slippage is out of its range; each fault names its quote.
    """
    sizes = np.asarray(size_usd, dtype=np.float64)
    quoted = np.asarray(slippage, dtype=np.float64)
    faults = _faults(sizes, quoted, where)
    if faults:
        raise BadInput(faults)
    order = np.argsort(sizes, kind="stable")
    sizes, quoted = sizes[order], quoted[order]
    candidates = _candidates(sizes)
    best = _fit(candidates, sizes, quoted)
    knots, fit = _thinned(candidates, best, sizes, quoted, most_points)
    points = _rounded(knots, fit.drop)
    return QuotedCurve(points, sizes, quoted, average_slippage(points, sizes))


def _faults(sizes: Floats, quoted: Floats, where: str) -> list[Fault]:
    if sizes.ndim != 1 or sizes.shape != quoted.shape or len(sizes) == 0:
        found = f"{sizes.size} sizes and {quoted.size} slippages"
        return [Fault(where, found, "at least one quote, each with a size and a slippage")]
    faults = []
    for number, (size, slip) in enumerate(zip(sizes.tolist(), quoted.tolist(), strict=True), 1):
        if not (np.isfinite(size) and size > 0):
            faults.append(Fault(f"{where}, quote {number}, size_usd", f"{size:g}", "above 0"))
        if not 0 <= slip < 1:
            allowed = "at least 0 and below 1"
            faults.append(Fault(f"{where}, quote {number}, slippage", f"{slip:g}", allowed))
    return faults


def _candidates(sizes: Floats) -> Floats:
    """Return where a knot may stand: at the quoted sizes, between them, and close to both ends.

    A knot right behind the start lets the curve begin with a jump, as a fixed fee makes it.
    """
    own = np.unique(sizes)
    if len(own) > _MOST_SIZES:
        own = np.unique(own[np.linspace(0, len(own) - 1, _MOST_SIZES).round().astype(int)])
    ends = np.concatenate([[0.0], own])
    inner = ends[:-1, None] + np.diff(ends)[:, None] * np.array([0.01, 0.5, 0.99])
    every = np.concatenate([own, inner.ravel()])
    return np.unique(np.array([_short(usd) for usd in every.tolist()]))


def _short(usd: float) -> float:
    return float(f"{usd:.6g}")


@dataclass(frozen=True, slots=True)
class _Fit:
    drop: Floats
    miss: Floats
    excess: float
    cost: float


def _weights(knots: Floats, sizes: Floats) -> Floats:
    """Return the matrix that turns drops at the knots into average slippage at the sizes.

    A size beyond the last knot (by rounding) is on the last slope's continuation.
    """
    columns = np.eye(len(knots))
    usd = np.concatenate([[0.0], knots])
    matrix = np.empty((len(sizes), len(knots)))
    for index in range(len(knots)):
        drop = np.concatenate([[0.0], columns[index]])
        lost = np.concatenate([[0.0], np.cumsum(np.diff(usd) * (drop[1:] + drop[:-1]) / 2)])
        at = np.clip(np.searchsorted(usd, sizes, side="right") - 1, 0, len(usd) - 2)
        into = sizes - usd[at]
        end = drop[at] + (drop[at + 1] - drop[at]) * into / (usd[at + 1] - usd[at])
        matrix[:, index] = (lost[at] + into * (drop[at] + end) / 2) / sizes
    return matrix


def _fit(knots: Floats, sizes: Floats, quoted: Floats) -> _Fit:
    """Find the best rising drops at the knots by linear programming.

    Unknowns: the rise of the drop at each knot, and for each quote its miss up and down, each split
    into a part within the tolerance (cheap) and the excess over it (dear).
    """
    from scipy.optimize import linprog  # loaded only when used

    knot_count, quote_count = len(knots), len(sizes)
    rises = _weights(knots, sizes) @ np.tril(np.ones((knot_count, knot_count)))
    same = np.eye(quote_count)
    unknowns = knot_count + 4 * quote_count
    cost = np.concatenate([np.zeros(knot_count), np.full(2 * quote_count, 1e-3), np.ones(2 * quote_count)])
    aim = _AIM * TOLERANCE
    bounds: list[tuple[float, float | None]] = [(_DROP_STEP, 1.0)] * knot_count
    bounds += [(0.0, aim)] * (2 * quote_count) + [(0.0, None)] * (2 * quote_count)
    total = np.zeros((1, unknowns))
    total[0, :knot_count] = 1.0
    answer: Any = linprog(
        cost,
        A_ub=total,
        b_ub=[_LARGEST_DROP - _DROP_STEP],
        A_eq=np.hstack([rises, -same, same, -same, same]),
        b_eq=quoted,
        bounds=bounds,
        method="highs",
    )
    if not answer.success:
        message = f"no curve was found: {answer.message}"
        raise ArithmeticError(message)
    drop = np.cumsum(answer.x[:knot_count])
    miss = rises @ answer.x[:knot_count] - quoted
    excess = float(np.sum(np.maximum(np.abs(miss) - aim, 0.0)))
    return _Fit(drop, miss, excess, float(answer.fun))


def _thinned(knots: Floats, best: _Fit, sizes: Floats, quoted: Floats, most_points: int) -> tuple[Floats, _Fit]:
    """Take knots away, the least bent first, while the misses stay as small as with all of them.

    Many go at once as long as that works, then fewer, then one by one. After that, knots go on being
    taken away until `most_points` are left, the cheapest first.
    """
    fit = best
    needed: set[float] = set()
    batch = len(knots)
    while batch > 0:
        free = [place for place in _by_bend(knots, fit.drop) if float(knots[place]) not in needed]
        batch = min(batch, len(free))
        fewer = np.delete(knots, free[:batch])
        tried = _fit(fewer, sizes, quoted)
        if tried.excess <= best.excess + _NO_GAIN:
            knots, fit = fewer, tried
        elif batch == 1:
            needed.add(float(knots[free[0]]))
        else:
            batch //= 2
    while len(knots) > most_points:
        options = [np.delete(knots, place) for place in _by_bend(knots, fit.drop)[:_TRIES]]
        fits = [_fit(option, sizes, quoted) for option in options]
        chosen = min(range(len(fits)), key=lambda index: fits[index].cost)
        knots, fit = options[chosen], fits[chosen]
    return knots, fit


def _by_bend(knots: Floats, drop: Floats) -> list[int]:
    """Return the inner knots by how much average slippage at them would change without them."""
    usd = np.concatenate([[0.0], knots])
    share = np.concatenate([[0.0], drop])
    width = usd[2:] - usd[:-2]
    chord = share[:-2] + (share[2:] - share[:-2]) * (usd[1:-1] - usd[:-2]) / width
    bend = np.abs(share[1:-1] - chord) * width / usd[1:-1]
    return [int(place) for place in np.argsort(bend, kind="stable")]


def _rounded(knots: Floats, drop: Floats) -> tuple[tuple[float, float], ...]:
    """Write drops to a millionth, still rising."""
    points: list[tuple[float, float]] = []
    previous = 0.0
    for share, usd in zip(drop.tolist(), knots.tolist(), strict=True):
        previous = max(round(share, 6), round(previous + 1e-6, 6))
        points.append((previous, usd))
    return tuple(points)
