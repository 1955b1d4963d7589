"""Where things stand in the import dialog: how the file is read, what it makes, what is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.importing.asset_table import AssetTable
from cascade_gui.importing.beside_form import BesideForm
from cascade_gui.importing.columns_table import ColumnsTable
from cascade_gui.importing.loans_preview import LoansPreview
from cascade_gui.importing.mapping_form import MappingForm
from cascade_gui.importing.questions_form import QuestionsForm
from cascade_gui.theme.plain_text import plain_label, plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.importing.asking import Question

_LEFT: Final = 336
_LEAST_WIDTH: Final = 400
_LONGEST_NAME: Final = 420


class ImportPage(QWidget):
    """The parts of the import dialog.

    At the left how the file is read, what is beside it, and what was done and checked; beside it what is asked, its
    columns with their roles, its assets and the first loans.

    Parameters
    ----------
    path
        The file.
    market
        The market of rows that name none; a proposal.
    """

    def __init__(self, path: Path, market: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_fresh = True
        self._make_head(path)
        self._make_reading(market)
        self._make_end()
        self._arrange()

    def _make_head(self, path: Path) -> None:
        """Make the title and the buttons beside it."""
        self.about = plain_label()
        self.about.setProperty("role", "title")
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        metrics = self.about.fontMetrics()
        self.about.setText(metrics.elidedText(path.name, Qt.TextElideMode.ElideMiddle, _LONGEST_NAME))
        self.about.setToolTip(plain_tip(path.name))
        self.details = plain_label()
        self.details.setProperty("role", "secondary")
        self.open_mapping = self._button(self.tr("Open a mapping …"), "import_open_mapping")
        self.open_mapping.setToolTip(self.tr("Read the file as another of its kind was read before"))
        self.save_mapping = self._button(self.tr("Save the mapping …"), "import_save_mapping")
        self.save_mapping.setToolTip(self.tr("Keep what was chosen and typed, here and for the command cascade import"))
        self.again = self._button(self.tr("Start over"), "import_again")
        self.again.setToolTip(self.tr("Forget what was answered and chosen here"))

    @staticmethod
    def _button(text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _make_reading(self, market: str) -> None:
        """Make what shows how the file is read."""
        self.form = MappingForm(market)
        self.beside = BesideForm()
        self.said = plain_label()
        self.said.setObjectName("import_said")
        self.said.setProperty("role", "secondary")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.questions = QuestionsForm()
        self.columns = ColumnsTable()
        self.assets = AssetTable()
        self.will_be = LoansPreview()
        self.status = plain_label()
        self.status.setObjectName("import_status")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)

    def _make_end(self) -> None:
        """Make what shows what is wrong, and the buttons."""
        self.faults = QListWidget()
        self.faults.setObjectName("import_faults")
        self.faults.setAccessibleName(self.tr("What is wrong with the file"))
        self.faults.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.faults.setWordWrap(True)
        self.faults.hide()
        self.skip = QCheckBox()
        self.skip.setObjectName("import_skip")
        self.skip.hide()
        self.mark = QCheckBox(self.tr("Take wrong rows in, their wrong cells marked in the loan table"))
        self.mark.setObjectName("import_mark")
        self.mark.hide()
        self.leave = QCheckBox(self.tr("Import without what is missing or wrong: it stays marked until you type it"))
        self.leave.setObjectName("import_leave_missing")
        self.leave.hide()
        self.replace = QRadioButton(self.tr("Replace the loan book"))
        self.replace.setObjectName("import_replace")
        self.append = QRadioButton(self.tr("Append to it"))
        self.append.setObjectName("import_append")
        self.replace.setChecked(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.buttons = QDialogButtonBox()
        self.accept = QPushButton(self.tr("Import"))
        self.accept.setObjectName("import_accept")
        self.accept.setDefault(True)
        self.accept.setEnabled(False)
        self.buttons.addButton(self.accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QPushButton(self.tr("Cancel")), QDialogButtonBox.ButtonRole.RejectRole)

    def _arrange(self) -> None:
        self.asked = _scrolled(self.questions)
        self.asked.hide()
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(self._left())
        middle.addLayout(self._middle(), 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self.replace)
        bottom.addWidget(self.append)
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self.buttons)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.about)
        head.addWidget(self.details, 1)
        for button in (self.open_mapping, self.save_mapping, self.again):
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addLayout(middle, 1)
        box.addWidget(self.bar)
        box.addLayout(bottom)

    def show_questions(self, questions: list[Question], columns: Sequence[str]) -> None:
        """Show what is asked, in no more height than it takes; ``columns`` are those of the file.

        Who has just come here, or has answered by keyboard, goes on where the next thing is to be answered or typed.
        """
        focus: QWidget | None = self.window().focusWidget()
        has_keys = focus is not None and self.questions.isAncestorOf(focus)
        has_keys = has_keys or (self._is_fresh and focus is self.columns.view)
        self._is_fresh = False
        self.questions.set_questions(questions, columns)
        self._fit_questions()
        self.asked.setVisible(bool(questions))
        if has_keys and questions:
            self.questions.take_keys()
        elif has_keys:
            (self.assets.view if self.assets.isVisible() else self.columns.view).setFocus()

    def _fit_questions(self) -> None:
        layout = self.questions.layout()
        if self.questions.questions and layout is not None:
            width = max(_LEAST_WIDTH, self.asked.viewport().width())
            self.asked.setMaximumHeight(layout.totalHeightForWidth(width) + 4)

    def show_consequences(self, texts: Sequence[str]) -> None:
        """Say beside the answers what each makes of the book, in no more height than it takes."""
        self.questions.show_consequences(texts)
        self._fit_questions()

    def _middle(self) -> QVBoxLayout:
        """Return what is asked, the file's columns, the assets, and the loans as they will be."""
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.asked, 4)
        middle.addWidget(self.columns, 4)
        middle.addWidget(self.faults, 1)
        middle.addWidget(self.skip)
        middle.addWidget(self.mark)
        middle.addWidget(self.assets, 3)
        middle.addWidget(self.leave)
        middle.addWidget(self.will_be, 2)
        middle.addStretch(0)
        return middle

    def _left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(8)
        for title, form in ((self.tr("Read as"), self.form), (self.tr("Beside the book"), self.beside)):
            for part in (_section(title), form):
                part.setFixedWidth(_LEFT)
                left.addWidget(part)
        left.addWidget(_section(self.tr("Done and checked")))
        said = _scrolled(self.said)
        said.setFixedWidth(_LEFT)
        left.addWidget(said, 1)
        return left


def _section(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "section")
    return label


def _scrolled(widget: QWidget) -> QScrollArea:
    """Return an area that scrolls a widget up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
