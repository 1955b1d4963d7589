"""Accounts of a file that do not come into the book, and why: nothing is dropped without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.filters import passing
from engine.importing.names import accounts

if TYPE_CHECKING:
    from engine.base.types import Flags
    from engine.importing.asking import Notes
    from engine.importing.book_shapes import Rows
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source

_FEW = 5


def with_wrong_row(rows: Rows, bad: Flags) -> tuple[Flags, tuple[str, ...]]:
    """Return which rows belong to an account that has a wrong row, and the names of those accounts in order.

    Parameters
    ----------
    rows
        What a shape made of the file.
    bad
        Shape (rows of the file,): the wrong rows.
    """
    if not bad.any():
        return np.zeros(len(bad), dtype=np.bool_), ()
    wrong = {name for name in rows.owner[bad].tolist() if name}
    return np.array([name in wrong for name in rows.owner.tolist()], dtype=np.bool_), tuple(sorted(wrong))


def say_with_wrong_row(source: Source, left_out: tuple[str, ...], notes: Notes) -> None:
    """Say which accounts are left out whole, as a row of theirs is wrong."""
    if left_out:
        notes.say(f"{source.name}: {_accounts(len(left_out))} with a wrong row left out whole: {_names(left_out)}")


def say_in_part(source: Source, column: str, choices: ImportChoices, notes: Notes) -> frozenset[str]:
    """Say which accounts are read in part, as a filter leaves out some of their rows, and return their names.

    Rows of another time than the newest are not missing.

    Parameters
    ----------
    source
        The whole file.
    column
        The column of its accounts.
    choices
        With the filters.
    notes
        Gets the line.
    """
    filters = tuple(text for text in choices.where if text.split()[:1] != ["newest"])
    if not filters:
        return frozenset()
    kept = passing(source, filters, comma=choices.decimal == "comma")
    names, _, _ = accounts(source.column(column))
    partly = frozenset(names[kept].tolist()) & frozenset(names[~kept].tolist())
    if partly:
        notes.say(
            f"{source.name}: of {_accounts(len(partly))} only the rows that pass the filters are read, a part of what "
            f"they hold and owe: {_names(tuple(sorted(partly)))}"
        )
    return partly


def say_empty(source: Source, rows: Rows, keep: Flags, notes: Notes) -> None:
    """Say which accounts have no loan as they hold nothing that counts and owe nothing: how many, and where.

    Parameters
    ----------
    source
        The file.
    rows
        What a shape made of it.
    keep
        Shape (rows of the file,): those that are right.
    notes
        Gets the line.
    """
    sides = rows.sides
    if sides is None:
        return  # a row that is a loan stays, whatever its amounts
    without = keep.copy()
    without[sides.row] = False
    if not without.any():
        return
    inside = set(sides.account[keep[sides.row]].tolist())
    empty: dict[str, int] = {}
    for row in np.flatnonzero(without).tolist():
        name = rows.owner[row]
        if name and name not in inside:
            empty.setdefault(name, row)
    if not empty:
        return
    names = tuple(empty)
    hold = (
        "holds nothing that counts and owes nothing" if len(names) == 1 else "hold nothing that counts and owe nothing"
    )
    notes.say(f"{source.place(empty[names[0]])}: {_accounts(len(names))} {hold}, left out: {_names(names)}")


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count:,} accounts"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")
