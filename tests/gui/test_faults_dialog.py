"""Faults of the program: one dialog that can be copied, and a log."""

from __future__ import annotations

import logging
import sys
import threading
import traceback

import pytest
from PySide6.QtWidgets import QWidget

from cascade_gui.window.faults_dialog import Faults, start_log, stop_log


@pytest.fixture
def faults(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    faults = Faults(window, tmp_path / "cascade.log")
    yield faults
    if faults.dialog is not None:
        faults.dialog.close()


def problem(text: str) -> str:
    try:
        raise ZeroDivisionError(text)  # noqa: TRY301
    except ZeroDivisionError:
        return traceback.format_exc()


def test_that_a_fault_opens_one_dialog_with_versions_traceback_and_log_file(faults, tmp_path):
    faults.show(problem("in round three"))
    faults.show(problem("in round four"))
    text = faults.dialog.text
    assert "Cascade 1." in text
    assert "Python 3." in text
    assert "in round three" in text
    assert "in round four" in text
    assert str(tmp_path / "cascade.log") in text


def test_that_the_same_fault_again_is_not_repeated(faults):
    for _ in range(5):
        faults.show("Traceback: the same")
    assert faults.dialog.text.count("the same") == 1


def test_that_an_exception_nobody_caught_opens_the_dialog(faults, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    faults.install()
    try:
        raise RuntimeError("nobody caught this")  # noqa: TRY301
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    assert "nobody caught this" in faults.dialog.text


def test_that_an_exception_in_a_thread_opens_the_dialog(faults, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    faults.install()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: faults.dialog is not None)
    assert "ZeroDivisionError" in faults.dialog.text


def test_that_faults_are_in_the_log_file(faults, tmp_path):
    log = start_log(tmp_path / "cascade.log")
    try:
        faults.show("Traceback: for the log")
    finally:
        stop_log(log)
    assert "for the log" in (tmp_path / "cascade.log").read_text()
    logging.getLogger("cascade_gui").setLevel(logging.NOTSET)


def test_that_a_closed_dialog_opens_anew_for_the_next_fault(faults):
    faults.show("first")
    faults.dialog.close()
    faults.show("second")
    assert "first" not in faults.dialog.text
