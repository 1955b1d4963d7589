"""Which class settles each kind of settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.base import Settlement

KINDS = ("liquidator", "stability_pool", "margin", "auction", "absorb")
"""What scenarios can name, in the order in which they finish a round."""


def settlements(parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> dict[str, Settlement]:
    """Make one settlement of each kind that the scenario's markets name, in the order in which they finish a round."""
    named = {market.rules.settlement.kind for market in parameters.markets.values()}
    return {kind: _class_of(kind)(parameters, book, legs, prices) for kind in KINDS if kind in named}


def _class_of(kind: str) -> type[Settlement]:
    """Load the class of a kind: a run needs few, and what is compiled takes time to load."""
    if kind == "stability_pool":
        from engine.settlement.stability_pool import StabilityPool

        return StabilityPool
    if kind == "margin":
        from engine.settlement.margin import Margin

        return Margin
    if kind == "auction":
        from engine.settlement.auction import Auction

        return Auction
    if kind == "absorb":
        from engine.settlement.absorb import Absorb

        return Absorb
    from engine.settlement.liquidators import Liquidators

    return Liquidators
