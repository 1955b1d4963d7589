"""Breaks the engine's rules one at a time and tells which of it no test notices.

``python3 packaging/dev.py mutate`` runs all of packaging/mutations.toml in a copy of the checkout, never in place. The
kernels run as plain Python there (``NUMBA_DISABLE_JIT``): compiling them again for every mutation would take longer
than the tests. Status 0: every mutation is caught; 1: some survive, or their text is not in the code any more.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
MUTATIONS = Path(__file__).with_name("mutations.toml")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", "*.pyc")
TOO_LONG = 300.0
"""Seconds after which a mutation has made a test run for ever, which is as good as failing."""

CAUGHT, SURVIVED, BROKEN, STALE = "caught", "SURVIVED", "CANNOT RUN", "NOT IN THE CODE"


@dataclass(frozen=True)
class Mutation:
    """One broken rule: `old` stands once in `file` and becomes `new`; `tests` are what should notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of a mutation: the verdict, the first test that failed (if any), and the seconds it took."""

    mutation: Mutation
    verdict: str
    test: str
    seconds: float


def read_mutations(file: Path = MUTATIONS) -> list[Mutation]:
    """Return the mutations of the file, their groups of tests spelled out."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = data["groups"]
    found = []
    for entry in data["mutation"]:
        tests = dict.fromkeys(path for group in entry["tests"] for path in groups[group])
        found.append(Mutation(entry["name"], entry["file"], entry["old"], entry["new"], tuple(tests)))
    return found


def is_current(mutation: Mutation, root: Path = ROOT) -> bool:
    """Whether the mutation's text stands exactly once in its file."""
    return (root / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1


def main(arguments: Sequence[str]) -> int:
    """Run the mutations that the arguments choose."""
    parser = argparse.ArgumentParser(prog="dev.py mutate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="list them and run none")
    parser.add_argument("--only", metavar="WORDS", help="those whose name holds these words")
    parser.add_argument("--part", metavar="N/M", default="1/1", help="the N-th of M parts: 2/4")
    parser.add_argument("--unchecked", action="store_true", help="do not first run the tests on the unbroken rules")
    options = parser.parse_args(arguments)
    part, parts = (int(number) for number in options.part.split("/"))
    chosen = [mutation for mutation in read_mutations() if (options.only or "") in mutation.name][part - 1 :: parts]
    if options.list:
        for mutation in chosen:
            print(f"{mutation.file}: {mutation.name}")
        return 0
    with tempfile.TemporaryDirectory(prefix="cascade-mutations-") as folder:
        copy = Path(folder) / "cascade"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        return _run(chosen, copy, check_first=not options.unchecked)


def _run(chosen: list[Mutation], copy: Path, *, check_first: bool) -> int:
    if check_first:
        every = list(dict.fromkeys(test for mutation in chosen for test in mutation.tests))
        status, output = _tests(every, copy)
        if status != 0:
            print(output)
            print("The tests fail on the unbroken rules: nothing can be said about broken ones.")
            return 1
    outcomes = []
    for number, mutation in enumerate(chosen, 1):
        outcome = _try(mutation, copy)
        outcomes.append(outcome)
        by = f" by {outcome.test}" if outcome.test else ""
        print(f"{number:3d}/{len(chosen)} {outcome.verdict}: {mutation.name}{by} ({outcome.seconds:.0f} s)", flush=True)
    return _sum_up(outcomes)


def _sum_up(outcomes: list[Outcome]) -> int:
    not_caught = [outcome for outcome in outcomes if outcome.verdict != CAUGHT]
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"\n{len(outcomes) - len(not_caught)} of {len(outcomes)} mutations caught in {seconds:.0f} s")
    for outcome in not_caught:
        print(f"{outcome.verdict}: {outcome.mutation.name} ({outcome.mutation.file})")
    return int(bool(not_caught))


def _try(mutation: Mutation, copy: Path) -> Outcome:
    start = time.monotonic()
    file = copy / mutation.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        return Outcome(mutation, STALE, "", 0.0)
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        status, output = _tests(mutation.tests, copy)
    finally:
        file.write_text(text, encoding="utf-8")
    failed = re.search(r"^FAILED \S*::(\S+)", output, flags=re.MULTILINE)
    verdict = {0: SURVIVED, 1: CAUGHT}.get(status, BROKEN)
    return Outcome(mutation, verdict, failed.group(1) if failed else "", time.monotonic() - start)


def _tests(tests: Sequence[str], copy: Path) -> tuple[int, str]:
    """Run tests in the copy until one fails; return pytest's status and what it said."""
    shared = os.environ.get("CASCADE_SHARED") or str(ROOT.parent / "shared")
    settings = {
        **os.environ,
        "CASCADE_SHARED": shared,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    # what a division by zero warns of in plain Python is inf or NaN in compiled code, and tested as such
    quiet = ["-W", "ignore::RuntimeWarning", "-p", "no:cacheprovider", "-p", "no:benchmark", "-o", "addopts="]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--import-mode=importlib", *quiet, *tests]
    try:
        ran = subprocess.run(
            command, cwd=copy, env=settings, capture_output=True, text=True, check=False, timeout=TOO_LONG
        )
    except subprocess.TimeoutExpired:
        return 1, "FAILED ::did-not-end"
    return ran.returncode, ran.stdout + ran.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
