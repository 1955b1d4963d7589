"""What the liquidation map draws, computed in a background thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.recording import Recording
    from engine.views import RoundView

DROPS: Final = np.linspace(0.0, 0.9, 91)
"""Falls since round 0 at which the debt is added up."""

LEVEL: Final = 2
"""How many steps of `DROPS` make a level of the heat map and of the bars."""

_MOST_COLUMNS = 60


class MapMode(Enum):
    """What the map shows."""

    CUMULATIVE = "cumulative"
    LEVELS = "levels"
    ROUNDS = "rounds"


@dataclass(frozen=True, slots=True)
class MapCurve:
    """Debt that is liquidatable at each fall, with the book as it was at the end of a round.

    Attributes
    ----------
    round
        The round.
    asset
        The asset that falls; None when everything that is not stable does.
    cumulative
        USD at each of `DROPS`.
    """

    round: int
    asset: str | None
    cumulative: NDArray[np.float64]

    @property
    def levels(self) -> NDArray[np.float64]:
        """USD that becomes liquidatable within each level of `LEVEL` steps.

        Levels at which more debt recovers (of those who borrowed what falls) than is added are 0.
        """
        return _levels(self.cumulative)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The levels of a run's rounds side by side.

    Attributes
    ----------
    asset
        As in `MapCurve`.
    rounds
        The rounds of the columns, rising.
    levels
        [columns, levels] USD.
    """

    asset: str | None
    rounds: NDArray[np.int64]
    levels: NDArray[np.float64]


def curve(view: RoundView, first_prices: NDArray[np.float64], asset: str | None) -> MapCurve:
    """Return the curve of a round's book.

    Parameters
    ----------
    view
        Of the round.
    first_prices
        [K] oracle prices of round 0, from which falls are counted.
    asset
        What falls; the prices of all else are the round's.
    """
    from engine.views import liquidation_map, stable_assets

    stable = stable_assets(view.scenario)
    falls = np.array([n == asset if asset else n not in stable for n in view.book.asset_names])
    at_first = replace(view, prices=np.where(falls, first_prices, view.prices))
    return MapCurve(view.round, asset, liquidation_map(at_first, asset, DROPS))


def first_curve(recording: Recording, asset: str | None) -> MapCurve:
    """Return the curve of the book before the first round."""
    from engine.views import round_view

    return curve(round_view(recording, 0), recording.rounds[0].oracle, asset)


def heat_map(recording: Recording, count: int, asset: str | None) -> HeatMap:
    """Return the levels of the first `count` rounds, of at most 60 of them evenly spread."""
    from engine.views import liquidation_heat_map

    columns = min(count, _MOST_COLUMNS)
    rounds = np.unique(np.linspace(0, count - 1, columns).round().astype(np.int64))
    return HeatMap(asset, rounds, _levels(liquidation_heat_map(recording, rounds.tolist(), asset, DROPS)))


def _levels(cumulative: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(np.diff(cumulative[..., ::LEVEL], axis=-1), 0.0)
