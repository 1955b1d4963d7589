"""No recording is thrown away without a question or a way back to it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QCloseEvent

from cascade_gui.document import document_commands
from cascade_gui.running import RunState
from cascade_gui.window import kept_runs
from cascade_gui.wording import messages
from cascade_gui.wording.messages import Unsaved
from tests.gui.window.conftest import run, settle, trigger

FALL = "shock.returns.X"


@pytest.fixture(autouse=True)
def _every_edit_is_a_step(monkeypatch):
    """Let edits be steps of their own however quickly they follow each other."""
    monkeypatch.setattr(document_commands, "MERGE_MS", -1)


def run_at(window, qtbot, fall):
    window.document.set_parameter(FALL, fall)
    run(window, qtbot)
    return window.recording


def offered(window):
    return window.findChild(QAction, "run_before").isEnabled()


def test_that_undo_of_an_edit_that_was_run_shows_the_run_before_and_redo_the_later_one(window, qtbot):
    first = run_at(window, qtbot, -0.3)
    second = run_at(window, qtbot, -0.35)
    trigger(window, "edit_undo")
    assert window.recording is first
    assert not window.session.stale
    trigger(window, "edit_redo")
    assert window.recording is second


def test_that_the_run_that_comes_back_is_compared_with_the_one_it_took_the_place_of(window, qtbot):
    run_at(window, qtbot, -0.3)
    second = run_at(window, qtbot, -0.35)
    trigger(window, "edit_undo")
    assert window.session.following.run_before is second


def test_that_reset_can_be_taken_back_at_the_round_that_was_shown(ran, qtbot):
    recording = ran.recording
    ran.player.show(1)
    trigger(ran, "run_reset")
    assert ran.recording is None
    trigger(ran, "run_before")
    settle(ran, qtbot)
    assert (ran.recording, ran.round) == (recording, 1)


def test_that_the_run_before_and_the_present_one_take_turns(window, qtbot):
    first = run_at(window, qtbot, -0.3)
    second = run_at(window, qtbot, -0.35)
    trigger(window, "run_before")
    assert window.recording is first
    assert window.session.stale, "the document is of the later run"
    trigger(window, "run_before")
    assert window.recording is second
    assert not window.session.stale


def test_that_a_run_cut_short_by_a_step_brings_nothing_back_but_keeps_the_run_before(window, qtbot):
    first = run_at(window, qtbot, -0.3)
    window.document.set_parameter(FALL, -0.35)
    trigger(window, "run_step")
    qtbot.waitUntil(lambda: window.recording is not first, timeout=60_000)
    trigger(window, "run_before")
    assert window.recording is first


def test_that_nothing_is_offered_before_a_run_nor_after_it_was_run_again_nor_of_another_document(window, qtbot):
    assert not offered(window)
    run(window, qtbot)
    run(window, qtbot)
    assert not offered(window), "the same run twice is one run"
    run_at(window, qtbot, -0.35)
    assert offered(window)
    window.document.undo_stack.setClean()
    window.files.new()
    assert not offered(window)


def test_that_a_run_of_a_file_comes_back_as_unverified_as_it_was(ran, qtbot, tmp_path):
    path = tmp_path / "book.cascade"
    assert ran.save(path)
    assert ran.open(path)
    trigger(ran, "run_reset")
    trigger(ran, "run_before")
    assert ran.session.unverified is ran.recording


@pytest.fixture
def asked(monkeypatch):
    """Return the list of questions about long runs; every run is long, and the answer is to cancel."""
    questions = []
    monkeypatch.setattr(kept_runs, "LONG_SECONDS", 0.0)
    monkeypatch.setattr(
        messages, "ask_unsaved_run", lambda _, name, seconds: questions.append((name, seconds)) or Unsaved.CANCEL
    )
    return questions


def test_that_closing_and_opening_ask_about_a_long_run_that_is_in_no_file(ran, asked):
    recording = ran.recording
    ran.files.new()
    assert ran.recording is recording
    ran.show()
    event = QCloseEvent()
    ran.closeEvent(event)
    assert not event.isAccepted()
    ran.hide()
    assert len(asked) == 2
    assert asked[0][1] > 0.0


def test_that_nothing_is_asked_about_a_run_that_was_saved_or_came_with_a_file(ran, asked, tmp_path):
    path = tmp_path / "book.cascade"
    assert ran.save(path)
    assert ran.open(path)
    ran.files.new()
    assert ran.recording is None
    assert asked == []


def test_that_a_file_that_holds_no_run_does_not_count_as_saving_it(ran, asked, tmp_path):
    assert ran.save(tmp_path / "book.json")
    ran.files.new()
    assert len(asked) == 1


def test_that_saving_a_run_asks_for_a_file_that_keeps_runs(ran, asked, monkeypatch, tmp_path):
    assert ran.save(tmp_path / "book.json")
    monkeypatch.setattr(messages, "ask_unsaved_run", lambda *_: Unsaved.SAVE)
    monkeypatch.setattr(ran.files, "ask_save_as", lambda: ran.files.save_to(tmp_path / "book.cascade"))
    ran.files.new()
    assert (tmp_path / "book.cascade").exists()
    assert ran.recording is None


def test_that_a_run_that_goes_on_is_given_up_only_where_the_user_says_so(window, qtbot, monkeypatch):
    monkeypatch.setattr(kept_runs, "LONG_SECONDS", 0.0)
    answers = [False, True]
    monkeypatch.setattr(messages, "ask_running", lambda *_: answers.pop(0))
    with qtbot.waitSignal(window.run_started, timeout=120_000):
        trigger(window, "run_step")
    qtbot.waitUntil(lambda: window.session.runner.state is RunState.PAUSED, timeout=60_000)
    name = window.document.name
    window.files.new()
    assert (window.document.name, window.session.runner.state) == (name, RunState.PAUSED)
    window.files.new()
    assert window.document.name != name
    assert answers == []


def test_that_a_short_run_is_not_asked_about(ran):
    ran.files.new()
    assert ran.recording is None
