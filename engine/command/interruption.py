"""Ctrl-C while something runs: the round is finished, and what ran so far is kept."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType


class Interruption:
    """Notes a first Ctrl-C instead of raising it; a second one raises `KeyboardInterrupt` as usual.

    To be used with ``with``. Outside of the main thread, where Python hands out no signals, it notes none.

    Parameters
    ----------
    told
        Called at the first one.
    """

    def __init__(self, told: Callable[[], None] | None = None) -> None:
        self.asked = False
        self._told = told
        self._catches = False

    def __enter__(self) -> Self:
        self._catches = threading.current_thread() is threading.main_thread()
        if self._catches:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._catches:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what Python calls it with
        self.asked = True
        if self._told is not None:
            self._told()
        signal.signal(signal.SIGINT, signal.default_int_handler)
