"""The answer: the question, one sentence, the plot above its tables, and what can be done with them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.studies.answer_find import AnswerFindBar
from cascade_gui.studies.columns_model import ColumnsModel, written
from cascade_gui.studies.drawing.picture import Picture
from cascade_gui.studies.drawing.picture_view import PictureView
from cascade_gui.studies.figure_words import spoken_figure
from cascade_gui.studies.run_cards import RunCards
from cascade_gui.studies.table_tabs import TableTabs
from cascade_gui.studies.tag_cells import TagCells
from cascade_gui.theme.plain_text import plain_label
from engine.studies.known_studies import find_study

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens
    from engine.studies.outcome import Columns, StudyResult

ROWS: Final = "rows"
FIGURES: Final = "figures"
_ROWS_MEASURED: Final = 30
_PLOT_SHARE: Final = (62, 38)
"""How the height is shared between plot and table."""


class AnswerPanel(QWidget):
    """Shows what a study has found."""

    open_asked = Signal(int)
    """The number of a row that is to be shown as a cascade."""

    def __init__(self) -> None:
        super().__init__()
        self._result: StudyResult | None = None
        self._shown = Picture()
        self.heading, self.sentence, self.changed = _wrapped("heading"), _wrapped(""), _wrapped("warning")
        self.changed.hide()
        self.again = QPushButton(self.tr("Work it out again"))
        self.again.setObjectName("study_again")
        self.again.hide()
        self.part = QPushButton(self.tr("Show what was done"))
        self.part.setObjectName("study_part")
        self.part.hide()
        self.picture = PictureView()
        self.tables = TableTabs()
        self.model = ColumnsModel(self)
        self.cards = RunCards()
        self.table = QTableView()
        self.table.setObjectName("study_table")
        self.table.setProperty("kind", "answer")
        self.table.setModel(self.model)
        self.table.setItemDelegate(TagCells(self.table))
        self.table.setSortingEnabled(True)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.horizontalHeader().setResizeContentsPrecision(_ROWS_MEASURED)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setAccessibleName(self.tr("Rows of the answer"))
        self.find_bar = AnswerFindBar(self.table, self.model)
        self.open_run = QPushButton(self.tr("Open this run"))
        self.copy, self.save = QPushButton(self.tr("Copy")), QPushButton(self.tr("Save…"))
        self._arrange()
        self.tables.chosen.connect(self._show_table)
        self.table.selectionModel().selectionChanged.connect(self._select)
        self.table.doubleClicked.connect(self._open_shown)
        self.open_run.clicked.connect(self._open_shown)
        self.picture.row_clicked.connect(self.choose_row)
        self.cards.open_asked.connect(self.open_asked)
        self.show_result(None, Picture())

    def _arrange(self) -> None:
        self._upper = top = QWidget()
        above = QVBoxLayout(top)
        above.setContentsMargins(0, 12, 0, 4)
        above.setSpacing(6)
        older = QHBoxLayout()
        older.addWidget(self.changed, 1)
        older.addWidget(self.part)
        older.addWidget(self.again)
        for part in (self.heading, self.sentence):
            row = QHBoxLayout()
            row.setContentsMargins(16, 0, 16, 0)
            row.addWidget(part)
            above.addLayout(row)
        older.setContentsMargins(16, 0, 16, 0)
        above.addLayout(older)
        above.addWidget(self.picture, 1)
        above.addStretch(0)
        self._bottom = bottom = QWidget()
        below = QVBoxLayout(bottom)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(4, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.tables, 1)
        for button in (self.open_run, self.copy, self.save):
            button.setEnabled(False)
            row.addWidget(button)
        below.addLayout(row)
        below.addWidget(self.find_bar)
        self._lower = QStackedWidget()
        self._lower.addWidget(self.table)
        self._lower.addWidget(self.cards)
        below.addWidget(self._lower, 1)
        for before, after in pairwise((self.tables, self.open_run, self.copy, self.save, self.table, self.cards)):
            QWidget.setTabOrder(before, after)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(top)
        self._parts.addWidget(bottom)
        self._parts.setSizes(list(_PLOT_SHARE))
        for place, share in enumerate(_PLOT_SHARE):
            self._parts.setStretchFactor(place, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._parts)

    def show_result(self, result: StudyResult | None, picture: Picture, question: str = "") -> None:
        """Show a result; for None only the question. Of the same question what was looked at stays."""
        before, self._result = self._result, result
        self._shown = picture
        is_same = before is not None and result is not None and before.study == result.study
        looked_at = (self.tables.currentText(), self._chosen_row()) if is_same else ("", None)
        self.heading.setText(question)
        unanswered = self.tr("Not worked out yet: set what is asked at the left, then press Work it out.")
        self.sentence.setText(picture.sentence if result is not None else unanswered)
        self.sentence.setVisible(bool(self.sentence.text()))
        self.picture.show_picture(picture, keeps_before=is_same)
        if self.picture.isHidden() and picture.charts:  # before, the table had all of the height
            self.picture.show()
            height = self._parts.height()
            self._parts.setSizes([height * share // 100 for share in _PLOT_SHARE])
        self.picture.setVisible(bool(picture.charts))
        self._bottom.setVisible(result is not None)
        shown = []
        if result is not None:
            texts = find_study(result.study).tables
            named = {name: each for name, each in result.answer.tables.items() if _count(each)}
            for name in picture.hidden:
                named.pop(name, None)
            named |= picture.lists
            known = (*named, ROWS)
            for name in (*(each for each in picture.tables if each in known), *(set(known) - set(picture.tables))):
                title = picture.tables.get(name, self.tr("Rows") if name == ROWS else spoken_figure(name))
                columns = result.answer.rows if name == ROWS else named[name]
                shown.append((name, title, _count(columns), texts.get(name, self.tr("all that was looked at"))))
            shown.append((FIGURES, self.tr("All figures"), len(result.figures), self.tr("every figure by its name")))
        self.tables.show_tables(shown, looked_at[0])
        if looked_at[1] is not None:
            self.choose_row(self.tables.currentText(), looked_at[1])
        self.allow()

    @property
    def upper(self) -> QWidget:
        """What stands above the tables: the question, the sentence and the plot."""
        return self._upper

    @property
    def result(self) -> StudyResult | None:
        """The answer that is shown, None before there is one."""
        return self._result

    def columns(self, name: str = "") -> Columns:
        """Return the columns of a table, of the shown one without a name."""
        name = name or self.tables.currentText()
        if self._result is None or not name:
            return {}
        if name == FIGURES:
            return self._figures(self._result)
        if name in self._shown.lists:
            return self._shown.lists[name]
        return self._result.answer.rows if name == ROWS else self._result.answer.tables[name]

    def choose_row(self, table: str, row: int) -> None:
        """Select a row of a table, so that it can be opened, and show where it stands."""
        if self._result is None or table not in self.tables.names():
            return
        self.tables.setCurrentText(table)
        place = self.model.place_of(row)
        if place is None:
            return
        index = self.model.index(place, 0)
        chosen = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, chosen.ClearAndSelect | chosen.Rows)
        self.table.scrollTo(index)

    def allow(self) -> None:
        """Let be done what can be done."""
        self.open_run.setEnabled(self._opened_row() is not None)
        self.copy.setEnabled(self._result is not None)
        self.save.setEnabled(self._result is not None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self.picture.apply_theme(tokens)
        self.find_bar.apply_theme(tokens)
        self.cards.apply_theme(tokens)

    def open_find(self) -> None:
        """Open the find bar of the table, if there is one."""
        if self._result is not None:
            if self._lower.currentWidget() is self.cards:  # where no table is there is nothing to find
                self.tables.setCurrentText(ROWS)
            self.find_bar.open_bar()

    def _figures(self, result: StudyResult) -> Columns:
        parameters = result.scenario.parameters
        names = [name for name in result.figures if not name.endswith((".low", ".high"))]

        def texts(end: str) -> list[str]:
            found = [(f"{name}{end}", result.figures.get(f"{name}{end}", "")) for name in names]
            return [written(each, value, parameters) for each, value in found]

        return {
            "figure": _texts(names),
            "value": _texts(texts("")),
            "95 % from": _texts(texts(".low")),
            "to": _texts(texts(".high")),
            "name": _texts(names),
        }

    def _show_table(self, name: str) -> None:
        if self._result is None or not name:
            self.model.show_columns({})
            return
        self.model.show_columns(self.columns(name), self._result.scenario.parameters)
        cards = self._shown.cards.get(name)
        if cards is not None:
            can_play = self._result.answer.values_of is not None
            self.cards.show_cards(cards, can_play=can_play)
        self._lower.setCurrentWidget(self.table if cards is None else self.cards)
        self.open_run.setVisible(cards is None)
        for column in range(self.model.columnCount()):
            self.table.resizeColumnToContents(column)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._select()

    def _chosen_row(self) -> int | None:
        rows: list[QModelIndex] = self.table.selectionModel().selectedRows()
        return self.model.row_of(rows[0].row()) if rows else None

    def _opened_row(self) -> int | None:
        """Return the chosen row, None where it is no run."""
        result = self._result
        if result is None or result.answer.values_of is None or self.tables.currentText() != ROWS:
            return None
        return self._chosen_row()

    def _select(self, *_: object) -> None:
        self.picture.mark_row(self.tables.currentText(), self._chosen_row())
        self.allow()

    def _open_shown(self, *_: object) -> None:
        row = self._opened_row()
        if row is not None:
            self.open_asked.emit(row)


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values()), ()))


def _texts(texts: list[str]) -> Any:
    return np.array(texts, dtype=object)


def _wrapped(role: str) -> QLabel:
    label = plain_label()
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
