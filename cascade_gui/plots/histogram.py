"""Debt by health factor and by LTV, in bins that never change, so that rounds compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.reading.one_market import of_market
from engine.reading.round_view import Status, danger, round_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.reading.recorded_run import RecordedRun
    from engine.reading.round_view import RoundView


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of one width, with one more at each end for all that lies beyond.

    Attributes
    ----------
    low, high
        Where the bins of one width begin and end.
    count
        How many there are of them.
    limit
        A value at which something begins; it is the edge of a bin.
    """

    low: float
    high: float
    count: int
    limit: float

    @property
    def width(self) -> float:
        """The width of a bin."""
        return (self.high - self.low) / self.count

    @property
    def left(self) -> NDArray[np.float64]:
        """Where each bin begins, the two at the ends included; [count + 2]."""
        steps: NDArray[np.float64] = np.arange(-1.0, self.count + 1.0)
        return self.low + self.width * steps

    @property
    def first_from_limit(self) -> int:
        """The index of the first bin at or above the limit."""
        return round((self.limit - self.low) / self.width) + 1

    def fill(self, values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up the weights in each bin.

        Parameters
        ----------
        values
            [n], infinite allowed; where it is NaN the weight is left out.
        weights
            [n], USD.

        Returns
        -------
        array
            [count + 2], USD.
        """
        known = ~np.isnan(values)
        values, weights = values[known], weights[known]
        place = np.floor((np.clip(values, self.low - 1, self.high + 1) - self.low) / self.width)
        index = np.clip(place, -1, self.count).astype(np.int64) + 1
        # Rounding of the division may not move an account over the limit.
        split = self.first_from_limit
        below = values < self.limit
        index[below] = np.minimum(index[below], split - 1)
        index[~below] = np.maximum(index[~below], split)
        filled = np.bincount(index, weights=weights, minlength=self.count + 2)
        return filled.astype(np.float64, copy=False)


HEALTH: Final = Bins(low=0.5, high=2.5, count=40, limit=1.0)
LTV: Final = Bins(low=0.0, high=1.2, count=48, limit=1.0)


_LOOKED_AT: Final = 16
"""How many rounds of a run are looked at for the range; a taller bar between them still widens it."""
_HIGHER: Final = 1.25
"""A bar at an end may be so much higher than all others before it is cut off."""


def tallest(heights: NDArray[np.float64]) -> float:
    """Return what a scale has to hold of the bars: those at the ends, for all that lies beyond, only if they fit.

    A single bar for everything beyond would else press flat what the picture is about.
    """
    inner, ends = float(heights[1:-1].max()), float(max(heights[0], heights[-1]))
    return max(inner, ends) if inner == 0.0 or ends <= _HIGHER * inner else inner


@dataclass(frozen=True, slots=True)
class Histograms:
    """Debt by health factor and by LTV at one round.

    Attributes
    ----------
    round
        The round.
    market
        Whose debt it is, None for that of all markets.
    health, ltv
        USD in each bin of `HEALTH` and `LTV`.
    liquidatable_usd, bad_debt_usd
        Debt of accounts that can be liquidated, and of accounts that owe without any collateral: nobody can take
        anything for it.
    under_water_usd
        Debt of accounts with more debt than collateral, bad debt included.
    toxic_usd, short_usd
        By market, USD: debt of accounts that a liquidation makes less healthy, and the bad debt that would be left if
        all were closed in full (`engine.reading.round_view.danger`).
    """

    round: int
    health: NDArray[np.float64]
    ltv: NDArray[np.float64]
    liquidatable_usd: float
    bad_debt_usd: float
    under_water_usd: float
    toxic_usd: dict[str, float]
    short_usd: dict[str, float]
    market: str | None = None


def tallest_of_run(recording: RecordedRun, market: str | None) -> tuple[RecordedRun, dict[str, float]]:
    """Return the tallest bars of rounds spread over a run, by ``health`` and ``ltv``; for a background thread."""
    last = len(recording.rounds) - 1
    cursor = recording.cursor()
    most = {"health": 0.0, "ltv": 0.0}
    for number in np.unique(np.linspace(0, last, _LOOKED_AT).round().astype(np.int64)).tolist():
        drawn = histograms(round_view(recording, number, cursor), market)
        most = {name: max(value, tallest(getattr(drawn, name))) for name, value in most.items()}
    return recording, most


def histograms(view: RoundView, market: str | None = None) -> Histograms:
    """Add up the debt of a round's accounts, or of those in one market; pure, for a background thread."""
    view = of_market(view, market)
    health = HEALTH.fill(view.health, view.debt_usd)
    ltv = LTV.fill(view.ltv, view.debt_usd)
    markets = view.book.market_names
    toxic, short = (dict(zip(map(str, markets), usd.tolist(), strict=True)) for usd in danger(view))
    return Histograms(
        round=view.round,
        health=health,
        ltv=ltv,
        liquidatable_usd=float(view.debt_usd[view.status == Status.LIQUIDATABLE].sum()),
        bad_debt_usd=float(view.debt_usd[view.status == Status.BAD_DEBT].sum()),
        under_water_usd=float(ltv[LTV.first_from_limit :].sum()),
        toxic_usd=toxic,
        short_usd=short,
        market=market,
    )
