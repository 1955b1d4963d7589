"""The undo stack: its steps go with the document, and only once."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref

import pytest

import engine
from cascade_gui.document import history
from cascade_gui.document.document import Document
from tests.engine.scenario.test_parameters import small
from tests.shared import ROOT

PROGRAM = """
import gc, sys
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QApplication
import engine
from cascade_gui.document.document import Document
from cascade_gui.document.history import History
from tests.engine.scenario.test_parameters import small

class Step(QUndoCommand):
    pass

application = QApplication([])
scenario = engine.from_dict(small())
for number in range(20):
    steps = [Step(str(place)) for place in range(5)]  # older than the stack: Python takes them apart first
    document = Document()
    document.me = document
    document.undo_stack = History(document)
    document.replace(scenario, None)
    for step in steps:
        document.undo_stack.push(step)
    for rounds in (3, 4, 5):
        document.set_parameter("simulation.max_rounds", rounds)
    document.undo_stack.undo()
    document.set_parameter("simulation.seed", number + 1)
    document.kept = steps
    del document, steps, step
    gc.collect()
print("still there")
"""


@pytest.fixture
def document(qtbot):
    document = Document()
    document.replace(engine.from_dict(small()), None)
    return document


def test_that_documents_with_a_history_can_be_collected_by_python(tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "still there"), done.stderr


def test_that_a_document_goes_when_nobody_holds_it_though_it_has_a_history(qtbot):
    document = Document()
    document.replace(engine.from_dict(small()), None)
    document.set_parameter("simulation.max_rounds", 7)
    there = weakref.ref(document)
    before = len(history._STEPS)
    del document
    gc.collect()
    assert there() is None
    assert len(history._STEPS) < before


def test_that_no_step_is_held_that_the_history_has_dropped(document):
    others = len(history._STEPS)
    document.set_parameter("simulation.max_rounds", 7)
    document.set_parameter("simulation.seed", 3)
    document.undo_stack.undo()
    document.set_parameter("simulation.dust_usd", 2.0)  # in place of the seed
    document.begin_gesture()
    document.set_parameter("simulation.seed", 4)
    document.set_parameter("simulation.seed", 5)  # one step with the last
    document.end_gesture()
    assert document.undo_stack.count() == 3
    assert len(history._STEPS) - others == 3
    document.undo_stack.clear()
    assert len(history._STEPS) == others


def test_that_what_a_dropped_step_held_is_let_go(document):
    document.begin_gesture()
    held = []
    for rounds in range(20, 30):
        document.set_parameter("simulation.max_rounds", rounds)
        held.append(weakref.ref(document.parameters))
    document.end_gesture()
    gc.collect()
    assert [there() is not None for there in held] == [False] * 9 + [True]
    document.undo_stack.undo()
    document.set_parameter("simulation.seed", 3)  # in place of the rounds
    gc.collect()
    assert held[-1]() is None
