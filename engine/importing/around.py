"""What is known beside a book: tables of parameters and liquidity, a preset, a template."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isnan
from typing import TYPE_CHECKING, Any

from engine.importing.asking import Notes
from engine.importing.asset_aliases import resolved, spelled
from engine.importing.asset_prices import ask_prices
from engine.importing.book_shapes import Known
from engine.importing.parameter_tables import AssetParameters, ParameterTable, read_liquidity, read_parameter_table
from engine.importing.published_modes import PublishedModes
from engine.scenario.presets import Preset, load_preset

PROPOSED = "perpetual-margin"
"""The preset whose rules are proposed for perpetual positions, where nobody chose any."""

if TYPE_CHECKING:
    from engine.importing.choices import ImportChoices
    from engine.importing.published_parameters import OfferedRules
    from engine.scenario.scenario import Scenario


@dataclass
class Around:
    """What is known beside the book: the table of parameters, curves, a preset, a template.

    Parameters
    ----------
    table
        Rows of the table of parameters.
    curves
        The liquidity of assets, as in a scenario file.
    preset, template
        As chosen, None for none.
    notes
        What was said and asked about them.
    offered
        The rules that the table of parameters holds besides.
    modes
        The efficiency modes that it holds.
    typed
        What the user gives assets himself, as rows that go before the table's.
    """

    table: list[AssetParameters] = field(default_factory=list)
    curves: dict[str, dict[str, Any]] = field(default_factory=dict)
    preset: Preset | None = None
    template: Scenario | None = None
    notes: Notes = field(default_factory=Notes)
    offered: OfferedRules | None = None
    typed: list[AssetParameters] = field(default_factory=list)
    modes: PublishedModes = field(default_factory=PublishedModes)

    @property
    def rows(self) -> list[AssetParameters]:
        """The table's rows and then what was typed: what comes later goes first."""
        return [*self.table, *self.typed]

    @classmethod
    def read(cls, choices: ImportChoices, template: Scenario | None = None) -> Around:
        """Read the files that the choices name.

        Raises
        ------
        BadInput
            If one cannot be read.
        """
        notes = Notes()
        if template is None and choices.template is not None:
            from engine.files import load_scenario

            template = load_scenario(choices.template)
        preset = load_preset(choices.preset) if choices.preset is not None else None
        empty = ParameterTable([])
        table = empty if choices.params is None else read_parameter_table(choices.params, choices, notes)
        curves = read_liquidity(choices.liquidity, notes) if choices.liquidity is not None else {}
        prices = {row.asset: row.price for row in table.rows if row.price is not None}
        unit = ask_prices(prices, f"{choices.params}, prices", choices, notes)
        if unit != 1.0:
            table = replace(table, rows=[row.in_unit(unit) for row in table.rows])
        around = cls(table.rows, curves, preset, template, notes, table.offered, _typed(choices), table.modes)
        around._match_names(choices)
        return around

    def _match_names(self, choices: ImportChoices) -> None:
        """Call the table's assets as template and preset do, and those of curves as the table does."""
        known = [*(self.preset.collateral if self.preset is not None else ())]
        known += self.template.parameters.assets if self.template is not None else ()
        meant = {row.asset: choices.alias.get(row.asset, spelled(row.asset, known)) for row in self.table}
        self.table = [replace(row, asset=meant[row.asset]) for row in self.table]
        for entry in self.modes.categories.values():
            entry["assets"] = [meant.get(name, name) for name in entry["assets"]]
        names = resolved(self.curves, [row.asset for row in self.table], choices.alias, "liquidity", self.notes)
        self.curves = {names.get(name, name): curve for name, curve in self.curves.items()}

    def known(self) -> Known:
        """Return the prices and thresholds that are known; the table's go before the preset's and the template's."""
        prices: dict[str, float] = {}
        terms: dict[str, float] = {}
        if self.template is not None:
            assets = self.template.parameters.assets
            prices |= {name: asset.price for name, asset in assets.items() if not isnan(asset.price)}
            for market in self.template.parameters.markets.values():
                terms |= {asset: entry.liquidation_threshold for asset, entry in market.collateral.items()}
        if self.preset is not None:
            terms |= {asset: entry.liquidation_threshold for asset, entry in self.preset.collateral.items()}
        prices |= {row.asset: row.price for row in self.rows if row.price is not None}
        for row in self.rows:
            if "liquidation_threshold" in row.collateral:
                terms[row.asset] = row.collateral["liquidation_threshold"]
        held = () if self.template is None else self.template.parameters.assets
        dollar = "USDC" if "USDC" in held and "USD" not in held else "USD"
        return Known(prices, terms, self._market(), dollar, self._maintained(), self.engine(), self._margin_asset())

    def _maintained(self) -> dict[str, float]:
        """Return the thresholds of perpetual positions: those of a template's lending markets are something else."""
        found: dict[str, float] = {}
        for market in self.margin_markets():
            listed = self.template.parameters.markets[market].collateral if self.template is not None else {}
            found |= {asset: entry.liquidation_threshold for asset, entry in listed.items()}
        if self.preset is not None:
            found |= {asset: entry.liquidation_threshold for asset, entry in self.preset.collateral.items()}
        return found | {
            row.asset: row.collateral["liquidation_threshold"]
            for row in self.rows
            if "liquidation_threshold" in row.collateral
        }

    def margin_markets(self) -> list[str]:
        """Return the template's markets that are margin engines."""
        markets = {} if self.template is None else self.template.parameters.markets
        return [name for name, market in markets.items() if market.rules.settlement.kind == "margin"]

    def _margin_asset(self) -> str:
        """Name what margin is paid in: as in the template's first margin engine, else dollars."""
        if self.preset is None and self.template is not None:
            for name in self.margin_markets():
                parameters = self.template.parameters
                return parameters.markets[name].rules.settlement.cash_asset(parameters.assets) or "USD"
        return "USD"

    def engine(self) -> str:
        """Name the market of perpetual positions that name none: the template's first margin engine, else the preset's.

        Without either the proposed one, so that they do not come under the rules of a lending market.
        """
        if self.preset is not None:
            return self._market()
        return next(iter(self.margin_markets()), PROPOSED)

    def _market(self) -> str:
        """Name the market of a book that names none: the template's first, else the preset's."""
        if self.template is not None and self.template.parameters.markets:
            return next(iter(self.template.parameters.markets))
        return self.preset.name if self.preset is not None else "market"

    def assets(self) -> list[str]:
        """Return the assets whose names a book's are matched with."""
        names = dict.fromkeys([row.asset for row in self.rows])
        if self.template is not None:
            names |= dict.fromkeys(self.template.parameters.assets)
        return list(names)


def _typed(choices: ImportChoices) -> list[AssetParameters]:
    """Return what the user gives assets himself, one row each."""
    names = dict.fromkeys([*choices.prices, *choices.thresholds, *choices.bonuses])
    shares = {"liquidation_threshold": choices.thresholds, "liquidation_bonus": choices.bonuses}
    return [
        AssetParameters(
            name,
            None,
            choices.prices.get(name),
            {key: values[name] for key, values in shares.items() if name in values},
            None,
        )
        for name in names
    ]
