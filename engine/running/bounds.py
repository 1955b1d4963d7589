"""What a liquidation comes to at most, whoever is liquidated: who cannot earn enough even so is not quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine import kernels
from engine.scenario.schema import FractionClose

if TYPE_CHECKING:
    from engine.book.book import Book
    from engine.scenario.schema import Close, Parameters

_LOW_THRESHOLD = 1e-3
_LEAST_PART = 1e-9


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
