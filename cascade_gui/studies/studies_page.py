"""The page of studies: what is asked on the left, the answer in the middle, its figures on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from cascade_gui.studies.answer_panel import AnswerPanel
from cascade_gui.studies.answer_saving import ask_and_save
from cascade_gui.studies.asking_panel import AskingPanel
from cascade_gui.studies.drawing.picture import Picture
from cascade_gui.studies.figures_panel import FiguresPanel
from cascade_gui.studies.known_pictures import picture_of
from cascade_gui.studies.live_answers import Asked, LiveAnswers
from cascade_gui.studies.same_scenario import are_alike
from cascade_gui.wording.parameter_names import said
from cascade_gui.working import heavy_libraries
from cascade_gui.working.background import Background
from engine.base.faults import BadInput
from engine.studies.cluster import workers_at
from engine.studies.known_studies import find_study, study_names
from engine.studies.measures import measure_names
from engine.studies.runs import Runs
from engine.studies.settings import read_texts
from engine.studies.typed import as_typed
from engine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.document.kept_studies import KeptStudies
    from cascade_gui.theme import Tokens
    from engine.base.faults import Fault
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import StudyResult
    from engine.studies.settings import Settings
    from engine.studies.study import Study

_LOOKED_AT: Final = 100
"""Milliseconds between two looks at how far a study is."""
_THREADS: Final = 2
_SIDES: Final = (300, 280)
"""Pixels of what is asked and of the figures."""


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
        self._background = Background("studies", self, computes=True, libraries=heavy_libraries.FOR_FILES)
        self._runs: Runs | None = None
        self._under_way = under_way = list[Runs]()

        def stop() -> None:
            for runs in under_way:
                runs.stop()

        self._background.stop_with(stop)
        self._result: StudyResult | None = None
        self._part: StudyResult | None = None  # what a cancelled run had done, beside a whole answer
        self._typed: dict[str, dict[str, Any]] = {}
        self.live = LiveAnswers(self._background, _THREADS, self._asked, self)
        self._look = QTimer(self, interval=_LOOKED_AT)
        self._look.timeout.connect(self._show_progress)
        studies = [find_study(name) for name in study_names()]
        self.asking = AskingPanel([study for study in studies if not study.has_own_view])
        self.asking.words = self._in_words
        self.answer, self.figures = AnswerPanel(), FiguresPanel()
        self._arrange()
        self._connect()
        self.questions.choose(self.questions.first())
        kept.cleared.connect(self._forget)

    def _arrange(self) -> None:
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        for part in (self.asking, self.answer, self.figures):
            parts.addWidget(part)
        left, right = _SIDES
        self.asking.setMinimumWidth(left - 40)
        self.figures.setMinimumWidth(right - 40)
        parts.setSizes([left, 10 * left, right])
        parts.setStretchFactor(1, 1)
        for place in (0, 2):
            parts.setStretchFactor(place, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(parts)

    def _connect(self) -> None:
        asking, answer = self.asking, self.answer
        # What tests, scripts and the window's other parts look at.
        self.questions, self.start, self.cancel = asking.questions, asking.start, asking.cancel
        self.fault, self.progress = asking.fault, asking.progress
        self.heading, self.changed, self.again = answer.heading, answer.changed, answer.again
        self.tables, self.table, self.model = answer.tables, answer.table, answer.model
        self.open_run, self.copy, self.save = answer.open_run, answer.copy, answer.save
        asking.questions.chosen.connect(self._choose)
        asking.start_asked.connect(self.begin)
        asking.typed.connect(self._note_typed)
        self.live.answered.connect(self._keep_followed)
        self.live.told.connect(asking.takes.setText)
        self.live.turned.connect(self._mark_age)
        asking.cancel.clicked.connect(self.stop)
        answer.again.clicked.connect(self.begin)
        answer.part.clicked.connect(self._show_part)
        answer.open_asked.connect(self._open)
        answer.copy.clicked.connect(self._copy)
        answer.save.clicked.connect(self._save)

    # -------------------------------------------------------------------------------------- asking

    @property
    def study(self) -> Study[Any]:
        """The chosen study."""
        return find_study(self.questions.name)

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
        if self.questions.isEnabled():
            self.questions.choose(name)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take other colours."""
        self.answer.apply_theme(tokens)

    def _choose(self, name: str) -> None:
        study = find_study(name)
        self.asking.show_form(study, self._names())
        kept = self._kept.of(name)
        if name in self._typed or kept is not None:
            asked = self._typed[name] if kept is None or name in self._typed else as_typed(_whole(study, kept.settings))
            self.asking.form.fill(asked)
        self._show(kept)
        self.live.soon()

    def _names(self) -> dict[str, tuple[str, ...]]:
        """Return the names that settings may hold, as far as they can be told."""
        try:
            parameters = self._draft().parameters
        except BadInput:
            return {}
        categories = dict.fromkeys(name for market in parameters.markets.values() for name in market.categories)
        return {
            "asset": tuple(parameters.assets), "market": tuple(parameters.markets), "category": tuple(categories),
            "measure": measure_names(parameters.assets),
        }  # fmt: skip

    def _note_typed(self) -> None:
        self._typed[self.study.name] = self.asking.form.texts()
        self._follow()

    def _settings(self) -> Settings:
        """Return what the form asks for, or raise `BadInput`."""
        settings: Settings = self.study.settings(read_texts(self.study.kind, self.asking.form.texts()))
        return settings

    def _asked(self) -> Asked | None:
        """Return what is to be answered by itself."""
        if self.busy or self.isHidden():
            return None
        settings, result = self._settings(), self._result
        if result is None or not self._asks_for(result, settings) or self._is_of_another(result):
            return Asked(self.study, settings, self._draft(), None, 0.0)
        return Asked(self.study, settings, self._draft(), result.settings, result.seconds)

    def _asks_for(self, result: StudyResult, settings: Settings) -> bool:
        return result.settings in (settings, self.study.at_once(settings))

    def begin(self) -> None:
        """Work out the answer with the settings of the form, or say what is wrong with them."""
        if self.busy:
            return
        self.live.stop()
        try:
            settings = self._settings()
            scenario = self._scenario()
        except BadInput as error:
            self.asking.say_fault(error)
            return
        self.asking.say_fault(None)
        self._part = None
        self._runs = runs = Runs(_THREADS)
        self._under_way[:] = [runs]
        study, scheduler = self.study, self.asking.scheduler.text().strip() or None

        def work() -> StudyResult:
            with workers_at(scheduler, _THREADS) as workers:
                runs.work_on(workers)
                return study.make(scenario, settings, runs)

        self._background.do(work, self._take, self._fail, key="study")
        self.asking.allow(False)
        self._look.start()
        self._kept.note_working(True)

    def note_change(self) -> None:
        """Note that what is open may have changed: an answer is worked out anew, or marked as one of something else."""
        self._follow()

    def _follow(self) -> None:
        if not self.busy:
            self.live.soon()
        self._mark_age()

    def _mark_age(self) -> None:
        """Say beside an answer that it is of something else, unless the new one is there in a moment."""
        text = "" if self._result is None or self.live.is_following else self._age(self._result)
        self.answer.part.setVisible(self._part is not None and not self.busy)
        if self._part is not None:
            text = self.tr("It was cancelled: this is the answer from before. {0}").format(text).strip()
        self.changed.setText(text)
        self.changed.setVisible(bool(text))
        self.again.setVisible(bool(text) and not self.busy)

    def _age(self, result: StudyResult) -> str:
        if self._is_of_another(result):
            return self.tr("The scenario has changed since this was worked out.")
        try:
            is_same = self._asks_for(result, self._settings())
        except BadInput:
            is_same = False
        return "" if is_same else self.tr("This was worked out with other settings.")

    def _is_of_another(self, result: StudyResult) -> bool:
        if result.origin is not None and not result.origin.has_book:
            return True
        try:
            return not are_alike(self._draft(), result.scenario)
        except BadInput:
            return True

    def stop(self) -> None:
        """Begin no further round; what is done is shown."""
        if self._runs is not None:
            self._runs.stop()

    def _show_progress(self) -> None:
        if self._runs is not None:
            self.asking.show_progress(self._runs)

    def _end(self) -> None:
        self._runs = None
        self._under_way.clear()
        self._look.stop()
        self.asking.allow(True)
        self._kept.note_working(False)

    def _forget(self) -> None:
        """Let go of what is asked of another document, and show the answer that came with this one."""
        if self.busy:
            self.stop()
            self._background.forget_all()
            self._end()
        self.live.forget()
        self._typed.clear()
        self._choose(self.questions.name)

    def _in_words(self, fault: Fault) -> str:
        """Return what is wrong with the scenario, by the names that its parts have in the window."""
        try:
            return said(self._draft().parameters, fault)
        except BadInput:
            return str(fault)

    def _fail(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, BadInput):
            raise error
        self.asking.say_fault(error)

    # --------------------------------------------------------------------------------------- answer

    def _take(self, result: StudyResult) -> None:
        """Show an answer; a part of one does not take the place of one that is whole and still holds by itself."""
        self._end()
        shown = self._result
        if result.stopped and shown is not None and not shown.stopped and not self._is_of_another(shown):
            self._part = result
            self._mark_age()
        else:
            self._keep(result)
        self.live.soon()

    def _show_part(self) -> None:
        if self._part is not None:
            self._keep(self._part)

    def _keep_followed(self, result: StudyResult) -> None:
        """Show an answer that nobody has started."""
        self._kept.keep(result, by_itself=True)
        self._show(result)

    def _keep(self, result: StudyResult) -> None:
        self._kept.keep(result)
        self._show(result)

    def _show(self, result: StudyResult | None) -> None:
        self._result, self._part = result, None
        picture = Picture() if result is None else picture_of(result)
        study = self.study if result is None else find_study(result.study)
        self.answer.show_result(result, picture, study.question)
        self.figures.show_result(result, picture, () if result is None else self._said_first(result))
        self._mark_age()

    def _said_first(self, result: StudyResult) -> tuple[str, ...]:
        """Say what comes before all else: that it was stopped, or by which version it was worked out."""
        said = (self.tr("It was stopped: this is the answer of what was done."),) if result.stopped else ()
        if result.origin is None or result.origin.provenance.get("engine") == __version__:
            return said
        version = str(result.origin.provenance.get("engine"))
        return (*said, self.tr("It came with the file and was worked out by version {0}.").format(version))

    def _open(self, row: int) -> None:
        if self._result is None:
            return
        try:
            scenario = self._result.open(row)
        except BadInput as error:  # of a file that no Cascade wrote
            self.asking.say_fault(error)
            return
        self.run_wanted.emit(scenario)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())

    def _save(self) -> None:
        if self._result is None:
            return
        try:
            ask_and_save(self.answer, self._result.study)
        except BadInput as error:
            self.asking.say_fault(error)

    def shut_down(self) -> None:
        """Stop what is under way, and wait for it."""
        self.live.stop()
        self.stop()
        self._look.stop()
        self._background.shut_down()


def _whole(study: Study[Any], settings: Settings) -> Settings:
    """Return what was asked where an answer may be the part of it that is had at once: that part's are defaults."""
    for name, field in type(settings).model_fields.items():
        if field.is_required():
            continue
        other = settings.model_copy(update={name: field.get_default(call_default_factory=True)})
        if other != settings and study.at_once(other) == settings:
            return other
    return settings
