"""The page that compares: proposals and pinned runs on the left, the verdict and what differs beside them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from cascade_gui.comparing.alternative import is_same
from cascade_gui.comparing.alternatives_panel import AlternativesPanel
from cascade_gui.comparing.answer_panel import AnswerPanel
from cascade_gui.comparing.judging import Judging
from cascade_gui.studies.same_scenario import are_alike
from cascade_gui.working.file_places import ask_where
from engine.base.faults import BadInput
from engine.scenario.scenario import Scenario
from engine.studies.questions.compare import STUDY, JudgedOn
from engine.studies.settings import read_texts
from engine.studies.typed import as_typed

if TYPE_CHECKING:
    from cascade_gui.comparing.alternative import Alternative
    from cascade_gui.comparing.alternatives import Alternatives
    from cascade_gui.comparing.run_curves import BothCurves
    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.studies.outcome import StudyResult

_SETTLE_MS: Final = 150
"""Edits that follow each other more quickly are compared together."""
_WIDTHS: Final = (320, 1200)


class ComparePage(QWidget):
    """Compares the open scenario with a proposal or a pinned run.

    One run each is compared as soon as something is chosen; paths when that is asked for.

    Parameters
    ----------
    document
        The open scenario.
    """

    run_wanted = Signal(object)
    """The scenario of a run that is to be shown as a cascade."""

    told = Signal(str)
    """What was done, for a message."""

    def __init__(self, document: Document, alternatives: Alternatives, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self._document = document
        self.alternatives = alternatives
        self.judging = Judging(self)
        self._result: StudyResult | None = None
        self._then: Scenario | None = None
        self._glance: tuple[Scenario, Alternative] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        parts = QSplitter(Qt.Orientation.Horizontal)
        row.addWidget(parts)
        self.panel = AlternativesPanel(alternatives, document)
        self.answer = AnswerPanel()
        parts.addWidget(self.panel)
        parts.addWidget(self.answer)
        parts.setSizes(list(_WIDTHS))
        parts.setStretchFactor(1, 1)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._compare)
        self.panel.chosen.connect(self._ask)
        self.panel.judge_wanted.connect(self.judge)
        self.panel.stop_wanted.connect(self.judging.stop)
        self.panel.refused.connect(self.panel.say_fault)
        self.panel.told.connect(self.told)
        self.judging.glanced.connect(self._take_glance)
        self.judging.judged.connect(self._take)
        self.judging.looked.connect(self._show_curves)
        self.answer.curves.path_chosen.connect(self._look)
        self.answer.curves.open_wanted.connect(self._open)
        self.judging.failed.connect(self._fail)
        self.judging.went_on.connect(self._show_progress)
        self.answer.save_wanted.connect(self._save)
        document.studies.cleared.connect(self._forget)
        document.loans_changed.connect(self._ask)
        self._fill_form()

    @property
    def result(self) -> StudyResult | None:
        """The answer that is shown, None while there is none."""
        return self._result

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self.judging.busy or self.judging.glancing or self._settle.isActive()

    def note_shown(self) -> None:
        """Note that it is looked at: compare what is open now."""
        self.panel.show_now()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        self.answer.apply_theme(tokens)

    # -------------------------------------------------------------------------------------- asking

    def _ask(self, *_: object) -> None:
        if self.isVisible():
            self._settle.start()

    def _compare(self) -> None:
        """Compare what is chosen with today: by an answer that there is, else by one run each."""
        entry = self.panel.alternative
        if entry is None:
            self._result = self._then = None
            self.answer.say_changed("")
            self.answer.show_none(
                self.tr(
                    "Change a parameter in the panel of the scenario: what that does is compared at once. New proposal "
                    "keeps it; Open a file reads one."
                )
            )
            return
        try:
            today = self.alternatives.today_scenario(self.panel.place)
        except BadInput as error:
            self.panel.say_fault(error)
            return
        kept = self._document.studies.of(STUDY.name)
        if kept is not None and _asks_for(kept, entry) and are_alike(today, kept.scenario):
            self._show(kept, today, entry)
            return
        is_older = kept is not None and _asks_for(kept, entry)
        self.answer.say_changed(
            self.tr("The scenario has changed since it was judged on paths: this is one run each.") if is_older else ""
        )
        if self._result is None:
            self.answer.show_none(self.tr("Comparing one run each …"))
        self._glance = today, entry
        try:
            self.judging.glance(today, _given(entry))
        except BadInput as error:
            self.panel.say_fault(error)

    def judge(self) -> None:
        """Compare over paths, or say what is wrong with the settings."""
        entry = self.panel.alternative
        if entry is None or self.judging.busy:
            return
        try:
            typed = read_texts(JudgedOn, self.panel.form.texts())
            settings = STUDY.settings({**typed, **_given(entry)})
            today = self.alternatives.today_scenario(self.panel.place)
        except BadInput as error:
            self.panel.say_fault(error)
            return
        self.panel.say_fault(None)
        self.judging.judge(today, settings)
        self.panel.show_progress((0, 0, -1.0))
        self._document.studies.note_working(True)

    def _fill_form(self) -> None:
        kept = self._document.studies.of(STUDY.name)
        if kept is not None:
            asked = {name: getattr(kept.settings, name) for name in JudgedOn.model_fields}
            self.panel.form.fill(as_typed(JudgedOn(**asked)))

    def _show_progress(self, done: int, wanted: int, seconds: float) -> None:
        self.panel.show_progress((done, wanted, seconds))

    # -------------------------------------------------------------------------------------- answers

    def _take_glance(self, result: StudyResult) -> None:
        if self._glance is not None:
            self._show(result, *self._glance)

    def _take(self, result: StudyResult) -> None:
        self._end()
        self._document.studies.keep(result)
        self._compare()

    def _show(self, result: StudyResult, today: Scenario, entry: Alternative) -> None:
        self._result = result
        if result.settings.model_dump().get("paths"):
            self.answer.say_changed("")
        then = entry.pinned if entry.pinned is not None else None
        if then is None:
            then = Scenario(entry.put_into(today.parameters), today.loans)
        self._then = then
        self.answer.show_result(result, then)
        self.answer.curves.offer(_paths_to_show(result))
        self._look()

    def _look(self) -> None:
        """Draw both runs along the path that is chosen."""
        result, then = self._result, self._then
        if result is None or then is None:
            return
        row = self.answer.curves.path
        self.answer.curves.wait()
        if row is None:
            today = result.scenario
            self.judging.look(lambda: today, lambda: then)
            return
        rows = _rows_of_path(result, row)
        self.judging.look(partial(result.open, rows[0]), partial(result.open, rows[1]))

    def _show_curves(self, both: BothCurves | None) -> None:
        entry = self.panel.alternative
        self.answer.curves.show_curves(both if self._result is not None else None, "" if entry is None else entry.name)

    def _open(self, is_then: bool) -> None:
        """Show one of the two runs as a cascade."""
        if self._result is None or self._then is None:
            return
        row = self.answer.curves.path
        if row is None:
            wanted = self._then if is_then else self._result.scenario
        else:
            wanted = self._result.open(_rows_of_path(self._result, row)[int(is_then)])
        if wanted.loans is not self._document.loans.to_table():
            self.panel.say_fault(BadInput.at(self.tr("The pinned run"), self.tr("it has another loan book"), ""))
            return
        self.run_wanted.emit(wanted)

    def _fail(self, error: Exception) -> None:
        if not self.judging.busy:
            self._end()
        if not isinstance(error, BadInput):
            raise error
        self.panel.say_fault(error)

    def _end(self) -> None:
        self.panel.show_progress(None)
        self._document.studies.note_working(False)

    def _forget(self) -> None:
        """Let go of what was asked of another document."""
        self._settle.stop()
        if self.judging.busy:
            self._end()
        self.judging.forget()
        self._glance = None
        self._fill_form()
        self._ask()

    def _save(self) -> None:
        from engine.exporting import export_table

        if self._result is None:
            return
        patterns = "CSV (*.csv);;XLSX (*.xlsx);;Parquet (*.parquet)"
        path, _ = ask_where(self, "table", self.tr("Save what differs"), Path("compare.csv"), patterns)
        if path is None:
            return
        try:
            export_table(self._result.frame("results"), path)
        except BadInput as error:
            self.panel.say_fault(error)

    def shut_down(self) -> None:
        """Stop what is under way, and wait for it."""
        self._settle.stop()
        self.judging.shut_down()


def _paths_to_show(result: StudyResult) -> list[tuple[str, int]]:
    """Return the paths that say most, by their rows of differences: the largest difference, and today's worst."""
    columns = result.answer.tables.get("differences") or {}
    if not columns:
        return []
    found = [(0, QCoreApplication.translate("Comparing", "path {0}, the largest difference"))]
    worst = int(np.argmax(columns["total_loss_usd.before"]))
    if worst != 0:
        found.append((worst, QCoreApplication.translate("Comparing", "path {0}, today's worst")))
    return [(text.format(int(columns["path"][row])), row) for row, text in found]  # numbered as in tables


def _rows_of_path(result: StudyResult, row: int) -> tuple[int, int]:
    """Return the rows of the answer that are today's and the proposal's run along a path of the differences."""
    differences, rows = result.answer.tables["differences"], result.answer.rows
    here = (rows["class"] == differences["class"][row]) & (rows["path"] == differences["path"][row])
    then = here & (rows["scenario"] == differences["alternative"][row])
    today = here & (rows["scenario"] == rows["scenario"][0])
    return int(np.flatnonzero(today)[0]), int(np.flatnonzero(then)[0])


def _given(entry: Alternative) -> dict[str, Any]:
    """Return what is compared with, as settings of the study."""
    return {"other": (entry.pinned,)} if entry.pinned is not None else {"proposal": (entry.proposal,)}


def _asks_for(result: StudyResult, entry: Alternative) -> bool:
    """Whether an answer is about an alternative."""
    settings: Any = result.settings
    if entry.pinned is not None:
        return len(settings.other) == 1 and is_same(settings.other[0], entry.pinned)
    if len(settings.proposal) != 1 or settings.other or entry.proposal is None:
        return False
    return bool(settings.proposal[0].changes == entry.proposal.changes)
