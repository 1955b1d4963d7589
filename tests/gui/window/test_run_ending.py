"""A run ends on its summary, at its worst round."""

from __future__ import annotations

from cascade_gui.running import RunState
from tests.gui.window.conftest import run, settle, trigger


def told(window, qtbot):
    qtbot.waitUntil(lambda: window.summary.ending is not None, timeout=60_000)
    return window.summary.ending


def test_that_the_summary_of_a_run_says_what_its_recording_says(ran, qtbot):
    end, summary = told(ran, qtbot), ran.recording.summary()
    assert (end.total_loss_usd, end.borrower_loss_usd) == (summary["total_loss_usd"], summary["borrower_loss_usd"])
    ran.player.to_last()
    qtbot.waitUntil(lambda: ran.figures.shown.total_loss_usd == end.total_loss_usd, timeout=60_000)
    assert ran.figures.shown.lender_loss_usd == end.lender_loss_usd


def test_that_whoever_steps_to_the_end_stays_there(window, qtbot):
    for _ in range(20):
        if window.recording is not None and window.recording.ended is not None:
            break
        trigger(window, "run_step")
        runner = window.session.runner
        qtbot.waitUntil(lambda: runner.state in {RunState.PAUSED, RunState.FINISHED}, timeout=60_000)  # noqa: B023
        settle(window, qtbot)
    told(window, qtbot)
    qtbot.waitUntil(lambda: window.round == window.player.last)


def test_that_a_run_that_is_compared_stays_at_the_end_where_it_is_compared(window, qtbot):
    run(window, qtbot)
    window.document.set_parameter("shock.returns.X", -0.35)
    run(window, qtbot)
    told(window, qtbot)
    assert window.round == window.player.last


def test_that_a_run_that_is_brought_back_says_again_how_it_ended(window, qtbot):
    run(window, qtbot)
    first = told(window, qtbot)
    window.document.set_parameter("shock.returns.X", -0.35)
    run(window, qtbot)
    assert told(window, qtbot) != first
    window.document.undo_stack.undo()
    window.player.show(1)
    qtbot.waitUntil(lambda: window.summary.ending == first, timeout=60_000)


def test_that_a_reset_takes_the_summary_away(ran, qtbot):
    told(ran, qtbot)
    trigger(ran, "run_reset")
    assert ran.summary.ending is None
    assert not ran.summary.text


def test_that_a_recording_from_a_file_tells_its_end_when_it_has_been_shown(ran, qtbot, tmp_path):
    told(ran, qtbot)
    assert ran.save(tmp_path / "ran.cascade")
    assert ran.open(tmp_path / "ran.cascade")
    settle(ran, qtbot)
    assert ran.summary.ending is None
    ran.player.to_last()
    told(ran, qtbot)


def test_that_the_plots_keep_their_height_whatever_there_is_to_say_of_the_run(window, qtbot):
    window.resize(1366, 768)
    window.grab()
    heights = [window.plots.height()]
    run(window, qtbot)
    told(window, qtbot)
    for step in (None, "run_live", "run_live", "run_reset"):
        if step is not None:
            trigger(window, step)
        window.grab()
        heights.append(window.plots.height())
    assert len(set(heights)) == 1


def test_that_a_run_that_followed_the_hand_is_summed_up_when_it_rests_and_not_before(ran, qtbot):
    told(ran, qtbot)
    trigger(ran, "run_live")
    ran.document.begin_gesture()
    with qtbot.waitSignal(ran.run_finished, timeout=60_000):
        ran.document.set_parameter("shock.returns.X", -0.3)
    qtbot.waitUntil(lambda: not ran.is_catching_up, timeout=60_000)
    ran.recording.losses.work_out()
    ran.session.losses_found.emit()
    assert ran.summary.ending is None, "the hand still holds what it drags"
    ran.document.end_gesture()
    end = told(ran, qtbot)
    assert end.total_loss_usd == ran.recording.summary()["total_loss_usd"]
    trigger(ran, "run_live")
