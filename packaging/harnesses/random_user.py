"""Somebody who clicks, types, pastes, runs and plays at random: no fault, no crash, no memory that only grows.

``python3 packaging/dev.py random-user --minutes 30 --seed 1``. A window off screen is used in a process of its own;
each action is written down before it is done, so that the last ones before a crash are known. The same seed chooses
the same actions, though what they meet depends on how quick the machine is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from serving import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

USED = Path(__file__).with_name("used.py")
MOST_GROWTH = 3.0
"""Megabytes per 1,000 actions in the second half of the time; the first fills caches."""
LAST_ACTIONS = 12


def growth(actions: Sequence[int], megabytes: Sequence[float]) -> float:
    """Return by how many megabytes per 1,000 actions memory grew: the slope of the second half.

    Parameters
    ----------
    actions
        How many had been done at each look.
    megabytes
        What the process took then.
    """
    half = len(actions) // 2
    x, y = list(actions[half:]), list(megabytes[half:])
    if len(x) < 2 or x[0] == x[-1]:
        return 0.0
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return 1000.0 * rise / sum((a - middle_x) ** 2 for a in x)


def main(arguments: Sequence[str] | None = None) -> int:
    """Use the window for so long, and sum up; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="dev.py random-user", description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=30.0, metavar="M", help="how long (30)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides what is done (1)")
    options = parser.parse_args(arguments)
    found: list[str] = []
    last: deque[str] = deque(maxlen=LAST_ACTIONS)
    looks: list[tuple[int, float]] = []
    done = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cascade-user-") as folder:
        settings = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        log = Path(folder) / "stderr"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", str(USED), folder, str(options.seed), f"{60 * options.minutes}"],
                stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=settings,
            )  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                kind, _, rest = line.rstrip("\n").partition(" ")
                if kind == "action":
                    done += 1
                    last.append(rest)
                elif kind == "memory":
                    looks.append((done, float(rest)))
                elif kind == "fault":
                    found.append(rest.replace("\\n", "\n"))
                    print(f"action {done}: {found[-1]}\n  after: {'; '.join(last)}", flush=True)
            status = process.wait()
        if status:
            found.append(f"the window ended with status {status} after action {done}: {'; '.join(last)}")
            print(found[-1], log.read_text()[-3000:], sep="\n", flush=True)
    grown = growth([at for at, _ in looks], [size for _, size in looks])
    if grown > MOST_GROWTH and done >= 2000:
        found.append("memory")
        print(f"memory grows by {grown:.1f} MB per 1,000 actions", flush=True)
    size = f"{looks[0][1]:.0f} to {looks[-1][1]:.0f} MB" if looks else "not measured"
    print(
        f"{done:,} actions in {(time.monotonic() - begun) / 60:.1f} minutes, seed {options.seed}: {len(found)} found;"
        f" memory {size}, in the second half {grown:+.1f} MB per 1,000 actions"
    )
    return 1 if found or not done else 0


if __name__ == "__main__":
    sys.exit(main())
