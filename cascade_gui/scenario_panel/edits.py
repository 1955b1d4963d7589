"""Edits of the scenario's lists: adding and removing assets, markets, collateral and cross impacts."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput
from engine.scenario.schema import InfiniteLiquidity, Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def with_asset(parameters: Parameters, name: str, price: float) -> Parameters:
    """Return parameters with another asset, infinitely liquid until it gets a curve.

    Raises
    ------
    BadInput
        If the name or the price cannot be used.
    """
    return _with_entry(parameters, "assets", name, {"price": price})


def with_market(parameters: Parameters, name: str) -> Parameters:
    """Return parameters with another market that takes no collateral yet.

    Raises
    ------
    BadInput
        If the name cannot be used.
    """
    return _with_entry(parameters, "markets", name, {})


def with_collateral(parameters: Parameters, market: str, asset: str) -> Parameters:
    """Return parameters in which a market takes another collateral, at a threshold of 0 until it is set.

    Raises
    ------
    BadInput
        If there is no such market or asset.
    """
    data = parameters.to_dict()
    data["markets"][market]["collateral"][asset] = {"liquidation_threshold": 0.0}
    return Parameters.from_dict(data)


def with_risk_parameters(
    parameters: Parameters,
    market: str,
    terms: Mapping[str, Mapping[str, float | None]],
    categories: Mapping[str, Sequence[str]] | None = None,
) -> Parameters:
    """Return parameters in which a market has other risk parameters for some assets; new collateral is added.

    Parameters
    ----------
    parameters, market
        Where.
    terms
        By asset what is other: ``liquidation_threshold``, ``liquidation_bonus``, ``max_ltv``, as shares, and
        ``supply_cap`` in tokens.
    categories
        By asset those of the market's categories that have parameters for it: it is taken out of all others.

    Raises
    ------
    BadInput
        If a value is not allowed, there is no such asset or category, or a new collateral is given no threshold.
    """
    data = parameters.to_dict()
    for asset, given in terms.items():
        data["markets"][market]["collateral"].setdefault(asset, {}).update(given)
    known = data["markets"][market].get("categories", {})
    for asset, names in (categories or {}).items():
        unknown = [name for name in names if name not in known]
        if unknown:
            raise BadInput.at(f"category of {asset}", unknown[0], _those_of(known, market))
        for name, category in known.items():
            if name in names and asset not in category["assets"]:
                category["assets"].append(asset)
            elif name not in names and asset in category["assets"]:
                category["assets"].remove(asset)
    return Parameters.from_dict(data)


def _those_of(categories: Mapping[str, Any], market: str) -> str:
    if categories:
        return "one of the categories of the market: " + ", ".join(categories)
    return f"none, for {market} has no categories; one is added below the table"


def with_cross_impact(parameters: Parameters, source: str, target: str, share: float) -> Parameters:
    """Return parameters in which selling one asset also moves another.

    Raises
    ------
    BadInput
        If the pair is there already or an asset does not exist.
    """
    data = parameters.to_dict()
    data["cross_impact"].append({"from": source, "to": target, "share": share})
    return Parameters.from_dict(data)


def with_depths_times(parameters: Parameters, factor: float) -> Parameters:
    """Return parameters in which every asset that has a depth has so many times as much of it.

    Parameters
    ----------
    parameters
        The parameters.
    factor
        What each depth multiplier is multiplied by, above 0.

    Raises
    ------
    BadInput
        If a depth would leave its range.
    """
    data = parameters.to_dict()
    for name in with_depth(parameters):
        depth = parameters.assets[name].liquidity.depth_multiplier * factor
        data["assets"][name]["liquidity"]["depth_multiplier"] = float(f"{depth:.12g}")  # 0.03, not 0.030000000000000002
    return Parameters.from_dict(data)


def with_depth(parameters: Parameters) -> list[str]:
    """Return the assets whose price a sale moves."""
    return [name for name, asset in parameters.assets.items() if not isinstance(asset.liquidity, InfiniteLiquidity)]


def without_asset(parameters: Parameters, name: str) -> Parameters:
    """Return parameters without an asset and what the shock says of it.

    Raises
    ------
    BadInput
        If a market, an oracle or a cross impact still needs it.
    """
    data = parameters.to_dict()
    del data["assets"][name]
    _take_from_shock(data["shock"], name)
    return Parameters.from_dict(data)


def without_market(parameters: Parameters, name: str) -> Parameters:
    """Return parameters without a market.

    Raises
    ------
    BadInput
        If it is the last one.
    """
    data = parameters.to_dict()
    del data["markets"][name]
    return Parameters.from_dict(data)


def without_collateral(parameters: Parameters, market: str, asset: str) -> Parameters:
    """Return parameters in which a market does not take a collateral any more."""
    data = parameters.to_dict()
    del data["markets"][market]["collateral"][asset]
    return Parameters.from_dict(data)


def with_category(parameters: Parameters, market: str, name: str) -> Parameters:
    """Return parameters in which a market has another category, of no collateral until some is put into it.

    Raises
    ------
    BadInput
        If the name cannot be used.
    """
    data = parameters.to_dict()
    categories = data["markets"][market].setdefault("categories", {})
    if name in categories:
        raise BadInput.at(f"markets.{market}.categories.{name}", "there is one of that name already")
    categories[name] = {"assets": []}
    return Parameters.from_dict(data)


def without_category(parameters: Parameters, market: str, name: str) -> Parameters:
    """Return parameters in which a market does not have a category any more."""
    data = parameters.to_dict()
    del data["markets"][market]["categories"][name]
    return Parameters.from_dict(data)


def with_in_category(parameters: Parameters, market: str, category: str, asset: str) -> Parameters:
    """Return parameters in which a category's parameters are for another collateral too.

    Raises
    ------
    BadInput
        If there is no such asset, or it is in the category already.
    """
    data = parameters.to_dict()
    data["markets"][market]["categories"][category]["assets"].append(asset)
    return Parameters.from_dict(data)


def without_in_category(parameters: Parameters, market: str, category: str, asset: str) -> Parameters:
    """Return parameters in which a category leaves a collateral alone."""
    data = parameters.to_dict()
    data["markets"][market]["categories"][category]["assets"].remove(asset)
    return Parameters.from_dict(data)


def with_path_shock(parameters: Parameters, returns: Mapping[str, list[float]]) -> Parameters:
    """Return parameters whose shock is a table of returns, one number a round for each asset.

    Raises
    ------
    BadInput
        If an asset is unknown or the columns are of unequal length.
    """
    data = parameters.to_dict()
    data["shock"] = {"kind": "path", "returns": dict(returns)}
    return Parameters.from_dict(data)


def without_moving(parameters: Parameters, name: str) -> Parameters:
    """Return parameters in which the shock leaves an asset alone.

    Raises
    ------
    BadInput
        If the shock was a history of this asset only.
    """
    data = parameters.to_dict()
    _take_from_shock(data["shock"], name)
    return Parameters.from_dict(data)


def with_correlation(parameters: Parameters, a: str, b: str) -> Parameters:
    """Return parameters with a correlation of two assets in the random shock, 0 until it is set.

    Raises
    ------
    BadInput
        If the pair is there already or does not move.
    """
    data = parameters.to_dict()
    data["shock"]["correlation"].append({"a": a, "b": b, "rho": 0.0})
    return Parameters.from_dict(data)


def with_one_correlation(parameters: Parameters, assets: Sequence[str], rho: float) -> Parameters:
    """Return parameters in which every two of some assets have the same correlation, at least 0.

    Raises
    ------
    BadInput
        If an asset does not move.
    """
    data = parameters.to_dict()
    data["shock"]["correlation"] = [{"a": a, "b": b, "rho": rho} for a, b in combinations(assets, 2)]
    return Parameters.from_dict(data)


def without_correlation(parameters: Parameters, index: int) -> Parameters:
    """Return parameters without one of the random shock's correlations.

    Raises
    ------
    BadInput
        If the others contradict each other without it.
    """
    data = parameters.to_dict()
    del data["shock"]["correlation"][index]
    return Parameters.from_dict(data)


def with_history(parameters: Parameters, history: Mapping[str, list[float]]) -> Parameters:
    """Return parameters whose random shock draws from another history, one return a round for each asset.

    Raises
    ------
    BadInput
        If an asset is unknown, the columns are of unequal length or shorter than a block.
    """
    data = parameters.to_dict()
    data["shock"]["process"]["history"] = dict(history)
    return Parameters.from_dict(data)


def _take_from_shock(shock: dict[str, Any], name: str) -> None:
    """Take an asset out of a shock in its plain form, whatever its kind."""
    process = shock.get("process", {})
    tables = [shock.get("returns"), shock.get("usd"), *(process.get(key) for key in ("volatility", "drift", "history"))]
    for table in tables:
        if table is not None:
            table.pop(name, None)
    if "correlation" in shock:
        shock["correlation"] = [pair for pair in shock["correlation"] if name not in (pair["a"], pair["b"])]


def _with_entry(parameters: Parameters, group: str, name: str, entry: Mapping[str, Any]) -> Parameters:
    data = parameters.to_dict()
    if name in data[group]:
        raise BadInput.at(f"{group}.{name}", "there is one of that name already")
    data[group][name] = dict(entry)
    return Parameters.from_dict(data)
