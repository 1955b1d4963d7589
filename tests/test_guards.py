"""The fixtures that watch over the other tests notice what they are there for."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import hypothesis
import pytest
from hypothesis import strategies

from tests.shared import ROOT

LEAKS = """
import os, subprocess, sys, tempfile, threading
from pathlib import Path
from PySide6.QtCore import QPropertyAnimation, QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []

def test_file():
    with tempfile.NamedTemporaryFile(delete=False, suffix=".forgotten"):
        pass

def test_thread():
    thread = threading.Thread(target=threading.Event().wait, name="forgotten thread", daemon=True)
    thread.start()

def test_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30) or 'forgotten process'"]))

def test_timer():
    timer = QTimer(objectName="forgotten timer")
    timer.start(60_000)
    kept.append(timer)

def test_qthread():
    thread = QThread(objectName="forgotten qthread")
    thread.start()
    kept.append(thread)

def test_animation():
    widget = QWidget()
    animation = QPropertyAnimation(widget, b"maximumHeight", widget, objectName="forgotten animation")
    animation.setDuration(60_000)
    animation.setEndValue(7)
    animation.start()
    kept.extend([widget, animation])

def test_window():
    window = QWidget(objectName="forgotten window")
    window.show()
    kept.append(window)

def test_clean():
    for thread in kept:
        if isinstance(thread, QThread):
            thread.quit()
            thread.wait()
        if isinstance(thread, subprocess.Popen):
            thread.kill()
            thread.wait()

def test_settings():
    os.environ["CASCADE_FORGOTTEN"] = "1"

def test_settings_are_back():
    assert "CASCADE_FORGOTTEN" not in os.environ

def test_home(home):
    assert Path.home() == home
    assert Path.home().is_dir()
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> str:
    """Run tests that each forget something, under the same fixtures as all tests."""
    file = tmp_path_factory.mktemp("leaks") / "test_leaks.py"
    file.write_text(LEAKS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "tests.qt_guard", f"--rootdir={ROOT}"]
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "CASCADE_TESTS_WAIT_SECONDS": "1"}
    answer = subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--config-file={ROOT / 'pyproject.toml'}", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env=settings,
        cwd=ROOT,
    )
    return answer.stdout


@pytest.mark.parametrize("what", ["file", "thread", "process", "timer", "animation", "qthread", "window"])
def test_that_what_a_test_forgets_is_named(report, what):
    assert f"test_{what} - " in report
    assert {"file": ".forgotten"}.get(what, f"forgotten {what}") in report


def test_that_clean_tests_pass_beside_them(report):
    assert "11 passed, 7 errors" in report


def test_that_random_examples_are_the_same_whichever_modules_were_imported(tmp_path, monkeypatch):
    (tmp_path / "more_numbers.py").write_text(f"numbers = {[each + 0.123 for each in range(1_000)]}", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    tried = []

    def examples():
        tried.clear()
        hypothesis.given(strategies.lists(strategies.floats(), max_size=50))(lambda each: tried.append(repr(each)))()
        return tuple(tried)

    before = examples()
    importlib.import_module("more_numbers")
    assert len(before) > 20
    assert examples() == before
