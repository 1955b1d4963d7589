"""What every kind of settlement is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Ints
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.turn import RoundSettlement

Flags = npt.NDArray[np.bool_]


class Settlement(ABC):
    """One kind of settlement, for all markets of a run that use it.

    A run makes one of each kind that it needs, and uses it in one thread.

    Parameters
    ----------
    parameters
        Of the scenario.
    book
        Its book.
    legs
        The book's legs in the order of the run's index: accounts are given as places in this order.
    prices
        (K,) the oracle prices before round 1.
    """

    kind: ClassVar[str]
    """What it is called in a scenario."""
    finishes: ClassVar[int]
    """When it finishes a round, lowest first; no two kinds the same. Buyers of inventory come last."""
    serves_beyond_count: ClassVar[bool] = False
    """Whether candidates have their turn even when the round's liquidations are used up: it is no liquidation yet."""
    ties_accounts: ClassVar[bool] = False
    """Whether what happens to a candidate depends on those before it, even where nothing limits a round."""
    takes_shorts: ClassVar[bool] = False
    """Whether its accounts may owe what others hold: a rehearsal of its kernels then has such an account."""
    rehearsed_with: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """Parameters with which a small run calls all its kernels."""

    def __init__(self, parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> None:
        self.parameters = parameters
        self.book = book
        self.legs = legs
        self.first_prices = prices
        self.markets: Ints = np.array(
            [m for m, market in enumerate(parameters.markets.values()) if market.rules.settlement.kind == self.kind],
            dtype=np.int32,
        )

    def start(self, reserve_usd: Floats) -> None:  # noqa: B027 - most bring none
        """Change the reserves (M,) that the markets start with, where the settlement brings money of its own."""

    @abstractmethod
    def settle(self, accounts: Ints, turn: RoundSettlement) -> None:
        """Settle candidates, all of markets of this kind, in the given order."""

    def finish(self, turn: RoundSettlement) -> None:  # noqa: B027 - most are done
        """Do what comes after all candidates of the round had their turn."""

    def end_round(self, turn: RoundSettlement) -> None:  # noqa: B027 - most are done
        """Do what comes after bad debt was written off at the end of the round."""

    @property
    def runs(self) -> bool:
        """Whether there is something to do in the next round even if it has no candidates."""
        return False

    def left_out(self, accounts: Ints) -> Flags | None:  # noqa: ARG002
        """Return which accounts are no candidates although they are liquidatable; None for none of them."""
        return None

    def keeps_running(self, number: int, *, still: bool) -> bool:  # noqa: ARG002
        """Whether there must be another round although nothing was liquidated in this one; asked after each round.

        Parameters
        ----------
        number
            The round.
        still
            Whether nothing was settled or traded in the round and no price moved by more than 1e-6.
        """
        return False

    def report(self, turn: RoundSettlement, market: Floats) -> None:  # noqa: B027 - liquidators have nothing to report
        """Fill this kind's markets in ``turn.reported``; `market` (K,) is p(r). Also called for round 0."""
