"""Threads that end with the object that they belong to, and that leave the processor to the window."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, QThread

from cascade_gui.working.compiled_elsewhere import is_busy

if TYPE_CHECKING:
    from collections.abc import Callable

_STACK_BYTES: Final = 64 * 1024 * 1024
"""Compiling needs more than the 512 kB that a thread gets on macOS."""
_NICENESS: Final = 10
"""Of threads in the background: a tenth of what the window's thread gets where both want the processor."""


def step_back() -> None:
    """Let the window's thread go before the one that calls this; for threads in the background.

    With as many busy threads as processors, the window would else wait for its turn between any two events. While
    other processes compile it goes on beside them: a thread that has stepped back cannot come forward again.
    """
    if is_busy():
        return
    if sys.platform.startswith("linux"):  # where Qt's priorities have no effect, but each thread has its own niceness
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)


def thread_of(owner: QObject, name: str, before_end: Callable[[], None]) -> QThread:
    """Return a thread, not yet started, that ends when its owner is deleted.

    Qt aborts the process when a running thread is deleted. The owner stops it when all goes well; this is
    for when the owner is deleted without being asked.

    Parameters
    ----------
    owner
        Its parent.
    name
        Object name.
    before_end
        Tells the work in it to end; may not use the owner, which is half gone by then.
    """
    thread = QThread(owner)
    thread.setObjectName(name)
    thread.setStackSize(_STACK_BYTES)

    # Not a method: those of an object that is being deleted are not called any more.
    def end() -> None:
        before_end()
        if shiboken6.isValid(thread):
            thread.quit()
            thread.wait()

    owner.destroyed.connect(end)
    return thread
