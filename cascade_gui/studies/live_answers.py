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
_NEARLY: Final = 2.0
"""What takes no more than so many times as long is waited for, and tried again."""
_MOST_WAITED: Final = 4.0
"""Nothing is waited for longer than so many times that, however much other work the computer has."""
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
    answered
        The settings of the answer that is shown, if it is of this: all of it, or what can be answered at once.
    took
        How long that answer took, in seconds.
    """

    study: Study[Any]
    settings: Settings
    draft: Scenario
    answered: Settings | None
    took: float


@dataclass(slots=True)
class _Trial:
    asked: Asked
    runs: Runs
    threads: int
    begun: list[tuple[float, float]] = field(default_factory=list)
    """When it was begun, and the processor's time that the program had taken then."""

    @property
    def waited(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self.begun[0][0] if self.begun else 0.0

    @property
    def worked(self) -> float:
        """Seconds that it would have taken on a computer that has no other work."""
        return min(self.waited, (time.process_time() - self.begun[0][1]) / self.threads) if self.begun else 0.0

    @property
    def is_too_long(self) -> bool:
        """Whether it takes too long to be waited for."""
        expected = _expected(self.runs, self.worked)
        nearly = expected is not None and expected < _NEARLY * QUICK_SECONDS and self.worked < _NEARLY * QUICK_SECONDS
        return (self.worked > QUICK_SECONDS and not nearly) or self.waited > _MOST_WAITED * QUICK_SECONDS


class LiveAnswers(QObject):
    """Works a question out again when what it is asked of has changed; what was asked before is dropped.

    A study is begun and stopped after a second. If it is through by then, it has an answer and is *live*. If not, what
    it has done tells how long it would take, and with these settings it is not begun by itself again. Of a question of
    which a part can be answered at once that is done first, and then all of it tried.

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
        self._whole: dict[str, bool] = {}
        """Whether all of a question is quick of which a part can be answered at once, by the name of its study."""
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
        self._whole.clear()
        self._tried.clear()

    def _try(self) -> None:
        try:
            asked = self._ask()
        except BadInput:
            asked = None
        if asked is None:
            self._end("")
            return
        name, at_once = asked.study.name, asked.study.at_once(asked.settings)
        if asked.answered is not None:
            self._end(self._said_of(asked))
        elif at_once == asked.settings or self._whole.get(name, False):
            self._try_whole(asked)
        else:
            self._begin(asked, at_once)

    def _said_of(self, asked: Asked) -> str:
        """Return what is said where the answer is there already."""
        if asked.answered != asked.settings:
            return self._live_in_part(asked)
        if _key(asked.study, asked.settings) in self._slow or asked.took > _MOST_WAITED * QUICK_SECONDS:
            return self.tr("took {0}").format(numbers.duration(asked.took))
        return self._live()

    def _try_whole(self, asked: Asked) -> None:
        key = _key(asked.study, asked.settings)
        if key in self._slow:
            self._end(self._takes(self._slow[key]))
        else:
            self._begin(asked, asked.settings)

    def _begin(self, asked: Asked, quick: Settings) -> None:
        runs = Runs(self._threads, is_trial=True)
        self._trial = trial = _Trial(asked, runs, self._threads)
        self._under_way[:] = [runs]
        draft, study, begun = asked.draft, asked.study, trial.begun

        def work() -> StudyResult:
            begun.append((time.monotonic(), time.process_time()))
            return study.make(Scenario.checked(draft.parameters, draft.loans), quick, runs)

        self._background.do(work, partial(self._take, trial), partial(self._fail, trial), key="study")

    def _watch(self) -> None:
        """Stop what takes too long; let the page mark its answer when the new one is late."""
        if self._trial is not None and self._trial.is_too_long:
            self._trial.runs.stop()
        if self._is_early and not self.is_following:
            self._is_early = False
            self.turned.emit()

    def _take(self, trial: _Trial, result: StudyResult) -> None:
        if trial is not self._trial:
            return
        if result.stopped:
            self._note_stopped(trial, result)
        elif result.settings == trial.asked.settings:
            self._take_whole(trial, result)
        else:
            self.answered.emit(result)
            if trial.asked.study.name in self._whole:
                self._end(self._live_in_part(trial.asked))
            else:  # all of it may be quick too
                self._begin(trial.asked, trial.asked.settings)

    def _take_whole(self, trial: _Trial, result: StudyResult) -> None:
        study = trial.asked.study
        is_slow = trial.worked > _NEARLY * QUICK_SECONDS
        if is_slow:
            self._slow[_key(study, result.settings)] = result.seconds
        if study.at_once(result.settings) != result.settings:
            self._whole[study.name] = not is_slow
        self.answered.emit(result)
        self._end(self._takes(result.seconds) if is_slow else self._live())

    def _note_stopped(self, trial: _Trial, result: StudyResult) -> None:
        """Note that something takes too long, and do what is quick instead."""
        asked, name = trial.asked, trial.asked.study.name
        at_once = asked.study.at_once(asked.settings)
        if result.settings != at_once:
            was_quick, self._whole[name] = self._whole.get(name, False), False
            if was_quick:  # then there is no answer in part yet
                self._begin(asked, at_once)
            else:
                self._end(self._live_in_part(asked))
        elif name not in self._tried:  # the first time the book is laid out, and kernels may be compiled
            self._tried.add(name)
            self._begin(asked, at_once)
        else:
            expected = trial.runs.pace.in_all(trial.runs.wanted, trial.waited)
            self._slow[_key(asked.study, at_once)] = expected
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

    def _live(self) -> str:
        return self.tr("Live: follows every change")

    def _live_in_part(self, asked: Asked) -> str:
        return self.tr("Live; this adds {0}").format(asked.study.not_at_once)

    def _takes(self, seconds: float | None) -> str:
        if seconds is None:
            return self.tr("takes longer than {0}").format(numbers.duration(_NEARLY * QUICK_SECONDS))
        return self.tr("takes about {0}").format(numbers.duration(max(round(seconds), 1)))


def _expected(runs: Runs, seconds: float) -> float | None:
    """Return how long all wanted runs take alone on a computer; None where those that are done tell nothing."""
    if not 0 < runs.count < runs.wanted:
        return None
    return runs.pace.in_all(runs.wanted, seconds, alone=True)


def _key(study: Study[Any], settings: Settings) -> str:
    return f"{study.name} {settings.model_dump_json()}"
