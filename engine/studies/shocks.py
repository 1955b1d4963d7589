"""Shocks that studies put in place of a scenario's own: the same fall, larger or smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.running.variants import start_prices
from engine.scenario.schema import InstantShock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario

MOST_FALL = 0.99
"""A size of a shock takes no asset further down than this: a price is above 0."""


class Direction:
    """A fall of given assets together, whose size is varied: each return is the size times the asset's weight.

    Parameters
    ----------
    scenario
        Whose assets fall.
    weights
        By asset; without any, the returns of the scenario's own shock, divided by the largest of them.

    Raises
    ------
    BadInput
        If an asset does not exist, all weights are 0, or the scenario's own shock gives no direction.
    """

    def __init__(self, scenario: Scenario, weights: Mapping[str, float]) -> None:
        self.names = tuple(scenario.parameters.assets)
        shock = scenario.parameters.shock
        self.over_rounds = shock.over_rounds if isinstance(shock, InstantShock) else 1
        if not weights:
            weights = self._own(scenario)
        for name in weights:
            if name not in self.names:
                raise BadInput.at("direction", repr(name), "assets of the scenario: " + ", ".join(self.names))
        if not any(weights.values()):
            raise BadInput.at("direction", "no asset moves", "at least one weight that is not 0")
        self.weights = dict(weights)
        self._start = start_prices(scenario.parameters)

    @staticmethod
    def _own(scenario: Scenario) -> dict[str, float]:
        shock = scenario.parameters.shock
        given = dict(shock.returns) if isinstance(shock, InstantShock) else {}
        largest = max((abs(value) for value in given.values()), default=0.0)
        if not largest:
            raise BadInput.at(
                "direction", "missing, and the scenario's shock is no fall of given assets", "WETH=1,WBTC=0.8"
            )
        # Falls are written as sizes below 0, so that a weight above 0 falls with them.
        return {name: abs(value) / largest * (1.0 if value < 0.0 else -1.0) for name, value in given.items()}

    def check(self, sizes: Floats) -> None:
        """Refuse sizes at which a price would be 0 or less.

        Raises
        ------
        BadInput
            With the first such size.
        """
        for size in sizes.tolist():
            for name, weight in self.weights.items():
                if size * weight < -MOST_FALL:
                    raise BadInput.at(
                        "the size of the shock", f"{size:g} takes {name} down by {-size * weight:.2%}",
                        f"at most {MOST_FALL:.0%} for each asset",
                    )  # fmt: skip

    def returns(self, size: float) -> dict[str, float]:
        """Return what each asset moves by."""
        return {name: size * weight for name, weight in self.weights.items()}

    def values(self, size: float) -> dict[str, Any]:
        """Return the parameters of a scenario with this shock."""
        return {"shock": {"kind": "instant", "returns": self.returns(size), "over_rounds": self.over_rounds}}

    def prices(self, sizes: Floats) -> Floats:
        """Return undisturbed prices, (P, R, K) USD; R are the rounds over which the shock is spread."""
        weights = np.array([self.weights.get(name, 0.0) for name in self.names])
        whole = 1.0 + sizes[:, None] * weights
        steps = np.arange(1, self.over_rounds + 1) / self.over_rounds
        prices: Floats = self._start * whole[:, None, :] ** steps[None, :, None]
        return prices

    @property
    def words(self) -> str:
        """How it is said."""
        moves = ", ".join(f"{name} × {weight:g}" for name, weight in self.weights.items())
        return f"{moves}, over {self.over_rounds} rounds" if self.over_rounds > 1 else moves
