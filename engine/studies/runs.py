"""The runs of a study: batches of variants on threads, with progress, and a stop that keeps what is done."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine import kernels
from engine.running.paths import Paths
from engine.running.variants import start_prices
from engine.studies.measures import measures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    import numpy.typing as npt

    from engine.base.types import Flags, Floats, Wholes
    from engine.market.outside_sale import OutsideSale
    from engine.running.paths import PathFigures
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns

    Batch = tuple[int, int, int]
    Draw = Callable[[range], Floats]
    Progress = Callable[[int, int], None]

_MOST_AT_ONCE: Final = 64
_BATCHES: Final = 16
"""At least so many of a study's runs, if there are so many runs: the same on any number of threads, to be resumed."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the runs of some variants came to.

    Parameters
    ----------
    places
        (P,) the numbers of the variants that were run to their end; all of them unless the study was stopped.
    measures
        (P,) each, see `engine.studies.measures.measures_of`.
    times_liquidated
        (n,) in how many of the runs each account of the book was liquidated.
    """

    places: Wholes
    measures: Columns
    times_liquidated: Wholes

    def __len__(self) -> int:
        return len(self.places)


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

    Attributes
    ----------
    stopped
        Whether it was stopped before everything was run.
    done
        What each batch came to that was run to its end: by the number of the call, its first variant and that after
        its last.
    count, wanted
        How many runs are done, of how many.
    """

    def __init__(
        self, threads: int = 1, progress: Progress | None = None, before: Mapping[Batch, PathFigures] | None = None
    ) -> None:
        self._threads = threads
        self._progress = progress
        self._flag = np.zeros(1, dtype=np.uint8)
        self._before = dict(before or {})
        self._calls = 0
        self.done: dict[Batch, PathFigures] = {}
        self.count = self.wanted = 0
        self.stopped = False

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
        prices: Floats | Draw | None = None, outside: OutsideSale | None = None,
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

        Raises
        ------
        BadInput
            If a parameter does not exist or a value is not allowed.
        """
        paths = Paths(scenario)
        batches = self._batches(count)
        self.wanted += count
        self._calls += 1
        call = self._calls
        found: list[tuple[range, PathFigures]] = []

        def play(batch: range) -> PathFigures:
            if (call, batch.start, batch.stop) in self._before:
                return self._before[call, batch.start, batch.stop]
            given = prices(batch) if callable(prices) else None if prices is None else prices[batch.start : batch.stop]
            part = None if values is None else {path: each[batch.start : batch.stop] for path, each in values.items()}
            return paths.run(given, stop=self._flag, outside=outside, values=part)

        with ThreadPoolExecutor(self._threads, thread_name_prefix="study") as pool:
            waiting: dict[Future[PathFigures], range] = {}
            left = iter(batches)
            try:
                while True:
                    # No more than are worked on and one for each thread: prices wait in memory until they are run.
                    while len(waiting) < 2 * self._threads and not self._flag[0]:
                        batch = next(left, None)
                        if batch is None:
                            break
                        waiting[pool.submit(play, batch)] = batch
                    if not waiting:
                        break
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        batch = waiting.pop(future)
                        figures = future.result()
                        found.append((batch, figures))
                        self._note((call, batch.start, batch.stop), figures)
            except BaseException:
                self.stop()
                raise
        return self._gathered(scenario, values, count, found)

    @staticmethod
    def _batches(count: int) -> list[range]:
        size = min(max(count // _BATCHES, 1), _MOST_AT_ONCE)
        return [range(first, min(first + size, count)) for first in range(0, count, size)]

    def _note(self, batch: Batch, figures: PathFigures) -> None:
        whole = figures.ended != kernels.ENDED_STOPPED
        self.count += int(whole.sum())
        if whole.all():
            self.done[batch] = figures
        if self._progress is not None and self.count:
            self._progress(self.count, self.wanted)

    def _gathered(
        self, scenario: Scenario, values: Mapping[str, Sequence[Any]] | None, count: int,
        found: list[tuple[range, PathFigures]],
    ) -> Made:  # fmt: skip
        """Put the batches together in the order of the variants, without those that were cut off."""
        names = tuple(scenario.parameters.assets)
        found.sort(key=lambda each: each[0].start)
        places: list[npt.NDArray[np.int64]] = []
        columns: list[Columns] = []
        times = np.zeros(0, dtype=np.int64)
        for batch, figures in found:
            whole: Flags = figures.ended != kernels.ENDED_STOPPED
            places.append(np.arange(batch.start, batch.stop)[whole])
            start = self._start(scenario, values, batch)
            measures = measures_of(figures, names, start)
            columns.append({name: column[whole] for name, column in measures.items()})
            times = figures.times_liquidated + (times if len(times) else 0)
        numbers = np.concatenate(places) if places else np.zeros(0, dtype=np.int64)
        self.stopped |= len(numbers) < count
        names_of = columns[0] if columns else {}
        joined = {name: np.concatenate([part[name] for part in columns]) for name in names_of}
        return Made(numbers, joined, times)

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
