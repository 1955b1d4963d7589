"""The player: the one shown round, stepping, following a run, playing."""

from __future__ import annotations

import pytest

from cascade_gui.playback.player import Player


@pytest.fixture
def player(qapp):
    player = Player()
    yield player
    player.pause()


def test_that_stepping_never_skips_a_round(player):
    shown = []
    player.begin(6, follow=False)
    player.round_changed.connect(shown.append)
    for _ in range(8):
        player.forward()
    for _ in range(2):
        player.back()
    assert shown == [1, 2, 3, 4, 5, 4, 3]


def test_that_the_shown_round_follows_a_run(player):
    player.begin(1, follow=True)
    player.grow(4)
    assert player.round == 3
    player.grow(9)
    assert player.round == 8


def test_that_scrubbing_back_stays_there_while_the_run_goes_on(player):
    player.begin(1, follow=True)
    player.grow(6)
    player.show(2)
    player.grow(20)
    assert player.round == 2


def test_that_going_to_the_last_round_follows_the_run_again(player):
    player.begin(1, follow=True)
    player.grow(6)
    player.show(2)
    player.to_last()
    player.grow(20)
    assert player.round == 19


def test_that_playing_shows_each_round_and_stops_at_the_last(player, qtbot):
    player.begin(6, follow=False)
    player.speed = 64
    shown = []
    player.round_changed.connect(shown.append)
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda playing: not playing):
        player.play()
    assert shown[-1] == 5
    assert shown == sorted(set(shown))


def test_that_play_at_the_end_starts_from_the_beginning(player):
    player.begin(6, follow=False)
    player.to_last()
    player.play()
    assert player.round == 0
    assert player.playing


def test_that_playing_backward_starts_from_the_end(player):
    player.begin(6, follow=False)
    player.direction = -1
    player.play()
    assert player.round == 5


def test_that_stepping_pauses(player):
    player.begin(6, follow=False)
    player.play()
    player.forward()
    assert not player.playing


def test_that_there_is_nothing_to_play_without_a_recording(player):
    player.play()
    assert not player.playing


def test_that_clearing_shows_round_zero(player):
    player.begin(6, follow=False)
    player.show(3)
    player.clear()
    assert (player.round, player.count) == (0, 0)


def test_that_a_change_of_pace_is_told_once(player, qtbot):
    with qtbot.waitSignal(player.pace_changed):
        player.faster()
    assert player.speed == 8
    with qtbot.assertNotEmitted(player.pace_changed):
        player.speed = 8
