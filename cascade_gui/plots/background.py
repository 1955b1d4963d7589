"""Work that a plot wants done outside the window's thread: the latest wish wins."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QThreadPool, Signal

from cascade_gui.working import heavy_libraries
from cascade_gui.working.threads import step_back

if TYPE_CHECKING:
    from collections.abc import Callable


_STACK_BYTES = 64 * 1024 * 1024


class LatestJob(QObject):
    """Runs one function at a time in a thread of the pool.

    A wish made while another is worked on replaces the one that waits, so work is throttled to the
    rate at which it can be done, and the last wish is always carried out.
    """

    done = Signal(object)
    """What the function returned; in the window's thread."""

    failed = Signal(object)
    """The exception that it raised instead."""

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._wanted: tuple[Callable[..., Any], tuple[Any, ...]] | None = None
        self._busy = False
        self._finished.connect(self._deliver)
        # numba compiles deep: the small stacks that some systems give to threads are not enough.
        QThreadPool.globalInstance().setStackSize(_STACK_BYTES)

    @property
    def is_busy(self) -> bool:
        """Whether work goes on or waits."""
        return self._busy

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call ``function(*arguments)`` soon, in another thread; the arguments must not change."""
        with self._lock:
            self._wanted = (function, arguments)
        if not self._busy:
            self._start()

    def forget(self) -> None:
        """Drop the wish that waits; what is worked on ends by itself and is still delivered."""
        with self._lock:
            self._wanted = None

    def _start(self) -> None:
        self._busy = True
        QThreadPool.globalInstance().start(self._work)

    def _work(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, None
        result: Any = None
        error: Exception | None = None
        if wanted is not None:
            function, arguments = wanted
            try:
                step_back()
                heavy_libraries.load()
                result = function(*arguments)
            except Exception as caught:  # noqa: BLE001 - handed on to the window's thread
                error = caught
        if shiboken6.isValid(self):
            self._finished.emit((wanted is not None, result), error)

    def _deliver(self, answer: tuple[bool, Any], error: Exception | None) -> None:
        self._busy = False
        with self._lock:
            more = self._wanted is not None
        if more:
            self._start()
        worked, result = answer
        if error is not None:
            self.failed.emit(error)
        elif worked:
            self.done.emit(result)
