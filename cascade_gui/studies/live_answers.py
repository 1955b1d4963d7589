"""Answers that follow every change: a study is tried, and worked out anew each time where that takes under a second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cascade_gui.wording import numbers
from engine.base.faults import BadInput
from engine.scenario.scenario import Scenario
from engine.studies.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_gui.working.background import Background
    from engine.studies.outcome import StudyResult
    from engine.studies.settings import Settings
    from engine.studies.study import Study

QUICK_SECONDS: Final = 1.0
"""What takes longer is worked out only when it is asked for."""
_BUSY_FACTOR: Final = 2.0
"""What takes no more than so many times as long is waited for, and tried again: a computer may have other work."""
_REST_MS: Final = 200
"""Changes that follow each other more quickly are answered together."""
_LOOK_MS: Final = 50
_PATIENCE_SECONDS: Final = 0.5
"""An older answer is marked as such when the new one is not there after so long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks now.

    Parameters
    ----------
    study, settings
        The question.
    draft
        Of what; its loans are not checked yet.
    is_answered
        Whether the answer that is shown is of this.
    took
        How long that answer took, None where there is none of these settings.
    """

    study: Study[Any]
    settings: Settings
    draft: Scenario
    is_answered: bool
    took: float | None


@dataclass(slots=True)
class _Trial:
    asked: Asked
    runs: Runs
    soon: float
    begun: list[float] = field(default_factory=list)


class LiveAnswers(QObject):
    """Works a question out again when what it is asked of has changed; what was asked before is dropped.

    A study is begun and stopped after a second. If it is through by then, it has an answer and is *live*. If not, what
    it has done tells how long it would take, and with these settings it is not begun by itself again.

    Parameters
    ----------
    background
        Where to work, under the key "study".
    threads
        On how many.
    ask
        Returns what is asked now; None where nothing is to be worked out by itself, `BadInput` where nothing can be.
    """

    answered = Signal(object)
    """A `StudyResult`."""
    told = Signal(str)
    """Whether it is live, or how long it takes."""
    turned = Signal()
    """What `is_following` returns may be something else."""

    def __init__(
        self, background: Background, threads: int, ask: Callable[[], Asked | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._threads, self._ask = background, threads, ask
        self._trial: _Trial | None = None
        self._changed, self._is_early = 0.0, False
        self._slow: dict[str, float | None] = {}
        self._tried: set[str] = set()
        under_way: list[Runs] = []
        self._under_way = under_way

        def stop() -> None:
            for runs in under_way:
                runs.stop()

        background.stop_with(stop)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._try)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._watch)

    @property
    def busy(self) -> bool:
        """Whether a change waits to be answered, or is being answered."""
        return self._rest.isActive() or self._trial is not None

    @property
    def is_following(self) -> bool:
        """Whether a new answer will be there in a moment."""
        return self.busy and time.monotonic() - self._changed < _PATIENCE_SECONDS

    def soon(self) -> None:
        """Answer what is asked now, when the hand rests."""
        self.stop()
        self._changed, self._is_early = time.monotonic(), True
        self._rest.start()
        self._look.start()
        self.told.emit(self.tr("working it out …"))

    def stop(self) -> None:
        """Drop what is asked and not answered."""
        self._rest.stop()
        self._look.stop()
        if self._trial is not None:
            self._trial.runs.stop()
            self._trial = None

    def forget(self) -> None:
        """Forget how long studies take: another document is shown."""
        self.stop()
        self._slow.clear()
        self._tried.clear()

    def _try(self) -> None:
        try:
            asked = self._ask()
        except BadInput:
            asked = None
        if asked is None:
            self._end("")
            return
        quick = asked.study.at_once(asked.settings)
        if asked.is_answered:
            is_slow = asked.took is not None and asked.took > _BUSY_FACTOR * QUICK_SECONDS
            self._end(self.tr("took {0}").format(numbers.duration(asked.took or 0.0)) if is_slow else self._live(asked))
        elif _key(asked.study, quick) in self._slow:
            self._end(self._takes(self._slow[_key(asked.study, quick)]))
        else:
            self._begin(asked, quick)

    def _begin(self, asked: Asked, quick: Settings) -> None:
        runs = Runs(self._threads)
        self._trial = trial = _Trial(asked, runs, time.monotonic())
        self._under_way[:] = [runs]
        draft, study, begun = asked.draft, asked.study, trial.begun

        def work() -> StudyResult:
            begun.append(time.monotonic())
            return study.make(Scenario.checked(draft.parameters, draft.loans), quick, runs)

        self._background.do(work, partial(self._take, trial), partial(self._fail, trial), key="study")

    def _watch(self) -> None:
        """Stop what takes too long; let the page mark its answer when the new one is late."""
        trial = self._trial
        if trial is not None and trial.begun:
            elapsed = time.monotonic() - trial.begun[0]
            most = _BUSY_FACTOR * QUICK_SECONDS
            if elapsed > QUICK_SECONDS and max(_expected(trial.runs, elapsed) or most + 1.0, elapsed) > most:
                trial.runs.stop()
        if self._is_early and not self.is_following:
            self._is_early = False
            self.turned.emit()

    def _take(self, trial: _Trial, result: StudyResult) -> None:
        if trial is not self._trial:
            return
        study, quick = trial.asked.study, result.settings
        if not result.stopped:
            is_slow = result.seconds > _BUSY_FACTOR * QUICK_SECONDS
            if is_slow:
                self._slow[_key(study, quick)] = result.seconds
            self.answered.emit(result)
            self._end(self._takes(result.seconds) if is_slow else self._live(trial.asked))
        elif study.name not in self._tried:  # the first time the book is laid out, and kernels may be compiled
            self._tried.add(study.name)
            self._begin(trial.asked, quick)
        else:
            expected = _expected(trial.runs, result.seconds)
            self._slow[_key(study, quick)] = expected
            self._end(self._takes(expected))

    def _fail(self, trial: _Trial, error: Exception) -> None:
        if trial is not self._trial:
            return
        self._end("")
        if not isinstance(error, BadInput):
            raise error

    def _end(self, text: str) -> None:
        self._trial = None
        self._look.stop()
        self.told.emit(text)
        self.turned.emit()

    def _live(self, asked: Asked) -> str:
        if asked.study.at_once(asked.settings) != asked.settings:
            return self.tr("Live; this adds {0}").format(asked.study.not_at_once)
        return self.tr("Live: follows every change")

    def _takes(self, seconds: float | None) -> str:
        if seconds is None:
            return self.tr("takes longer than {0}").format(numbers.duration(_BUSY_FACTOR * QUICK_SECONDS))
        return self.tr("takes about {0}").format(numbers.duration(max(round(seconds), 1)))


def _expected(runs: Runs, seconds: float) -> float | None:
    """Return how long all runs take that are wanted by now; None where those that are done tell nothing."""
    if not 0 < runs.count < runs.wanted:
        return None
    return seconds * runs.wanted / runs.count


def _key(study: Study[Any], settings: Settings) -> str:
    return f"{study.name} {settings.model_dump_json()}"
