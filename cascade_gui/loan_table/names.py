"""The names that a cell may hold: the assets and markets of the scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.scenario.schema import Parameters


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Assets and markets of the scenario, and what is collateral where.

    Parameters
    ----------
    assets, markets
        Their names in the scenario's order.
    collateral
        The listed collateral assets of each market.
    prices
        USD a token before the shock, of each asset.
    """

    assets: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    collateral: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: Parameters) -> KnownNames:
        """Take the names out of the scenario's parameters."""
        return cls(
            tuple(parameters.assets),
            tuple(parameters.markets),
            {name: frozenset(market.collateral) for name, market in parameters.markets.items()},
            {name: asset.price for name, asset in parameters.assets.items()},
        )

    def of_column(self, column: str) -> tuple[str, ...]:
        """Return the names that a column of names may hold."""
        return self.markets if column == "market" else self.assets

    def canonical(self, column: str, text: str) -> str:
        """Return the known name that `text` means whatever its case, else `text` itself."""
        names = self.of_column(column)
        return text if text in names else _by_case(names).get(text.casefold(), text)


def _by_case(names: Sequence[str]) -> dict[str, str]:
    """Return the names by their case-folded form, without those that differ in case only."""
    folded = [name.casefold() for name in names]
    return {key: name for key, name in zip(folded, names, strict=True) if folded.count(key) == 1}
