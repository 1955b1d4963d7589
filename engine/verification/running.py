"""Runs the published cases through the public engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput
from engine.verification.cases import load_cases
from engine.verification.formulas import evaluate
from engine.verification.outcome import plain
from engine.verification.report import CaseResult, Comparison, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.verification.cases import Case, Value


def verify(
    cases: Iterable[Case] | None = None, progress: Callable[[int, int, CaseResult], None] | None = None
) -> Report:
    """Run published cases on this machine and compare.

    Parameters
    ----------
    cases
        Which; all of them by default.
    progress
        Called after each case with how many are done, how many there are, and what came of it.

    Returns
    -------
    Report
        One result a case, those outside the model included.
    """
    wanted = tuple(load_cases() if cases is None else cases)
    results: list[CaseResult] = []
    for case in wanted:
        results.append(check_case(case))
        if progress is not None:
            progress(len(results), len(wanted), results[-1])
    return Report(tuple(results))


def check_case(case: Case) -> CaseResult:
    """Run one case and compare its figures; a case outside the model is not run."""
    from engine.api import from_dict, run

    if case.outside:
        return CaseResult(case)
    try:
        results = {name: plain(run(from_dict(scenario))) for name, scenario in case.runs.items()}
    except BadInput as refused:
        return CaseResult(case, fault="; ".join(str(fault) for fault in refused.faults))
    return compare(case, results)


def compare(case: Case, results: Mapping[str, Any]) -> CaseResult:
    """Compare a case's figures with the plain results of its runs, whoever ran them."""
    return CaseResult(case, tuple(Comparison(figure, _got(figure.formula, results)) for figure in case.figures))


def _got(formula: Any, results: Mapping[str, Any]) -> Value | None:
    try:
        value = evaluate(formula, results)
    except (LookupError, ZeroDivisionError):  # the run did not get there: no such event, nothing sold
        return None
    return value if isinstance(value, (bool, str)) or value is None else float(value)
