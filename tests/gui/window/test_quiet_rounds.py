"""Quiet rounds are folded away, unless all are wanted; which of both is remembered."""

from __future__ import annotations

from PySide6.QtGui import QAction

from tests.gui.plots.test_fold import paused
from tests.gui.window.conftest import trigger


def test_that_a_pause_is_short_in_plots_and_playback_until_all_rounds_are_wanted(make_window):
    window = make_window()
    window.session.adopt(paused())
    assert window.player.dwell[50] < window.player.dwell[1] == 1.0
    assert window.plots.price.fold.stretches
    trigger(window, "view_all_rounds")
    assert window.player.dwell == ()
    assert not window.plots.price.fold.stretches


def test_that_the_switch_is_remembered(make_window):
    window = make_window()
    switch = window.findChild(QAction, "view_all_rounds")
    assert not switch.isChecked()
    switch.trigger()
    window.settings.sync()
    other = make_window()
    assert other.findChild(QAction, "view_all_rounds").isChecked()
    other.session.adopt(paused())
    assert other.player.dwell == ()


def test_that_stepping_goes_through_every_round(make_window):
    window = make_window()
    window.session.adopt(paused())
    for number in range(1, 12):
        window.player.forward()
        assert window.round == number
