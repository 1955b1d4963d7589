"""What a comparison says: the verdict, what decides it, the parameters that differ, and the table of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.comparing.change_words import name_of_path, value_text
from cascade_gui.comparing.compare_model import CompareModel
from cascade_gui.studies.columns_model import ColumnsModel, written
from cascade_gui.theme.plain_text import plain_label
from engine.scenario.differences import value_at

if TYPE_CHECKING:
    from cascade_gui.theme import Tokens
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import StudyResult

_RISKS: Final = (
    ("VaR 95", "total_loss_usd.var_95"), ("VaR 99", "total_loss_usd.var_99"), ("ES 95", "total_loss_usd.es_95"),
    ("ES 99", "total_loss_usd.es_99"), ("LaR 99", "repaid_usd.lar_99"),
)  # fmt: skip


class AnswerPanel(QWidget):
    """Shows a comparison; the largest text is the verdict."""

    save_wanted = Signal()
    """The table of results is to be saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self.verdict = _wrapped()
        self.verdict.setObjectName("compare_verdict")
        self.verdict.setProperty("role", "figure")
        self.more = _wrapped()
        self.more.setObjectName("compare_sentences")
        self.changed = _wrapped()
        self.changed.setProperty("role", "warning")
        self.changed.hide()
        for label in (self.verdict, self.more):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.verdict)
        column.addWidget(self.more)
        column.addWidget(self.changed)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.upper = QSplitter(Qt.Orientation.Horizontal)
        self.upper.addWidget(self._make_side())
        self.parts.addWidget(self.upper)
        self.parts.addWidget(self._make_table())
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        column.addWidget(self.parts, 1)
        self.show_none("")

    def _make_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 8, 0, 8)
        self.risks = _plain_table(self.tr("Value at risk and expected shortfall"))
        self.risks_title = _title(self.tr("VaR and ES"))
        self.risks_model = ColumnsModel(self)
        self.risks.setModel(self.risks_model)
        self.parameters = _plain_table(self.tr("What differs in the parameters"))
        self.parameters_model = ColumnsModel(self)
        self.parameters.setModel(self.parameters_model)
        self.decides = _wrapped()
        self.decides.setObjectName("compare_decides")
        self.decides.setProperty("role", "secondary")
        self.decides.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.decides.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setWidget(self.decides)
        for widget, stretch in (
            (self.risks_title, 0), (self.risks, 3), (_title(self.tr("What differs in the parameters")), 0),
            (self.parameters, 2), (_title(self.tr("What decides this answer")), 0), (holder, 2),
        ):  # fmt: skip
            column.addWidget(widget, stretch)
        return side

    def _make_table(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 8, 0, 0)
        self.model = CompareModel(self)
        self.table = QTableView()
        self.table.setObjectName("compare_table")
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("What differs in the results"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.copy, self.save = QPushButton(self.tr("Copy")), QPushButton(self.tr("Save…"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self.save_wanted)
        row = QHBoxLayout()
        row.addWidget(_title(self.tr("What differs in the results")))
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        return part

    def show_none(self, text: str) -> None:
        """Show that there is nothing to compare, and what to do."""
        self.verdict.setText(text)
        self.more.setText("")
        self.decides.setText("")
        self.model.show_result(None)
        self.risks_model.show_columns({})
        self.parameters_model.show_columns({})
        for widget in (self.copy, self.save, self.risks, self.risks_title):
            widget.setEnabled(False)
        self.risks.hide()
        self.risks_title.hide()

    def show_result(self, result: StudyResult, then: Scenario) -> None:
        """Show a comparison.

        Parameters
        ----------
        result
            The answer.
        then
            The scenario that is compared with today's.
        """
        verdict = result.answer.verdict or (self.tr("It was stopped before there was anything to tell."),)
        self.verdict.setText(verdict[0])
        self.more.setText(" ".join(verdict[1:]))
        stopped = (self.tr("It was stopped: this is the answer of what was done."),) if result.stopped else ()
        self.decides.setText("\n".join((*stopped, *result.answer.notes, *result.answer.assumptions)))
        self.model.show_result(result)
        for section in range(self.model.columnCount()):
            self.table.resizeColumnToContents(section)
        self._show_risks(result)
        self._show_parameters(result, then)
        self.copy.setEnabled(True)
        self.save.setEnabled(True)

    def say_changed(self, text: str) -> None:
        """Say that the answer is of something else than what is open; nothing for an empty text."""
        self.changed.setText(text)
        self.changed.setVisible(bool(text))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.model.apply_theme(tokens)

    def _show_risks(self, result: StudyResult) -> None:
        figures, parameters = result.figures, result.scenario.parameters
        lines = [(title, name) for title, name in _RISKS if f"{name}.before" in figures]
        columns: dict[str, list[str]] = {key: [] for key in ("", self.tr("Today"), self.tr("Proposal"), "95 %")}
        for title, name in lines:
            texts = [title, *(written(name, figures[f"{name}.{when}"], parameters) for when in ("before", "after"))]
            low, high = (figures.get(f"{name}.after.{end}") for end in ("low", "high"))
            texts.append(f"[{written(name, low, parameters)}, {written(name, high, parameters)}]")
            for key, text in zip(columns, texts, strict=True):
                columns[key].append(text)
        self.risks_model.show_columns({key: np.array(texts, dtype=object) for key, texts in columns.items()})
        self.risks.setVisible(bool(lines))
        self.risks_title.setVisible(bool(lines))
        self.risks.setEnabled(bool(lines))
        self.risks_title.setEnabled(bool(lines))
        self.risks.resizeColumnsToContents()

    def _show_parameters(self, result: StudyResult, then: Scenario) -> None:
        today = result.scenario
        names, before, after = [], [], []
        for path in result.answer.tables["parameters"].get("path", ()):
            if path == "loans":
                texts = [self.tr("{0} loans").format(f"{len(each.loans):,}") for each in (today, then)]
                names.append(self.tr("Loan book"))
            else:
                texts = [value_text(each.parameters, path, value_at(each.parameters, path)) for each in (today, then)]
                names.append(name_of_path(today.parameters, path))
            before.append(texts[0])
            after.append(texts[1])
        heads = (self.tr("Parameter"), self.tr("Today"), self.tr("Proposal"))
        columns = zip(heads, (names, before, after), strict=True)
        self.parameters_model.show_columns({head: np.array(texts, dtype=object) for head, texts in columns})
        self.parameters.resizeColumnsToContents()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())


def _plain_table(name: str) -> QTableView:
    table = QTableView()
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.horizontalHeader().setStretchLastSection(True)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    return table


def _title(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "title")
    return label


def _wrapped() -> QLabel:
    label = plain_label()
    label.setWordWrap(True)
    return label
