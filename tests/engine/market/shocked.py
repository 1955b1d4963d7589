"""Parameters with a random shock, for tests."""

from __future__ import annotations

from typing import Any

from engine.market.random_paths import random_path, random_paths
from engine.scenario.schema import Parameters
from engine.scenario.schema.random_shock import YEAR_SECONDS

DAY = 86_400
PRICES = {"USDC": 1.0, "WBTC": 30_000.0, "WETH": 2_000.0}
VOLATILITY = {"WETH": 0.8, "WBTC": 0.6}
GBM = {"kind": "gbm", "volatility": VOLATILITY}
JUMPS = {
    "kind": "jump_diffusion",
    "volatility": VOLATILITY,
    "jump_intensity": 100.0,
    "jump_mean": -0.05,
    "jump_std": 0.03,
}
HESTON = {"kind": "heston", "volatility": VOLATILITY, "mean_reversion": 20.0, "vol_of_vol": 1.5, "leverage": -0.6}
BOOTSTRAP = {
    "kind": "bootstrap",
    "block_rounds": 3,
    "history": {"WETH": [0.01, -0.02, 0.03, -0.04, 0.05, -0.06], "WBTC": [0.001, -0.002, 0.003, -0.004, 0.005, -0.006]},
}
EVERY_PROCESS = {"gbm": GBM, "jump_diffusion": JUMPS, "heston": HESTON, "bootstrap": BOOTSTRAP}


def shock_of(process: dict[str, Any], rho: float | None = None, rounds: int | None = 50) -> dict[str, Any]:
    """A random shock in its JSON form."""
    pairs = [] if rho is None else [{"a": "WETH", "b": "WBTC", "rho": rho}]
    return {"kind": "random", "process": process, "correlation": pairs, "over_rounds": rounds}


def parameters_of(shock: dict[str, Any], prices: dict[str, float] | None = None, **simulation: Any) -> Parameters:
    """Parameters with this shock, rounds of a day."""
    return Parameters.from_dict(
        {
            "format": "cascade-scenario/1",
            "assets": {name: {"price": price} for name, price in (PRICES if prices is None else prices).items()},
            "markets": {"m": {}},
            "shock": shock,
            "simulation": {"round_seconds": DAY, "seed": 7, **simulation},
        }
    )


def path_of(parameters: Parameters):
    """The scenario's own path, by asset."""
    path = random_path(parameters.shock, parameters.assets, parameters.simulation)
    return dict(zip(parameters.assets, path.T, strict=True))


def many(parameters: Parameters, count: int):
    """Log returns of many paths by asset, shape (paths, rounds)."""
    import numpy as np

    paths = random_paths(parameters.shock, parameters.assets, parameters.simulation, range(count))
    steps = np.diff(np.log(paths), axis=1, prepend=0.0)
    return {name: steps[:, :, k] for k, name in enumerate(parameters.assets)}


YEARS = DAY / YEAR_SECONDS
