"""The same figure of the same paths before and after a change: differences, and in how many paths which is larger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.studies.quantiles import CONFIDENCE, Estimate, expected_shortfall, mean, quantile

if TYPE_CHECKING:
    from engine.base.types import Floats


@dataclass(frozen=True, slots=True)
class Pairs:
    """A figure of P paths before and after a change; the paths in which both exist.

    Parameters
    ----------
    before, after
        (P,) in the unit of the figure.
    """

    before: Floats
    after: Floats

    @classmethod
    def of(cls, before: Floats, after: Floats) -> Pairs:
        """Return the pairs of which both exist.

        Examples
        --------
        >>> len(Pairs.of(np.array([1.0, np.nan]), np.array([2.0, 3.0])))
        1
        """
        both = np.isfinite(before) & np.isfinite(after)
        return cls(before[both].astype(np.float64), after[both].astype(np.float64))

    def __len__(self) -> int:
        return len(self.before)

    @property
    def differences(self) -> Floats:
        """What came after, less what came before, (P,)."""
        return self.after - self.before

    def shares(self, same: float) -> tuple[float, float, float]:
        """Return the shares of paths in which the figure is lower, higher and the same afterwards.

        Parameters
        ----------
        same
            Figures that differ by no more count as the same.

        Examples
        --------
        >>> Pairs(np.array([5.0, 5.0, 5.0, 5.0]), np.array([1.0, 4.5, 5.5, 5.0])).shares(0.5)
        (0.25, 0.0, 0.75)
        """
        differences = self.differences
        lower, higher = (differences < -same), (differences > same)
        return float(lower.mean()), float(higher.mean()), float((~lower & ~higher).mean())

    def mean_figures(self, name: str) -> dict[str, float | None]:
        """Return the means before and after and that of the differences with its interval, by name."""
        difference = mean(self.differences)
        return {
            f"{name}.mean.before": float(self.before.mean()),
            f"{name}.mean.after": float(self.after.mean()),
            **difference.named(f"{name}.mean.difference"),
        }

    def quantile_figures(self, name: str, share: float) -> dict[str, float | None]:
        """Return a quantile before and after, each with its interval, and their difference, by name."""
        before, after = quantile(self.before, share), quantile(self.after, share)
        return _both(name, before, after)

    def shortfall_figures(self, name: str, share: float, seed: int) -> dict[str, float | None]:
        """Return an expected shortfall before and after, each with its interval, and their difference, by name."""
        before, after = (expected_shortfall(each, share, seed) for each in (self.before, self.after))
        return _both(name, before, after)


def share_estimate(share: float, count: int) -> Estimate:
    """Return a share of so many independent draws with its 95 % interval (Clopper and Pearson 1934).

    The interval holds the true share at least as often as it says, whatever that is.

    Parameters
    ----------
    share
        From 0 to 1.
    count
        P, at least 1.

    Examples
    --------
    >>> found = share_estimate(0.0, 100)
    >>> found.low, round(found.high, 4)
    (0.0, 0.0362)
    """
    from scipy import stats

    hits = round(share * count)
    side = (1.0 - CONFIDENCE) / 2.0
    low = 0.0 if hits == 0 else float(stats.beta.ppf(side, hits, count - hits + 1))
    high = 1.0 if hits == count else float(stats.beta.ppf(1.0 - side, hits + 1, count - hits))
    return Estimate(share, low, high)


def _both(name: str, before: Estimate, after: Estimate) -> dict[str, float | None]:
    return {
        **before.named(f"{name}.before"),
        **after.named(f"{name}.after"),
        f"{name}.difference": after.value - before.value,
    }
