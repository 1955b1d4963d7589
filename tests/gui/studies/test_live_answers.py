"""Answers that follow every change of the scenario and of the form."""

from __future__ import annotations

import pytest

import engine
from cascade_gui.studies import live_answers
from engine.studies.pace import Pace
from engine.studies.runs import Runs
from tests.gui.studies.test_studies_page import choose, type_into, work_out
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]
SLOW = {"paths": "100000", "horizon": "1h"}


@pytest.fixture
def page(window):
    trigger(window, "view_studies")
    return window.views.studies


def rest(page, qtbot):
    qtbot.waitUntil(lambda: not page.live.busy, timeout=240_000)


def takes(page):
    return page.asking.takes.text()


def test_that_a_quick_question_is_answered_when_it_is_chosen_and_with_every_change(page, window, qtbot):
    choose(page, "response")
    rest(page, qtbot)
    assert takes(page) == "Live: follows every change"
    assert page.result.frame().equals(engine.studies.response(window.document.scenario()).frame())
    window.document.set_parameter("markets.school.collateral.X.liquidation_bonus", 0.02)
    rest(page, qtbot)
    assert page.changed.isHidden()
    assert page.result.frame().equals(engine.studies.response(window.document.scenario()).frame())
    type_into(page, "steps", "7")
    rest(page, qtbot)
    assert len(page.result.frame()) == 7
    window.document.undo_stack.undo()
    rest(page, qtbot)
    assert page.result.frame().equals(engine.studies.response(window.document.scenario(), steps=7).frame())


def test_that_the_answer_before_stays_until_the_new_one_is_there_and_what_was_asked_between_is_dropped(page, qtbot):
    choose(page, "response")
    rest(page, qtbot)
    before = page.result
    shown = []
    page.live.answered.connect(lambda result: shown.append(len(result.frame())))
    for steps in ("10", "11", "12"):
        type_into(page, "steps", steps)
        assert page.result is before
        assert page.changed.isHidden()
        assert takes(page) == "working it out …"
        page.live._rest.stop()
        page.live._try()  # as if the hand had rested
    rest(page, qtbot)
    assert shown == [12]  # of what was asked last, at once


def test_that_a_threshold_is_answered_at_once_and_the_rest_when_it_is_asked_for(page, window, qtbot, monkeypatch):
    monkeypatch.setattr(live_answers, "QUICK_SECONDS", 0.2)
    choose(page, "threshold")
    for setting, text in (("market", "school"), ("asset", "X"), ("to", "70%"), ("paths", "100000")):
        type_into(page, setting, text)
    rest(page, qtbot)
    assert takes(page) == "Live; this adds value at risk"
    assert "total_loss_usd.var_99.after" not in page.result.figures
    assert page.changed.isHidden()
    for setting, text in (("to", "60%"), ("paths", "4"), ("horizon", "1min")):
        type_into(page, setting, text)
    rest(page, qtbot)
    assert page.result.figures["threshold.after"] == 0.6
    at_once = page.result.figures["newly_liquidatable_debt_usd"]
    work_out(page, qtbot)
    rest(page, qtbot)
    assert "total_loss_usd.var_99.after" in page.result.figures
    assert page.result.figures["newly_liquidatable_debt_usd"] == at_once
    choose(page, "book")
    choose(page, "threshold")
    rest(page, qtbot)
    assert "total_loss_usd.var_99.after" in page.result.figures


def test_that_all_of_a_question_is_answered_where_that_is_quick_too(page, qtbot):
    choose(page, "threshold")
    for setting, text in (("market", "school"), ("asset", "X"), ("to", "70%"), ("paths", "2"), ("horizon", "1min")):
        type_into(page, setting, text)
    shown = []
    page.live.answered.connect(lambda result: shown.append(result.settings.paths))
    rest(page, qtbot)
    assert shown == [0, 2]
    assert takes(page) == "Live: follows every change"
    type_into(page, "to", "60%")
    rest(page, qtbot)
    assert shown == [0, 2, 2]


def test_that_a_long_one_says_how_long_it_takes_and_waits_to_be_asked(page, window, qtbot, monkeypatch):
    monkeypatch.setattr(live_answers, "QUICK_SECONDS", 0.2)
    choose(page, "montecarlo")
    for setting, text in SLOW.items():
        type_into(page, setting, text)
    rest(page, qtbot)
    assert takes(page).startswith("takes about ")
    assert page.result is None
    begun = []
    monkeypatch.setattr(page.live, "_begin", lambda *_: begun.append(1))
    window.document.set_parameter("liquidators.gas_usd", 7.0)
    rest(page, qtbot)
    assert begun == []
    assert takes(page).startswith("takes about ")


def test_that_an_answer_of_other_settings_says_so(page, window, qtbot, monkeypatch):
    monkeypatch.setattr(live_answers, "QUICK_SECONDS", 0.2)
    choose(page, "montecarlo")
    type_into(page, "paths", "3")
    type_into(page, "horizon", "1min")
    work_out(page, qtbot)
    for setting, text in SLOW.items():
        type_into(page, setting, text)
    rest(page, qtbot)
    assert page.changed.text() == "This was worked out with other settings."
    window.document.set_parameter("liquidators.gas_usd", 7.0)
    rest(page, qtbot)
    assert page.changed.text() == "The scenario has changed since this was worked out."
    window.document.undo_stack.undo()
    type_into(page, "paths", "3")
    type_into(page, "horizon", "60")
    rest(page, qtbot)
    assert page.changed.isHidden()


def test_that_settings_which_are_being_typed_are_no_fault_until_they_are_asked(page, qtbot):
    choose(page, "response")
    rest(page, qtbot)
    type_into(page, "direction", "GO")
    rest(page, qtbot)
    assert page.fault.isHidden()
    assert takes(page) == ""
    assert page.changed.text() == "This was worked out with other settings."


def test_that_a_view_that_is_not_shown_works_nothing_out(page, window, qtbot):
    choose(page, "response")
    rest(page, qtbot)
    before = page.result
    trigger(window, "view_cascade")
    window.document.set_parameter("liquidators.gas_usd", 7.0)
    rest(page, qtbot)
    assert page.result is before
    trigger(window, "view_studies")
    rest(page, qtbot)
    assert page.result is not before


def test_that_a_long_one_takes_as_long_as_the_runs_of_its_trial_tell(page, qtbot, monkeypatch):
    monkeypatch.setattr(live_answers, "QUICK_SECONDS", 0.2)
    monkeypatch.setattr(Pace, "in_all", lambda _, runs, seconds, *, alone=False: runs / 1_000.0)
    choose(page, "montecarlo")
    for setting, text in {**SLOW, "depeg": "USD=0.9:0.05"}.items():
        type_into(page, setting, text)
    rest(page, qtbot)
    assert takes(page) == "takes about 3 min 20 s"  # 100,000 paths of both classes


def test_that_progress_tells_what_is_left_of_the_runs_alone(page):
    runs = Runs(2)
    runs.expect(1_000)
    page.asking.show_progress(runs)
    assert page.asking.done.text() == "preparing"
    runs.count = 80
    page.asking.show_progress(runs)
    assert page.asking.done.text() == "80 of 1,000 runs"  # done by an earlier session
    runs.pace.note(40, waited=2.0, worked=2.0)
    page.asking.show_progress(runs)
    assert page.asking.done.text() == "80 of 1,000 runs, 23 s left"
