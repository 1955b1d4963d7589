"""Random price paths of a Monte Carlo: two classes, which are never put into one figure (Method, section 9).

*Broad downturn*: all assets but the stable ones move at random, and once on the way all of them fall together.
*Broken correlation*: pegged assets leave their pegs, each once, while the rest moves at random.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.market.cash_assets import stable_names
from engine.market.random_paths import random_paths
from engine.running.variants import start_prices
from engine.scenario.schema import RandomShock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Simulation

Draw = Callable[[Sequence[int]], "Floats"]

USUAL_VOLATILITY = 0.8
"""A year, for assets for which nothing is given: an assumption, said beside every answer that rests on it."""
_FALL, _PEG = 1, 2


class PricePaths:
    """Draws undisturbed prices; path i is the same whatever other paths are drawn, and in every class.

    Parameters
    ----------
    scenario
        Whose assets move. The length of its rounds and its seed count.
    rounds
        R, how many rounds prices move.
    volatility
        By asset, of a year. Without any the scenario's own random shock moves prices, if it has one; else every asset
        but the stable ones has `USUAL_VOLATILITY`.
    correlation
        Of the log returns of any two assets, where the scenario's own shock does not say it.

    Raises
    ------
    BadInput
        If an asset does not exist, or volatilities and correlation do not go together.
    """

    def __init__(self, scenario: Scenario, rounds: int, volatility: Mapping[str, float], correlation: float) -> None:
        parameters = scenario.parameters
        self._assets, self._simulation = parameters.assets, parameters.simulation
        self.names = tuple(parameters.assets)
        for name in volatility:
            if name not in self.names:
                raise BadInput.at("volatility", repr(name), "assets of the scenario: " + ", ".join(self.names))
        stable = stable_names(parameters)
        self.moving = tuple(name for name in self.names if name not in stable)
        own = parameters.shock
        self.is_own = not volatility and isinstance(own, RandomShock)
        self.is_assumed = not volatility and not self.is_own
        if self.is_own and isinstance(own, RandomShock):
            given: dict[str, Any] = {**own.model_dump(mode="python", by_alias=True), "over_rounds": rounds}
        else:
            each = dict(volatility) or dict.fromkeys(self.moving, USUAL_VOLATILITY)
            names = [name for name, sigma in each.items() if sigma > 0.0]
            pairs = [{"a": a, "b": b, "rho": correlation} for i, a in enumerate(names) for b in names[i + 1 :]]
            process = {"kind": "gbm", "volatility": each}
            given = {"kind": "random", "process": process, "correlation": pairs, "over_rounds": rounds}
        # Checked as a whole with the scenario, so that faults name their place.
        shocked = scenario.with_values({"shock": given}).parameters.shock
        assert isinstance(shocked, RandomShock)
        self.shock = shocked
        self.rounds = rounds
        self._start = start_prices(parameters)

    def draw(
        self, paths: Sequence[int], fall: tuple[float, float], fall_rounds: int, pegs: Mapping[str, tuple[float, float]]
    ) -> Floats:
        """Return undisturbed prices (P, R, K) of some paths by their numbers, USD.

        Parameters
        ----------
        paths
            Their numbers.
        fall
            Mean and standard deviation of the fall of all assets that move; 0 and 0 for none.
        fall_rounds
            Over how many rounds it comes, evenly in log steps; its beginning is drawn.
        pegs
            By asset, mean and standard deviation of what is left of its price from some round on, which is drawn.
        """
        factors = random_paths(self.shock, self._assets, self._simulation, paths)
        moving = np.array([name in self.moving for name in self.names])
        for place, number in enumerate(paths):
            if fall != (0.0, 0.0):
                drawn = self._generator(number, _FALL)
                first = int(drawn.integers(0, max(self.rounds - fall_rounds, 0) + 1))
                log = self._log_factor(drawn, 1.0 - fall[0], fall[1])
                steps = np.clip((np.arange(self.rounds) + 1 - first) / fall_rounds, 0.0, 1.0)
                factors[place][:, moving] *= np.exp(log * steps)[:, None]
            for asset, (mean, deviation) in pegs.items():
                column = self.names.index(asset)
                drawn = self._generator(number, _PEG, column)
                first = int(drawn.integers(0, self.rounds))
                factors[place][first:, column] *= math.exp(self._log_factor(drawn, mean, deviation))
        prices: Floats = self._start * factors
        return prices

    def _generator(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([int(self._simulation.seed), *key])

    def broad(self, fall: tuple[float, float], within_seconds: float) -> Draw:
        """Return what draws the paths of a broad downturn by their numbers.

        Parameters
        ----------
        fall
            As in `draw`.
        within_seconds
            How long the common fall takes.
        """
        return partial(self.draw, fall=fall, fall_rounds=rounds_of(within_seconds, self._simulation), pegs={})

    def broken(self, pegs: Mapping[str, tuple[float, float]]) -> Draw:
        """Return what draws the paths of a broken correlation by their numbers; ``pegs`` as in `draw`."""
        return partial(self.draw, fall=(0.0, 0.0), fall_rounds=1, pegs=pegs)

    @staticmethod
    def _log_factor(drawn: np.random.Generator, mean: float, deviation: float) -> float:
        """Draw the log of a factor of this mean and standard deviation; lognormal, so that a price stays above 0."""
        variance = math.log1p((deviation / mean) ** 2)
        return math.log(mean) - variance / 2.0 + math.sqrt(variance) * float(drawn.standard_normal())


def rounds_of(seconds: float, simulation: Simulation) -> int:
    """Return how many rounds a time takes, at least one; a part of a round counts as one."""
    return max(math.ceil(seconds / float(simulation.round_seconds) - 1e-9), 1)


def along_paths(scenario: Scenario, rounds: int) -> Scenario:
    """Return a scenario to be run along given prices for so many rounds, and on until it has come to rest.

    Its own shock is put away, so that nothing is sold from outside, and its runs may take as many rounds more as they
    might have taken before.
    """
    most = rounds + int(scenario.parameters.simulation.max_rounds)
    return scenario.with_values({"shock": {"kind": "instant", "returns": {}}, "simulation.max_rounds": most})
