"""What numba compiles: pure functions of arrays, one round's work at a time.

Rules that hold for every kernel here:

- ``nogil``, so that a window stays alive while one runs; never ``parallel`` or ``fastmath``, so that sums do not
  depend on the number of threads;
- a division by zero gives inf or NaN, as in NumPy: nothing has to be checked, so that less is compiled;
- no counting of references (``_nrt=False``), unless a kernel makes an array itself: in a loop over accounts that look
  into tuples of arrays it takes longer than all the rest, and its code as long to compile;
- arrays come in, results go to arrays that the caller made; no random numbers, no clock;
- one type each: amounts, prices and money float64, accounts and legs int32, offsets int64, C order. Arrays of a
  `Legs` are read-only, all others writable (numba compiles once for each combination it meets).

Names: ``C`` and ``D`` are collateral and debt in USD at oracle prices, ``R`` and ``S`` the USD repaid and seized,
as in the Method.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine import compiling

_kernel = compiling.kernel
_kernel_with_arrays = compiling.kernel_with_arrays
_inlined = compiling.inlined

# Kinds of liquidity curves (Method, section 3).
CURVE_INFINITE = 0
CURVE_EXPONENTIAL = 1
CURVE_CONSTANT_USD = 2
CURVE_LINEAR = 3
CURVE_SQUARE_ROOT = 4
CURVE_CONSTANT_PRODUCT = 5
CURVE_POINTS = 6

# Kinds of oracles (Method, section 5).
ORACLE_MARKET = 0
ORACLE_THRESHOLD = 1
ORACLE_TWAP = 2
ORACLE_FIXED = 3
ORACLE_MODEL = 4

# Close rules and incentives (Method, section 7).
CLOSE_FULL = 0
CLOSE_FRACTION = 1
CLOSE_TARGET_HEALTH = 2
INCENTIVE_FIXED = 0
INCENTIVE_LLTV = 1
INCENTIVE_HEALTH_DISCOUNT = 2
INCENTIVE_HEALTH_LINEAR = 3

# Sums of USD that differ by less than this share of themselves are the same sum.
ROUNDING = 1e-12

# What became of a candidate when its turn came.
LIQUIDATED = 0
NOT_LIQUIDATABLE = 1
COUNT_USED_UP = 2
OVER_CAPACITY = 3
UNPROFITABLE = 4
LEFTOVER_TOO_SMALL = 5
NOTHING_TO_REPAY = 6

# Columns of the notes on a watched account, one row a call.
NOTE_OUTCOME = 0
NOTE_REPAID_USD = 1
NOTE_SEIZED_USD = 2
NOTE_BONUS = 3
NOTE_FEE_SHARE = 4
NOTE_PROCEEDS_USD = 5
NOTE_REPAID_AT_MARKET_USD = 6
NOTE_CAPACITY_LEFT_USD = 7
NOTE_HEALTH_BEFORE = 8
NOTE_HEALTH_AFTER = 9
NOTE_COLLATERAL_LEG = 10
NOTE_DEBT_LEG = 11
NOTE_COLUMNS = 12

# Places in the progress of a round's liquidations.
PROGRESS_POSITION = 0
PROGRESS_CALL = 1
PROGRESS_EVENTS = 2
PROGRESS_LIQUIDATIONS = 3
PROGRESS_NEW_ACCOUNTS = 4
PROGRESS_NOTES = 5
PROGRESS_EMPTIED = 6
PROGRESS_PLACES = 7

# Places in a round's totals.
TOTAL_REPAID_USD = 0
TOTAL_REPAID_FRESH_USD = 1
TOTAL_SEIZED_USD = 2
TOTAL_PLACES = 3

# What a look at an account finds.
LOOKED_IDLE = 0
LOOKED_WAITING = 1
LOOKED_BAD = 2

BLOCK = 64  # accounts whose smallest due value is kept together

# States of an account, as `engine.views.Status` names them.
STATUS_HEALTHY = 0
STATUS_LIQUIDATABLE = 1
STATUS_PARTLY = 2
STATUS_LIQUIDATED = 3
STATUS_BAD_DEBT = 4
STATUS_NO_DEBT = 5

MOST_LOG_FACTOR = 600.0  # exp(600) and exp(-600) are still float64 numbers, with room for a price
SMALLEST_CURVE_FACTOR = 1e-6
CAUTION = 1.0 - 1e-9  # far more than rounding can come to
HEALTH_TOLERANCE = 1e-12


_uint: Any = np.uint64  # indices that cannot be negative: numba then does not look whether they are
_int: Any = np.int64


class Legs(NamedTuple):
    """The fixed part of a book: who holds what (read-only arrays, see `engine.book.Book`)."""

    collateral_start: Any
    collateral_asset: Any
    collateral_threshold: Any
    collateral_bonus: Any
    debt_start: Any
    debt_asset: Any
    market: Any


class Rules(NamedTuple):
    """The rules of the markets, each an array of shape (markets,)."""

    at_or_below: Any
    proportional: Any
    close_kind: Any
    close_factor: Any
    scope_is_account: Any
    full_close_health: Any
    full_close_usd: Any
    target_health: Any
    min_leftover_usd: Any
    incentive_kind: Any
    incentive_first: Any
    incentive_second: Any
    fee_share: Any
    fee_of_seized: Any
    bad_debt_stays: Any


class Curves(NamedTuple):
    """Liquidity curves and cross impact.

    ``kind`` (K,) int64; ``scale`` (K,) the depth in USD that the formula divides by; ``extra`` (K,) the floor of
    `linear`, the coefficient times volatility of `square_root`; ``start`` (K + 1,) int64 into ``usd`` and ``drop``;
    ``cross`` (K, K): row k says what part of each asset's own log fall reaches asset k, 1 on the diagonal.
    """

    kind: Any
    scale: Any
    extra: Any
    start: Any
    usd: Any
    drop: Any
    cross: Any


class Oracles(NamedTuple):
    """Oracles, each an array of shape (K,); see `engine.market.oracles`."""

    kind: Any
    delay: Any
    window: Any
    heartbeat: Any
    deviation: Any
    value: Any
    base: Any
    max_move: Any


class Policy(NamedTuple):
    """What liquidators do, plain numbers."""

    calls: Any
    most_liquidations: Any
    capacity_usd: Any
    has_min_profit: Any
    min_profit_usd: Any
    gas_usd: Any
    sold_now: Any
    buys_debt: Any


class EventColumns(NamedTuple):
    """One row for each leg pair of a liquidation; arrays of the same length, filled up to a count."""

    account: Any
    collateral_leg: Any
    debt_leg: Any
    seized: Any
    repaid: Any
    to_protocol: Any
    collateral_before: Any
    debt_before: Any
    health_before: Any
    health_after: Any


class BadDebtColumns(NamedTuple):
    """One row for each debt leg that became bad debt; ``after`` equals ``before`` where it stays."""

    account: Any
    debt_leg: Any
    before: Any
    after: Any


class MarkColumns(NamedTuple):
    """One row for each event that is not a liquidation of its own account: which event, and its mark."""

    row: Any
    mark: Any


class StartColumns(NamedTuple):
    """One row for each auction that starts: of which account, and the share of it that is for sale."""

    account: Any
    share: Any


class Places(NamedTuple):
    """Where accounts stand in the book when the kernels' arrays hold them in another order, each (n,) int32, read-only.

    ``account`` is the index in the book; an account's legs stand ``collateral_shift`` and ``debt_shift`` further on
    there.
    """

    account: Any
    collateral_shift: Any
    debt_shift: Any


class Pool(NamedTuple):
    """Liquidatable accounts, in order, filled up to a count: who, health, debt in USD, and see `_until_nb`."""

    account: Any
    health: Any
    debt: Any
    until: Any


class Watch(NamedTuple):
    """What a liquidation step tells the pool of those who wait, so that they need not be looked at again.

    ``pool`` holds the very accounts that are liquidated, in that order, or none; ``level``, ``rise`` and ``limits`` as
    in `recheck_nb`.
    """

    pool: Pool
    level: Any
    rise: Any
    limits: Any


class Flows(NamedTuple):
    """What moved in a round: (K, 2) by asset, (M, 2) by market, each an unevaluated sum of two float64.

    So sums do not depend on the order in which accounts are served or stand.
    """

    received: Any
    to_protocol: Any
    repaid: Any
    repaid_by_collateral_usd: Any
    liquidations: Any
    repaid_usd: Any
    seized_usd: Any
    totals: Any


class Left(NamedTuple):
    """Tokens left by (market, asset), each an unevaluated sum of two float64, so that taking all away leaves 0."""

    collateral: Any
    collateral_rest: Any
    debt: Any
    debt_rest: Any


def empty_flows(assets: int, markets: int) -> Flows:
    """Return the flows of a round in which nothing has moved yet."""
    return Flows(
        received=np.zeros((assets, 2)),
        to_protocol=np.zeros((assets, 2)),
        repaid=np.zeros((assets, 2)),
        repaid_by_collateral_usd=np.zeros((assets, 2)),
        liquidations=np.zeros(markets, dtype=np.int64),
        repaid_usd=np.zeros((markets, 2)),
        seized_usd=np.zeros((markets, 2)),
        totals=np.zeros((TOTAL_PLACES, 2)),
    )


def empty_pool(accounts: int) -> Pool:
    """Return a pool with room for so many accounts."""
    return Pool(np.empty(accounts, dtype=np.int32), np.empty(accounts), np.empty(accounts), np.empty(accounts))


def no_watch() -> Watch:
    """Return the watch of a step whose accounts are looked at again."""
    return Watch(empty_pool(0), 1.0, 1.0, np.array([np.inf]))


def empty_left(assets: int, markets: int) -> Left:
    """Return the sums of an empty book."""
    return Left(*(np.zeros((markets, assets)) for _ in Left._fields))


# --- liquidity curves -------------------------------------------------------------------------------------------


@_kernel
def _segment_nb(curves: Curves, k: int, v: float) -> int:
    """Return the index (from 0) of the piece of asset k's points that the sale v >= 0 lies on."""
    first = curves.start[k]
    last = curves.start[k + 1] - 1
    low = first
    high = last
    while low < high:
        middle = (low + high) // 2
        if curves.usd[middle] < v:
            low = middle + 1
        else:
            high = middle
    return low - first


@_kernel
def _piece_nb(curves: Curves, k: int, piece: int) -> tuple[float, float, float, float]:
    """Return (usd at start, drop at start, usd at end, slope) of a piece; the last one goes on for ever."""
    at = curves.start[k] + piece
    usd = 0.0
    drop = 0.0
    if piece > 0:
        usd = curves.usd[at - 1]
        drop = curves.drop[at - 1]
    slope = (curves.drop[at] - drop) / (curves.usd[at] - usd)
    end = curves.usd[at]
    if at == curves.start[k + 1] - 1:
        end = np.inf
    return usd, drop, end, slope


@_kernel
def log_fall_nb(curves: Curves, k: int, u: float) -> float:
    """Return G_k(u): how far the log price of asset k has fallen with u USD sold; odd in u."""
    v = abs(u)
    kind = curves.kind[k]
    fall = 0.0
    if kind == CURVE_EXPONENTIAL:
        fall = v / curves.scale[k]
    elif kind == CURVE_CONSTANT_USD:
        fall = np.log1p(v / curves.scale[k])
    elif kind == CURVE_LINEAR:
        if 1.0 - v / curves.scale[k] > curves.extra[k]:
            fall = -np.log1p(-v / curves.scale[k])
        else:
            fall = -np.log(curves.extra[k])
    elif kind == CURVE_SQUARE_ROOT:
        fall = curves.extra[k] * np.sqrt(v / curves.scale[k])
    elif kind == CURVE_CONSTANT_PRODUCT:
        fall = 2.0 * np.log1p(v / curves.scale[k])
    elif kind == CURVE_POINTS:
        usd, drop, _, slope = _piece_nb(curves, k, _segment_nb(curves, k, v))
        here = drop + slope * (v - usd)
        fall = -np.log1p(-here) if 1.0 - here > SMALLEST_CURVE_FACTOR else -np.log(SMALLEST_CURVE_FACTOR)
    fall = min(fall, 1e100)  # an overflow times a cross impact of 0 would be NaN
    return fall if u >= 0.0 else -fall


@_kernel
def _falling_line_nb(start: float, slope: float, width: float, floor: float, inverse: bool) -> float:
    """Integrate max(floor, start - slope x), or 1 over it, for x from 0 to width."""
    if start <= floor:
        return width / floor if inverse else width * floor
    sloped = width
    if slope > 0.0:
        sloped = min(width, (start - floor) / slope)
    if inverse:
        fallen = slope * sloped / start
        whole = sloped / start
        if fallen > 0.0:
            if sloped < width:
                whole *= np.log(start / floor) / fallen
            else:
                whole *= -np.log1p(-fallen) / fallen
        return whole + (width - sloped) / floor
    return sloped * (start - 0.5 * slope * sloped) + (width - sloped) * floor


@_kernel
def _one_minus_exp_over_nb(x: float) -> float:
    """Return (1 - exp(-x)) / x, which is 1 at 0."""
    return -np.expm1(-x) / x if x != 0.0 else 1.0


@_kernel
def _second_order_nb(x: float) -> float:
    """Return (1 - exp(-x) (1 + x)) / x^2, which is 1/2 at 0, without cancellation near 0."""
    if abs(x) > 0.5:
        return (1.0 - np.exp(-x) * (1.0 + x)) / (x * x)
    # sum over n >= 2 of (-1)^n x^(n-2) (n - 1) / n!
    total = 0.0
    term = 0.5  # x^(n-2) / n! with its sign, at n = 2
    for n in range(2, 20):
        total += term * (n - 1)
        term *= -x / (n + 1)
    return total


@_kernel
def _one_sided_nb(curves: Curves, k: int, cross: float, v: float, width: float, buying: bool) -> float:
    """Integrate the price factor of asset k for a sale from v to v + width, or a purchase from -v to -v - width."""
    kind = curves.kind[k]
    scale = curves.scale[k]
    if kind in (CURVE_EXPONENTIAL, CURVE_SQUARE_ROOT):
        # The only two that can leave the range of float64: beyond the limit the factor stays what it is there.
        room = MOST_LOG_FACTOR - cross if buying else MOST_LOG_FACTOR + cross
        room = max(room, 0.0)
        reach = room * scale if kind == CURVE_EXPONENTIAL else scale * (room / curves.extra[k]) ** 2
        inside = min(width, max(reach - v, 0.0))
        sign = 1.0 if buying else -1.0
        beyond = (width - inside) * np.exp(sign * MOST_LOG_FACTOR)
        if inside <= 0.0:
            return beyond
        if kind == CURVE_EXPONENTIAL:
            x = inside / scale
            return inside * np.exp(cross + sign * v / scale) * _one_minus_exp_over_nb(-sign * x) + beyond
        a = curves.extra[k] / np.sqrt(scale)
        root = np.sqrt(v)
        step = inside / (root + np.sqrt(v + inside))
        x = a * step
        inner = 2.0 * root * step * _one_minus_exp_over_nb(-sign * x)
        inner += 2.0 * step * step * _second_order_nb(-sign * x)
        return np.exp(cross + sign * a * root) * inner + beyond
    outer = np.exp(cross)
    if kind == CURVE_CONSTANT_USD:
        if buying:
            return outer * width * (1.0 + (v + 0.5 * width) / scale)
        return outer * scale * np.log1p(width / (scale + v))
    if kind == CURVE_LINEAR:
        return outer * _falling_line_nb(1.0 - v / scale, 1.0 / scale, width, curves.extra[k], buying)
    if kind == CURVE_CONSTANT_PRODUCT:
        if buying:
            a = 1.0 + v / scale
            b = a + width / scale
            return outer * width * (a * a + a * b + b * b) / 3.0
        return outer * width / ((1.0 + v / scale) * (1.0 + (v + width) / scale))
    if kind == CURVE_POINTS:
        total = 0.0
        done = 0.0
        piece = _segment_nb(curves, k, v)
        while done < width:
            usd, drop, end, slope = _piece_nb(curves, k, piece)
            here = v + done
            part = min(width - done, end - here)
            if part > 0.0:
                start = 1.0 - (drop + slope * (here - usd))
                total += _falling_line_nb(start, slope, part, SMALLEST_CURVE_FACTOR, buying)
            if end - v >= width:
                break
            done = max(done, end - v)
            piece += 1
        return outer * total
    return outer * width


@_kernel
def impact_integral_nb(curves: Curves, k: int, cross: float, u: float, width: float) -> float:
    """Return the USD that a sale of `width` USD (at the undisturbed price) earns; negative = what a purchase costs.

    The integral of exp(cross - G_k) from u to u + width (Method, section 3). It is computed from the width, never
    as a difference of two primitives, so that a small sale into a deep market loses no digits.
    """
    cross = min(max(cross, -MOST_LOG_FACTOR), MOST_LOG_FACTOR)
    if width >= 0.0:
        low = u
        high = u + width
        size = width
    else:
        low = u + width
        high = u
        size = -width
    whole = 0.0
    if low < 0.0:
        whole += _one_sided_nb(curves, k, cross, max(-high, 0.0), size if high <= 0.0 else -low, True)
    if high > 0.0 or low >= 0.0:
        whole += _one_sided_nb(curves, k, cross, max(low, 0.0), size if low >= 0.0 else high, False)
    return whole if width >= 0.0 else -whole


@_kernel_with_arrays
def market_prices_nb(curves: Curves, undisturbed: Any, outstanding: Any, prices: Any, cross: Any) -> None:
    """Fill the market prices and the log factor that each asset takes from the others' outstanding sales.

    All arrays (K,) float64; `outstanding` is q in tokens.
    """
    count = len(undisturbed)
    falls = np.empty(count)
    for k in range(count):
        falls[k] = log_fall_nb(curves, k, outstanding[k] * undisturbed[k])
    for k in range(count):
        others = 0.0
        for other in range(count):
            if other != k:
                others -= curves.cross[k, other] * falls[other]
        cross[k] = others
        total = min(max(others - falls[k], -MOST_LOG_FACTOR), MOST_LOG_FACTOR)
        prices[k] = undisturbed[k] * np.exp(total)


@_kernel
def trade_nb(
    curves: Curves,
    undisturbed: Any,
    outstanding: Any,
    cross: Any,
    market: Any,
    sold: Any,
    bought: Any,
    proceeds: Any,
    cost: Any,
) -> None:
    """Fill what the round's sales earn and its purchases cost, each at the average price of the round's net.

    All arrays (K,) float64. Where sales and purchases cancel, the average is the market price.
    """
    for k in range(len(undisturbed)):
        net = sold[k] - bought[k]
        average = market[k]
        if net != 0.0:
            width = net * undisturbed[k]
            average = impact_integral_nb(curves, k, cross[k], outstanding[k] * undisturbed[k], width) / net
        proceeds[k] = sold[k] * average
        cost[k] = bought[k] * average


# --- oracles ----------------------------------------------------------------------------------------------------


@_inlined
def _limited_nb(price: float, before: float, most: float) -> float:
    """Keep a price within a fraction `most` of the one before."""
    return min(max(price, before * (1.0 - most)), before * (1.0 + most))


@_kernel
def oracle_prices_nb(oracles: Oracles, history: Any, number: int, before: Any, last_update: Any, prices: Any) -> None:
    """Fill the oracle prices of round `number` (Method, section 5).

    `history` (rounds + 1, K): row r is p(r-), row 0 the prices before round 1. `before` (K,) are the oracle prices
    of the round before, `last_update` (K,) int64 the rounds in which feeds were last updated (changed here).
    """
    for k in range(len(prices)):
        kind = oracles.kind[k]
        if kind == ORACLE_MODEL:
            continue
        price = before[k]
        if kind == ORACLE_MARKET:
            price = history[max(number - oracles.delay[k], 0), k]
        elif kind == ORACLE_THRESHOLD:
            seen = history[max(number - oracles.delay[k], 0), k]
            beat = oracles.heartbeat[k]
            if abs(seen / before[k] - 1.0) >= oracles.deviation[k] or (beat > 0 and number - last_update[k] >= beat):
                price = seen
                last_update[k] = number
        elif kind == ORACLE_TWAP:
            window = oracles.window[k]
            first = max(number - window + 1, 1)
            total = (window - (number - first + 1)) * history[0, k]
            for r in range(first, number + 1):
                total += history[r, k]
            price = total / window
        prices[k] = _limited_nb(price, before[k], oracles.max_move[k])
    for k in range(len(prices)):
        if oracles.kind[k] == ORACLE_MODEL:
            price = oracles.value[k] * prices[oracles.base[k]]
            prices[k] = _limited_nb(price, before[k], oracles.max_move[k])


# --- sums ------------------------------------------------------------------------------------------------------


@_inlined
def _sum_nb(high: float, low: float, change: float) -> tuple[float, float]:
    """Add to a sum that is kept as two float64 (Knuth's exact addition)."""
    after = high + change
    added = after - high
    return after, low + ((high - (after - added)) + (change - added))


@_inlined
def _add_nb(sums: Any, k: int, change: float) -> None:
    """Add to row k of (K, 2) sums that are kept as two float64 (Knuth's exact addition)."""
    before = sums[k, 0]
    after = before + change
    added = after - before
    sums[k, 1] += (before - (after - added)) + (change - added)
    sums[k, 0] = after


# --- health -----------------------------------------------------------------------------------------------------


@_inlined
def sums_nb(legs: Legs, collateral: Any, debt: Any, prices: Any, i: int) -> tuple[float, float, float]:
    """Return (sum C LT, sum C, sum D) of account i in USD, legs in asset order."""
    here, after = _uint(i), _uint(i + 1)
    backing = 0.0
    held = 0.0
    for leg in range(_uint(legs.collateral_start[here]), _uint(legs.collateral_start[after])):
        value = collateral[leg] * prices[_uint(legs.collateral_asset[leg])]
        held += value
        backing += value * legs.collateral_threshold[leg]
    owed = 0.0
    for leg in range(_uint(legs.debt_start[here]), _uint(legs.debt_start[after])):
        owed += debt[leg] * prices[_uint(legs.debt_asset[leg])]
    return backing, held, owed


@_inlined
def health_nb(backing: float, owed: float) -> float:
    """Return the health factor, infinite without debt."""
    return backing / owed if owed > 0.0 else np.inf


@_inlined
def is_liquidatable_nb(backing: float, held: float, owed: float, at_or_below: bool, dust: float) -> bool:
    """Whether an account with these sums can be liquidated (Method, section 2)."""
    if owed <= dust or held <= dust:
        return False
    health = health_nb(backing, owed)
    return health < 1.0 or (at_or_below and health == 1.0)


@_inlined
def _look_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, level: float, i: int
) -> tuple[int, float, float, float, float]:
    """Look at account i: return (what it is, its due value, health, debt and collateral in USD).

    Between two looks health falls at most by the largest fall of any collateral's price times the largest rise of any
    debt's. ``level`` is the product of these over the rounds so far; an account that had health h at level v cannot
    be liquidatable below the level h v: that, a little lower for rounding, is its due value.
    """
    backing, held, owed = sums_nb(legs, collateral, debt, prices, i)
    if owed > dust:
        if held <= dust:
            return LOOKED_BAD, 0.0, 0.0, owed, held
        health = backing / owed
        if is_liquidatable_nb(backing, held, owed, rules.at_or_below[legs.market[i]], dust):
            return LOOKED_WAITING, np.inf, health, owed, held
        room = health
        if held < dust * room:  # it reaches dust before its health reaches 1
            room = held / dust
        return LOOKED_IDLE, room * level * CAUTION, health, owed, held
    return LOOKED_IDLE, np.inf if owed == 0.0 else 0.0, np.inf, owed, held


@_inlined
def _set_due_nb(due: Any, block_due: Any, i: int, value: float) -> None:
    """Put an account back to be looked at from a level on, and its block no later."""
    due[i] = value
    block_due[i // BLOCK] = min(block_due[i // BLOCK], _rounded_down_nb(value))


@_inlined
def _rounded_down_nb(value: float) -> Any:
    """Return a due value as float32, never later than it is."""
    if value == np.inf:
        return np.float32(np.inf)
    return np.float32(min(value * (1.0 - 1e-6), 3e38))


@_inlined
def _until_nb(rise: float, health: float, owed: float, dust: float) -> float:
    """Return the level of rise below which an account surely is still liquidatable, but for its collateral's value.

    ``rise`` is the product, over the rounds so far, of the largest rise of any collateral's price and the largest fall
    of any debt's: so much, at most, can health have risen and debt have fallen.
    """
    most = np.inf
    if health > 0.0:
        most = 1.0 / health
    if owed < dust * most:
        most = owed / dust
    return rise * most * CAUTION


@_kernel
def recheck_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    level: float,
    rise: float,
    everything: bool,
    number: int,
    last_liquidated: Any,
    due: Any,
    block_due: Any,
    bad: Any,
    pool: Pool,
    count: int,
    found_bad: Any,
    bad_count: int,
    limits: Any,
    left: Any,
) -> tuple[int, int]:
    """Keep those of the first ``count`` accounts of a pool that are still liquidatable, in the same order.

    Looked at are only those whose health can have reached 1 (see `_until_nb`), those liquidated in round ``number``,
    or ``everything``. Adds to ``found_bad`` those whose debt is newly bad. ``limits`` (1,) is lowered to the level at
    which the collateral of one of the pool can have fallen to dust; ``left`` (1, 2) becomes the sum of the debts of
    those kept, as two float64. Returns how many were kept and how many are in ``found_bad``.
    """
    kept = 0
    high = 0.0
    low = 0.0
    for place in range(count):
        i = pool.account[place]
        health = pool.health[place]
        owed = pool.debt[place]
        until = pool.until[place]
        if everything or not rise < until or last_liquidated[i] == number:
            state, value, health, owed, held = _look_nb(legs, collateral, debt, rules, prices, dust, level, i)
            if state != LOOKED_WAITING:
                _set_due_nb(due, block_due, i, value)
                if state == LOOKED_BAD and not bad[i]:
                    found_bad[bad_count] = i
                    bad_count += 1
                continue
            until = _until_nb(rise, health, owed, dust)
            if dust > 0.0:
                limits[0] = min(limits[0], level * held / dust * CAUTION)
        pool.account[kept] = i
        pool.health[kept] = health
        pool.debt[kept] = owed
        pool.until[kept] = until
        kept += 1
        high, low = _sum_nb(high, low, owed)
    left[0, 0] = high
    left[0, 1] = low
    return kept, bad_count


@_kernel
def scan_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    level: float,
    rise: float,
    number: int,
    last_liquidated: Any,
    due: Any,
    block_due: Any,
    touched: Any,
    since: Any,
    bad: Any,
    pool: Pool,
    found_bad: Any,
    bad_count: int,
    limits: Any,
) -> tuple[int, int]:
    """Find the accounts that have become liquidatable.

    Only accounts that can have become so are looked at: those of the blocks of `BLOCK` accounts whose smallest due
    value has been reached, and of these those that are due themselves. The result is exactly that of looking at all.

    Fills ``pool`` with them, in order, ``since`` (n,) with the round from which on each has been liquidatable, and
    adds to ``found_bad`` those whose debt is newly bad. Marks in ``touched`` (blocks,) which blocks were opened.
    Returns how many there are of each. An account in a pool is never due.
    """
    count = 0
    accounts = len(due)
    for block in range(len(block_due)):
        if level < block_due[block]:
            continue
        touched[block] = 1
        smallest = np.inf
        for i in range(block * BLOCK, min((block + 1) * BLOCK, accounts)):
            if level < due[i]:
                smallest = min(smallest, due[i])
                continue
            state, value, health, owed, held = _look_nb(legs, collateral, debt, rules, prices, dust, level, i)
            if state == LOOKED_WAITING:
                pool.account[count] = i
                pool.health[count] = health
                pool.debt[count] = owed
                pool.until[count] = _until_nb(rise, health, owed, dust)
                count += 1
                if number <= 1 or last_liquidated[i] != number - 1:  # else it was liquidatable a round ago too
                    since[i] = max(number, 1)
                if dust > 0.0:
                    limits[0] = min(limits[0], level * held / dust * CAUTION)
            elif state == LOOKED_BAD:
                if not bad[i]:
                    found_bad[bad_count] = i
                    bad_count += 1
                elif held == 0.0:
                    value = np.inf
            due[i] = value
            smallest = min(smallest, value)
        block_due[block] = _rounded_down_nb(smallest)
    return count, bad_count


@_kernel
def merge_nb(first: Pool, first_count: int, second: Pool, second_count: int, into: Pool) -> None:
    """Put two pools, each in order of accounts, together in that order."""
    a = 0
    b = 0
    for place in range(first_count + second_count):
        if b >= second_count or (a < first_count and first.account[a] < second.account[b]):
            into.account[place] = first.account[a]
            into.health[place] = first.health[a]
            into.debt[place] = first.debt[a]
            into.until[place] = first.until[a]
            a += 1
        else:
            into.account[place] = second.account[b]
            into.health[place] = second.health[b]
            into.debt[place] = second.debt[b]
            into.until[place] = second.until[b]
            b += 1


@_kernel
def first_due_nb(legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, due: Any) -> None:
    """Fill the due values (n,) at level 1; 0 for accounts that are liquidatable already."""
    for i in range(len(due)):
        state, value, _, _, _ = _look_nb(legs, collateral, debt, rules, prices, dust, 1.0, i)
        due[i] = 0.0 if state == LOOKED_WAITING else value


@_kernel
def block_due_nb(due: Any, block_due: Any) -> None:
    """Fill each block's smallest due value."""
    for block in range(len(block_due)):
        smallest = np.inf
        for i in range(block * BLOCK, min((block + 1) * BLOCK, len(due))):
            smallest = min(smallest, due[i])
        block_due[block] = _rounded_down_nb(smallest)


@_kernel
def restore_nb(
    legs: Legs,
    touched: Any,
    fresh_collateral: Any,
    fresh_debt: Any,
    fresh_due: Any,
    fresh_block_due: Any,
    collateral: Any,
    debt: Any,
    due: Any,
    block_due: Any,
    since: Any,
    last_liquidated: Any,
    bad: Any,
) -> None:
    """Undo a run: put every block that it touched back to what it was."""
    for block in range(len(touched)):
        if not touched[block]:
            continue
        touched[block] = 0
        block_due[block] = fresh_block_due[block]
        first = block * BLOCK
        end = min(first + BLOCK, len(due))
        for i in range(first, end):
            due[i] = fresh_due[i]
            since[i] = 0
            last_liquidated[i] = 0
            bad[i] = 0
        for leg in range(legs.collateral_start[first], legs.collateral_start[end]):
            collateral[leg] = fresh_collateral[leg]
        for leg in range(legs.debt_start[first], legs.debt_start[end]):
            debt[leg] = fresh_debt[leg]


# --- one liquidation --------------------------------------------------------------------------------------------


@_inlined
def _bonus_nb(rules: Rules, m: int, health: float, threshold: float, listed: float) -> float:
    """Return the incentive b of a liquidation in market m (Method, section 7)."""
    kind = rules.incentive_kind[m]
    first = rules.incentive_first[m]
    second = rules.incentive_second[m]
    if kind == INCENTIVE_LLTV:
        return min(second, 1.0 / (1.0 - first * (1.0 - threshold)) - 1.0)
    if kind == INCENTIVE_HEALTH_DISCOUNT:
        return 1.0 / (1.0 - min(second, first + 1.0 - health)) - 1.0
    if kind == INCENTIVE_HEALTH_LINEAR:
        if health <= second:
            return listed
        return listed * (first + (1.0 - first) * (1.0 - health) / (1.0 - second))
    return listed


@_inlined
def picked_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, i: int
) -> tuple[float, float, float, int, int, float, float, float, float]:
    """Return what a liquidation of account i would take from, whether it is liquidatable or not.

    Returns (sum C LT, sum C, sum D, collateral leg, debt leg, picked collateral, picked debt, its threshold, the
    bonus). The legs are -1 under proportional legs, and where the account has none.
    """
    here, after = _uint(i), _uint(i + 1)
    m = _uint(legs.market[here])
    backing = 0.0
    held = 0.0
    collateral_leg = -1
    picked_collateral = -1.0
    for leg in range(_uint(legs.collateral_start[here]), _uint(legs.collateral_start[after])):
        value = collateral[leg] * prices[_uint(legs.collateral_asset[leg])]
        held += value
        backing += value * legs.collateral_threshold[leg]
        if value > picked_collateral:
            picked_collateral = value
            collateral_leg = _int(leg)
    owed = 0.0
    debt_leg = -1
    picked_debt = -1.0
    for leg in range(_uint(legs.debt_start[here]), _uint(legs.debt_start[after])):
        value = debt[leg] * prices[_uint(legs.debt_asset[leg])]
        owed += value
        if value > picked_debt:
            picked_debt = value
            debt_leg = _int(leg)
    if held <= 0.0 or owed <= 0.0:
        return backing, held, owed, -1, -1, held, owed, 0.0, 0.0
    if rules.proportional[m]:
        listed = 0.0
        for leg in range(_uint(legs.collateral_start[here]), _uint(legs.collateral_start[after])):
            value = collateral[leg] * prices[_uint(legs.collateral_asset[leg])]
            listed += value * legs.collateral_bonus[leg]
        listed /= held
        collateral_leg = -1
        debt_leg = -1
        picked_collateral = held
        picked_debt = owed
        threshold = backing / held
    else:
        threshold = legs.collateral_threshold[_uint(collateral_leg)]
        listed = legs.collateral_bonus[_uint(collateral_leg)]
    bonus = _bonus_nb(rules, m, backing / owed, threshold, listed)
    return backing, held, owed, collateral_leg, debt_leg, picked_collateral, picked_debt, threshold, bonus


@_inlined
def exchange_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, i: int
) -> tuple[int, int, int, float, float, float, float, float, float]:
    """Work out one liquidation of account i (Method, section 7), changing nothing.

    Returns (outcome, collateral leg, debt leg, R, S, picked collateral, picked debt, bonus, health). The legs are -1
    under proportional legs. The outcome is `LIQUIDATED` when it is allowed by the market's rules.
    """
    m = _uint(legs.market[_uint(i)])
    backing, held, owed, collateral_leg, debt_leg, picked_collateral, picked_debt, threshold, bonus = picked_nb(
        legs, collateral, debt, rules, prices, i
    )
    health = health_nb(backing, owed)
    if not is_liquidatable_nb(backing, held, owed, rules.at_or_below[m], dust):
        return NOT_LIQUIDATABLE, -1, -1, 0.0, 0.0, 0.0, 0.0, 0.0, health

    close = rules.close_kind[m]
    repaid = picked_debt
    if close == CLOSE_FRACTION:
        full = (
            health <= rules.full_close_health[m] + HEALTH_TOLERANCE
            or picked_debt < rules.full_close_usd[m]
            or picked_collateral < rules.full_close_usd[m]
        )
        if not full:
            if rules.scope_is_account[m]:
                repaid = min(picked_debt, rules.close_factor[m] * owed)
            else:
                repaid = rules.close_factor[m] * picked_debt
    elif close == CLOSE_TARGET_HEALTH:
        gain = rules.target_health[m] - threshold * (1.0 + bonus)
        if gain > 0.0:
            repaid = min(max((rules.target_health[m] * owed - backing) / gain, 0.0), picked_debt)

    seized = repaid * (1.0 + bonus)
    if seized > picked_collateral:
        seized = picked_collateral
        repaid = picked_collateral / (1.0 + bonus)
    least = rules.min_leftover_usd[m]
    outcome = LIQUIDATED
    both_left = seized < picked_collateral and repaid < picked_debt
    if both_left and (picked_collateral - seized < least or picked_debt - repaid < least):
        repaid = min(picked_debt - least, (picked_collateral - least) / (1.0 + bonus))
        seized = repaid * (1.0 + bonus)
        if repaid <= 0.0:
            outcome = LEFTOVER_TOO_SMALL
    if outcome == LIQUIDATED and (repaid <= 0.0 or seized <= 0.0):
        outcome = NOTHING_TO_REPAY
    return outcome, collateral_leg, debt_leg, repaid, seized, picked_collateral, picked_debt, bonus, health


@_inlined
def _fee_share_nb(rules: Rules, m: int, bonus: float) -> float:
    """Return the part of what is seized that the protocol keeps."""
    if rules.fee_share[m] == 0.0 or rules.fee_of_seized[m]:
        return rules.fee_share[m]
    return rules.fee_share[m] * bonus / (1.0 + bonus)


@_inlined
def _tokens_nb(usd: float, picked: float, amount: float, price: float) -> float:
    """Return the tokens worth `usd` of a leg worth `picked`: exactly all of it when all is taken."""
    return amount if usd >= picked else min(usd / price, amount)


@_kernel
def market_value_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    oracle: Any,
    market: Any,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    repaid: float,
    seized: float,
    picked_collateral: float,
    picked_debt: float,
) -> tuple[float, float]:
    """Return what is seized and what is repaid, in USD at market prices instead of oracle prices."""
    received = 0.0
    paid = 0.0
    if collateral_leg >= 0:
        k = legs.collateral_asset[collateral_leg]
        j = legs.debt_asset[debt_leg]
        received = _tokens_nb(seized, picked_collateral, collateral[collateral_leg], oracle[k]) * market[k]
        paid = _tokens_nb(repaid, picked_debt, debt[debt_leg], oracle[j]) * market[j]
        return received, paid
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        received += collateral[leg] * market[legs.collateral_asset[leg]]
    for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
        paid += debt[leg] * market[legs.debt_asset[leg]]
    return received * (seized / picked_collateral), paid * (repaid / picked_debt)


@_kernel
def profits_nb(
    legs: Legs,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    market: Any,
    dust: float,
    accounts: Any,
    profits: Any,
) -> None:
    """Fill what a liquidator would earn on each account at market prices, before gas (for `largest_profit`)."""
    for place in range(len(accounts)):
        i = accounts[place]
        outcome, cleg, dleg, repaid, seized, picked_c, picked_d, bonus, _ = exchange_nb(
            legs, collateral, debt, rules, oracle, dust, i
        )
        profits[place] = 0.0
        if outcome == LIQUIDATED:
            received, paid = market_value_nb(
                legs, collateral, debt, oracle, market, i, cleg, dleg, repaid, seized, picked_c, picked_d
            )
            profits[place] = received * (1.0 - _fee_share_nb(rules, legs.market[i], bonus)) - paid


@_kernel
def _proceeds_nb(
    legs: Legs,
    collateral: Any,
    curves: Curves,
    undisturbed: Any,
    cross: Any,
    outstanding_usd: Any,
    oracle: Any,
    i: int,
    collateral_leg: int,
    seized: float,
    picked_collateral: float,
    kept: float,
) -> float:
    """Return what selling all that the liquidator receives would earn, after this round's earlier sales."""
    if collateral_leg >= 0:
        k: Any = np.int64(legs.collateral_asset[collateral_leg])  # compiled for one type of index
        tokens = kept * _tokens_nb(seized, picked_collateral, collateral[collateral_leg], oracle[k])
        return impact_integral_nb(curves, k, cross[k], outstanding_usd[k], tokens * undisturbed[k])
    total = 0.0
    for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
        other: Any = np.int64(legs.collateral_asset[leg])
        tokens = kept * collateral[leg] * (seized / picked_collateral)
        total += impact_integral_nb(curves, other, cross[other], outstanding_usd[other], tokens * undisturbed[other])
    return total


@_inlined
def _move_nb(total: Any, rest: Any, m: int, k: int, change: float) -> None:
    """Add to a sum that is kept as two float64 (Knuth's exact addition)."""
    before = total[m, k]
    after = before + change
    added = after - before
    rest[m, k] += (before - (after - added)) + (change - added)
    total[m, k] = after


@_inlined
def _take_nb(
    legs: Legs,
    places: Places,
    collateral: Any,
    debt: Any,
    oracle: Any,
    events: EventColumns,
    left: Left,
    flows: Flows,
    row: int,
    i: int,
    collateral_leg: int,
    debt_leg: int,
    seized_tokens: float,
    repaid_tokens: float,
    fee_share: float,
) -> None:
    """Move tokens of one pair of legs and write the event."""
    here, cleg, dleg, at = _uint(i), _uint(collateral_leg), _uint(debt_leg), _uint(row)
    m = _uint(legs.market[here])
    k = _uint(legs.collateral_asset[cleg])
    j = _uint(legs.debt_asset[dleg])
    held = collateral[cleg]
    owed = debt[dleg]
    fee = seized_tokens * fee_share
    events.account[at] = places.account[here]
    events.collateral_leg[at] = collateral_leg + places.collateral_shift[here]
    events.debt_leg[at] = debt_leg + places.debt_shift[here]
    events.seized[at] = seized_tokens
    events.repaid[at] = repaid_tokens
    events.to_protocol[at] = fee
    events.collateral_before[at] = held
    events.debt_before[at] = owed
    # A replay repeats these two subtractions, so it arrives at the same bits.
    held_after = held - seized_tokens
    owed_after = owed - repaid_tokens
    collateral[cleg] = held_after
    debt[dleg] = owed_after
    # These two differences are exact: either term is more than half of the other, or the first subtraction was exact.
    _move_nb(left.collateral, left.collateral_rest, m, k, held_after - held)
    _move_nb(left.debt, left.debt_rest, m, j, owed_after - owed)
    _add_nb(flows.received, k, seized_tokens - fee)
    if fee != 0.0:
        _add_nb(flows.to_protocol, k, fee)
    _add_nb(flows.repaid, j, repaid_tokens)
    _add_nb(flows.repaid_by_collateral_usd, k, repaid_tokens * oracle[j])


@_kernel
def _take_all_legs_nb(
    legs: Legs,
    places: Places,
    collateral: Any,
    debt: Any,
    oracle: Any,
    events: EventColumns,
    left: Left,
    flows: Flows,
    first_row: int,
    i: int,
    repaid: float,
    seized: float,
    held: float,
    owed: float,
    fee_share: float,
) -> int:
    """Spread one liquidation over all pairs of legs, pro rata; return how many rows it took."""
    collateral_end = legs.collateral_start[i + 1]
    debt_end = legs.debt_start[i + 1]
    last_collateral = -1
    for leg in range(legs.collateral_start[i], collateral_end):
        if collateral[leg] > 0.0:
            last_collateral = leg
    last_debt = -1
    for leg in range(legs.debt_start[i], debt_end):
        if debt[leg] > 0.0:
            last_debt = leg
    pairs = 0  # of the first collateral leg: its events say which debt legs there are and what was owed on them
    row = first_row
    for cleg in range(legs.collateral_start[i], collateral_end):
        collateral_before = collateral[cleg]
        if collateral_before <= 0.0:
            continue
        k = legs.collateral_asset[cleg]
        collateral_share = collateral_before * oracle[k] / held
        is_first = pairs == 0
        for place in range(debt_end - legs.debt_start[i] if is_first else pairs):
            dleg = legs.debt_start[i] + place
            owed_before = debt[dleg]
            if not is_first:
                dleg = events.debt_leg[first_row + place] - places.debt_shift[i]
                owed_before = events.debt_before[first_row + place]
            if owed_before <= 0.0:
                continue
            j = legs.debt_asset[dleg]
            debt_share = owed_before * oracle[j] / owed
            seized_tokens = min(seized / held * collateral_before * debt_share, collateral[cleg])
            if seized >= held and dleg == last_debt:
                seized_tokens = collateral[cleg]
            repaid_tokens = min(repaid / owed * owed_before * collateral_share, debt[dleg])
            if repaid >= owed and cleg == last_collateral:
                repaid_tokens = debt[dleg]
            _take_nb(
                legs, places, collateral, debt, oracle, events, left, flows, row, i, cleg, dleg,
                seized_tokens, repaid_tokens, fee_share,
            )  # fmt: skip
            row += 1
        if is_first:
            pairs = row - first_row
    return row - first_row


@_kernel
def liquidate_nb(
    order: Any,
    legs: Legs,
    places: Places,
    collateral: Any,
    debt: Any,
    rules: Rules,
    oracle: Any,
    market: Any,
    undisturbed: Any,
    cross: Any,
    curves: Curves,
    policy: Policy,
    dust: float,
    number: int,
    outstanding_usd: Any,
    since: Any,
    last_liquidated: Any,
    events: EventColumns,
    flows: Flows,
    left: Left,
    emptied: Any,
    progress: Any,
    watch: Watch,
    watched: int,
    notes: Any,
) -> bool:
    """Liquidate the candidates in the given order (Method, section 6, step 7).

    Returns True when it is through, False when the event columns are full: the caller gives it longer ones and
    calls again with the same ``progress``. ``since`` (n,) int32 is the round from which on each is liquidatable,
    ``outstanding_usd`` (K,) u as it runs through the round's sales. ``emptied`` (as long as `order`, int32) is filled
    with the accounts that have debt but no collateral left. What happens to the account ``watched`` (-1: none) is
    noted in ``notes`` (calls, NOTE_COLUMNS).
    """
    position = progress[PROGRESS_POSITION]
    call = progress[PROGRESS_CALL]
    row = progress[PROGRESS_EVENTS]
    liquidations = progress[PROGRESS_LIQUIDATIONS]
    repaid_high, repaid_low = flows.totals[TOTAL_REPAID_USD, 0], flows.totals[TOTAL_REPAID_USD, 1]
    seized_high, seized_low = flows.totals[TOTAL_SEIZED_USD, 0], flows.totals[TOTAL_SEIZED_USD, 1]
    room = len(events.account)
    is_watching = len(watch.pool.account) > 0
    done = True
    while position < len(order) and done:
        i = _uint(order[_uint(position)])
        m = _uint(legs.market[i])
        while call < policy.calls:
            rows = 1
            if rules.proportional[m]:
                after_i = i + _uint(1)
                rows = _int(legs.collateral_start[after_i] - legs.collateral_start[i]) * _int(
                    legs.debt_start[after_i] - legs.debt_start[i]
                )
            if row + rows > room:
                done = False
                break
            outcome, cleg, dleg, repaid, seized, picked_c, picked_d, bonus, health = exchange_nb(
                legs, collateral, debt, rules, oracle, dust, i
            )
            fee_share = _fee_share_nb(rules, m, bonus)
            proceeds = 0.0
            paid = 0.0
            spent = repaid_high + repaid_low
            if outcome == LIQUIDATED:
                if liquidations >= policy.most_liquidations:
                    outcome = COUNT_USED_UP
                elif spent + repaid > policy.capacity_usd:
                    outcome = OVER_CAPACITY
                elif policy.has_min_profit:
                    _, paid = market_value_nb(
                        legs, collateral, debt, oracle, market, i, cleg, dleg, repaid, seized, picked_c, picked_d
                    )
                    proceeds = _proceeds_nb(
                        legs, collateral, curves, undisturbed, cross, outstanding_usd, oracle, i, cleg,
                        seized, picked_c, 1.0 - fee_share,
                    )  # fmt: skip
                    if not proceeds - paid - policy.gas_usd >= policy.min_profit_usd:
                        outcome = UNPROFITABLE
            noted = progress[PROGRESS_NOTES]
            is_watched = _int(i) == watched and noted < len(notes)
            if is_watched:
                notes[noted, NOTE_OUTCOME] = outcome
                notes[noted, NOTE_REPAID_USD] = repaid
                notes[noted, NOTE_SEIZED_USD] = seized
                notes[noted, NOTE_BONUS] = bonus
                notes[noted, NOTE_FEE_SHARE] = fee_share
                notes[noted, NOTE_PROCEEDS_USD] = proceeds
                notes[noted, NOTE_REPAID_AT_MARKET_USD] = paid
                notes[noted, NOTE_CAPACITY_LEFT_USD] = policy.capacity_usd - spent
                notes[noted, NOTE_HEALTH_BEFORE] = health
                notes[noted, NOTE_HEALTH_AFTER] = health
                notes[noted, NOTE_COLLATERAL_LEG] = cleg
                notes[noted, NOTE_DEBT_LEG] = dleg
                progress[PROGRESS_NOTES] = noted + 1
            if outcome != LIQUIDATED:
                break

            first_row = row
            if cleg >= 0:
                seized_tokens = _tokens_nb(
                    seized, picked_c, collateral[_uint(cleg)], oracle[_uint(legs.collateral_asset[_uint(cleg)])]
                )
                repaid_tokens = _tokens_nb(
                    repaid, picked_d, debt[_uint(dleg)], oracle[_uint(legs.debt_asset[_uint(dleg)])]
                )
                _take_nb(
                    legs, places, collateral, debt, oracle, events, left, flows, row, i, cleg, dleg,
                    seized_tokens, repaid_tokens, fee_share,
                )  # fmt: skip
                row += 1
            else:
                row += _take_all_legs_nb(
                    legs, places, collateral, debt, oracle, events, left, flows, row, i, repaid, seized,
                    picked_c, picked_d, fee_share,
                )  # fmt: skip
            backing, held, owed = sums_nb(legs, collateral, debt, oracle, i)
            after = health_nb(backing, owed)
            if held <= dust < owed:
                emptied[progress[PROGRESS_EMPTIED]] = i
                progress[PROGRESS_EMPTIED] += 1
            if is_watching:
                until = -np.inf  # look at it: it is healthy, or its debt is gone or bad
                if is_liquidatable_nb(backing, held, owed, rules.at_or_below[m], dust):
                    until = _until_nb(watch.rise, after, owed, dust)
                    if dust > 0.0:
                        watch.limits[0] = min(watch.limits[0], watch.level * held / dust * CAUTION)
                place = _uint(position)
                watch.pool.health[place] = after
                watch.pool.debt[place] = owed
                watch.pool.until[place] = until
            for e in range(_uint(first_row), _uint(row)):
                events.health_before[e] = health
                events.health_after[e] = after
                k = _uint(legs.collateral_asset[_uint(events.collateral_leg[e] - places.collateral_shift[i])])
                outstanding_usd[k] += (events.seized[e] - events.to_protocol[e]) * policy.sold_now * undisturbed[k]
                if policy.buys_debt:
                    j = _uint(legs.debt_asset[_uint(events.debt_leg[e] - places.debt_shift[i])])
                    outstanding_usd[j] -= events.repaid[e] * undisturbed[j]
            repaid_high, repaid_low = _sum_nb(repaid_high, repaid_low, repaid)
            seized_high, seized_low = _sum_nb(seized_high, seized_low, seized)
            if since[i] == number:
                _add_nb(flows.totals, TOTAL_REPAID_FRESH_USD, repaid)
            flows.liquidations[m] += 1
            _add_nb(flows.repaid_usd, m, repaid)
            _add_nb(flows.seized_usd, m, seized)
            liquidations += 1
            if last_liquidated[i] == 0:
                progress[PROGRESS_NEW_ACCOUNTS] += 1
            last_liquidated[i] = number
            if is_watched:
                notes[noted, NOTE_HEALTH_AFTER] = after
            call += 1
        if not done:
            break
        call = 0
        position += 1
        if liquidations >= policy.most_liquidations and watched < 0:
            position = len(order)
    flows.totals[TOTAL_REPAID_USD, 0] = repaid_high
    flows.totals[TOTAL_REPAID_USD, 1] = repaid_low
    flows.totals[TOTAL_SEIZED_USD, 0] = seized_high
    flows.totals[TOTAL_SEIZED_USD, 1] = seized_low
    progress[PROGRESS_POSITION] = position
    progress[PROGRESS_CALL] = call
    progress[PROGRESS_EVENTS] = row
    progress[PROGRESS_LIQUIDATIONS] = liquidations
    return done


@_kernel
def write_off_nb(
    legs: Legs,
    places: Places,
    collateral: Any,
    debt: Any,
    rules: Rules,
    prices: Any,
    dust: float,
    accounts: Any,
    bad: Any,
    bad_usd: Any,
    left: Left,
    rows: BadDebtColumns,
    first_row: int,
) -> int:
    """Turn the debt of accounts without collateral into bad debt (Method, section 6, step 9).

    ``accounts`` may name accounts more than once, and ones that turn out not to be without collateral. Adds the
    USD by market to ``bad_usd`` (M, 2), a sum of two float64. Returns the number of rows.
    """
    row = first_row
    for place in range(len(accounts)):
        i = accounts[place]
        if bad[i]:
            continue
        _, held, owed = sums_nb(legs, collateral, debt, prices, i)
        if owed <= dust or held > dust:
            continue
        m = legs.market[i]
        bad[i] = 1
        _add_nb(bad_usd, m, owed)
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            before = debt[leg]
            if before <= 0.0:
                continue
            after = before if rules.bad_debt_stays[m] else 0.0
            rows.account[row] = places.account[i]
            rows.debt_leg[row] = leg + places.debt_shift[i]
            rows.before[row] = before
            rows.after[row] = after
            row += 1
            if after != before:
                j = legs.debt_asset[leg]
                debt[leg] = 0.0
                _move_nb(left.debt, left.debt_rest, m, j, -before)
    return row


@_kernel
def totals_nb(legs: Legs, collateral: Any, debt: Any, left: Left) -> None:
    """Add up the tokens of the book by (market, asset)."""
    for i in range(len(legs.market)):
        m = legs.market[i]
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            _move_nb(left.collateral, left.collateral_rest, m, legs.collateral_asset[leg], collateral[leg])
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            _move_nb(left.debt, left.debt_rest, m, legs.debt_asset[leg], debt[leg])


# --- replaying a recording --------------------------------------------------------------------------------------


@_kernel
def replay_nb(events: EventColumns, first: int, last: int, collateral: Any, debt: Any) -> None:
    """Carry amounts forward over the events first..last-1."""
    for e in range(first, last):
        collateral[events.collateral_leg[e]] = events.collateral_before[e] - events.seized[e]
        debt[events.debt_leg[e]] = events.debt_before[e] - events.repaid[e]


@_kernel
def rewind_nb(events: EventColumns, first: int, last: int, collateral: Any, debt: Any) -> None:
    """Carry amounts back over the events last-1..first."""
    for e in range(last - 1, first - 1, -1):
        collateral[events.collateral_leg[e]] = events.collateral_before[e]
        debt[events.debt_leg[e]] = events.debt_before[e]


# --- views of a round -------------------------------------------------------------------------------------------


@_kernel
def last_rounds_nb(accounts: Any, ends: Any, last: Any) -> None:
    """Fill (n,) int32 with the last round in which an account has a row; `ends` (rounds,) int64: where each ends."""
    row = 0
    for number in range(len(ends)):
        while row < ends[number]:
            last[accounts[row]] = number
            row += 1


@_kernel
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
    held_usd: Any,
    owed_usd: Any,
    status: Any,
    status_round: Any,
    leg_price: Any,
) -> None:
    """Fill what the table shows of each account, and the liquidation price of each collateral leg (NaN: none).

    ``last_liquidated`` and ``last_bad`` (n,) int32 are 0 for accounts to which it has not happened.
    """
    for i in range(len(legs.market)):
        backing, held, owed = sums_nb(legs, collateral, debt, prices, i)
        health[i] = health_nb(backing, owed)
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
        elif is_liquidatable_nb(backing, held, owed, rules.at_or_below[legs.market[i]], dust):
            status[i] = STATUS_LIQUIDATABLE
        elif last_liquidated[i] > 0:
            status[i] = STATUS_PARTLY
        else:
            status[i] = STATUS_HEALTHY
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            leg_price[leg] = liquidation_price_nb(legs, collateral, debt, prices, i, leg, backing, owed)


@_inlined
def liquidation_price_nb(
    legs: Legs, collateral: Any, debt: Any, prices: Any, i: int, leg: int, backing: float, owed: float
) -> float:
    """Return the price of a collateral leg's asset at which the health factor is 1, NaN if no positive one exists."""
    k = legs.collateral_asset[leg]
    weight = collateral[leg] * legs.collateral_threshold[leg]
    owed_of_k = 0.0
    for other in range(legs.debt_start[i], legs.debt_start[i + 1]):
        if legs.debt_asset[other] == k:
            owed_of_k = debt[other]
    slope = weight - owed_of_k
    missing = (owed - owed_of_k * prices[k]) - (backing - weight * prices[k])
    # What the same asset backs and owes was taken off again: where nothing else is there, only rounding is left.
    if owed <= 0.0 or slope == 0.0 or abs(missing) <= ROUNDING * (owed + backing):
        return np.nan
    price = missing / slope
    return price if price > 0.0 else np.nan


@_kernel
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


@_kernel_with_arrays
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
) -> None:
    """Fill the USD of debt with health below 1 when the prices of some assets are multiplied by each scale.

    ``falling`` (K,) bool; ``scales`` (S,) strictly descending; ``totals`` (S,). At a scale s an account's health is
    (s a + b) / (s e + f), so that it is below 1 on one side of one scale, which is searched for: the work grows only
    with the logarithm of the number of scales. Debt counts at the scaled prices, also where no collateral is left.
    """
    count = len(scales)
    moving = np.zeros(count + 1)
    fixed = np.zeros(count + 1)
    for i in range(len(legs.market)):
        a = 0.0
        b = 0.0
        for leg in range(legs.collateral_start[i], legs.collateral_start[i + 1]):
            k = legs.collateral_asset[leg]
            value = collateral[leg] * prices[k]
            if falling[k]:
                a += value * legs.collateral_threshold[leg]
            else:
                b += value * legs.collateral_threshold[leg]
        e = 0.0
        f = 0.0
        for leg in range(legs.debt_start[i], legs.debt_start[i + 1]):
            k = legs.debt_asset[leg]
            if falling[k]:
                e += debt[leg] * prices[k]
            else:
                f += debt[leg] * prices[k]
        if e + f <= dust:
            continue
        equal_too = rules.at_or_below[legs.market[i]]
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


@_inlined
def _below_nb(a: float, b: float, e: float, f: float, scale: float, equal_too: bool) -> bool:
    """Whether health (scale a + b) / (scale e + f) is below 1."""
    backing = scale * a + b
    owed = scale * e + f
    return backing < owed or (equal_too and backing == owed)


@_kernel
def danger_nb(
    legs: Legs, collateral: Any, debt: Any, rules: Rules, prices: Any, dust: float, toxic: Any, short: Any
) -> None:
    """Add up, by market, the debt that liquidations make less healthy and the debt that a full close cannot pay.

    ``toxic`` (M,): USD of debt of accounts with health below LT (1 + b) of the legs that would be taken; ``short``
    (M,): of accounts whose whole collateral is worth less than their debt and its bonus.
    """
    for i in range(len(legs.market)):
        backing, held, owed, _, _, _, _, threshold, bonus = picked_nb(legs, collateral, debt, rules, prices, i)
        if owed <= dust or held <= dust:
            continue
        m = legs.market[i]
        if backing / owed < threshold * (1.0 + bonus):
            toxic[m] += owed
        if held < owed * (1.0 + bonus):
            short[m] += owed


@_kernel
def service_keys_nb(legs: Legs, collateral: Any, debt: Any, prices: Any, accounts: Any, health: Any, owed: Any) -> None:
    """Fill the health and the debt in USD of some accounts, by which they are put in order of service."""
    for place in range(len(accounts)):
        backing, _, owed_here = sums_nb(legs, collateral, debt, prices, accounts[place])
        health[place] = health_nb(backing, owed_here)
        owed[place] = owed_here
