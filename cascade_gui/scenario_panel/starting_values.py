"""What a group starts with when another kind is chosen: the closest to what it was before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.market.curve_kinds import CURVE_KINDS
from engine.market.shape import depth_at
from engine.scenario import parameter_paths
from engine.scenario.schema import ModelOracle, RandomShock, SaleShock
from engine.scenario.schema.random_shock import YEAR_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.schema import Asset, Liquidity, Parameters

VOLATILITY = 0.8
"""A year's volatility of an asset that is no stablecoin, to start with."""

SOLD_USD = 10e6
"""What is sold of an asset, to start with."""

_CANDIDATES = 100
_STABLE = 0.05
_FALL = -0.1
_DEPTH_2PCT_USD = 10e6
_STEP_ROUNDS = 8
_AUCTION_ROUNDS = 600
_LEAST_CUT = 0.01


def starting_group(parameters: Parameters, path: str, kind: str) -> dict[str, Any]:
    """Return a group of another kind that is valid at once.

    Parameters
    ----------
    parameters
        The parameters that hold the group.
    path
        The group's path: a curve, an oracle, a close rule, an incentive, a shock.
    kind
        The kind that was chosen.

    Returns
    -------
    dict
        The keys that both kinds have keep their values, those that must be given get a starting
        value, the others are left to their defaults.
    """
    old = parameter_paths.get(parameters, path)
    tag = "model" if "model" in old else "kind"
    group = {tag: kind, **_required(parameters, path, kind, old)}
    common = {"depth_multiplier", "permanent_share", "recovery_half_life_rounds", "max_move", "min_leftover_usd"}
    if path == "shock.process":
        common |= {"volatility", "drift"} - set(group)
        if kind == "bootstrap":
            common -= {"volatility", "drift"}
    if kind in {"market", "threshold"}:
        common.add("delay_rounds")
    if kind == "full":
        common.discard("min_leftover_usd")
    group.update({key: value for key, value in old.items() if key in common})
    return group


def starting_change(parameters: Parameters, path: str, kind: str) -> tuple[str, dict[str, Any]]:
    """Return what to put where, so that a group is of another kind: the group at its path, or what holds it.

    A history has its own correlations, so that a random shock that takes one loses the given ones.
    """
    group = starting_group(parameters, path, kind)
    if path == "shock.process" and kind == "bootstrap":
        shock = parameter_paths.get(parameters, "shock")
        return "shock", {**shock, "process": group, "correlation": []}
    return path, group


def starting_option(parameters: Parameters, path: str) -> dict[str, Any]:
    """Return what a group that may be absent starts with: it has no effect, or next to none, until it is changed."""
    keys = parameter_paths.split(parameters, path)
    if keys[-1] == "congestion":
        return {"candidates": _CANDIDATES}
    oracle = parameters.assets[keys[1]].oracle
    return {"ratio": oracle.ratio if isinstance(oracle, ModelOracle) else 1.0}


def _required(parameters: Parameters, path: str, kind: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that the new kind does not have a default for."""
    keys = parameter_paths.split(parameters, path)
    if keys[-1] == "liquidity":
        return _liquidity(kind, parameters.assets[keys[1]].liquidity)
    if keys[-1] == "oracle":
        return _oracle(parameters, keys[1], kind)
    if keys[-2:] == ["settlement", "curve"]:
        return _auction_curve(kind, old)
    started: dict[str, dict[str, Any]] = {
        "target_health": {"target": 1.05},
        "health_linear": {"min_share": 0.5, "health_for_max": 0.9},
    }
    if keys == ["shock"]:
        return _shock(parameters, kind, old)
    if keys == ["shock", "process"]:
        return _process(parameters, kind, old)
    return started.get(kind, {})


def is_stable(asset: Asset) -> bool:
    """Whether an asset looks like a stablecoin: it is worth a dollar."""
    return abs(asset.price - 1) <= _STABLE


def _shock(parameters: Parameters, kind: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a shock of the same assets; one that moves none starts with those that are no stablecoins."""
    shock = parameters.shock
    if isinstance(shock, RandomShock):
        falls = dict.fromkeys(shock.moving, _FALL)
    elif isinstance(shock, SaleShock):
        falls = dict.fromkeys(shock.usd, _FALL)
    else:
        falls = {name: _lowest(row) for name, row in old["returns"].items()}
    if kind == "random":
        moving = [name for name, asset in parameters.assets.items() if name in falls or not is_stable(asset)]
        volatility = {name: VOLATILITY for name in moving if not is_stable(parameters.assets[name])}
        return {"process": {"kind": "gbm", "volatility": volatility or dict.fromkeys(moving, VOLATILITY)}}
    if kind == "path":
        first = next(iter(parameters.assets))
        return {"returns": {name: [value] for name, value in (falls or {first: 0.0}).items()}}
    if kind == "sale":
        sold = [name for name, fall in falls.items() if fall < 0]
        return {"usd": dict.fromkeys(sold, SOLD_USD)}
    return {"returns": falls}


def _process(parameters: Parameters, kind: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a process that a random shock needs."""
    started: dict[str, dict[str, Any]] = {
        "jump_diffusion": {"jump_intensity": 50.0, "jump_mean": -0.05, "jump_std": 0.03},
        "heston": {"mean_reversion": 5.0, "vol_of_vol": 1.0, "leverage": -0.5},
        "bootstrap": {"history": {name: [0.0] for name in old.get("volatility", {})}},
    }
    group = started.get(kind, {})
    if kind != "bootstrap" and "history" in old:
        years = parameters.simulation.round_seconds / YEAR_SECONDS
        volatility = {name: float(np.log1p(row).std() / math.sqrt(years)) for name, row in old["history"].items()}
        group = {**group, "volatility": {name: value or VOLATILITY for name, value in volatility.items()}}
    return group


def _lowest(returns: float | list[float]) -> float:
    return min(returns) if isinstance(returns, list) else returns


def _liquidity(kind: str, old: Liquidity) -> dict[str, Any]:
    """Return a curve as deep as the old one where it takes the price down by 2 %."""

    def depth(drop: float) -> float:
        found = depth_at(old, drop) / old.depth_multiplier
        return found if math.isfinite(found) else otherwise * drop / 0.02

    to_2pct = depth_at(old, 0.02) / old.depth_multiplier
    otherwise = to_2pct if math.isfinite(to_2pct) else _DEPTH_2PCT_USD
    return CURVE_KINDS[kind].started(depth)


def _auction_curve(kind: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a price curve that begins to fall as fast as the old one."""
    a_round = 1 - 1 / old["rounds"] if old["kind"] == "linear" else old["cut"] ** (1 / old.get("step_rounds", 1))
    if kind == "linear":
        return {"rounds": max(1, round(1 / (1 - a_round)) if a_round < 1 else _AUCTION_ROUNDS)}
    if kind == "exponential":
        return {"cut": max(a_round, _LEAST_CUT)}
    return {"cut": max(a_round**_STEP_ROUNDS, _LEAST_CUT), "step_rounds": _STEP_ROUNDS}


def _oracle(parameters: Parameters, asset: str, kind: str) -> dict[str, Any]:
    price = parameters.assets[asset].price
    if kind == "fixed":
        return {"price": price}
    if kind == "twap":
        return {"window_rounds": 10}
    if kind == "model":
        others = [name for name, other in parameters.assets.items() if name != asset and other.oracle.kind != "model"]
        base = others[-1] if others else asset
        return {"base": base, "ratio": price / parameters.assets[base].price}
    return {}
