"""What a thread does with kernels whose compiled code is not there yet. Knows nothing of how they are compiled."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_THREAD = threading.local()


@contextmanager
def uncompiled_meanwhile(wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Let this thread run kernels as plain Python where their compiled code is not there yet.

    For looking at what a run left behind. Runs themselves are always compiled, so that the same scenario gives the
    same numbers to the last bit.

    Parameters
    ----------
    wait
        Waits until another process has written a file of compiled code, or will not; it is called where plain Python
        would take too long.
    """
    before = getattr(_THREAD, "uncompiled", None)
    _THREAD.uncompiled = wait or _no_wait
    try:
        yield
    finally:
        _THREAD.uncompiled = before


def _no_wait(_: str) -> None:
    """Nobody else compiles."""


def waiter() -> Callable[[str], None] | None:
    """Return what this thread waits with for the kernels that it may not run as plain Python; None if it runs none."""
    return getattr(_THREAD, "uncompiled", None)
