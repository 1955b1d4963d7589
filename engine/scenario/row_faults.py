"""Wrong cells of a loan table: all are counted, the first in row order are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

MOST_FAULTS = 100


class RowFaults:
    """Collects wrong cells. A column of millions that is wrong throughout costs no more than one with a hundred."""

    def __init__(self) -> None:
        self._told: list[tuple[int, Fault]] = []
        self._count = 0
        self._rows: list[npt.NDArray[np.intp]] = []

    @property
    def rows(self) -> tuple[npt.NDArray[np.intp], ...]:
        """The rows of all wrong cells, from 0, as they were added."""
        return tuple(self._rows)

    def __bool__(self) -> bool:
        return self._count > 0

    def add(
        self, rows: npt.NDArray[np.intp], column: str, found: Callable[[int], str], allowed: str | Callable[[int], str]
    ) -> None:
        """Add cells of one column.

        Parameters
        ----------
        rows
            Their rows, from 0, ascending.
        column
            The column's name.
        found, allowed
            What stands in a row, and what may stand there, in words.
        """
        self._count += len(rows)
        if len(rows):
            self._rows.append(rows)
        for row in rows[:MOST_FAULTS].tolist():
            may = allowed if isinstance(allowed, str) else allowed(row)
            self._told.append((row, Fault(f"loans row {row + 1}, {column}", found(row), may)))

    def listed(self) -> list[Fault]:
        """Return them by rows, and in a row as they were added; past `MOST_FAULTS` a last one counts the others."""
        told = [fault for _, fault in sorted(self._told, key=lambda entry: entry[0])[:MOST_FAULTS]]
        if self._count > len(told):
            told.append(Fault("loans", f"{self._count - len(told)} more faults"))
        return told
