"""What a study comes to: rows, figures, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.scenario.provenance import provenance, run_sha256
from engine.studies.columns_file import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from engine.scenario.scenario import Scenario
    from engine.studies.settings import Settings

STUDY_FORMAT = "cascade-study/1"

Columns = dict[str, "npt.NDArray[Any]"]
"""Columns of equal length by their names."""
ValuesOf = Callable[[int], "Mapping[str, Any]"]
"""By the number of a row, the parameters that make its scenario of the study's."""
ScenarioOf = Callable[[int], "Scenario"]
"""By the number of a row, the scenario that its parameters are put into."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an answer that came out of a file was worked out from.

    Parameters
    ----------
    run_sha256
        Of the scenario (`engine.scenario.provenance.run_sha256`).
    provenance
        Versions, seed and hashes, as they were then.
    has_book
        Whether the loan book that was studied is still there; rows cannot be opened without it.
    """

    run_sha256: str
    provenance: Mapping[str, Any]
    has_book: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a study has found.

    Parameters
    ----------
    rows
        One row a variant: what was varied, then what it came to.
    figures
        Named numbers; None for one that does not exist, such as the upper end of an interval for which there are too
        few paths.
    assumptions
        What decides the answer, one sentence each.
    notes
        What must not go unsaid: too few paths, a class of answer that is not to be had.
    values_of
        Returns, for the number of a row, the parameters that make its scenario of the study's; None where rows are no
        runs.
    tables
        Further tables by name.
    kept
        The rows whose scenarios were asked for as files, by what their names end with.
    verdict
        The answer in sentences, the most important first.
    scenario_of
        Returns, for the number of a row, the scenario that its values are put into; None where it is the study's.
    shown
        How the names of figures begin that are printed; all are where there are none.
    """

    rows: Columns
    figures: dict[str, float | None]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...] = ()
    values_of: ValuesOf | None = None
    tables: dict[str, Columns] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    verdict: tuple[str, ...] = ()
    scenario_of: ScenarioOf | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A study that was made of a scenario.

    Parameters
    ----------
    study
        Its name.
    scenario
        What was studied.
    settings
        What was asked.
    answer
        What was found.
    stopped
        Whether it was stopped before it was through; the answer is then that of what was done.
    seconds
        How long it took.
    origin
        What it was worked out from, if it came out of a file; else that is `scenario`. Without the loan book that was
        studied `scenario` has its parameters with the loans that are there now.

    Examples
    --------
    >>> found = engine.studies.sweep(scenario, axis={"shock.returns.WETH": [-0.1, -0.2]}, measure="liquidations")
    >>> found.frame()
       shock.returns.WETH  liquidations
    0                -0.1             0
    1                -0.2             1
    >>> engine.run(found.open(1)).summary()["liquidations"]
    1
    """

    study: str
    scenario: Scenario
    settings: Settings
    answer: Answer
    stopped: bool = False
    seconds: float = 0.0
    origin: Origin | None = None

    @property
    def run_sha256(self) -> str:
        """The hash of all that its runs depend on but the settings."""
        return run_sha256(self.scenario) if self.origin is None else self.origin.run_sha256

    @property
    def figures(self) -> dict[str, float | None]:
        """The named numbers."""
        return self.answer.figures

    def frame(self, table: str = "rows") -> pd.DataFrame:
        """Return the rows, or another of the tables, as a pandas frame; groups of parameters are spelled as JSON.

        Raises
        ------
        BadInput
            If there is no such table.
        """
        import pandas as pd

        tables = {"rows": self.answer.rows, **self.answer.tables}
        if table not in tables:
            raise BadInput.at("table", repr(table), "one of " + ", ".join(tables))
        return pd.DataFrame(spelled(tables[table]))

    def to_dict(self) -> dict[str, Any]:
        """Return everything but further tables as plain values (Interfaces, section 1, ``--json``)."""
        rows = self.answer.rows
        columns = [_plain(column) for column in rows.values()]
        return {
            **self.described(),
            "rows": [dict(zip(rows, row, strict=True)) for row in zip(*columns, strict=True)],
        }

    def described(self) -> dict[str, Any]:
        """Return everything but tables as plain values."""
        return {
            "format": STUDY_FORMAT,
            "study": self.study,
            "scenario": self.scenario.name,
            "provenance": provenance(self.scenario) if self.origin is None else dict(self.origin.provenance),
            "settings": self.settings.model_dump(mode="json", by_alias=True),
            "stopped": self.stopped,
            "verdict": list(self.answer.verdict),
            "assumptions": list(self.answer.assumptions),
            "notes": list(self.answer.notes),
            "figures": {name: _finite(value) for name, value in self.figures.items()},
        }

    def open(self, row: int) -> Scenario:
        """Return the scenario of a row, to run and to play.

        Raises
        ------
        BadInput
            If there is no such row, rows are no runs, or the loan book that was studied is not there any more.
        """
        if self.origin is not None and not self.origin.has_book:
            raise BadInput.at(f"the study {self.study}", "the loan book has changed since", "the study made again")
        if self.answer.values_of is None:
            raise BadInput.at(f"the study {self.study}", "its rows are no runs", "")
        count = len(next(iter(self.answer.rows.values()), ()))
        if not 0 <= row < count:
            raise BadInput.at("row", str(row), f"0 to {count - 1}")
        base = self.scenario if self.answer.scenario_of is None else self.answer.scenario_of(row)
        return base.with_values(self.answer.values_of(row))


def cell(column: npt.NDArray[Any], row: int) -> Any:
    """Return what stands in a row of a column, as Python has it.

    Examples
    --------
    >>> cell(np.array([1, 2]), 1), cell(np.array([None, "full"], dtype=object), 1)
    (2, 'full')
    """
    value = column[row]
    return value.item() if isinstance(value, np.generic) else value


def _plain(column: npt.NDArray[Any]) -> list[Any]:
    return [_finite(value) for value in column.tolist()]


def _finite(value: Any) -> Any:
    """Return what JSON has: numbers that do not exist are null."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
