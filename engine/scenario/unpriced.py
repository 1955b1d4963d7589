"""Assets whose price nobody has told yet: a scenario with one can be kept and edited, not run."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from engine.base.faults import Fault

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters


def unpriced(parameters: Parameters) -> tuple[str, ...]:
    """Return the assets without a price, in the scenario's order.

    Parameters
    ----------
    parameters
        Of the scenario; a missing price is NaN, null in a file.
    """
    return tuple(name for name, asset in parameters.assets.items() if isnan(asset.price))


def price_faults(parameters: Parameters) -> tuple[Fault, ...]:
    """Return a fault for each asset without a price.

    Parameters
    ----------
    parameters
        Of the scenario.
    """
    return tuple(Fault(f"assets.{name}.price", "blank", "a price in USD above 0") for name in unpriced(parameters))
