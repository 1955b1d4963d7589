"""The page of studies: questions and settings on the left, the table of the answer, figures and what decides them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.studies.columns_model import ColumnsModel, written
from cascade_gui.studies.same_scenario import are_alike
from cascade_gui.studies.study_form import StudyForm
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.working import heavy_libraries
from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.studies.known_studies import find_study, study_names
from engine.studies.runs import Runs
from engine.studies.settings import read_texts
from engine.studies.typed import as_typed
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.kept_studies import KeptStudies
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import StudyResult
    from engine.studies.study import Study

_LOOKED_AT: Final = 100
"""Milliseconds between two looks at how far a study is."""
_THREADS: Final = 2
_ROWS_MEASURED: Final = 30
_WIDTHS: Final = (320, 640, 360)


class StudiesPage(QWidget):
    """Asks questions of the open scenario that need many runs.

    Parameters
    ----------
    scenario
        Returns what is open; it raises `BadInput` where it cannot be run.
    draft
        Returns the same unchecked.
    kept
        Keeps the last answer of each question.
    """

    run_wanted = Signal(object)
    """The scenario of a row that is to be shown as a cascade."""

    def __init__(
        self,
        scenario: Callable[[], Scenario],
        draft: Callable[[], Scenario],
        kept: KeptStudies,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("studies")
        self._scenario, self._draft, self._kept = scenario, draft, kept
        studies = (find_study(name) for name in study_names())
        self._studies: list[Study[Any]] = [study for study in studies if not study.has_own_view]
        self._background = Background("studies", self, computes=True, libraries=heavy_libraries.FOR_FILES)
        self._runs: Runs | None = None
        self._result: StudyResult | None = None
        self._form: StudyForm | None = None
        self._look = QTimer(self, interval=_LOOKED_AT)
        self._look.timeout.connect(self._show_progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        row.addWidget(self._parts)
        for part in (self._make_asking(), self._make_rows(), self._make_figures()):
            self._parts.addWidget(part)
        self._parts.setSizes(list(_WIDTHS))
        self._parts.setStretchFactor(1, 1)
        self.questions.currentRowChanged.connect(self._choose)
        self.questions.setCurrentRow(0)
        kept.cleared.connect(self._forget)

    # -------------------------------------------------------------------------------------- making

    def _make_asking(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 12, 0)
        self.questions = QListWidget()
        self.questions.setObjectName("study_questions")
        self.questions.setAccessibleName(self.tr("Questions"))
        self.questions.setWordWrap(True)
        self.questions.addItems([study.question for study in self._studies])
        self._place = QScrollArea()
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QFrame.Shape.NoFrame)
        self.start, self.cancel = QPushButton(self.tr("Work it out")), QPushButton(self.tr("Cancel"))
        self.start.setProperty("kind", "primary")
        self.cancel.setEnabled(False)
        self.progress = QProgressBar()
        self.progress.hide()
        for widget, name in (
            (self.start, "study_start"), (self.cancel, "study_cancel"), (self.progress, "study_progress"),
        ):  # fmt: skip
            widget.setObjectName(name)
        self.progress.setAccessibleName(self.tr("How many runs are done"))
        self.fault = _wrapped()
        self.fault.setProperty("role", "loss")
        buttons = QHBoxLayout()
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.cancel)
        column.addWidget(self.questions, 1)
        column.addWidget(self._place, 1)
        column.addWidget(self.fault)
        column.addWidget(self.progress)
        column.addLayout(buttons)
        self.start.clicked.connect(self.begin)
        self.cancel.clicked.connect(self.stop)
        return part

    def _make_rows(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        self.heading = _wrapped()
        self.heading.setProperty("role", "title")
        self.changed = _wrapped()
        self.changed.setProperty("role", "warning")
        self.changed.hide()
        self.again = QPushButton(self.tr("Work it out again"))
        self.again.setObjectName("study_again")
        self.again.hide()
        self.again.clicked.connect(self.begin_again)
        self.tables = QComboBox()
        self.tables.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.tables.setAccessibleName(self.tr("Which table"))
        self.model = ColumnsModel(self)
        self.table = QTableView()
        self.table.setObjectName("study_table")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setResizeContentsPrecision(_ROWS_MEASURED)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setAccessibleName(self.tr("Rows of the answer"))
        self.open_run = QPushButton(self.tr("Open this run"))
        self.copy, self.save = QPushButton(self.tr("Copy")), QPushButton(self.tr("Save…"))
        row = QHBoxLayout()
        row.addWidget(self.tables)
        row.addStretch(1)
        for button in (self.open_run, self.copy, self.save):
            button.setEnabled(False)
            row.addWidget(button)
        older = QHBoxLayout()
        older.addWidget(self.changed, 1)
        older.addWidget(self.again)
        column.addWidget(self.heading)
        column.addLayout(older)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self.tables.currentTextChanged.connect(self._show_table)
        self.table.selectionModel().selectionChanged.connect(self._allow)
        self.table.doubleClicked.connect(self._open_shown)
        self.open_run.clicked.connect(self._open_shown)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        return part

    def _make_figures(self) -> QWidget:
        part = QWidget()
        part.setObjectName("study_result")
        column = QVBoxLayout(part)
        column.setContentsMargins(12, 0, 0, 0)
        self.figures_model = ColumnsModel(self)
        self.figures = QTableView()
        self.figures.setModel(self.figures_model)
        self.figures.verticalHeader().hide()
        self.figures.setAccessibleName(self.tr("Figures of the answer"))
        self.figures.horizontalHeader().setStretchLastSection(True)
        self.decides = _wrapped()
        self.decides.setProperty("role", "secondary")
        self.decides.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.decides.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        title = plain_label(self.tr("What decides this answer"))
        title.setProperty("role", "section")
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setWidget(self.decides)
        column.addWidget(self.figures, 3)
        column.addWidget(title)
        column.addWidget(holder, 2)
        return part

    # -------------------------------------------------------------------------------------- asking

    @property
    def study(self) -> Study[Any]:
        """The chosen study."""
        return self._studies[max(self.questions.currentRow(), 0)]

    @property
    def result(self) -> StudyResult | None:
        """The answer that is shown, None before there is one."""
        return self._result

    @property
    def busy(self) -> bool:
        """Whether a study is under way."""
        return self._runs is not None

    def choose(self, name: str) -> None:
        """Choose a question by the name of its study, unless another is worked out now."""
        places = [place for place, study in enumerate(self._studies) if study.name == name]
        if places and self.questions.isEnabled():
            self.questions.setCurrentRow(places[0])
            self.questions.scrollToItem(self.questions.currentItem())

    def _choose(self, _: int) -> None:
        self._form = StudyForm(self.study.kind)
        self._form.entered.connect(self.begin)
        self._place.setWidget(self._form)
        self.fault.setText("")
        kept = self._kept.of(self.study.name)
        if kept is not None:
            self._form.fill(as_typed(kept.settings))
        self._show(kept)

    def begin(self) -> None:
        """Work out the answer with the settings of the form, or say what is wrong with them."""
        if self.busy or self._form is None:
            return
        try:
            settings = self.study.settings(read_texts(self.study.kind, self._form.texts()))
            scenario = self._scenario()
        except BadInput as error:
            self._say_fault(error)
            return
        self._form.mark(None)
        self.fault.setText("")
        self._runs = runs = Runs(_THREADS)
        self._background.stop_with(runs.stop)
        self._background.do(partial(self.study.make, scenario, settings, runs), self._take, self._fail, key="study")
        self._allow_asking(False)
        self._look.start()
        self._kept.note_working(True)

    def note_change(self) -> None:
        """Note that what is open may have changed, and say so beside an answer that was of something else."""
        is_other = self._result is not None and self._is_of_another(self._result)
        self.changed.setText(self.tr("The scenario has changed since this was worked out.") if is_other else "")
        self.changed.setVisible(is_other)
        self.again.setVisible(is_other)

    def _is_of_another(self, result: StudyResult) -> bool:
        if result.origin is not None and not result.origin.has_book:
            return True
        try:
            return not are_alike(self._draft(), result.scenario)
        except BadInput:
            return True

    def begin_again(self) -> None:
        """Ask the same as before of what is open now."""
        if self._result is not None and self._form is not None:
            self._form.fill(as_typed(self._result.settings))
            self.begin()

    def stop(self) -> None:
        """Begin no further round; what is done is shown."""
        if self._runs is not None:
            self._runs.stop()

    def _say_fault(self, error: BadInput) -> None:
        self.fault.setText("\n".join(str(fault) for fault in error.faults))
        if self._form is not None:
            self._form.mark(error)

    def _show_progress(self) -> None:
        runs = self._runs
        if runs is None:
            return
        self.progress.setVisible(True)
        self.progress.setRange(0, runs.wanted)
        self.progress.setValue(runs.count)
        self.progress.setFormat(self.tr("%v of %m runs") if runs.wanted else self.tr("preparing"))

    def _allow_asking(self, allowed: bool) -> None:
        self.start.setEnabled(allowed)
        self.questions.setEnabled(allowed)
        self._place.setEnabled(allowed)
        self.cancel.setEnabled(not allowed)

    def _end(self) -> None:
        self._runs = None
        self._look.stop()
        self.progress.setVisible(False)
        self._allow_asking(True)
        self._kept.note_working(False)

    def _forget(self) -> None:
        """Let go of what is asked of another document, and show the answer that came with this one."""
        if self.busy:
            self.stop()
            self._background.forget_all()
            self._end()
        self._choose(self.questions.currentRow())

    def _fail(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, BadInput):
            raise error
        self._say_fault(error)

    # --------------------------------------------------------------------------------------- answer

    def _take(self, result: StudyResult) -> None:
        self._end()
        self._kept.keep(result)
        self._show(result)

    def _show(self, result: StudyResult | None) -> None:
        self._result = result
        self.note_change()
        if result is None:
            self._show_none()
            return
        self.heading.setText(find_study(result.study).question)  # another may be chosen while this is looked at
        tables = ["rows", *(name for name in result.answer.tables if result.answer.tables[name])]
        self.tables.clear()
        self.tables.addItems(tables)
        self.tables.setCurrentIndex(min(1, len(tables) - 1))  # what a study picks out says more than all that it ran
        names, values = list(result.figures), list(result.figures.values())
        parameters = result.scenario.parameters
        shown = np.array(
            [written(name, value, parameters) for name, value in zip(names, values, strict=True)], dtype=object
        )
        self.figures_model.show_columns({self.tr("figure"): np.array(names, dtype=object), self.tr("value"): shown})
        self.figures.resizeColumnToContents(0)
        self.decides.setText("\n".join((*self._said_first(result), *result.answer.notes, *result.answer.assumptions)))
        self._allow()

    def _show_none(self) -> None:
        self.heading.setText("")
        self.tables.clear()
        self.model.show_columns({})
        self.figures_model.show_columns({})
        self.decides.setText("")
        self._allow()

    def _said_first(self, result: StudyResult) -> tuple[str, ...]:
        """Say what comes before all else: that it was stopped, or by which version it was worked out."""
        said = (self.tr("It was stopped: this is the answer of what was done."),) if result.stopped else ()
        if result.origin is None or result.origin.provenance.get("engine") == __version__:
            return said
        version = str(result.origin.provenance.get("engine"))
        return (*said, self.tr("It came with the file and was worked out by version {0}.").format(version))

    def _show_table(self, name: str) -> None:
        if self._result is None or not name:
            return
        columns = self._result.answer.rows if name == "rows" else self._result.answer.tables[name]
        self.model.show_columns(columns, self._result.scenario.parameters)
        for column in range(self.model.columnCount()):
            self.table.resizeColumnToContents(column)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._allow()

    def _allow(self, *_: object) -> None:
        has = self._result is not None
        chosen = self.table.selectionModel().hasSelection()
        opens = has and self._result is not None and self._result.answer.values_of is not None
        self.open_run.setEnabled(opens and chosen and self.tables.currentText() == "rows")
        self.copy.setEnabled(has)
        self.save.setEnabled(has)

    def _open_shown(self, *_: object) -> None:
        if not self.table.currentIndex().isValid() or self.tables.currentText() != "rows" or self._result is None:
            return
        if self._result.answer.values_of is not None:
            try:
                scenario = self._result.open(self.model.row_of(self.table.currentIndex().row()))
            except BadInput as error:  # of a file that no Cascade wrote
                self.fault.setText(str(error))
                return
            self.run_wanted.emit(scenario)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())

    def _save(self) -> None:
        from engine.exporting import export_table

        if self._result is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the table"),
            f"{self._result.study}.csv",
            "CSV (*.csv);;XLSX (*.xlsx);;Parquet (*.parquet)",
        )
        if not name:
            return
        try:
            export_table(self._result.frame(self.tables.currentText()), Path(name))
        except BadInput as error:
            self._say_fault(error)

    def shut_down(self) -> None:
        """Stop what is under way, and wait for it."""
        self.stop()
        self._look.stop()
        self._background.shut_down()


def _wrapped() -> QLabel:
    label = plain_label()
    label.setWordWrap(True)
    return label
