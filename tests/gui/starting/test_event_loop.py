"""A fault of ours in a method that Qt calls is told, and does not end the program."""

from __future__ import annotations

import os
import subprocess
import sys

from cascade_gui.working.event_loop import without_loop
from tests.shared import ROOT

PROGRAM = """
import sys
import traceback
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from cascade_gui.working import event_loop

class Field(QLineEdit):
    def event(self, event):
        return super().event(event)

    def keyPressEvent(self, event):
        [][5]

def press():
    QTest.keyClick(field, Qt.Key.Key_A)
    print("goes on")

def told(kind, value, trace):
    print("".join(traceback.format_exception(kind, event_loop.without_loop(value), trace)))

app = QApplication([])
sys.excepthook = told
field = Field()
QTimer.singleShot(0, press)
QTimer.singleShot(200, app.quit)
sys.exit(event_loop.run(app))
"""


ROWS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from cascade_gui.working import event_loop

class Wrong(QWidget):
    def hideEvent(self, event):
        [][5]

class Row(QWidget):
    def hideEvent(self, event):
        super().hideEvent(event)

def hide():
    for turn in range(20):
        panel = QWidget()
        column = QVBoxLayout(panel)
        for each in (Wrong(), Row(), Row(), Row()):
            column.addWidget(each)
        panel.show()
        try:
            panel.setVisible(False)
        except IndexError:
            pass
    print("goes on")

app = QApplication([])
QTimer.singleShot(0, hide)
QTimer.singleShot(500, app.quit)
sys.exit(event_loop.run(app))
"""


def run(program):
    settings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=settings,
        cwd=ROOT,
    )


def test_that_a_fault_in_one_widget_does_not_end_the_program_at_the_next():
    ended = run(ROWS)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "goes on"


def test_that_a_fault_in_a_method_that_qt_calls_within_another_is_told_and_the_loop_goes_on():
    ended = run(PROGRAM)
    assert ended.returncode == 0, ended.stderr
    assert "list index out of range" in ended.stdout
    assert "InTheLoop" not in ended.stdout


def test_that_only_the_loop_is_left_out_of_what_happened_before_a_problem():
    first, second = KeyError("first"), ValueError("second")
    second.__context__ = first
    assert without_loop(second).__context__ is first
