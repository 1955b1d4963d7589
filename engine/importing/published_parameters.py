"""Risk parameters as protocols publish them: configurations of Compound III, Maker's ilks, Morpho's markets.

Aave's reserve lists are tables like any other. The others name their terms in their own words, and hold rules besides:
those are offered, as a preset with the file's own numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.column_names import plain_name
from engine.importing.numbers import numbers_from_column

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.importing.asking import Notes
    from engine.importing.source import Source

_RAY, _WAD = 1e27, 1e18
_NOTATION = re.compile(r"^(?P<tokens>\d+(?:\.\d+)?)e(?:6|8|18)$")
_ILK = re.compile(r"^(?P<asset>.+)-[A-Z]$")


@dataclass(frozen=True)
class OfferedRules:
    """Rules that a file of parameters holds.

    Parameters
    ----------
    preset
        The bundled protocol whose rules they are.
    settlement
        The file's own numbers for its settlement; empty if it has none.
    """

    preset: str
    settlement: dict[str, float] = field(default_factory=dict)

    def line(self, source: str, *, taken: bool) -> str:
        """Return what is said about them."""
        numbers = ", ".join(f"{name.replace('_', ' ')} {value:.6g}" for name, value in self.settlement.items())
        numbers = f" with {numbers}" if numbers else ""
        done = "are taken" if taken else f"are taken with --preset {self.preset}"
        return f"{source}: the rules of {self.preset}{numbers} {done}"


def _columns(source: Source) -> dict[str, str]:
    return {plain_name(column.rpartition(".")[2]): column for column in reversed(source.columns)}


def offered_rules(source: Source) -> OfferedRules | None:
    """Return the rules that a file of parameters holds, None if it is a plain table.

    Parameters
    ----------
    source
        The file.
    """
    names = _columns(source)
    if {"liquidatecf", "liquidatecollateralfactor"} & set(names) and "liquidationfactor" in names:
        return OfferedRules("compound-v3", _comet(source, names))
    if "mat" in names:
        return OfferedRules("maker-liquidations-2", _maker(source, names))
    if "lltv" in names and any(name in {"loanasset", "loantoken", "uniquekey", "irm"} for name in _parts(source)):
        return OfferedRules("morpho-blue")
    return None


def _parts(source: Source) -> set[str]:
    return {plain_name(part) for column in source.columns for part in column.split(".")}


def _comet(source: Source, names: dict[str, str]) -> dict[str, float]:
    factors = _shares(source, names["liquidationfactor"])
    factors = factors[~np.isnan(factors)]
    if not len(factors):
        return {}
    factor = Counter(factors.tolist()).most_common(1)[0][0]
    found = {"penalty": round(1 - factor, 12)}
    if "storefrontpricefactor" in names:
        share = _shares(source, names["storefrontpricefactor"])
        found["storefront_discount"] = round(float(share[0]) * (1 - factor), 12)
    if "targetreserves" in names:
        match = _NOTATION.match(source.shown_cell(names["targetreserves"], 0).strip())
        if match is not None:
            found["target_reserves_usd"] = float(match["tokens"])
    return found


def _maker(source: Source, names: dict[str, str]) -> dict[str, float]:
    if "chop" not in names:
        return {}
    chop = penalties(source, names["chop"])
    chop = chop[~np.isnan(chop)]
    return {"penalty": Counter(chop.tolist()).most_common(1)[0][0]} if len(chop) else {}


def _shares(source: Source, column: str) -> Floats:
    values, _ = numbers_from_column(source.column(column))
    return values / _WAD if np.nanmax(values, initial=0) >= 1e15 else values


def penalties(source: Source, column: str) -> Floats:
    """Return Maker's penalties as fractions: 1.13e18, 1.13, 13% and 0.13 are the same; shape (rows,)."""
    values = _shares(source, column)
    fractions: Floats = np.where(values >= 1, values - 1, values)
    return np.round(fractions, 12)


def thresholds_of_ratios(source: Source, column: str) -> Floats:
    """Return liquidation thresholds of collateral ratios: 1.5e27, 1.5, 150% and 150 are 2/3; shape (rows,)."""
    values, _ = numbers_from_column(source.column(column))
    largest = float(np.nanmax(values, initial=0))
    divisor = _RAY if largest >= 1e24 else _WAD if largest >= 1e15 else 100.0 if largest > 20 else 1.0
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(values > 0, divisor / values, np.nan))


def ratio_column(source: Source) -> str | None:
    """Return the column of Maker's collateral ratios, None if there is none."""
    return _columns(source).get("mat")


def assets_of_ilks(assets: list[str | None], where: str, notes: Notes) -> list[str | None]:
    """Return the assets of Maker's vault types: ``ETH-A`` is of ETH; if two are of one asset, they keep their names."""
    bare = [None if asset is None else (match["asset"] if (match := _ILK.match(asset)) else asset) for asset in assets]
    if len(set(bare)) < len(bare):
        return assets
    changed = [f"{old} = {new}" for old, new in zip(assets, bare, strict=True) if old != new]
    if changed:
        notes.say(f"{where}: vault types are of their assets: {', '.join(changed[:6])}")
    return bare


def with_rules(rules: dict[str, Any], offered: OfferedRules | None, preset: str | None) -> dict[str, Any]:
    """Return a preset's rules with the numbers of the file that offers them."""
    if offered is None or offered.preset != preset or not offered.settlement:
        return rules
    return {**rules, "settlement": {**rules["settlement"], **offered.settlement}}
