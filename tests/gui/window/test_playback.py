"""Playing a recording in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from cascade_gui.playback.stop_commands import StopDialog
from cascade_gui.window.actions import PLAIN_KEYS
from cascade_gui.window.typing_places import wants
from tests.gui.window.conftest import trigger


@pytest.fixture
def last(ran):
    return len(ran.recording.rounds) - 1


def test_that_the_play_actions_move_through_the_rounds(ran, last):
    trigger(ran, "play_first")
    assert ran.round == 0
    trigger(ran, "play_forward")
    assert ran.round == 1
    trigger(ran, "play_last")
    assert ran.round == last
    trigger(ran, "play_back")
    assert ran.round == last - 1


def test_that_a_key_goes_to_the_round_with_most_debt_repaid(ran):
    trigger(ran, "play_worst")
    repaid = [step.repaid_usd.sum() for step in ran.recording.rounds]
    assert repaid[ran.round] == max(repaid) > 0


def test_that_escape_gives_the_keys_back_to_the_rounds(ran, qtbot):
    with qtbot.waitExposed(ran):
        ran.show()
    field = ran.scenario_panel.findChild(QLineEdit, "field:simulation.max_rounds")
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert ran.stage.hasFocus() or ran.focusWidget() is ran.stage


def test_that_playing_ends_at_the_last_round(ran, last, qtbot):
    trigger(ran, "play_first")
    ran.player.speed = 64
    with qtbot.waitSignal(ran.player.playing_changed, check_params_cb=lambda playing: not playing):
        trigger(ran, "play_toggle")
    assert ran.round == last


def test_that_the_slider_shows_and_moves_the_round(ran, last):
    slider = ran.findChild(QWidget, "round_slider")
    assert (slider.value(), slider.maximum()) == (last, last)
    slider.setValue(1)
    assert ran.round == 1
    trigger(ran, "play_forward")
    assert slider.value() == 2


def test_that_a_click_in_a_plot_goes_to_that_round(ran):
    ran.plots.round_clicked.emit(1)
    assert ran.round == 1


def test_that_the_transport_says_round_and_time(ran, last):
    trigger(ran, "play_first")
    trigger(ran, "play_forward")
    text = ran.transport._label.text()
    assert "round <b>1</b> of" in text
    assert str(last) in text
    assert "12 s" in text


def test_that_stops_are_made_visited_and_taken_away(ran, qtbot):
    ran.player.show(2)
    trigger(ran, "play_edit_stop")
    dialog = ran.findChild(StopDialog)
    dialog.title.setText("The second wave")
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    assert [(stop.round, stop.title) for stop in ran.document.parameters.stops] == [(2, "The second wave")]
    assert ran.document.undo_stack.undoText() == "Stop at round 2"
    assert "The second wave" in ran.transport.describe(2)
    trigger(ran, "play_first")
    trigger(ran, "play_next_stop")
    assert ran.round == 2
    trigger(ran, "play_last")
    trigger(ran, "play_previous_stop")
    assert ran.round == 2
    ran.document.undo_stack.undo()
    assert ran.document.parameters.stops == ()


def test_that_a_stop_does_not_make_a_run_out_of_date(ran, qtbot):
    ran.player.show(2)
    trigger(ran, "play_edit_stop")
    ran.findChild(StopDialog).accept()
    assert ran.banner.text == ""


def test_that_pace_is_remembered(ran, make_window):
    ran.player.speed, ran.player.direction, ran.player.loop = 16.0, -1, True
    ran.settings.sync()
    other = make_window()
    assert (other.player.speed, other.player.direction, other.player.loop) == (16.0, -1, True)


def test_that_the_keys_of_playback_belong_to_no_button_at_the_start(window):
    assert window.focusWidget() is window.stage
    assert not any(wants(window.focusWidget(), key) for key in PLAIN_KEYS)
