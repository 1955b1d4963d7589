"""What is shown of a round: the state of each account, and sums over the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels import by_columns
from engine.kernels.compiling import inlined, kernel, kernel_with_arrays, meanwhile
from engine.kernels.constants import (
    ROUNDING,
    STATUS_BAD_DEBT,
    STATUS_HEALTHY,
    STATUS_LIQUIDATABLE,
    STATUS_LIQUIDATED,
    STATUS_NO_DEBT,
    STATUS_PARTLY,
    THRESHOLD,
    unsigned,
)
from engine.kernels.exchange import picked_nb
from engine.kernels.health import health_nb, is_liquidatable_nb, sums_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Legs
    from engine.kernels.tables import Rules


@kernel
def last_rounds_nb(accounts: Any, ends: Any, last: Any) -> None:
    """Fill (n,) int32 with the last round in which an account has a row; `ends` (rounds,) int64: where each ends."""
    row = 0
    for number in range(len(ends)):
        while row < ends[number]:
            last[accounts[row]] = number
            row += 1


@meanwhile(by_columns.view)
@kernel
def view_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    last_liquidated: Any,
    last_bad: Any,
    health: Any,
    backing_usd: Any,
    held_usd: Any,
    owed_usd: Any,
    status: Any,
    status_round: Any,
) -> None:
    """Fill what the table shows of each account; ``backing_usd`` (n,) is its collateral times thresholds.

    ``last_liquidated`` and ``last_bad`` (n,) int32 are 0 for accounts to which it has not happened.
    """
    for i in range(len(legs.market)):
        backing, held, owed = sums_nb(legs, collateral, debt, prices, unsigned(i))
        health[i] = health_nb(backing, owed)
        backing_usd[i] = backing
        held_usd[i] = held
        owed_usd[i] = owed
        status_round[i] = last_liquidated[i]
        if last_bad[i] > 0:
            status[i] = STATUS_BAD_DEBT
            status_round[i] = last_bad[i]
        elif owed <= dust:
            status[i] = STATUS_LIQUIDATED if last_liquidated[i] > 0 else STATUS_NO_DEBT
        elif held <= dust:
            status[i] = STATUS_BAD_DEBT
        elif is_liquidatable_nb(backing, held, owed, rules[legs.market[i]].at_or_below, dust):
            status[i] = STATUS_LIQUIDATABLE
        elif last_liquidated[i] > 0:
            status[i] = STATUS_PARTLY
        else:
            status[i] = STATUS_HEALTHY


@meanwhile(by_columns.row_prices)
@kernel
def row_prices_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    prices: Any,
    cash: Any,
    backing_usd: Any,
    owed_usd: Any,
    row_account: Any,
    row_leg: Any,
    row_debt_leg: Any,
    asset: Any,
    price: Any,
    distance: Any,
    rises: Any,
) -> None:
    """Fill the liquidation price of each row: of which asset (-1: none), which (NaN), how far, and whether above.

    ``cash`` (M, K) bool: what counts as cash in each market. ``backing_usd`` and ``owed_usd`` (n,) are those of
    `view_nb`. The other arrays are of shape (rows,): int32 ``row_account``, ``row_leg`` and ``row_debt_leg`` (-1 for
    none) of the book, and what is filled: int32 ``asset``, float64 ``price`` and ``distance``, bool ``rises``.
    """
    for row in range(len(row_account)):
        found = np.nan
        slope = 0.0
        k = unsigned(0)
        if row_leg[row] >= 0:
            i = unsigned(row_account[row])
            leg = unsigned(row_leg[row])
            k = unsigned(legs.collateral_asset[leg])
            weight = collateral[leg] * legs.terms[legs.collateral_terms[leg], THRESHOLD]
            if cash[unsigned(legs.market[i]), k]:
                other = unsigned(shorted_nb(legs, debt, prices, cash, i, k, row_debt_leg[row]))
                if other != k:
                    k = other
                    weight = weight_nb(legs, collateral, i, k)
            found, slope = liquidation_price_nb(legs, debt, prices, i, k, weight, backing_usd[i], owed_usd[i])
        if found > 0.0:
            share = found / prices[k] - 1.0
            asset[row] = k
            price[row] = found
            distance[row] = share if slope < 0.0 else -share
            rises[row] = slope < 0.0
        else:
            asset[row] = -1
            price[row] = np.nan
            distance[row] = np.nan
            rises[row] = False


@inlined
def shorted_nb(legs: Legs, debt: Any, prices: Any, cash: Any, i: int, k: int, own: int) -> int:
    """Return the asset that account i, with cash k in the row, is short of: the row's own debt, else its largest.

    ``own`` is the row's debt leg or -1. Only what is owed and no cash counts; `k` if there is none.
    """
    m = unsigned(legs.market[i])
    found = k
    most = 0.0
    for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
        other = unsigned(legs.debt_asset[leg])
        value = debt[leg] * prices[other]
        if value > 0.0 and not cash[m, other]:
            if leg == own:
                return other
            if value > most:
                most = value
                found = other
    return found


@inlined
def weight_nb(legs: Legs, collateral: Any, i: int, k: int) -> float:
    """Return the tokens of asset k that account i holds, times their threshold."""
    for leg in range(unsigned(legs.collateral_start[i]), unsigned(legs.collateral_start[i + unsigned(1)])):
        if unsigned(legs.collateral_asset[leg]) == k:
            return collateral[leg] * legs.terms[legs.collateral_terms[leg], THRESHOLD]
    return 0.0


@inlined
def liquidation_price_nb(
    legs: Legs, debt: Any, prices: Any, i: int, k: int, weight: float, backing: float, owed: float
) -> tuple[float, float]:
    """Return the price of asset k at which account i has health 1, NaN if no positive one exists, and the slope.

    ``weight`` is `weight_nb`. The slope is what a dollar more on the price adds to backing less debt: if it is
    negative, health falls below 1 when the price rises.
    """
    owed_of_k = 0.0
    for leg in range(unsigned(legs.debt_start[i]), unsigned(legs.debt_start[i + unsigned(1)])):
        if unsigned(legs.debt_asset[leg]) == k:
            owed_of_k = debt[leg]
    slope = weight - owed_of_k
    missing = (owed - owed_of_k * prices[k]) - (backing - weight * prices[k])
    # What the same asset backs and owes was taken off again: where nothing else is there, only rounding is left.
    if owed <= 0.0 or slope == 0.0 or abs(missing) <= ROUNDING * (owed + backing):
        return np.nan, slope
    price = missing / slope
    return (price if price > 0.0 else np.nan), slope


@meanwhile(by_columns.histogram)
@kernel
def histogram_nb(values: Any, weights: Any, edges: Any, totals: Any) -> None:
    """Add up weights by value; ``totals`` (edges + 1,): below the first edge, between edges, from the last edge on."""
    for i in range(len(values)):
        low = 0
        high = len(edges)
        while low < high:
            middle = (low + high) // 2
            if values[i] < edges[middle]:
                high = middle
            else:
                low = middle + 1
        totals[low] += weights[i]


@meanwhile(by_columns.debt_below_one)
@kernel_with_arrays
def debt_below_one_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    falling: Any,
    scales: Any,
    totals: Any,
    risen: Any,
) -> None:
    """Fill the USD of debt with health below 1 when the prices of some assets are multiplied by each scale.

    ``falling`` (K,) bool; ``scales`` (S,) strictly descending; ``totals`` (S,). ``risen`` (S,), zeros before, gets the
    debt that a rise to this scale puts below 1, and the next smaller one does not. At a scale s an account's health is
    (s a + b) / (s e + f), so that it is below 1 on one side of one scale, which is searched for: the work grows only
    with the logarithm of the number of scales. Debt counts at the scaled prices, also where no collateral is left.
    """
    count = len(scales)
    moving = np.zeros(count + 1)
    fixed = np.zeros(count + 1)
    for i in range(len(legs.market)):
        a, b, e, f = sides_nb(legs, collateral, debt, prices, falling, i)
        if e + f <= dust:
            continue
        equal_too = rules[legs.market[i]].at_or_below
        first = _below_nb(a, b, e, f, scales[0], equal_too)
        last = _below_nb(a, b, e, f, scales[count - 1], equal_too)
        begin = 0
        end = count
        if first != last:
            low = 0
            high = count - 1
            while high - low > 1:
                middle = (low + high) // 2
                if _below_nb(a, b, e, f, scales[middle], equal_too) == first:
                    low = middle
                else:
                    high = middle
            if first:
                end = high
                risen[high - 1] += e * scales[high - 1] + f
            else:
                begin = high
        elif not first:
            continue
        moving[begin] += e
        fixed[begin] += f
        moving[end] -= e
        fixed[end] -= f
    running_moving = 0.0
    running_fixed = 0.0
    for place in range(count):
        running_moving += moving[place]
        running_fixed += fixed[place]
        totals[place] = max(running_moving * scales[place] + running_fixed, 0.0)


@inlined
def sides_nb(
    legs: Legs, collateral: Any, debt: Any, prices: Any, moving: Any, i: int
) -> tuple[float, float, float, float]:
    """Return collateral times thresholds in `moving` assets and in others, and debt in them and in others, in USD."""
    a = 0.0
    b = 0.0
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        k = legs.collateral_asset[leg]
        value = collateral[leg] * prices[k]
        if moving[k]:
            a += value * legs.terms[legs.collateral_terms[leg], THRESHOLD]
        else:
            b += value * legs.terms[legs.collateral_terms[leg], THRESHOLD]
    e = 0.0
    f = 0.0
    for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
        k = legs.debt_asset[leg]
        if moving[k]:
            e += debt[leg] * prices[k]
        else:
            f += debt[leg] * prices[k]
    return a, b, e, f


@inlined
def _below_nb(a: float, b: float, e: float, f: float, scale: float, equal_too: bool) -> bool:
    """Whether health (scale a + b) / (scale e + f) is below 1."""
    backing = scale * a + b
    owed = scale * e + f
    return backing < owed or (equal_too and backing == owed)


@meanwhile(by_columns.danger)
@kernel
def danger_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, toxic: Any, short: Any
) -> None:
    """Add up, by market, the debt that liquidations make less healthy and the bad debt that full closes would leave.

    ``toxic`` (M,): USD of debt of accounts with health below LT (1 + b) of the legs that would be taken; ``short``
    (M,): USD of debt that the whole collateral C of an account does not pay for with its bonus, D - C / (1 + b).
    """
    for i in range(len(legs.market)):
        backing, held, owed, _, _, _, _, threshold, bonus = picked_nb(
            legs, collateral, debt, rules, prices, unsigned(i)
        )
        if owed <= dust or held <= dust:
            continue
        m = legs.market[i]
        if backing / owed < threshold * (1.0 + bonus):
            toxic[m] += owed
        if held < owed * (1.0 + bonus):
            short[m] += owed - held / (1.0 + bonus)
