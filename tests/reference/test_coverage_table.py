"""The table of published cases is complete, and what it calls passing is a test."""

from __future__ import annotations

import pytest

from tests.reference import test_known_results, test_protocol_cases
from tests.reference.coverage_table import KERNEL, KNOWN_RESULTS, PASSES, PROTOCOL_CASES
from tests.reference.protocol_cases import all_cases
from tests.reference.test_known_results import known
from tests.shared import needs_shared


@needs_shared
def test_that_the_table_names_every_published_case_once():
    assert set(PROTOCOL_CASES) == set(all_cases())
    assert set(KNOWN_RESULTS) == set(known())


@pytest.mark.parametrize("table", [PROTOCOL_CASES, KNOWN_RESULTS], ids=["protocols", "known results"])
def test_that_every_case_passes_a_test_or_says_why_it_is_outside(table):
    modules = {"test_protocol_cases.py": test_protocol_cases, "test_known_results.py": test_known_results}
    for case, (verdict, why) in table.items():
        if verdict == PASSES:
            file, test = why.split("::")
            assert callable(getattr(modules[file], test)), case
        else:
            assert verdict == "outside", case
            assert why.strip(), case


def test_that_the_kernel_cases_of_the_table_are_those_that_run():
    run = {case for case, _ in test_protocol_cases.KERNEL_CASES}
    assert {case for case, verdict in PROTOCOL_CASES.items() if verdict == (PASSES, KERNEL)} == run
