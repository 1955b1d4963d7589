"""Sales from outside as they would be alone, along paths (Method, section 9, amplification)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import inlined
from engine.kernels.curves import market_prices_nb

if TYPE_CHECKING:
    from engine.kernels.arrays import Curves
    from engine.kernels.path_arrays import Work
    from engine.kernels.tables import Selling


@inlined
def recover_alone_nb(selling: Selling, tokens: Any, sells: bool, work: Work) -> None:
    """Begin a round of the sale from outside as it would be alone: recovery, then what is sold."""
    for k in range(len(tokens)):
        sold = tokens[k] if sells else 0.0
        work.alone_permanent[k] += selling[k].share * sold
        work.alone_temporary[k] = work.alone_temporary[k] * selling[k].decay + (1.0 - selling[k].share) * sold


@inlined
def outside_prices_nb(curves: Curves, work: Work, prices: Any) -> None:
    """Fill the prices (K,) with nothing but what came from outside."""
    for k in range(len(prices)):
        work.state.outstanding[k] = work.alone_permanent[k] + work.alone_temporary[k]
    market_prices_nb(curves, work.state.undisturbed, work.state.outstanding, prices, work.state.cross)
