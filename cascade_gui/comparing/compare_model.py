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
from engine.studies.verdicts import whole_percents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from engine.studies.outcome import StudyResult

Index = QModelIndex | QPersistentModelIndex
_HEADS: Final = 9
"""Columns without the name of the alternative; with it these stand one further to the right, but for the first."""
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
    """What differs between today and one alternative, or several, which then stand below each other with names."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._tokens: Tokens | None = None
        self._shift = 0
        self._heads = (
            self.tr("What differs"), self.tr("Over"), self.tr("Today"), self.tr("Proposal"), self.tr("Difference"),
            self.tr("95 % interval"), self.tr("Lower in"), self.tr("Higher in"), self.tr("Means"),
        )  # fmt: skip

    def show_results(self, parts: Sequence[StudyResult], names: Sequence[str] = ()) -> None:
        """Show what was found of some alternatives, an answer about each; nothing without any.

        Parameters
        ----------
        parts
            The answers, first that of the one in front.
        names
            What the alternatives are called.
        """
        self.beginResetModel()
        found = [_rows(each) for each in parts]
        self._shift = int(len(parts) > 1)
        if not self._shift:
            self._rows = found[0] if found else []
        else:
            keys = dict.fromkeys(row.cells[:2] for rows in found for row in rows)
            self._rows = [
                _Row((row.cells[0], name, *row.cells[1:]), row.tone)
                for key in keys
                for name, rows in zip(names, found, strict=True)
                for row in rows
                if row.cells[:2] == key
            ]
        self.endResetModel()

    @property
    def _shown_heads(self) -> tuple[str, ...]:
        return (self._heads[0], self.tr("Of"), *self._heads[1:]) if self._shift else self._heads

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    def text(self) -> str:
        """Return all as text with tabs, as it is shown."""
        return "\n".join("\t".join(cells) for cells in (self._shown_heads, *(row.cells for row in self._rows))) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else _HEADS + self._shift

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._kind(section))
        return self._shown_heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its side, and its colour where it means something."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._kind(column))
        if role == Qt.ItemDataRole.ForegroundRole and self._tokens is not None:
            column = self._kind(column)
            if column in (DIFFERENCE, MEANING) and row.tone:
                return QColor(getattr(self._tokens, row.tone))
            if column in (1, 5):
                return QColor(self._tokens.secondary)
        return None

    def _kind(self, column: int) -> int:
        """Return which column it would be without names; the name is of the kind of the first."""
        return max(column - self._shift, 0)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (0, 1, MEANING) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _rows(result: StudyResult) -> list[_Row]:
    """Return the rows of an answer about one alternative."""
    columns = {name: column.tolist() for name, column in result.answer.tables["results"].items()}
    parameters = result.scenario.parameters
    count = int(getattr(result.settings, "paths", 0))
    found = []
    for place in range(len(columns["measure"])):
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
                    *(_share_texts(row["lower_share"], row["higher_share"]) if is_paths else ("", "")),
                    row["meaning"],
                ),
                _TONES.get(row["meaning"], ""),
            )
        )
    return found


def _share_texts(lower: float, higher: float) -> tuple[str, str]:
    """Return the shares of paths as the sentences above the table say them."""
    same = max(0.0, round(1.0 - lower - higher, 9))  # without the noise of the subtraction, which is no share
    texts = whole_percents((lower, higher, same))
    return texts[0], texts[1]
