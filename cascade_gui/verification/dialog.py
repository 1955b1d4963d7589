"""The window that runs the published cases and shows every figure beside the published one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.theme.plain_text import plain_label
from cascade_gui.verification.cases_model import CASE, NAME, CasesModel
from cascade_gui.verification.cells import CaseCells
from cascade_gui.wording import numbers
from cascade_gui.working.background_dialog import BackgroundDialog
from engine.verification import CaseResult, Report, check_case
from engine.verification.cases import load_cases
from engine.verification.table import report_text

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from cascade_gui.theme import Tokens
    from cascade_gui.working.background import Work
    from engine.verification import Case

_WIDTHS: Final = (330, 205, 230, 130, 130, 96, 108)


class VerificationDialog(BackgroundDialog):
    """Lists the published cases, runs them in the background one after another, and says what came of them.

    Parameters
    ----------
    tokens
        The colours.
    cases
        Which cases; all that are bundled by default.
    """

    judged = Signal(int, int)
    """All cases were run: how many pass, and how many fail."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None, cases: tuple[Case, ...] | None = None) -> None:
        super().__init__("verification", parent, computes=True)
        self.setObjectName("verification_dialog")
        self.setWindowTitle(self.tr("Verification"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        room = self.screen().availableSize()
        self.resize(min(1280, room.width() - 40), min(820, room.height() - 80))
        self._cases = load_cases() if cases is None else cases
        self._inside = [case for case in self._cases if not case.outside]
        self._results: dict[str, CaseResult] = {}
        self._waiting: list[Case] = []
        self._make_parts(tokens)
        self._arrange()
        self._select_first()
        self.run()

    # ------------------------------------------------------------------------------------- parts

    def _make_parts(self, tokens: Tokens) -> None:
        self._headline = plain_label()
        self._headline.setObjectName("verification_headline")
        self._headline.setProperty("role", "figure")
        self._remark = plain_label()
        self._remark.setObjectName("verification_remark")
        self._remark.setProperty("role", "secondary")
        self._bar = QProgressBar()
        self._bar.setObjectName("verification_progress")
        self._bar.setAccessibleName(self.tr("Cases run"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._make_tree(tokens)
        self._title = plain_label()
        self._title.setObjectName("verification_title")
        self._title.setProperty("role", "title")
        self._source = plain_label()
        self._source.setObjectName("verification_source")
        self._source.setProperty("role", "secondary")
        for label in (self._title, self._source):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
        self._copy = QPushButton(self.tr("&Copy as text"))
        self._copy.setObjectName("verification_copy")
        self._copy.clicked.connect(self.copy_report)
        self._again = QPushButton()
        self._again.setObjectName("verification_again")
        self._again.clicked.connect(self._cancel_or_run)
        self._close = QPushButton(self.tr("C&lose"))
        self._close.setObjectName("verification_close")
        self._close.clicked.connect(self.reject)
        for button in (self._copy, self._again, self._close):
            button.setAutoDefault(False)  # Enter opens and closes the cases

    def _make_tree(self, tokens: Tokens) -> None:
        self._model = CasesModel(self._cases, self)
        self._cells = CaseCells(tokens, self)
        self._tree = QTreeView()
        self._tree.setObjectName("verification_cases")
        self._tree.setAccessibleName(self.tr("Published cases"))
        self._tree.setModel(self._model)
        self._tree.setItemDelegate(self._cells)
        self._tree.setStyleSheet("QTreeView::item { padding: 0 5px; }")  # as the headers have
        self._tree.setRootIsDecorated(True)
        self._tree.setIndentation(18)
        self._tree.setUniformRowHeights(False)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._tree.selectionModel().currentChanged.connect(self._show_details)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(60)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        header.setSectionResizeMode(CASE, QHeaderView.ResizeMode.Stretch)
        for row in range(self._model.rowCount()):
            self._tree.expand(self._model.index(row, 0))
        QShortcut(QKeySequence.StandardKey.Copy, self._tree, self._copy_row, context=Qt.ShortcutContext.WidgetShortcut)
        self._tree.activated.connect(self._toggle)

    def _arrange(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(20, 16, 20, 14)
        top.setSpacing(2)
        top.addWidget(self._headline)
        top.addWidget(self._remark)
        details = QVBoxLayout()
        details.setSpacing(2)
        details.addWidget(self._title)
        details.addWidget(self._source)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(20, 12, 20, 14)
        bottom.setSpacing(8)
        bottom.addLayout(details, 1)
        bottom.addSpacing(16)
        for button in (self._copy, self._again, self._close):
            bottom.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self._bar)
        box.addWidget(self._tree, 1)
        box.addLayout(bottom)
        self._tree.setFocus()

    def _select_first(self) -> None:
        first = self._model.index(0, 0, self._model.index(0, 0))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._tree.selectionModel().setCurrentIndex(first, flags)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self._cells.tokens = tokens
        self._tree.viewport().update()

    # ------------------------------------------------------------------------------------- running

    @property
    def running(self) -> bool:
        """Whether cases wait or run."""
        return bool(self._waiting)

    @property
    def results(self) -> tuple[CaseResult, ...]:
        """What came of the cases so far, those outside the model included."""
        found = (CaseResult(case) if case.outside else self._results.get(case.name) for case in self._cases)
        return tuple(result for result in found if result is not None)

    def run(self) -> None:
        """Run all cases from the start."""
        self._results.clear()
        self._model.clear_results()
        self._waiting = list(self._inside)
        # nothing is known of the first one before the engine is compiled
        self._bar.setRange(0, 0)
        self._show_summary()
        self._next()

    def cancel(self) -> None:
        """Run no further case; what came of the others stays."""
        self._background.forget_all()
        self._waiting.clear()
        self._show_summary()

    def _next(self) -> None:
        if self._waiting:
            self._background.do(_work(self._waiting[0]), self._take)

    def _take(self, result: CaseResult) -> None:
        self._waiting.pop(0)
        self._results[result.case.name] = result
        row = self._model.show_result(result)
        if result.verdict == "fails":
            self._tree.expand(row)
            self._tree.scrollTo(row)
        self._bar.setRange(0, len(self._inside))
        self._bar.setValue(len(self._results))
        self._show_summary()
        self._show_details(self._tree.currentIndex())
        if not self._waiting:
            report = Report(self.results)
            self.judged.emit(report.count("passes"), report.count("fails"))
        self._next()

    @Slot()
    def _cancel_or_run(self) -> None:
        if self.running:
            self.cancel()
        else:
            self.run()

    # ------------------------------------------------------------------------------------- showing

    def _show_summary(self) -> None:
        verdicts = [result.verdict for result in self._results.values()]
        passed, failed, run = verdicts.count("passes"), verdicts.count("fails"), len(verdicts)
        figures = sum(len(result.comparisons) for result in self._results.values())
        if failed:
            text = self.tr("{0} of {1} published cases fail").format(numbers.count(failed), numbers.count(run))
        elif self.running:
            text = self.tr("{0} of {1} published cases pass so far").format(
                numbers.count(passed), numbers.count(len(self._inside))
            )
        else:
            text = self.tr("{0} of {1} published cases pass").format(
                numbers.count(passed), numbers.count(len(self._inside))
            )
        self._headline.setText(text)
        if self.running and not self._results:
            remark = self.tr("Preparing the engine; on a first start it is compiled, which takes half a minute or so.")
        else:
            remark = self.tr("{0} figures compared on this machine; {1} more cases are outside the model.").format(
                numbers.count(figures), numbers.count(len(self._cases) - len(self._inside))
            )
            if not self.running and run < len(self._inside):
                left = numbers.count(len(self._inside) - run)
                remark = self.tr("Canceled, {0} cases were not run.").format(left) + " " + remark
        self._remark.setText(remark)
        done = run == len(self._inside)
        self._set_role("loss" if failed else "good" if done else "")
        self._bar.setVisible(self.running)
        self._again.setText(self.tr("C&ancel") if self.running else self.tr("&Run again"))
        self._copy.setEnabled(bool(self._results))

    def _set_role(self, tone: str) -> None:
        if self._headline.property("tone") != tone:
            self._headline.setProperty("tone", tone)
            self._headline.style().unpolish(self._headline)
            self._headline.style().polish(self._headline)

    def _show_details(self, index: QModelIndex) -> None:
        name = index.siblingAtColumn(CASE).data(NAME)
        case = next((case for case in self._cases if case.name == name), None)
        title = case.title if case else ""
        if case and case.outside:
            title = self.tr("{0}: outside the model, {1}").format(title, case.outside)
        self._title.setText(title)
        self._source.setText(f"{case.source.full} ({case.source.basis})" if case else "")

    def _toggle(self, index: QModelIndex) -> None:
        row = index.siblingAtColumn(CASE)
        self._tree.setExpanded(row, not self._tree.isExpanded(row))

    # ------------------------------------------------------------------------------------- copying

    @Slot()
    def copy_report(self) -> None:
        """Put the report so far on the clipboard, as the text that `cascade verify` prints."""
        QGuiApplication.clipboard().setText(report_text(Report(self.results)))

    @Slot()
    def _copy_row(self) -> None:
        index = self._tree.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(self._model.row_text(index))

    # ------------------------------------------------------------------------------------- ending

    def done(self, answer: int) -> None:
        """Close at once; what is under way ends by itself and its result is dropped."""
        self._waiting.clear()
        super().done(answer)


def _work(case: Case) -> Work:
    def check() -> CaseResult:
        return check_case(case)

    return check
