"""What somebody from outside sells: a large holder, an attacker (Method, section 4, `sale`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.schema import SaleShock

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.scenario.schema import Parameters


@dataclass(frozen=True, slots=True)
class OutsideSale:
    """Tokens that are sold from outside, the same at the start of each of some rounds.

    Parameters
    ----------
    tokens
        (K,) sold in each round, at least 0.
    rounds
        In how many rounds, beginning with round 1; 0 for no sale.
    """

    tokens: Floats
    rounds: int

    @classmethod
    def of(cls, parameters: Parameters) -> OutsideSale:
        """Return what the scenario's shock sells; nothing, where it is no sale."""
        shock = parameters.shock
        if not isinstance(shock, SaleShock):
            return cls(np.zeros(len(parameters.assets)), 0)
        parts = [
            shock.usd.get(name, 0.0) / (shock.over_rounds * asset.price) for name, asset in parameters.assets.items()
        ]
        return cls(np.array(parts), int(shock.over_rounds))

    def at(self, number: int) -> Floats:
        """Return (K,) the tokens that are sold at the start of a round."""
        return self.tokens if 1 <= number <= self.rounds else np.zeros_like(self.tokens)

    def upto(self, number: int) -> Floats:
        """Return (K,) the tokens that are sold in all up to a round."""
        total: Floats = self.tokens * min(number, self.rounds)
        return total
