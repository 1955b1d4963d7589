"""A thread ends with its owner, even when nobody asked it to."""

from __future__ import annotations

import os
import sys
import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject

from cascade_gui.working.background import Background
from cascade_gui.working.threads import thread_of


def test_that_a_thread_ends_when_its_owner_is_deleted(qapp):
    owner = QObject()
    asked = []
    thread = thread_of(owner, "test", lambda: asked.append(1))
    thread.start()
    shiboken6.delete(owner)
    assert asked == [1]
    assert not shiboken6.isValid(thread)


def test_that_deleting_a_busy_background_waits_for_its_work(qapp, qtbot):
    parent = QObject()
    background = Background("test", parent)
    begun, done = threading.Event(), []

    def work():
        begun.set()
        threading.Event().wait(0.05)
        done.append(1)

    background.do(work, lambda _: None)
    qtbot.waitUntil(begun.is_set)
    shiboken6.delete(parent)
    assert done == [1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux a thread has a niceness of its own")
def test_that_work_in_the_background_lets_the_window_go_first(qapp, qtbot):
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    own = niceness()
    background, seen = Background("test"), []
    background.do(niceness, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1)
    background.shut_down()
    assert seen[0] > own or own >= 10
    assert niceness() == own
