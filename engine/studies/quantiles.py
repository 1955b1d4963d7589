"""Value at risk and expected shortfall of figures over paths, each with a 95 % interval (Method, section 9)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats

CONFIDENCE: Final = 0.95
_RESAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its 95 % interval; None for an end that so few paths do not give.

    Parameters
    ----------
    value, low, high
        In the unit of the figure.
    """

    value: float
    low: float | None
    high: float | None

    def named(self, name: str) -> dict[str, float | None]:
        """Return them as ``name``, ``name.low`` and ``name.high``."""
        return {name: self.value, f"{name}.low": self.low, f"{name}.high": self.high}


def quantile(values: Floats, share: float) -> Estimate:
    """Return a quantile, the value at risk where values are losses.

    It is the smallest value that at least `share` of the values do not exceed. The interval is that of binomial order
    statistics: of n values, the one of rank i does not exceed the true quantile with the probability that at least i
    of n draws fall below it. Its ends are the highest and the lowest rank that leave at most 2.5 % on their side, so
    that it holds for every distribution; with too few values there is no such rank, and the end does not exist.

    Parameters
    ----------
    values
        (P,), at least one.
    share
        Above 0, below 1.

    Examples
    --------
    >>> import numpy as np
    >>> quantile(np.arange(1.0, 1001.0), 0.95)
    Estimate(value=950.0, low=936.0, high=964.0)
    >>> quantile(np.arange(1.0, 101.0), 0.99).high is None
    True
    """
    from scipy import stats

    ordered = np.sort(values)
    count = len(ordered)
    side = (1.0 - CONFIDENCE) / 2.0
    draws = stats.binom(count, share)
    # The value of rank i is at most the quantile where at least i draws are: with probability P(draws >= i).
    low = int(draws.ppf(side))
    high = int(draws.ppf(1.0 - side)) + 1
    return Estimate(
        float(ordered[max(math.ceil(share * count - 1e-9), 1) - 1]),
        float(ordered[low - 1]) if low >= 1 else None,
        float(ordered[high - 1]) if high <= count else None,
    )


def expected_shortfall(values: Floats, share: float, seed: int) -> Estimate:
    """Return the mean of the values beyond a quantile, the worst ``1 - share`` of them; its interval by resampling.

    Where ``(1 - share) P`` is no whole number the value at the edge counts in part, so that the mean is that of
    exactly the worst share (Acerbi and Tasche 2002).

    Resampling never draws a value worse than the worst. Where so few values leave the upper end of the quantile's
    interval open (`quantile`), they do not tell that of the mean beyond it either, and it does not exist.

    Parameters
    ----------
    values
        (P,), at least one.
    share
        Above 0, below 1.
    seed
        Of the resampling.

    Examples
    --------
    >>> import numpy as np
    >>> round(expected_shortfall(np.arange(1.0, 1001.0), 0.95, 0).value, 6)
    975.5
    >>> expected_shortfall(np.arange(1.0, 101.0), 0.99, 0).high is None
    True
    """
    weights = _tail_weights(len(values), share)
    falling = np.sort(values)[::-1]
    generator = np.random.default_rng([seed, len(values)])
    found = np.array(
        [falling[_largest_drawn(len(values), len(weights), generator)] @ weights for _ in range(_RESAMPLES)]
    )
    side = 100.0 * (1.0 - CONFIDENCE) / 2.0
    low, high = np.percentile(found, [side, 100.0 - side])
    is_open = quantile(values, share).high is None
    return Estimate(float(falling[: len(weights)] @ weights), float(low), None if is_open else float(high))


def mean(values: Floats) -> Estimate:
    """Return the mean, and an interval by the normal distribution of means; none for a single value.

    Examples
    --------
    >>> import numpy as np
    >>> mean(np.array([2.0])).high is None
    True
    """
    from scipy import stats

    middle = float(np.mean(values))
    if len(values) < 2:
        return Estimate(middle, None, None)
    half = float(stats.norm.ppf(0.5 + CONFIDENCE / 2.0) * np.std(values, ddof=1) / math.sqrt(len(values)))
    return Estimate(middle, middle - half, middle + half)


def _tail_weights(count: int, share: float) -> Floats:
    """Return what each of the largest values weighs in the mean of the worst share, the largest first, 1 in all."""
    worst = (1.0 - share) * count
    weights: Floats = np.clip(worst - np.arange(math.ceil(worst), dtype=np.float64), 0.0, 1.0) / worst
    return weights


def _largest_drawn(count: int, most: int, generator: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return which of `count` values, the largest being 0, are the `most` largest of as many draws of them, rising.

    Draws of evenly spread numbers in falling order stand apart as exponential times do (Renyi 1953), so that the
    largest are had without drawing and sorting the others.
    """
    apart = np.cumsum(generator.exponential(size=most))
    rest = generator.gamma(count + 1 - most)
    return np.asarray(apart / (apart[-1] + rest) * count, dtype=np.int64)
