"""The batches of a study on a Dask cluster, through the interface of ``concurrent.futures``.

The extra ``cluster`` brings what is needed. The loan book goes to each worker once; a worker that is lost on the way
costs the batches that it worked on, which others run again.
"""

from __future__ import annotations

import re
import socket
from concurrent.futures import CancelledError, Future
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput
from engine.running.paths import Paths
from engine.scenario.scenario import Scenario
from engine.studies.workers import ThreadWorkers, prices_of, values_of
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.base.types import Floats
    from engine.market.outside_sale import OutsideSale
    from engine.running.courses import Course
    from engine.running.paths import PathFigures
    from engine.scenario.loans import LoanTable
    from engine.scenario.schema import Parameters
    from engine.studies.pace import Pace
    from engine.studies.workers import Draw, Submit, Values, Workers

_ADDRESS: Final = re.compile(r"(?:tcp|tls)://(\[[^\]]+\]|[^:/]+):(\d+)")
_PATIENCE: Final = 10.0
"""Seconds in which a scheduler answers."""
_TIMES: Final = 5
"""So often a batch is handed in whose worker was lost, or the book with it."""


class ClusterWorkers:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler: ``tcp://host:8786``.

    Attributes
    ----------
    count
        How many batches are run at once: as many as all workers have threads.

    Raises
    ------
    BadInput
        If the extra is not installed, nobody answers there, there are no workers, or they have no Cascade or another
        version.
    """

    is_far = True

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise BadInput.at(
                "scheduler", "the extra cluster is not installed", "pip install 'cascade-liquidations[cluster]'"
            ) from None
        _knock(address)
        client: Any = distributed.Client  # its functions have no types
        try:
            self._client = client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _no_answer(address, error) from None
        self._books: dict[int, tuple[LoanTable, Any]] = {}
        self.count = sum(self._client.nthreads().values())
        try:
            self._check(address)
        except BadInput:
            self.close()
            raise

    def _check(self, address: str) -> None:
        if not self.count:
            raise BadInput.at(f"scheduler {address}", "it has no workers", "at least one: dask worker ADDRESS")
        for worker, found in self._client.run(_version, on_error="return").items():
            if found != __version__:
                what = f"version {found}" if isinstance(found, str) else "no Cascade"
                raise BadInput.at(f"the worker {worker}", what, f"version {__version__}, as here")

    def close(self) -> None:
        """Leave the cluster, which goes on for others."""
        self._books.clear()
        self._client.close()

    @contextmanager
    def at_work(
        self, scenario: Scenario, values: Values | None, prices: Floats | Draw | None, outside: OutsideSale | None,
        stop: Any, course: Course | None = None, pace: Pace | None = None,  # noqa: ARG002 - it cannot be seen there
    ) -> Iterator[Submit]:  # fmt: skip
        """See `engine.studies.workers.Workers.at_work`."""
        executor = self._client.get_executor(pure=False)
        # Prices that are all there already are cut here; those that are drawn are drawn where they are run.
        draw = prices if callable(prices) else None

        def hand_in(batch: range) -> Future[PathFigures]:
            given = None if callable(prices) else prices_of(prices, batch)
            book = self._sent(scenario.loans)
            found: Future[PathFigures] = executor.submit(
                _play, scenario.parameters, book, outside, draw, given, batch, values_of(values, batch), course
            )
            return found

        def submit(batch: range) -> Future[PathFigures]:
            whole: Future[PathFigures] = Future()
            self._watch(hand_in, batch, whole, stop, 1)
            return whole

        try:
            yield submit
        finally:
            executor.shutdown(wait=False)

    def _watch(self, hand_in: Submit, batch: range, whole: Future[PathFigures], stop: Any, times: int) -> None:
        """Pass a batch's figures on; hand it in again if its worker was lost with all that it had."""

        def done(part: Future[PathFigures]) -> None:
            error = CancelledError() if part.cancelled() else part.exception()
            if error is None:
                whole.set_result(part.result())
            elif isinstance(error, self._lost) and times < _TIMES and not stop[0]:
                self._books.clear()
                self._watch(hand_in, batch, whole, stop, times + 1)
            else:
                whole.set_exception(error)

        hand_in(batch).add_done_callback(done)

    @property
    def _lost(self) -> tuple[type[BaseException], ...]:
        from distributed import CancelledError as FutureCancelled
        from distributed.scheduler import KilledWorker

        return (CancelledError, FutureCancelled, KilledWorker)

    def _sent(self, loans: LoanTable) -> Any:
        """Return where the cluster has a book; it goes to all workers the first time."""
        key = id(loans)
        if key not in self._books:
            self._books[key] = (loans, self._client.scatter(loans, broadcast=True, hash=False))
        return self._books[key][1]


@contextmanager
def workers_at(scheduler: str | None, threads: int) -> Iterator[Workers]:
    """Return who makes runs as long as the block lasts: the workers of a scheduler, or threads of this process.

    Raises
    ------
    BadInput
        As `ClusterWorkers`.
    """
    if scheduler is None:
        yield ThreadWorkers(threads)
        return
    with closing(ClusterWorkers(scheduler)) as workers:
        yield workers


def _knock(address: str) -> None:
    """Refuse an address at which nobody listens: Dask's own try leaves a thread behind."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise BadInput.at("scheduler", repr(address), "tcp://HOST:PORT")
    try:
        socket.create_connection((found[1].strip("[]"), int(found[2])), _PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, error) from None


def _no_answer(address: str, error: Exception) -> BadInput:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return BadInput.at(f"scheduler {address}", f"no Dask scheduler answers: {reason}", "tcp://HOST:PORT of one")


def _version() -> str:
    return __version__


def _play(
    parameters: Parameters, loans: LoanTable, outside: OutsideSale | None, draw: Draw | None, given: Floats | None,
    batch: range, part: dict[str, Sequence[Any]] | None, course: Course | None,
) -> PathFigures:  # fmt: skip
    """Run a batch on a worker. What was laid out of the loans is kept with them there, for all batches to come."""
    prices = given if draw is None else draw(batch)
    return Paths(Scenario(parameters, loans)).run(prices, outside=outside, values=part, course=course)
