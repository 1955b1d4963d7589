"""Spreads the drawing of a new round over several turns of the event loop, so that no turn takes long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Refresh = Callable[[], None]


_TURN_SECONDS: Final = 0.002
"""Mostly one part a turn: what was refreshed is painted in the same turn, which takes longer than to refresh it.

With 8 ms the longest turn of a live step was 26 ms of processor time, with 2 ms it is 15; all turns together take the
same, as each paints only what was refreshed.
"""


class Spreader(QObject):
    """Refreshes parts of the window, a few a turn; requests that come meanwhile are taken together.

    Parameters
    ----------
    parts
        What refreshes each part from the state of that moment.
    """

    def __init__(self, parts: Sequence[Refresh], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = tuple(parts)
        self._waiting: list[int] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether a part waits to be refreshed."""
        return bool(self._waiting)

    def soon(self) -> None:
        """Refresh every part, as many a turn of the event loop as half a frame allows."""
        # A part that waits keeps its place, so that under steady requests none is left out.
        self._waiting.extend(part for part in range(len(self._parts)) if part not in self._waiting)
        if not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Refresh every part before returning."""
        self.stop()
        for refresh in self._parts:
            refresh()

    def stop(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self._timer.stop()

    def _next(self) -> None:
        begun = time.perf_counter()
        while self._waiting and time.perf_counter() - begun < _TURN_SECONDS:
            part = self._waiting.pop(0)
            if not self._waiting:
                self._timer.stop()
            self._parts[part]()
