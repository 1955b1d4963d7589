"""Parameters that are varied within bounds, and what is varied where nothing is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.reading.round_view import initial_view
from engine.scenario import parameter_paths
from engine.scenario.schema import InstantShock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario

_LEAST_SHARE = 0.05
"""Assets with less of the collateral than this are left as they are where nothing is said."""


@dataclass(frozen=True, slots=True)
class Range:
    """A parameter and its bounds.

    Parameters
    ----------
    path
        Of the parameter.
    low, high
        Its bounds.
    now
        What the scenario has.
    whole
        Whether it takes whole numbers only.
    """

    path: str
    low: float
    high: float
    now: float
    whole: bool

    def at(self, shares: Floats) -> list[float] | list[int]:
        """Return the values at shares of the way from low to high; whole numbers are equally likely."""
        if self.whole:
            steps = self.high - self.low + 1.0
            return [int(min(self.low + np.floor(share * steps), self.high)) for share in shares.tolist()]
        values: list[float] = (self.low + shares * (self.high - self.low)).tolist()
        return values


def ranges_of(scenario: Scenario, given: Mapping[str, tuple[float, float]]) -> list[Range]:
    """Return the parameters to vary, those that were given or else the usual ones.

    Without any: the depth of every asset with at least 5 % of the collateral from half to twice, its threshold by 5 %
    of what it is and its bonus by half of what it is, up and down; latency up to 5 rounds more, gas up to $100 more;
    and the fall of an instant shock by a quarter of what it is, up and down.

    Raises
    ------
    BadInput
        If a parameter does not exist or is no number, or bounds are the wrong way round.
    """
    if not given:
        return _usual(scenario)
    found = []
    for path, (low, high) in given.items():
        now = parameter_paths.get(scenario.parameters, path)
        info = parameter_paths.describe(scenario.parameters, path)
        if info.kind not in {"number", "whole"} or isinstance(now, bool):
            raise BadInput.at(path, f"{info.kind}", "a parameter that is a number")
        if not low < high:
            raise BadInput.at(path, f"{low:g}:{high:g}", "LOW:HIGH with the lower bound first")
        # None stands for a limit that is not there; the middle is then where effects are compared with.
        middle = (low + high) / 2.0 if now is None else float(now)
        found.append(Range(path, float(low), float(high), middle, info.kind == "whole"))
    return found


def _usual(scenario: Scenario) -> list[Range]:
    parameters = scenario.parameters
    view = initial_view(scenario)
    book = view.book
    worth = view.state.collateral_amount * view.prices[book.collateral_asset]
    held = np.bincount(book.collateral_asset, worth, minlength=len(book.asset_names))
    large = [name for name, usd in zip(book.asset_names, held.tolist(), strict=True) if usd > _LEAST_SHARE * held.sum()]
    found: list[Range] = []

    def add(path: str, low: float, high: float, now: float, *, whole: bool = False) -> None:
        if low < high:
            found.append(Range(path, low, high, now, whole))

    for name in large:
        liquidity: Any = parameters.assets[name].liquidity
        if liquidity.model != "infinite":
            now = float(liquidity.depth_multiplier)
            add(f"assets.{name}.liquidity.depth_multiplier", now / 2.0, now * 2.0, now)
    for market_name, market in parameters.markets.items():
        for name in (each for each in large if each in market.collateral):
            terms, path = market.collateral[name], f"markets.{market_name}.collateral.{name}"
            threshold, bonus = float(terms.liquidation_threshold), float(terms.liquidation_bonus)
            add(f"{path}.liquidation_threshold", 0.95 * threshold, 1.05 * threshold, threshold)
            add(f"{path}.liquidation_bonus", 0.5 * bonus, 1.5 * bonus, bonus)
    liquidators = parameters.liquidators
    latency, gas = int(liquidators.latency_rounds), float(liquidators.gas_usd)
    add("liquidators.latency_rounds", latency, latency + 5, latency, whole=True)
    add("liquidators.gas_usd", gas, gas + 100.0, gas)
    if isinstance(parameters.shock, InstantShock):
        for name, value in parameters.shock.returns.items():
            ends = sorted((0.75 * value, max(1.25 * value, -0.99)))
            add(f"shock.returns.{name}", ends[0], ends[1], float(value))
    return found
