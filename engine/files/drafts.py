"""Files of scenarios that cannot run yet: some cells of their loans are wrong.

They are put aside in the same files, so that work on a book can stop at any time. Whatever computes refuses them with
the place of each wrong cell; only who is to put them right reads them all the same. In a ``.json`` file the text of a
cell that holds no value stands in its place; in a ``.cascade`` file it stands in a member of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.files.strict_json import parse
from engine.scenario.loans import COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, LoanTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_CELLS = 10_000_000

Unread = tuple[int, str, str]
"""Loan row, from 0, column and text of a cell that holds no value."""


def unread_faults(unread: Iterable[Unread]) -> list[Fault]:
    """Return what is wrong with cells that hold no value, one fault each."""
    return [Fault(f"loans row {row + 1}, {column}", repr(text), "a number, or blank") for row, column, text in unread]


def to_member(unread: Iterable[Unread]) -> bytes:
    """Return the member of a ``.cascade`` file that holds the texts of cells without a value."""
    return json.dumps([list(cell) for cell in unread], ensure_ascii=False).encode() + b"\n"


def from_member(data: bytes, loans: LoanTable, where: str) -> tuple[Unread, ...]:
    """Read what `to_member` wrote.

    Raises
    ------
    BadInput
        If it names a cell that the loans do not have.
    """
    found = parse(data, where)
    if not isinstance(found, list) or len(found) > _MOST_CELLS or not all(_is_cell(each, len(loans)) for each in found):
        raise BadInput.at(where, "no list of cells of the loans", "[row from 0, column, text] for each")
    return tuple((row, column, text) for row, column, text in found)


def _is_cell(found: object, rows: int) -> bool:
    if not isinstance(found, list) or len(found) != 3:
        return False
    row, column, text = found
    return type(row) is int and 0 <= row < rows and column in COLUMNS and isinstance(text, str)


def readable_as_text(loans: LoanTable, unread: Sequence[Unread]) -> tuple[LoanTable, tuple[Unread, ...]]:
    """Return loans without numbers that JSON has no word for, and these among the cells that hold none."""
    columns: dict[str, Any] = {}
    more: list[Unread] = []
    for name in NUMBER_COLUMNS:
        values = getattr(loans, name)
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            more += [(row, name, f"{values[row]:g}") for row in infinite.tolist()]
            columns[name] = np.where(np.isinf(values), np.nan, values)
    return replace(loans, **columns), (*unread, *more)


def from_records(records: object) -> tuple[LoanTable, tuple[Unread, ...]]:
    """Read the loans of a ``.json`` file in which cells may hold what is no value.

    Raises
    ------
    BadInput
        If a row has a key that no loan has, or a cell neither text nor number.
    """
    if not isinstance(records, list):
        raise BadInput.at("loans", type(records).__name__, "a list of rows")
    unread: list[Unread] = []
    rows = [_row(number, record, unread) for number, record in enumerate(records)]
    return LoanTable.of_values(rows), tuple(unread)


def _row(number: int, record: object, unread: list[Unread]) -> dict[str, Any]:
    where = f"loans row {number + 1}"
    if not isinstance(record, dict) or not set(record) <= set(COLUMNS):
        raise BadInput.at(where, "is no loan", "the columns " + ", ".join(COLUMNS))
    row: dict[str, Any] = {}
    for name, value in record.items():
        if value is None or (name in NUMBER_COLUMNS and _is_number(value)):
            row[name] = value
        elif not isinstance(value, str):
            raise BadInput.at(f"{where}, {name}", f"{value!r}", "a text or a number")
        elif name in TEXT_COLUMNS or name == "account":
            row[name] = value
        else:
            unread.append((number, name, value))
    return row


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
