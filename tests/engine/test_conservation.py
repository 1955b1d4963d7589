"""Nothing appears and nothing gets lost, in every round of every run (Method, section 9).

`tests.reference.both_engines.play` checks it on each run of the tests that use it, too.
"""

from __future__ import annotations

import pytest
from hypothesis import given

import engine
from engine.files.examples import examples
from tests.engine.properties.conservation import check_conservation
from tests.engine.properties.scenarios import scenarios


@given(scenarios())
def test_that_random_runs_conserve_tokens_and_debt(scenario):
    check_conservation(engine.run(engine.from_dict(scenario)))


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_the_examples_conserve_tokens_and_debt(example):
    check_conservation(engine.run(example.load()))
