"""The end of a round, in single runs and in many: sales, prices after them, bad debt, and whether all stands still.

See the Method, section 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernels.bad_debt import bear_bad_debt_nb
from engine.kernels.compiling import kernel, part
from engine.kernels.constants import ORACLE_FIXED, ORACLE_MODEL, ORACLE_THRESHOLD
from engine.kernels.curves import market_prices_nb, trade_nb
from engine.kernels.oracles import ratio_nb, row_of_nb
from engine.kernels.selling import profit_nb, sell_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves, Flows, MarketState, Reserves, Sales
    from engine.kernels.tables import Oracles, Policy, Selling


@kernel
def end_round_nb(
    curves: Curves,
    selling: Selling,
    policy: Policy,
    flows: Flows,
    sales: Sales,
    reserves: Reserves,
    state: MarketState,
    progress: Any,
    without_gas: int,
    paid_usd: float,
    number: int,
) -> float:
    """Trade what is sold and bought in a round, and let reserves and lenders bear its bad debt.

    Fills what of ``sales`` and ``reserves`` is of the round, moves q by the net of what is traded, and fills p(r),
    which is in ``state.prices`` and ``state.after``. Returns the profit of the round's liquidators, takers and buyers,
    USD; ``without_gas`` and ``paid_usd`` as in `profit_nb`.
    """
    sell_nb(policy, flows, sales, number)
    trade_nb(
        curves, state.undisturbed, state.outstanding, state.cross, state.market, sales.sold, sales.bought,
        sales.proceeds, sales.cost,
    )  # fmt: skip
    for k in range(len(state.market)):
        net = sales.sold[k] - sales.bought[k]
        state.permanent[k] += selling[k].share * net
        state.temporary[k] += (1.0 - selling[k].share) * net
        state.outstanding[k] = state.permanent[k] + state.temporary[k]
    market_prices_nb(curves, state.undisturbed, state.outstanding, state.prices, state.cross)
    row = row_of_nb(number, len(state.after))
    for k in range(len(state.market)):
        state.after[row, k] = state.prices[k]
    bear_bad_debt_nb(reserves)
    return profit_nb(policy, flows, sales, state.market, progress, without_gas, paid_usd)


@part
def _moved_nb(before: float, now: float, still: float) -> bool:
    """Whether a price has moved by more than counts as standing still."""
    return not abs(now / before - 1.0) <= still


@kernel
def is_still_nb(state: MarketState, sales: Sales, liquidations: int, number: int, still: float) -> bool:
    """Whether nothing was settled or traded in a round that has ended, and no price moved since the one before."""
    if liquidations > 0:
        return False
    rows = len(state.after)
    before, now = state.after[row_of_nb(number - 1, rows)], state.after[row_of_nb(number, rows)]
    for k in range(len(now)):
        if sales.sold[k] != 0.0 or sales.bought[k] != 0.0:
            return False
        if _moved_nb(before[k], state.market[k], still) or _moved_nb(state.market[k], now[k], still):
            return False
        if _moved_nb(state.oracle_before[k], state.oracle[k], still):
            return False
    return True


@kernel
def have_settled_nb(oracles: Oracles, prices: Any, market: Any, number: int, still: float) -> bool:
    """Whether no oracle would still move if market prices, and the caps of ratios, stood still.

    ``prices`` and ``market`` (K,) are the oracle prices of the round ``number`` and the market prices at its end.
    """
    for k in range(len(prices)):
        feed = oracles[k]
        kind = feed.kind
        if kind == ORACLE_MODEL:
            if _moved_nb(prices[k], ratio_nb(feed, number) * prices[feed.base_asset], still):
                return False
        elif kind == ORACLE_THRESHOLD and feed.heartbeat == 0:
            if not abs(market[k] / prices[k] - 1.0) < feed.deviation:
                return False
        elif kind != ORACLE_FIXED and _moved_nb(prices[k], market[k], still):
            return False
    return True


@kernel
def stands_still_nb(
    curves: Curves, oracles: Oracles, selling: Selling, state: MarketState, number: int, back: int, still: float
) -> bool:
    """Whether market prices have stood still for as long as oracles look back, and oracles have followed.

    And what recovery would do next is as small (``state.outstanding``, ``prices`` and ``cross`` are used for that).
    """
    rows = len(state.after)
    for k in range(len(state.oracle)):
        low = np.inf
        high = 0.0
        for r in range(max(number - back, 0), number + 1):
            row = row_of_nb(r, rows)
            low = min(low, state.history[row, k], state.after[row, k])
            high = max(high, state.history[row, k], state.after[row, k])
        if high / low - 1.0 > still:
            return False
    market = state.after[row_of_nb(number, rows)]
    if not have_settled_nb(oracles, state.oracle, market, number, still):
        return False
    for k in range(len(state.oracle)):
        state.outstanding[k] = state.permanent[k] + state.temporary[k] * selling[k].decay
    market_prices_nb(curves, state.undisturbed, state.outstanding, state.prices, state.cross)
    moved = False
    for k in range(len(state.oracle)):
        moved |= _moved_nb(market[k], state.prices[k], still)
    return not moved
