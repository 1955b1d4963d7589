"""Refreshing parts one a turn of the event loop."""

from __future__ import annotations

from cascade_gui.working.spreading import Spreader


def test_that_parts_are_refreshed_one_a_turn_in_order(qapp, qtbot):
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
