"""What a study is: one question, asked with settings, answered by runs."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic

from engine.studies.cluster import workers_at
from engine.studies.outcome import StudyResult
from engine.studies.runs import Runs
from engine.studies.settings import AnySettings, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Answer, Columns, ScenarioOf, ValuesOf

GROUPS: Final = ("Who?", "How far?", "How bad?", "What matters?", "Safer?")
"""What questions are about, in the order in which they are asked."""


class Study(ABC, Generic[AnySettings]):
    """One question that is answered by varying something and looking at what runs come to.

    A study is one file in `engine.studies.questions`, which holds its settings, this class's subclass, and ``STUDY``,
    an instance of it. Command, Python function and window are made from it.

    Attributes
    ----------
    name
        As it is called everywhere.
    question
        In the words of those who ask.
    group
        What the question is about, one of `GROUPS`; questions of none stand last.
    kind
        The class of its settings.
    has_own_view
        Whether the window has a view of its own for it, and not one for all questions.
    not_at_once
        What its answer has beyond that of `at_once`.
    tables
        What it finds beside rows: by name, what that table holds. The command writes it with ``--NAME OUT``.
    unprinted
        Those of them that the command only writes: too long to be read.
    opens
        By the name of a table whose lines are runs, its column with the numbers of their rows.
    """

    name: ClassVar[str]
    question: ClassVar[str]
    group: ClassVar[str] = ""
    kind: type[AnySettings]
    has_own_view: ClassVar[bool] = False
    not_at_once: ClassVar[str] = ""
    tables: ClassVar[Mapping[str, str]] = {}
    unprinted: ClassVar[frozenset[str]] = frozenset()
    opens: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def answer(self, scenario: Scenario, settings: AnySettings, runs: Runs) -> Answer:
        """Answer the question for a scenario.

        Raises
        ------
        BadInput
            If settings do not fit the scenario.
        """

    def values_of(self, scenario: Scenario, settings: AnySettings, rows: Columns) -> ValuesOf | None:  # noqa: ARG002
        """Return what makes the scenario of a row: by the number of the row, parameters of the study's scenario.

        It takes the rows alone, so that those that come out of a file open too; None where rows are no runs.
        """
        return None

    def scenario_of(self, scenario: Scenario, settings: AnySettings, rows: Columns) -> ScenarioOf | None:  # noqa: ARG002
        """Return what tells the scenario that a row's values are put into; None where that is the study's."""
        return None

    def at_once(self, settings: AnySettings) -> AnySettings:
        """Return settings of what can be answered while something is changed, where all of it would take long."""
        return settings

    def settings(self, given: Mapping[str, Any]) -> AnySettings:
        """Return settings of what was given, checked.

        Raises
        ------
        BadInput
            With one fault for each that is unknown, missing or not allowed.
        """
        return checked(self.kind, given)

    def make(self, scenario: Scenario, settings: AnySettings, runs: Runs) -> StudyResult:
        """Make the study.

        Raises
        ------
        BadInput
            If settings do not fit the scenario.
        """
        begun = time.monotonic()
        answer = self.answer(scenario, settings, runs)
        return StudyResult(self.name, scenario, settings, answer, runs.stopped, time.monotonic() - begun)

    def __call__(
        self, scenario: Scenario, *, threads: int = 1, scheduler: str | None = None, **settings: Any
    ) -> StudyResult:
        """Make the study from Python.

        Parameters
        ----------
        scenario
            What to study.
        threads
            On how many threads; the result does not depend on it.
        scheduler
            The address of a Dask cluster that makes the runs instead, ``tcp://host:8786``; nor on that.
        **settings
            As on the command line.

        Raises
        ------
        BadInput
            If a setting is unknown, not allowed or does not fit the scenario, or there is no such cluster.
        """
        checked_settings = self.settings(settings)
        with workers_at(scheduler, threads) as workers:
            return self.make(scenario, checked_settings, Runs(threads, workers=workers))
