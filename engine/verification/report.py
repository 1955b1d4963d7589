"""What came of the cases: every figure beside what was published."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.scenario.provenance import versions

if TYPE_CHECKING:
    from engine.verification.cases import Case, Figure, Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, expected and got.

    Parameters
    ----------
    figure
        What is compared, what is expected and how exactly.
    got
        What the engine says; None where it does not get there.
    """

    figure: Figure
    got: Value | None

    @property
    def difference(self) -> float:
        """Got less expected; 0 where both are the same, infinite where they cannot be subtracted."""
        expected, got = self.figure.expected, self.got
        if got is None or isinstance(expected, str) != isinstance(got, str):
            return math.inf
        if got == expected:
            return 0.0
        if isinstance(expected, (bool, str)) or isinstance(got, (bool, str)):
            return math.inf
        return math.inf if math.isinf(expected) or not math.isfinite(got) else got - expected

    @property
    def passes(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.difference) <= self.figure.tolerance

    @property
    def share_of_tolerance(self) -> float:
        """How much of the tolerance the difference uses up; above 1 it fails."""
        difference = abs(self.difference)
        if difference == 0:
            return 0.0
        return difference / self.figure.tolerance if self.figure.tolerance > 0 else math.inf

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is infinite is spelled out."""
        return {
            "compared": self.figure.what,
            "expected": _plain(self.figure.expected),
            "got": _plain(self.got),
            "difference": _plain(self.difference),
            "tolerance": self.figure.tolerance,
            "passes": self.passes,
        }


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case.

    Parameters
    ----------
    case
        The case.
    comparisons
        One a figure; empty outside the model and where the engine refused the case.
    fault
        Why the engine could not run it, empty if it could.
    """

    case: Case
    comparisons: tuple[Comparison, ...] = ()
    fault: str = ""

    @property
    def verdict(self) -> str:
        """``passes``, ``fails`` or ``outside``."""
        if self.case.outside:
            return "outside"
        return "passes" if not self.fault and all(found.passes for found in self.comparisons) else "fails"

    @property
    def farthest(self) -> Comparison | None:
        """The figure that is farthest off, measured by its tolerance; the first of equals."""
        return max(self.comparisons, key=lambda found: found.share_of_tolerance, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        case = self.case
        source = {"name": case.source.name, "path": case.source.path, "commit": case.source.commit}
        found: dict[str, Any] = {
            "case": case.name,
            "group": case.group,
            "title": case.title,
            "source": {**source, "test": case.source.test, "basis": case.source.basis},
            "verdict": self.verdict,
        }
        if case.outside:
            return found | {"reason": case.outside}
        if self.fault:
            found["fault"] = self.fault
        return found | {"figures": [comparison.to_dict() for comparison in self.comparisons]}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all cases that were asked for, in their order.

    Parameters
    ----------
    results
        One a case.
    """

    results: tuple[CaseResult, ...]

    def count(self, verdict: str) -> int:
        """Return how many cases have a verdict: ``passes``, ``fails`` or ``outside``."""
        return sum(result.verdict == verdict for result in self.results)

    @property
    def passes(self) -> bool:
        """Whether no case fails."""
        return self.count("fails") == 0

    @property
    def figures(self) -> int:
        """How many figures were compared."""
        return sum(len(result.comparisons) for result in self.results)

    @property
    def closing_line(self) -> str:
        """``N passed, M failed, K outside the model``."""
        counts = [self.count(verdict) for verdict in ("passes", "fails", "outside")]
        return "{:,} passed, {:,} failed, {:,} outside the model".format(*counts)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report as plain values, as ``cascade verify --json`` writes it."""
        return {
            "format": "cascade-verification-report/1",
            "provenance": versions(),
            "summary": {
                "passed": self.count("passes"),
                "failed": self.count("fails"),
                "outside": self.count("outside"),
                "figures": self.figures,
            },
            "cases": [result.to_dict() for result in self.results],
        }


def _plain(value: Value | None) -> Value | None:
    if isinstance(value, float) and not math.isfinite(value):
        return "infinite" if value > 0 else str(value)
    return value
