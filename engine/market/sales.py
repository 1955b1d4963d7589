"""Outstanding sales: what is sold when, what stays and what recovers (Method, sections 3 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.kernels import Selling
    from engine.scenario.schema import Parameters


class Trades(NamedTuple):
    """Tokens traded in a round by others than liquidators and takers of auctions, each (K,).

    ``depositors``: what depositors got and sell in instalments, like liquidators; ``buyers``: what buyers of a
    storefront sell on at once; ``closed_sold`` and ``closed_bought``: positions closed at the market.
    """

    depositors: Floats
    buyers: Floats
    closed_sold: Floats
    closed_bought: Floats

    @classmethod
    def none(cls, assets: int) -> Trades:
        """Return the trades of a round without any."""
        return cls(*(np.zeros(assets) for _ in cls._fields))


@dataclass(frozen=True, slots=True)
class Traded:
    """What was traded on the market in a round.

    Parameters
    ----------
    sold, bought
        (K,) tokens.
    others_sold, others_bought
        (K,) those of them that are no business of liquidators, takers or buyers; None for none.
    """

    sold: Floats
    bought: Floats
    others_sold: Floats | None = None
    others_bought: Floats | None = None

    def own_proceeds(self, proceeds: Floats) -> float:
        """Return the part of the proceeds (K,) of all sales that is not others'."""
        return _own(proceeds, self.sold, self.others_sold)

    def own_cost(self, cost: Floats) -> float:
        """Return the part of the cost (K,) of all purchases that is not others'."""
        return _own(cost, self.bought, self.others_bought)


def _own(usd: Floats, tokens: Floats, others: Floats | None) -> float:
    if others is None or not others.any():
        return float(usd.sum())
    return float(sum(usd[k] * (1.0 - others[k] / tokens[k]) for k in np.flatnonzero(tokens)))


def compile_selling(parameters: Parameters) -> Selling:
    """Return what stays of each asset's sales, and how the rest decays."""
    from engine import kernels

    half_life = [asset.liquidity.recovery_half_life_rounds for asset in parameters.assets.values()]
    sellers = [
        {"share": asset.liquidity.permanent_share, "decay": 1.0 if h is None else 2.0 ** (-1.0 / h)}
        for asset, h in zip(parameters.assets.values(), half_life, strict=True)
    ]
    return kernels.table(kernels.Seller, sellers)


class Sales:
    """The seized tokens that are still to be sold.

    Parameters
    ----------
    parameters
        Of the scenario.
    """

    def __init__(self, parameters: Parameters) -> None:
        count = len(parameters.assets)
        liquidators = parameters.liquidators
        self._instalments = int(liquidators.sell_over_rounds)
        self._sold_now = liquidators.sell_share / self._instalments
        self._buys_debt = liquidators.buy_debt
        # What is due in the coming rounds, a ring. A run that is over before needs the rows of its own rounds and one
        # more, from which it knows at its end that something is still to be sold.
        self._due = np.zeros((min(self._instalments, parameters.simulation.max_rounds + 1), count))
        self._depositors_due = np.zeros_like(self._due)
        self._next = 0

    @property
    def pending(self) -> bool:
        """Whether any seized tokens are still to be sold."""
        return bool(self._due.any() or self._depositors_due.any())

    def of_round(self, received: Floats, repaid: Floats, others: Trades | None = None) -> Traded:
        """Return what is sold and bought in a round.

        Parameters
        ----------
        received, repaid
            (K,) tokens that liquidators got and repaid in this round.
        others
            What others sell and buy; depositors in instalments, as liquidators do.
        """
        self._due += received * self._sold_now
        sold = self._due[self._next].copy()
        self._due[self._next] = 0.0
        bought = repaid.copy() if self._buys_debt else np.zeros_like(repaid)
        traded = Traded(sold, bought)
        if others is not None:
            self._depositors_due += others.depositors / self._instalments
            others_sold = self._depositors_due[self._next] + others.closed_sold
            self._depositors_due[self._next] = 0.0
            sold, bought = sold + others.buyers + others_sold, bought + others.closed_bought
            traded = Traded(sold, bought, others_sold, others.closed_bought)
        self._next = (self._next + 1) % len(self._due)
        return traded
