"""A recording that came with a file is unverified until a run has shown the same, and left out where it cannot be."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox

import engine
from engine.files import save_scenario
from engine.files.recording_members import recording_members
from tests.engine.files.test_recordings import DATA
from tests.engine.files.test_recordings_of_their_scenario import made_up, write
from tests.gui.window.conftest import run, trigger

UNVERIFIED = "Run of the file, unverified"


@pytest.fixture(scope="module")
def recording():
    return engine.run(engine.from_dict(DATA))


def said(window):
    return window.findChild(object, "engine_state").text()


def test_that_the_run_of_a_file_is_unverified_until_it_was_run_again(window, tmp_path, recording, qtbot):
    save_scenario(recording.scenario, tmp_path / "run.cascade", recording)
    assert window.open(tmp_path / "run.cascade")
    assert said(window) == UNVERIFIED
    run(window, qtbot)
    assert said(window) == "Ran to its end"
    assert window.session.unverified is None
    assert window.findChild(QMessageBox, "other_figures_message") is None


def test_that_a_run_with_other_figures_than_the_file_says_so(window, tmp_path, recording, qtbot):
    write(tmp_path / "run.cascade", made_up(recording_members(recording), 3.0))
    assert window.open(tmp_path / "run.cascade")
    run(window, qtbot)
    box = window.findChild(QMessageBox, "other_figures_message")
    assert "round 1, liquidator_profit_usd" in box.informativeText()
    box.close()


def test_that_a_scenario_opens_without_a_recording_that_is_no_run_of_it(window, tmp_path, recording):
    write(tmp_path / "run.cascade", made_up(recording_members(recording), float("nan")))
    assert window.open(tmp_path / "run.cascade")
    assert window.recording is None
    assert len(window.document.loans) == len(recording.scenario.loans)
    box = window.findChild(QMessageBox, "bad_input_message")
    assert "without its recording" in box.text()
    assert "liquidator_profit_usd: nan" in box.informativeText()
    box.close()


def test_that_the_run_of_a_bundled_example_is_not_doubted(window):
    menu = window.submenus._menus["examples"]
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.data() == "teaching-book").trigger()
    assert window.recording is not None
    assert said(window) != UNVERIFIED


def test_that_a_new_scenario_is_not_called_unverified(window, tmp_path, recording):
    save_scenario(recording.scenario, tmp_path / "run.cascade", recording)
    assert window.open(tmp_path / "run.cascade")
    trigger(window, "file_new")
    assert said(window) != UNVERIFIED
    assert window.session.unverified is None
