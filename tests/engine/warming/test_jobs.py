"""What has to be compiled is found out without compiling anything."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT
from engine.warming.parts import PARTS, RUN, SETTLEMENTS, needed_by
from tests.shared import ROOT

PROGRAM = """
import json
from engine.kernels.compiling import Kernel
from engine.warming.jobs import jobs_of
from engine.warming.parts import PARTS
import sys
lists = {part: [[job.file, job.weight] for job in jobs_of(part)] for part in PARTS}
again = {part: [[job.file, job.weight] for job in jobs_of(part)] for part in PARTS}
modules = [module for name, module in list(sys.modules.items()) if name.startswith("engine.")]
kernels = [item for module in modules for item in vars(module).values() if isinstance(item, Kernel)]
print(json.dumps([lists, again == lists, sum(len(kernel.signatures) for kernel in kernels)]))
"""


@pytest.fixture(scope="module")
def listed():
    """The jobs of every part, as a new process lists them."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lists, same, compiled = json.loads(done.stdout)
    assert same
    assert compiled == 0
    return lists


def test_that_every_part_needs_something_and_what_takes_longest_comes_first(listed):
    assert set(listed) == set(PARTS)
    for jobs in listed.values():
        weights = [weight for _, weight in jobs]
        assert len(jobs) > 3
        assert weights == sorted(weights, reverse=True)


def test_that_a_run_by_liquidators_needs_no_kernel_of_another_settlement(listed):
    names = {file.partition("-")[0] for file, _ in listed[RUN]}
    assert "liquidating.liquidate_nb" in names
    assert not any(name.partition(".")[0].endswith("_kernels") for name in names)
    assert not any(name.startswith(("viewing.", "playing.")) for name in names)


@pytest.mark.parametrize("kind", SETTLEMENTS)
def test_that_each_settlement_has_kernels_of_its_own(listed, kind):
    own = {name for name, _ in listed[kind]} - {name for name, _ in listed[RUN]}
    assert any(name.partition(".")[0].endswith("_kernels") for name in own)


def test_that_a_scenario_needs_the_parts_of_its_settlements():
    def scenario(*kinds):
        market = {"collateral": {"A": {"liquidation_threshold": 0.8}}}
        return Scenario.from_dict(
            {
                "format": FORMAT,
                "assets": {"A": {"price": 1.0}, "B": {"price": 1.0}},
                "markets": {kind: {**market, "rules": {"settlement": {"kind": kind}}} for kind in kinds},
                "loans": [],
            }
        ).parameters

    assert needed_by(scenario("liquidator")) == (RUN,)
    assert needed_by(scenario("absorb", "liquidator", "auction")) == (RUN, "absorb", "auction")
