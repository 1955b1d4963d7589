"""The first row of a pasted block, where it names columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cascade_gui.loan_table.columns import COLUMNS, INDEX, long_title, title
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALSO: Final = {
    "user": "account",
    "owner": "account",
    "borrower": "account",
    "address": "account",
    "collateral asset": "collateral_asset",
    "collateral token": "collateral_asset",
    "debt asset": "debt_asset",
    "debt token": "debt_asset",
    "borrow asset": "debt_asset",
    "borrow amount": "debt_amount",
    "threshold": "liquidation_threshold",
    "bonus": "liquidation_bonus",
}
"""What others call the columns."""


_ASSETS: Final = ("collateral_asset", "debt_asset")


@dataclass(frozen=True, slots=True)
class Head:
    """What the first row of a block says.

    Parameters
    ----------
    columns
        For each cell the column of the model that it names; None where it names none, or one named before.
    unknown
        The names that no column that can be typed into has.
    """

    columns: list[int | None]
    unknown: tuple[str, ...]


def mapped_head(block: Sequence[Sequence[str]]) -> Head | None:
    """Return what the first row of a block names; None where it is a row of values.

    It is a head where at least two of its cells, and at least half of them, name columns, and none is a number. Two
    columns have one name over the table (amounts, USD): it is that of the asset before it, else the collateral's.
    """
    names = [_normal(cell) for cell in block[0]] if len(block) > 1 else []
    written = [name for name in names if name]
    known = _known()
    if len(written) < 2 or any(_is_number(name) for name in written):
        return None
    if 2 * sum(name in known for name in written) < len(written) or sum(name in known for name in written) < 2:
        return None
    columns: list[int | None] = []
    side = "collateral"
    for name in names:
        free = [key for key in known.get(name, ()) if INDEX[key] not in columns]
        if not free:
            columns.append(None)
            continue
        key = next((key for key in free if key.startswith(side)), free[0])
        if key.endswith("_asset"):
            side = key.removesuffix("_asset")
        columns.append(INDEX[key])
    unknown = [
        cell.strip()
        for cell, at in zip(block[0], columns, strict=True)
        if cell.strip() and (at is None or not COLUMNS[at].editable)
    ]
    if not any(at is not None and COLUMNS[at].editable for at in columns):
        return None
    return Head(columns, tuple(unknown))


def is_foreign_table(block: Sequence[Sequence[str]]) -> bool:
    """Whether a block is a table with names over its columns that are not those of loans, as other programs export it.

    So it is where some row has names only, a later one a number, and the names are not the columns'.
    """
    if mapped_head(block) is not None:
        return False
    has_numbers = [any(_is_number(cell) for cell in row if cell.strip()) for row in block]
    first = next((at for at, found in enumerate(has_numbers) if found), 0)
    return any(sum(bool(cell.strip()) for cell in row) > 1 for row in block[:first])


def unknown_assets(block: Sequence[Sequence[str]], known: Sequence[str]) -> bool:
    """Whether a block with the columns of loans names an asset that the scenario does not have.

    Parameters
    ----------
    block
        Rows of cells.
    known
        The scenario's assets.
    """
    head = mapped_head(block)
    if head is None:
        return False
    columns = [at for at, column in enumerate(head.columns) if column in {INDEX[key] for key in _ASSETS}]
    names = {name.casefold() for name in known}
    written = {row[at].strip().casefold() for row in block[1:] for at in columns if at < len(row)}
    return not (written - {""}) <= names


def _known() -> dict[str, list[str]]:
    """Return the columns that each name may mean, in their order."""
    known: dict[str, list[str]] = {}
    for column in COLUMNS:
        for name in dict.fromkeys((column.key, title(column.key), long_title(column.key))):
            known.setdefault(_normal(name), []).append(column.key)
    for name, key in _ALSO.items():
        known.setdefault(name, []).append(key)
    return {name: list(dict.fromkeys(keys)) for name, keys in known.items()}


def _normal(name: str) -> str:
    return " ".join(name.replace("_", " ").replace(",", " ").casefold().split())


def _is_number(text: str) -> bool:
    try:
        numbers.parse_number(text)
    except ValueError:
        return False
    return True
