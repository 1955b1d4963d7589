"""A list of real liquidations beside the run that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.beside_model import BesideModel
from cascade_gui.importing.option_words import in_words
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import messages
from cascade_gui.wording.long_words import breakable
from cascade_gui.working.background_dialog import BackgroundDialog
from cascade_gui.working.file_places import ask_where
from engine.base.faults import BadInput
from engine.importing.asking import Notes
from engine.importing.beside_run import BesideRun, beside_run
from engine.importing.liquidation_list import read_liquidations
from engine.importing.read_part import read_part

if TYPE_CHECKING:
    from cascade_gui.working.background import Work
    from engine.importing.source import Source
    from engine.reading.recorded_run import RecordedRun

_ROLES: Final = ("account", "time", "repaid_usd", "seized_usd")
_WIDTHS: Final = (230, 120, 150, 100, 100, 70, 100, 100)
_Found = tuple["Source", "BesideRun | None", Notes, "BadInput | None"]


class BesideRunDialog(BackgroundDialog):
    """Reads the list in the background and lays it beside a run: totals in words, accounts in a table.

    Parameters
    ----------
    recording
        The run.
    path
        The list.
    """

    def __init__(self, recording: RecordedRun, path: Path, parent: QWidget | None = None) -> None:
        super().__init__("compare", parent)
        self.setObjectName("beside_dialog")
        self.setWindowTitle(self.tr("{0} beside the run").format(path.name))
        self.resize(1160, 680)
        self._recording, self._path = recording, path
        self._source: Source | None = None
        self._compared: BesideRun | None = None
        self._columns: dict[str, str] = {}
        self._make_parts()
        self._arrange()
        self._begin()

    def _make_parts(self) -> None:
        self._lines = plain_label()
        self._lines.setObjectName("beside_lines")
        self._lines.setTextFormat(Qt.TextFormat.PlainText)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lines.setWordWrap(True)
        self._said = plain_label()
        self._said.setObjectName("beside_said")
        self._said.setProperty("role", "secondary")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._boxes: dict[str, QComboBox] = {}
        for role in _ROLES:
            box = QComboBox()
            box.setObjectName(f"beside_{role}")
            box.setAccessibleName(self._role(role))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.activated.connect(lambda at, role=role, box=box: self._choose(role, box.itemData(at)))
            self._boxes[role] = box
        self._model = BesideModel(self)
        self._table = QTableView()
        self._table.setObjectName("beside_accounts")
        self._table.setAccessibleName(self.tr("Accounts, the largest difference first"))
        self._table.setModel(self._model)
        self._table.setTabKeyNavigation(False)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(26)
        self._table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            self._table.setColumnWidth(column, width)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._save = QPushButton(self.tr("Save the accounts …"))
        self._save.setObjectName("beside_save")
        self._save.setAutoDefault(False)
        self._save.clicked.connect(self._ask_save)
        self._close = QPushButton(self.tr("Close"))
        self._close.setObjectName("beside_close")
        self._close.setDefault(True)
        self._close.clicked.connect(self.reject)

    def _role(self, role: str) -> str:
        return {
            "account": self.tr("Who"),
            "time": self.tr("When"),
            "repaid_usd": self.tr("Repaid, USD"),
            "seized_usd": self.tr("Seized, USD"),
        }[role]

    def _arrange(self) -> None:
        roles = QHBoxLayout()
        roles.setSpacing(8)
        for role, box in self._boxes.items():
            roles.addWidget(plain_label(self._role(role)))
            roles.addWidget(box)
        roles.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self._save)
        bottom.addWidget(self._close)
        page = QVBoxLayout(self)
        page.setContentsMargins(16, 12, 16, 12)
        page.setSpacing(8)
        page.addLayout(roles)
        page.addWidget(self._lines)
        page.addWidget(self._bar)
        page.addWidget(self._table, 1)
        page.addWidget(self._said)
        page.addLayout(bottom)

    # -------------------------------------------------------------------------------- in the background

    def _begin(self) -> None:
        self._bar.show()
        self._save.setEnabled(False)
        self._background.do(self._comparer(), self._show, self._failed, key="only one")

    def _comparer(self) -> Work:
        recording, path, known, columns = self._recording, self._path, self._source, dict(self._columns)
        prices = {name: asset.price for name, asset in recording.scenario.parameters.assets.items()}

        def compare() -> _Found:
            source = read_part(path) if known is None else known
            notes = Notes()
            try:
                real = read_liquidations(source, prices, notes, columns)
            except BadInput as refusal:
                return source, None, notes, refusal
            return source, beside_run(real, recording), notes, None

        return compare

    def _choose(self, role: str, column: str | None) -> None:
        self._columns[role] = column or ""
        self._begin()

    def _show(self, found: _Found) -> None:
        """Show what was found, or what stands in the way."""
        source, compared, notes, refusal = found
        if self._source is None:
            self._source = source
            for box in self._boxes.values():
                with QSignalBlocker(box):
                    box.addItem("–", None)
                    for column in source.columns:
                        box.addItem(column, column)
        self._bar.hide()
        self._compared = compared
        self._model.show_compared(compared)
        self._save.setEnabled(compared is not None)
        self._said.setText(breakable(in_words("\n".join(notes.said))))
        self._show_columns(compared)
        if refusal is not None:
            self._refuse(refusal)
        elif compared is not None:
            lines = compared.lines()
            self._lines.setText("\n".join(line[0].upper() + line[1:] for line in lines))

    def _show_columns(self, compared: BesideRun | None) -> None:
        taken = self._columns if compared is None else {**compared.columns, **self._columns}
        for role, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(taken.get(role) or None)))

    def _failed(self, problem: Exception) -> None:
        self._bar.hide()
        if not isinstance(problem, BadInput):
            raise problem
        self._refuse(problem)

    def _refuse(self, refusal: BadInput) -> None:
        shown = [in_words(str(fault)) for fault in refusal.faults[:8]]
        more = len(refusal.faults) - len(shown)
        self._lines.setText(breakable("\n".join([*shown, *([self.tr("{0} more").format(more)] if more else [])])))

    # ------------------------------------------------------------------------------------------ saving

    def _ask_save(self) -> None:
        proposed = Path(f"{self._path.stem}-beside.csv")
        path, _ = ask_where(self, "results", self.tr("Save the accounts"), proposed, "CSV (*.csv)")
        if path is not None and self._compared is not None:
            from engine.exporting import export_table

            path = path if path.suffix else path.with_suffix(".csv")
            try:
                export_table(self._compared.accounts, path, "Accounts")
            except BadInput as refusal:
                messages.tell_bad_input(self, self.tr("“{name}” was not written.").format(name=path.name), refusal)
