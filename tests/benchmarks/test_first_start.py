"""The first start plays before anything is compiled, compiles in other processes, and the second compiles nothing.

    python -m pytest -s tests/benchmarks/test_first_start.py

Python's own bytecode is written before, as whoever installs the program has it written.

Seconds are by the clock, from the start of the process on; those of the processor beside them are the window's own up
to that moment, and hardly change with what else the machine does, whose load is told.
"""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import time

from tests.shared import ROOT

PROGRAM = """
import json, os, sys, time
from PySide6.QtCore import QTimer
from cascade_gui import app as gui

options = gui.parse(["--profile", sys.argv[1]])
application, window = gui._frame(options)
window.show()
gui._wait_for_picture(application, window)
begin, seen = float(sys.argv[2]), {}

def note(name):
    seen.setdefault(name, time.monotonic() - begin)
    seen.setdefault(name + "_cpu", time.process_time())

note("painted")
gui._furnish(window, options)
runner = window.session.runner
window.round_shown.connect(lambda number: note("plays") if number > 0 else None)

def look():
    if runner.ready:
        note("ready")
    if "ready" in seen and "plays" in seen:
        timer.stop()
        window.document.undo_stack.setClean()
        window.close()
        application.quit()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
application.exec()
used = os.times()
compiling = used.children_user + used.children_system
print(json.dumps({**seen, "window_cpu": used.user + used.system, "compiling_cpu": compiling}))
"""


def start(folder):
    """Start the window in a new process; return when it is painted, plays and can run, and what that took."""
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kernels"), "QT_QPA_PLATFORM": "offscreen"}
    # The clock of the system: it is the same in both processes.
    command = [sys.executable, "-c", PROGRAM, str(folder / "profile"), str(time.monotonic())]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    return {**json.loads(done.stdout), "load": os.getloadavg()[0]}


def test_that_the_first_start_plays_before_it_can_run_and_the_second_can_run_at_once(benchmark, tmp_path):
    for package in ("engine", "cascade_gui"):
        compileall.compile_dir(ROOT / package, quiet=1)
    first = start(tmp_path)
    second = benchmark.pedantic(start, args=(tmp_path,), rounds=1)
    benchmark.extra_info.update(first=first, second=second)
    print("first start", first, "second start", second)
    assert first["plays"] < first["ready"]
    assert second["ready"] < first["ready"] / 3
    assert second["compiling_cpu"] < first["compiling_cpu"] / 3
