"""Everything CI runs: each step to its end, then one summary."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import system_libraries
from console import say
from environment import ROOT, clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NO_TESTS = 5
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
# Whole files go to one process: what a file makes once serves all its tests. A process that is lost ends the
# run: pytest-xdist starts another in its place, which waits without end where no whole file is left to do.
ON_ALL_PROCESSORS = ["--numprocesses", "logical", "--dist", "loadfile", "--max-worker-restart", "0"]
# Making a failing example smaller takes up to five minutes of processor time: a run of all tests names it as found.
AS_FOUND = ["--hypothesis-profile", "as_found"]


class Step(NamedTuple):
    """A step that ran: its name, exit status and seconds."""

    name: str
    status: int
    seconds: float


def run_all(python: str) -> int:
    """Run every step, also after one that failed, and sum up.

    Parameters
    ----------
    python : str
        The Python of the environment that holds the tools.

    Returns
    -------
    int
        0 where all passed, else 1.
    """
    coverage = ["--cov", "--cov-report="]
    steps = [
        _step("ruff check", [python, "-m", "ruff", "check", "."]),
        _step("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        _step("mypy", [python, "-m", "mypy"]),
        _step("import-linter", [str(Path(python).with_name("lint-imports"))]),
        _step("pytest", [*_pytest(python), "-m", "not screen", *ON_ALL_PROCESSORS, *AS_FOUND, *coverage], OFFSCREEN),
    ]
    with system_libraries.virtual_screen() as screen:
        steps.append(
            _step(
                "pytest on a screen",
                [*_pytest(python), "-m", "screen", *coverage, "--cov-append"],
                screen,
            )
        )
    _step("coverage", [python, "-m", "coverage", "report", "--format=total"])
    return _sum_up(steps)


def run_pytest(python: str, arguments: Sequence[str]) -> int:
    """Run some tests, each where CI would: off screen, or on a screen of its own.

    Parameters
    ----------
    python : str
        The Python of the environment that holds the tools.
    arguments : sequence of str
        Arguments of pytest.

    Returns
    -------
    int
        0 where all passed, 5 where there was none, else 1.
    """
    steps = [_step("pytest", [*_pytest(python), "-m", "not screen", *arguments], OFFSCREEN)]
    with system_libraries.virtual_screen() as screen:
        steps.append(_step("pytest on a screen", [*_pytest(python), "-m", "screen", *arguments], screen))
    ran = [step for step in steps if step.status != NO_TESTS]
    return _sum_up(ran) if ran else NO_TESTS


def _pytest(python: str) -> list[str]:
    return [python, "-m", "pytest"]


def _step(name: str, command: Sequence[str], settings: Mapping[str, str] | None = None) -> Step:
    say(f"\n=== {name}")
    start = time.monotonic()
    status = subprocess.call(command, cwd=ROOT, env=clean(settings), stdin=subprocess.DEVNULL)
    return Step(name, status, time.monotonic() - start)


def _sum_up(steps: Sequence[Step]) -> int:
    say("\n=== summary")
    for step in steps:
        verdict = "passed" if step.status == 0 else f"FAILED (exit status {step.status})"
        say(f"{step.name:20s} {verdict}, {step.seconds:.0f} s")
    return int(any(step.status != 0 for step in steps))
