"""The commands of dev.py."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import checks
import environment
import system_libraries
from console import SetUpError, say
from environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

HARNESSES = {"fuzz": "fuzz.py", "kills": "kills.py", "memory": "memory.py", "random-user": "random_user.py"}
"""Commands that try to break the program, and their scripts."""
FIRST_EXAMPLE = "from engine.files.examples import FIRST, find_example; print(find_example(FIRST).path)"


def main(arguments: Sequence[str]) -> int:
    """Carry out one command line.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind `dev.py`.

    Returns
    -------
    int
        0 done, 1 something failed, 130 interrupted; else the exit status of the program started.
    """
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Sets Cascade up in .venv (once) and runs it.",
        epilog="What follows the command is handed on: run FILE, test tests/engine -k close.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", add_help=False, help="open the window [FILE and options of cascade-gui]")
    commands.add_parser("test", add_help=False, help="all that CI runs; with arguments only pytest")
    commands.add_parser("bench", add_help=False, help="the benchmarks [--table: the help's table; arguments of pytest]")
    commands.add_parser("soak", add_help=False, help="the property tests, with many more examples")
    commands.add_parser("mutate", add_help=False, help="break the engine's rules one at a time: do tests notice?")
    commands.add_parser("fuzz", add_help=False, help="damaged files: read or refused in words? [--files N --seed N]")
    commands.add_parser("kills", add_help=False, help="kill at random moments: is all kept? [--count N --seed N]")
    commands.add_parser("random-user", add_help=False, help="use the window at random [--minutes M --seed N]")
    commands.add_parser("memory", add_help=False, help="the same work again and again: does it grow? [--cycles N]")
    commands.add_parser("build", add_help=False, help="the wheel, into dist/")
    chosen, rest = parser.parse_known_args(arguments[:1])
    rest = list(arguments[1:])
    try:
        if chosen.command in HARNESSES:
            return harness(HARNESSES[chosen.command], rest)
        return {"run": run, "test": test, "bench": bench, "soak": soak, "mutate": mutate, "build": build}[
            chosen.command
        ](rest)
    except SetUpError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130


def run(arguments: Sequence[str]) -> int:
    """Open the window; where there is no display, say so and run the example without one."""
    python = environment.ready()
    if "--help" not in arguments and not has_display():
        files = [argument for argument in arguments if not argument.startswith("-")]
        file = files[0] if files else first_example(python)
        say(f"There is no display here: running {file} in the terminal instead of the window.")
        return subprocess.call([python, "-m", "engine", "run", file])
    system_libraries.provide(system_libraries.OFFSCREEN + system_libraries.SCREEN)
    return subprocess.call([python, "-m", "cascade_gui", *arguments])


def first_example(python: str) -> str:
    """Return the path of the example that the window shows on a first start."""
    asked = [python, "-c", FIRST_EXAMPLE]
    return subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def has_display() -> bool:
    """Whether a window can be shown; macOS and Windows always have a screen."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return shown or chosen in {"offscreen", "minimal", "vnc"}


def test(arguments: Sequence[str]) -> int:
    """Run what CI runs; with arguments only pytest, with those."""
    python = environment.ready("test")
    system_libraries.provide(system_libraries.OFFSCREEN + system_libraries.SCREEN, virtual_screen=True)
    return checks.run_pytest(python, arguments) if arguments else checks.run_all(python)


def bench(arguments: Sequence[str]) -> int:
    """Measure; the speeds are ratios of two things measured in the same run."""
    python = environment.ready("test")
    if list(arguments) == ["--table"]:
        command = [python, "-m", "tests.benchmarks.engine_table", "--write"]
        return subprocess.call(command, cwd=ROOT, env=environment.clean())
    system_libraries.provide(system_libraries.OFFSCREEN + system_libraries.SCREEN, virtual_screen=True)
    with system_libraries.virtual_screen() as screen:
        command = [python, "-m", "pytest", "tests/benchmarks", "--benchmark-enable", *arguments]
        return subprocess.call(command, cwd=ROOT, env=environment.clean(screen))


def soak(arguments: Sequence[str]) -> int:
    """Give the property tests many more examples, and new ones each time."""
    python = environment.ready("test")
    system_libraries.provide(system_libraries.OFFSCREEN)
    command = [
        python,
        "-m",
        "pytest",
        "--hypothesis-profile=soak",
        "-m",
        "hypothesis and not screen",
    ]
    settings = environment.clean({"QT_QPA_PLATFORM": "offscreen"})
    return subprocess.call([*command, *arguments], cwd=ROOT, env=settings)


def mutate(arguments: Sequence[str]) -> int:
    """Break the engine's rules one at a time in a copy, and tell which of it no test notices."""
    python = environment.ready("test")
    return subprocess.call([python, str(ROOT / "packaging" / "mutation_check.py"), *arguments], env=environment.clean())


def harness(script: str, arguments: Sequence[str]) -> int:
    """Try to break the program at random, from a seed; what was found is kept."""
    python = environment.ready("test")
    system_libraries.provide(system_libraries.OFFSCREEN)
    command = [python, str(ROOT / "packaging" / "harnesses" / script), *arguments]
    return subprocess.call(command, env=environment.clean({"QT_QPA_PLATFORM": "offscreen"}))


def build(arguments: Sequence[str]) -> int:
    """Build the wheel."""
    python = environment.ready("test")
    command = [
        python,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        "dist",
    ]
    return subprocess.call([*command, *arguments, "."], cwd=ROOT, env=environment.clean())
