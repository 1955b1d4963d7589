"""The editor of a measured curve's points: a small table with a live picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.scenario_panel.curve_picture import CurvePicture
from cascade_gui.theme import SIZES
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers
from engine.scenario.schema import CurveLiquidity

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens


class CurvePointsDialog(QDialog):
    """Edits the points of a curve. OK waits until they make a curve.

    Parameters
    ----------
    asset
        Whose curve it is.
    liquidity
        The curve.
    """

    def __init__(self, asset: str, liquidity: CurveLiquidity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Liquidity of {0}").format(asset))
        self._liquidity = liquidity
        self._table = QTableWidget(0, 2)
        self._table.setObjectName("curve_points_table")
        self._table.setHorizontalHeaderLabels([self.tr("Price falls by"), self.tr("after selling, USD")])
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(SIZES.table_row)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.picture = CurvePicture()
        self._scaled = plain_label()
        self._scaled.setObjectName("curve_points_scaled")
        self._scaled.setProperty("role", "secondary")
        self._scaled.setWordWrap(True)
        self._fault = plain_label()
        self._fault.setProperty("role", "loss")
        self._fault.setWordWrap(True)
        self._fault.setMinimumHeight(36)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        for drop, usd in liquidity.points:
            self._append(numbers.percent_short(drop) if drop >= 0.001 else f"{drop * 100:g} %", numbers.full(usd))
        if liquidity.depth_multiplier != 1.0:
            multiplier = numbers.multiple(liquidity.depth_multiplier)
            self._scaled.setText(
                self.tr("These are points at a depth multiplier of 1. The picture is drawn at {0}.").format(multiplier)
            )
        self._scaled.setVisible(bool(self._scaled.text()))
        self._table.itemChanged.connect(self._check)
        self._check()
        self.resize(420, 520)

    def points(self) -> tuple[tuple[float, float], ...]:
        """Return the points of the curve that is shown."""
        return self._liquidity.points

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.picture.apply_theme(tokens)

    def _lay_out(self) -> None:
        add, remove = QPushButton(self.tr("Add a point")), QPushButton(self.tr("Remove"))
        add.clicked.connect(self._add)
        remove.clicked.connect(self._remove)
        for button in (add, remove):
            button.setAutoDefault(False)
        line = QHBoxLayout()
        line.addWidget(add)
        line.addWidget(remove)
        line.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SIZES.padding,) * 4)
        column.addWidget(self.picture)
        column.addWidget(self._scaled)
        column.addWidget(self._table, 1)
        column.addLayout(line)
        column.addWidget(self._fault)
        column.addWidget(self._buttons)

    def _append(self, drop: str, usd: str) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        for column, text in enumerate((drop, usd)):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._table.setItem(row, column, item)

    def _add(self) -> None:
        drop, usd = self._liquidity.points[-1]
        self._append(f"{min(drop * 1.5, 1.0) * 100:g} %", numbers.full(usd * 1.5))
        self._check()
        self._table.edit(self._table.model().index(self._table.rowCount() - 1, 0))

    def _remove(self) -> None:
        for row in sorted({index.row() for index in self._table.selectedIndexes()}, reverse=True):
            self._table.removeRow(row)
        self._check()

    def _check(self) -> None:
        try:
            points = [list(self._read(row)) for row in range(self._table.rowCount())]
            changed = {**self._liquidity.model_dump(), "points": points}
            self._liquidity = CurveLiquidity.model_validate(changed)
        except ValidationError as error:
            self._show_fault(str(error.errors()[0]["msg"]).removeprefix("Value error, "))
            return
        except ValueError as error:
            self._show_fault(str(error))
            return
        self._show_fault("")
        self.picture.show_curve(self._liquidity)

    def _read(self, row: int) -> tuple[float, float]:
        drop, usd = (self._table.item(row, column) for column in (0, 1))
        share = numbers.parse_share(drop.text() if drop else "", bare_is_percent=True)
        return share, numbers.parse_number(usd.text() if usd else "")

    def _show_fault(self, text: str) -> None:
        self._fault.setText(text)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not text)
