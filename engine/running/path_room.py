"""Room for the paths of one thread: the arrays that a kernel works on beside the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine import kernels
from engine.market.sales import instalments
from engine.recording.records import BAD_DEBT_TYPES, BRIEF_TYPES

if TYPE_CHECKING:
    from engine.book.book import Book
    from engine.book.health_index import HealthIndex
    from engine.scenario.schema import Parameters

_BY_ASSET = ("alone_permanent", "alone_temporary", "running_usd")
_EVENT_ROOM = 1024  # rows that are written over, so that they stay in the processor's cache
_START_ROOM = 1 << 15  # accounts that are liquidatable before a path begins, of which it is kept who they are


class PathRoom:
    """Room for the paths of one thread, made anew only where a variant needs more of it.

    Parameters
    ----------
    index
        Of the book.
    """

    def __init__(self, index: HealthIndex) -> None:
        self._book = index.book
        self._rows = self._instalments = -1

    def work(self, parameters: Parameters, look_back: int) -> kernels.Work:
        """Return room for paths under some parameters, whose oracles look back so many rounds."""
        most = int(parameters.simulation.max_rounds)
        rows = kernels.history_rows(look_back, most)
        parts = instalments(parameters)
        if rows > self._rows or parts > self._instalments:
            self._rows, self._instalments = max(rows, self._rows), max(parts, self._instalments)
            self._work = _work(self._book, self._rows, self._instalments)
        sales = self._work.sales
        sales = sales._replace(due=sales.due[:parts], depositors_due=sales.depositors_due[:parts])
        return self._work._replace(sales=sales)


def _work(book: Book, rows: int, parts: int) -> kernels.Work:
    """Return room for paths whose history has so many rows, what they seize sold in so many parts."""
    assets, markets, accounts = len(book.asset_names), len(book.market_names), len(book)
    room = _EVENT_ROOM + assets * assets
    columns: list[Any] = [np.empty(0 if kind is None else room, dtype=kind) for kind in BRIEF_TYPES]
    return kernels.Work(
        state=kernels.market_state(assets, markets, rows),
        **{name: np.empty(assets) for name in _BY_ASSET},
        sales=kernels.no_sales(assets, parts),
        reserves=kernels.empty_reserves(markets),
        search=kernels.Search(
            levels=np.zeros(3),
            limits=np.full(3, np.inf),
            left=np.zeros((1, 2)),
            has_moved=np.zeros(assets, dtype=np.bool_),
            first_moved=np.zeros(assets, dtype=np.bool_),
            healed=np.empty(accounts, dtype=np.int32),
            healed_since=np.empty(accounts, dtype=np.int32),
        ),
        start=kernels.no_start(min(accounts, _START_ROOM)),
        emptied=np.empty(accounts, dtype=np.int32),
        notes=np.empty((0, kernels.NOTE_COLUMNS)),
        earned=np.zeros(markets),
        first_reserve=np.zeros(markets),
        by_others=np.zeros(markets, dtype=np.bool_),
        queue=kernels.Queue(np.empty(accounts), np.empty(accounts, dtype=np.int32), np.empty(accounts, dtype=np.int32)),
        events=kernels.EventColumns(*columns),
        bad_debts=kernels.BadDebtColumns(*(np.empty(0, dtype=kind) for kind in BAD_DEBT_TYPES)),
        flows=kernels.empty_flows(assets, markets),
        left=kernels.empty_left(assets, markets),
        progress=np.zeros(kernels.PROGRESS_PLACES, dtype=np.int64),
    )
