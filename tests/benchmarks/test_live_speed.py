"""How long it takes from a step of a slider to its picture, and how long the window is deaf meanwhile.

    QT_QPA_PLATFORM=offscreen python -m pytest -s tests/benchmarks/test_live_speed.py

The clock starts where a drag puts a value into the document. Its picture, figures and plots, is there when they are
painted; what is looked at when the hand rests (the loan table, the account, plots behind others) follows, and each step
waits until it is painted too. The window is 1920 x 1080, and nothing is compiled beside it. Figures by the clock hold
all that other programs take of the machine, so its load is printed beside them, and figures that they change little:
the processor time of the window's thread for a step, and how many times as long a step takes as the same run alone.
"""

from __future__ import annotations

import os
import statistics
import time

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer

from cascade_gui.app import build
from cascade_gui.running import adapter
from cascade_gui.running.control import RunControl
from engine.scenario import parameter_paths
from engine.scenario.scenario import Scenario
from tests.benchmarks.random_books import random_scenario
from tests.qt_guard import application_as_it_was, own_qt_settings
from tests.shared import RESOURCES

__all__ = ["application_as_it_was", "own_qt_settings"]

STEPS = 32
ACCOUNTS = 100_000
EXAMPLES = RESOURCES / "examples"


@pytest.fixture
def window(qtbot, tmp_path):
    _, window = build(["--profile", str(tmp_path / "profile"), str(EXAMPLES / "teaching-book.json")])
    qtbot.addWidget(window, before_close_func=shut)
    with qtbot.waitSignal(window.files.opened, timeout=60_000):
        window.show()
    window.setWindowState(Qt.WindowState.WindowNoState)  # it fills a small screen, and that of no display is small
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: window.session.runner.ready, timeout=240_000)
    qtbot.waitUntil(lambda: not window.session.runner.compiling, timeout=240_000)
    return window


def shut(window):
    window.document.undo_stack.setClean()
    window.shut_down()


def alone(scenario):
    """Return the seconds of a run that nothing looks at."""
    begun = time.perf_counter()
    adapter.run_through(scenario, RunControl())
    return time.perf_counter() - begun


def step(window, qtbot, path, value):
    """Put a value in; return the seconds to its picture and to its last part, each by the clock and of this thread."""
    following = window.session.following
    begun, used = time.perf_counter(), time.thread_time()
    with qtbot.waitSignal(following.shown, timeout=60_000):
        window.document.set_parameter(path, value)
    found = []
    for busy in (lambda: window.live_spreader.busy, lambda: window.is_catching_up):
        while busy():
            QCoreApplication.processEvents()
        QCoreApplication.processEvents()  # paints what was shown last
        found += [time.perf_counter() - begun, time.thread_time() - used]
    return found


def measure(window, qtbot, path):
    """Drag a number through `STEPS` values; return the figures in milliseconds."""
    window.actions_table["run_live"].trigger()
    qtbot.waitUntil(lambda: not window.session.following.runs.busy and not window.is_catching_up, timeout=60_000)
    values = [float(value) for value in np.linspace(-0.22, -0.38, STEPS)]
    gaps, last = [], [0.0]

    def turn():
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    probe = QTimer(interval=5)
    probe.timeout.connect(turn)
    window.document.begin_gesture()
    step(window, qtbot, path, -0.21)
    probe.start()
    last[0] = time.perf_counter()
    steps = [step(window, qtbot, path, value) for value in values]
    probe.stop()
    window.document.end_gesture()
    loans = window.document.loans.to_table()
    runs = [
        alone(Scenario(parameter_paths.replace(window.document.parameters, path, value), loans))
        for value in values[:: STEPS // 8]
    ]
    clock, used, last_clock, last_used = ([1000 * each[at] for each in steps] for at in range(4))
    return {
        "step to picture, median": statistics.median(clock),
        "step to picture, 90th percentile": float(np.percentile(clock, 90)),
        "step to the last part, median": statistics.median(last_clock),
        "window's thread, processor time to the picture": statistics.median(used),
        "window's thread, processor time a step": statistics.median(last_used),
        "a run alone": 1000 * statistics.median(runs),
        "times a run alone": statistics.median(clock) / (1000 * statistics.median(runs)),
        "gap of the window, 99th percentile": 1000 * float(np.percentile(gaps, 99)),
        "rounds": len(window.recording.rounds),
        "load of the machine": os.getloadavg()[0],
    }


def tell(benchmark, name, found):
    benchmark.extra_info[name] = found
    benchmark.pedantic(lambda: None, rounds=1)
    print(f"\n{name}: " + "; ".join(f"{what} {value:.1f}" for what, value in found.items()))


@pytest.mark.parametrize(
    ("name", "file"),
    [("Compound book", "compound.cascade"), ("Compound book, thin depth", "compound-thin.cascade")],
)
def test_how_soon_a_step_on_the_compound_book_is_shown(benchmark, window, qtbot, name, file):
    assert window.open(EXAMPLES / file)
    tell(benchmark, name, measure(window, qtbot, "shock.returns.WETH"))


def test_how_soon_a_step_on_a_hundred_thousand_accounts_is_shown(benchmark, window, qtbot):
    window.document.replace(random_scenario(ACCOUNTS, -0.1, 1e9), None)  # so deep that it ends after some rounds
    qtbot.waitUntil(lambda: not window.session.busy_soon and not window.session.viewer.busy, timeout=60_000)
    tell(benchmark, "100,000 accounts", measure(window, qtbot, "shock.returns.A1"))
