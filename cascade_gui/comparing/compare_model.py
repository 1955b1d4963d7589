"""The table of what differs: a measure a row, today, the proposal, the difference and what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from cascade_gui.comparing.measure_texts import difference_text, value_text
from cascade_gui.studies.figure_words import spoken_figure
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens
    from engine.studies.outcome import StudyResult

Index = QModelIndex | QPersistentModelIndex
DIFFERENCE: Final = 4
MEANING: Final = 8
_TONES: Final = {
    "better": "green", "worse": "vermilion", "more liquidated": "amber", "less liquidated": "amber",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it is shown."""

    cells: tuple[str, ...]
    tone: str


class CompareModel(QAbstractTableModel):
    """What differs between today and one alternative."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._tokens: Tokens | None = None
        self._heads = (
            self.tr("What differs"), self.tr("Over"), self.tr("Today"), self.tr("Proposal"), self.tr("Difference"),
            self.tr("95 % interval"), self.tr("Lower in"), self.tr("Higher in"), self.tr("Means"),
        )  # fmt: skip

    def show_result(self, result: StudyResult | None) -> None:
        """Show what an answer found of its first alternative; nothing for None."""
        self.beginResetModel()
        self._rows = [] if result is None else _rows(result)
        self.endResetModel()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._heads) - 1))

    def text(self) -> str:
        """Return all as text with tabs, as it is shown."""
        return "\n".join("\t".join(cells) for cells in (self._heads, *(row.cells for row in self._rows))) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return self._heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its side, and its colour where it means something."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ForegroundRole and self._tokens is not None:
            if column in (DIFFERENCE, MEANING) and row.tone:
                return QColor(getattr(self._tokens, row.tone))
            if column in (1, 5):
                return QColor(self._tokens.secondary)
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (0, 1, MEANING) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _rows(result: StudyResult) -> list[_Row]:
    """Return the rows of the first alternative of an answer."""
    columns = {name: column.tolist() for name, column in result.answer.tables["results"].items()}
    parameters = result.scenario.parameters
    count = int(getattr(result.settings, "paths", 0))
    first = columns["alternative"][:1]
    found = []
    for place, alternative in enumerate(columns["alternative"]):
        if [alternative] != first:
            continue
        row = {name: column[place] for name, column in columns.items()}
        measure, over = row["measure"], row["over"]
        is_paths = math.isfinite(row["lower_share"])
        low, high = (difference_text(measure, row[f"difference.{end}"], parameters) for end in ("low", "high"))
        found.append(
            _Row(
                (
                    spoken_figure(measure),
                    f"{numbers.count(count)} paths, {over}" if is_paths else over,
                    value_text(measure, row["before"], parameters),
                    value_text(measure, row["after"], parameters),
                    difference_text(measure, row["difference"], parameters),
                    f"[{low}, {high}]" if math.isfinite(row["difference.low"]) else "",
                    numbers.percent(row["lower_share"], 0) if is_paths else "",
                    numbers.percent(row["higher_share"], 0) if is_paths else "",
                    row["meaning"],
                ),
                _TONES.get(row["meaning"], ""),
            )
        )
    return found
