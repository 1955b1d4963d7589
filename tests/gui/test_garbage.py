"""Garbage is collected in the window's thread, between two events."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress

import pytest
from PySide6.QtCore import QTimer

from cascade_gui.working import event_loop


@pytest.fixture
def collected_in():
    """Which threads collected garbage, in their order."""
    threads: list[int] = []

    def note(phase, _):
        if phase == "start":
            threads.append(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def make_garbage():
    for _ in range(20 * gc.get_threshold()[0]):
        itself = []
        itself.append(itself)


def test_that_garbage_of_a_worker_is_collected_by_the_windows_thread(qapp, collected_in, qtbot):
    worker, before_the_next_event = threading.Thread(target=make_garbage), []

    def work():
        collected_in.clear()
        worker.start()
        worker.join()  # no event comes meanwhile
        before_the_next_event.extend(collected_in)
        with suppress(qtbot.TimeoutError):
            qtbot.waitUntil(lambda: bool(collected_in))
        qapp.quit()

    QTimer.singleShot(0, work)
    event_loop.run(qapp)
    assert not before_the_next_event
    assert set(collected_in) == {threading.get_ident()}
    assert gc.isenabled(), "a program that goes on without a window collects by itself"
