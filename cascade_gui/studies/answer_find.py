"""The find bar of an answer's table: jumps from row to row that holds a text."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel

from cascade_gui.working.background import Background
from cascade_gui.working.find_bar import TableFindBar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PySide6.QtWidgets import QTableView, QWidget

    from cascade_gui.studies.columns_model import ColumnsModel


class AnswerFindBar(TableFindBar):
    """Finds a text in the shown table of an answer.

    Parameters
    ----------
    table, model
        The table to move in.
    """

    def __init__(self, table: QTableView, model: ColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(table, "study_find", "", "", parent)
        self._answer, self._model = table, model
        self._text.setPlaceholderText(self.tr("Find in this table"))
        self._text.setAccessibleName(self.tr("Find in the table of the answer"))
        self._background = Background("finding", self, libraries=(), steps_back=False)  # the user waits for it
        self._given_up, self._ended = Event(), Event()
        self._background.stop_with(self._ended.set)
        model.modelReset.connect(self._begin_again)
        model.layoutChanged.connect(self.search)

    def rows_with(self, text: str) -> npt.NDArray[np.int64] | None:
        """Return the shown rows of which a cell holds a text as it is shown; None while the table is written out."""
        found = self._model.places_with(text)
        if found is None and not self._background.busy:
            self._write_out()
        return found

    def go_to(self, row: int, text: str) -> None:
        """Select a row, and bring the cell that holds the text into sight."""
        wanted = text.casefold()
        cells = (self._model.index(row, column) for column in range(self._model.columnCount()))
        index = next((cell for cell in cells if wanted in str(cell.data()).casefold()), self._model.index(row, 0))
        chosen = QItemSelectionModel.SelectionFlag
        self._answer.selectionModel().setCurrentIndex(index, chosen.ClearAndSelect | chosen.Rows)
        self._answer.scrollTo(index)

    def _write_out(self) -> None:
        """Write a large table out behind the window, to find in it from then on."""
        self._given_up = given_up = Event()
        ended, write = self._ended, self._model.writing_out()
        self._background.do(lambda: write(lambda: given_up.is_set() or ended.is_set()), self._take)

    def _take(self, lines: list[str] | None) -> None:
        if lines is not None:
            self._model.take_lines(lines)
            self.go_on()

    def _begin_again(self) -> None:
        """Look in another table."""
        self._given_up.set()
        self._background.forget_all()
        self.search()
