"""Damaged files, thousands of them: none may crash, hang or fill the memory; each is read or refused in words.

``python3 packaging/dev.py fuzz --files 10000 --seed 1``. Scenarios, recordings, recovery files, books and price paths
of every format are damaged at random and given to ``cascade check``, ``run`` and ``import``, or to the window's start.
Found is what ends in a fault of ours (status 1), kills or holds up the process, takes too much memory, or gives numbers
that are none. What was found is kept with its seed; ``--only N`` repeats one file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bases import bases
from mutating import mutated
from serving import ROOT, Answer, Served

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.insert(0, str(ROOT))
LONGEST_SECONDS = 60.0
"""A file of a few kilobytes that takes longer hangs, whatever else the machine does."""
MOST_MEGABYTES = 1500
MOST_LINES = 400


def verdict(answer: Answer, result: Path) -> str:
    """Return what is wrong with what came of a damaged file, "" if nothing is."""
    if answer.status is None:
        return f"did not end within {answer.seconds:.0f} s"
    if answer.status < 0:
        return f"the process was killed by signal {-answer.status}"
    rules = (
        (answer.status not in {0, 2}, f"status {answer.status}: {answer.said.strip()[-400:]}"),
        ("Traceback" in answer.said, f"a traceback: {answer.said.strip()[-400:]}"),
        (answer.status == 2 and not answer.said.strip(), "refused without a word"),
        (answer.lines > MOST_LINES, f"refused in {answer.lines} lines"),
        (answer.megabytes > MOST_MEGABYTES, f"{answer.megabytes} MB of memory"),
    )
    wrong = next((text for holds, text in rules if holds), "")
    return wrong or (_numbers(result) if answer.status == 0 and result.exists() else "")


def _numbers(result: Path) -> str:
    """Return what in a result is no number."""
    wrong: list[str] = []
    json.loads(result.read_bytes(), parse_constant=wrong.append)
    return f"{wrong[0]} in the result" if wrong else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage files, read them, and sum up; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__.split("\n\n")[0])
    parser.add_argument("--files", type=int, default=10_000, metavar="N", help="how many damaged files (10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides what is damaged how (1)")
    parser.add_argument("--only", type=int, metavar="N", help="only file number N of that seed")
    parser.add_argument(
        "--keep", type=Path, default=Path("found"), metavar="DIR", help="where files go that were found"
    )
    options = parser.parse_args(arguments)
    counts = {"read": 0, "refused": 0}
    found: list[str] = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cascade-fuzz-") as name:
        folder = Path(name)
        known = bases(folder / "bases")
        contents = [base.content for base in known]
        served = Served(folder, LONGEST_SECONDS)
        numbers = range(options.files) if options.only is None else [options.only]
        for number in numbers:
            chance = Random(f"{options.seed}/{number}")
            base = chance.choice(known)
            file = folder / f"{number}-{base.name}"
            file.write_bytes(mutated(base.content, chance, contents))
            command = chance.choice(base.commands)
            result = folder / ("OUT.json" if "OUT.json" in command else "OUT")
            words = {"FILE": str(file), "OUT": str(result), "OUT.json": str(result)}
            answer = served.run(*(words.get(word, word) for word in command))
            wrong = verdict(answer, result)
            if wrong:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{file.name}").write_bytes(file.read_bytes())
                found.append(f"--seed {options.seed} --only {number} ({base.name}, {' '.join(command)}): {wrong}")
                print(found[-1], flush=True)
                served.close()  # the next one is measured alone
            else:
                counts["read" if answer.status == 0 else "refused"] += 1
            file.unlink()
            result.unlink(missing_ok=True)
        served.close()
    print(
        f"{len(numbers):,} damaged files of {len(known)} kinds, seed {options.seed}: {counts['read']:,} read,"
        f" {counts['refused']:,} refused in words, {len(found)} found, in {time.monotonic() - begun:,.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
