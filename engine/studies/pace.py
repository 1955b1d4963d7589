"""How fast the runs of a study go, and how long the others will take: measured on the runs alone.

What comes before the first run (a book is laid out, code is compiled) happens once, and what is under way is no measure
of what is done: an estimate of all time over all runs that are done tells several times what a study takes.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECENT: Final = 4
"""So many of the last batches of each worker tell how fast it goes now."""


@dataclass(slots=True)
class _Batch:
    runs: int
    waited: float
    worked: float


class Pace:
    """Takes how long each batch took; from any thread.

    Parameters
    ----------
    workers
        How many batches are run at once.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._batches: list[_Batch] = []

    def note(self, runs: int, waited: float, worked: float) -> None:
        """Note a batch.

        Parameters
        ----------
        runs
            How many were run to their end.
        waited, worked
            Seconds that one worker was at them, and those of them in which it had the processor.
        """
        self._batches.append(_Batch(runs, waited, worked))

    @contextmanager
    def timed(self) -> Iterator[list[int]]:
        """Measure the block as a batch; it puts the number of whole runs into the list."""
        waited, worked = time.monotonic(), time.thread_time()
        whole: list[int] = []
        yield whole
        self.note(sum(whole), time.monotonic() - waited, time.thread_time() - worked)

    def left(self, runs: int) -> float | None:
        """Return how many seconds so many further runs take as things go now; None while that is not known.

        Examples
        --------
        >>> pace = Pace(workers=2)
        >>> for seconds in (9.0, 9.0, 2.0, 2.0):  # the first batch of each waits for code to be compiled
        ...     pace.note(10, waited=seconds, worked=1.0)
        >>> pace.left(100), pace.in_all(140, seconds=20.0)
        (10.0, 23.0)
        """
        per_run = _per_run([(each.runs, each.waited) for each in self._warm()[-_RECENT * self.workers :]])
        return None if per_run is None else per_run * runs / self.workers

    def in_all(self, runs: int, seconds: float, *, alone: bool = False) -> float | None:
        """Return how many seconds so many runs take in all; None while that is not known.

        Parameters
        ----------
        runs
            All of them, those that are done too.
        seconds
            How long it has taken up to now, preparing included.
        alone
            Whether on a computer that has no other work, and not as things go now; ``seconds`` are such too then.
        """

        def taken(batch: _Batch) -> float:
            return batch.worked if alone else batch.waited

        per_run = _per_run([(each.runs, taken(each)) for each in self._warm()])
        if per_run is None:
            return None
        before = max(seconds - sum(taken(each) for each in self._batches) / self.workers, 0.0)
        return before + per_run * runs / self.workers

    def _warm(self) -> list[_Batch]:
        """Return the batches after the first of each worker, all of them where no later one has a whole run."""
        batches = list(self._batches)
        later = batches[self.workers :]
        return later if any(each.runs for each in later) else batches


def _per_run(batches: list[tuple[int, float]]) -> float | None:
    runs = sum(count for count, _ in batches)
    return sum(seconds for _, seconds in batches) / runs if runs else None
