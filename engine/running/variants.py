"""Variants of a scenario for many paths: what is worked out from its parameters, shared where they are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.book.health_index import Basis
from engine.market.curves import compile_curves
from engine.market.oracles import compile_oracles, first_prices, look_back
from engine.market.pauses import compile_safety
from engine.market.rules import compile_policy, compile_rules
from engine.market.sales import compile_selling
from engine.market.shocks import undisturbed_prices
from engine.running.bounds import compile_bounds
from engine.scenario.changing import MOST_KEPT, Changing, value_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from engine import kernels
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Parameters

NEVER_ENDS = 2**62
"""The last round of a shock that goes on and on."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario, and the paths that are run under it.

    Parameters
    ----------
    scenario
        The scenario.
    places
        Which paths, ascending.
    beside
        The same for variants of one call that differ in nothing but the shock.
    """

    scenario: Scenario
    places: list[int]
    beside: Hashable = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """What kernels read of a scenario's parameters (see `engine.kernels.playing.run_paths_nb`).

    Parameters
    ----------
    parameters
        What they were made of.
    rules, bounds, safety
        By market.
    curves, oracles, selling, first_oracle, start
        By asset; the last two are prices before round 1, of the oracles and undisturbed.
    policy
        What liquidators do.
    """

    parameters: Parameters
    rules: kernels.Rules
    bounds: kernels.Bounds
    safety: kernels.Safety
    curves: kernels.Curves
    oracles: kernels.Oracles
    selling: kernels.Selling
    first_oracle: Floats
    start: Floats
    policy: kernels.Policy

    @classmethod
    def of(cls, parameters: Parameters, book: Book, known: KnownTables | None = None) -> Tables:
        """Make the tables of some parameters; those that are known of the very same sections are taken from there."""
        known = KnownTables() if known is None else known
        made: dict[str, Any] = {"parameters": parameters}
        for names in _MADE:
            made |= zip(names, known.of(names, parameters, book), strict=True)
        return cls(**made)

    @property
    def basis(self) -> Basis:
        """What an index of the book depends on beside it."""
        return Basis(self.first_oracle, self.dust, self.rules)

    @property
    def dust(self) -> float:
        """USD that count as none."""
        return float(self.parameters.simulation.dust_usd)

    def has_terms_of(self, parameters: Parameters) -> bool:
        """Whether the book's collateral is on the same terms under other parameters."""
        return _are_same(_markets(parameters), _markets(self.parameters))

    @property
    def look_back(self) -> int:
        """How many rounds back the oracles look at most."""
        return look_back(self.oracles)


class KnownTables:
    """Tables of the variants of one scenario that were made before; several threads may ask for them."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[list[Any], list[Any]]] = {}

    def of(self, names: tuple[str, ...], parameters: Parameters, book: Book) -> list[Any]:
        """Return tables that are made together, one for each of the names, as they are in `Tables`."""
        sources, make = _MADE[names]
        given = sources(parameters)
        # Sections are told apart by which objects they are: these are kept, so that no other takes their place.
        key = names, tuple([each if isinstance(each, (float, str)) else (id(each),) for each in given])
        known = self._made.get(key)
        if known is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            known = self._made[key] = (given, make(parameters, book))
        return known[1]


def start_prices(parameters: Parameters) -> Floats:
    """Return the undisturbed prices before round 1, shape (K,)."""
    return np.array([asset.price for asset in parameters.assets.values()], dtype=np.float64)


class OwnPrices:
    """The undisturbed prices that a scenario's own shock makes.

    Parameters
    ----------
    parameters
        Of the scenario.

    Attributes
    ----------
    last_round
        The round in which the shock ends.
    count
        How many rows the prices have, the last of which holds on; for a shock that goes on and on, as many as the run
        may have rounds.
    """

    def __init__(self, parameters: Parameters) -> None:
        self._shock = undisturbed_prices(parameters)
        self.last_round = int(min(self._shock.last_round, NEVER_ENDS))
        self.count = max(min(self.last_round, int(parameters.simulation.max_rounds)), 1)

    def rows(self, first: int, most: int) -> Floats:
        """Return the prices of at most so many rounds after round ``first``, (rounds, K)."""
        return np.array([self._shock.at(number) for number in range(first + 1, min(first + most, self.count) + 1)])


class Variants:
    """The variants of a scenario; what they have in common is one object, also over several calls.

    Parameters
    ----------
    scenario
        What is varied.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._changing: dict[tuple[str, ...], Changing] = {}

    def along(self, values: Mapping[str, Any] | None, paths: int | None) -> list[Variant]:
        """Return the scenarios that paths are run under, each with its paths.

        Parameters
        ----------
        values
            By the path of a parameter, its value along each path.
        paths
            How many paths there are; None where only the values tell.

        Raises
        ------
        BadInput
            If values are not as many as paths, or not allowed; each fault names the parameter.
        """
        columns = {path: _column(path, given) for path, given in (values or {}).items()}
        count = paths
        for path, column in columns.items():
            if count is None:
                count = len(column)
            if len(column) != count:
                raise BadInput.at(path, f"{len(column)} values", f"one for each of the {count} paths")
        if count is None:
            count = 1
        if not columns:
            return [Variant(self._scenario, list(range(count)))]
        changing = self._changing_at(tuple(columns))
        beside = [number for number, path in enumerate(columns) if path.partition(".")[0] != "shock"]
        found: dict[Any, Variant] = {}
        for place, row in enumerate(zip(*columns.values(), strict=True)):
            key = tuple(value_key(value) for value in row)
            if key not in found:
                scenario = self._scenario.with_parameters(changing.to(row))
                found[key] = Variant(scenario, [], tuple([key[number] for number in beside]))
            found[key].places.append(place)
        return list(found.values())

    def _changing_at(self, paths: tuple[str, ...]) -> Changing:
        if paths not in self._changing:
            self._changing[paths] = Changing(self._scenario.parameters, list(paths))
        return self._changing[paths]


def _markets(parameters: Parameters) -> list[Any]:
    """Return what terms, bounds and safety devices are made of."""
    return [*parameters.assets, *parameters.markets, *parameters.markets.values()]


def _rules(parameters: Parameters) -> list[Any]:
    """Return what rules are made of: the sizing is each market's, as its rules allow."""
    return [parameters.liquidators.sizing, *_markets(parameters)]


def _policy(parameters: Parameters) -> list[Any]:
    """Return what liquidators' policy is made of: they go by an order where others settle."""
    return [parameters.liquidators, *parameters.markets.values()]


def _liquidity(parameters: Parameters) -> list[Any]:
    """Return what curves are made of, and what becomes of sales."""
    return [*parameters.cross_impact, *parameters.assets, *(asset.liquidity for asset in parameters.assets.values())]


def _prices(parameters: Parameters) -> list[Any]:
    """Return what prices before round 1 and oracles are made of."""
    each = [part for asset in parameters.assets.values() for part in (asset.price, asset.oracle)]
    return [parameters.simulation.round_seconds, *parameters.assets, *each]


_MADE: dict[tuple[str, ...], tuple[Callable[[Parameters], list[Any]], Callable[[Parameters, Book], list[Any]]]] = {
    ("policy",): (_policy, lambda given, _: [compile_policy(given)]),
    ("rules",): (_rules, lambda given, _: [compile_rules(given)]),
    ("bounds", "safety"): (_markets, lambda given, book: [compile_bounds(given, book), compile_safety(given)]),
    ("curves", "selling"): (_liquidity, lambda given, _: [compile_curves(given), compile_selling(given)]),
    ("oracles", "first_oracle", "start"): (
        _prices, lambda given, _: [compile_oracles(given), first_prices(given), start_prices(given)],
    ),
}  # fmt: skip
"""Tables that are made together: of which sections, and how."""


def _are_same(now: Sequence[Any], before: Sequence[Any]) -> bool:
    """Whether two lists hold the very same sections, and equal numbers and names."""
    return len(now) == len(before) and all(
        a is b or (isinstance(a, (float, str)) and a == b) for a, b in zip(now, before, strict=True)
    )


def _column(path: str, given: Any) -> Sequence[Any]:
    """Return a parameter's values as plain ones."""
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, (str, bytes, Mapping)) or not hasattr(given, "__len__"):
        raise BadInput.at(path, f"{type(given).__name__}", "a list or an array, one value for each path")
    if not len(given):
        raise BadInput.at(path, "no value", "one for each path")
    return [value.item() if isinstance(value, np.generic) else value for value in given]
