"""The columns of a file that is imported, one a row: first cells, what it is read as, what that makes of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cascade_gui.importing.column_uses import ColumnUse, column_uses
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from engine.importing.roles import DIRECTIONS, ROLES, SIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importing.asking import Question
    from engine.importing.book_reading import Reading
    from engine.importing.source import Source

Index = QModelIndex | QPersistentModelIndex

NAME, FIRST, SECOND, MARK, ROLE, RESULT = range(6)
USE: Final = Qt.ItemDataRole.UserRole
"""A role: the `ColumnUse` of a row, or None."""
_SHOWN: Final = 2
_IN_TIP: Final = 12
_MARKS: Final = {"read": "✓", "asked": "?", "check": "=", "none": "–"}
_SHARES: Final = frozenset({"liquidation_threshold", "liquidation_bonus"})


class ColumnsModel(QAbstractTableModel):
    """A row for each column of the file, in the file's order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[str, ...] = ()
        self._cells: list[list[str]] = []
        self._rows: tuple[str, ...] = ()
        self._aliases: dict[str, str] = {}
        self._uses: dict[str, ColumnUse] = {}

    @property
    def uses(self) -> list[ColumnUse]:
        """What the columns are taken for; empty before the file was looked through."""
        return list(self._uses.values())

    def set_source(self, source: Source) -> None:
        """Show a file's columns."""
        self.beginResetModel()
        self._uses = {}
        self._take(source)
        self.endResetModel()

    def _take(self, source: Source) -> None:
        self._columns = source.columns
        self._cells = source.preview(_IN_TIP)
        word = self.tr("Record {0}") if source.kind in {"parquet", "json"} else self.tr("Row {0}")
        self._rows = tuple(word.format(int(number)) for number in source.row_numbers[:_SHOWN])

    def set_reading(self, reading: Reading, questions: Sequence[Question]) -> None:
        """Show what the columns are taken for."""
        is_other = reading.source.columns != self._columns
        if is_other:
            self.beginResetModel()
        if len(reading.source):
            self._take(reading.source)
        self._uses = {use.column: use for use in column_uses(reading, questions)}
        self._aliases = dict(reading.aliases)
        if is_other:
            self.endResetModel()
        elif self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._columns) - 1, RESULT))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, RESULT)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns the file has."""
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how much is said of each."""
        return 0 if parent.isValid() else RESULT + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what stands in a column of this table."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        first, second = (*self._rows, "", "")[:_SHOWN]
        return (self.tr("In the file"), first, second, "", self.tr("Is read as"), self.tr("As it will be"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is said of a column."""
        if not index.isValid():
            return None
        name = self._columns[index.row()]
        use = self._uses.get(name)
        if role == USE:
            return use
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == MARK:
            return int(Qt.AlignmentFlag.AlignCenter)
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        text = self._text(index.row(), index.column(), use)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(index.row(), index.column(), text, use))
        return text

    def _text(self, row: int, column: int, use: ColumnUse | None) -> str:
        if column == NAME:
            return self._columns[row]
        if column in {FIRST, SECOND}:
            at = column - FIRST
            return self._cells[at][row] if at < len(self._cells) else ""
        if use is None:
            return ""
        if column == MARK:
            return _MARKS.get(use.kind, _MARKS["read"])
        return self._role(use) if column == ROLE else self._result(row, use)

    def _tip(self, row: int, column: int, text: str, use: ColumnUse | None) -> str:
        if column == RESULT and use is not None:
            return " · ".join(value if isinstance(value, str) else numbers.full(value) for value in use.values)
        if column == NAME:
            cells = [line[row] or "–" for line in self._cells]
            return self.tr("{0}: {1}").format(text, ", ".join(cells))
        if column == MARK and use is not None:
            return {
                "asked": self.tr("a question is open"),
                "check": self.tr("compared with what comes out"),
                "none": self.tr("passed over"),
            }.get(use.kind, self.tr("recognised"))
        if column == ROLE and use is not None and use.token:
            return self.tr("Columns of tokens are taken together, by the pattern of their names")
        return text

    def _role(self, use: ColumnUse) -> str:
        """Return in words what a column is read as."""
        label = ROLES[use.role].label if use.role in ROLES else self.tr("Price (ETH)") if use.role else ""
        within = label[:1].lower() + label[1:]
        if use.token:
            return self.tr("{0} of {1}").format(label, use.token)
        return {
            "check": self.tr("check of {0}").format(within),
            "filter": self.tr("filter of rows"),
            "formula": self.tr("part of {0}").format(within),
            "decimals": self.tr("decimals of amounts"),
            "none": self.tr("passed over"),
        }.get(use.kind, label or self.tr("passed over"))

    def _result(self, row: int, use: ColumnUse) -> str:
        """Return what the first cells become in the book."""
        found = [self._value(use.role, value) for value in use.values]
        cells = [self._cells[at][row] for at in range(min(len(found), len(self._cells)))]
        if found and found == cells and any(isinstance(value, str) for value in use.values):
            return self.tr("as it stands")
        return " · ".join(found)

    def _value(self, role: str, value: str | float) -> str:
        if isinstance(value, str):
            return self._word(role, value)
        if math.isnan(value):
            return "–"
        return numbers.percent_short(value) if role in _SHARES else numbers.looked_over(value)

    def _word(self, role: str, name: str) -> str:
        if role == "side" and name.lower() in SIDES:
            return self.tr("debt") if SIDES[name.lower()] else self.tr("collateral")
        if role == "side" and name.lower() in DIRECTIONS:
            return self.tr("long") if DIRECTIONS[name.lower()] > 0 else self.tr("short")
        return self._aliases.get(name, name) if role.endswith("asset") else name
