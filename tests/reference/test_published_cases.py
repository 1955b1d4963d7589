"""Both engines against every published case in resources/verification."""

from __future__ import annotations

import functools
import subprocess
import sys

import pytest

from engine.verification import load_cases
from engine.verification.running import compare
from tests.reference.both_engines import health_of, on_both_engines, play_slowly
from tests.reference.coverage_table import KNOWN_RESULTS, PASSES, PROTOCOL_CASES
from tests.shared import ROOT, needs_shared

CASES = {case.name: case for case in load_cases()}
INSIDE = [name for name, case in CASES.items() if not case.outside]
TABLE = PROTOCOL_CASES | KNOWN_RESULTS


def results_of(run, case):
    results = {name: run(scenario) for name, scenario in case.runs.items()}
    if run is play_slowly:
        for name, scenario in case.runs.items():
            results[name]["health"] = health_of(run, scenario)
    return results


@on_both_engines
@pytest.mark.parametrize("name", INSIDE)
def test_that_the_published_case_comes_out(run, name):
    case = CASES[name]
    result = compare(case, results_of(run, case))
    assert result.comparisons
    assert [found.to_dict() for found in result.comparisons if not found.passes] == []


@pytest.mark.parametrize("name", CASES)
def test_that_the_case_passes_or_is_outside_for_the_reason_in_the_table(name):
    assert (CASES[name].outside or PASSES) == TABLE[name]


def test_that_the_table_has_no_case_that_is_not_in_the_data():
    assert set(TABLE) == set(CASES)


@needs_shared
def test_that_the_data_is_as_its_script_makes_it():
    """Nothing in it was edited by hand, and no case of the reference material is missing."""
    command = [sys.executable, str(ROOT / "packaging" / "data_builders" / "make_verification.py"), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (ran.returncode, ran.stderr) == (0, "")


@functools.cache
def sources():
    return {case.name: case.source for case in CASES.values()}


def test_that_every_source_can_be_found_again():
    for name, source in sources().items():
        assert source.name, name
        assert source.basis, name
        assert bool(source.path) == bool(source.commit) == ("-" in name), name
