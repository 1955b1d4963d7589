"""How much of what the rules allow a liquidator repays (Method, section 6, step 7).

V(R) is what repaying R USD earns: the proceeds of selling all that is received for it, less the repaid debt at market
prices, less gas. Each further token sells lower, so V is concave: it rises up to one *peak* and falls beyond it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.compiling import part
from engine.kernels.constants import (
    LEAST_FIRST_EARNING,
    LIQUIDATED,
    NOTHING_TO_REPAY,
    OVER_CAPACITY,
    UNPROFITABLE,
)
from engine.kernels.curves import marginal_price_factor_nb, sale_down_to_nb
from engine.kernels.exchange import proceeds_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves, Legs

MOST_STEPS = 200
"""Newton's method takes five to ten steps; where the peak itself is the root, one for each bit of a number."""


@part
def marginal_proceeds_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    i: int,
    collateral_leg: int,
    share: float,
    kept: float,
) -> float:
    """Return what more of the picked collateral would earn, as if all of it sold at one price.

    That is the price when a ``share`` of it has been seized, and the part ``kept`` of that sold, after this round's
    earlier sales.
    """
    first: Any = legs.collateral_start[i]
    end: Any = legs.collateral_start[i + 1]
    if collateral_leg >= 0:
        first = np.int64(collateral_leg)
        end = np.int64(collateral_leg + 1)
    total = 0.0
    for leg in range(first, end):
        k: Any = np.int64(legs.collateral_asset[leg])  # compiled for one type of index
        usd = kept * collateral[leg] * undisturbed[k]
        total += usd * marginal_price_factor_nb(curves, k, cross[k], outstanding_usd[k] + usd * share)
    return total


@part
def _peak_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    i: int,
    collateral_leg: int,
    most: float,
    kept: float,
    cost: float,
) -> float:
    """Return the share of the picked collateral beyond which seizing more costs more than it earns.

    ``cost`` is what repaying for all of it would cost. Its first token is known to earn something, and the last of the
    share ``most`` to earn nothing.
    """
    if collateral_leg >= 0:
        k: Any = np.int64(legs.collateral_asset[collateral_leg])
        usd = kept * collateral[collateral_leg] * undisturbed[k]
        return sale_down_to_nb(curves, k, cross[k], outstanding_usd[k], cost / usd) / usd
    low = 0.0
    high = most
    while True:
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:  # no float64 lies between them
            return low
        if marginal_proceeds_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, i, collateral_leg, middle, kept
        ) > cost:  # fmt: skip
            low = middle
        else:
            high = middle


@part
def earned_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    oracle: Any,
    i: int,
    collateral_leg: int,
    repaid: float,
    bonus: float,
    picked_collateral: float,
    kept: float,
    cost: float,
) -> float:
    """Return V(R) before gas; ``cost`` is what one USD repaid costs at market prices."""
    proceeds = proceeds_nb(
        legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, collateral_leg,
        min(repaid * (1.0 + bonus), picked_collateral), picked_collateral, kept,
    )  # fmt: skip
    return proceeds - repaid * cost


@part
def _largest_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    oracle: Any,
    i: int,
    collateral_leg: int,
    peak: float,
    most: float,
    bonus: float,
    picked_collateral: float,
    kept: float,
    cost: float,
    least: float,
) -> float:
    """Return the largest R from ``peak`` to ``most`` with V(R) of at least ``least`` before gas; V(peak) is.

    Newton's method from above: V is concave, so no step goes below the root.
    """
    worth = picked_collateral / (1.0 + bonus)
    repaid = most
    for _ in range(MOST_STEPS):
        missing = least - earned_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, collateral_leg, repaid, bonus,
            picked_collateral, kept, cost,
        )  # fmt: skip
        slope = (
            marginal_proceeds_nb(
                legs, collateral, curves, undisturbed, cross, outstanding_usd, i, collateral_leg, repaid / worth, kept
            ) / worth - cost
        )  # fmt: skip
        if not (missing > 0.0 and slope < 0.0):
            return repaid
        lower = repaid + missing / slope
        if not lower < repaid:  # closer is only rounding
            return repaid
        if lower <= peak:
            return peak
        repaid = lower
    return repaid


@part
def sized_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    oracle: Any,
    i: int,
    collateral_leg: int,
    is_best: bool,
    whole: float,
    bonus: float,
    picked_collateral: float,
    picked_debt: float,
    kept: float,
    cost: float,
    least_left: float,
    capacity_left: float,
    least: float,
    dust: float,
) -> tuple[int, float, float]:
    """Return how much of the ``whole`` that the rules allow is repaid: (outcome, R in USD, what the first USD earns).

    Where nobody comes, R is what of the allowed amounts would have earned most, or nothing.

    Parameters
    ----------
    is_best
        Whether R is what earns most; else the most that earns enough.
    whole, bonus, picked_collateral, picked_debt
        Of `exchange_nb`; USD at oracle prices.
    kept
        What of the seized the liquidator gets.
    cost
        What one USD repaid costs at market prices.
    least_left
        What a smaller liquidation must leave of both legs, in USD.
    capacity_left
        USD that may still be repaid in this round.
    least
        What V must be before gas.
    """
    worth = picked_collateral / (1.0 + bonus)  # of the picked collateral: what repaying it all would take
    first = -cost
    if worth > 0.0:
        first += marginal_proceeds_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, i, collateral_leg, 0.0, kept
        ) / worth  # fmt: skip
    if whole <= dust:
        return NOTHING_TO_REPAY, whole, first
    if not first > LEAST_FIRST_EARNING:
        return UNPROFITABLE, 0.0, first
    fits = whole <= capacity_left
    most = min(whole, capacity_left, picked_debt - least_left, (picked_collateral - least_left) / (1.0 + bonus))
    peak = whole
    last = marginal_proceeds_nb(
        legs, collateral, curves, undisturbed, cross, outstanding_usd, i, collateral_leg, whole / worth, kept
    )  # fmt: skip
    if last < cost * worth:
        share = _peak_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, i, collateral_leg, whole / worth, kept,
            cost * worth,
        )  # fmt: skip
        peak = min(share * worth, whole)
    of_whole = earned_nb(
        legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, collateral_leg, whole, bonus,
        picked_collateral, kept, cost,
    )  # fmt: skip
    if fits and (peak >= whole or (not is_best and of_whole >= least)):
        return LIQUIDATED if of_whole >= least else UNPROFITABLE, whole, first
    # A slice, as far as capacity and leftovers allow one, or the whole all the same.
    repaid = min(peak, most)
    earned = -np.inf
    if repaid > 0.0:
        earned = earned_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, collateral_leg, repaid, bonus,
            picked_collateral, kept, cost,
        )  # fmt: skip
    if fits and most < peak and of_whole > earned:
        return LIQUIDATED if of_whole >= least else UNPROFITABLE, whole, first
    if not fits and most <= dust:
        return OVER_CAPACITY, whole, first
    if not earned >= least:
        return UNPROFITABLE, max(repaid, 0.0), first
    if not is_best and most > peak:
        repaid = _largest_nb(
            legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, collateral_leg, peak, most,
            bonus, picked_collateral, kept, cost, least,
        )  # fmt: skip
    return LIQUIDATED if repaid > dust else UNPROFITABLE, repaid, first
