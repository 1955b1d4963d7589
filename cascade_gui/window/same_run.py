"""Whether two runs are of the same: what has no effect on a run does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.schema import Parameters


def what_runs(parameters: Parameters) -> dict[str, Any]:
    """Return the plain parameters without what has no effect on a run: name, notes and stops."""
    return {key: value for key, value in parameters.plain.items() if key not in {"name", "notes", "stops"}}


def same_run(one: RecordedRun, other: RecordedRun) -> bool:
    """Whether two runs are of the same values and loans, so that there is nothing to compare."""
    first, second = one.scenario, other.scenario
    if what_runs(first.parameters) != what_runs(second.parameters):
        return False
    return first.loans is second.loans or first.loans.same_as(second.loans)
