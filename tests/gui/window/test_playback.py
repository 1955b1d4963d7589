"""Playing a recording in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QMenu, QToolButton, QWidget

from cascade_gui.playback.stop_commands import StopDialog
from cascade_gui.window.actions import PLAIN_KEYS
from cascade_gui.window.typing_places import wants
from tests.gui.window.conftest import trigger
from tests.shared import RESOURCES


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


def test_that_a_key_goes_to_the_round_in_which_the_price_was_lowest(window, qtbot):
    with qtbot.waitExposed(window):
        window.showNormal()
    window.resize(1840, 1000)
    assert window.open(RESOURCES / "examples" / "compound-thin.cascade")
    trigger(window, "play_worst")
    at = list(window.recording.book.asset_names).index("WETH")
    prices = [step.market[at] for step in window.recording.rounds]
    assert prices[window.round] == min(prices)
    assert 0 < window.round < window.player.last, "the price came back, and the worst is not the first"
    worst = window.round
    trigger(window, "play_last")
    assert window.figures.fall.remark.text() == f"worst 39.4 % in round {worst}"


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
    ran.player.to_last()
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
    trigger(ran, "stop_add")
    dialog = ran.findChild(StopDialog)
    dialog.title.setText("The second wave")
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    assert [(stop.round, stop.title) for stop in ran.document.parameters.stops] == [(2, "The second wave")]
    assert ran.document.undo_stack.undoText() == "Stop at round 2"
    assert "The second wave" in ran.transport.describe(2)
    trigger(ran, "play_first")
    trigger(ran, "stop_next")
    assert ran.round == 2
    trigger(ran, "play_last")
    trigger(ran, "stop_previous")
    assert ran.round == 2
    ran.document.undo_stack.undo()
    assert ran.document.parameters.stops == ()


def test_that_a_stop_does_not_make_a_run_out_of_date(ran, qtbot):
    ran.player.show(2)
    trigger(ran, "stop_add")
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


def shown_field(window, qtbot):
    """Show the window and put the cursor into the shock's first number, by its key's action."""
    with qtbot.waitExposed(window):
        window.show()
    trigger(window, "edit_shock")
    field = window.focusWidget()
    assert field.objectName() == "field:shock.returns.X"
    return field


def test_that_keys_of_playback_type_nothing_into_a_number_and_play(ran, last, qtbot):
    field = shown_field(ran, qtbot)
    trigger(ran, "play_first")
    before = field.text()
    for key, there in ((Qt.Key.Key_End, 0), (Qt.Key.Key_W, ran.session.worst_round)):  # End moves the cursor
        qtbot.keyClick(field, key)
        assert field.text() == before
        assert ran.round == there
    qtbot.keyClick(field, Qt.Key.Key_Q)
    assert field.text() == before


def test_that_a_unit_is_typed_into_a_number_and_a_k_without_digits_plays(ran, qtbot):
    field = shown_field(ran, qtbot)
    field.clear()
    qtbot.keyClicks(field, "-0.001k")
    assert field.text() == "-0.001k"
    ran.player.pause()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_K)
    assert ran.player.playing
    ran.player.pause()


def test_that_enter_takes_a_number_and_gives_the_keys_back_but_keeps_them_where_it_is_wrong(ran, qtbot):
    field = shown_field(ran, qtbot)
    field.clear()
    qtbot.keyClicks(field, "-200")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert ran.focusWidget() is field
    field.selectAll()
    qtbot.keyClicks(field, "-10")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert ran.document.parameters.shock.returns["X"] == -0.1
    assert ran.focusWidget() is ran.stage


def test_that_the_key_for_the_shock_shows_and_unfolds_its_section(ran, qtbot):
    ran.scenario_panel.shock.heading.setChecked(False)
    ran.panels.scenario.hide()
    field = shown_field(ran, qtbot)
    assert field.isVisible()
    assert field.selectedText() == field.text()
    assert ran.findChild(QAction, "edit_shock") in ran.findChild(QMenu, "edit_menu").actions()


def test_that_tab_goes_through_the_transport_from_left_to_right(ran, qtbot):
    with qtbot.waitExposed(ran):
        ran.show()
    buttons = [each for each in ran.transport.findChildren(QToolButton) if each.defaultAction() is not None]
    seen = [buttons[0]]
    while len(seen) < 9:
        seen.append(seen[-1].nextInFocusChain())
    fields = [each for each in seen if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert fields == sorted(fields, key=lambda each: each.x())


def test_that_tab_goes_from_the_playback_bar_to_the_run_button_in_a_few_stops(window):
    stop, stops = window.transport.slider, []
    while stop is not window.toolbar.run and len(stops) < 300:
        stop = stop.nextInFocusChain()
        if stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.append(stop)
    assert stop is window.toolbar.run
    assert len(stops) == 4, "speed, direction, loop, Run"
