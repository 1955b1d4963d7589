"""The dialog that brings a loan book in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.lacking import Lacking, completed, lacking
from cascade_gui.importing.lacking_form import LackingForm
from cascade_gui.importing.loans_preview import LoansPreview
from cascade_gui.importing.mapping_form import MappingForm
from cascade_gui.importing.preview import PreviewModel
from cascade_gui.importing.questions_form import QuestionsForm
from cascade_gui.loan_table.editing import LoanEditor, counted
from cascade_gui.wording import numbers
from cascade_gui.working.background_dialog import BackgroundDialog
from engine.base.faults import BadInput
from engine.importing.around import Around
from engine.importing.asking import Unanswered
from engine.importing.book_reading import read_book
from engine.importing.categories import with_names_for_numbers
from engine.importing.checks import compare
from engine.importing.choices import ImportChoices
from engine.importing.read_source import read_source
from engine.scenario.loans import LoanTable
from engine.scenario.presets import load_preset
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.document import Document
    from cascade_gui.working.background import Done, Failed, Work
    from engine.importing.asking import Question
    from engine.importing.book_reading import Reading
    from engine.importing.source import Source
    from engine.scenario.schema import Parameters

_MOST_LISTED: Final = 1_000
_SAID_HEIGHT: Final = 72


class ImportDialog(BackgroundDialog):
    """Reads a file in the background, shows what it means and what is wrong, and takes it into the book.

    Parameters
    ----------
    document
        Whose book gets the loans, as one step that can be undone.
    path
        The file.
    """

    def __init__(self, document: Document, path: Path, parent: QWidget | None = None) -> None:
        super().__init__("import", parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(self.tr("Import {0}").format(path.name))
        self.resize(1240, 690)
        self._document = document
        self._path = path
        self._source: Source | None = None
        self._choices = ImportChoices()
        self._result: Reading | None = None
        self._missing: Lacking | None = None
        self._preview: PreviewModel | None = None
        self._make_parts()
        self._arrange()
        self._say(self.tr("Reading {0} …").format(path.name), busy=True)
        self._open()

    # ------------------------------------------------------------------------------------- parts

    def _make_parts(self) -> None:
        self._make_reading()
        self._make_end()

    def _make_reading(self) -> None:
        """Make what shows how the file is read."""
        self._about = QLabel(self._path.name)
        self._about.setProperty("role", "title")
        self._details = QLabel()
        self._details.setProperty("role", "secondary")
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFixedWidth(340)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFrameShape(QScrollArea.Shape.NoFrame)
        self._form = MappingForm(next(iter(self._document.parameters.markets), "market"))
        self._form.changed.connect(self._answer)
        self._said = QLabel()
        self._said.setObjectName("import_said")
        self._said.setProperty("role", "secondary")
        self._said.setWordWrap(True)
        self._again = QPushButton(self.tr("Start over"))
        self._again.setToolTip(self.tr("Forget what was answered and chosen here"))
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._start_over)
        self._questions = QuestionsForm()
        self._questions.answered.connect(self._answer)
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("First rows of the file"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(26)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.horizontalHeader().setDefaultSectionSize(130)
        self._will_be = LoansPreview()
        self._status = QLabel()
        self._status.setObjectName("import_status")
        self._status.setWordWrap(True)

    def _make_end(self) -> None:
        """Make what shows what is wrong and lacking, and the buttons."""
        self._faults = QListWidget()
        self._faults.setObjectName("import_faults")
        self._faults.setAccessibleName(self.tr("What is wrong with the file"))
        self._faults.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._faults.setWordWrap(True)
        self._faults.hide()
        self._skip = QCheckBox()
        self._skip.setObjectName("import_skip")
        self._skip.hide()
        self._skip.toggled.connect(self._show_possible)
        self._lacking = LackingForm()
        self._lacking.changed.connect(self._show_possible)
        self._replace = QRadioButton(self.tr("Replace the loan book"))
        self._replace.setObjectName("import_replace")
        self._append = QRadioButton(self.tr("Append to it"))
        self._append.setObjectName("import_append")
        self._replace.setChecked(True)
        self._append.setEnabled(len(self._document.loans) > 0)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._buttons = QDialogButtonBox()
        self._import = QPushButton(self.tr("Import"))
        self._import.setObjectName("import_accept")
        self._import.setDefault(True)
        self._import.setEnabled(False)
        self._buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(QPushButton(self.tr("Cancel")), QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self._take)
        self._buttons.rejected.connect(self.reject)

    def _arrange(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for part in (self._form, self._again):
            column.addWidget(part)
        column.addStretch(1)
        self._side.setWidget(left)
        self._asked = _scrolled(self._questions)
        self._asked.hide()
        said = _scrolled(self._said)
        said.setMaximumHeight(_SAID_HEIGHT)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._asked, 3)
        right.addWidget(self._table, 3)
        right.addWidget(self._will_be, 2)
        right.addWidget(said)
        right.addWidget(self._bar)
        right.addWidget(self._status)
        right.addWidget(self._faults, 2)
        right.addWidget(self._skip)
        right.addWidget(self._lacking)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self._side)
        middle.addLayout(right, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self._replace)
        bottom.addWidget(self._append)
        bottom.addStretch(1)
        bottom.addWidget(self._buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addWidget(self._about)
        box.addWidget(self._details)
        box.addLayout(middle, 1)
        box.addLayout(bottom)

    # ------------------------------------------------------------------------------ in the background

    def _work(self, work: Work, done: Done, failed: Failed) -> None:
        """Do something in the background; what was asked before is forgotten."""
        self._background.do(work, done, failed, key="only one")

    def _reader(self) -> Work:
        path, choices = self._path, self._choices

        def read() -> Source:
            return read_source(path, sheet=choices.sheet, part=choices.list)

        return read

    def _checker(self, source: Source) -> Work:
        parameters, choices = self._document.parameters, self._choices

        def check_rows() -> tuple[Reading, Lacking]:
            around = Around.read(choices, Scenario(parameters, LoanTable.empty()))
            market = next(iter(parameters.markets), "market")
            reading = read_book(source, choices, known=replace(around.known(), market=market), assets=around.assets())
            table = {row.asset: row.price for row in around.table if row.price is not None}
            missing = lacking(parameters, reading.loans, {**reading.prices, **table})
            if not reading.notes.questions:
                _compare(reading, parameters, missing)
            return reading, missing

        return check_rows

    # ------------------------------------------------------------------------------------- steps

    def _open(self) -> None:
        """Read the file; which list or sheet of it is asked first where there are several."""
        self._source = None
        self._say(self.tr("Reading {0} …").format(self._path.name), busy=True)
        self._work(self._reader(), self._read, self._failed)

    def _read(self, source: Source) -> None:
        """Show the file that was read."""
        self._source = source
        rows = counted(self.tr("{0} row"), self.tr("{0} rows"), len(source))
        self._details.setText(f"{rows} · {source.details}" if source.details else rows)
        self._preview = PreviewModel(source, self)
        self._table.setModel(self._preview)
        self._check()

    def _answer(self, change: dict[str, Any]) -> None:
        """Take an answer, or what was chosen in the form."""
        before = self._choices
        if change.get("columns") == {}:  # another shape has other columns
            self._choices = replace(before, shape=change["shape"], columns={})
        else:
            self._choices = before.changed(**change)
        again = (self._choices.list, self._choices.sheet) != (before.list, before.sheet)
        if again or self._source is None:
            self._open()
        else:
            self._check()

    def _start_over(self) -> None:
        self._choices = ImportChoices()
        self._open()

    def _check(self) -> None:
        """Look for what is wrong or not certain under the choices as they are now."""
        if self._source is None or self._preview is None:
            return
        self._result = None
        self._say(self.tr("Checking …"), busy=True)
        self._work(self._checker(self._source), self._checked, self._failed)

    def _checked(self, found: tuple[Reading, Lacking]) -> None:
        """Show what was done, what is asked and what is wrong."""
        reading, missing = found
        dollar = "USDC" if "USDC" in self._document.parameters.assets else "USD"
        if reading.shape == "liquidation_prices" and "debt_asset" not in self._choices.constants:
            self._answer({"constants": {"debt_asset": dollar}})
            return
        if self._preview is not None:
            self._preview.set_reading(reading)
        self._form.show_reading(reading)
        self._said.setText("\n".join(reading.notes.said))
        self._will_be.show_loans(reading.preview())
        self._ask(reading.notes.questions)
        self._show_faults([str(fault) for fault in reading.notes.faults])
        if reading.notes.questions:
            self._lacking.set_lacking(None)
            one, many = self.tr("{0} question is open."), self.tr("{0} questions are open.")
            self._say(counted(one, many, len(reading.notes.questions)))
            return
        self._result, self._missing = reading, missing
        self._lacking.set_lacking(self._missing)
        loans = counted(self.tr("{0} loan row"), self.tr("{0} loan rows"), len(reading.loans))
        if reading.bad_rows or reading.notes.faults:
            bad = counted(self.tr("{0} row is wrong"), self.tr("{0} rows are wrong"), max(1, reading.bad_rows))
            self._say(self.tr("{0} can be imported; {1}.").format(loans, bad))
            one, many = self.tr("Leave out {0} account that has a wrong row"), self.tr("Leave out {0} with a wrong row")
            accounts = counted(self.tr("{0} account"), self.tr("{0} accounts"), len(reading.left_out))
            self._skip.setText(one.format(1) if len(reading.left_out) == 1 else many.format(accounts))
        else:
            self._say(self.tr("{0} can be imported; nothing is wrong.").format(loans))
        self._skip.setVisible(bool(reading.notes.faults))
        self._show_possible()

    def _ask(self, questions: list[Question]) -> None:
        columns = () if self._source is None else self._source.columns
        self._questions.set_questions(questions, columns)
        self._asked.setVisible(bool(questions))

    def _failed(self, problem: Exception) -> None:
        """Say why the file cannot be used."""
        if not isinstance(problem, BadInput):
            self._say(self.tr("The file could not be read."))
            raise problem
        self._result = None
        self._lacking.set_lacking(None)
        if isinstance(problem, Unanswered):
            self._ask(list(problem.questions))
            self._show_faults([])
            self._say(self.tr("{0} questions are open.").format(len(problem.questions)))
            return
        self._ask([])
        self._show_faults([str(fault) for fault in problem.faults])
        self._say(self.tr("This cannot be imported."))

    def _take(self) -> None:
        """Put the loans into the book, with what the scenario lacks, as one step."""
        result = self._result
        if result is None or not self._possible():
            return
        document, loans = self._document, result.loans
        parameters = document.parameters
        if self._missing and self._lacking.wanted:
            if self._lacking.preset is not None:
                loans = with_names_for_numbers(loans, load_preset(self._lacking.preset).category_numbers)
            try:
                preset = self._lacking.preset or self._choices.preset
                prices, depths = self._lacking.prices(), self._lacking.depths()
                parameters = completed(parameters, self._missing, prices, preset, loans, depths)
            except BadInput as problem:
                self._show_faults([str(fault) for fault in problem.faults])
                self._say(self.tr("What is missing cannot be added to the scenario."))
                return
        title = self.tr("Import {0}").format(self._path.name)
        editor = LoanEditor(document.loans, document.undo_stack)
        document.undo_stack.beginMacro(title)
        document.replace_parameters(parameters, title)
        (editor.append if self._append.isChecked() else editor.replace)(loans, title)
        document.undo_stack.endMacro()
        self.accept()

    # ----------------------------------------------------------------------------------- showing

    def _possible(self) -> bool:
        if self._result is None or not len(self._result.loans):
            return False
        left_out = not self._result.notes.faults or self._skip.isChecked()
        return left_out and self._lacking.is_complete

    def _show_possible(self) -> None:
        self._import.setEnabled(self._possible())

    def _show_faults(self, lines: list[str]) -> None:
        self._faults.clear()
        self._faults.addItems(lines[:_MOST_LISTED])
        if len(lines) > _MOST_LISTED:
            self._faults.addItem(self.tr("{0} more").format(numbers.count(len(lines) - _MOST_LISTED)))
        self._faults.setVisible(bool(lines))
        self._skip.hide()
        self._skip.setChecked(False)

    def _say(self, text: str, *, busy: bool = False) -> None:
        self._status.setText(text)
        self._bar.setVisible(busy)
        self._show_possible()


def _scrolled(widget: QWidget) -> QScrollArea:
    """Return an area that scrolls a widget up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area


def _compare(reading: Reading, parameters: Parameters, missing: Lacking) -> None:
    """Compare the file's own figures with ours, as far as the scenario and the file give prices and thresholds."""
    prices = {name: price for name, price in missing.assets.items() if price is not None}
    if len(prices) < len(missing.assets):
        return
    try:
        whole = completed(parameters, missing, prices, None, reading.loans)
        Scenario.checked(whole, reading.loans)
    except BadInput:
        return  # what the scenario lacks is asked for below
    compare(reading, whole, reading.notes)
