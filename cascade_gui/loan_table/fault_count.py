"""Counts the rows that have a wrong cell, a moment after an edit; of a large book in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.loan_table.checks import MANY, rows_with_faults
from cascade_gui.loan_table.still import StillRows
from cascade_gui.working.latest_job import LatestJob

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from cascade_gui.loan_table.names import KnownNames
    from engine.scenario.loans import LoanTable

_PATIENCE_MS: Final = 150


class FaultCount(QObject):
    """How many rows of a document's book are wrong.

    Parameters
    ----------
    document
        Whose loans are looked at.
    """

    counted = Signal(int)

    found_apart = Signal()
    """A large book has been looked through: which of its rows disagree with others is known now."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._names: KnownNames | None = None
        self._job = LatestJob(self)
        self._job.done.connect(self._take)
        self._wait = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._wait.timeout.connect(self._count)

    @property
    def timer(self) -> QTimer:
        """Runs while a change waits to be counted."""
        return self._wait

    def count_soon(self, names: KnownNames) -> None:
        """Count once for all that changes now, against these names of assets and markets."""
        self._names = names
        self._wait.start()

    def shut_down(self) -> None:
        """Wait for what is counted in the background, and forget it."""
        self._wait.stop()
        self._job.shut_down()

    def _count(self) -> None:
        loans, names = self._document.loans, self._names
        if names is None:
            return
        if len(loans) < MANY:
            self._job.forget()
            self.counted.emit(int(rows_with_faults(loans, names).sum()))
        else:
            self._job.submit(_counted, StillRows(loans), names)

    def _take(self, found: tuple[LoanTable, int]) -> None:
        table, count = found
        if table is self._document.loans.to_table():
            self.counted.emit(count)
            self.found_apart.emit()


def _counted(rows: StillRows, names: KnownNames) -> tuple[LoanTable, int]:
    return rows.to_table(), int(rows_with_faults(rows, names).sum())
