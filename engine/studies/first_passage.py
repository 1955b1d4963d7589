"""How likely a price that moves at random falls to a level: the closed form beside simulated paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats

DISCRETE_SHIFT = 0.5826
"""-zeta(1/2) / sqrt(2 pi): a barrier that is looked at once a step is hit as often as one that is looked at all the
time and stands this many standard deviations of a step further off (Broadie, Glasserman and Kou 1997)."""


def first_passage(
    level: Floats, volatility: float, years: float, drift: float = 0.0, checks: int | None = None
) -> Floats:
    """Return the probability that geometric Brownian motion falls to a level within a time.

    With b = ln(level) and nu = drift - volatility^2 / 2 it is N((b - nu T) / (s sqrt T)) + exp(2 nu b / s^2)
    N((b + nu T) / (s sqrt T)) (Harrison 1985).

    Parameters
    ----------
    level
        (n,) levels over the present price; 1 where they are at or above it.
    volatility, drift
        A year; the volatility is above 0.
    years
        T, above 0.
    checks
        At how many evenly spaced times the price is looked at; None for all the time.

    Examples
    --------
    A price of 2,000 and a level of 1,600 at 80 % a year over 30 days, looked at all the time and every hour:

    >>> import numpy as np
    >>> found = [first_passage(np.array([0.8]), 0.8, 30 / 365, checks=checks)[0] for checks in (None, 720)]
    >>> [round(float(value), 4) for value in found]
    [0.3684, 0.3573]
    """
    from scipy import stats

    log = np.log(np.minimum(level, 1.0))
    spread = volatility * np.sqrt(years)
    if checks is not None:
        log = np.where(level < 1.0, log - DISCRETE_SHIFT * spread / np.sqrt(checks), log)
    nu = drift - volatility**2 / 2.0
    reached = stats.norm.cdf((log - nu * years) / spread)
    reflected = np.exp(2.0 * nu * log / volatility**2) * stats.norm.cdf((log + nu * years) / spread)
    found: Floats = np.where(level >= 1.0, 1.0, np.minimum(reached + reflected, 1.0))
    return found
