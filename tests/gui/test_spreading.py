"""Refreshing parts, as many a turn of the event loop as there is time for."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

from cascade_gui.working.spreading import Spreader


def test_that_parts_are_refreshed_later_and_in_order(qapp, qtbot):
    seen = []
    spreader = Spreader([lambda: seen.append("a"), lambda: seen.append("b")])
    spreader.soon()
    assert seen == []
    qtbot.waitUntil(lambda: seen == ["a", "b"])
    spreader.stop()


def test_that_requests_without_a_break_leave_no_part_out(qapp, qtbot):
    seen = []

    def first():
        seen.append("a")
        if len(seen) < 20:
            spreader.soon()

    spreader = Spreader([first, lambda: seen.append("b"), lambda: seen.append("c")])
    spreader.soon()
    qtbot.waitUntil(lambda: len(seen) >= 20)
    spreader.stop()
    assert min(seen.count("b"), seen.count("c")) >= 4


def test_that_now_refreshes_all_at_once_and_leaves_nothing_waiting(qapp, qtbot):
    seen = []
    spreader = Spreader([lambda: seen.append("a"), lambda: seen.append("b")])
    spreader.soon()
    spreader.now()
    assert seen == ["a", "b"]
    qtbot.wait(20)
    assert seen == ["a", "b"]


def test_that_quick_parts_share_a_turn_so_that_the_window_paints_once_for_them(qapp, qtbot):
    turns, seen = [], []
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(len(seen)))
    spreader = Spreader([lambda: seen.append("a")] * 10)
    turn.start()
    spreader.soon()
    qtbot.waitUntil(lambda: len(seen) == 10)
    turn.stop()
    assert set(turns) <= {0, 10}


def test_that_a_slow_part_ends_its_turn(qapp, qtbot):
    turns, seen = [], []
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(len(seen)))
    spreader = Spreader([lambda: (time.sleep(0.02), seen.append("a"))] * 3)
    turn.start()
    spreader.soon()
    qtbot.waitUntil(lambda: len(seen) == 3)
    turn.stop()
    assert {1, 2} <= set(turns)
