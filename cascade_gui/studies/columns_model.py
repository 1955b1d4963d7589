"""Columns of equal length as a table that is read, sorted and copied."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from cascade_gui.studies.figure_words import spoken_figure
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from engine.studies.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from engine.scenario.schema import Parameters
    from engine.studies.units import Unit

Index = QModelIndex | QPersistentModelIndex

COLUMN: Final = int(Qt.ItemDataRole.UserRole)
"""The technical name of a cell's column."""
VALUE: Final = COLUMN + 1
"""What a cell holds, before it is written."""


_MOST_CELLS: Final = 50_000
"""So many cells are written out quickly enough while a text is typed; of more the window does not wait."""
_ROWS_AT_ONCE: Final = 1_000
"""Rows that are written out between two looks at whether to go on."""
_WRITTEN: Final[dict[Unit, Callable[[float], str]]] = {
    "usd": numbers.money,
    "price": lambda price: f"${numbers.price(price)}",
    "share": lambda share: numbers.percent(share, 2),
}
_HOLD_NAMES: Final = ("figure", "parameter")
"""Columns whose texts are names of figures and of parameters, which people call otherwise."""


class ColumnsModel(QAbstractTableModel):
    """A table of columns; rows keep their numbers when they are sorted (`row_of`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parameters: Parameters | None = None
        self._columns: dict[str, npt.NDArray[Any]] = {}
        self._names: list[str] = []
        self._order: npt.NDArray[Any] = np.zeros(0, dtype=np.int64)
        self._lines: list[str] | None = None

    def show_columns(self, columns: dict[str, npt.NDArray[Any]], parameters: Parameters | None = None) -> None:
        """Show other columns, of a scenario whose parameters tell what they count."""
        self.beginResetModel()
        self._parameters = parameters
        self._columns, self._names = columns, list(columns)
        self._order = np.arange(len(next(iter(columns.values()), ())))
        self._lines = None
        self.endResetModel()

    def row_of(self, shown: int) -> int:
        """Return the number of the row that stands at a place."""
        return int(self._order[shown])

    def place_of(self, row: int) -> int | None:
        """Return the place at which a row stands, None where there is no such row."""
        found = np.flatnonzero(self._order == row)
        return int(found[0]) if len(found) else None

    def places_with(self, text: str) -> npt.NDArray[np.int64] | None:
        """Return the places, ascending, at which a cell holds a text as it is shown, whatever its case.

        None where the table is too large to be written out at once: `writing_out` tells how.
        """
        if self._lines is None and len(self._order) * len(self._names) <= _MOST_CELLS:
            self._lines = self.writing_out()(lambda: False)
        if self._lines is None:
            return None
        wanted = text.casefold()
        found = np.array([wanted in line for line in self._lines], dtype=np.bool_)
        return np.flatnonzero(found[self._order])

    def writing_out(self) -> Callable[[Callable[[], bool]], list[str] | None]:
        """Return what writes the table out, in any thread, until it is stopped; `take_lines` takes what it returns."""
        return partial(_lines, dict(self._columns), self._parameters)

    def take_lines(self, lines: list[str]) -> None:
        """Take the table as it was written out: it can be searched from now on."""
        self._lines = lines

    def text(self) -> str:
        """Return all as text with tabs, as it is shown, with every digit."""
        lines = ["\t".join(self._names)]
        columns = [column[self._order].tolist() for column in self._columns.values()]
        lines += ["\t".join(_plain(value) for value in row) for row in zip(*columns, strict=True)]
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name, or a row's number."""
        if orientation == Qt.Orientation.Vertical:
            return self.row_of(section) + 1 if role == Qt.ItemDataRole.DisplayRole else None
        name = self._names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return spoken_figure(name, self._parameters)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._columns[name].dtype.kind in "fiu")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text; a tip has the number in full."""
        if index.isValid() and role in {COLUMN, VALUE}:
            name = self._names[index.column()]
            return name if role == COLUMN else self._columns[name][self._order[index.row()]]
        if not index.isValid() or role not in {
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.TextAlignmentRole,
        }:  # fmt: skip
            return None
        name = self._names[index.column()]
        value = self._columns[name][self._order[index.row()]]
        is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(is_number)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(numbers.full(float(value)) if is_number and np.isfinite(value) else str(value))
        return written(name, value, self._parameters)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what does not exist stands last."""
        if not 0 <= column < len(self._names):
            return
        self.layoutAboutToBeChanged.emit()
        values = self._columns[self._names[column]]
        if values.dtype == object:
            places = np.array(sorted(range(len(values)), key=lambda place: str(values[place])), dtype=np.int64)
        else:
            places = np.argsort(values, kind="stable")
        if order == Qt.SortOrder.DescendingOrder:
            places = places[::-1]
        if values.dtype.kind == "f":
            unknown = np.isnan(values[places])
            places = np.concatenate([places[~unknown], places[unknown]])
        self._order = places
        self.layoutChanged.emit()


def written(name: str, value: Any, parameters: Parameters | None) -> str:
    """Return a figure as people write it, by what it counts."""
    return _writer(name, parameters)(value)


def _writer(name: str, parameters: Parameters | None) -> Callable[[Any], str]:
    """Return what writes the figures of one name."""
    unit = "number" if parameters is None else unit_of(name, parameters)

    def write(value: Any) -> str:
        if value is None or (isinstance(value, (float, np.floating)) and math.isnan(value)):
            return "–"
        if isinstance(value, (bool, np.bool_)):
            return QCoreApplication.translate("ColumnsModel", "yes" if value else "no")
        if not isinstance(value, (int, float, np.number)):
            return spoken_figure(str(value), parameters) if name in _HOLD_NAMES else str(value)
        number = float(value)
        if unit != "number":
            return _WRITTEN[unit](number)
        return numbers.count(number) if number.is_integer() and abs(number) < 1e15 else numbers.significant(number, 4)

    return write


def _lines(
    columns: dict[str, npt.NDArray[Any]], parameters: Parameters | None, stopped: Callable[[], bool]
) -> list[str] | None:
    """Return all cells of each row as they are shown, in small letters; None if it was stopped."""
    writers = [_writer(name, parameters) for name in columns]
    lines: list[str] = []
    for first in range(0, len(next(iter(columns.values()), ())), _ROWS_AT_ONCE):
        if stopped():
            return None
        rows = zip(*(column[first : first + _ROWS_AT_ONCE].tolist() for column in columns.values()), strict=True)
        lines += ["\n".join(write(value) for write, value in zip(writers, row, strict=True)).casefold() for row in rows]
    return lines


def _side(is_number: bool) -> Qt.AlignmentFlag:
    """Return how a column is aligned: numbers on the right."""
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _plain(value: Any) -> str:
    """Return a cell for a spreadsheet; tabs and line ends would begin another cell."""
    return " ".join(str(value).split()) if isinstance(value, str) else repr(value)
