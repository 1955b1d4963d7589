"""What one undo step does to the store, both ways, keeping only what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cascade_gui.document.loan_store import Array, ColumnEdit, Contents, LoanStore, RowBlock, Rows

BadTexts = Mapping[tuple[int, str], str | None]


class Change(Protocol):
    """Something that can be done to a store and taken back."""

    def do(self, store: LoanStore) -> None:
        """Make the change."""

    def undo(self, store: LoanStore) -> None:
        """Take it back."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """Cells get new values. Made by :func:`cell_change`, which leaves out what stays as it is."""

    new: Sequence[ColumnEdit]
    old: Sequence[ColumnEdit]
    new_bad: BadTexts
    old_bad: BadTexts

    def do(self, store: LoanStore) -> None:
        """Write the new values."""
        store.write(self.new, self.new_bad)

    def undo(self, store: LoanStore) -> None:
        """Write the old values."""
        store.write(self.old, self.old_bad)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Rows come in.

    Parameters
    ----------
    rows
        Where they stand afterwards, rising.
    block
        The rows.
    """

    rows: Rows
    block: RowBlock

    def do(self, store: LoanStore) -> None:
        """Put the rows in."""
        store.insert(self.rows, self.block)

    def undo(self, store: LoanStore) -> None:
        """Take the rows out."""
        store.remove(self.rows)


@dataclass(frozen=True, slots=True)
class Removal:
    """Rows go out; `block` is what stood at the positions `rows`."""

    rows: Rows
    block: RowBlock

    def do(self, store: LoanStore) -> None:
        """Take the rows out."""
        store.remove(self.rows)

    def undo(self, store: LoanStore) -> None:
        """Put the rows back where they stood."""
        store.insert(self.rows, self.block)


@dataclass(frozen=True, slots=True)
class Replacement:
    """Another book takes the place of all rows."""

    after: Contents
    before: Contents

    def do(self, store: LoanStore) -> None:
        """Put the other book in."""
        store.restore(self.after)

    def undo(self, store: LoanStore) -> None:
        """Put everything back."""
        store.restore(self.before)


def cell_change(store: LoanStore, edits: Sequence[ColumnEdit], bad: Mapping[tuple[int, str], str]) -> CellChange | None:
    """Return the change that writes `edits`; None where nothing differs.

    Parameters
    ----------
    store
        The book as it is.
    edits
        The values wanted. A bad cell written over loses its text unless `bad` names it.
    bad
        The texts of the written cells that could not be read, by row id and column.
    """
    new, old = [], []
    new_bad: dict[tuple[int, str], str | None] = {}
    old_bad: dict[tuple[int, str], str | None] = {}
    for edit in edits:
        before = store.column(edit.column)[edit.rows]
        differs = _differs(before, edit.values)
        ids = store.ids[edit.rows]
        for key in _texts_at_stake(store, edit.column, ids, bad):
            was, becomes = store.bad_cells.get(key), bad.get(key)
            if was != becomes:
                new_bad[key], old_bad[key] = becomes, was
        if differs.any():
            rows = edit.rows[differs]
            new.append(ColumnEdit(edit.column, rows, edit.values[differs]))
            old.append(ColumnEdit(edit.column, rows, before[differs]))
    if not new and not new_bad:
        return None
    return CellChange(new, old, new_bad, old_bad)


def _differs(before: Array, after: Array) -> Array:
    if before.dtype.kind == "f":
        different: Array = (before != after) & ~(np.isnan(before) & np.isnan(after))
        return different
    return np.asarray(before != after, dtype=bool)


def _texts_at_stake(
    store: LoanStore, column: str, ids: Rows, bad: Mapping[tuple[int, str], str]
) -> set[tuple[int, str]]:
    """Return the bad cells among the written ones, those that were and those that become bad."""
    keys = {key for key in bad if key[1] == column}
    there = {key for key in store.bad_cells if key[1] == column}
    if there:
        keys |= there & {(row_id, column) for row_id in ids.tolist()}
    return keys
