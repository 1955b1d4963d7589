"""Threads that end with the object that they belong to, however that object ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, QThread

if TYPE_CHECKING:
    from collections.abc import Callable

_STACK_BYTES: Final = 64 * 1024 * 1024
"""Compiling needs more than the 512 kB that a thread gets on macOS."""


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
