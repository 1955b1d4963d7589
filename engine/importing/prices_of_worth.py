"""Prices that no column tells, worked out of what a file says its amounts are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asset_prices import DOLLARS
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.base.types import Floats
    from engine.importing.book_shapes import Known, Rows
    from engine.importing.cells import Cells
    from engine.importing.choices import Shape
    from engine.scenario.loans import CodedColumn

_ONE_PRICE = 0.02
"""What rows of one asset are worth by their amounts may differ by so much: exports round."""


_LEAST, _MOST = 0.9, 1.1
"""What a dollar is worth."""
_LARGE = 1e5


def take_prices_of_worth(cells: Cells, shape: Shape, rows: Rows, known: Known) -> None:
    """Give assets without a price what their amounts are worth in the file, if that is one price in all rows.

    Parameters
    ----------
    cells
        The file.
    shape
        What a row is.
    rows
        What it made of them; its prices get those that were worked out.
    known
        Prices from elsewhere, which go first.
    """
    ratios: dict[str, list[Floats]] = {}
    columns: list[str] = []
    for role, asset, amount, usd in _told(cells, shape, rows):
        if _may_be_raw(amount):
            continue
        columns.append(cells.columns[role][0])
        with np.errstate(divide="ignore", invalid="ignore"):
            price = usd / amount
        fine = (price > 0) & np.isfinite(price) & (asset.codes != BLANK)
        for code in np.unique(asset.codes[fine]).tolist():
            ratios.setdefault(asset.names[code], []).append(price[fine & (asset.codes == code)])
    found = {}
    for name, parts in ratios.items():
        each = np.concatenate(parts)
        middle = float(np.median(each))
        if name not in rows.prices and name not in known.prices and np.abs(each / middle - 1).max() <= _ONE_PRICE:
            found[name] = middle
    if any(name.upper() in DOLLARS and not _LEAST <= price <= _MOST for name, price in found.items()):
        return  # amounts in raw units, or worth in something else: what it is, is asked elsewhere
    if found:
        rows.prices.update(found)
        few = ", ".join(f"{name} {price:.6g}" for name, price in list(found.items())[:6])
        where = f"{cells.source.name}, column{'s' if len(columns) > 1 else ''} {' and '.join(dict.fromkeys(columns))}"
        cells.notes.say(f"{where}: prices are what amounts are worth there: {few} USD")


def _may_be_raw(amount: Floats) -> bool:
    """Whether amounts may be raw units: whole numbers, most of them large."""
    given = amount[amount > 0]
    return bool(len(given) and (given == np.floor(given)).all() and np.median(given) >= _LARGE)


def _told(cells: Cells, shape: Shape, rows: Rows) -> Iterator[tuple[str, CodedColumn, Floats, Floats]]:
    """Yield what is worth something in each row, in tokens and in USD, with the role of the column that tells it."""
    if shape == "loans" and rows.loans is not None:
        for role, asset, amount in (
            ("collateral_usd", rows.loans.collateral_asset, rows.loans.collateral_amount),
            ("debt_usd", rows.loans.debt_asset, rows.loans.debt_amount),
        ):
            if role in cells.columns:
                yield role, asset, amount, np.abs(cells.plain_numbers(cells.columns[role][0]))
    elif shape == "positions" and rows.sides is not None and "amount_usd" in cells.columns:
        usd = np.abs(cells.plain_numbers(cells.columns["amount_usd"][0]))
        yield "amount_usd", rows.sides.asset, rows.sides.amount, usd[rows.sides.row]
