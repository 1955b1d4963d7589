"""Live runs in the window: what is edited is shown at once, beside the run before."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

import engine
from cascade_gui.document.loan_store import ColumnEdit
from cascade_gui.running import RunState
from cascade_gui.wording import numbers
from engine.base.faults import BadInput
from tests.gui.window.conftest import TEACHING_BOOK, run, settle, trigger

FALL = "shock.returns.X"


@pytest.fixture
def alive(window, qtbot):
    """The window with live runs on, and its first run."""
    prepared(window, qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        trigger(window, "run_live")
    shown(window, qtbot)
    return window


def prepared(window, qtbot):
    window.session.runner.prepare()
    qtbot.waitUntil(lambda: window.session.runner.ready, timeout=120_000)


def shown(window, qtbot):
    """Wait until every part shows the newest run."""
    following = window.session.following
    qtbot.waitUntil(lambda: not following.runs.busy and not window.is_catching_up, timeout=60_000)
    settle(window, qtbot)


def edit(window, qtbot, value, path=FALL):
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        window.document.set_parameter(path, value)
    shown(window, qtbot)


def fall(recording):
    return recording.scenario.parameters.shock.returns["X"]


def line(item):
    x, y = item.getOriginalDataset()
    return list(x), list(y)


def test_that_an_edit_is_run_at_once_and_its_end_is_shown(alive, qtbot):
    edit(alive, qtbot, -0.35)
    recording = alive.recording
    assert fall(recording) == -0.35
    assert recording.ended == "no more liquidations"
    assert alive.round == len(recording.rounds) - 1
    alone = engine.run(recording.scenario)
    assert recording.summary() == alone.summary()
    assert alive.figures.shown.liquidations == alone.summary()["liquidations"]
    assert line(alive.plots.price.market)[1] == [step.market[0] for step in recording.rounds]
    assert alive.book.table.loans.live.round == alive.round
    assert alive.banner.text == ""


def test_that_nothing_runs_on_an_edit_while_it_is_off(window, qtbot):
    prepared(window, qtbot)
    with qtbot.assertNotEmitted(window.run_finished, wait=50):
        window.document.set_parameter(FALL, -0.35)
    assert window.recording is None


def test_that_it_is_remembered(make_window, alive):
    alive.settings.sync()
    other = make_window()
    assert other.findChild(QAction, "run_live").isChecked()
    assert other.session.following.on


def test_that_turning_it_off_leaves_edits_alone_again(alive, qtbot):
    trigger(alive, "run_live")
    before = alive.recording
    alive.document.set_parameter(FALL, -0.35)
    assert "Changed since this run" in alive.banner.text
    assert alive.recording is before
    assert not alive.settings.runs_live


def test_that_turning_it_on_runs_what_was_edited_meanwhile(window, qtbot):
    prepared(window, qtbot)
    run(window, qtbot)
    window.document.set_parameter(FALL, -0.35)
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        trigger(window, "run_live")
    shown(window, qtbot)
    assert fall(window.recording) == -0.35
    assert window.banner.text == ""


def test_that_the_run_before_stays_as_a_thin_line_until_the_drag_ends_and_the_next_begins(alive, qtbot):
    plots, before = alive.plots, alive.recording
    began = fall(before)
    alive.document.begin_gesture()
    for value in (-0.31, -0.33, -0.36):
        edit(alive, qtbot, value)
        assert line(plots.price.was)[1][: len(before.rounds)] == [step.market[0] for step in before.rounds]
        assert plots.liquidations.was.boundingRect().height() > 0
    alive.document.end_gesture()
    assert alive.document.undo_stack.count() == 1
    shown(alive, qtbot)
    assert line(plots.price.was)[1][: len(before.rounds)] == [step.market[0] for step in before.rounds]
    labels = [label.text for label, _ in plots.price.labels.placed]
    assert f"the run before, at {began * 100:.0f} %" in labels
    edit(alive, qtbot, -0.4)
    assert alive.session.following.before.recording.scenario.parameters.shock.returns["X"] == -0.36


def test_that_the_figures_say_what_they_were_and_whether_that_is_better(alive, qtbot):
    before = alive.figures.liquidations.value.text()
    edit(alive, qtbot, -0.05)
    figure = alive.figures.liquidations
    assert figure.remark.text() == f"was {before}"
    assert figure.difference.text().startswith("▼")
    assert figure.difference.property("tone") == "good"
    edit(alive, qtbot, -0.5)
    assert alive.figures.liquidations.difference.text().startswith("▲")
    assert alive.figures.liquidations.difference.property("tone") == "loss"
    assert "before" in alive.transport._label.text()


def test_that_axes_only_grow_while_something_is_dragged(alive, qtbot):
    edit(alive, qtbot, -0.5)
    alive.document.begin_gesture()
    ranges = [np.array(plot.plot.vb.viewRange()) for plot in (alive.plots.price, alive.plots.liquidations)]
    edit(alive, qtbot, -0.1)
    held = [np.array(plot.plot.vb.viewRange()) for plot in (alive.plots.price, alive.plots.liquidations)]
    assert all(
        (now[:, 0] <= was[:, 0]).all() and (now[:, 1] >= was[:, 1]).all() for now, was in zip(held, ranges, strict=True)
    )
    alive.document.end_gesture()


def test_that_a_wrong_value_leaves_the_last_good_run_and_is_said(alive, qtbot):
    before = alive.recording
    with qtbot.assertNotEmitted(alive.run_finished, wait=50), pytest.raises(BadInput):
        alive.document.set_parameter(FALL, -2.0)
    assert alive.recording is before
    assert "This cannot run yet" in alive.banner.text
    edit(alive, qtbot, -0.35)
    assert alive.banner.text == ""


def test_that_loans_that_do_not_fit_leave_the_last_good_run_and_are_said(alive, qtbot):
    before = alive.recording
    codes = alive.document.loans.codes("market", ["nowhere"])
    alive.document.loans.write([ColumnEdit("market", np.array([0]), codes)], {})
    qtbot.waitUntil(lambda: "nowhere" in alive.banner.text, timeout=60_000)
    assert alive.recording is before


def test_that_an_edited_cell_runs_too(alive, qtbot):
    before = alive.recording.summary()["liquidations"]
    with qtbot.waitSignal(alive.run_finished, timeout=60_000):
        alive.book.editor.type(0, "debt_amount", "1")
    shown(alive, qtbot)
    assert alive.recording.scenario.loans is alive.document.loans.to_table()
    assert alive.recording.summary()["liquidations"] != before
    assert alive.session.following.before is not None


def test_that_undo_is_an_edit_too(alive, qtbot):
    first = fall(alive.recording)
    edit(alive, qtbot, -0.35)
    with qtbot.waitSignal(alive.run_finished, timeout=60_000):
        trigger(alive, "edit_undo")
    assert fall(alive.recording) == first


def test_that_the_round_where_the_user_is_stays_shown(alive, qtbot):
    edit(alive, qtbot, -0.4)
    alive.player.show(1)
    edit(alive, qtbot, -0.42)
    assert alive.round == 1
    alive.player.to_last()
    edit(alive, qtbot, -0.44)
    assert alive.round == len(alive.recording.rounds) - 1


def test_that_names_and_notes_run_nothing(alive, qtbot):
    with qtbot.assertNotEmitted(alive.run_finished, wait=50):
        alive.document.set_parameter("name", "Another name")


def test_that_a_run_by_hand_is_given_up_for_an_edit(alive, qtbot):
    trigger(alive, "run_reset")
    trigger(alive, "run_step")
    qtbot.waitUntil(lambda: alive.session.runner.state is RunState.PAUSED, timeout=60_000)
    edit(alive, qtbot, -0.35)
    assert alive.recording.ended == "no more liquidations"
    assert not alive.session.runner.busy


def test_that_a_run_by_hand_also_keeps_the_run_before(window, qtbot):
    run(window, qtbot)
    before = window.recording
    window.document.set_parameter(FALL, -0.4)
    run(window, qtbot)
    qtbot.waitUntil(lambda: window.session.following.before is not None)
    assert line(window.plots.price.was)[1][: len(before.rounds)] == [step.market[0] for step in before.rounds]
    trigger(window, "run_reset")
    assert window.session.following.before is None
    assert line(window.plots.price.was)[1] == []


def test_that_another_file_has_no_run_before(alive, qtbot):
    edit(alive, qtbot, -0.35)
    alive.document.undo_stack.setClean()
    assert alive.open(TEACHING_BOOK)
    shown(alive, qtbot)
    assert alive.session.following.before is None


def test_that_how_long_it_took_is_said(alive, qtbot):
    edit(alive, qtbot, -0.35)
    state = alive.toolbar.findChild(QWidget, "engine_state")
    qtbot.waitUntil(lambda: state.text().startswith("live · ") and state.text().endswith(" ms"))
    assert alive.toolbar.findChild(QWidget, "live_mark").text() == "●"


def test_that_a_fault_of_ours_is_told_as_one(alive, qtbot, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("in the engine")

    monkeypatch.setattr(engine, "rounds", broken, raising=False)
    with qtbot.waitSignal(alive.run_failed) as seen:
        alive.document.set_parameter(FALL, -0.35)
    assert "in the engine" in seen.args[0]
    alive.faults.dialog.close()


def test_that_losses_of_all_rounds_are_worked_out_when_the_hand_rests(alive, qtbot):
    edit(alive, qtbot, -0.35)
    recording = alive.recording
    assert alive.figures.total_loss.value.text() == numbers.money(recording.losses.total_loss_usd().sum())
    qtbot.waitUntil(lambda: recording.losses.known == len(recording.rounds), timeout=30_000)
    qtbot.waitUntil(lambda: alive.plots.losses.series.knows_losses, timeout=30_000)


def test_that_losses_of_all_rounds_come_with_the_run_where_they_are_looked_at(alive, qtbot):
    alive.plots.show_plot("plot_losses")
    with qtbot.waitSignal(alive.session.following.shown, timeout=60_000) as told:
        alive.document.set_parameter(FALL, -0.31)
    assert told.args[0].series.knows_losses


def test_that_a_scenario_without_the_asset_that_moves_in_the_map_runs_as_well(alive, qtbot):
    alive.plots.map.set_asset(alive.recording.book.asset_names.index("X"))
    failures = []
    alive.run_failed.connect(failures.append)
    alive.open(TEACHING_BOOK.with_name("two-protocols.json"))
    qtbot.waitUntil(lambda: bool(failures) or alive.recording is not None, timeout=60_000)
    assert failures == []
    assert "X" not in alive.recording.book.asset_names
    shown(alive, qtbot)
