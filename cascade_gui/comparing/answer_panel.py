"""What a comparison says: the verdict, what decides it, the parameters that differ, and the table of results."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

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
from cascade_gui.comparing.curves_panel import CurvesPanel
from cascade_gui.comparing.differences_picture import DifferencesPicture
from cascade_gui.comparing.several import names_in
from cascade_gui.studies.columns_model import ColumnsModel, written
from cascade_gui.studies.figure_words import in_words, within
from cascade_gui.theme.plain_text import plain_label
from engine.scenario.differences import value_at
from engine.studies.path_settings import BROAD, BROKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.theme import Tokens
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import StudyResult

_RISKS: Final = (
    ("VaR 95", "total_loss_usd.var_95"), ("VaR 99", "total_loss_usd.var_99"), ("ES 95", "total_loss_usd.es_95"),
    ("ES 99", "total_loss_usd.es_99"), ("LaR 99", "repaid_usd.lar_99"),
)  # fmt: skip
_BETTER: Final = re.compile(r"(smaller in )([^,]* %)")
_WORSE: Final = re.compile(r"(larger in )([^,]* %)")
_SIDE_LEAST: Final = 340
_UPPER_WIDTHS: Final = (760, 400)
_ROWS_AT_ONCE: Final = 8
"""More parameters that differ are scrolled through."""


class AnswerPanel(QWidget):
    """Shows a comparison; the largest text is the verdict."""

    save_wanted = Signal()
    """The table of results is to be saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens | None = None
        self._verdict = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self.verdict = _wrapped(is_rich=True)
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
        self.curves = CurvesPanel()
        self.upper.addWidget(self.curves)
        self.upper.addWidget(self._make_side())
        self.upper.setStretchFactor(0, 1)
        self.upper.setSizes(list(_UPPER_WIDTHS))
        self.parts.addWidget(self.upper)
        self.parts.addWidget(self._make_table())
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        column.addWidget(self.parts, 1)
        self.rest = QWidget()  # so that a text alone stands at the top
        column.addWidget(self.rest, 1)
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
        self.differences = DifferencesPicture()
        for widget, stretch in (
            (self.differences, 0), (self.risks_title, 0), (self.risks, 0),
            (_title(self.tr("What differs in the parameters")), 0), (self.parameters, 0),
            (_title(self.tr("What decides this answer")), 0), (self.decides, 0),
        ):  # fmt: skip
            column.addWidget(widget, stretch)
        column.addStretch(1)
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder.setMinimumWidth(_SIDE_LEAST)
        holder.setWidget(side)
        return holder

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
        self._say(text)
        self.more.setText("")
        self.decides.setText("")
        self.model.show_results(())
        self.risks_model.show_columns({})
        self.parameters_model.show_columns({})
        for widget in (self.copy, self.save, self.risks, self.risks_title):
            widget.setEnabled(False)
        for shown in (self.risks, self.risks_title, self.differences, self.parts):
            shown.hide()
        self.rest.show()
        self.curves.offer(())
        self.curves.show_curves(None)

    @property
    def verdict_text(self) -> str:
        """The verdict, without its colours."""
        return self._verdict

    def _say(self, verdict: str) -> None:
        """Show the verdict, with what is better and what is worse in their colours."""
        self._verdict = verdict
        text = escape(verdict)
        if self._tokens is not None:
            for words, colour in ((_BETTER, self._tokens.green), (_WORSE, self._tokens.vermilion)):
                text = words.sub(rf'\1<span style="color:{colour}">\2</span>', text)
        self.verdict.setText(text)

    def show_results(self, parts: Sequence[StudyResult], names: Sequence[str], then: Sequence[Scenario]) -> None:
        """Show a comparison; of several alternatives the first is in front, and all stand beside each other.

        Parameters
        ----------
        parts
            What the answer says of each alternative.
        names
            What they are called.
        then
            The scenarios that are compared with today's.
        """
        result = parts[0]
        nothing = (self.tr("It was stopped before there was anything to tell."),)
        verdict = result.answer.verdict or nothing
        is_alone = len(parts) == 1
        self._say(verdict[0] if is_alone else f"{names[0]}: {within(verdict[0])}")
        others = (f"{name}: {within((each.answer.verdict or nothing)[0])}"
                  for name, each in zip(names[1:], parts[1:], strict=True))  # fmt: skip
        self.more.setText("\n".join(text for text in (_in_lines(verdict[1:]), *others) if text))
        stopped = (self.tr("It was stopped: this is the answer of what was done."),) if result.stopped else ()
        said = "\n".join((*stopped, *result.answer.notes, *result.answer.assumptions))
        self.decides.setText(in_words(said, result.scenario.parameters))
        self.model.show_results(parts, names)
        for section in range(self.model.columnCount()):
            self.table.resizeColumnToContents(section)
        self.rest.hide()
        self.parts.show()
        self._show_differences(result)
        called = (self.tr("Proposal"),) if is_alone else tuple(names)
        self._show_risks(parts, called)
        self._show_parameters(result, then, called)
        self.copy.setEnabled(True)
        self.save.setEnabled(True)

    def say_changed(self, text: str) -> None:
        """Say that the answer is of something else than what is open; nothing for an empty text."""
        self.changed.setText(text)
        self.changed.setVisible(bool(text))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self._tokens = tokens
        self._say(self._verdict)
        for part in (self.model, self.curves, self.differences):
            part.apply_theme(tokens)

    def _show_differences(self, result: StudyResult) -> None:
        columns = result.answer.tables.get("differences") or {}
        of_first = _of_broad_downturn(result)
        if of_first.any():  # of the one in front
            same = float(getattr(result.settings, "same", 0.0))
            self.differences.show_differences(columns["total_loss_usd.difference"][of_first], same)
        self.differences.setVisible(bool(of_first.any()) and len(self.differences.bars[1]) > 0)

    def _show_risks(self, parts: Sequence[StudyResult], names: Sequence[str]) -> None:
        figures, parameters = parts[0].figures, parts[0].scenario.parameters
        lines = [(title, name) for title, name in _RISKS if f"{name}.before" in figures]
        columns: dict[str, list[str]] = {key: [] for key in ("", self.tr("Today"), names[0], "95 %", *names[1:])}
        for title, name in lines:
            texts = [title, *(written(name, figures[f"{name}.{when}"], parameters) for when in ("before", "after"))]
            low, high = (figures.get(f"{name}.after.{end}") for end in ("low", "high"))
            texts.append(f"[{written(name, low, parameters)}, {written(name, high, parameters)}]")
            texts += [written(name, each.figures.get(f"{name}.after"), parameters) for each in parts[1:]]
            for key, text in zip(columns, texts, strict=True):
                columns[key].append(text)
        self.risks_model.show_columns({key: np.array(texts, dtype=object) for key, texts in columns.items()})
        self.risks.setVisible(bool(lines))
        self.risks_title.setVisible(bool(lines))
        self.risks.setEnabled(bool(lines))
        self.risks_title.setEnabled(bool(lines))
        _fit(self.risks, is_wide=len(parts) > 1)

    def _show_parameters(self, result: StudyResult, then: Sequence[Scenario], called: Sequence[str]) -> None:
        today = result.scenario
        names: list[str] = []
        values: list[list[str]] = []
        for path in result.answer.tables["parameters"].get("path", ()):
            if path == "loans":
                texts = [self.tr("{0} loans").format(f"{len(each.loans):,}") for each in (today, *then)]
                names.append(self.tr("Loan book"))
            else:
                found = [(each.parameters, value_at(each.parameters, path)) for each in (today, *then)]
                if len(then) < len(names_in(result)) and all(value == found[0][1] for _, value in found):
                    continue  # another alternative, which is not looked at, has another
                texts = [value_text(parameters, path, value) for parameters, value in found]
                names.append(name_of_path(today.parameters, path))
            values.append(texts)
        heads = (self.tr("Parameter"), self.tr("Today"), *called)
        columns = zip(heads, (names, *([row[place] for row in values] for place in range(len(then) + 1))), strict=True)
        self.parameters_model.show_columns({head: np.array(texts, dtype=object) for head, texts in columns})
        _fit(self.parameters, is_wide=len(then) > 1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())


def _plain_table(name: str) -> QTableView:
    table = QTableView()
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setWordWrap(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    return table


def _in_lines(sentences: Sequence[str]) -> str:
    """Return sentences, those of the broken correlation on a line of their own, and those of single runs too."""
    broken = f"{BROKEN.capitalize()}: "
    lines: dict[str, list[str]] = {"paths": [], broken: [], "run": []}
    kind = "paths"
    for sentence in sentences:
        if sentence.startswith(broken):
            lines[broken].append(sentence.removeprefix(broken))
            continue
        kind = "run" if sentence.startswith("In one run") else kind
        lines[kind].append(sentence)
    told = {name: " ".join(each) for name, each in lines.items() if each}
    return "\n".join(f"{name}{text}" if name == broken else text for name, text in told.items())


def _fit(table: QTableView, *, is_wide: bool) -> None:
    """Give a small table the height of its rows, and what is over of its width to its first column; a wide one scrolls.

    A wide one has columns for several alternatives.
    """
    header = table.horizontalHeader()
    bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if is_wide else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    table.setHorizontalScrollBarPolicy(bar)
    for section in range(table.model().columnCount()):
        stretches = section == 0 and not is_wide
        header.setSectionResizeMode(
            section, QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents
        )
    rows = min(table.model().rowCount(), _ROWS_AT_ONCE)
    height = sum(table.rowHeight(row) for row in range(rows)) + header.sizeHint().height()
    height += table.horizontalScrollBar().sizeHint().height() if is_wide else 0
    table.setFixedHeight(height + 2 * table.frameWidth() + 2)


def _of_broad_downturn(result: StudyResult) -> Any:
    """Return which rows of the table of differences are of the broad downturn."""
    columns = result.answer.tables.get("differences") or {}
    if not columns:
        return np.zeros(0, dtype=np.bool_)
    return columns["class"] == BROAD


def _title(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "title")
    return label


def _wrapped(*, is_rich: bool = False) -> QLabel:
    label = plain_label()
    if is_rich:  # what it is given is escaped
        label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    return label
