"""Oracle prices (Method, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined, kernel
from engine.kernels.constants import ORACLE_MARKET, ORACLE_MODEL, ORACLE_THRESHOLD, ORACLE_TWAP

if TYPE_CHECKING:
    from engine.kernels.tables import Oracles


@inlined
def _limited_nb(price: float, before: float, most: float) -> float:
    """Keep a price within a fraction `most` of the one before."""
    return min(max(price, before * (1.0 - most)), before * (1.0 + most))


@inlined
def ratio_nb(oracle: Any, number: int) -> float:
    """Return the ratio that a model oracle, a row of the table, uses in a round: no more than its cap is by then."""
    return min(oracle.value, oracle.cap * (1.0 + oracle.cap_growth * (oracle.cap_age + number)))


@inlined
def row_of_nb(number: int, rows: int) -> int:
    """Return the row in which a round's prices stand in a history of at least two rows: row 0 is before round 1.

    Later rounds take turns in the others, of which there must be as many as rounds are looked back on, and one.
    """
    if number < rows:
        return max(number, 0)
    return 1 + (number - 1) % (rows - 1)


@kernel
def oracle_prices_nb(oracles: Oracles, history: Any, number: int, before: Any, last_update: Any, prices: Any) -> None:
    """Fill the oracle prices of round `number` (Method, section 5).

    `history` (rows, K): p(r-), each in its row (see `row_of_nb`). `before` (K,) are the oracle prices of the round
    before, `last_update` (K,) int64 the rounds in which feeds were last updated (changed here).
    """
    rows = len(history)
    for k in range(len(prices)):
        oracle = oracles[k]
        kind = oracle.kind
        if kind == ORACLE_MODEL:
            continue
        price = before[k]
        if kind == ORACLE_MARKET:
            price = history[row_of_nb(number - oracle.delay, rows), k]
        elif kind == ORACLE_THRESHOLD:
            seen = history[row_of_nb(number - oracle.delay, rows), k]
            beat = oracle.heartbeat
            if abs(seen / before[k] - 1.0) >= oracle.deviation or (beat > 0 and number - last_update[k] >= beat):
                price = seen
                last_update[k] = number
        elif kind == ORACLE_TWAP:
            window = oracle.window
            first = max(number - window + 1, 1)
            total = (window - (number - first + 1)) * history[0, k]
            for r in range(first, number + 1):
                total += history[row_of_nb(r, rows), k]
            price = total / window
        prices[k] = _limited_nb(price, before[k], oracle.max_move)
    for k in range(len(prices)):
        oracle = oracles[k]
        if oracle.kind == ORACLE_MODEL:
            price = ratio_nb(oracle, number) * prices[oracle.base_asset]
            prices[k] = _limited_nb(price, before[k], oracle.max_move)
