"""The runs of a study: batches of variants on threads, with progress, and a stop that keeps what is done."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from engine import kernels
from engine.running.variants import start_prices
from engine.studies.columns_file import spelling_of
from engine.studies.gathering import Gathering, joined
from engine.studies.pace import Pace
from engine.studies.rows_file import RowsInFile
from engine.studies.workers import ThreadWorkers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.base.types import Floats
    from engine.market.outside_sale import OutsideSale
    from engine.running.courses import Course
    from engine.running.paths import PathFigures
    from engine.scenario.scenario import Scenario
    from engine.studies.gathering import Made, RowsOf
    from engine.studies.outcome import Columns
    from engine.studies.rows_file import RowsFile
    from engine.studies.workers import Draw, Submit, Workers

    Batch = tuple[int, int, int]
    Progress = Callable[[int, int], None]

_MOST_AT_ONCE: Final = 64
_AT_ONCE_IN_TRIAL: Final = 4
_LOOK: Final = 0.05
"""Seconds between two looks at whether a study on a cluster was stopped."""
_BATCHES: Final = 16
"""At least so many of a study's runs, if there are so many runs: the same on any number of threads, to be resumed."""


class StudyStopped(Exception):  # noqa: N818 - nothing went wrong
    """A study was stopped before it had the runs that its answer needs all of."""


class Runs:
    """Makes the runs that a study asks for.

    Parameters
    ----------
    threads
        At least 1.
    progress
        Told how many of how many runs are done; called in the thread that asks for runs.
    before
        What an interrupted study had done.
    keep
        Told what each batch came to that was run to its end, by the number of the call, its first variant and that
        after its last; those of `before` apart.
    file
        Where rows are written to while the study works; they are held in memory without one.
    workers
        Where the runs are made, `threads` threads without any.
    is_trial
        Whether it may be stopped after a moment, to tell how long it would take: batches are small then.

    Attributes
    ----------
    stopped
        Whether it was stopped before everything was run.
    count, wanted
        How many runs are done, of how many.
    pace
        How fast they go.
    """

    def __init__(
        self, threads: int = 1, progress: Progress | None = None, before: Mapping[Batch, PathFigures] | None = None,
        keep: Callable[[Batch, PathFigures], None] | None = None, file: RowsFile | None = None,
        workers: Workers | None = None, *, is_trial: bool = False,
    ) -> None:  # fmt: skip
        self._workers: Workers = workers or ThreadWorkers(threads)
        self.pace = Pace(self._workers.count)
        self._is_trial = is_trial
        self._progress = progress
        self._flag = np.zeros(1, dtype=np.uint8)
        self._before: Mapping[Batch, PathFigures] = before or {}
        self._keep = keep
        self._file = file
        self._rows: list[Columns] = []
        self._calls = 0
        self.count = self.wanted = self._asked = 0
        self.stopped = False

    @property
    def rows(self) -> Columns:
        """The rows of all calls that have said how they look, one after the other; those in a file are read there."""
        if self._file is not None:
            # It is read like columns in memory, one at a time.
            return cast("Columns", RowsInFile(self._file, 0, self._file.rows))
        parts = [part for part in self._rows if part and len(next(iter(part.values())))]
        return joined(parts or self._rows[:1])

    def work_on(self, workers: Workers) -> None:
        """Make the runs to come with other workers."""
        self._workers = workers
        self.pace.workers = workers.count

    @property
    def left(self) -> float | None:
        """Seconds until all are done that are wanted by now; None while that is not known."""
        return self.pace.left(self.wanted - self.count)

    def stop(self) -> None:
        """Begin no further round, in whatever thread; what was run to its end is kept. From any thread."""
        self._flag[0] = 1

    def go_on(self) -> None:
        """Let a study go on that makes runs of its own.

        Raises
        ------
        StudyStopped
            If it was stopped.
        """
        if self._flag[0]:
            self.stopped = True
            raise StudyStopped

    def expect(self, more: int) -> None:
        """Say how many runs more will be asked for, in several calls: they are counted from the first on."""
        self.wanted = max(self.wanted, self._asked + more)

    def all_along(self, scenario: Scenario, count: int, **given: Any) -> Made:
        """Run a scenario's variants, all of them; see `along`.

        Raises
        ------
        StudyStopped
            If the study was stopped before all of them were run.
        """
        made = self.along(scenario, count, **given)
        if len(made) < count:
            raise StudyStopped
        return made

    def along(
        self, scenario: Scenario, count: int, *, values: Mapping[str, Sequence[Any]] | None = None,
        prices: Floats | Draw | None = None, outside: OutsideSale | None = None, rows_of: RowsOf | None = None,
        course: Course | None = None,
    ) -> Made:  # fmt: skip
        """Run a scenario's variants to their ends.

        Parameters
        ----------
        scenario
            What is varied.
        count
            P, how many variants there are, at least 1.
        values
            By the path of a parameter, its P values.
        prices
            (P, R, K) undisturbed prices, USD, or what draws those of some variants, (p, R, K), so that they need not
            all be there at once. Without them each variant follows its own shock.
        outside
            What is sold from outside in place of what the shock sells, along every path.
        rows_of
            How the rows of the study look that these variants make (`rows`).
        course
            Whose prices are noted on the way, along given prices; those of some paths are kept.

        Raises
        ------
        BadInput
            If a parameter does not exist or a value is not allowed.
        """
        self._asked += count
        self.wanted = max(self.wanted, self._asked)
        self._calls += 1
        gathering = Gathering(
            tuple(scenario.parameters.assets), partial(self._start, scenario, values), rows_of, self._file,
            {path: spelling_of(each) for path, each in (values or {}).items()},
        )  # fmt: skip
        with self._workers.at_work(scenario, values, prices, outside, self._flag, course, self.pace) as submit:
            self._work(self._calls, self._batches(count, is_drawn=callable(prices)), submit, gathering)
        made, rows = gathering.made()
        if rows_of is not None:
            self._rows.append(rows)
        self.stopped |= len(made) < count
        return made

    def _work(self, call: int, batches: list[range], submit: Submit, gathering: Gathering) -> None:
        waiting: dict[Future[PathFigures], range] = {}
        left = iter(batches)
        last = time.monotonic()
        try:
            while True:
                # No more than are worked on and one for each worker: prices wait in memory until they are run.
                while len(waiting) < 2 * self._workers.count and not self._flag[0]:
                    batch = next(left, None)
                    if batch is None:
                        break
                    waiting[self._begun(call, batch, submit)] = batch
                if not waiting or (self._flag[0] and self._workers.is_far):
                    break
                for future in wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED).done:
                    batch = waiting.pop(future)
                    figures = future.result()
                    now = time.monotonic()
                    if self._workers.is_far and (call, batch.start, batch.stop) not in self._before:
                        self.pace.note(len(batch), (now - last) * self._workers.count, 0.0)
                    last = now
                    gathering.take(batch, figures)
                    self._note((call, batch.start, batch.stop), figures)
        except BaseException:
            self.stop()
            raise

    def _begun(self, call: int, batch: range, submit: Submit) -> Future[PathFigures]:
        known = (call, batch.start, batch.stop)
        if known not in self._before:
            return submit(batch)
        done: Future[PathFigures] = Future()
        done.set_result(self._before[known])
        return done

    def _batches(self, count: int, *, is_drawn: bool) -> list[range]:
        size = min(max(count // _BATCHES, 1), _MOST_AT_ONCE)
        if self._is_trial and is_drawn:  # prices of all of a batch are drawn before its first run
            size = min(size, _AT_ONCE_IN_TRIAL)
        return [range(first, min(first + size, count)) for first in range(0, count, size)]

    def _note(self, batch: Batch, figures: PathFigures) -> None:
        whole = figures.ended != kernels.ENDED_STOPPED
        self.count += int(whole.sum())
        if whole.all() and self._keep is not None and batch not in self._before:
            self._keep(batch, figures)
        if self._progress is not None and self.count:
            self._progress(self.count, self.wanted)

    @staticmethod
    def _start(scenario: Scenario, values: Mapping[str, Sequence[Any]] | None, batch: range) -> Floats:
        """Return prices before round 1: (K,), or (P, K) where variants begin at prices of their own."""
        start = start_prices(scenario.parameters)
        own = {
            place: values[path][batch.start : batch.stop]
            for place, name in enumerate(scenario.parameters.assets)
            if values is not None and (path := f"assets.{name}.price") in values
        }
        if not own:
            return start
        each = np.tile(start, (len(batch), 1))
        for place, column in own.items():
            each[:, place] = column
        return each
