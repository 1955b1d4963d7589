"""What a book names that the scenario does not have, and how the scenario gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.build import own_thresholds
from engine.importing.categories import pairs_that_need_terms
from engine.scenario.loans import BLANK
from engine.scenario.presets import load_preset
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.loans import CodedColumn, LoanTable
    from engine.scenario.presets import Preset


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
        Pairs of market and collateral asset that no market lists, and whose rows and categories bring no threshold and
        bonus.
    """

    assets: Mapping[str, float | None]
    markets: tuple[str, ...]
    collateral: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.assets or self.markets or self.collateral)


def lacking(parameters: Parameters, loans: LoanTable, prices: Mapping[str, float]) -> Lacking:
    """Return what `loans` name that `parameters` do not have."""
    used = dict.fromkeys([*_used(loans.collateral_asset), *_used(loans.debt_asset)])
    categories = {name: market.categories for name, market in parameters.markets.items()}
    named = pairs_that_need_terms(loans, categories)
    return Lacking(
        {name: prices.get(name) for name in used if name not in parameters.assets},
        tuple(name for name in _used(loans.market) if name not in parameters.markets),
        tuple(pair for pair in named if not _listed(parameters, *pair)),
    )


def completed(
    parameters: Parameters,
    missing: Lacking,
    prices: Mapping[str, float],
    preset: str | None,
    loans: LoanTable,
    depths: Mapping[str, float] | None = None,
) -> Parameters:
    """Return parameters that have what is missing, as far as it is known.

    New markets get the rules and categories of the preset, else the rules of the scenario's first market.
    Collateral gets the parameters of the preset, else those it has in another market, else the threshold that all its
    rows bring, without a bonus; collateral with none of these is not listed, and its cells stay marked.

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
    loans
        The rows of the book.
    depths
        2 % depths in USD of new assets; one without sells without moving its price.

    Raises
    ------
    BadInput
        If the result would be no valid parameters.
    """
    data: dict[str, Any] = parameters.to_dict()
    for name in missing.assets:
        if name in prices:
            data["assets"][name] = {"price": prices[name]}
            if depths is not None and name in depths:
                data["assets"][name]["liquidity"] = {"model": "exponential", "depth_2pct_usd": depths[name]}
    chosen = None if preset is None else load_preset(preset)
    rules, known = _rules_and_collateral(parameters, chosen)
    categories = {} if chosen is None else chosen.categories_of(data["assets"])
    for market in missing.markets:
        data["markets"][market] = {"rules": rules, "collateral": {}} | (
            {"categories": {name: entry.model_dump(mode="json") for name, entry in categories.items()}}
            if categories
            else {}
        )
    for market, asset in missing.collateral:
        entry = known.get(asset)
        own = own_thresholds(loans, market, asset)
        if entry is None and own is not None:
            entry = {"liquidation_threshold": own}
        if entry is not None and asset in data["assets"]:
            data["markets"][market]["collateral"][asset] = entry
    return Parameters.from_dict(data)


def _rules_and_collateral(parameters: Parameters, chosen: Preset | None) -> tuple[dict[str, Any], dict[str, Any]]:
    first = next(iter(parameters.markets.values()))
    known: dict[str, Any] = {}
    for market in parameters.markets.values():
        for asset, entry in market.collateral.items():
            known.setdefault(asset, entry.model_dump(mode="json"))
    if chosen is None:
        return first.rules.model_dump(mode="json", by_alias=True), known
    known |= {asset: entry.model_dump(mode="json") for asset, entry in chosen.collateral.items()}
    return chosen.rules.model_dump(mode="json", by_alias=True), known


def _listed(parameters: Parameters, market: str, asset: str) -> bool:
    return market in parameters.markets and asset in parameters.markets[market].collateral


def _used(column: CodedColumn) -> list[str]:
    codes = np.unique(column.codes).tolist()
    return [column.names[code] for code in codes if code != BLANK]
