"""Which class settles each kind of settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.faults import BadInput

if TYPE_CHECKING:
    from engine.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.base import Floats, Settlement


def settlement_kinds() -> dict[str, type[Settlement]]:
    """Return the classes by the kind that a scenario names."""
    from engine.settlement.absorb import Absorb
    from engine.settlement.auction import Auction
    from engine.settlement.liquidators import Liquidators
    from engine.settlement.margin import Margin
    from engine.settlement.stability_pool import StabilityPool

    kinds: tuple[type[Settlement], ...] = (Liquidators, StabilityPool, Margin, Auction, Absorb)
    return {kind.kind: kind for kind in kinds}


def settlements(parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> dict[str, Settlement]:
    """Make one settlement of each kind that the scenario's markets name, in the order in which they finish a round.

    Raises
    ------
    BadInput
        For a kind that is not computed.
    """
    kinds = settlement_kinds()
    named = {}
    for name, market in parameters.markets.items():
        kind = market.rules.settlement.kind
        if kind not in kinds:
            raise BadInput.at(f"markets.{name}.rules.settlement.kind", kind, ", ".join(kinds))
        named[kind] = True
    return {kind: make(parameters, book, legs, prices) for kind, make in kinds.items() if kind in named}
