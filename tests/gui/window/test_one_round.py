"""All parts of the window show the same round, while it plays too."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QLabel

from cascade_gui.working import shown_round
from tests.gui.window.conftest import settle, trigger

_SLOW = 0.06


@pytest.fixture
def slow_views(monkeypatch):
    """Let each view of a round take a multiple of the time between two rounds."""
    view = shown_round.round_view

    def slow(*arguments):
        time.sleep(_SLOW)
        return view(*arguments)

    monkeypatch.setattr(shown_round, "round_view", slow)


def shown(window):
    """Return the round that each part of the window shows."""
    health, curve, view = window.plots.health.shown, window.plots.map.shown, window.book.table.loans.live.view
    return {
        "player": window.round,
        "slider": window.transport.slider.value(),
        "figures": window.figures._round,
        "price": window.plots.price.round,
        "health": None if health is None else health.round,
        "map": None if curve is None else curve.round,
        "table": None if view is None else view.round,
    }


def test_that_each_round_that_is_played_is_shown_in_all_parts_at_once(ran, qtbot, slow_views):
    trigger(ran, "play_first")
    settle(ran, qtbot)
    seen = []
    ran.session.view_changed.connect(lambda *_: seen.append(shown(ran)))
    ran.player.speed = 64
    with qtbot.waitSignal(ran.player.playing_changed, check_params_cb=lambda on: not on, timeout=30_000):
        trigger(ran, "play_toggle")
    qtbot.waitUntil(lambda: not ran.session.viewer.busy)
    assert len(seen) > 1
    assert [set(parts.values()) for parts in seen] == [{parts["player"]} for parts in seen]
    assert seen[-1]["player"] == ran.player.last


def test_that_the_health_bars_and_the_table_follow_while_it_plays(ran, qtbot, slow_views):
    trigger(ran, "play_first")
    settle(ran, qtbot)
    rounds = []
    ran.player.round_changed.connect(rounds.append)
    bars = []
    ran.session.view_changed.connect(lambda *_: bars.append(ran.plots.health.shown.round))
    ran.player.speed = 16
    with qtbot.waitSignal(ran.player.playing_changed, check_params_cb=lambda on: not on, timeout=30_000):
        trigger(ran, "play_toggle")
    qtbot.waitUntil(lambda: not ran.session.viewer.busy)
    assert bars == rounds


def test_that_a_pause_while_a_round_is_worked_out_stays_at_the_round_that_is_shown(ran, qtbot, slow_views):
    trigger(ran, "play_first")
    settle(ran, qtbot)
    ran.player.speed = 64
    trigger(ran, "play_toggle")
    qtbot.waitUntil(lambda: ran.player.awaited is not None)
    at = ran.round
    trigger(ran, "play_toggle")
    qtbot.wait(int(3000 * _SLOW))
    assert set(shown(ran).values()) == {at}


def test_that_what_is_behind_for_long_is_marked_until_it_has_caught_up(ran, qtbot, monkeypatch):
    view = shown_round.round_view

    def slow(*arguments):
        time.sleep(0.6)
        return view(*arguments)

    monkeypatch.setattr(shown_round, "round_view", slow)
    trigger(ran, "play_first")
    qtbot.waitUntil(lambda: all(veil.text == "Working out round 0 ..." for veil in ran.veils), timeout=5_000)
    settle(ran, qtbot)
    assert [veil.text for veil in ran.veils] == [""] * len(ran.veils)
    assert set(shown(ran).values()) == {0}


def test_that_the_totals_of_the_book_are_of_the_shown_round(ran, qtbot):
    label = ran.book.findChild(QLabel, "loan_totals")
    trigger(ran, "play_last")
    settle(ran, qtbot)
    qtbot.wait(20)
    at_the_end = label.text()
    trigger(ran, "play_first")
    settle(ran, qtbot)
    qtbot.wait(20)
    assert label.text() != at_the_end


def test_that_the_range_of_the_health_bars_is_looked_for_once_a_run(ran, qtbot, monkeypatch):
    from cascade_gui.plots import health

    looked = []
    nothing = {"health": 0.0, "ltv": 0.0}
    monkeypatch.setattr(health, "tallest_of_run", lambda run, market: looked.append(run) or (run, nothing))
    trigger(ran, "play_first")
    for _ in range(4):
        trigger(ran, "play_forward")
    settle(ran, qtbot)
    qtbot.waitUntil(lambda: not ran.plots.health.is_busy)
    assert looked == []
