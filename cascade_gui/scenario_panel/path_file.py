"""Reads a price path from a table: one column an asset, one row a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput
from engine.importing.numbers import numbers_from_column
from engine.importing.read_source import read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_path(file: Path, assets: tuple[str, ...]) -> dict[str, list[float]]:
    """Read prices and return them as returns to the first row.

    Parameters
    ----------
    file
        A table in any format that loan books are imported from; columns that are not named like an
        asset (a time column) are passed over.
    assets
        The scenario's assets.

    Returns
    -------
    dict
        Asset to one return a round; the first row of the file is the price before round 1.

    Raises
    ------
    BadInput
        If the file cannot be read, no column is an asset, or a cell is not a positive price.
    """
    source = read_source(file)
    if source.faults:
        raise BadInput(source.faults)
    known = [name for name in source.columns if name in assets]
    if not known:
        raise BadInput.at(file.name, "no column is named like an asset", ", ".join(assets))
    if len(source) < 2:
        raise BadInput.at(file.name, f"{len(source)} rows", "prices before the shock and of at least one round")
    returns = {}
    for name in known:
        prices, _ = numbers_from_column(source.column(name), decimal_comma=source.decimal_comma)
        for index in np.flatnonzero(~(prices > 0)):
            found = source.shown_cell(name, int(index))
            raise BadInput.at(source.place(int(index), name), repr(found), "a price above 0")
        returns[name] = (prices[1:] / prices[0] - 1).tolist()
    return returns


def round_returns(path: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Turn returns to the price before round 1 into the return of each round."""
    returns = {}
    for name, column in path.items():
        prices = np.concatenate([[1.0], 1.0 + np.array(column)])
        returns[name] = (prices[1:] / prices[:-1] - 1).tolist()
    return returns
