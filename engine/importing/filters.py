"""Filters of rows: ``position_type = borrower``, ``debt > 100``, ``newest block_timestamp``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.importing.names import trimmed
from engine.importing.numbers import number_from_text, numbers_from_column

if TYPE_CHECKING:
    from engine.base.types import Flags
    from engine.importing.source import Source

_FILTER = re.compile(r"^\s*(?P<column>.+?)\s*(?P<sign><=|>=|!=|==|=|<|>)\s*(?P<value>.*?)\s*$", re.DOTALL)
_NEWEST = re.compile(r"^\s*newest\s+(?P<column>.+?)(?:\s+by\s+(?P<group>.+?))?\s*$", re.IGNORECASE)
_ALLOWED = "COLUMN = VALUE (or != < <= > >=), or: newest COLUMN, or: newest COLUMN by COLUMN"


def passing(source: Source, filters: tuple[str, ...], *, comma: bool = False) -> Flags:
    """Return which rows pass all filters; shape (rows,).

    Parameters
    ----------
    source
        The file.
    filters
        ``COLUMN = VALUE`` and the like: texts are compared as they stand, numbers as numbers where the sign is an
        inequality or the value is a number. ``newest COLUMN`` keeps the rows of the latest time there is, ``newest
        COLUMN by account`` each account's latest.
    comma
        Whether numbers have a decimal comma.

    Raises
    ------
    BadInput
        If a filter cannot be read or names no column.
    """
    rows = np.ones(len(source), dtype=np.bool_)
    for text in filters:
        newest = _NEWEST.match(text)
        rows &= _newest(source, newest, rows) if newest is not None else _compared(source, text, comma=comma)
    return rows


def _column(source: Source, name: str, text: str) -> Any:
    if name not in source.columns:
        raise BadInput.at(
            f"filter {text!r}", f"{source.name} has no column {name!r}", "one of " + ", ".join(source.columns)
        )
    return source.column(name)


def _compared(source: Source, text: str, *, comma: bool) -> Flags:
    match = _FILTER.match(text)
    if match is None:
        raise BadInput.at(f"filter {text!r}", "no filter", _ALLOWED)
    cells = _column(source, match["column"], text)
    value = match["value"].strip("\"'")
    sign = "=" if match["sign"] == "==" else match["sign"]
    number = number_from_text(value)
    if sign not in {"=", "!="}:
        if number is None:
            raise BadInput.at(f"filter {text!r}", f"{value!r} is no number", _ALLOWED)
        numbers, _ = numbers_from_column(cells, decimal_comma=comma)
        with np.errstate(invalid="ignore"):
            found = {"<": numbers < number, "<=": numbers <= number, ">": numbers > number, ">=": numbers >= number}
        return found[sign]
    same = np.array([_same(cell, value, number) for cell in trimmed(cells).to_pylist()], dtype=np.bool_)
    return same if sign == "=" else ~same


def _same(cell: str | None, value: str, number: float | None) -> bool:
    if cell is None or cell == value:
        return (cell or "") == value
    return number is not None and number_from_text(cell) == number


def _newest(source: Source, match: re.Match[str], among: Flags) -> Flags:
    times = times_of(_column(source, match["column"], match.string))
    if match["group"] is None:
        return np.asarray(times == times[among].max(initial=-np.inf))
    listed = trimmed(_column(source, match["group"], match.string)).to_pylist()
    index: dict[str | None, int] = {}
    group = np.array([index.setdefault(name, len(index)) for name in listed], dtype=np.int64)
    latest = np.full(len(index), -np.inf)
    np.maximum.at(latest, group[among], times[among])
    return np.asarray(times == latest[group])


def times_of(column: Any) -> Any:
    """Return a column of times as numbers that can be compared; -inf where blank.

    Numbers are as they are; texts that begin like 2021-01-11 are ordered as texts.
    """
    values, bad = numbers_from_column(column)
    if not len(bad):
        return np.where(np.isnan(values), -np.inf, values)
    listed = [cell or "" for cell in trimmed(column).to_pylist()]
    order = {text: float(place) for place, text in enumerate(sorted(set(listed)))}
    return np.array([order[text] if text else -np.inf for text in listed])
