"""Random price paths, drawn outside the kernels: a seed gives the same path everywhere (Method, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.market.random_steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.base.types import Floats
    from engine.scenario.schema import Asset, RandomShock, Simulation


_HIGHEST_LOG = 138.0
"""Undisturbed prices, and their factors, stay within exp(-138) and exp(138), about 1e-60 and 1e60.

None is ever 0 or infinite, nor is what the largest amount is worth.
"""


class RandomPaths:
    """Draws paths piece by piece; the pieces together are the path that is drawn at once, bit for bit.

    Parameters
    ----------
    shock
        The shock, checked.
    assets
        The scenario's assets in their order.
    simulation
        Its seed and the length of a round.
    paths
        The numbers of the paths. The scenario's own path is number 0; path i is the same whatever other paths are
        drawn with it.
    """

    def __init__(
        self, shock: RandomShock, assets: Mapping[str, Asset], simulation: Simulation, paths: Sequence[int] = (0,)
    ) -> None:
        names = list(assets)
        moving = shock.moving
        self._assets = len(names)
        self._columns = [names.index(name) for name in moving]
        log_price = np.array([[np.log(assets[name].price)] for name in moving]).reshape(len(moving), 1)
        self._lowest = np.clip(-_HIGHEST_LOG - log_price, -_HIGHEST_LOG, 0.0)
        self._highest = np.clip(_HIGHEST_LOG - log_price, 0.0, _HIGHEST_LOG)
        self._steps = steps_of(shock, simulation.round_seconds, simulation.seed, paths)
        self._reached = np.zeros((len(paths), len(moving)))

    def draw(self, rounds: int) -> Floats:
        """Return the next rounds: undisturbed price over the price before round 1, shape (paths, rounds, K)."""
        factors = np.ones((len(self._reached), rounds, self._assets))
        if rounds == 0 or not self._columns:
            return factors
        logs = self._steps.draw(rounds)
        logs[:, :, 0] += self._reached
        np.cumsum(logs, axis=2, out=logs)
        self._reached = logs[:, :, -1].copy()
        np.clip(logs, self._lowest, self._highest, out=logs)
        factors[:, :, self._columns] = np.moveaxis(np.exp(logs), 1, 2)
        return factors


def path_rounds(shock: RandomShock, simulation: Simulation) -> int:
    """Return the rounds in which prices move: `over_rounds`, or all of the simulation's."""
    return simulation.max_rounds if shock.over_rounds is None else shock.over_rounds


def random_path(shock: RandomShock, assets: Mapping[str, Asset], simulation: Simulation) -> Floats:
    """Return the scenario's own path: undisturbed price over the price before round 1, shape (rounds, K).

    Row 0 is round 1. After the last row prices are held.
    """
    factors: Floats = RandomPaths(shock, assets, simulation).draw(path_rounds(shock, simulation))[0]
    return factors


def random_paths(
    shock: RandomShock, assets: Mapping[str, Asset], simulation: Simulation, paths: Sequence[int]
) -> Floats:
    """Return several paths by their numbers, shape (paths, rounds, K); number 0 is `random_path`.

    Path i is the same however many are drawn, in whatever order and on however many threads: draw them in pieces
    (``range(0, 100)``, ``range(100, 200)``) where all at once would not fit into memory.
    """
    return RandomPaths(shock, assets, simulation, paths).draw(path_rounds(shock, simulation))
