"""What is asked: the questions, the settings of the chosen one directly below, and the button that begins."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cascade_gui.studies.question_list import QuestionList
from cascade_gui.studies.runs_words import how_far
from cascade_gui.studies.scheduler_line import runs_on, scheduler_line
from cascade_gui.studies.snug_scroll import SnugScroll
from cascade_gui.studies.study_form import StudyForm
from cascade_gui.theme import SIZES
from cascade_gui.theme.plain_text import plain_label
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.base.faults import BadInput, Fault
    from engine.studies.runs import Runs
    from engine.studies.study import Study


_MOST_FAULTS: Final = 3
"""Of a book that is wrong throughout no more are told: the window lists them."""


class AskingPanel(QWidget):
    """Asks a question with its settings.

    Parameters
    ----------
    studies
        What can be asked.

    Attributes
    ----------
    words
        Returns a fault of the scenario in words.
    """

    start_asked = Signal()
    """The answer is wanted, by the button or by Enter in a field."""
    typed = Signal()
    """A setting may have changed."""

    def __init__(self, studies: Sequence[Study[Any]]) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.questions = QuestionList(studies)
        self._form: StudyForm | None = None
        self.words: Callable[[Fault], str] = str
        self._had_keys: QWidget | None = None
        self.start, self.cancel = QPushButton(self.tr("Work it out")), QPushButton(self.tr("Cancel"))
        self.start.setProperty("kind", "primary")
        self.cancel.hide()
        self.takes = plain_label()
        self.takes.setProperty("role", "secondary")
        self.takes.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.hide()
        self.done = plain_label()
        self.done.setProperty("role", "secondary")
        self.done.hide()
        for widget, name in (
            (self.start, "study_start"), (self.cancel, "study_cancel"), (self.progress, "study_progress"),
            (self.takes, "study_takes"), (self.done, "study_done"),
        ):  # fmt: skip
            widget.setObjectName(name)
        self.progress.setAccessibleName(self.tr("How many runs are done"))
        self.scheduler = scheduler_line("study_scheduler")
        self.fault = plain_label()
        self.fault.setWordWrap(True)
        self.fault.setProperty("role", "loss")
        self.fault.hide()
        self._arrange()
        self.start.clicked.connect(self.start_asked)
        self.scheduler.returnPressed.connect(self.start_asked)

    def _arrange(self) -> None:
        settings = plain_label(self.tr("Settings").upper())
        settings.setProperty("role", "section")
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        asked = QWidget()
        whole = QVBoxLayout(asked)
        whole.setContentsMargins(8, 12, 8, 8)
        whole.setSpacing(8)
        whole.addWidget(self.questions)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(8, 0, 8, 0)
        self._place.setSpacing(8)
        self._place.addWidget(line)
        self._place.addWidget(settings)
        whole.addLayout(self._place)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SIZES.padding, 0, SIZES.padding, 0)
        buttons.addWidget(self.start)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.takes, 1)
        self._scroll = SnugScroll(asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(8)
        column.addWidget(self._scroll, 1)
        for widget in (self.fault, self.done, self.progress):
            row = QHBoxLayout()
            row.setContentsMargins(SIZES.padding, 0, SIZES.padding, 0)
            row.addWidget(widget)
            column.addLayout(row)
        column.addLayout(buttons)
        place = runs_on(self.scheduler)
        place.setContentsMargins(SIZES.padding, 0, SIZES.padding, 0)
        column.addLayout(place)
        column.addStretch(0)

    @property
    def form(self) -> StudyForm:
        """The settings of the chosen question."""
        assert self._form is not None
        return self._form

    def show_form(self, study: Study[Any], names: Mapping[str, Sequence[str]]) -> None:
        """Show the settings of a study, with names that may be typed, by setting."""
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        self._form = form = StudyForm(study.kind)
        form.suggest(names)
        form.entered.connect(self.start_asked)
        form.typed.connect(self.typed)
        self._place.addWidget(form)
        # Keys go from the question through its settings to the button, and not by the age of widgets.
        for before, after in pairwise((self.questions, *form.fields(), self.start, self.cancel, self.scheduler)):
            QWidget.setTabOrder(before, after)
        self.say_fault(None)

    def say_fault(self, error: BadInput | None) -> None:
        """Say what is wrong with the settings and mark them; nothing for None."""
        faults = () if error is None else error.faults
        lines = [self._said(fault) for fault in faults[:_MOST_FAULTS]]
        if len(faults) > len(lines):
            lines.append(self.tr("and {0} more").format(numbers.count(len(faults) - len(lines))))
        self.fault.setText("\n".join(lines))
        self.fault.setVisible(error is not None)
        if self._form is not None:
            self._form.mark(error)

    def _said(self, fault: Fault) -> str:
        """Return what is wrong with a setting by the name of its field, and with the scenario by the names there."""
        if self._form is not None and self._form.has(fault):
            return self._form.said(fault)
        return self.words(fault)

    def allow(self, allowed: bool) -> None:
        """Let a question be asked, or one that is under way be cancelled."""
        had_keys = _focused_in(self)
        self.cancel.setVisible(not allowed)
        self.cancel.setEnabled(not allowed)
        if not allowed and had_keys is not None:  # what is switched off would hand the keys to whatever comes next
            self._had_keys = had_keys
            self.cancel.setFocus()
        self.start.setEnabled(allowed)
        self.questions.setEnabled(allowed)
        self.form.setEnabled(allowed)
        self.scheduler.setEnabled(allowed)
        self.takes.setText("")
        if allowed:
            self.progress.hide()
            self.done.hide()
            if self._had_keys is not None and had_keys in {None, self.cancel}:
                self._had_keys.setFocus()
            self._had_keys = None

    def show_progress(self, runs: Runs) -> None:
        """Show how many runs are done, and how long the others will take.

        Above the buttons, which stay where they are: what is said grows longer when a second class of runs begins.
        """
        self.progress.setVisible(True)
        self.done.setVisible(True)
        self.progress.setRange(0, runs.wanted)
        self.progress.setValue(runs.count)
        self.done.setText(how_far(runs))


def _focused_in(widget: QWidget) -> QWidget | None:
    focused = QApplication.focusWidget()
    return focused if focused is not None and widget.isAncestorOf(focused) else None
