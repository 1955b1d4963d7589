"""What holds for every test: its own home, and nothing left behind. Knows no Qt."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import hypothesis
import platformdirs
import pytest

from tests import same_examples
from tests.conservation import conserved  # noqa: F401 - in every run of every test
from tests.shared import ROOT

# Compiled kernels are kept from one run of the tests to the next; numba reads this when imported.
os.environ.setdefault("NUMBA_CACHE_DIR", platformdirs.user_cache_dir("cascade-liquidations-tests", appauthor=False))
# Each test has a home of its own, and the key of these kernels would be another in each.
os.environ.setdefault("CASCADE_KERNEL_KEY", os.path.join(os.environ["NUMBA_CACHE_DIR"], "kernels.key"))  # noqa: PTH118

# Without `explain`: it traces every line of a failing example for minutes, until the watchdog ends the whole run.
PHASES = [phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain]
hypothesis.settings.register_profile(
    "fast",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=PHASES,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much],
)
hypothesis.settings.register_profile(
    "soak",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    phases=PHASES,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much],
)
# A run of all tests: the example as it was found, for making it smaller takes minutes; the test alone does that.
hypothesis.settings.register_profile(
    "as_found",
    parent=hypothesis.settings.get_profile("fast"),
    phases=[phase for phase in PHASES if phase is not hypothesis.Phase.shrink],
)
hypothesis.settings.load_profile("fast")


def pytest_configure(config):
    if config.getoption("--hypothesis-profile", default=None) != "soak":
        same_examples.keep_the_same()


WAIT_SECONDS = float(os.environ.get("CASCADE_TESTS_WAIT_SECONDS", "60"))  # only as long as something is left
HOME_VARIABLES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch) -> Path:
    """Give the test an empty home folder: no settings, caches or recovery files of the user's."""
    folder = tmp_path_factory.mktemp("home")
    for name, inside in HOME_VARIABLES.items():
        monkeypatch.setenv(name, str(folder / inside))
    return folder


@pytest.fixture(autouse=True)
def process_as_it_was():
    """Put back what a test may change for the whole process: variables and exception hooks."""
    variables, hook, thread_hook = dict(os.environ), sys.excepthook, threading.excepthook
    yield
    # pytest keeps its own note of where it is among the variables
    ours = {name: value for name, value in variables.items() if name != "PYTEST_CURRENT_TEST"}
    for name in os.environ.keys() - ours.keys() - {"PYTEST_CURRENT_TEST"}:
        del os.environ[name]
    os.environ.update(ours)
    sys.excepthook, threading.excepthook = hook, thread_hook


@pytest.fixture(autouse=True)
def no_file_left(tmp_path_factory, monkeypatch):
    """Fail a test that leaves a file in the repository or among the temporary files."""
    folder = tmp_path_factory.mktemp("temporary")
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = _listing()
    yield
    left = sorted(_listing() - before) + sorted(str(path) for path in folder.iterdir())
    assert not left, f"the test left files behind: {', '.join(left)}"


def _listing() -> set[str]:
    """Return what stands in the repository's top folder and the current one."""
    ours = {"__pycache__", ".benchmarks", ".coverage", ".hypothesis", ".pytest_cache"}
    return {
        entry.path
        for folder in {ROOT, Path.cwd()}
        for entry in os.scandir(folder)
        if entry.name not in ours and not entry.name.startswith(".coverage.")
    }


@pytest.fixture(autouse=True)
def no_thread_left(monkeypatch):
    """Fail a test that leaves a Python thread running, and show where it was started."""
    started_at: dict[threading.Thread, str] = {}
    start = threading.Thread.start

    def start_and_remember(thread: threading.Thread) -> None:
        started_at[thread] = "".join(traceback.format_stack(limit=8)[:-1])
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_and_remember)
    yield
    for thread in started_at:
        thread.join(WAIT_SECONDS)
    left = [f"{thread.name}, started at\n{at}" for thread, at in started_at.items() if thread.is_alive()]
    assert not left, "the test left threads running; stop and join them:\n" + "\n".join(left)


@pytest.fixture(autouse=True)
def no_process_left(monkeypatch):
    """Fail a test that leaves a process running, and say what it runs."""
    started: list[subprocess.Popen] = []
    start = subprocess.Popen.__init__

    def start_and_remember(process: subprocess.Popen, *arguments, **options) -> None:
        start(process, *arguments, **options)
        started.append(process)

    monkeypatch.setattr(subprocess.Popen, "__init__", start_and_remember)
    yield
    end = time.monotonic() + WAIT_SECONDS
    while any(process.poll() is None for process in started) and time.monotonic() < end:
        time.sleep(0.02)
    left = [str(process.args)[:200] for process in started if process.poll() is None]
    left += [process.name for process in multiprocessing.active_children()]
    assert not left, "the test left processes running; end and wait for them: " + ", ".join(left)
