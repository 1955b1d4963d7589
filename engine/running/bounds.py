"""What a liquidation comes to at most, whoever is liquidated: who cannot earn enough even so is not quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine import kernels
from engine.scenario.schema import FractionClose

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.scenario.schema import Close, Parameters

_LOW_THRESHOLD = 1e-3
_LEAST_PART = 1e-9


class EarningBounds:
    """Who surely earns liquidators too little in a round, told by debts alone.

    Parameters
    ----------
    parameters, book
        Of the scenario.
    left
        The tokens of the book before the run.
    is_owed
        (K,) bool, whether anybody owes an asset.
    """

    def __init__(
        self, parameters: Parameters, book: Book, left: kernels.TokensLeft, is_owed: npt.NDArray[np.bool_]
    ) -> None:
        self._left, self._is_owed = left, is_owed
        self._bounds = compile_bounds(parameters, book) if parameters.liquidators.min_profit_usd is not None else None
        self._earned = np.empty(len(parameters.markets))
        self._by_others = np.array(
            [not market.rules.settlement.by_liquidators for market in parameters.markets.values()], dtype=np.bool_
        )

    def too_small(
        self, debt: Floats, accounts: Ints, legs: kernels.Legs, rules: kernels.Rules, policy: kernels.Policy,
        oracle: Floats, market: Floats,
    ) -> npt.NDArray[np.bool_] | None:  # fmt: skip
        """Return which accounts nobody comes for, as they owe too little; None for none of them.

        Parameters
        ----------
        debt, accounts
            (a,) what each owes, USD at these oracle prices, and its place in the order of the run's index.
        legs, rules, policy
            Of the book in that order, and of the scenario in this round.
        oracle, market
            (K,) P(r) and p(r-), USD.
        """
        if self._bounds is None:
            return None
        needed = float(policy.gas_usd + policy.min_profit_usd)
        if needed <= 0.0:
            return None
        kernels.most_earned_nb(self._bounds, rules, policy, self._left, self._is_owed, oracle, market, self._earned)
        self._earned[self._by_others] = np.inf
        earned = self._earned if len(self._earned) == 1 else self._earned[legs.market[accounts]]
        too_small: npt.NDArray[np.bool_] = debt * earned < needed
        return too_small


def compile_bounds(parameters: Parameters, book: Book) -> kernels.Bounds:
    """Return the bounds of each market, in the order of the markets."""
    terms_market = book.layout.sources.market
    rows = []
    for m, market in enumerate(parameters.markets.values()):
        own = book.terms[terms_market == m]  # NaN in terms that no collateral is on
        threshold, bonus = own[:, kernels.THRESHOLD], own[:, kernels.BONUS]
        rows.append(
            {
                "most_repaid": _most_repaid(market.rules.close, float(np.fmin.reduce(threshold, initial=1.0))),
                "most_bonus": np.fmax.reduce(bonus, initial=0.0),
            }
        )
    return kernels.table(kernels.Bound, rows)


def _most_repaid(close: Close, lowest_threshold: float) -> float:
    """Return the largest part of its debt that a liquidation can repay for an account.

    A close by fraction may still be whole where health is 0. With thresholds that are not next to nothing, nothing to
    speak of is held then, and no more is repaid than that is worth.
    """
    if not isinstance(close, FractionClose) or close.full_close_health > 0.0 or close.full_close_usd > 0.0:
        return 1.0
    return 1.0 if lowest_threshold < _LOW_THRESHOLD else max(close.close_factor, _LEAST_PART)
