"""Benchmarks measure the program: without what the tests check in every round, and at every start of a timer."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def conserved() -> None:
    """Take the place of the check of conservation in every round, which takes ten times what a round does."""
