"""Answers of studies that are saved with the scenario, and come back with it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

import engine
from cascade_gui.document import kept_studies
from cascade_gui.document.loan_store import ColumnEdit
from cascade_gui.wording import messages
from cascade_gui.wording.messages import Unsaved
from tests.engine.studies.test_saved import damaged, head_with
from tests.gui.studies.test_studies_page import choose, page, type_into, work_out
from tests.gui.window.conftest import make_window, trigger, unexpected, window

__all__ = ["make_window", "page", "window"]


@pytest.fixture
def answered(page, window, qtbot):
    """Return the window with an answer to the question about the book."""
    choose(page, "response")
    type_into(page, "to", "-0.5")
    type_into(page, "steps", "3")
    work_out(page, qtbot)
    return window


def test_that_an_answer_comes_back_with_the_file_before_and_after_the_view_is_made(answered, make_window, tmp_path):
    page, path = answered.views.studies, tmp_path / "book.cascade"
    shown = page.result.to_dict()
    assert answered.save(path)
    assert answered.open(path)
    assert page.result.to_dict() == shown
    other = make_window(profile="other")
    assert other.open(path)
    trigger(other, "view_studies")
    choose(other.views.studies, "response")
    assert other.views.studies.result.to_dict() == shown
    assert other.views.studies.findChild(QLineEdit, "setting_steps").text() == "3"
    assert other.views.studies.changed.isHidden()
    assert engine.load_studies(path)["response"].to_dict() == shown


def test_that_an_answer_alone_is_no_change_of_the_scenario(answered, monkeypatch):
    monkeypatch.setattr(messages, "ask_unsaved_study", unexpected)
    assert not answered.document.dirty
    answered.files.new()
    assert answered.views.studies.result is None


def test_that_an_answer_of_an_older_scenario_says_so_and_is_asked_again(answered, qtbot, tmp_path):
    page, path = answered.views.studies, tmp_path / "book.cascade"
    answered.document.set_parameter("liquidators.gas_usd", 7.0)
    assert answered.save(path)
    assert answered.open(path)
    assert "has changed" in page.changed.text()
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy, timeout=240_000)
    assert page.again.isHidden()
    assert page.changed.isHidden()
    assert len(page.result.frame()) == 3
    assert page.result.scenario.parameters.liquidators.gas_usd == 7.0


def test_that_rows_of_another_loan_book_are_shown_and_not_opened(answered, tmp_path):
    page, path = answered.views.studies, tmp_path / "book.cascade"
    answered.document.loans.write([ColumnEdit("debt_amount", np.array([0]), np.array([1.0]))], {})
    assert answered.save(path)
    assert answered.open(path)
    assert "has changed" in page.changed.text()
    page.tables.setCurrentText("rows")
    page.table.selectRow(0)
    assert page.model.rowCount() == 3
    assert not page.open_run.isEnabled()


def test_that_a_damaged_answer_is_told_and_the_scenario_opens_with_the_others(answered, qtbot, tmp_path, monkeypatch):
    page, path = answered.views.studies, tmp_path / "book.cascade"
    choose(page, "book")
    work_out(page, qtbot)
    assert answered.save(path)
    damaged(path, "studies/response/study.json", head_with(stopped="no"))
    told = []
    monkeypatch.setattr(messages, "tell_bad_input", lambda _, title, refusal: told.append((title, str(refusal))))
    assert answered.open(path)
    assert len(told) == 1
    assert told[0][0] == "“book.cascade” was opened without some answers of its studies."
    assert "response/study.json, stopped" in told[0][1]
    assert page.result.study == "book"
    choose(page, "response")
    assert page.result is None


def test_that_closing_asks_about_a_long_study_that_no_file_holds(answered, monkeypatch, tmp_path):
    monkeypatch.setattr(kept_studies, "LONG_SECONDS", 0.0)
    asked = []
    monkeypatch.setattr(
        messages, "ask_unsaved_study", lambda _, name, seconds: asked.append((name, seconds)) or Unsaved.CANCEL
    )
    name, answer = answered.document.name, answered.views.studies.result
    answered.files.new()
    assert asked == [(name, answer.seconds)]
    assert answered.views.studies.result is answer
    assert answered.save(tmp_path / "book.json")
    answered.files.new()
    assert len(asked) == 2
    monkeypatch.setattr(messages, "ask_unsaved_study", lambda *_: Unsaved.SAVE)
    monkeypatch.setattr(answered.files, "ask_save_as", lambda: answered.files.save_to(tmp_path / "book.cascade"))
    answered.files.new()
    assert engine.load_studies(tmp_path / "book.cascade")["response"].figures == answer.figures
    assert answered.views.studies.result is None


def test_that_a_study_under_way_is_given_up_only_where_the_user_says_so(page, window, qtbot, monkeypatch):
    monkeypatch.setattr(kept_studies, "LONG_SECONDS", 0.0)
    answers = [False, True]
    monkeypatch.setattr(messages, "ask_running_study", lambda *_: answers.pop(0))
    choose(page, "montecarlo")
    type_into(page, "paths", "1000000")
    type_into(page, "horizon", "10min")
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    name = window.document.name
    window.files.new()
    assert (window.document.name, page.busy) == (name, True)
    window.files.new()
    assert window.document.name != name
    assert not page.busy
    assert answers == []


def test_that_an_answer_that_nobody_has_started_is_not_asked_about(answered, monkeypatch):
    monkeypatch.setattr(kept_studies, "LONG_SECONDS", 0.0)
    monkeypatch.setattr(messages, "ask_unsaved_study", unexpected)
    kept = answered.document.studies
    assert kept.took_long
    answered.views.studies.live.answered.emit(answered.views.studies.result)
    assert kept.of("response") is not None
    assert not kept.took_long
    answered.files.new()
    assert kept.of("response") is None
