"""Everything in a scenario but its loans, and how a plain dict becomes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationError

from engine.base.faults import BadInput, Fault
from engine.scenario.schema.assets import Asset, CrossImpact, ModelOracle
from engine.scenario.schema.fields import COMPLETE, Section, parameter
from engine.scenario.schema.markets import Market
from engine.scenario.schema.random_faults import random_faults, random_places
from engine.scenario.schema.random_shock import RandomShock
from engine.scenario.schema.simulation import (
    InstantShock,
    Liquidators,
    PathShock,
    SaleShock,
    Shock,
    Simulation,
    Stop,
)
from engine.scenario.schema.translation import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "cascade-scenario/1"
_LONGEST_NAME = 100


class Parameters(Section):
    """All parameters of a scenario, without its loan book. Immutable."""

    format: Literal["cascade-scenario/1"] = Field(
        default="cascade-scenario/1", title="Format", description="The file format."
    )
    name: str = parameter("", "Name", "What the scenario is called.")
    notes: str = parameter("", "Notes", "What the scenario shows, and where its data come from.")
    assets: dict[str, Asset] = Field(..., title="Assets", description="The assets, in the order that decides ties.")
    cross_impact: tuple[CrossImpact, ...] = Field(
        default=(), title="Cross impact", description="Which sales also move other assets."
    )
    markets: dict[str, Market] = Field(..., title="Markets", description="The lending markets and margin engines.")
    shock: Shock = Field(default=InstantShock(), title="Shock", description="What happens to prices from outside.")
    liquidators: Liquidators = Field(
        default=Liquidators(),
        title="Liquidators",
        description="Who liquidates, how fast and how much.",
    )
    simulation: Simulation = Field(default=Simulation(), title="Simulation", description="Length and grain of the run.")
    stops: tuple[Stop, ...] = Field(default=(), title="Stops", description="Rounds to stop at when presenting.")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Parameters:
        """Check a plain dict (the scenario file without ``loans``) and make parameters of it.

        Raises
        ------
        BadInput
            With one fault for each thing that is wrong: unknown keys with the likely meant one,
            values out of range, names that do not exist.
        """
        try:
            parameters = cls.model_validate(dict(data))
        except ValidationError as error:
            raise BadInput(translate(error, cls, data)) from None
        faults = list(_reference_faults(parameters))
        if faults:
            raise BadInput(faults)
        return parameters

    def to_dict(self) -> dict[str, Any]:
        """Return the plain dict that `from_dict` reads.

        Defaults are written out, but for parameters that came after the first release: these are left out at their
        defaults, so that a scenario that does not use them is written as it always was.
        """
        return self.model_dump(mode="json", by_alias=True)

    def complete_dict(self) -> dict[str, Any]:
        """Return the plain dict that `from_dict` reads; every default written out."""
        return self.model_dump(mode="json", by_alias=True, context={COMPLETE: True})

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """What `complete_dict` returns, made once and kept with these parameters; not to be changed."""
        return self.complete_dict()

    def __eq__(self, other: object) -> bool:
        """Compare the plain forms, which are kept: the window compares at each step of a slider."""
        if self is other:
            return True
        return self.plain == other.plain if isinstance(other, Parameters) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as before: there are dicts in it

    def __copy__(self) -> Self:
        """Return a copy that keeps nothing of what was worked out: it is about to be given other values."""
        copied = super().__copy__()
        copied.__dict__.pop("plain", None)
        return copied


def _reference_faults(parameters: Parameters) -> Iterator[Fault]:
    """Yield what is wrong between the parts: names that do not exist, tables of unequal length."""
    yield from _bad_names("assets", parameters.assets)
    yield from _bad_names("markets", parameters.markets)
    yield from _category_faults(parameters.markets)
    yield from _unknown_assets(parameters)
    yield from _cash_asset_faults(parameters)
    yield from _model_oracles_of_model_oracles(parameters.assets)
    yield from _repeated_pairs([(entry.source, entry.target) for entry in parameters.cross_impact])
    if isinstance(parameters.shock, PathShock):
        lengths = {len(returns) for returns in parameters.shock.returns.values()}
        if len(lengths) != 1 or 0 in lengths:
            yield Fault(
                "shock.returns",
                f"columns of {sorted(lengths)} rounds",
                "one number a round, equally many for each asset",
            )
    if isinstance(parameters.shock, RandomShock):
        yield from random_faults(parameters.shock, parameters.assets, parameters.simulation)


def _category_faults(markets: Mapping[str, Market]) -> Iterator[Fault]:
    for market_name, market in markets.items():
        where = f"markets.{market_name}.categories"
        yield from _unusable_names(where, market.categories)
        for name, category in market.categories.items():
            for index, asset in enumerate(category.assets):
                if asset in category.assets[:index]:
                    yield Fault(f"{where}.{name}.assets.{index}", f"{asset} is listed twice", "each asset once")


def _bad_names(kind: str, names: Mapping[str, object]) -> Iterator[Fault]:
    if not names:
        yield Fault(kind, "none given", "at least one")
    yield from _unusable_names(kind, names)


def _unusable_names(kind: str, names: Mapping[str, object]) -> Iterator[Fault]:
    for name in names:
        visible = name == name.strip() and name.isprintable()
        if not (visible and 0 < len(name) <= _LONGEST_NAME):
            yield Fault(
                f"{kind}.{name}",
                f"the name {name!r}",
                f"1 to {_LONGEST_NAME} visible characters, no outer spaces",
            )


def _model_oracles_of_model_oracles(assets: Mapping[str, Asset]) -> Iterator[Fault]:
    models = {name: asset.oracle for name, asset in assets.items() if isinstance(asset.oracle, ModelOracle)}
    for name, oracle in models.items():
        if oracle.base in models:
            yield Fault(
                f"assets.{name}.oracle.base",
                f"{oracle.base} has a model oracle itself",
                "an asset with another kind of oracle",
            )


def _repeated_pairs(pairs: list[tuple[str, str]]) -> Iterator[Fault]:
    for index, (source, target) in enumerate(pairs):
        where = f"cross_impact.{index}"
        if source == target:
            yield Fault(where, f"from {source} to itself", "two assets (on itself it is 1)")
        elif (source, target) in pairs[:index]:
            yield Fault(where, f"{source} to {target} is given twice", "each pair once")


def _unknown_assets(parameters: Parameters) -> Iterator[Fault]:
    if isinstance(parameters.shock, RandomShock):
        places = random_places(parameters.shock)
    elif isinstance(parameters.shock, SaleShock):
        places = [(f"shock.usd.{name}", name) for name in parameters.shock.usd]
    else:
        places = [(f"shock.returns.{name}", name) for name in parameters.shock.returns]
    for index, entry in enumerate(parameters.cross_impact):
        where = f"cross_impact.{index}"
        places += [(f"{where}.from", entry.source), (f"{where}.to", entry.target)]
    for name, asset in parameters.assets.items():
        if isinstance(asset.oracle, ModelOracle):
            places.append((f"assets.{name}.oracle.base", asset.oracle.base))
    for market_name, market in parameters.markets.items():
        where = f"markets.{market_name}.collateral"
        places += [(f"{where}.{name}", name) for name in market.collateral]
        for category_name, category in market.categories.items():
            where = f"markets.{market_name}.categories.{category_name}.assets"
            places += [(f"{where}.{index}", name) for index, name in enumerate(category.assets)]
    for where, name in places:
        if name not in parameters.assets:
            yield Fault(where, f"unknown asset {name!r}", "one of " + ", ".join(parameters.assets))


def _cash_asset_faults(parameters: Parameters) -> Iterator[Fault]:
    for name, market in parameters.markets.items():
        asset = market.rules.settlement.cash_asset(parameters.assets)
        if asset is None:
            continue
        where = f"markets.{name}.rules.settlement.quote_asset"
        if not asset:
            yield Fault(where, "no asset with unlimited liquidity", "the name of the asset that margin is paid in")
        elif asset not in parameters.assets:
            yield Fault(where, f"unknown asset {asset!r}", "one of " + ", ".join(parameters.assets))
