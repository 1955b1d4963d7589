"""Sales from outside along paths (Method, section 4, `sale`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import part
from engine.kernels.curves import impact_integral_nb, market_prices_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves, Work
    from engine.kernels.tables import Selling


@part
def sell_outside_nb(curves: Curves, selling: Selling, tokens: Any, work: Work) -> float:
    """Sell tokens (K,) at the start of a round, after recovery; return what they earn, USD.

    Each asset meets the others' impact as it was before. ``work.permanent``, ``temporary`` and ``outstanding`` are
    raised by what is sold.
    """
    market_prices_nb(curves, work.undisturbed, work.outstanding, work.prices, work.cross)
    earned = 0.0
    for k in range(len(tokens)):
        if tokens[k] != 0.0:
            price = work.undisturbed[k]
            earned += impact_integral_nb(curves, k, work.cross[k], work.outstanding[k] * price, tokens[k] * price)
            work.permanent[k] += selling[k].share * tokens[k]
            work.temporary[k] += (1.0 - selling[k].share) * tokens[k]
            work.outstanding[k] = work.permanent[k] + work.temporary[k]
    return earned


@part
def recover_alone_nb(selling: Selling, tokens: Any, sells: bool, work: Work) -> None:
    """Begin a round of the sale from outside as it would be alone: recovery, then what is sold."""
    for k in range(len(tokens)):
        sold = tokens[k] if sells else 0.0
        work.alone_permanent[k] += selling[k].share * sold
        work.alone_temporary[k] = work.alone_temporary[k] * selling[k].decay + (1.0 - selling[k].share) * sold


@part
def outside_prices_nb(curves: Curves, work: Work, prices: Any) -> None:
    """Fill the prices (K,) with nothing but what came from outside."""
    for k in range(len(prices)):
        work.outstanding[k] = work.alone_permanent[k] + work.alone_temporary[k]
    market_prices_nb(curves, work.undisturbed, work.outstanding, prices, work.cross)
