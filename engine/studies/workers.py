"""Where the batches of a study are run: on threads of this process, or on a cluster (`engine.studies.cluster`)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from engine import kernels
from engine.running.paths import Paths
from engine.studies.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from engine.base.types import Floats
    from engine.market.outside_sale import OutsideSale
    from engine.running.courses import Course
    from engine.running.paths import PathFigures
    from engine.scenario.scenario import Scenario

    Draw = Callable[[range], Floats]
    Values = Mapping[str, Sequence[Any]]
    Submit = Callable[[range], Future[PathFigures]]


class Workers(Protocol):
    """Runs batches of a scenario's variants.

    Attributes
    ----------
    count
        How many batches are run at once.
    is_far
        Whether a stop does not reach batches under way, so that they are given up.
    """

    count: int
    is_far: bool

    def at_work(
        self, scenario: Scenario, values: Values | None, prices: Floats | Draw | None, outside: OutsideSale | None,
        stop: Any, course: Course | None = None, pace: Pace | None = None,
    ) -> AbstractContextManager[Submit]:  # fmt: skip
        """Return what takes batches of a call of `engine.studies.runs.Runs.along`, as long as the block lasts.

        Parameters
        ----------
        scenario, values, prices, outside, course
            As there.
        stop
            (1,) set to something else than 0, no further round is begun.
        pace
            Told how long batches take, where the workers are threads.
        """


class ThreadWorkers:
    """Threads of this process.

    Parameters
    ----------
    count
        How many, at least 1.
    """

    is_far = False

    def __init__(self, count: int) -> None:
        self.count = count

    @contextmanager
    def at_work(
        self, scenario: Scenario, values: Values | None, prices: Floats | Draw | None, outside: OutsideSale | None,
        stop: Any, course: Course | None = None, pace: Pace | None = None,
    ) -> Iterator[Submit]:  # fmt: skip
        """See `Workers.at_work`."""
        paths = Paths(scenario)

        def play(batch: range) -> PathFigures:
            with (pace or Pace(self.count)).timed() as whole:
                figures = paths.run(
                    prices_of(prices, batch), stop=stop, outside=outside, values=values_of(values, batch), course=course
                )
                whole.append(int((figures.ended != kernels.ENDED_STOPPED).sum()))
            return figures

        with ThreadPoolExecutor(self.count, thread_name_prefix="study") as pool:
            yield lambda batch: pool.submit(play, batch)


def prices_of(prices: Floats | Draw | None, batch: range) -> Floats | None:
    """Return the prices of some variants, drawn if they are not there yet."""
    if prices is None:
        return None
    return prices(batch) if callable(prices) else prices[batch.start : batch.stop]


def values_of(values: Values | None, batch: range) -> dict[str, Sequence[Any]] | None:
    """Return the parameters of some variants."""
    return None if values is None else {path: each[batch.start : batch.stop] for path, each in values.items()}
