"""A loan book and what belongs to it, from files, as one scenario: what ``cascade import`` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.categories import pairs_that_need_terms, with_names_for_numbers
from engine.importing.mapping import ColumnMapping, checked_mapping
from engine.importing.parameter_tables import AssetParameters, read_liquidity, read_parameters
from engine.importing.read_source import read_source
from engine.importing.shapes import ImportResult, convert
from engine.scenario.loans import BLANK, CodedColumn
from engine.scenario.presets import Preset, load_preset
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT, Category, Parameters


def build_scenario(
    book: str | Path,
    params: str | Path | None = None,
    liquidity: str | Path | None = None,
    preset: str | None = None,
    template: str | Path | Scenario | None = None,
    mapping: ColumnMapping | None = None,
) -> Scenario:
    """Read a loan book and fill in the rest.

    What several of them tell is taken from the first of: `params` and `liquidity`, the book's own price
    columns, `preset`, `template`.

    Parameters
    ----------
    book
        A loan book in one of the three shapes (see `engine.importing.mapping`).
    params
        A table of prices and risk parameters (`engine.importing.parameter_tables.read_parameters`).
    liquidity
        A table of quotes or curve points (`engine.importing.parameter_tables.read_liquidity`).
    preset
        The name of a bundled protocol: its rules for every market of the book, and its collateral parameters.
    template
        A scenario, or the file of one, whose parameters are the base; its loans are not used.
    mapping
        What the book's columns mean; guessed if not given.

    Returns
    -------
    Scenario
        Without a shock unless the template has one.

    Raises
    ------
    BadInput
        With one fault for each thing that is wrong or missing.
    """
    source = read_source(book)
    if isinstance(template, (str, Path)):
        from engine.files import load_scenario

        template = load_scenario(template)
    chosen = load_preset(preset) if preset is not None else None
    mapping = checked_mapping(source, mapping)
    if "market" not in mapping.columns:
        mapping = replace(mapping, market=_market_name(mapping, template, chosen))
    data = _Data(template, Path(book))
    table = read_parameters(params) if params is not None else []
    curves = read_liquidity(liquidity) if liquidity is not None else {}
    result = convert(source, mapping, thresholds=_thresholds(table, chosen, template))
    if chosen is not None:
        result = replace(result, loans=with_names_for_numbers(result.loans, chosen.category_numbers))
    data.take_assets(result, table, curves)
    data.take_markets(result, table, chosen, mapping)
    if data.faults:
        raise BadInput(data.faults)
    return Scenario.checked(Parameters.from_dict(data.parameters), result.loans)


def _market_name(mapping: ColumnMapping, template: Scenario | None, preset: Preset | None) -> str:
    """Name the only market there is: the template's if it has one, else the preset's."""
    if mapping.market != ColumnMapping.market:
        return mapping.market
    if template is not None and len(template.parameters.markets) == 1:
        return next(iter(template.parameters.markets))
    return preset.name if preset is not None else mapping.market


def _thresholds(table: list[AssetParameters], preset: Preset | None, template: Scenario | None) -> dict[str, float]:
    known: dict[str, float] = {}
    if template is not None:
        for market in template.parameters.markets.values():
            known |= {asset: entry.liquidation_threshold for asset, entry in market.collateral.items()}
    if preset is not None:
        known |= {asset: entry.liquidation_threshold for asset, entry in preset.collateral.items()}
    for row in table:
        if "liquidation_threshold" in row.collateral:
            known[row.asset] = row.collateral["liquidation_threshold"]
    return known


def _used(column: CodedColumn) -> list[str]:
    present = np.bincount(column.codes[column.codes != BLANK], minlength=len(column.names))
    return [name for name, count in zip(column.names, present.tolist(), strict=True) if count]


class _Data:
    """The scenario file that is being put together, and what is still missing."""

    def __init__(self, template: Scenario | None, book: Path) -> None:
        self.faults: list[Fault] = []
        if template is not None:
            self.parameters: dict[str, Any] = template.parameters.to_dict()
        else:
            self.parameters = {"format": FORMAT, "assets": {}, "markets": {}, "notes": f"Imported from {book.name}."}
        self.parameters["name"] = book.stem
        self.book = book.name

    def take_assets(
        self,
        result: ImportResult,
        table: list[AssetParameters],
        curves: dict[str, dict[str, Any]],
    ) -> None:
        assets: dict[str, Any] = self.parameters["assets"]
        used = dict.fromkeys([*_used(result.loans.collateral_asset), *_used(result.loans.debt_asset)])
        prices = dict(result.prices)
        prices |= {row.asset: row.price for row in table if row.price is not None}
        depths = {row.asset: row.depth_2pct_usd for row in table if row.depth_2pct_usd is not None}
        for name in used:
            if name in prices:
                assets.setdefault(name, {})["price"] = prices[name]
            elif name not in assets:
                allowed = "one in the table of parameters, a price column of the book, or a template"
                self.faults.append(Fault(f"{self.book}, asset {name}", "no price", allowed))
        for name, entry in assets.items():
            if name in prices:
                entry["price"] = prices[name]
            if name in depths:
                entry["liquidity"] = {"model": "exponential", "depth_2pct_usd": depths[name]}
            if name in curves:
                entry["liquidity"] = curves[name]

    def take_markets(
        self,
        result: ImportResult,
        table: list[AssetParameters],
        preset: Preset | None,
        mapping: ColumnMapping,
    ) -> None:
        markets: dict[str, Any] = self.parameters["markets"]
        for name in _used(result.loans.market):
            market = markets.setdefault(name, {"collateral": {}})
            if preset is not None:
                market["rules"] = preset.rules.model_dump(mode="json")
                market["collateral"] |= {
                    asset: entry.model_dump(mode="json")
                    for asset, entry in preset.collateral.items()
                    if asset in self.parameters["assets"]
                }
                categories = preset.categories_of(self.parameters["assets"])
                if categories:
                    given = {mode: entry.model_dump(mode="json") for mode, entry in categories.items()}
                    market["categories"] = market.get("categories", {}) | given
            for row in table:
                if row.collateral and row.market in {None, name} and row.asset in self.parameters["assets"]:
                    market["collateral"][row.asset] = market["collateral"].get(row.asset, {}) | row.collateral
        modes = {
            name: {mode: Category.model_validate(entry) for mode, entry in market.get("categories", {}).items()}
            for name, market in markets.items()
        }
        for name, asset in pairs_that_need_terms(result.loans, modes):
            entry = markets[name]["collateral"].setdefault(asset, {})
            if mapping.shape == "liquidation_price" and mapping.threshold is not None:
                entry.setdefault("liquidation_threshold", mapping.threshold)
            if "liquidation_threshold" not in entry:
                where = f"{self.book}, {asset} as collateral in market {name}"
                allowed = "one in the table of parameters (0: no collateral), a preset or a template"
                self.faults.append(Fault(where, "no liquidation_threshold", allowed))
