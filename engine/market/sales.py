"""Outstanding sales: what is sold when, what stays and what recovers (Method, sections 3 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario.schema import Parameters

    Floats = npt.NDArray[np.float64]


class Sales:
    """The outstanding sale q of each asset, and the seized tokens that are still to be sold.

    Parameters
    ----------
    parameters
        Of the scenario.
    """

    def __init__(self, parameters: Parameters) -> None:
        liquidities = [asset.liquidity for asset in parameters.assets.values()]
        count = len(liquidities)
        self._share = np.array([liquidity.permanent_share for liquidity in liquidities], dtype=np.float64)
        half_life = [liquidity.recovery_half_life_rounds for liquidity in liquidities]
        self._decay = np.array([1.0 if h is None else 2.0 ** (-1.0 / h) for h in half_life])
        self._permanent = np.zeros(count)
        self._temporary = np.zeros(count)
        liquidators = parameters.liquidators
        self._instalments = int(liquidators.sell_over_rounds)
        self._sold_now = liquidators.sell_share / self._instalments
        self._buys_debt = liquidators.buy_debt
        # What is due in the coming rounds, a ring; a run that is over before takes no more rows than it has rounds.
        self._due = np.zeros((min(self._instalments, parameters.simulation.max_rounds), count))
        self._next = 0

    @property
    def outstanding(self) -> Floats:
        """A new array (K,): q in tokens."""
        return self._permanent + self._temporary

    @property
    def pending(self) -> bool:
        """Whether any seized tokens are still to be sold."""
        return bool(self._due.any())

    def recover(self) -> None:
        """Let the temporary part decay by one round."""
        self._temporary *= self._decay

    def recovered(self) -> Floats:
        """Return what `outstanding` will be after the next `recover`."""
        coming: Floats = self._permanent + self._temporary * self._decay
        return coming

    def of_round(self, received: Floats, repaid: Floats) -> tuple[Floats, Floats]:
        """Sell and buy what is due, and move q by the net.

        Parameters
        ----------
        received, repaid
            (K,) tokens that liquidators got and repaid in this round.

        Returns
        -------
        tuple
            (K,) tokens sold and (K,) tokens bought in this round.
        """
        self._due += received * self._sold_now
        sold = self._due[self._next].copy()
        self._due[self._next] = 0.0
        self._next = (self._next + 1) % len(self._due)
        bought = repaid.copy() if self._buys_debt else np.zeros_like(repaid)
        net = sold - bought
        self._permanent = self._permanent + self._share * net
        self._temporary = self._temporary + (1.0 - self._share) * net
        return sold, bought
