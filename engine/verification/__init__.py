"""Published cases as data, and the engine held to them on the user's own machine.

``resources/verification/*.json`` holds the cases: scenarios in the form of a scenario file, and the figures that a
protocol's own tests or a published result give for them. `verify` runs them through the public engine.
"""

from __future__ import annotations

from engine.verification.cases import Case, Figure, Source, find_cases, load_cases
from engine.verification.report import CaseResult, Comparison, Report
from engine.verification.running import check_case, verify

__all__ = [
    "Case",
    "CaseResult",
    "Comparison",
    "Figure",
    "Report",
    "Source",
    "check_case",
    "find_cases",
    "load_cases",
    "verify",
]
