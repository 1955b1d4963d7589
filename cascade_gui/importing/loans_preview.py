"""The first loans of an import as they will be in the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from cascade_gui.loan_table.columns import long_title
from cascade_gui.theme.plain_text import plain_tip
from cascade_gui.wording import numbers
from engine.scenario.loans import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHARES = {"liquidation_threshold", "liquidation_bonus"}
_ROW: Final = 26
_LEAST_ROWS: Final = 3
_BESIDE: Final = 12
_FRAME: Final = 16
"""Pixels for the frame and a bar to scroll with."""
_WIDEST: Final = 240


class LoansPreview(QTableWidget):
    """A small table of loans; columns in which nothing stands are left out. Hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_loans")
        self.setAccessibleName(self.tr("First loans as they will be in the book"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.hide()

    def show_loans(self, loans: Sequence[dict[str, object]]) -> None:
        """Show loans, as records with blank cells left out."""
        shown = [name for name in COLUMNS if any(name in loan for loan in loans)]
        self.setColumnCount(len(shown))
        self.setRowCount(len(loans))
        self.setHorizontalHeaderLabels([long_title(name) for name in shown])
        for row, loan in enumerate(loans):
            for column, name in enumerate(shown):
                self.setItem(row, column, _item(name, loan.get(name)))
        self.resizeColumnsToContents()  # of a few rows
        for column in range(len(shown)):
            self.setColumnWidth(column, min(_WIDEST, self.columnWidth(column) + _BESIDE))
        rows = max(_LEAST_ROWS, len(loans))
        self.setMaximumHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + _FRAME)
        self.setVisible(bool(loans))


def _item(name: str, value: object) -> QTableWidgetItem:
    item = QTableWidgetItem(_written(name, value))
    if isinstance(value, (int, float)):
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(numbers.full(float(value)))
    elif value is not None:
        item.setToolTip(plain_tip(str(value)))
    return item


def _written(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return numbers.percent_short(float(value)) if name in _SHARES else numbers.looked_over(float(value))
    return str(value)
