"""What is being typed when something else is asked for: it is what is run, saved or kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableView

import engine
from cascade_gui.window.typing_places import take_typed
from cascade_gui.wording import messages
from cascade_gui.wording.messages import Unsaved
from tests.gui.window.conftest import run, trigger


@pytest.fixture
def field(ran, qtbot):
    """Return the field of the shock's first number of a window that is shown, with another number typed, no Enter."""
    with qtbot.waitExposed(ran):
        ran.show()
    ran.activateWindow()
    qtbot.waitUntil(ran.isActiveWindow)
    trigger(ran, "edit_shock")
    field = ran.focusWidget()
    assert field.objectName() == "field:shock.returns.X"
    field.selectAll()
    qtbot.keyClicks(field, "-15")
    assert shock(ran) != -0.15
    return field


def shock(window):
    return window.document.parameters.shock.returns["X"]


def test_that_a_number_that_is_typed_without_enter_is_run(ran, field, qtbot):
    run(ran, qtbot)
    assert shock(ran) == -0.15
    assert ran.recording.scenario.parameters.shock.returns["X"] == -0.15
    assert ran.focusWidget() is ran.stage, "arrows move the rounds"


def test_that_a_number_that_is_typed_without_enter_is_saved(ran, field, tmp_path):
    assert ran.save(tmp_path / "typed.json")  # as a script would: it asks no field
    assert shock(ran) != -0.15
    trigger(ran, "file_save")
    assert engine.load(tmp_path / "typed.json").parameters.shock.returns["X"] == -0.15


def test_that_a_number_that_is_typed_counts_as_unsaved_when_the_window_closes(ran, field, monkeypatch):
    asked = []
    monkeypatch.setattr(messages, "ask_unsaved", lambda _, name: asked.append(name) or Unsaved.CANCEL)
    ran.close()
    assert asked
    assert ran.isVisible()
    assert shock(ran) == -0.15


def test_that_typing_that_is_no_number_stays_and_does_not_run(ran, field, qtbot):
    before = ran.recording
    field.selectAll()
    qtbot.keyClicks(field, "-200")
    trigger(ran, "run_start")
    assert field.text() == "-200"
    assert field.property("state") == "fault"
    assert not ran.session.runner.busy
    assert ran.recording is before


def test_that_a_cell_that_is_typed_in_is_run(ran, field, qtbot):
    table = ran.findChild(QTableView, "loan_table")
    table.go_to(0, "collateral_amount")
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.viewport().findChild(QLineEdit)
    editor.setText("1234")
    take_typed()
    assert ran.document.loans.value(0, "collateral_amount") == 1234


def test_that_the_notes_of_an_example_stand_above_its_numbers(window, qtbot):
    panel = window.scenario_panel
    qtbot.waitUntil(lambda: panel.notes.notes.toPlainText() == window.document.parameters.notes)
    assert "Twelve loans" in panel.notes.notes.toPlainText()
    assert panel.notes.name.text() == window.document.parameters.name
    assert panel.notes.heading.isChecked()
    trigger(window, "file_new")
    qtbot.waitUntil(lambda: panel.notes.notes.toPlainText() == "")
    assert not panel.notes.heading.isChecked(), "a file without notes gives the room to its numbers"


def test_that_notes_are_typed_as_one_step_that_can_be_undone_and_are_saved(field, ran, qtbot, tmp_path):
    notes = ran.scenario_panel.notes.notes
    before = ran.document.parameters.notes
    assert ran.save(tmp_path / "noted.json")
    notes.setFocus()
    notes.selectAll()
    qtbot.keyClicks(notes, "Depth of last week. ")
    assert notes.toPlainText() == "Depth of last week. "
    trigger(ran, "file_save")
    assert engine.load(tmp_path / "noted.json").parameters.notes == "Depth of last week. "
    steps = ran.document.undo_stack.index()
    trigger(ran, "edit_undo")
    assert ran.document.undo_stack.index() == steps - 1
    assert ran.document.parameters.notes == before
    qtbot.waitUntil(lambda: notes.toPlainText() == before)


def test_that_a_scenario_is_renamed_where_its_notes_are(field, ran, qtbot):
    name = ran.scenario_panel.notes.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Thursday")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert ran.document.parameters.name == "Thursday"
    assert "Thursday" in ran.windowTitle()
