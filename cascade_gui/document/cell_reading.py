"""Single cells of a book, read alike from the store that is edited and from its rows at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.scenario.loans import BLANK, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def cell_value(column: str, cell: Any, names: Sequence[str]) -> str | float | None:
    """Return what a cell says: a name, a number (NaN is blank), None for a blank name.

    Parameters
    ----------
    column
        Its column.
    cell
        As it is kept: a name of an account, the code of another name, a number.
    names
        What the codes of the column stand for; empty for others.
    """
    if column in TEXT_COLUMNS:
        return None if cell == BLANK else names[cell]
    return str(cell) if column == "account" else float(cell)


def unread_text(bad: Mapping[tuple[int, str], str], ids: Any, row: int, column: str) -> str | None:
    """Return what was written in a cell that could not be read, None where nothing is wrong.

    Parameters
    ----------
    bad
        The texts that could not be read, by row id and column.
    ids
        What each row is known by.
    row, column
        The cell.
    """
    return bad.get((int(ids[row]), column)) if bad else None
