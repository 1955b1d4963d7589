"""Running in the window: whole runs, steps, stopping, edits after a run."""

from __future__ import annotations

import json

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTableView, QToolButton

import engine
from cascade_gui.loan_table.columns import COLUMNS
from cascade_gui.running import RunState
from engine.command.main import main
from tests.gui.window.conftest import TEACHING_BOOK, run, settle, trigger
from tests.shared import RESOURCES


def test_that_a_run_in_the_window_gives_the_numbers_of_the_engine(ran):
    alone = engine.run(engine.load(TEACHING_BOOK))
    assert json.dumps(ran.recording.to_dict(), sort_keys=True) == json.dumps(alone.to_dict(), sort_keys=True)


def test_that_the_compound_book_gives_the_same_bits_in_the_window_and_without_one(window, qtbot, tmp_path):
    book = RESOURCES / "examples" / "compound.cascade"
    assert window.open(book)
    run(window, qtbot)
    result = tmp_path / "result.json"
    assert main(["run", str(book), "--quiet", "--json", str(result)]) == 0
    assert json.dumps(window.recording.to_dict(), sort_keys=True) == json.dumps(
        json.loads(result.read_text(encoding="utf-8")), sort_keys=True
    )


def test_that_the_window_tells_the_total_loss_of_a_run_and_of_a_file_that_was_run(ran, qtbot, tmp_path):
    lost = ran.recording.summary()["total_loss_usd"]
    assert lost > 0
    qtbot.waitUntil(lambda: ran.figures.shown.total_loss_usd == lost, timeout=60_000)
    assert ran.save(tmp_path / "ran.cascade")
    assert ran.open(tmp_path / "ran.cascade")
    ran.player.to_last()
    qtbot.waitUntil(lambda: ran.figures.shown.total_loss_usd == lost, timeout=60_000)


def test_that_the_shown_round_follows_a_run_to_its_end_and_then_goes_to_the_worst_one(ran):
    assert ran.round == ran.session.worst_round == 2
    assert len(ran.recording.rounds) - 1 == 3


def test_that_the_signals_tell_of_a_run(window, qtbot):
    with qtbot.waitSignals([window.run_started, window.round_shown, window.run_finished], timeout=60_000):
        trigger(window, "run_start")
    settle(window, qtbot)


def test_that_steps_compute_one_round_each(window, qtbot):
    for number in (1, 2):
        trigger(window, "run_step")
        qtbot.waitUntil(lambda number=number: window.round == number, timeout=60_000)
        qtbot.waitUntil(lambda: window.session.runner.state is RunState.PAUSED)
    assert len(window.recording.rounds) == 3
    with qtbot.waitSignal(window.run_finished):
        trigger(window, "run_start")
    settle(window, qtbot)


def test_that_a_step_after_a_run_shows_its_next_round_and_throws_nothing_away(ran, qtbot):
    recording, step = ran.recording, ran.findChild(QAction, "run_step")
    ran.player.to_last()
    assert not step.isEnabled(), "it is at its end"
    ran.player.first()
    for number in (1, 2):
        trigger(ran, "run_step")
        settle(ran, qtbot)
        assert ran.round == number
    assert ran.recording is recording
    ran.player.to_last()
    assert not step.isEnabled()
    ran.document.set_parameter("shock.returns.X", -0.47)
    assert step.isEnabled(), "another run can be stepped through"


def test_that_stopping_keeps_what_was_computed(window, qtbot):
    trigger(window, "run_step")
    qtbot.waitUntil(lambda: window.session.runner.state is RunState.PAUSED, timeout=60_000)
    with qtbot.waitSignal(window.run_finished) as seen:
        trigger(window, "run_stop")
    assert seen.args[0].ended == "stopped"
    assert len(window.recording.rounds) == 2


def test_that_reset_shows_the_book_before_the_run(ran, qtbot):
    trigger(ran, "run_reset")
    settle(ran, qtbot)
    assert ran.recording is None
    assert ran.round == 0
    assert not ran.findChild(QAction, "play_forward").isEnabled()


def test_that_the_run_after_a_reset_is_compared_with_the_one_that_was_reset(ran, qtbot):
    first = ran.recording
    trigger(ran, "run_reset")
    settle(ran, qtbot)
    assert ran.session.following.before is None
    ran.document.set_parameter("shock.returns.X", -0.35)
    run(ran, qtbot)
    qtbot.waitUntil(lambda: ran.session.following.before is not None, timeout=30_000)
    assert ran.session.following.before.recording is first


def test_that_another_document_is_not_compared_with_a_run_that_was_reset(ran, qtbot):
    trigger(ran, "run_reset")
    ran.document.undo_stack.setClean()
    assert ran.open(TEACHING_BOOK)
    ran.document.set_parameter("shock.returns.X", -0.35)
    run(ran, qtbot)
    qtbot.wait(50)
    assert ran.session.following.before is None


def test_that_the_account_panel_keeps_the_account_of_the_current_row_after_a_reset(ran, qtbot):
    ran.book.table.setCurrentIndex(ran.book.table.model().index(0, 0))
    qtbot.waitUntil(lambda: ran.account.shown is not None, timeout=30_000)
    trigger(ran, "run_reset")
    settle(ran, qtbot)
    assert "Run to see" in ran.account.empty.text()
    run(ran, qtbot)
    qtbot.waitUntil(lambda: ran.account.shown is not None, timeout=30_000)


def test_that_no_button_moves_whatever_the_caption_says(window, qtbot):
    window.resize(1542, 900)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(100)  # until the toolbar has its width
    button = window.toolbar.findChild(QToolButton, "run_button")
    seen = []
    for name, subtitle in (("Short", ""), ("Short •", "X -20 %"), ("A very long name " * 6, "5 % of depth, " * 9)):
        window.toolbar.set_title(name, subtitle)
        qtbot.wait(20)
        seen.append(button.x())
        assert window.toolbar.caption.toolTip().split() == f"{name}\n{subtitle}".split(), "whatever its lines"
    assert len(set(seen)) == 1
    assert window.toolbar.caption.subtitle.text().endswith("…")


def test_that_in_a_small_window_what_is_done_to_the_scenario_stands_below_its_name(window, qtbot):
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(100)
    caption = window.toolbar.caption
    window.toolbar.set_title("Compound v2, 9 May 2023 •", "WETH -40 %, 10 % of market depth")
    assert caption.subtitle.text() == "WETH -40 %, 10 % of market depth"
    assert caption.subtitle.y() >= caption.name.geometry().bottom()
    assert caption.subtitle.geometry().bottom() <= caption.height()
    window.toolbar.set_title("Short", "WETH -40 %")
    assert caption.subtitle.x() > caption.name.geometry().right()


def test_that_a_change_after_a_run_is_said_and_undoing_it_takes_that_back(ran):
    assert ran.banner.text == ""
    ran.document.set_parameter("liquidators.latency_rounds", 1)
    assert "Changed since this run" in ran.banner.text
    trigger(ran, "edit_undo")
    assert ran.banner.text == ""


def test_that_a_wrong_value_keeps_the_run_from_starting_and_says_why(window, qtbot):
    from engine.base.faults import Fault

    window.document.set_pending_fault("x", Fault("Close factor", "'abc'", "a number"))
    with qtbot.assertNotEmitted(window.run_started):
        trigger(window, "run_start")
    assert "Close factor" in window.banner.text
    window.document.set_pending_fault("x", None)
    assert window.banner.text == ""


def test_that_loans_that_do_not_fit_are_said_without_a_run(window, qtbot):
    plain = window.document.parameters.to_dict()
    name = next(iter(plain["markets"]))
    plain["markets"]["other"] = plain["markets"].pop(name)
    from engine.scenario.schema import Parameters

    window.document.replace_parameters(Parameters.from_dict(plain), "Rename market")
    qtbot.waitUntil(lambda: "market" in window.banner.text, timeout=60_000)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: window.banner.text == "", timeout=60_000)


def test_that_a_second_run_takes_the_place_of_the_first(ran, qtbot):
    first = ran.recording
    ran.document.set_parameter("liquidators.latency_rounds", 1)
    run(ran, qtbot)
    assert ran.recording is not first
    assert ran.recording.scenario.parameters.liquidators.latency_rounds == 1
    assert ran.banner.text == ""


def test_that_the_book_shows_the_round_that_is_shown(ran, qtbot):
    seen = []
    ran.session.view_changed.connect(lambda view, book: seen.append(view.round if view else None))
    trigger(ran, "play_first")
    settle(ran, qtbot)
    assert seen[-1] == 0


def test_that_an_account_is_explained_when_its_row_is_selected(ran, qtbot):
    ran.book.table.setCurrentIndex(ran.book.table.model().index(0, 0))
    qtbot.waitUntil(lambda: ran.account.shown is not None, timeout=30_000)
    assert ran.account.shown is not None


def test_that_a_run_that_fails_shows_its_traceback_in_a_dialog(window, qtbot, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("in the engine")

    monkeypatch.setattr(engine, "rounds", broken, raising=False)
    with qtbot.waitSignal(window.run_failed) as seen:
        trigger(window, "run_start")
    assert "in the engine" in seen.args[0]
    assert "in the engine" in window.faults.dialog.text
    window.faults.dialog.close()


def owe(window, row, amount):
    model = window.findChild(QTableView, "loan_table").model()
    names = [column.key for column in COLUMNS]
    assert model.setData(model.index(row, names.index("debt_amount")), amount)


def health_axis(window):
    return window.plots.health.plot.vb.viewRange()[1][1]


def test_that_plots_of_a_run_show_nothing_of_a_book_that_was_edited_since(ran, qtbot):
    plot = ran.plots.health
    qtbot.waitUntil(lambda: plot.shown is not None and not plot.is_busy)
    before, top = plot.shown, health_axis(ran)
    owe(ran, 0, "1e12")
    assert ran.session.stale
    settle(ran, qtbot)
    assert plot.shown is before
    assert health_axis(ran) == top


def test_that_the_axis_of_debt_comes_back_with_an_edit_that_is_undone(window, qtbot):
    plot = window.plots.health
    settle(window, qtbot)
    qtbot.waitUntil(lambda: plot.shown is not None and not plot.is_busy)
    top = health_axis(window)
    window.book.editor.type(0, "collateral_amount", "1e12")
    owe(window, 0, "7e13")  # at a health of about 1: what lies beyond the axis would be cut off
    settle(window, qtbot)
    qtbot.waitUntil(lambda: health_axis(window) > 1e11)
    for _ in range(2):
        trigger(window, "edit_undo")
    settle(window, qtbot)
    qtbot.waitUntil(lambda: health_axis(window) == top)
