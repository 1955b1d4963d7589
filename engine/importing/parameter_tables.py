"""Tables of risk parameters and of liquidity, one row an asset or a point, from any file that can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.importing.asking import Notes
from engine.importing.choices import ImportChoices
from engine.importing.column_names import plain_name
from engine.importing.liquidity_quotes import curve_from_quotes
from engine.importing.mode_lists import source_of_modes
from engine.importing.published_modes import PublishedModes, published_modes, say_without_terms
from engine.importing.published_parameters import (
    OfferedRules,
    assets_of_ilks,
    offered_rules,
    penalties,
    ratio_column,
    thresholds_of_ratios,
)
from engine.importing.read_part import read_part
from engine.importing.records import parsed
from engine.importing.reserve_bits import Reserves
from engine.importing.roles import ROLES
from engine.importing.share_forms import percent_signs
from engine.importing.slippage_forms import from_order_book, from_trades, slippage_as_fractions
from engine.importing.small_tables import SmallTable, known_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.faults import Fault
    from engine.base.types import Floats
    from engine.importing.source import Source


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PARAMETERS = {
    "asset": _split(
        "symbol assetsymbol tokensymbol collateralassetsymbol collateralsymbol asset token ticker coin collateral "
        "collateralasset collateraltoken underlyingsymbol reserve name ilk key assetaddress address"
    ),
    "market": _split("market marketname protocol uniquekey marketuniquekey marketid"),
    "price": _split("price priceusd usdprice priceinusd oracleprice underlyingpriceusd assetprice"),
    "liquidation_threshold": _split(
        "liquidationthreshold threshold lt lltv liquidationltv liqthreshold liquidatecollateralfactor "
        "liquidationcollateralfactor liquidatecf reserveliquidationthreshold collateralfactor"
    ),
    "liquidation_bonus": _split(
        "liquidationbonus bonus lb incentive liquidationincentive liquidationpenalty penalty liqbonus "
        "reserveliquidationbonus liquidationfactor chop"
    ),
    "maintenance_margin": ROLES["maintenance_margin"].names,
    "max_ltv": _split("maxltv ltv baseltvascollateral borrowcollateralfactor borrowcf"),
    "depth_2pct_usd": _split("depth2pctusd depth2pct depth"),
}
_OF_A_MARKET = {
    "category": _split("category categories emode emodecategory efficiencymode"),
    "supply_cap": _split("cap supplycap captokens supplycaptokens"),
}
"""What a table of a market's own parameters has besides."""
_LIQUIDITY = {
    "asset": _split("asset token symbol ticker coin"),
    "quote": _split("quote quoteasset into tokenout assetout"),
    "size_usd": _split("sizeusd size amountusd"),
    "slippage": _split("slippage averageslippage slippagepercent slippagepct slippagebps slippagebp priceimpact"),
    "drop": _split("drop"),
    "usd": _split("usd soldusd"),
    "amount_in": _split("amountin sellamount sold"),
    "amount_out": _split("amountout buyamount bought"),
    "side": _split("side"),
    "price": _split("price level px"),
    "amount": _split("amount quantity qty sz"),
}


_NO_MODES = PublishedModes()


@dataclass(frozen=True)
class ParameterTable:
    """A table of parameters.

    Parameters
    ----------
    rows
        One an asset, or an asset and market.
    offered
        The rules that the file holds besides, None if it is a plain table.
    modes
        The efficiency modes that it holds.
    """

    rows: list[AssetParameters]
    offered: OfferedRules | None = None
    modes: PublishedModes = _NO_MODES


@dataclass(frozen=True, slots=True)
class AssetParameters:
    """One row of a table of parameters; None where it says nothing.

    The supply cap in tokens and what is written for the categories are told by a market's own table only.
    """

    asset: str
    market: str | None
    price: float | None
    collateral: dict[str, float]
    depth_2pct_usd: float | None
    supply_cap: float | None = None
    categories: str | None = None

    def in_unit(self, unit: float) -> AssetParameters:
        """Return the row with a price that stands there in another unit, which is worth so many USD."""
        return self if self.price is None else replace(self, price=self.price * unit)


def read_parameters(
    path: str | Path, choices: ImportChoices | None = None, notes: Notes | None = None
) -> list[AssetParameters]:
    """Read the rows of a table of risk parameters, as `read_parameter_table`."""
    return read_parameter_table(path, choices, notes).rows


def read_parameter_table(
    path: str | Path, choices: ImportChoices | None = None, notes: Notes | None = None
) -> ParameterTable:
    """Read a table of risk parameters.

    Parameters
    ----------
    path
        A file with the columns ``asset`` and any of ``price`` (USD), ``liquidation_threshold``,
        ``liquidation_bonus``, ``maintenance_margin`` (of perpetuals; a threshold of 1 less it), ``max_ltv``,
        ``market`` (for parameters that differ between markets)
        and ``depth_2pct_usd`` (the sale that moves the price down 2 %), or one as protocols publish them. Other
        columns are passed over. ``FILE::PART`` reads one list of a JSON file, or one sheet.
    choices
        How thresholds and bonuses are written, where that is said.
    notes
        Gets what was certain and done, and the questions; without it a question is a fault.

    Raises
    ------
    BadInput
        If the file or a cell is wrong; each fault names its row and column.
    """
    source, choices, told = read_part(path, "params"), choices or ImportChoices(), notes or Notes()
    table = table_of_parameters(source, choices, told, _listed_modes(source, path, choices, told))
    if notes is None:
        told.refuse()
    return table


def _listed_modes(source: Source, path: str | Path, choices: ImportChoices, notes: Notes) -> Source | None:
    column = known_columns(source, _PARAMETERS).get("asset")
    if source.kind != "json" or column is None:
        return None
    whole, mark, _ = str(path).rpartition("::")
    reserves = Reserves.of(source, source.column(column).to_pylist(), choices, notes)
    return source_of_modes(source.name, parsed(Path(whole if mark else path)), reserves)


def table_of_parameters(
    source: Source, choices: ImportChoices, notes: Notes, listed: Source | None = None, *, of_market: bool = False
) -> ParameterTable:
    """Read a table of risk parameters that is already open, as `read_parameter_table`.

    Parameters
    ----------
    source
        The table.
    choices, notes
        As there.
    listed
        Efficiency modes that stand in a list of their own.
    of_market
        Whether it is of a market whose categories there are: supply caps and names of categories are read with the
        rest, and no efficiency modes.
    """
    _refuse_modes_alone(source)
    known = {**_PARAMETERS, **_OF_A_MARKET} if of_market else _PARAMETERS
    table = SmallTable(source, known, ("asset",), decimal=choices.decimal, notes=notes)
    offered, ratio = offered_rules(source), ratio_column(source)
    if len(table.columns) < 2 and ratio is None:
        raise BadInput.at(
            f"{source.name}, columns", "no price and no risk parameter", f"any of {', '.join(_PARAMETERS)}"
        )
    if offered is not None or ratio is not None:  # whose rules are in any of the columns
        table.faults += [fault for fault in source.flaws_of(source.columns) if fault not in table.faults]
    assets, markets = table.texts("asset"), table.texts("market")
    if ratio is not None:
        assets = assets_of_ilks(assets, source.name, notes)
    modes = _NO_MODES if of_market else _modes(source, assets, choices, notes, table.faults, listed)
    table.faults += source.flaws_of(modes.columns)
    table.say_unused({*modes.columns, *(() if ratio is None else (ratio,))})
    collateral = _terms(table, choices, offered, ratio)
    if offered is not None:
        notes.say(offered.line(source.name, taken=choices.preset == offered.preset))
    price, depth = table.numbers("price", None), table.numbers("depth_2pct_usd", None)
    caps, categories = table.numbers("supply_cap", 0.0, percent=False), table.texts("category")
    table.refuse_repeats([(asset, market) for asset, market in zip(assets, markets, strict=True)])
    table.done()
    rows = [
        AssetParameters(
            asset or "",
            market,
            _maybe(price[row]),
            {name: float(values[row]) for name, values in collateral.items() if not np.isnan(values[row])},
            _maybe(depth[row]),
            _maybe(caps[row]),
            categories[row],
        )
        for row, (asset, market) in enumerate(zip(assets, markets, strict=True))
    ]
    return ParameterTable(rows, offered, modes)


def _modes(
    source: Source,
    assets: list[str | None],
    choices: ImportChoices,
    notes: Notes,
    faults: list[Fault],
    listed: Source | None,
) -> PublishedModes:
    """Return the efficiency modes of a table, or of a list beside it; say which have no terms in either."""
    modes = published_modes(source, assets, choices, notes, faults)
    if listed is not None and not modes.categories:
        named = listed.column("asset").to_pylist()
        return replace(published_modes(listed, named, choices, notes, faults), columns=())
    if not modes.categories:
        say_without_terms(source, notes)
    return modes


def _refuse_modes_alone(source: Source) -> None:
    """Refuse a table of efficiency modes whose assets are bits of reserves that are not there."""
    bits = [column for column in source.columns if plain_name(column).endswith("bitmap")]
    if bits and "asset" not in known_columns(source, _PARAMETERS):
        allowed = "a JSON file with both, the modes beside the reserves and their numbers (id)"
        raise BadInput.at(source.name, f"a list of efficiency modes by bits, without the reserves ({bits[0]})", allowed)


def _terms(
    table: SmallTable, choices: ImportChoices, offered: OfferedRules | None, ratio: str | None
) -> dict[str, Floats]:
    """Return thresholds, bonuses and greatest loan-to-values; a penalty that the rules take is no bonus besides."""
    found = {"liquidation_threshold": table.shares("liquidation_threshold", choices)}
    if ratio is not None:
        found["liquidation_threshold"] = thresholds_of_ratios(table.source, ratio)
    if "maintenance_margin" in table.columns:
        margin = table.maintenance_margins(choices)
        given = found["liquidation_threshold"]
        found["liquidation_threshold"] = np.where(np.isnan(given), np.round(1 - margin, 12), given)
    taken = offered is not None and offered.preset == choices.preset and bool(offered.settlement)
    if ratio is not None and "liquidation_bonus" in table.columns:
        bonus = penalties(table.source, table.columns["liquidation_bonus"])
    else:
        bonus = table.shares("liquidation_bonus", choices)
    found["liquidation_bonus"] = np.where(np.isnan(bonus), np.nan, 0.0) if taken else bonus
    found["max_ltv"] = table.shares("max_ltv", choices)
    return found


def read_liquidity(path: str | Path, notes: Notes | None = None) -> dict[str, dict[str, Any]]:
    """Read liquidity curves.

    Parameters
    ----------
    path
        A file with one of: ``asset, size_usd, slippage`` (average slippage of quoted trades, as fraction, per cent or
        basis points), ``asset, amount_in, amount_out, quote`` (the same told by what went in and came out), ``asset,
        side, price, amount`` (the levels of an order book): these are turned into marginal curves; or ``asset, drop,
        usd`` (points of a marginal curve, taken as they are). A column ``quote`` may name what the asset is sold for;
        each asset may have one quote only.
    notes
        Gets what was done.

    Returns
    -------
    dict
        For each asset its ``liquidity`` as in a scenario file.

    Raises
    ------
    BadInput
        If the file or a cell is wrong; each fault names its row and column.
    """
    source = read_part(path, "liquidity")
    known = known_columns(source, _LIQUIDITY)
    kind = next((kind for kind in _KINDS if all(field in known for field in kind)), ("drop", "usd"))
    table = SmallTable(source, _LIQUIDITY, ("asset", *kind))
    assets, quotes = table.texts("asset"), table.texts("quote")
    sides = table.texts("side") if "side" in kind else []
    x, y = (table.numbers(field, 0.0, required=True) for field in kind[-2:])
    table.done()
    if "slippage" in kind:
        column = table.columns["slippage"]
        y = slippage_as_fractions(y, percent_signs(source.column(column)), column, f"{source.name}, column {column}")
    rows: dict[str, list[int]] = {}
    for row, asset in enumerate(assets):
        rows.setdefault(asset or "", []).append(row)
    curves = {}
    for asset, places in rows.items():
        where = f"{source.name}, {asset}"
        several = sorted({quotes[row] or "" for row in places})
        if len(several) > 1:
            raise BadInput.at(where, "sold for " + ", ".join(several), "the rows of one quote asset")
        size, slippage = x[places], y[places]
        if "amount_in" in kind:
            size, slippage = from_trades(size, slippage, several[0] or None, where)
        elif "side" in kind:
            size, slippage = from_order_book([sides[row] for row in places], size, slippage, where)
        points = (
            _points(where, size, slippage) if "drop" in kind else curve_from_quotes(size, slippage, where=where).points
        )
        curves[asset] = {"model": "curve", "points": [list(point) for point in points]}
    if notes is not None:
        notes.say(f"{source.name}: liquidity of {', '.join(list(curves)[:8])} from {_KINDS[kind]}")
    return curves


_KINDS: dict[tuple[str, ...], str] = {
    ("size_usd", "slippage"): "quotes of average slippage",
    ("amount_in", "amount_out"): "trades, by what went in and came out",
    ("side", "price", "amount"): "the levels of an order book",
    ("drop", "usd"): "points of a marginal curve",
}


def _points(where: str, drop: Floats, usd: Floats) -> tuple[tuple[float, float], ...]:
    order = np.argsort(usd, kind="stable")
    points = tuple(zip(drop[order].tolist(), usd[order].tolist(), strict=True))
    for before, after in pairwise(((0.0, 0.0), *points)):
        if not (before[0] < after[0] <= 1 and before[1] < after[1]):
            found = f"drop {after[0]:g} at {after[1]:g} USD after {before[0]:g} at {before[1]:g}"
            raise BadInput.at(where, found, "drops that rise with the USD sold, at most 1")
    return points


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def names_parameters(names: Sequence[str]) -> bool:
    """Whether names are those of a table of parameters: one is the asset's, and one a price, a term or a market's.

    Parameters
    ----------
    names
        Cells of a first row.
    """
    plain = {plain_name(name) for name in names}
    known = {**_PARAMETERS, **_OF_A_MARKET}
    others = {name for field, synonyms in known.items() if field not in {"asset", "market"} for name in synonyms}
    return bool(plain & set(_PARAMETERS["asset"])) and bool(plain & others)
