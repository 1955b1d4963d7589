"""Accounts that were liquidated in reality or in a run, one a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.importing.beside_run import BesideRun

Index = QModelIndex | QPersistentModelIndex

_COLUMNS: Final = (
    "account", "where", "real_first", "real_repaid_usd", "real_seized_usd", "run_round", "run_repaid_usd",
    "run_seized_usd", "difference_usd",
)  # fmt: skip
_LEFT: Final = {"account", "where", "real_first"}


class BesideModel(QAbstractTableModel):
    """The table of `engine.importing.beside_run.BesideRun`, to be read only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: dict[str, list[Any]] = {}
        self._count = 0

    def show_compared(self, compared: BesideRun | None) -> None:
        """Show accounts, none for None."""
        self.beginResetModel()
        frame = None if compared is None else compared.accounts
        self._count = 0 if frame is None else len(frame)
        self._columns = {} if frame is None else {name: frame[name].tolist() for name in _COLUMNS}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of accounts."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(_COLUMNS[section])
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Account"),
            self.tr("Liquidated"),
            self.tr("When, in reality"),
            self.tr("Repaid, real"),
            self.tr("Seized, real"),
            self.tr("Round"),
            self.tr("Repaid, run"),
            self.tr("Seized, run"),
            self.tr("Run − real"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text; a tip has the number in full."""
        if not index.isValid():
            return None
        name = _COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(name)
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        is_tip = role == Qt.ItemDataRole.ToolTipRole
        text = self._text(name, self._columns[name][index.row()], in_full=is_tip)
        return plain_tip(text) if is_tip else text

    @staticmethod
    def _text(name: str, cell: Any, *, in_full: bool) -> str:
        if name in _LEFT:
            return str(cell)
        if not isinstance(cell, (int, float)) or math.isnan(cell):
            return ""
        if name == "run_round":
            return numbers.count(cell)
        return numbers.money_in_full(cell) if in_full else numbers.money(cell)


def _alignment(name: str) -> int:
    side = Qt.AlignmentFlag.AlignLeft if name in _LEFT else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)
