"""Rows of a book that repeat another exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.base.types import Flags, Floats, Wholes
    from engine.importing.book_shapes import Rows


def repeated_rows(rows: Rows, keep: Flags) -> Wholes:
    """Return the rows of the file that repeat an earlier one: same account, market, asset, side and amount.

    Only rows with equal amounts are compared, so that a large book without repeats costs one sort.

    Parameters
    ----------
    rows
        What a shape made of the file.
    keep
        Shape (rows of the file,): those that are right.
    """
    if rows.loans is not None:
        table = rows.loans
        amount = np.nan_to_num(table.collateral_amount) + 0.754877 * np.nan_to_num(table.debt_amount)
        place = np.arange(len(table))
        names = (table.account, table.market, table.collateral_asset, table.debt_asset)
        numbers = (np.nan_to_num(table.collateral_amount), np.nan_to_num(table.debt_amount))
    else:
        sides = rows.sides
        if sides is None:
            return np.empty(0, dtype=np.int64)
        amount, place = sides.amount, sides.row
        names = (sides.account, sides.market, sides.asset)  # type: ignore[assignment]
        numbers = (sides.amount, sides.side.astype(np.float64))
    candidates = _with_equals(amount) & keep[place]
    seen: set[Any] = set()
    again: list[int] = []
    chosen = np.flatnonzero(candidates)
    for key, row in zip(_keys(names, numbers, chosen), place[chosen].tolist(), strict=True):
        if key in seen:
            again.append(row)
        seen.add(key)
    return np.array(sorted(set(again)), dtype=np.int64)


def rows_at_several_times(rows: Rows, keep: Flags, times: Floats) -> Wholes:
    """Return the rows whose account, market, asset and side stand in another row at another time.

    Parameters
    ----------
    rows
        What a shape made of the file.
    keep
        Shape (rows of the file,): those that are right.
    times
        Shape (rows of the file,): their times, in order of time.
    """
    if len(times) == 0 or (times == times[0]).all():
        return np.empty(0, dtype=np.int64)
    table, sides = rows.loans, rows.sides
    if table is not None:
        place = np.arange(len(table))
        names: Any = (table.account, table.market, table.collateral_asset, table.debt_asset)
        numbers: tuple[Floats, ...] = ()
    elif sides is not None:
        place, names, numbers = sides.row, (sides.account, sides.market, sides.asset), (sides.side.astype(np.float64),)
    first: dict[Any, float] = {}
    again: list[int] = []
    chosen = np.flatnonzero(keep[place])
    keys = _keys(names, numbers, chosen)
    for key, row, time in zip(keys, place[chosen].tolist(), times[place[chosen]].tolist(), strict=True):
        if first.setdefault(key, time) != time:
            again.append(row)
    return np.array(sorted(set(again)), dtype=np.int64)


def _with_equals(amount: Floats) -> Flags:
    """Return which amounts, other than 0, stand there more than once."""
    ordered = np.sort(amount)
    again = ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)]
    return np.isin(amount, np.unique(again)) if len(again) else np.zeros(len(amount), dtype=np.bool_)


def _keys(names: Any, numbers: tuple[Floats, ...], chosen: Wholes) -> Iterator[tuple[Any, ...]]:
    columns = [(name.codes if hasattr(name, "codes") else name)[chosen].tolist() for name in names]
    columns += [column[chosen].tolist() for column in numbers]
    return zip(*columns, strict=True)
