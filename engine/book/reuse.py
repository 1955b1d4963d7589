"""The index of some loans, kept with them and used again by every run, whatever parameter has changed.

It hangs on the loan table (`engine.scenario.loans.LoanTable.kept`) and is gone with it. Loans that were edited are
another table, so that nothing of the old ones can be taken for the new ones.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from engine.book.book import Book
from engine.book.health_index import HealthIndex

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario


def index_of(scenario: Scenario, *, for_many: bool = False) -> HealthIndex:
    """Return the index of a scenario's book; what changed parameters move in it is worked out anew.

    The accounts stay in the order of the run that the index was first made for. Where the parameters have changed so
    much that this order is of little use, a single run does not wait for another: the second run under them does.

    Parameters
    ----------
    scenario
        Its loans must have been checked.
    for_many
        Whether many runs will be made on it, so that a better order is made at once if it helps.
    """
    return scenario.loans.kept.get(_LastIndex, _LastIndex).under(scenario, for_many=for_many)


class _LastIndex:
    """The index of some loans as it was last used; several threads may ask for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._index: HealthIndex | None = None

    def under(self, scenario: Scenario, *, for_many: bool) -> HealthIndex:
        book = Book.from_scenario(scenario)
        with self._lock:
            known = self._index
            if known is None or known.book.layout is not book.layout:
                self._index = index = HealthIndex.of(scenario, book)
                return index
        index = known.under(scenario, book)
        if (for_many or index is known) and index.is_mixed:
            index = index.sorted_anew()
        with self._lock:
            self._index = index
        return index
