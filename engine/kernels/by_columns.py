"""What some kernels compute of a whole book, by columns in NumPy: for as long as their compiled code is not there.

As plain Python they would take a tenth of a second for some thousand loans, and the window looks at the first example
before anything is compiled. Each takes what its kernel takes and adds up in the same order, so that the numbers are
the same: `tests/engine/warming/test_uncompiled.py` compares them on every example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.constants import (
    BLOCK,
    BONUS,
    CAUTION,
    HOLDS_BAD_DEBT,
    INCENTIVE_HEALTH_DISCOUNT,
    INCENTIVE_HEALTH_LINEAR,
    INCENTIVE_LLTV,
    ROUNDING,
    STATUS_BAD_DEBT,
    STATUS_HEALTHY,
    STATUS_LIQUIDATABLE,
    STATUS_LIQUIDATED,
    STATUS_NO_DEBT,
    STATUS_PARTLY,
    THRESHOLD,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.kernels.arrays import Legs
    from engine.kernels.tables import Rules


def view(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, last_liquidated: Any, last_bad: Any,
    health: Any, backing_usd: Any, held_usd: Any, owed_usd: Any, status: Any, status_round: Any,
) -> None:  # fmt: skip
    """Do what `engine.kernels.viewing.view_nb` does."""
    count = len(legs.market)
    value = collateral * prices[legs.collateral_asset]
    backing = _by_account(legs.collateral_start, value * legs.terms[legs.collateral_terms, THRESHOLD])
    held = _by_account(legs.collateral_start, value)
    owed = _by_account(legs.debt_start, debt * prices[legs.debt_asset])
    health[:] = np.where(owed > 0.0, backing / owed, np.inf)
    backing_usd[:], held_usd[:], owed_usd[:] = backing, held, owed
    was_liquidated = last_liquidated > 0
    below_one = (health < 1.0) | (rules["at_or_below"][legs.market] & (health == 1.0))
    status[:] = np.select(
        [last_bad > 0, owed <= dust, held <= dust, below_one, was_liquidated],
        [
            np.full(count, STATUS_BAD_DEBT),
            np.where(was_liquidated, STATUS_LIQUIDATED, STATUS_NO_DEBT),
            np.full(count, STATUS_BAD_DEBT),
            np.full(count, STATUS_LIQUIDATABLE),
            np.full(count, STATUS_PARTLY),
        ],
        STATUS_HEALTHY,
    )
    status_round[:] = np.where(last_bad > 0, last_bad, last_liquidated)


def row_prices(
    legs: Legs, collateral: Any, debt: Any, prices: Any, cash: Any, backing_usd: Any, owed_usd: Any, row_account: Any,
    row_leg: Any, row_debt_leg: Any, asset: Any, price: Any, distance: Any, rises: Any,
) -> None:  # fmt: skip
    """Do what `engine.kernels.viewing.row_prices_nb` does."""
    asset[:], price[:], distance[:], rises[:] = -1, np.nan, np.nan, False
    rows = np.flatnonzero(row_leg >= 0)
    i, leg = row_account[rows], row_leg[rows]
    k = legs.collateral_asset[leg].astype(np.int64)
    weights = collateral * legs.terms[legs.collateral_terms, THRESHOLD]
    weight = weights[leg]
    short = np.flatnonzero(cash[legs.market[i], k])
    if len(short):
        other = _shorted(legs, debt, prices, cash, i[short], k[short], row_debt_leg[rows[short]])
        changed = short[other != k[short]]
        k[short] = other
        weight[changed] = _of_asset(legs.collateral_start, legs.collateral_asset, weights, i[changed], k[changed])
    owed_of_k = _of_asset(legs.debt_start, legs.debt_asset, debt, i, k)
    backing, owed = backing_usd[i], owed_usd[i]
    slope = weight - owed_of_k
    missing = (owed - owed_of_k * prices[k]) - (backing - weight * prices[k])
    is_given = (owed > 0.0) & (slope != 0.0) & (np.abs(missing) > ROUNDING * (owed + backing))
    found = np.divide(missing, slope, out=np.full(len(slope), np.nan), where=slope != 0.0)
    share = found / prices[k] - 1.0
    kept = is_given & (found > 0.0)
    there = rows[kept]
    asset[there], price[there] = k[kept], found[kept]
    distance[there] = np.where(slope < 0.0, share, -share)[kept]
    rises[there] = slope[kept] < 0.0


def histogram(values: Any, weights: Any, edges: Any, totals: Any) -> None:
    """Do what `engine.kernels.viewing.histogram_nb` does."""
    totals += np.bincount(np.searchsorted(edges, values, side="right"), weights, len(totals))


def debt_below_one(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, falling: Any, scales: Any,
    totals: Any, risen: Any,
) -> None:  # fmt: skip
    """Do what `engine.kernels.viewing.debt_below_one_nb` does."""
    count = len(scales)
    moves, is_owed_in = falling[legs.collateral_asset], falling[legs.debt_asset]
    backing = collateral * prices[legs.collateral_asset] * legs.terms[legs.collateral_terms, THRESHOLD]
    owed = debt * prices[legs.debt_asset]
    a = _by_account(legs.collateral_start, np.where(moves, backing, 0.0))
    b = _by_account(legs.collateral_start, np.where(moves, 0.0, backing))
    e = _by_account(legs.debt_start, np.where(is_owed_in, owed, 0.0))
    f = _by_account(legs.debt_start, np.where(is_owed_in, 0.0, owed))
    some = np.flatnonzero(e + f > dust)
    a, b, e, f = a[some], b[some], e[some], f[some]
    equal_too = rules["at_or_below"][legs.market[some]] != 0

    def below(scale: Any) -> npt.NDArray[np.bool_]:
        left, right = scale * a + b, scale * e + f
        return (left < right) | (equal_too & (left == right))

    first, last = below(scales[0]), below(scales[count - 1])
    turns = first != last
    low, high = np.zeros(len(some), dtype=np.int64), np.full(len(some), count - 1)
    while True:
        wide = turns & (high - low > 1)
        if not wide.any():
            break
        middle = (low + high) // 2
        as_first = below(scales[middle]) == first
        low = np.where(wide & as_first, middle, low)
        high = np.where(wide & ~as_first, middle, high)
    by_rise = turns & first
    np.add.at(risen, high[by_rise] - 1, e[by_rise] * scales[high[by_rise] - 1] + f[by_rise])
    counted = turns | first
    begin, end = np.where(turns & ~first, high, 0)[counted], np.where(by_rise, high, count)[counted]
    places = np.column_stack([begin, end]).ravel()  # in the order in which the kernel adds them
    moving, fixed = (
        np.bincount(places, np.column_stack([part, -part]).ravel(), count + 1)[:count]
        for part in (e[counted], f[counted])
    )
    totals[:] = np.maximum(np.cumsum(moving) * scales + np.cumsum(fixed), 0.0)


def danger(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, toxic: Any, short: Any
) -> None:
    """Do what `engine.kernels.viewing.danger_nb` does."""
    value = collateral * prices[legs.collateral_asset]
    threshold = legs.terms[legs.collateral_terms, THRESHOLD]
    backing = _by_account(legs.collateral_start, value * threshold)
    held = _by_account(legs.collateral_start, value)
    owed = _by_account(legs.debt_start, debt * prices[legs.debt_asset])
    own = _own_bonuses(legs, rules, threshold)
    mean = _by_account(legs.collateral_start, value * own)
    largest_first = np.lexsort((-value, _accounts(legs.collateral_start)))
    some = np.flatnonzero((owed > dust) & (held > dust))
    backing, held, owed, mean = backing[some], held[some], owed[some], mean[some]
    picked = largest_first[legs.collateral_start[some]]
    market = legs.market[some]
    proportional = rules["proportional"][market] != 0
    limit = np.where(proportional, backing / held, threshold[picked])
    bonus = _bonuses(rules, market, backing / owed, np.where(proportional, mean / held, own[picked]))
    is_toxic = backing / owed < limit * (1.0 + bonus)
    is_short = held < owed * (1.0 + bonus)
    left = owed - held / (1.0 + bonus)
    toxic += np.bincount(market[is_toxic], owed[is_toxic], len(toxic))
    short += np.bincount(market[is_short], left[is_short], len(short))


def insolvent_debt(
    legs: Legs, collateral: Any, debt: Any, prices: Any, level: float, due: Any, block_due: Any, waiting: Any,
    bad: Any, touched: Any, keeps: bool, usd: Any,
) -> None:  # fmt: skip
    """Do what `engine.kernels.insolvency.insolvent_debt_nb` does."""
    block = np.arange(len(due)) // BLOCK
    waits = np.zeros(len(due), dtype=np.bool_)
    waits[waiting] = True
    opens = (touched & HOLDS_BAD_DEBT) > 0 if len(touched) else np.zeros(len(block_due), dtype=np.bool_)
    is_read = ~(level < block_due) | opens
    is_read[block[waits]] = True
    read = np.flatnonzero(is_read[block])
    wanted = waits[read] | ~(level < due[read])
    if len(touched):
        wanted |= opens[block[read]] & (bad[read] != 0)
    looked = read[wanted]
    held = _value_of(looked, legs.collateral_start, collateral, legs.collateral_asset, prices)
    owed = _value_of(looked, legs.debt_start, debt, legs.debt_asset, prices)
    insolvent = owed > held
    missing = (owed - held)[insolvent].tolist()
    for m, change in zip(legs.market[looked[insolvent]].tolist(), missing, strict=True):
        _add(usd[m], change)
    if keeps:
        due[looked] = np.where(insolvent, 0.0, np.where(owed == 0.0, np.inf, held / owed * level * CAUTION))
        smallest = np.minimum.reduceat(due, np.arange(0, len(due), BLOCK))[is_read] if len(due) else due
        block_due[is_read] = _rounded_down(smallest)


def _value_of(accounts: Any, start: Any, amounts: Any, assets: Any, prices: Any) -> npt.NDArray[np.float64]:
    """Return the value of the legs of some accounts, each added up in the order of its legs."""
    first = start[accounts].astype(np.int64)
    counts = start[accounts + 1].astype(np.int64) - first
    owner = np.repeat(np.arange(len(accounts)), counts)
    leg = np.arange(len(owner)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return np.asarray(np.bincount(owner, amounts[leg] * prices[assets[leg]], len(accounts)), dtype=np.float64)


def _add(total: Any, change: float) -> None:
    """Add to a sum that is kept as two float64, as `engine.kernels.sums.add_nb` does."""
    before = total[0]
    after = before + change
    added = after - before
    total[1] += (before - (after - added)) + (change - added)
    total[0] = after


def _rounded_down(values: Any) -> npt.NDArray[np.float32]:
    """Return float32 numbers that are no larger, as `engine.kernels.scanning.rounded_down_nb` does."""
    near = np.minimum(values * (1.0 - 1e-6), 3e38)
    return np.where(values == np.inf, np.inf, near).astype(np.float32)


def _own_bonuses(legs: Legs, rules: Rules, threshold: Any) -> npt.NDArray[np.float64]:
    """Return the bonus of each collateral leg, as far as it does not depend on its account's health."""
    listed = legs.terms[legs.collateral_terms, BONUS]
    is_lltv = rules["incentive_kind"] == INCENTIVE_LLTV
    if not is_lltv.any():
        return np.asarray(listed, dtype=np.float64)
    market = legs.market[_accounts(legs.collateral_start)]
    most = 1.0 / (1.0 - rules["incentive_first"][market] * (1.0 - threshold)) - 1.0
    return np.where(is_lltv[market], np.minimum(rules["incentive_second"][market], most), listed)


def _bonuses(rules: Rules, market: Any, health: Any, own: Any) -> npt.NDArray[np.float64]:
    """Return the incentive of each account, given the bonus of its collateral."""
    kind, first, second = (rules[name][market] for name in ("incentive_kind", "incentive_first", "incentive_second"))
    discount = 1.0 / (1.0 - np.minimum(second, first + 1.0 - health)) - 1.0
    linear = np.where(health <= second, own, own * (first + (1.0 - first) * (1.0 - health) / (1.0 - second)))
    return np.where(kind == INCENTIVE_HEALTH_DISCOUNT, discount, np.where(kind == INCENTIVE_HEALTH_LINEAR, linear, own))


def _by_account(start: Any, values: Any) -> npt.NDArray[np.float64]:
    """Return (n,) the sums of the accounts' legs, each added up in the order of its legs."""
    return np.asarray(np.bincount(_accounts(start), values, len(start) - 1), dtype=np.float64)


def _accounts(start: Any) -> npt.NDArray[np.int64]:
    """Return the account of each leg."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start.astype(np.int64)))


def _of_asset(start: Any, assets: Any, values: Any, i: Any, k: Any) -> npt.NDArray[np.float64]:
    """Return the value of the leg of asset k of each account i, 0 where it has none."""
    count = int(max(assets.max(initial=0), k.max(initial=0))) + 1
    keys = _accounts(start) * count + assets.astype(np.int64)
    order = np.argsort(keys, kind="stable")
    wanted = i.astype(np.int64) * count + k
    at = np.searchsorted(keys, wanted, sorter=order)
    legs = np.append(order, 0)[at]
    is_there = at < len(keys)
    is_there[is_there] = keys[legs[is_there]] == wanted[is_there]
    found = np.zeros(len(wanted))
    found[is_there] = values[legs[is_there]]
    return found


def _shorted(legs: Legs, debt: Any, prices: Any, cash: Any, i: Any, k: Any, own: Any) -> npt.NDArray[np.int64]:
    """Do what `engine.kernels.viewing.shorted_nb` does for some rows."""
    accounts = _accounts(legs.debt_start)
    assets = legs.debt_asset.astype(np.int64)
    value = debt * prices[assets]
    eligible = np.flatnonzero((value > 0.0) & ~cash[legs.market[accounts], assets])
    largest_first = eligible[np.lexsort((eligible, -value[eligible], accounts[eligible]))]
    _, places = np.unique(accounts[largest_first], return_index=True)
    largest = np.full(len(legs.market), -1, dtype=np.int64)
    largest[accounts[largest_first[places]]] = assets[largest_first[places]]
    found = np.where(largest[i] >= 0, largest[i], k)
    is_eligible = np.zeros(len(assets) + 1, dtype=np.bool_)  # the last is for rows without a debt leg
    is_eligible[eligible] = True
    is_own = is_eligible[own]
    found[is_own] = assets[own[is_own]]
    return found
