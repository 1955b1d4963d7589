"""The one way to do things in the background: a thread that does one thing after another and hands the results back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from cascade_gui.working import heavy_libraries
from cascade_gui.working.compiled_elsewhere import reading
from cascade_gui.working.threads import step_back, thread_of

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]


class Background(QObject):
    """Work outside the window's thread, in order; results arrive in the thread that made this.

    The work may not touch a widget or anything that the window changes: give it snapshots. What it wants to say
    before it is done goes through `tell`.

    Parameters
    ----------
    name
        Of its thread.
    computes
        Whether the work runs cascades, for which all kernels are compiled; else it looks at books and recordings, for
        which it does not wait.
    libraries
        Those of the libraries that take long to load which the work uses.
    steps_back
        Whether it leaves the processor to the window; not so where the window has nothing to do until it is done.
    """

    idle = Signal()
    """Nothing is under way any more."""

    _ask = Signal(int, object)
    _told = Signal(object, tuple)

    def __init__(
        self, name: str, parent: QObject | None = None, *,
        computes: bool = False, libraries: tuple[str, ...] = heavy_libraries.FOR_FILES, steps_back: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._number = 0
        self._waiting: dict[int, tuple[Done, Failed | None]] = {}
        self._keys: dict[str, int] = {}
        self._stops: list[Callable[[], None]] = []
        waiting, stops = self._waiting, self._stops

        def end() -> None:
            waiting.clear()
            for stop in stops:
                stop()

        self._thread = thread_of(self, name, end)
        self._worker = _Worker(self._waiting, nullcontext if computes else reading, libraries, steps_back)
        self._worker.moveToThread(self._thread)
        self._ask.connect(self._worker.work)
        self._worker.done.connect(self._deliver)
        self._told.connect(self._pass_on)

    @property
    def busy(self) -> bool:
        """Whether something is under way or waits."""
        return bool(self._waiting)

    def do(self, work: Work, done: Done, failed: Failed | None = None, key: str = "") -> int:
        """Do something after what was asked before.

        Parameters
        ----------
        work
            What to do, in the background.
        done
            Gets the result.
        failed
            Gets the exception; without it an exception is raised in this thread and reported as a fault.
        key
            What was asked under the same key before is forgotten: the latest wins.

        Returns
        -------
        int
            A number for `forget`.
        """
        self._number += 1
        if key:
            self.forget(self._keys.get(key, 0))
            self._keys[key] = self._number
        self._waiting[self._number] = (done, failed)
        if not self._thread.isRunning():
            self._thread.start()
        self._ask.emit(self._number, work)
        return self._number

    def stop_with(self, stop: Callable[[], None]) -> None:
        """Call `stop` when this is deleted, so that work which goes on for long ends; it may not use what owns this."""
        self._stops.append(stop)

    def tell(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call a function in the thread that made this; for work that is under way."""
        self._told.emit(function, arguments)

    def forget(self, number: int) -> None:
        """Let the result not arrive; what has not begun is not done at all."""
        self._waiting.pop(number, None)

    def forget_all(self) -> None:
        """Let no result arrive of anything that was asked for."""
        self._waiting.clear()

    def forget_and_wait(self) -> None:
        """Forget everything and wait for what is under way; more can be asked for later."""
        self.forget_all()
        with self._worker.at_work:
            pass

    def shut_down(self) -> None:
        """Forget everything and wait for what is under way."""
        self.forget_all()
        self._thread.quit()
        self._thread.wait()

    @Slot(object, tuple)
    def _pass_on(self, function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        function(*arguments)

    @Slot(int, object, object)
    def _deliver(self, number: int, result: Any, problem: Exception | None) -> None:
        entry = self._waiting.pop(number, None)
        if entry is not None:
            done, failed = entry
            if problem is None:
                done(result)
            elif failed is None:
                raise problem
            else:
                failed(problem)
        if not self._waiting:
            self.idle.emit()


class _Worker(QObject):
    """Lives in the background thread."""

    done = Signal(int, object, object)

    def __init__(
        self, wanted: dict[int, tuple[Done, Failed | None]], mode: Callable[[], AbstractContextManager[None]],
        libraries: tuple[str, ...], steps_back: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self._steps_back = steps_back
        self._libraries = libraries
        self._mode = mode
        self.at_work = Lock()  # held while something is done, or looked at whether it is
        self._wanted = wanted  # only asked whether a number is in it, which is safe from any thread

    @Slot(int, object)
    def work(self, number: int, work: Work) -> None:
        """Do it, unless it was forgotten meanwhile."""
        result: Any = None
        problem: Exception | None = None
        with self.at_work:
            if number in self._wanted:
                try:
                    result = self._done(work)
                except Exception as found:  # noqa: BLE001 - handed to whoever asked
                    problem = found
        self.done.emit(number, result, problem)

    def _done(self, work: Work) -> Any:
        if self._steps_back:
            step_back()
        heavy_libraries.load(self._libraries)
        with self._mode():
            return work()
