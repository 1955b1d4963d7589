"""The prices that a book gives its assets: one an asset, in USD, or a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats
    from engine.importing.asking import Notes
    from engine.importing.cells import Cells
    from engine.importing.choices import ImportChoices
    from engine.scenario.loans import CodedColumn

_SAME = 1e-9
_CLOSE = 0.02
DOLLARS = frozenset(
    {
        "USDC",
        "USDT",
        "DAI",
        "USD",
        "BUSD",
        "TUSD",
        "FRAX",
        "LUSD",
        "GUSD",
        "USDP",
        "SUSD",
        "PYUSD",
        "USDS",
        "GHO",
        "MIM",
        "USDE",
        "FDUSD",
        "SAI",
        "CRVUSD",
        "USDC.E",
        "USDBC",
    }
)
"""Assets that are worth about a dollar; far from it, a book's prices are in something else."""


def read_prices(cells: Cells, role: str, asset: CodedColumn, prices: dict[str, float]) -> Floats:
    """Take the assets' prices from a column; each asset has one.

    Prices of one asset that differ by up to 2 % (a book of several moments or oracles) are taken from its first row,
    which is said; those that differ by more are faults.

    Parameters
    ----------
    cells
        The file.
    role
        The role of the column.
    asset
        The assets of its rows.
    prices
        USD by asset; gets what the column says.

    Returns
    -------
    Floats
        Shape (rows,): the price of each row's asset, NaN where it has none.
    """
    if not cells.given(role):
        return np.full(cells.rows, np.nan)
    price = cells.numbers(role, "a price above 0")
    if cells.unit(role) == "raw":
        cells.notes.say(f"{cells.where(role)}: not used, its name says that it is in raw units")
        return np.full(cells.rows, np.nan)
    used = asset.codes != BLANK
    cells.fault((price == 0) & used, role, "a price above 0")
    told = np.flatnonzero(used & (price > 0))
    codes, first = np.unique(asset.codes[told], return_index=True)
    reference = np.full(len(asset.names) + 1, np.nan)
    reference[codes] = price[told[first]]
    for code in codes.tolist():
        reference[code] = prices.setdefault(asset.names[code], float(reference[code]))
    expected = reference[asset.codes]
    with np.errstate(invalid="ignore"):
        apart = np.abs(price / expected - 1)
        cells.fault((price > 0) & (apart > _CLOSE), role, "the same price for an asset in every row")
        near = (price > 0) & (apart > _SAME) & (apart <= _CLOSE)
    if near.any():
        names = sorted({asset.names[code] for code in asset.codes[near].tolist()})
        most = float(apart[near].max()) * 100
        cells.notes.say(
            f"{cells.where(role)}: prices of {', '.join(names[:5])} differ by up to {most:.2g} % between rows; "
            "the first row's is taken"
        )
    return expected


def ask_unit(prices: dict[str, float], where: str, unit: str, choices_constant: str | None, notes: Notes) -> float:
    """Return what the file's unit of prices is worth in USD; asked where a dollar is not about 1.

    Parameters
    ----------
    prices
        As the file gives them.
    where
        How messages call the place.
    unit
        What the column's name says: "eth" or "".
    choices_constant
        The answer, if there is one: the constant ``price_unit``.
    notes
        Gets the question.
    """
    if choices_constant is not None:
        return float(choices_constant)
    name, price = _odd_dollar(prices)
    if not name and unit != "eth":
        return 1.0
    guess = f"{1 / price:.6g}" if price > 0 else "N"
    found = f"{name} at {price:.4g}" if name else "the names of the columns"
    ethers = "ETH" if unit == "eth" else "another unit"
    notes.ask(
        Question(
            "price",
            where,
            f"Prices seem to be in {ethers}, not in USD ({found}): what is one of it worth in USD?",
            (
                Answer(
                    f"with {name} at 1 USD" if name else "the price of ETH",
                    f"--constant price_unit={guess}",
                    {"constants": {"price_unit": guess}} if price > 0 else {},
                ),
                Answer("they are in USD", "--constant price_unit=1", {"constants": {"price_unit": "1"}}),
            ),
        )
    )
    return 1.0


def _odd_dollar(prices: Mapping[str, float]) -> tuple[str, float]:
    """Return a dollar that is not worth about one, if most are not; else "" and 0."""
    dollars = sorted(
        ((price, name) for name, price in prices.items() if name.upper() in DOLLARS), key=lambda entry: entry[0]
    )
    if not dollars:
        return "", 0.0
    price, name = dollars[len(dollars) // 2]
    return ("", 0.0) if 0.5 < price < 2 else (name, price)


LARGEST_PRICE = 1e7
"""No token is worth more USD; a price above this is in raw units."""


def ask_prices(prices: Mapping[str, float], where: str, choices: ImportChoices, notes: Notes) -> float:
    """Return what prices of a table are to be multiplied with to be USD; asked where they can hardly be USD.

    Parameters
    ----------
    prices
        By asset.
    where
        How messages call the place.
    choices
        The constant ``price_unit`` is the answer.
    notes
        Gets the question.
    """
    name, _ = _odd_dollar(prices)
    told = choices.constants.get("price_unit")
    if name:
        return float(told) if told is not None else ask_unit(dict(prices), where, "", None, notes)
    large = next(((asset, price) for asset, price in prices.items() if price > LARGEST_PRICE), None)
    if large is None:
        return 1.0
    if told is not None:
        return float(told)
    notes.ask(
        Question(
            "price",
            where,
            f"{large[0]} at {large[1]:.4g} USD: prices seem to be in raw units. What is one of them worth in USD?",
            (
                Answer("8 decimals", "--constant price_unit=1e-8", {"constants": {"price_unit": "1e-8"}}),
                Answer("18 decimals", "--constant price_unit=1e-18", {"constants": {"price_unit": "1e-18"}}),
                Answer("they are in USD", "--constant price_unit=1", {"constants": {"price_unit": "1"}}),
            ),
        )
    )
    return 1.0
