"""What a book names that the scenario does not have, and how the scenario gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.scenario.loans import BLANK
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.loans import CodedColumn, LoanTable


@dataclass(frozen=True, slots=True)
class Lacking:
    """Names of a book that the scenario does not have.

    Parameters
    ----------
    assets
        Assets, with the price that the file gives them, None where it gives none.
    markets
        Markets.
    collateral
        Pairs of market and collateral asset that no market lists, and whose rows bring no threshold and bonus.
    """

    assets: Mapping[str, float | None]
    markets: tuple[str, ...]
    collateral: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.assets or self.markets or self.collateral)


def lacking(parameters: Parameters, loans: LoanTable, prices: Mapping[str, float]) -> Lacking:
    """Return what `loans` name that `parameters` do not have."""
    used = dict.fromkeys([*_used(loans.collateral_asset), *_used(loans.debt_asset)])
    own = ~(np.isnan(loans.liquidation_threshold) | np.isnan(loans.liquidation_bonus))
    rows = (loans.collateral_asset.codes != BLANK) & (loans.market.codes != BLANK) & ~own
    pairs = np.unique(np.stack([loans.market.codes[rows], loans.collateral_asset.codes[rows]]), axis=1)
    named = [(loans.market.names[market], loans.collateral_asset.names[asset]) for market, asset in pairs.T.tolist()]
    return Lacking(
        {name: prices.get(name) for name in used if name not in parameters.assets},
        tuple(name for name in _used(loans.market) if name not in parameters.markets),
        tuple(pair for pair in named if not _listed(parameters, *pair)),
    )


def thresholds(parameters: Parameters) -> dict[str, float]:
    """Return the liquidation threshold of each collateral asset, of the first market that lists it."""
    known: dict[str, float] = {}
    for market in parameters.markets.values():
        for asset, entry in market.collateral.items():
            known.setdefault(asset, entry.liquidation_threshold)
    return known


def completed(
    parameters: Parameters,
    missing: Lacking,
    prices: Mapping[str, float],
    preset: str | None,
    threshold: float | None = None,
) -> Parameters:
    """Return parameters that have what is missing, as far as it is known.

    New markets get the rules of the preset, else those of the scenario's first market. Collateral gets the
    parameters of the preset, else those it has in another market, else `threshold` without a bonus; collateral
    with none of these is not listed, and its cells stay marked.

    Parameters
    ----------
    parameters
        As they are.
    missing
        What they lack.
    prices
        USD of new assets; an asset without one is not added.
    preset
        The name of a bundled protocol, or None.
    threshold
        A liquidation threshold for collateral that has none elsewhere.

    Raises
    ------
    BadInput
        If the result would be no valid parameters.
    """
    data: dict[str, Any] = parameters.to_dict()
    for name in missing.assets:
        if name in prices:
            data["assets"][name] = {"price": prices[name]}
    rules, known = _rules_and_collateral(parameters, preset)
    for market in missing.markets:
        data["markets"][market] = {"rules": rules, "collateral": {}}
    for market, asset in missing.collateral:
        entry = known.get(asset)
        if entry is None and threshold is not None:
            entry = {"liquidation_threshold": threshold}
        if entry is not None and asset in data["assets"]:
            data["markets"][market]["collateral"][asset] = entry
    return Parameters.from_dict(data)


def _rules_and_collateral(parameters: Parameters, preset: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    first = next(iter(parameters.markets.values()))
    known: dict[str, Any] = {}
    for market in parameters.markets.values():
        for asset, entry in market.collateral.items():
            known.setdefault(asset, entry.model_dump(mode="json"))
    if preset is None:
        return first.rules.model_dump(mode="json", by_alias=True), known
    from engine.scenario.presets import load_preset

    chosen = load_preset(preset)
    known |= {asset: entry.model_dump(mode="json") for asset, entry in chosen.collateral.items()}
    return chosen.rules.model_dump(mode="json", by_alias=True), known


def _listed(parameters: Parameters, market: str, asset: str) -> bool:
    return market in parameters.markets and asset in parameters.markets[market].collateral


def _used(column: CodedColumn) -> list[str]:
    codes = np.unique(column.codes).tolist()
    return [column.names[code] for code in codes if code != BLANK]
