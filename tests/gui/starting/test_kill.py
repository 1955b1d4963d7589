"""A killed process loses the last two seconds at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from cascade_gui.document.recovery import RecoveryFolder, read_unsaved
from tests.shared import RESOURCES, ROOT

EDITS = """
import sys
from PySide6.QtCore import QTimer
from cascade_gui.app import build

app, window = build(["--profile", sys.argv[1], sys.argv[2]])
window.show()
number = 0

def edit():
    global number
    if window.document.path is None:
        return
    number += 1
    window.document.set_parameter("liquidators.latency_rounds", number)
    if number % 3 == 0:
        window.book.insert_rows()
    print(number, len(window.document.loans), flush=True)

timer = QTimer()
timer.timeout.connect(edit)
timer.start(150)
app.exec()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems can kill like this")
@pytest.mark.parametrize("edits", [20, 31])
def test_that_a_killed_process_loses_two_seconds_of_work_at_most(tmp_path, edits):
    book = RESOURCES / "examples" / "teaching-book.json"
    process = subprocess.Popen(
        [sys.executable, "-c", EDITS, str(tmp_path / "profile"), str(book)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)},
    )
    said = []
    for line in process.stdout:
        number, rows = map(int, line.split())
        said.append((time.monotonic(), number, rows))
        if number >= edits:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    killed = time.monotonic()

    (left,) = RecoveryFolder(tmp_path / "profile" / "recovery").left_behind()
    found = read_unsaved(left)
    # A machine that is busy with other things lets the process stand still; that is not its loss.
    moments = [moment for moment, _, _ in said]
    stood_still = sum(max(0.0, later - earlier - 0.3) for earlier, later in pairwise(moments))
    old_enough = [(number, rows) for moment, number, rows in said if killed - moment > 2 + 2 * stood_still]
    number, rows = old_enough[-1] if old_enough else (0, 0)
    assert found.parameters.liquidators.latency_rounds >= number
    assert len(found.loans) >= rows
    assert found.path == book
