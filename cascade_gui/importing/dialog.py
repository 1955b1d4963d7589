"""The dialog that brings a loan book in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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

from cascade_gui.importing.lacking import Lacking, completed, lacking, thresholds
from cascade_gui.importing.lacking_form import LackingForm
from cascade_gui.importing.mapping_form import MappingForm
from cascade_gui.importing.preview import PreviewModel
from cascade_gui.loan_table.editing import LoanEditor, counted
from cascade_gui.wording import numbers
from cascade_gui.working.background_dialog import BackgroundDialog
from engine.base.faults import BadInput
from engine.importing.categories import with_names_for_numbers
from engine.importing.read_source import read_source
from engine.importing.shapes import check
from engine.scenario.presets import load_preset

if TYPE_CHECKING:
    from pathlib import Path

    from cascade_gui.document.document import Document
    from cascade_gui.working.background import Done, Failed, Work
    from engine.importing.mapping import ColumnMapping
    from engine.importing.shapes import ImportResult
    from engine.importing.source import Source

_MOST_LISTED: Final = 1_000


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
        self.resize(1040, 680)
        self._document = document
        self._path = path
        self._source: Source | None = None
        self._result: ImportResult | None = None
        self._missing: Lacking | None = None
        self._form: MappingForm | None = None
        self._preview: PreviewModel | None = None
        self._make_parts()
        self._arrange()
        self._say(self.tr("Reading {0} …").format(path.name), busy=True)
        self._work(self._reader(path), self._read, self._failed)

    # ------------------------------------------------------------------------------------- parts

    def _make_parts(self) -> None:
        self._about = QLabel(self._path.name)
        self._about.setProperty("role", "title")
        self._details = QLabel()
        self._details.setProperty("role", "secondary")
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFixedWidth(340)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFrameShape(QScrollArea.Shape.NoFrame)
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("First rows of the file"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(26)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.horizontalHeader().setDefaultSectionSize(130)
        self._status = QLabel()
        self._status.setObjectName("import_status")
        self._status.setWordWrap(True)
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
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._table, 3)
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

    @staticmethod
    def _reader(path: Path) -> Work:
        def read() -> Source:
            return read_source(path)

        return read

    def _checker(self, source: Source, mapping: ColumnMapping) -> Work:
        parameters = self._document.parameters

        def check_rows() -> tuple[ImportResult, Lacking]:
            result = check(source, mapping, thresholds=thresholds(parameters))
            return result, lacking(parameters, result.loans, result.prices)

        return check_rows

    # ------------------------------------------------------------------------------------- steps

    def _read(self, source: Source) -> None:
        """Show the file that was read."""
        self._source = source
        rows = counted(self.tr("{0} row"), self.tr("{0} rows"), len(source))
        self._details.setText(f"{rows} · {source.details}" if source.details else rows)
        parameters = self._document.parameters
        debt = "USDC" if "USDC" in parameters.assets else "USD"
        self._form = MappingForm(source, next(iter(parameters.markets), "market"), debt)
        self._form.changed.connect(self._check)
        self._side.setWidget(self._form)
        self._preview = PreviewModel(source, self)
        self._table.setModel(self._preview)
        self._check()

    def _check(self) -> None:
        """Look for what is wrong under the mapping as it is now."""
        if self._source is None or self._form is None or self._preview is None:
            return
        mapping = self._form.mapping
        self._result = None
        self._preview.set_mapping(mapping)
        if mapping.missing:
            names = ", ".join(entry.label for entry in mapping.missing)
            self._show_faults([])
            self._lacking.set_lacking(None)
            self._say(self.tr("Choose a column for: {0}.").format(names))
            return
        self._say(self.tr("Checking …"), busy=True)
        self._work(self._checker(self._source, mapping), self._checked, self._failed)

    def _checked(self, found: tuple[ImportResult, Lacking]) -> None:
        """Show what is right and what is wrong."""
        self._result, self._missing = found
        result = self._result
        self._show_faults([str(fault) for fault in result.faults])
        self._lacking.set_lacking(self._missing)
        loans = counted(self.tr("{0} loan row"), self.tr("{0} loan rows"), len(result.loans))
        if result.bad_rows or result.faults:
            bad = counted(self.tr("{0} row is wrong"), self.tr("{0} rows are wrong"), max(1, result.bad_rows))
            self._say(self.tr("{0} can be imported; {1}.").format(loans, bad))
            one, many = self.tr("Leave out {0} wrong row"), self.tr("Leave out {0} wrong rows")
            self._skip.setText(counted(one, many, max(1, result.bad_rows)))
        else:
            self._say(self.tr("{0} can be imported; nothing is wrong.").format(loans))
        self._skip.setVisible(bool(result.faults))
        self._show_possible()

    def _failed(self, problem: Exception) -> None:
        """Say why the file cannot be used."""
        if not isinstance(problem, BadInput):
            self._say(self.tr("The file could not be read."))
            raise problem
        self._result = None
        self._show_faults([str(fault) for fault in problem.faults])
        self._lacking.set_lacking(None)
        self._say(self.tr("This cannot be imported."))

    def _take(self) -> None:
        """Put the loans into the book, with what the scenario lacks, as one step."""
        result, form = self._result, self._form
        if result is None or form is None or not self._possible():
            return
        document, loans = self._document, result.loans
        parameters = document.parameters
        if self._missing and self._lacking.wanted:
            if self._lacking.preset is not None:
                loans = with_names_for_numbers(loans, load_preset(self._lacking.preset).category_numbers)
            try:
                parameters = completed(
                    parameters, self._missing, self._lacking.prices(), self._lacking.preset, form.mapping.threshold
                )
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
        left_out = not self._result.faults or self._skip.isChecked()
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
