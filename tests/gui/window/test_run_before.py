"""With which run a run is compared: the last one that was complete when it began."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication

from cascade_gui.running import RunState
from tests.gui.window.conftest import run, settle, trigger

FALL = "shock.returns.X"


def set_fall(window, share):
    window.document.set_parameter(FALL, share)


def begin(window, qtbot):
    """Begin a run that pauses after its first round."""
    trigger(window, "run_step")
    qtbot.waitUntil(lambda: window.session.runner.state is RunState.PAUSED, timeout=60_000)
    settle(window, qtbot)


def before(window):
    """Return the fall of the run before that is shown, None where none is."""
    picture = window.session.following.before
    return None if picture is None else picture.recording.scenario.parameters.shock.returns["X"]


def test_that_a_run_is_compared_with_the_last_complete_one_while_it_goes_on(window, qtbot):
    for fall in (-0.3, -0.35):
        set_fall(window, fall)
        run(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)
    set_fall(window, -0.4)
    begin(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.35)


def test_that_no_older_run_is_shown_until_the_picture_of_the_run_before_is_there(window, qtbot):
    for fall in (-0.3, -0.35):
        set_fall(window, fall)
        run(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)
    told = []
    window.session.following.before_changed.connect(lambda picture, _: told.append(picture))
    set_fall(window, -0.4)
    begin(window, qtbot)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] is None
    assert told[1].recording.scenario.parameters.shock.returns["X"] == -0.35


def test_that_a_run_that_is_cut_short_by_the_next_is_not_the_run_before(window, qtbot):
    set_fall(window, -0.3)
    run(window, qtbot)
    set_fall(window, -0.35)
    begin(window, qtbot)
    set_fall(window, -0.4)
    run(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)


def test_that_a_run_is_never_compared_with_itself(window, qtbot):
    set_fall(window, -0.3)
    run(window, qtbot)
    set_fall(window, -0.35)
    begin(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)
    set_fall(window, -0.3)
    run(window, qtbot)
    assert before(window) is None


def test_that_a_run_that_goes_on_is_not_said_to_have_ended(window, qtbot):
    set_fall(window, -0.3)
    run(window, qtbot)
    set_fall(window, -0.35)
    begin(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)
    texts = [label.text for label in window.plots.liquidations.labels._labels]
    assert not any("ends in round" in text for text in texts)
    assert "before" not in window.transport._label.text()


def test_that_a_pinned_run_stands_behind_all_later_ones_under_its_name_until_it_is_taken_off(window, qtbot):
    names = []
    window.session.following.before_changed.connect(lambda _, name: names.append(name))
    set_fall(window, -0.3)
    run(window, qtbot)
    trigger(window, "compare_pin")
    for fall in (-0.35, -0.4):
        set_fall(window, fall)
        run(window, qtbot)
        qtbot.waitUntil(lambda: before(window) == -0.3)
    assert names[-1].startswith("pinned: Shock of X -30 %")
    pinned = next(place for place in range(2) if window.views.alternatives[place].pinned is not None)
    window.views.alternatives.remove(pinned)
    set_fall(window, -0.45)
    run(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.4)


def test_that_the_round_is_said_whatever_is_left_out_beside_it(window, qtbot):
    window.show()
    for fall in (-0.3, -0.35):
        set_fall(window, fall)
        run(window, qtbot)
    qtbot.waitUntil(lambda: before(window) == -0.3)
    window.player.show(window.player.last)
    picture, transport = window.session.following.before, window.transport
    label = transport._label
    said = set()
    for room in range(1_000, 700, -10):  # down to where only the time has room, then only the round
        QApplication.sendEvent(transport, QResizeEvent(QSize(room, transport.height()), transport.size()))
        said.add(label.text().count("before") + label.text().count(" s"))
        for told in (picture, None, picture):
            transport.set_before(told)
            assert "round <b>" in label.text()
            assert label.maximumWidth() >= label.sizeHint().width(), (room, told, label.text())
    assert len(said) == 3
