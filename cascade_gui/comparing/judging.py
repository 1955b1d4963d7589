"""Comparisons in the background: one run each at once, and over paths when that is asked for."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.comparing.run_curves import curves_of
from cascade_gui.working import heavy_libraries
from cascade_gui.working.background import Background
from engine.scenario.scenario import Scenario
from engine.studies.cluster import workers_at
from engine.studies.questions.compare import STUDY
from engine.studies.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.studies.outcome import StudyResult
    from engine.studies.questions.compare import CompareSettings

_THREADS: Final = 2
_LOOKED_AT: Final = 100
"""Milliseconds between two looks at how far it is."""


class Judging(QObject):
    """Works out comparisons, one at a time."""

    glanced = Signal(object)
    """The answer of one run each."""
    judged = Signal(object)
    """The answer over paths."""
    failed = Signal(object)
    """Why there is none: an exception."""
    looked = Signal(object)
    """The `ComparedCurves` of some runs."""
    went_on = Signal(object)
    """The `Runs` that are under way, which know how many are done and how long the others take."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._glances = Background("comparing", self, computes=True, libraries=heavy_libraries.FOR_FILES)
        self._background = Background("judging", self, computes=True, libraries=heavy_libraries.FOR_FILES)
        self._runs: Runs | None = None
        self._glancing = Runs()
        self._ended, self._looking = Event(), Event()
        self._glances.stop_with(self._ended.set)
        self._look = QTimer(self, interval=_LOOKED_AT)
        self._look.timeout.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether paths are under way."""
        return self._runs is not None

    @property
    def glancing(self) -> bool:
        """Whether one run each is under way."""
        return self._glances.busy

    def glance(self, scenario: Scenario, given: dict[str, Any]) -> None:
        """Compare one run each; the latest wish wins.

        Parameters
        ----------
        scenario
            Today.
        given
            What it is compared with, as settings.
        """
        settings = STUDY.settings({**given, "paths": 0})
        self._glancing.stop()
        self._looking.set()
        self._glancing = runs = Runs()
        self._glances.do(partial(_make, scenario, settings, runs), self.glanced.emit, self.failed.emit, key="glance")

    def look(self, today: Callable[[], Scenario], then: Sequence[Callable[[], Scenario]]) -> None:
        """Run scenarios to draw what happens in them; the latest wish wins.

        Parameters
        ----------
        today, then
            Return today's and those that it is compared with, in the background.
        """
        self._looking.set()  # a path of a day takes so long that the next wish would wait for it
        self._looking = given_up = Event()

        def ends() -> bool:
            return given_up.is_set() or self._ended.is_set()

        self._glances.do(
            lambda: curves_of(today(), [each() for each in then], ends), self.looked.emit, self.failed.emit, key="look"
        )

    def judge(self, scenario: Scenario, settings: CompareSettings, scheduler: str | None = None) -> None:
        """Compare over paths; asks for nothing while that is under way.

        Parameters
        ----------
        scenario, settings
            What is compared, and on which paths.
        scheduler
            The address of a Dask cluster that makes the runs; this computer does without one.
        """
        if self.busy:
            return
        self._runs = runs = Runs(_THREADS)
        self._background.stop_with(runs.stop)

        def work() -> StudyResult:
            with workers_at(scheduler, _THREADS) as workers:
                runs.work_on(workers)
                return _make(scenario, settings, runs)

        self._background.do(work, self._end, self._fail, key="judge")
        self._look.start()
        self._tell()

    def stop(self) -> None:
        """Begin no further round; what is done is told."""
        if self._runs is not None:
            self._runs.stop()

    def forget(self) -> None:
        """Let go of what is under way: it is of another document."""
        self.stop()
        self._background.forget_all()
        self._glances.forget_all()
        self._runs = None
        self._look.stop()

    def _tell(self) -> None:
        if self._runs is not None:
            self.went_on.emit(self._runs)

    def _end(self, result: StudyResult) -> None:
        self._runs = None
        self._look.stop()
        self.judged.emit(result)

    def _fail(self, error: Exception) -> None:
        self._runs = None
        self._look.stop()
        self.failed.emit(error)

    def shut_down(self) -> None:
        """Stop what is under way, and wait for it."""
        self.stop()
        self._glancing.stop()
        self._ended.set()
        self._look.stop()
        self._background.shut_down()
        self._glances.shut_down()


def _make(scenario: Scenario, settings: CompareSettings, runs: Runs) -> StudyResult:
    """Check the loans, which takes its time for many, and compare; in the background."""
    return STUDY.make(Scenario.checked(scenario.parameters, scenario.loans), settings, runs)
