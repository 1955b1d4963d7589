"""The published cases as a tree: groups, their cases, and the figures of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from cascade_gui.wording import numbers
from engine.verification.wording import difference_text, tolerance_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from engine.verification import Case, CaseResult, Comparison

CASE, SOURCE, COMPARED, EXPECTED, GOT, DIFFERENCE, VERDICT = range(7)
NUMBERS: Final = (EXPECTED, GOT, DIFFERENCE)

TONE: Final = Qt.ItemDataRole.UserRole + 1
"""What a cell is, for its colour: one of the names below."""
HEAD, PLAIN, SECONDARY, GOOD, LOSS = "head", "plain", "secondary", "good", "loss"
NAME: Final = Qt.ItemDataRole.UserRole + 2
"""The case of a row, empty in the row of a group."""


class CasesModel(QStandardItemModel):
    """Rows of groups; under them the cases, and under these, once they ran, their figures.

    Parameters
    ----------
    cases
        All that are to be run, and those outside the model.
    """

    def __init__(self, cases: Iterable[Case], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalHeaderLabels(
            [
                self.tr("Case"),
                self.tr("Source"),
                self.tr("Compared (farthest off)"),
                self.tr("Expected"),
                self.tr("Got"),
                self.tr("Difference"),
                self.tr("Verdict"),
            ]
        )
        for column in NUMBERS:
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setHeaderData(column, Qt.Orientation.Horizontal, right, Qt.ItemDataRole.TextAlignmentRole)
        self._groups: dict[str, QStandardItem] = {}
        self._rows: dict[str, list[QStandardItem]] = {}
        self._passed: dict[str, tuple[int, int]] = {}
        for case in cases:
            self._add(case)

    def _add(self, case: Case) -> None:
        if case.group not in self._groups:
            head = _row(7, HEAD)
            head[CASE].setText(case.group)
            self.appendRow(head)
            self._groups[case.group] = head[CASE]
            self._rows[case.group] = head
        row = _row(7, SECONDARY)
        row[CASE].setText(f"{case.name}   {case.title}")
        row[CASE].setToolTip(case.title)
        row[SOURCE].setText(case.source.short)
        row[SOURCE].setToolTip(case.source.full)
        for cell in row:
            cell.setData(case.name, NAME)
        if case.outside:
            row[COMPARED].setText(case.outside)
            row[COMPARED].setToolTip(case.outside)
            row[VERDICT].setText(self.tr("outside"))
            row[VERDICT].setToolTip(self.tr("The model cannot express this case; it is not run."))
        else:
            row[CASE].setData(PLAIN, TONE)
        self._groups[case.group].appendRow(row)
        self._rows[case.name] = row

    def clear_results(self) -> None:
        """Forget what came of the cases."""
        self._passed.clear()
        for name, row in self._rows.items():
            if row[CASE].data(NAME) == name and not self._is_outside(row):
                row[CASE].removeRows(0, row[CASE].rowCount())
                for cell in row[COMPARED:]:
                    cell.setText("")
            elif row[CASE].data(NAME) is None:
                row[VERDICT].setText("")

    @staticmethod
    def _is_outside(row: list[QStandardItem]) -> bool:
        return bool(row[CASE].data(TONE) == SECONDARY)

    def show_result(self, result: CaseResult) -> QModelIndex:
        """Show what came of a case, and its figures under it; return its row."""
        row = self._rows[result.case.name]
        if result.case.outside:
            return row[CASE].index()
        passes = result.verdict == "passes"
        found = result.farthest
        if found is None:
            row[COMPARED].setText(result.fault)
            row[COMPARED].setToolTip(result.fault)
        else:
            _fill(row, found)
        row[VERDICT].setText(_word(passes))
        row[VERDICT].setData(GOOD if passes else LOSS, TONE)
        for comparison in result.comparisons:
            cells = _row(7, SECONDARY)
            _fill(cells, comparison)
            cells[VERDICT].setText(_word(comparison.passes))
            cells[VERDICT].setData(GOOD if comparison.passes else LOSS, TONE)
            for cell in cells:
                cell.setData(result.case.name, NAME)
            row[CASE].appendRow(cells)
        self._count(result.case.group, passes)
        return row[CASE].index()

    def _count(self, group: str, passes: bool) -> None:
        passed, run = self._passed.get(group, (0, 0))
        passed, run = passed + passes, run + 1
        self._passed[group] = passed, run
        cell = self._rows[group][VERDICT]
        cell.setText(self.tr("{0} of {1}").format(numbers.count(passed), numbers.count(run)))
        cell.setData(SECONDARY if passed == run else LOSS, TONE)

    def row_text(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the cells of a row, separated by tabs."""
        cells = (index.sibling(index.row(), column).data() for column in range(self.columnCount()))
        return "\t".join(str(cell or "") for cell in cells)


def _row(columns: int, tone: str) -> list[QStandardItem]:
    cells = []
    for column in range(columns):
        cell = QStandardItem()
        cell.setEditable(False)
        cell.setData(tone, TONE)
        if column in NUMBERS:
            cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        cells.append(cell)
    return cells


def _fill(row: list[QStandardItem], comparison: Comparison) -> None:
    figure = comparison.figure
    texts = {
        COMPARED: figure.what,
        EXPECTED: value_text(figure.expected),
        GOT: value_text(comparison.got),
        DIFFERENCE: difference_text(comparison),
    }
    tip = QCoreApplication.translate("CasesModel", "Expected {0!r}, got {1!r}; tolerance {2}").format(
        figure.expected, comparison.got, tolerance_text(comparison)
    )
    for column, text in texts.items():
        row[column].setText(text)
        row[column].setToolTip(tip)
        row[column].setData(PLAIN if column in {EXPECTED, GOT} else SECONDARY, TONE)


def _word(passes: bool) -> str:
    if passes:
        return QCoreApplication.translate("CasesModel", "passes")
    return QCoreApplication.translate("CasesModel", "FAILS")
