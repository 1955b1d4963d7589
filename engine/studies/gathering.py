"""What the batches of a call came to, put together in the order of the variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine import kernels
from engine.studies.kept_courses import KeptCourses
from engine.studies.measures import measures_of
from engine.studies.rows_file import RowsInFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from engine.base.types import Flags, Floats, Wholes
    from engine.running.paths import PathFigures
    from engine.studies.outcome import Columns
    from engine.studies.rows_file import RowsFile

RowsOf = Callable[["Wholes", "Columns"], "Columns"]
"""Of the numbers of some variants, (p,), and their measures, (p,) each: the columns of their rows."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the runs of some variants came to.

    Parameters
    ----------
    places
        (P,) the numbers of the variants that were run to their end; all of them unless the study was stopped.
    measures
        (P,) each, see `engine.studies.measures.measures_of`. Where rows are written to a file those that are columns
        of rows, each read when it is looked at.
    times_liquidated
        (n,) in how many of the runs each account of the book was liquidated.
    courses
        Prices along some of them, if they were asked for.
    """

    places: Wholes
    measures: Columns
    times_liquidated: Wholes
    courses: KeptCourses

    def __len__(self) -> int:
        return len(self.places)


class Gathering:
    """Takes batches as they are done, and puts them in order.

    Parameters
    ----------
    names
        Of the assets.
    start
        Returns prices before round 1 of some variants: (K,), or (p, K) where they differ, USD.
    rows_of
        How rows look; None where the study makes them itself.
    file
        Where rows go; they are held in memory without one.
    spellings
        How columns of rows are written that hold objects.
    """

    def __init__(
        self, names: tuple[str, ...], start: Callable[[range], Floats], rows_of: RowsOf | None, file: RowsFile | None,
        spellings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._names, self._start = names, start
        self._rows_of = rows_of
        self._file = file if rows_of is not None else None
        self._spellings = spellings
        self._first_row = 0 if self._file is None else self._file.rows
        self._early: dict[int, tuple[range, PathFigures]] = {}
        self._next = 0
        self._places: list[Wholes] = []
        self._measures: list[Columns] = []
        self._rows: list[Columns] = []
        self._times = np.zeros(0, dtype=np.int64)
        self._measure_names: tuple[str, ...] = ()
        self._courses = KeptCourses()

    def take(self, batch: range, figures: PathFigures) -> None:
        """Take what a batch came to; it waits for those before it."""
        self._early[batch.start] = (batch, figures)
        while self._next in self._early:
            self._put(*self._early.pop(self._next))

    def made(self) -> tuple[Made, Columns]:
        """Return all that was taken, and the rows of it that are held in memory."""
        for first in sorted(self._early):  # those before were given up
            self._put(*self._early.pop(first))
        self._courses.close()
        places = np.concatenate(self._places) if self._places else np.zeros(0, dtype=np.int64)
        if self._file is not None:
            end = self._first_row + len(places)
            measures = RowsInFile(self._file, self._first_row, end, self._measure_names)
            # It is read like columns in memory.
            return Made(places, cast("Columns", measures), self._times, self._courses), {}
        rows = joined(self._rows)
        # What rows hold is not there twice.
        rest = joined([{name: part[name] for name in part if name not in rows} for part in self._measures])
        both = {name: rows[name] if name in rows else rest[name] for name in self._measure_names}
        return Made(places, both, self._times, self._courses), rows

    def _put(self, batch: range, figures: PathFigures) -> None:
        self._next = batch.stop
        whole: Flags = figures.ended != kernels.ENDED_STOPPED
        places = np.arange(batch.start, batch.stop)[whole]
        measures: Columns = {
            name: column[whole] for name, column in measures_of(figures, self._names, self._start(batch)).items()
        }
        self._measure_names = tuple(measures)
        if figures.course.shape[1]:
            self._courses.take(places, measures, figures.course[whole])
        self._places.append(places)
        self._times = figures.times_liquidated + (self._times if len(self._times) else 0)
        if self._file is None:
            self._measures.append(measures)
        if self._rows_of is not None:
            rows = self._rows_of(places, measures)
            if self._file is None:
                self._rows.append(rows)
            else:
                self._file.append(rows, self._spellings)


def joined(parts: Sequence[Mapping[str, npt.NDArray[Any]]]) -> Columns:
    """Return columns one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in (parts[0] if parts else ())}
