"""Kills at random moments of editing, saving, importing and running: nothing of the user's is lost or torn.

``python3 packaging/dev.py kills --count 200 --seed 1``. After each kill the file must be whole and of the last version
that was reported saved, or a newer one; edits older than two seconds must be in the file or in the recovery file, which
is never older than the file without saying so; and the next save leaves no temporary file of ours behind.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, TextIO

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import Sequence

KILLED = Path(__file__).with_name("killed.py")
KINDS = ("edit", "save", "import", "run")
MAY_BE_LOST = 2.0
"""Seconds of edits that a crash may lose."""
STARTING_SECONDS = 300.0


@dataclass
class Said:
    """What a program has said so far: what, number and when, in order."""

    lines: list[tuple[str, int, float]] = field(default_factory=list)

    def last(self, what: str, before: float = float("inf")) -> int:
        """Return the last number of a kind that was said before a moment, 0 if none was."""
        return max((number for kind, number, when in self.lines if kind == what and when <= before), default=0)

    def longest_gap(self) -> float:
        """Return how long the program said nothing at most: a busy machine lets it stand still."""
        moments = [when for _, _, when in self.lines]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


def killed_after(arguments: list[str], seconds: float) -> Said:
    """Start a program, let it say its first line, kill it so many seconds later, and return what it said."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, str(KILLED), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        cwd=ROOT, env=settings,
    )  # fmt: skip
    said = Said()
    assert process.stdout is not None
    reader = Thread(target=_listen, args=(process.stdout, said), daemon=True)
    reader.start()
    begun = time.monotonic()
    while not said.lines and process.poll() is None and time.monotonic() - begun < STARTING_SECONDS:
        time.sleep(0.02)
    time.sleep(seconds)
    process.kill()
    process.wait()
    reader.join()
    process.stdout.close()
    return said


def _listen(stream: TextIO, said: Said) -> None:
    for line in stream:
        what, _, number = line.partition(" ")
        if number.strip().isdigit():
            said.lines.append((what, int(number), time.monotonic()))


def after_edits(said: Said, killed: float, in_file: int, recovered: int | None, state: str) -> str:
    """Return what is wrong after editing was killed, "" if nothing is.

    Parameters
    ----------
    said
        What the window had said.
    killed
        When it was killed.
    in_file
        The number of the edit that the file holds.
    recovered
        That of the recovery file, None where there is none.
    state
        What is said of the file at the next start, the name of a `FileState`.
    """
    if in_file < said.last("saved"):
        return f"the file holds edit {in_file}, and {said.last('saved')} was reported saved"
    old_enough = said.last("edited", killed - MAY_BE_LOST - 2.0 * said.longest_gap())
    if max(in_file, recovered or 0) < old_enough:
        return f"edit {old_enough} is lost: the file holds {in_file}, the recovery file {recovered}"
    if recovered is not None and recovered < in_file and state != "NEWER":
        return f"the recovery file holds edit {recovered}, the file {in_file}, and it is said to be {state}"
    return ""


def _edit(folder: Path, seconds: float) -> tuple[str, int]:
    import engine
    from cascade_gui.document.recovery import RecoveryFolder, read_unsaved
    from cascade_gui.document.saved_content import state_of
    from engine.files.examples import find_example

    file, profile = folder / "book.json", folder / "profile"
    engine.save(find_example("teaching-book").load(), file)
    said = killed_after(["edit", str(profile), str(file)], seconds)
    killed = said.lines[-1][2] if said.lines else time.monotonic()
    left = RecoveryFolder(profile / "recovery").left_behind()
    if len(left) > 1:
        return f"{len(left)} recovery files", len(said.lines)
    unsaved = read_unsaved(left[0]) if left else None
    in_file = engine.load(file).parameters.simulation.seed
    recovered = None if unsaved is None else unsaved.parameters.simulation.seed
    state = "" if unsaved is None else state_of(unsaved).name
    return after_edits(said, killed, in_file, recovered, state), len(said.lines)


def _save(folder: Path, seconds: float) -> tuple[str, int]:
    import engine
    from engine.files.examples import find_example

    file = folder / "book.cascade"
    engine.save(find_example("compound-iii").load(), file)
    said = killed_after(["save", str(file)], seconds)
    number = engine.load(file).parameters.simulation.seed
    wrong = "" if number >= said.last("saved") else f"the file holds {number}, {said.last('saved')} was saved"
    return wrong, len(said.lines)


def _import(folder: Path, seconds: float) -> tuple[str, int]:
    import engine

    book, file = folder / "book.csv", folder / "made.cascade"
    rows = "".join(f"a{number},aave,WETH,{number + 1},USDC,{number * 900}\n" for number in range(20_000))
    book.write_text(f"account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\n{rows}")
    said = killed_after(["import", str(book), str(file)], seconds)
    if file.exists():
        engine.load(file)
    return "" if file.exists() or not said.lines else "the file is gone", len(said.lines)


def _run(folder: Path, seconds: float) -> tuple[str, int]:
    from engine.files.examples import find_example

    result = folder / "result.json"
    said = killed_after(["run", str(find_example("compound-iii").path), str(result)], seconds)
    if result.exists():
        json.loads(result.read_bytes())
    return "" if result.exists() or not said.lines else "the result is gone", len(said.lines)


def _left_over(folder: Path) -> list[str]:
    """Return the temporary files that the next save leaves behind, of those that were there."""
    import engine
    from engine.files.examples import find_example

    for left in folder.glob(".cascade-*.tmp"):
        os.utime(left, (time.time() - 60.0,) * 2)  # the harness does not wait until it is old enough
    engine.save(find_example("teaching-book").load(), folder / "next.json")
    return [path.name for path in folder.glob(".cascade-*")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, look, and sum up; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="dev.py kills", description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=200, metavar="N", help="how many kills (200)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides what is killed when (1)")
    parser.add_argument("--only", type=int, metavar="N", help="only kill number N of that seed")
    parser.add_argument("--keep", type=Path, default=Path("found"), metavar="DIR", help="where they go (found)")
    options = parser.parse_args(arguments)
    look = {"edit": _edit, "save": _save, "import": _import, "run": _run}
    counts = dict.fromkeys(KINDS, 0)
    found: list[str] = []
    temporary = silent = 0
    begun = time.monotonic()
    numbers = range(options.count) if options.only is None else [options.only]
    for number in numbers:
        chance = Random(f"{options.seed}/{number}")
        kind = chance.choice(KINDS)
        seconds = chance.uniform(0.0, 4.0 if kind == "edit" else 1.0)
        counts[kind] += 1
        with tempfile.TemporaryDirectory(prefix="cascade-kills-") as name:
            folder = Path(name)
            try:
                wrong, lines = look[kind](folder, seconds)
            except Exception as problem:  # noqa: BLE001 - a torn file may make its reader say anything
                wrong, lines = f"{type(problem).__name__}: {problem}", 1
            silent += not lines
            temporary += len(list(folder.glob(".cascade-*.tmp")))
            left = [] if wrong else _left_over(folder)
            wrong = wrong or (f"left behind: {', '.join(left)}" if left else "")
            if wrong:
                found.append(f"--seed {options.seed} --only {number} ({kind}, {seconds:.2f} s): {wrong}")
                print(found[-1], flush=True)
                options.keep.mkdir(parents=True, exist_ok=True)
                shutil.copytree(folder, options.keep / f"kill-{options.seed}-{number}", dirs_exist_ok=True)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    print(
        f"{len(numbers)} kills ({kinds}), seed {options.seed}: {len(found)} found; {temporary} temporary files were"
        f" left and cleared away, {silent} programs had said nothing yet, in {time.monotonic() - begun:,.0f} s"
    )
    return 1 if found or silent == len(numbers) else 0


if __name__ == "__main__":
    sys.exit(main())
