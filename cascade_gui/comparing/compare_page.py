"""The page that compares: proposals and pinned runs on the left, the verdict and what differs beside them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from cascade_gui.comparing.alternatives_panel import AlternativesPanel
from cascade_gui.comparing.answer_panel import AnswerPanel
from cascade_gui.comparing.judging import Judging
from cascade_gui.comparing.several import given, names_in, part_of, places_in
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
    from cascade_gui.comparing.run_curves import ComparedCurves
    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens
    from engine.studies.outcome import StudyResult

_SETTLE_MS: Final = 150
"""Edits that follow each other more quickly are compared together."""
_WIDTHS: Final = (320, 1200)


class ComparePage(QWidget):
    """Compares the open scenario with a proposal or a pinned run, or with several at once.

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
        self._parts: list[StudyResult] = []
        self._then: list[Scenario] = []
        self._names: list[str] = []
        self._glance: tuple[Scenario, list[Alternative]] | None = None
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
        self.judging.went_on.connect(self.panel.show_progress)
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
        entries = self.panel.compared
        if not entries:
            self._result, self._parts, self._then, self._names = None, [], [], []
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
        is_asked = kept is not None and places_in(kept, entries) is not None
        if kept is not None and is_asked and are_alike(today, kept.scenario):
            self._show(kept, today, entries)
            return
        self.answer.say_changed(
            self.tr("The scenario has changed since it was judged on paths: this is one run each.") if is_asked else ""
        )
        if self._result is None:
            self.answer.show_none(self.tr("Comparing one run each …"))
        self._glance = today, entries
        try:
            self.judging.glance(today, given(entries))
        except BadInput as error:
            self.panel.say_fault(error)

    def judge(self) -> None:
        """Compare over paths, or say what is wrong with the settings."""
        entries = self.panel.compared
        if not entries or self.judging.busy:
            return
        try:
            typed = read_texts(JudgedOn, self.panel.form.texts())
            settings = STUDY.settings({**typed, **given(entries)})
            today = self.alternatives.today_scenario(self.panel.place)
        except BadInput as error:
            self.panel.say_fault(error)
            return
        self.panel.say_fault(None)
        self.judging.judge(today, settings, self.panel.scheduler.text().strip() or None)
        self._document.studies.note_working(True)

    def _fill_form(self) -> None:
        kept = self._document.studies.of(STUDY.name)
        if kept is not None:
            asked = {name: getattr(kept.settings, name) for name in JudgedOn.model_fields}
            self.panel.form.fill(as_typed(JudgedOn(**asked)))

    # -------------------------------------------------------------------------------------- answers

    def _take_glance(self, result: StudyResult) -> None:
        if self._glance is not None:
            self._show(result, *self._glance)

    def _take(self, result: StudyResult) -> None:
        self._end()
        self._document.studies.keep(result)
        self._compare()

    def _show(self, result: StudyResult, today: Scenario, entries: list[Alternative]) -> None:
        places = places_in(result, entries)
        if places is None:  # another was chosen meanwhile
            return
        self._result = result
        if result.settings.model_dump().get("paths"):
            self.answer.say_changed("")
        names = names_in(result)
        self._parts = [part_of(result, place) for place in places]
        self._names = [names[place] for place in places]
        self._then = [
            each.pinned if each.pinned is not None else Scenario(each.put_into(today.parameters), today.loans)
            for each in entries
        ]
        self.answer.show_results(self._parts, self._names, self._then)
        self.answer.curves.offer(_paths_to_show(self._parts[0]))
        self._look()

    def _look(self) -> None:
        """Draw all runs along the path that is chosen."""
        result, then = self._result, self._then
        if result is None or not then:
            return
        row = self.answer.curves.path
        self.answer.curves.wait()
        if row is None:
            today = result.scenario
            self.judging.look(lambda: today, [partial(_itself, each) for each in then])
            return
        first, *others = self._rows_of_path(row)
        self.judging.look(partial(result.open, first), [partial(result.open, each) for each in others])

    def _show_curves(self, compared: ComparedCurves | None) -> None:
        fits = compared is not None and self._result is not None and len(compared.then) == len(self._names)
        self.answer.curves.show_curves(compared if fits else None, self._names)

    def _open(self, is_then: bool) -> None:
        """Show today's run as a cascade, or that of the one in front."""
        if self._result is None or not self._then:
            return
        row = self.answer.curves.path
        if row is None:
            wanted = self._then[0] if is_then else self._result.scenario
        else:
            wanted = self._result.open(self._rows_of_path(row)[int(is_then)])
        if wanted.loans is not self._document.loans.to_table():
            self.panel.say_fault(BadInput.at(self.tr("The pinned run"), self.tr("it has another loan book"), ""))
            return
        self.run_wanted.emit(wanted)

    def _rows_of_path(self, row: int) -> list[int]:
        """Return the rows of the answer that are the runs along a path of the differences, today's first."""
        assert self._result is not None
        differences, rows = self._parts[0].answer.tables["differences"], self._result.answer.rows
        here = (rows["class"] == differences["class"][row]) & (rows["path"] == differences["path"][row])
        names = (rows["scenario"][0], *self._names)
        return [int(np.flatnonzero(here & (rows["scenario"] == name))[0]) for name in names]

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


def _itself(scenario: Scenario) -> Scenario:
    return scenario
