"""The names that a cell may hold: the assets, markets and categories of the scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.scenario.schema import Category, Parameters


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Assets and markets of the scenario, what is collateral where, and the markets' categories.

    Parameters
    ----------
    assets, markets
        Their names in the scenario's order.
    collateral
        The listed collateral assets of each market.
    prices
        USD a token before the shock, of each asset; NaN while it has none.
    categories
        Of each market its categories, each with the collateral that it gives both threshold and bonus for.
    margin_engines
        The markets that are margin engines, each with the asset that margin is paid in: what stands in them are
        positions.
    """

    assets: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    collateral: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    categories: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    margin_engines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: Parameters) -> KnownNames:
        """Take the names out of the scenario's parameters."""
        return cls(
            tuple(parameters.assets),
            tuple(parameters.markets),
            {name: frozenset(market.collateral) for name, market in parameters.markets.items()},
            {name: asset.price for name, asset in parameters.assets.items()},
            {
                name: {category: _given_in(listing) for category, listing in market.categories.items()}
                for name, market in parameters.markets.items()
            },
            {
                name: str(market.rules.settlement.cash_asset(parameters.assets))
                for name, market in parameters.markets.items()
                if market.rules.settlement.kind == "margin"
            },
        )

    @property
    def without_price(self) -> tuple[int, ...]:
        """The positions of assets whose price nobody has told yet."""
        return tuple(at for at, name in enumerate(self.assets) if isnan(self.prices.get(name, 0.0)))

    def of_column(self, column: str) -> tuple[str, ...]:
        """Return the names that a column of names may hold."""
        if column == "category":
            return tuple(dict.fromkeys(name for names in self.categories.values() for name in names))
        return self.markets if column == "market" else self.assets

    def canonical(self, column: str, text: str) -> str:
        """Return the known name that `text` means whatever its case, else `text` itself."""
        names = self.of_column(column)
        return text if text in names else _by_case(names).get(text.casefold(), text)


def _given_in(category: Category) -> frozenset[str]:
    """Return the collateral that a category gives both threshold and bonus for."""
    complete = category.liquidation_threshold is not None and category.liquidation_bonus is not None
    return frozenset(category.assets if complete else ())


def _by_case(names: Sequence[str]) -> dict[str, str]:
    """Return the names by their case-folded form, without those that differ in case only."""
    folded = [name.casefold() for name in names]
    return {key: name for key, name in zip(folded, names, strict=True) if folded.count(key) == 1}
