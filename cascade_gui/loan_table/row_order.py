"""Which rows are shown, and in which order: positions in the book, made of a filter and a sorted column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from cascade_gui.loan_table.columns import COLUMNS
from cascade_gui.loan_table.sorting import order_of

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Rows
    from cascade_gui.loan_table.checks import Mask
    from cascade_gui.loan_table.values import Values


class Predicate(Protocol):
    """Decides which rows are shown."""

    @property
    def uses_live(self) -> bool:
        """Whether it looks at the shown round."""

    def mask(self, values: Values) -> Mask:
        """Return shape (rows,): which rows it lets through."""


def made_order(values: Values, sort: tuple[int, bool] | None, predicate: Predicate | None) -> Rows | None:
    """Return the positions of the rows that a filter lets through, sorted by a column; None for all as in the file."""
    order: Rows | None = None
    if sort is not None:
        column, descending = sort
        order = order_of(values.sort_keys(COLUMNS[column].key), descending=descending)
    if predicate is not None:
        mask = predicate.mask(values)
        order = np.flatnonzero(mask) if order is None else order[mask[order]]
    return order


def sorted_apart(
    values: Values, sort: tuple[int, bool], predicate: Predicate | None, rows_of: object
) -> tuple[Values, Rows | None, object]:
    """Return the same for rows that stay as they are, with what they were; for a background thread."""
    return values, made_order(values, sort, predicate), rows_of
