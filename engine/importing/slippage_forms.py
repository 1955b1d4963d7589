"""What a sale costs, as files tell it: slippage in any unit, what went in and came out, levels of an order book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput
from engine.importing.asset_prices import DOLLARS
from engine.importing.column_names import plain_name

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats

_BIDS = frozenset({"bid", "bids", "buy", "b"})
_ASKS = frozenset({"ask", "asks", "sell", "s", "a", "offer"})


def slippage_as_fractions(values: Floats, signed: Flags, column: str, where: str) -> Floats:
    """Return slippage as fractions.

    Parameters
    ----------
    values
        Shape (rows,): the numbers; those with a percent sign already divided by 100.
    signed
        Which of them had one.
    column
        The column's name: ``slippage_percent`` and ``slippage_bps`` say what they are.
    where
        How messages call it.

    Raises
    ------
    BadInput
        If the numbers may be per cent or basis points, and nothing tells which.
    """
    name = plain_name(column)
    plain = ~signed
    if name.endswith(("bps", "bp", "basispoints")):
        return np.where(plain, values / 1e4, values)
    if name.endswith(("percent", "pct", "percentage")):
        return np.where(plain, values / 100, values)
    most = float(values[plain].max(initial=0.0))
    if most < 1:
        return values
    if most > 100:
        return np.where(plain, values / 1e4, values)
    raise BadInput.at(
        where, f"slippage of {most:g}", "a column named slippage_percent, slippage_bps, or fractions below 1"
    )


def from_trades(amount_in: Floats, amount_out: Floats, quote: str | None, where: str) -> tuple[Floats, Floats]:
    """Return size in USD and average slippage of trades by what went in and came out.

    The smallest trade tells the undisturbed price.

    Parameters
    ----------
    amount_in, amount_out
        Shape (trades,): tokens sold, and dollars got for them.
    quote
        What came out; a dollar.
    where
        How messages call the place.

    Raises
    ------
    BadInput
        If what came out is not known to be dollars, or an amount is not above 0.
    """
    if quote is None or quote.upper() not in DOLLARS:
        found = "nothing says what came out" if quote is None else f"sold for {quote}"
        raise BadInput.at(where, found, "a column quote with a dollar, such as USDC")
    if not ((amount_in > 0) & (amount_out > 0)).all():
        raise BadInput.at(where, "an amount that is blank or 0", "amounts above 0 in amount_in and amount_out")
    rate = amount_out / amount_in
    price = float(rate[int(np.argmin(amount_in))])
    return amount_in * price, np.maximum(1 - rate / price, 0.0)


def from_order_book(sides: list[str | None], price: Floats, amount: Floats, where: str) -> tuple[Floats, Floats]:
    """Return size in USD and average slippage of sales that walk down the bids of an order book.

    Parameters
    ----------
    sides
        Bid or ask of each level.
    price, amount
        Shape (levels,): dollars, tokens.
    where
        How messages call the place.

    Returns
    -------
    tuple
        Shape (bids,) each: the sale that takes all bids down to a level, at the middle price, and what it loses of it.

    Raises
    ------
    BadInput
        If a side is neither bid nor ask, there is no bid, or bids are above asks.
    """
    words = [(side or "").lower() for side in sides]
    for word in words:
        if word not in _BIDS | _ASKS:
            raise BadInput.at(where, f"side {word!r}", "bid or ask")
    bids = np.array([word in _BIDS for word in words]) & (amount > 0) & (price > 0)
    asks = np.array([word in _ASKS for word in words]) & (amount > 0) & (price > 0)
    if not bids.any():
        raise BadInput.at(where, "no bid", "levels that buy what is sold")
    best = float(price[bids].max())
    lowest = float(price[asks].min()) if asks.any() else best
    if lowest < best:
        raise BadInput.at(where, f"a bid of {best:g} above an ask of {lowest:g}", "bids below asks")
    middle = (best + lowest) / 2
    order = np.argsort(-price[bids], kind="stable")
    tokens = np.cumsum(amount[bids][order])
    earned = np.cumsum(amount[bids][order] * price[bids][order])
    return tokens * middle, 1 - earned / (tokens * middle)
