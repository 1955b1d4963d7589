"""Whether an answer is still of what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.scenario.provenance import run_sha256, run_sha256_of

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario

_ROWS_COMPARED: Final = 50_000
"""Books of more rows take longer to compare than an edit may."""


def are_alike(one: Scenario, other: Scenario) -> bool:
    """Whether runs of two scenarios are the same; a large book that was edited and put back counts as another."""
    if one.loans is other.loans:
        if one.parameters == other.parameters:
            return True
        return run_sha256_of(one.parameters, "the same") == run_sha256_of(other.parameters, "the same")
    return len(one.loans) == len(other.loans) <= _ROWS_COMPARED and run_sha256(one) == run_sha256(other)
