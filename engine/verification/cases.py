"""The published cases as they are stored: what is run, and what must come out.

A file is ``{"format": "cascade-verification/1", "about": ..., "cases": [...]}``. A case that the model can express has
``runs`` (scenarios by name, their loans as ``{"columns": [...], "rows": [[...]]}``) and ``figures``; one that it cannot
has ``outside``, the reason. A new settlement needs new cases there, and no code here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput, Fault
from engine.base.resource_files import resource_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT: Final = "cascade-verification/1"
INFINITE: Final = "infinite"
"""How an infinite health factor is spelled in the files."""

Value = float | bool | str
"""What a figure can be: a number, an answer, or a name."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case was published.

    Parameters
    ----------
    name
        The repository (``owner/name``), or the publication in words.
    path, commit, test
        The place in the repository; empty for a publication.
    basis
        How much of inputs and figures is the authors' own, in words.
    """

    name: str
    path: str = ""
    commit: str = ""
    test: str = ""
    basis: str = ""

    @property
    def short(self) -> str:
        """The source in a few words: repository (without its owner) and file, or the publication."""
        if not self.path:
            return self.name
        return f"{self.name.rpartition('/')[2]} {self.path.rpartition('/')[2]}"

    @property
    def full(self) -> str:
        """Everything that is needed to find it."""
        parts = [self.name, self.path, self.commit and f"commit {self.commit}", self.test]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure and how it is read off the runs.

    Parameters
    ----------
    what
        In words.
    formula
        See `engine.verification.formulas.evaluate`.
    expected
        As published.
    relative, absolute
        A number passes within the larger of `relative` times `expected` and `absolute`.
    """

    what: str
    formula: Any
    expected: Value
    relative: float = 0.0
    absolute: float = 0.0

    @property
    def tolerance(self) -> float:
        """How far off a number may be."""
        if isinstance(self.expected, (bool, str)) or math.isinf(self.expected):
            return 0.0
        return max(self.relative * abs(self.expected), self.absolute)


@dataclass(frozen=True, slots=True)
class Case:
    """One published case.

    Parameters
    ----------
    name
        As commands call it: ``aave-01``.
    group
        Under what it is listed: the protocol, or the subject.
    title
        What it is about.
    source
        Where it was published.
    runs
        Scenarios by name, each as the plain dict of a scenario file. Empty outside the model.
    figures
        What is compared. Empty outside the model.
    outside
        Why the model cannot express it; empty if it can.
    """

    name: str
    group: str
    title: str
    source: Source
    runs: Mapping[str, dict[str, Any]]
    figures: tuple[Figure, ...]
    outside: str = ""


def load_cases() -> tuple[Case, ...]:
    """Return all published cases, by file and in the order in which they stand there."""
    files = sorted(resource_path("verification").glob("*.json"))
    return tuple(case for file in files for case in read_cases(file))


def read_cases(file: Path) -> list[Case]:
    """Return the cases of one file.

    Raises
    ------
    BadInput
        If the file has another format.
    """
    data = json.loads(file.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise BadInput.at(file.name, f"format {data.get('format')!r}", FORMAT)
    return [_case(entry) for entry in data["cases"]]


def find_cases(names: Iterable[str]) -> tuple[Case, ...]:
    """Return the cases of these names.

    Raises
    ------
    BadInput
        With one fault for each name that there is none of.
    """
    from difflib import get_close_matches

    every = {case.name: case for case in load_cases()}
    wanted = list(dict.fromkeys(names))
    faults = []
    for name in wanted:
        if name not in every:
            near = get_close_matches(name, every, n=3)
            allowed = "one of " + ", ".join(near) if near else f"one of {len(every)}: `cascade verify` lists them"
            faults.append(Fault("case", f"no case {name!r}", allowed))
    if faults:
        raise BadInput(faults)
    return tuple(every[name] for name in wanted)


def _case(entry: Mapping[str, Any]) -> Case:
    return Case(
        name=entry["id"],
        group=entry["group"],
        title=entry["title"],
        source=Source(**entry["source"]),
        runs={name: _scenario(scenario) for name, scenario in entry.get("runs", {}).items()},
        figures=tuple(_figure(figure) for figure in entry.get("figures", [])),
        outside=entry.get("outside", ""),
    )


def _figure(entry: Mapping[str, Any]) -> Figure:
    expected = entry["expected"]
    if expected == INFINITE:
        expected = math.inf
    elif not isinstance(expected, (bool, str)):
        expected = float(expected)
    return Figure(entry["what"], entry["formula"], expected, entry.get("relative", 0.0), entry.get("absolute", 0.0))


def _scenario(stored: Mapping[str, Any]) -> dict[str, Any]:
    loans = stored["loans"]
    rows = [
        {column: value for column, value in zip(loans["columns"], row, strict=True) if value is not None}
        for row in loans["rows"]
    ]
    return {**stored, "loans": rows}
