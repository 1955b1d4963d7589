"""Oracles as arrays for the kernels, and what they must have done before a run may end (Method, sections 5 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.schema import FixedOracle, MarketOracle, ModelOracle, ThresholdOracle, TwapOracle
from engine.scenario.schema.random_shock import YEAR_SECONDS

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.kernels import Oracles
    from engine.scenario.schema import Oracle as AnyOracle
    from engine.scenario.schema import Parameters

_FIRST: list[tuple[Parameters, npt.NDArray[np.float64]]] = []
"""The parameters whose first prices were asked for last, with these: a run and its reading ask half a dozen times."""
_MOST_FIRST = 4

STILL = 1e-6
"""Relative move up to which a price counts as standing still."""


def relative_moves(before: npt.NDArray[np.float64], now: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return by what fraction prices have moved; infinite where the ratio of two prices is beyond float64."""
    with np.errstate(over="ignore"):
        moves: npt.NDArray[np.float64] = now / before - 1.0
    return moves


def compile_oracles(parameters: Parameters) -> Oracles:
    """Return the assets' oracles, in the order of the assets.

    A missing heartbeat is 0 rounds; a missing largest move, and a missing cap, is infinite.
    """
    from engine import kernels

    index = {name: k for k, name in enumerate(parameters.assets)}
    years = parameters.simulation.round_seconds / YEAR_SECONDS
    rows = [_numbers(asset.oracle, index, years) for asset in parameters.assets.values()]
    return kernels.table(kernels.Oracle, rows)


def _numbers(oracle: AnyOracle, index: dict[str, int], years: float) -> dict[str, float]:
    """Return one oracle's row, given the place of each asset and how many years a round lasts."""
    from engine import kernels

    numbers: dict[str, float] = {
        "kind": kernels.ORACLE_MARKET,
        "delay": 0,
        "window": 0,
        "heartbeat": 0,
        "deviation": 0.0,
        "value": 0.0,
        "base_asset": 0,
        "cap": np.inf,
        "cap_growth": 0.0,
        "cap_age": 0,
        "max_move": np.inf if oracle.max_move is None else oracle.max_move,
    }
    if isinstance(oracle, MarketOracle):
        numbers |= {"delay": oracle.delay_rounds}
    elif isinstance(oracle, ThresholdOracle):
        numbers |= {
            "kind": kernels.ORACLE_THRESHOLD,
            "delay": oracle.delay_rounds,
            "heartbeat": oracle.heartbeat_rounds or 0,
            "deviation": oracle.deviation,
        }
    elif isinstance(oracle, TwapOracle):
        numbers |= {"kind": kernels.ORACLE_TWAP, "window": oracle.window_rounds}
    elif isinstance(oracle, FixedOracle):
        numbers |= {"kind": kernels.ORACLE_FIXED, "value": oracle.price}
    elif isinstance(oracle, ModelOracle):
        numbers |= {"kind": kernels.ORACLE_MODEL, "value": oracle.ratio, "base_asset": index[oracle.base]}
        if oracle.cap is not None:
            numbers |= {
                "cap": oracle.cap.ratio,
                "cap_growth": oracle.cap.growth_per_year * years,
                "cap_age": oracle.cap.age_rounds,
            }
    return numbers


def ratios(oracles: Oracles, number: int) -> npt.NDArray[np.float64]:
    """Return the ratio that each model oracle uses in a round, (K,): no more than its cap is by then.

    Of other kinds of oracles it means nothing.
    """
    caps = oracles["cap"] * (1.0 + oracles["cap_growth"] * (oracles["cap_age"] + number))
    used: npt.NDArray[np.float64] = np.minimum(oracles["value"], caps)
    return used


def first_prices(parameters: Parameters) -> npt.NDArray[np.float64]:
    """Return the oracle prices before round 1, shape (K,)."""
    for known, prices in tuple(_FIRST):
        if known is parameters:
            return prices.copy()
    found = _first_prices(parameters)
    _FIRST[:] = [(parameters, found), *_FIRST[: _MOST_FIRST - 1]]
    return found.copy()


def _first_prices(parameters: Parameters) -> npt.NDArray[np.float64]:
    from engine import kernels

    oracles = compile_oracles(parameters)
    prices = np.array([asset.price for asset in parameters.assets.values()], dtype=np.float64)
    prices = np.where(oracles["kind"] == kernels.ORACLE_FIXED, oracles["value"], prices)
    marked = ratios(oracles, 0) * prices[oracles["base_asset"]]  # a base has no model oracle itself
    return np.where(oracles["kind"] == kernels.ORACLE_MODEL, marked, prices)


def look_back(oracles: Oracles) -> int:
    """Return how many rounds back the oracles look at most."""
    return int(max(oracles["delay"].max(initial=0), oracles["window"].max(initial=0)))
