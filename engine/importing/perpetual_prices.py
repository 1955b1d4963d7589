"""Marks of perpetual positions that no column tells: worked out of what a position is worth, or of its profit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.importing.cells import Cells

_ONE_PRICE = 0.02
"""Prices of one asset that differ by more are a fault."""


def price_of_value(cells: Cells, asset: CodedColumn, size: Floats, mark: Floats, prices: dict[str, float]) -> Floats:
    """Return marks, where the file does not tell them as what a position is worth by its size."""
    if "amount_usd" not in cells.columns:
        return mark
    worth = np.abs(cells.plain_numbers(cells.columns["amount_usd"][0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        of_value = worth / np.abs(size)
    return _worked_out(cells, "amount_usd", "what positions are worth by their size", asset, of_value, mark, prices)


def price_of_profit(
    cells: Cells, asset: CodedColumn, signed: Floats, entry: Floats, mark: Floats, prices: dict[str, float]
) -> Floats:
    """Return marks, where nothing else tells them as the entry price and the unrealised profit by the size."""
    if "unrealized_profit" not in cells.columns:
        return mark
    profit = cells.plain_numbers(cells.columns["unrealized_profit"][0])
    with np.errstate(divide="ignore", invalid="ignore"):
        price = entry + profit / signed
    words = "entry prices and what has been gained or lost since, by size"
    return _worked_out(cells, "unrealized_profit", words, asset, price, mark, prices)


def _worked_out(
    cells: Cells,
    role: str,
    words: str,
    asset: CodedColumn,
    of_value: Floats,
    mark: Floats,
    prices: dict[str, float],
) -> Floats:
    """Return marks, those that are not told by prices that were worked out; each asset has one."""
    found = np.isnan(mark) & (of_value > 0) & np.isfinite(of_value) & (asset.codes != BLANK)
    if not found.any():
        return mark
    for row in np.flatnonzero(found).tolist():
        prices.setdefault(asset.names[asset.codes[row]], float(of_value[row]))
    cells.notes.say(f"{cells.where(role)}: prices are {words}")
    taken = np.array([*(prices.get(name, np.nan) for name in asset.names), np.nan])[asset.codes]
    cells.fault(
        found & ~cells.bad & (np.abs(of_value / taken - 1) > _ONE_PRICE),
        role,
        "the same price in all rows of an asset",
    )
    return np.where(found, taken, mark)
