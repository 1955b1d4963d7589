"""What a result was made with."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from engine import __version__, from_dict
from engine.scenario.provenance import loans_sha256, parameters_sha256, provenance, run_sha256, versions
from tests.engine.scenarios import SMALL, changed, small


def test_that_a_result_names_versions_seed_and_hashes():
    scenario = from_dict(changed("simulation.seed", 7))
    assert provenance(scenario) == {
        "app": __version__,
        "engine": __version__,
        "seed": 7,
        "loans_sha256": loans_sha256(scenario.loans),
        "parameters_sha256": parameters_sha256(scenario.parameters),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": versions()["numba"],
    }


def test_that_defaults_written_out_or_left_out_hash_the_same():
    short = {key: SMALL[key] for key in ("format", "name", "assets", "markets", "shock", "cross_impact", "loans")}
    assert parameters_sha256(from_dict(short).parameters) == parameters_sha256(from_dict(SMALL).parameters)


@pytest.mark.parametrize("data", [small(name="x"), small(notes="x"), small(stops=[{"round": 1}])])
def test_that_what_a_run_does_not_depend_on_changes_only_the_parameters_hash(data):
    one, other = from_dict(SMALL), from_dict(data)
    assert parameters_sha256(one.parameters) != parameters_sha256(other.parameters)
    assert run_sha256(one) == run_sha256(other)


@pytest.mark.parametrize(
    "data",
    [
        changed("shock.returns.WETH", -0.31),
        changed("assets", dict(reversed(SMALL["assets"].items()))),
        changed("loans.0.debt_amount", 12_001),
        small(loans=[*SMALL["loans"], *SMALL["loans"]]),
    ],
)
def test_that_what_a_run_depends_on_changes_its_hash(data):
    assert run_sha256(from_dict(SMALL)) != run_sha256(from_dict(data))
