"""Where Python looks for garbage: in the window's thread, and there only between two events."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import SignalInstance

_LOOKS_EVERY_SECONDS: Final = 0.25


@contextmanager
def collected_between_events() -> Iterator[SignalInstance]:
    """Let garbage be collected by a timer of this thread's event loop, instead of wherever something is allocated.

    Gives the signal of that timer.

    Left to itself, Python collects in whichever thread allocates. A worker thread may then take away the Python half of
    a row of the panel that waits to be deleted while the window's thread is about to ask it for a method: PySide (6.10)
    looks for that half before it holds Python's lock, and keeps no reference.
    """
    from pyqtgraph.util.garbage_collector import GarbageCollector

    collector = GarbageCollector(interval=_LOOKS_EVERY_SECONDS)
    try:
        yield collector.timer.timeout
    finally:
        collector.timer.stop()
        gc.enable()
