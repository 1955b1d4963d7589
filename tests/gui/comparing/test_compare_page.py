"""Comparing the open scenario with proposals and pinned runs in the third view."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit, QTableView, QToolButton

import engine
from engine.studies.runs import Runs
from tests.gui.window.conftest import TEACHING_BOOK, make_window, run, trigger, window
from tests.gui.window.conftest import settle as settle_window

__all__ = ["make_window", "window"]
GAS, LATENCY = "liquidators.gas_usd", "liquidators.latency_rounds"
THRESHOLD = "markets.lender.collateral.ETH.liquidation_threshold"


@pytest.fixture
def page(window, qtbot):
    window.show()
    trigger(window, "view_compare")
    settle(window.views.compare, qtbot)
    return window.views.compare


def settle(page, qtbot):
    qtbot.waitUntil(lambda: not page.busy, timeout=240_000)


def press(button, qtbot):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def change(window, path, value):
    window.document.set_parameter(path, value)


def propose(page, window, qtbot, path=GAS, value=900.0):
    change(window, path, value)
    press(page.panel.new, qtbot)
    settle(page, qtbot)


def tick(page, place, qtbot, *, on):
    page.panel.list.item(place).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    settle(page, qtbot)


def test_that_the_view_takes_the_place_of_the_cascade_and_gives_everything_back(page, window):
    assert not page.isHidden()
    assert window.page.isHidden()
    assert window.panels.book.isHidden()
    assert not window.panels.scenario.isHidden()
    trigger(window, "view_studies")
    assert page.isHidden()
    assert window.panels.scenario.isHidden()
    trigger(window, "view_compare")
    assert window.views.studies.isHidden()
    assert not window.panels.scenario.isHidden()
    trigger(window, "view_cascade")
    assert page.isHidden()
    assert not window.page.isHidden()
    assert not window.panels.book.isHidden()


def test_that_tabs_change_the_view_and_mark_the_one_that_is_shown(window, qtbot):
    window.show()
    buttons = window.view_tabs.findChildren(QToolButton)[:3]
    assert [button.text() for button in buttons] == ["Cascade", "Studies", "Compare"]
    for place in (2, 1, 0):
        press(buttons[place], qtbot)
        assert [button.isChecked() for button in buttons] == [place == each for each in range(3)]
    trigger(window, "view_compare")
    assert buttons[2].isChecked()
    settle(window.views.compare, qtbot)
    assert not window.views.compare.isHidden()
    press(buttons[2], qtbot)
    assert buttons[2].isChecked(), "a click on the view that is shown leaves it"
    line = window.verified
    before = line.width()
    line.setText("Many more published cases than that pass on this machine, and that is said here")
    qtbot.waitUntil(lambda: line.width() > before, timeout=5_000)
    assert window.view_tabs.geometry().right() <= window.menuBar().width()


def test_that_opening_a_file_leaves_the_view_that_is_shown(page, window, qtbot):
    assert window.open(TEACHING_BOOK)
    settle(page, qtbot)
    assert not page.isHidden()
    assert window.page.isHidden()
    assert window.transport.isHidden()


def test_that_an_older_run_is_said_where_it_is_shown(page, window, qtbot):
    trigger(window, "view_cascade")
    run(window, qtbot)
    change(window, GAS, 900.0)
    qtbot.waitUntil(lambda: not window.banner.isHidden())
    trigger(window, "view_compare")
    settle(page, qtbot)
    assert window.banner.isHidden()
    trigger(window, "view_cascade")
    assert not window.banner.isHidden()


def test_that_what_was_changed_is_proposed_and_compared_at_once(page, window, qtbot):
    assert "New proposal" in page.answer.verdict_text
    today = window.document.scenario()
    propose(page, window, qtbot)
    assert page.panel.list.count() == 1
    assert "Gas" in page.panel.alternative.name
    found = engine.studies.compare(today, proposal=page.panel.alternative.proposal, paths=0)
    assert page.answer.verdict_text == found.answer.verdict[0]
    assert page.answer.more.text() == " ".join(found.answer.verdict[1:])
    table = page.findChild(QTableView, "compare_table")
    assert table.model().index(0, 0).data() == "Total loss"
    assert page.answer.parameters_model.rowCount() == 1
    assert "without" in page.panel.without.text()


def test_that_what_is_changed_now_is_compared_while_it_is_changed(page, window, qtbot):
    today = window.document.scenario()
    for value in (900.0, 500.0):
        change(window, GAS, value)
        settle(page, qtbot)
        found = engine.studies.compare(today, proposal=engine.Proposal("now", {GAS: value}), paths=0)
        assert page.answer.verdict_text == found.answer.verdict[0]
    assert page.panel.list.item(0).text().startswith("What is changed now\n$0 → $500")
    assert "as it was opened or saved" in page.panel.without.text()
    assert not page.panel.save.isEnabled()
    press(page.panel.new, qtbot)
    assert page.panel.list.count() == 1
    assert page.panel.save.isEnabled()
    change(window, LATENCY, 2)
    settle(page, qtbot)
    assert page.panel.list.count() == 2
    assert page.panel.place == 0
    assert "2 parameters" in page.panel.list.item(1).text()


def test_that_nothing_changed_is_no_proposal(page, qtbot):
    press(page.panel.new, qtbot)
    assert "change a parameter first" in page.panel.fault.text()
    assert page.panel.list.count() == 0
    assert not page.panel.start.isEnabled()


def test_that_a_tick_takes_a_proposal_out_and_puts_it_in_as_steps(page, window, qtbot):
    propose(page, window, qtbot)
    before = page.result.figures
    tick(page, 0, qtbot, on=False)
    assert window.document.parameters.liquidators.gas_usd == 0.0
    assert window.document.undo_stack.undoText().startswith("Take out")
    assert page.result.figures == before, "today is the scenario without it, whether it is in or not"
    tick(page, 0, qtbot, on=True)
    assert window.document.parameters.liquidators.gas_usd == 900.0
    window.document.undo_stack.undo()
    assert page.panel.list.item(0).checkState() == Qt.CheckState.Unchecked
    window.document.undo_stack.undo()
    assert page.panel.list.item(0).checkState() == Qt.CheckState.Checked


def test_that_two_proposals_are_put_in_and_taken_out_apart(page, window, qtbot):
    propose(page, window, qtbot)
    tick(page, 0, qtbot, on=False)
    propose(page, window, qtbot, LATENCY, 3)
    tick(page, 0, qtbot, on=True)
    today = window.views.alternatives.today
    assert (today.liquidators.gas_usd, today.liquidators.latency_rounds) == (0.0, 0)
    tick(page, 1, qtbot, on=False)
    assert window.document.parameters.liquidators.gas_usd == 900.0
    assert window.document.parameters.liquidators.latency_rounds == 0


def test_that_the_verdict_over_paths_is_that_of_python_and_is_kept(page, window, qtbot):
    today = window.document.scenario()
    propose(page, window, qtbot)
    page.findChild(QLineEdit, "setting_paths").setText("20")
    page.findChild(QLineEdit, "setting_horizon").setText("20min")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    proposal = page.panel.alternative.proposal
    found = engine.studies.compare(today, proposal=proposal, paths=20, horizon="20min")
    assert page.answer.verdict_text == found.answer.verdict[0]
    assert page.answer.more.text().replace("\n", " ") == " ".join(found.answer.verdict[1:])
    assert page.answer.more.text().splitlines()[-1].startswith("In one run")
    assert page.result.figures == found.figures
    assert page.answer.risks_model.rowCount() == 5
    assert all(line in page.answer.decides.text() for line in found.answer.assumptions)
    assert window.document.studies.of("compare") is page.result
    differences = found.frame("differences")["total_loss_usd.difference"].to_numpy()
    edges, counts = page.answer.differences.bars
    assert counts.sum() == (abs(differences) > 1_000.0).sum()
    assert not counts.any() or 0.0 in edges
    number = found.answer.tables["differences"]["path"][0]
    assert page.answer.curves.paths.currentText() == f"path {number}, the largest difference", "as tables number it"
    row = found.answer.rows["path"].tolist().index(found.answer.tables["differences"]["path"][0], 2)
    along = engine.run(found.open(row))
    assert page.answer.curves.price.lines[2].values[-1] == pytest.approx(along.rounds[-1].market[column(along)])
    change(window, LATENCY, 2)
    settle(page, qtbot)
    assert "changed since it was judged" in page.answer.changed.text()
    window.document.undo_stack.undo()
    settle(page, qtbot)
    assert page.answer.changed.isHidden()
    assert page.result.figures == found.figures


def test_that_a_proposal_goes_to_a_colleague_as_a_file(page, window, qtbot, tmp_path, monkeypatch):
    propose(page, window, qtbot)
    path = tmp_path / "dear.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    press(page.panel.save, qtbot)
    assert json.loads(path.read_text())["changes"] == {GAS: 900.0}
    shown = page.result.figures
    press(page.panel.remove, qtbot)
    settle(page, qtbot)
    assert page.panel.list.item(0).text().startswith("What is changed now")
    press(page.panel.open, qtbot)
    settle(page, qtbot)
    assert page.panel.list.count() == 1
    assert page.panel.alternative.path == path
    assert page.result.figures == shown
    tick(page, 0, qtbot, on=False)
    assert window.document.parameters.liquidators.gas_usd == 0.0
    path.write_text(json.dumps({"format": "cascade-proposal/1", "name": "Other", "changes": {"markets.aave.x": 1}}))
    press(page.panel.open, qtbot)
    assert "not in this scenario" in page.panel.fault.text()
    assert page.panel.list.count() == 1


def test_that_a_pinned_run_is_compared_too(page, window, qtbot):
    change(window, GAS, 900.0)
    run(window, qtbot)
    trigger(window, "compare_pin")
    assert "Pinned Gas" in window.message.text()
    trigger(window, "compare_pin")
    window.document.undo_stack.undo()
    settle(page, qtbot)
    assert len(window.views.alternatives) == 1, "once is enough"
    page.panel.choose(0)
    settle(page, qtbot)
    entry = page.panel.alternative
    assert "Gas" in entry.name
    assert page.result.figures["total_loss_usd.after"] == pytest.approx(window.recording.summary()["total_loss_usd"])
    tick(page, 0, qtbot, on=True)
    assert window.document.parameters.liquidators.gas_usd == 900.0


def test_that_another_document_has_a_list_of_its_own(page, window, qtbot):
    propose(page, window, qtbot)
    window.document.undo_stack.setClean()
    trigger(window, "file_new")
    settle(page, qtbot)
    assert page.panel.list.count() == 0


def test_that_a_wrong_setting_is_said_and_the_table_copies(page, window, qtbot):
    propose(page, window, qtbot)
    page.findChild(QLineEdit, "setting_critical").setText("DOGE")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    assert "DOGE" in page.panel.fault.text()
    press(page.answer.copy, qtbot)
    assert QGuiApplication.clipboard().text().startswith("What differs\tOver\tToday")


def test_that_both_runs_are_drawn_over_each_other_and_open_as_cascades(page, window, qtbot):
    propose(page, window, qtbot, LATENCY, 3)
    today = engine.run(window.views.alternatives.today_scenario())
    then = engine.run(window.document.scenario())
    curves = page.answer.curves
    calm, proposal, now = curves.price.lines
    assert now.values.tolist() == pytest.approx([step.market[column(today)] for step in today.rounds])
    assert proposal.values.tolist() == pytest.approx([step.market[column(today)] for step in then.rounds])
    assert calm.values[-1] == pytest.approx(today.rounds[-1].undisturbed[column(today)])
    assert curves.repaid.lines[0].values[-1] == pytest.approx(then.summary()["repaid_usd"])
    page.grab()
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        press(curves.open_today, qtbot)
    settle_window(window, qtbot)
    assert page.isHidden()
    assert window.document.parameters.liquidators.latency_rounds == 0
    assert window.recording.summary()["repaid_usd"] == pytest.approx(today.summary()["repaid_usd"])


def test_that_how_long_a_comparison_takes_is_told_from_its_runs_and_not_from_what_came_before_them(page):
    runs = Runs(2)
    runs.count, runs.wanted = 40, 80
    for seconds in (90.0, 90.0, 2.0, 2.0):  # the first batch of each thread waits for the book to be laid out
        runs.pace.note(10, waited=seconds, worked=1.0)
    page.judging._runs = runs
    page.judging._tell()
    assert page.panel.left.text() == "40 of 80 runs, 4 s left"
    assert (page.panel.progress.value(), page.panel.progress.maximum()) == (40, 80)
    page.judging._runs = None
    page.panel.show_progress(None)


def column(recording):
    sold = sum(step.proceeds_usd for step in recording.rounds)
    return int(sold.argmax())


def test_that_what_the_broken_correlation_says_has_a_line_of_its_own(page, window, qtbot):
    propose(page, window, qtbot)
    page.findChild(QLineEdit, "setting_paths").setText("10")
    page.findChild(QLineEdit, "setting_horizon").setText("10min")
    page.findChild(QLineEdit, "setting_depeg").setText("USD=0.8:0.1")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    lines = page.answer.more.text().splitlines()
    assert [line.startswith("Broken correlation: Total loss") for line in lines] == [False, True, False]
    assert lines[1].count("Broken correlation") == 1


def test_that_curves_of_another_wish_are_taken_away_when_those_of_this_one_are_long_in_coming(page, window, qtbot):
    propose(page, window, qtbot)
    curves = page.answer.curves
    assert curves.open_today.isEnabled()
    curves.wait()
    qtbot.waitUntil(lambda: not curves.open_today.isEnabled())
    page._look()
    settle(page, qtbot)
    qtbot.waitUntil(curves.open_today.isEnabled)


def test_that_a_file_saved_with_a_proposal_in_it_opens_with_its_verdict_and_can_be_without_it(
    page, window, qtbot, tmp_path
):
    calm = window.document.parameters.liquidators.gas_usd
    propose(page, window, qtbot)
    page.findChild(QLineEdit, "setting_paths").setText("10")
    page.findChild(QLineEdit, "setting_horizon").setText("10min")
    press(page.panel.start, qtbot)
    settle(page, qtbot)
    verdict = page.answer.verdict_text
    assert window.save(tmp_path / "with.cascade")
    settle_window(window, qtbot)
    assert window.open(tmp_path / "with.cascade")
    settle(page, qtbot)
    assert page.answer.verdict_text == verdict
    assert page.alternatives.is_in(0)
    page.alternatives.toggle(0)
    assert window.document.parameters.liquidators.gas_usd == calm
    settle(page, qtbot)
    assert page.answer.verdict_text == verdict
    window.document.undo_stack.undo()
