"""The beginning of a round, in single runs and in many: steps 1 to 4, and who is paused (Method, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.bad_debt import forget_bad_debt_nb
from engine.kernels.compiling import kernel, part
from engine.kernels.curves import impact_integral_nb, market_prices_nb
from engine.kernels.oracles import oracle_prices_nb, row_of_nb
from engine.kernels.selling import forget_trades_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves, MarketState, Reserves, Safety, Sales
    from engine.kernels.tables import Oracles, Selling


@kernel
def begin_round_nb(
    curves: Curves,
    oracles: Oracles,
    selling: Selling,
    safety: Safety,
    tokens: Any,
    sells: bool,
    state: MarketState,
    sales: Sales,
    reserves: Reserves,
    number: int,
) -> float:
    """Bring prices and outstanding sales on to a round whose undisturbed prices stand in ``state`` already.

    Forgets what was traded and became bad in the round before. Recovery, then what ``tokens`` (K,) are sold from
    outside if the round ``sells`` any, market prices, oracle prices and pauses. Returns what the sale from outside
    earned, USD.
    """
    forget_trades_nb(sales)
    forget_bad_debt_nb(reserves)
    for k in range(len(state.oracle)):
        state.temporary[k] *= selling[k].decay
        state.outstanding[k] = state.permanent[k] + state.temporary[k]
    earned = 0.0
    if sells:
        earned = _sell_outside_nb(curves, selling, tokens, state)
    market_prices_nb(curves, state.undisturbed, state.outstanding, state.market, state.cross)
    row = row_of_nb(number, len(state.history))
    for k in range(len(state.market)):
        state.history[row, k] = state.market[k]
    oracle_prices_nb(oracles, state.history, number, state.oracle, state.last_update, state.prices)
    for k in range(len(state.oracle)):
        state.oracle_before[k] = state.oracle[k]
        state.oracle[k] = state.prices[k]
    for m in range(len(safety.of_market)):
        device = safety.of_market[m]
        for k in range(len(state.oracle)):
            if safety.watches[m, k] and state.oracle[k] / state.oracle_before[k] - 1.0 <= -device.drop:
                state.paused_until[m] = number + device.rounds - 1
    return earned


@part
def _sell_outside_nb(curves: Curves, selling: Selling, tokens: Any, state: MarketState) -> float:
    """Sell tokens (K,) at the start of a round, after recovery; return what they earn, USD.

    Each asset meets the others' impact as it was before. ``state.permanent``, ``temporary`` and ``outstanding`` are
    raised by what is sold.
    """
    market_prices_nb(curves, state.undisturbed, state.outstanding, state.prices, state.cross)
    earned = 0.0
    for k in range(len(tokens)):
        if tokens[k] != 0.0:
            price = state.undisturbed[k]
            earned += impact_integral_nb(curves, k, state.cross[k], state.outstanding[k] * price, tokens[k] * price)
            state.permanent[k] += selling[k].share * tokens[k]
            state.temporary[k] += (1.0 - selling[k].share) * tokens[k]
            state.outstanding[k] = state.permanent[k] + state.temporary[k]
    return earned
