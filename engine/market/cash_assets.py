"""Which assets count as cash: those in which prices are told, so that an account is long or short of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.market.oracles import first_prices

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

STABLE_FROM = 0.95
STABLE_TO = 1.1
"""An asset is taken for stable when its first oracle price is between these, whatever its name.

Coins that bear interest or trade at a premium stand above a dollar more often than sound ones stand below it.
"""


def stable_names(parameters: Parameters) -> tuple[str, ...]:
    """Return the assets whose first oracle price is between `STABLE_FROM` and `STABLE_TO` USD."""
    stable = _stable(parameters)
    return tuple(name for name, is_stable in zip(parameters.assets, stable, strict=True) if is_stable)


def cash_assets(parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Return which assets count as cash in which market.

    Returns
    -------
    numpy.ndarray
        Shape (M, K), bool: an asset of a stable price, and in a margin engine's market the asset that it pays in,
        whatever its price.
    """
    cash = np.repeat(_stable(parameters)[np.newaxis], len(parameters.markets), axis=0)
    names = list(parameters.assets)
    for m, market in enumerate(parameters.markets.values()):
        paid_in = market.rules.settlement.cash_asset(parameters.assets)
        if paid_in is not None:
            cash[m, names.index(paid_in)] = True
    return cash


def _stable(parameters: Parameters) -> npt.NDArray[np.bool_]:
    prices = first_prices(parameters)
    return np.asarray((prices >= STABLE_FROM) & (prices <= STABLE_TO), dtype=np.bool_)
