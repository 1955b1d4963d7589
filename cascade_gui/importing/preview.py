"""The first rows of the file as they stand there, under what they are taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cascade_gui.theme.plain_text import plain_tip
from engine.importing.roles import ROLES

if TYPE_CHECKING:
    from engine.importing.book_reading import Reading
    from engine.importing.source import Source

Index = QModelIndex | QPersistentModelIndex

_ROWS: Final = 50


class PreviewModel(QAbstractTableModel):
    """Cells of the file's first rows. The head says what a column means, then what it is called.

    Parameters
    ----------
    source
        The file.
    """

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._cells = source.preview(_ROWS)
        self._meaning: dict[str, str] = {}

    def set_reading(self, reading: Reading) -> None:
        """Take what the columns mean."""
        self._meaning = {column: ROLES[role].label for role, columns in reading.columns.items() for column in columns}
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self._source.columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns the file has."""
        return 0 if parent.isValid() else len(self._source.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell as it stands in the file."""
        if index.isValid() and role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            text = self._cells[index.row()][index.column()]
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a column means and is called, or a row's number in the file."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(int(self._source.row_numbers[section])) if section < len(self._cells) else None
        column = self._source.columns[section]
        meaning = self._meaning.get(column)
        return f"{meaning}\n{column}" if meaning else self.tr("not used") + f"\n{column}"
