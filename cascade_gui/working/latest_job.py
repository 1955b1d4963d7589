"""Work of one kind that is asked for faster than it can be done: the latest wish wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cascade_gui.working.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable


class LatestJob(QObject):
    """Does one thing at a time; of the wishes that are made meanwhile the last one follows.

    What is under way is finished and delivered, so that there is something to see at the rate at which it can be
    done, however fast the wishes come.

    Parameters
    ----------
    background
        Does the work, and perhaps that of others; one of its own by default.
    """

    done = Signal(object)
    """What the function returned; in the window's thread. An exception is reported as a fault of ours."""

    def __init__(self, parent: QObject | None = None, background: Background | None = None) -> None:
        super().__init__(parent)
        self._background = Background("latest", self) if background is None else background
        self._wanted: Callable[[], Any] | None = None
        self._under_way = 0

    @property
    def is_busy(self) -> bool:
        """Whether work goes on or waits."""
        return self._under_way > 0

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call ``function(*arguments)`` soon, in another thread; the arguments must not change."""
        self._wanted = lambda: function(*arguments)
        if not self._under_way:
            self._next()

    def forget(self) -> None:
        """Drop the wish that waits, and the answer of what is worked on."""
        self._wanted = None
        self._background.forget(self._under_way)
        self._under_way = 0

    def shut_down(self) -> None:
        """Forget everything, and wait for what is worked on."""
        self.forget()
        self._background.shut_down()

    def _next(self) -> None:
        wanted, self._wanted = self._wanted, None
        self._under_way = 0 if wanted is None else self._background.do(wanted, self._succeeded, self._troubled)

    def _succeeded(self, result: Any) -> None:
        self._next()
        self.done.emit(result)

    def _troubled(self, problem: Exception) -> None:
        self._next()
        raise problem  # reported as a fault of ours, and the next wish is carried out
