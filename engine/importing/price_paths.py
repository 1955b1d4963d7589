"""Price paths from tables: one column an asset, one row a round; with the same names for assets as books have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput
from engine.importing.asking import Answer, Notes, Question
from engine.importing.asset_aliases import PAIRS
from engine.importing.choices import ImportChoices
from engine.importing.column_kinds import kinds
from engine.importing.decimal_sign import decimal_comma
from engine.importing.filters import times_of
from engine.importing.names import trimmed
from engine.importing.numbers import numbers_from_column
from engine.importing.recognition import matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.base.types import Floats
    from engine.importing.source import Source

COINS = {
    "bitcoin": "BTC",
    "ethereum": "ETH",
    "ether": "ETH",
    "solana": "SOL",
    "avalanche": "AVAX",
    "chainlink": "LINK",
    "tether": "USDT",
    "polygon": "MATIC",
    "dogecoin": "DOGE",
    "maker": "MKR",
    "uniswap": "UNI",
}
_DECORATION = re.compile(r"(?i)^(.*?)(?:[\s_/.-]*(?:USDT|USDC|USD|PRICE|CLOSE))+$")


def read_price_path(
    source: Source, assets: Mapping[str, float], choices: ImportChoices | None = None, notes: Notes | None = None
) -> dict[str, list[float]]:
    """Return the prices of a table as returns to its first row.

    Parameters
    ----------
    source
        A table with one column an asset and one row a round, or with the columns time, asset and price.
    assets
        The scenario's assets, with their prices in USD.
    choices
        Aliases and the decimal sign, where the user says them.
    notes
        Gets what was matched and passed over, and the questions: a column that may be an asset under another name
        (ETH for WETH) is never taken or left out unasked. Without it, a question is raised.

    Returns
    -------
    dict
        Asset to one return a round; the first row of the file is the price before round 1. Empty if something is asked.

    Raises
    ------
    BadInput
        If no column is an asset, or a cell is not a price above 0.
    Unanswered
        If something is asked and there are no notes to put it into.
    """
    choices = choices or ImportChoices()
    told = notes if notes is not None else Notes()
    if source.faults:
        raise BadInput(source.faults)
    columns = _columns(source, choices, told)
    matched = _matched(source, list(columns), assets, choices, told)
    if notes is None:
        told.refuse()
    if told.questions:
        return {}
    if not matched:
        raise BadInput.at(source.name, f"no column is named like an asset ({', '.join(columns)})", ", ".join(assets))
    flaws = source.flaws_of(matched if set(matched) <= set(source.columns) else source.columns)
    if flaws:
        raise BadInput(flaws)
    returns = {}
    for name, asset in matched.items():
        prices = columns[name]
        if len(prices) < 2:
            raise BadInput.at(source.name, f"{len(prices)} rows", "prices before the shock and of at least one round")
        for index in np.flatnonzero(~(prices > 0)).tolist():
            where = source.place(index, name) if name in source.columns else f"{source.name}, {name}, price {index + 1}"
            raise BadInput.at(
                where, f"{prices[index]:g}" if prices[index] <= 0 else "blank or no number", "a price above 0"
            )
        returns[asset] = (prices[1:] / prices[0] - 1).tolist()
        _compare_start(source, name, asset, float(prices[0]), assets[asset], told)
    _say_rest(source, columns, matched, assets, told)
    return returns


def _columns(source: Source, choices: ImportChoices, notes: Notes) -> dict[str, Floats]:
    """Return the columns of prices, of either layout."""
    found = matches(source)
    cell_kinds = kinds(source)
    if found["asset"] and found["price"] and cell_kinds[found["asset"][0].column] == "name":
        return _by_asset(source, found["asset"][0].column, found["price"][0].column, choices, notes)
    times = {match.column for match in found["time"]}
    names = [column for column in source.columns if cell_kinds[column] == "number" and column not in times]
    comma = decimal_comma(source, names, None, notes, otherwise=choices.decimal)
    return {name: numbers_from_column(source.column(name), decimal_comma=comma)[0] for name in names}


def _by_asset(source: Source, asset: str, price: str, choices: ImportChoices, notes: Notes) -> dict[str, Floats]:
    comma = decimal_comma(source, [price], None, notes, otherwise=choices.decimal)
    values, _ = numbers_from_column(source.column(price), decimal_comma=comma)
    listed = trimmed(source.column(asset)).to_pylist()
    found = matches(source)["time"]
    order = np.argsort(times_of(source.column(found[0].column)), kind="stable") if found else np.arange(len(values))
    columns: dict[str, list[float]] = {}
    for row in order.tolist():
        columns.setdefault(listed[row] or "", []).append(float(values[row]))
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise BadInput.at(source.name, f"from {min(lengths)} to {max(lengths)} prices an asset", "as many for each")
    return {name: np.array(column) for name, column in columns.items() if name}


def _matched(
    source: Source, names: list[str], assets: Mapping[str, float], choices: ImportChoices, notes: Notes
) -> dict[str, str]:
    """Return the asset of each column that is one; ask where a column may be one under another name."""
    lower = {asset.lower(): asset for asset in assets}
    matched: dict[str, str] = {}
    for name in names:
        asset = choices.alias.get(name) or _same(name, lower) or ""
        if asset in assets and asset not in matched.values():
            matched[name] = asset
    for name in names:
        if name in matched or name in choices.alias:
            continue
        candidates = [asset for asset in _maybe(name) if asset in assets and asset not in matched.values()]
        if candidates:
            asset = candidates[0]
            notes.ask(
                Question(
                    "alias",
                    f"{source.name}, column {name}",
                    f"The book has no {name}, but {asset}: are they the same?",
                    (
                        Answer(f"{name} is {asset}", f"--alias {name}={asset}", {"alias": {name: asset}}),
                        Answer("no: the column is passed over", f"--alias {name}={name}", {"alias": {name: name}}),
                    ),
                )
            )
    said = [f"{name} = {asset}" for name, asset in matched.items() if name != asset]
    if said:
        notes.say(f"{source.name}: columns by another name: {', '.join(said)}")
    return matched


def _same(name: str, lower: Mapping[str, str]) -> str | None:
    """Return the asset that a column is called like, in any case, with or without what it is priced in."""
    text = name.strip().lower()
    bare = _bare(name).lower()
    return lower.get(text) or lower.get(bare)


def _bare(name: str) -> str:
    """Return a column's name without what it is priced in: ``ETH-USD`` is ``ETH``."""
    match = _DECORATION.match(name.strip())
    return match[1] if match is not None and match[1] else name.strip()


def _maybe(name: str) -> Sequence[str]:
    """Return the assets that a column may be."""
    coin = COINS.get(_bare(name).lower(), _bare(name))
    found = [coin] if coin != name else []
    for one, other in PAIRS:
        if coin.upper() == one.upper():
            found.append(other)
        elif coin.upper() == other.upper():
            found.append(one)
    return found


def _compare_start(source: Source, name: str, asset: str, start: float, price: float, notes: Notes) -> None:
    if abs(start / price - 1) > 0.02:
        notes.say(
            f"{source.name}, column {name}: it starts at {start:g}, the price of {asset} is {price:g}: its moves are "
            "taken, not its level"
        )


def _say_rest(
    source: Source, columns: Mapping[str, object], matched: Mapping[str, str], assets: Mapping[str, float], notes: Notes
) -> None:
    unused = [name for name in columns if name not in matched]
    if unused:
        notes.say(f"{source.name}: no assets of the book, not used: {', '.join(unused[:8])}")
    still = [asset for asset in assets if asset not in matched.values()]
    if still:
        notes.say(f"{source.name}: without a column, their prices stand still: {', '.join(still[:8])}")
