"""Undisturbed prices: what happens to prices from outside (Method, section 4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.market.random_paths import RandomPaths
from engine.scenario.schema import InstantShock, RandomShock, SaleShock

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario.schema import Parameters

_DRAWN_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class UndisturbedPrices:
    """The undisturbed prices of every round.

    Parameters
    ----------
    start
        Shape (K,), the prices before round 1.
    factors
        Shape (rows, K): price over start in rounds 1, 2, ...; the last row holds for ever after. An instant
        shock has one row, its whole factor, reached in `steps` equal log steps.
    steps
        Rounds over which the (one) row is reached; 1 for a path.
    """

    start: npt.NDArray[np.float64]
    factors: npt.NDArray[np.float64]
    steps: int

    @property
    def last_round(self) -> int:
        """The round in which the shock ends."""
        return max(len(self.factors), self.steps)

    def at(self, number: int) -> npt.NDArray[np.float64]:
        """Return f(r), shape (K,)."""
        if number <= 0:
            return self.start.copy()
        if number < self.steps:
            factor: npt.NDArray[np.float64] = self.factors[0] ** (number / self.steps)
        else:
            factor = self.factors[min(number, len(self.factors)) - 1]
        return self.start * factor


@dataclass(frozen=True, slots=True)
class GivenPrices:
    """Undisturbed prices that are given for each round.

    Parameters
    ----------
    start
        Shape (K,), the prices before round 1.
    prices
        Shape (rows, K): those of rounds 1, 2, ...; the last row holds for ever after.
    """

    start: npt.NDArray[np.float64]
    prices: npt.NDArray[np.float64]

    @property
    def last_round(self) -> int:
        """The round in which the shock ends."""
        return len(self.prices)

    def at(self, number: int) -> npt.NDArray[np.float64]:
        """Return f(r), shape (K,)."""
        return (self.start if number <= 0 else self.prices[min(number, len(self.prices)) - 1]).copy()


class RandomPrices:
    """The undisturbed prices of a random shock, drawn as far as they are asked for.

    Used by one thread at a time.

    Parameters
    ----------
    start
        Shape (K,), the prices before round 1.
    paths
        Draws one path.
    rounds
        Rounds in which prices move; then they are held. None if they move on and on.
    """

    def __init__(self, start: npt.NDArray[np.float64], paths: RandomPaths, rounds: int | None) -> None:
        self.start = start
        self._paths = paths
        self._rounds = math.inf if rounds is None else rounds
        self._pieces: list[npt.NDArray[np.float64]] = []

    @property
    def last_round(self) -> float:
        """The round in which the shock ends, infinity if it does not."""
        return self._rounds

    def at(self, number: int) -> npt.NDArray[np.float64]:
        """Return f(r), shape (K,)."""
        if number <= 0:
            return self.start.copy()
        piece, row = divmod(int(min(number, self._rounds)) - 1, _DRAWN_AT_ONCE)
        while piece >= len(self._pieces):
            self._pieces.append(self._paths.draw(_DRAWN_AT_ONCE)[0])
        price: npt.NDArray[np.float64] = self.start * self._pieces[piece][row]
        return price


def undisturbed_prices(parameters: Parameters) -> UndisturbedPrices | RandomPrices:
    """Return what the scenario's shock makes of the prices."""
    names = list(parameters.assets)
    start = np.array([asset.price for asset in parameters.assets.values()], dtype=np.float64)
    shock = parameters.shock
    if isinstance(shock, InstantShock):
        factors = np.array([[1.0 + shock.returns.get(name, 0.0) for name in names]])
        return UndisturbedPrices(start, factors, shock.over_rounds)
    if isinstance(shock, RandomShock):
        paths = RandomPaths(shock, parameters.assets, parameters.simulation)
        return RandomPrices(start, paths, shock.over_rounds)
    if isinstance(shock, SaleShock):
        return UndisturbedPrices(start, np.ones((1, len(names))), shock.over_rounds)
    length = len(next(iter(shock.returns.values())))
    table = np.ones((length, len(names)))
    for name, returns in shock.returns.items():
        table[:, names.index(name)] = 1.0 + np.array(returns, dtype=np.float64)
    return UndisturbedPrices(start, table, 1)
