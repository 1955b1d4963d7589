"""The find bar of an answer's table: jumps from row to row that holds a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel

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
        model.modelReset.connect(self.search)
        model.layoutChanged.connect(self.search)

    def rows_with(self, text: str) -> npt.NDArray[np.int64]:
        """Return the shown rows of which a cell holds a text as it is shown."""
        return self._model.places_with(text)

    def go_to(self, row: int, text: str) -> None:
        """Select a row, and bring the cell that holds the text into sight."""
        wanted = text.casefold()
        cells = (self._model.index(row, column) for column in range(self._model.columnCount()))
        index = next((cell for cell in cells if wanted in str(cell.data()).casefold()), self._model.index(row, 0))
        chosen = QItemSelectionModel.SelectionFlag
        self._answer.selectionModel().setCurrentIndex(index, chosen.ClearAndSelect | chosen.Rows)
        self._answer.scrollTo(index)
