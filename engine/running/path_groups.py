"""Variants that are played together: scenarios that differ in nothing but the shock are paths of one call.

What is made of a scenario for the kernel, and every call of it, holds the interpreter, which other threads wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.market.outside_sale import OutsideSale
from engine.running.courses import NOT_NOTED, Course
from engine.running.path_player import PathPrices
from engine.running.variants import OwnPrices, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario

PATHS_AT_ONCE = 64  # in one call of the kernel: enough that calls cost nothing, few enough to share out evenly
_ROWS_AT_ONCE = 65_536  # of prices that a shock draws; runs of more rounds are played one by one


@dataclass(frozen=True, slots=True)
class Along:
    """What paths run along, beside their shocks.

    Parameters
    ----------
    given
        Prices (P, R, K), or None for those of the shocks.
    outside
        Tokens (P, K) that are sold, or None for what the shocks sell.
    course
        Which market prices are noted on the way.
    """

    given: Floats | None
    outside: OutsideSale | None
    course: Course = NOT_NOTED

    @property
    def is_alike(self) -> bool:
        """Whether all paths of one scenario are the same, so that one stands for all."""
        return self.given is None and self.outside is None


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of the kernel plays.

    Parameters
    ----------
    places
        (p,) which paths.
    prices, sale
        Of each of them.
    """

    places: npt.NDArray[np.int64]
    prices: PathPrices
    sale: OutsideSale


@dataclass(frozen=True, slots=True)
class Group:
    """Paths whose scenarios differ in nothing but the shock.

    Parameters
    ----------
    scenario
        The first of them.
    places
        (P,) which paths.
    alike
        How many of them the one that is played stands for; 1 where each is played.
    shocks, sales
        One for each path, or one for all of them; no shocks where prices are given.
    """

    scenario: Scenario
    places: npt.NDArray[np.int64]
    alike: int
    shocks: tuple[OwnPrices, ...]
    sales: tuple[OutsideSale, ...]

    def calls(self, along: Along) -> Iterator[Call]:
        """Yield what is played, a call each."""
        played = self.places[:: self.alike]
        at_once = len(played) if not self.shocks or self.shocks[0].count <= _ROWS_AT_ONCE else 1
        for first in range(0, len(played), at_once):
            some = played[first : first + at_once]
            yield Call(some, self._prices(along, some), self._sale(along, some))

    def _prices(self, along: Along, places: npt.NDArray[np.int64]) -> PathPrices:
        if along.given is not None:
            return PathPrices(along.given[places], along.given.shape[1], along.given.shape[1])
        own = self.shocks[0]
        if len(self.shocks) > 1:
            rows = np.stack([each.rows(0, _ROWS_AT_ONCE) for each in self.shocks])
        else:
            rows = np.tile(own.rows(0, _ROWS_AT_ONCE), (len(places), 1, 1))
        return PathPrices(rows, own.count, own.last_round, own)

    def _sale(self, along: Along, places: npt.NDArray[np.int64]) -> OutsideSale:
        if along.outside is not None:
            return OutsideSale(along.outside.tokens[places], along.outside.rounds)
        tokens = np.stack([each.tokens for each in self.sales])
        if len(self.sales) == 1:
            tokens = np.tile(tokens, (len(places), 1))
        return OutsideSale(tokens, self.sales[0].rounds)


def in_parts(variants: Iterable[Variant]) -> list[Variant]:
    """Return variants of no more paths each than one call plays."""
    return [
        Variant(variant.scenario, variant.places[first : first + PATHS_AT_ONCE], variant.beside)
        for variant in variants
        for first in range(0, len(variant.places), PATHS_AT_ONCE)
    ]


def groups(variants: Iterable[Variant], along: Along) -> Iterator[Group]:
    """Yield the groups that variants form which stand next to each other, as they are needed."""
    together: list[Variant] = []
    shocks: list[OwnPrices] = []
    sales: list[OutsideSale] = []
    for variant in variants:
        shock = OwnPrices(variant.scenario.parameters) if along.given is None else None
        sale = OutsideSale.of(variant.scenario.parameters)
        if together and not (
            shock is not None
            and variant.beside == together[0].beside
            and len(variant.places) == len(together[0].places) == 1
            and len(together) < min(PATHS_AT_ONCE, _ROWS_AT_ONCE // shock.count)
            and (shock.count, shock.last_round) == (shocks[0].count, shocks[0].last_round)
            and sale.rounds == sales[0].rounds
        ):
            yield _group(together, shocks, sales, along)
            together, shocks, sales = [], [], []
        together.append(variant)
        shocks += [] if shock is None else [shock]
        sales.append(sale)
    if together:
        yield _group(together, shocks, sales, along)


def _group(variants: list[Variant], shocks: list[OwnPrices], sales: list[OutsideSale], along: Along) -> Group:
    places = np.array([place for variant in variants for place in variant.places])
    alike = len(places) if along.is_alike and len(variants) == 1 else 1
    return Group(variants[0].scenario, places, alike, tuple(shocks), tuple(sales))
