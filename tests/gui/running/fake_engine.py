"""A stand-in for the engine that runs exactly when a test lets it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.warming.preparation import Progress


class FakeRounds:
    """Rounds that cost nothing, or wait for the test."""

    def __init__(self, total: int, gate: threading.Semaphore | None, trouble: Exception | None) -> None:
        self.recording = SimpleNamespace(rounds=[0])
        self.closed = False
        self.ended: str | None = None
        self.in_round = threading.Event()
        self._total = total
        self._gate = gate
        self._trouble = trouble

    def __iter__(self):
        return self

    def __next__(self):
        number = len(self.recording.rounds)
        if number > self._total or self.closed:
            raise StopIteration
        self.in_round.set()
        if self._gate is not None:
            self._gate.acquire()
        if self._trouble is not None and number == 3:
            raise self._trouble
        self.recording.rounds.append(number)
        if number == self._total:
            self.ended = "no more liquidations"
        return number

    def close(self) -> None:
        self.closed = True


class FakePreparation:
    """Kernels that are compiled when a test says so."""

    def __init__(self, changed) -> None:
        self.changed = changed
        self.order: tuple[str, ...] = ()
        self.ready = True
        self.started = self.released = self.closed = False
        self.busy = False
        self.left: Progress | None = None

    def first(self, parts) -> None:
        self.order = tuple(parts)

    def start(self, *, held: bool = False) -> None:
        self.started = True
        self.released = not held
        self.changed()

    def release(self) -> None:
        self.released = True

    def is_ready(self, parts) -> bool:
        return self.ready

    def progress(self) -> Progress | None:
        return self.left

    def finish(self) -> None:
        """Tell that all is compiled, from a thread of its own as the real one does."""
        self.ready, self.busy, self.left = True, False, None
        thread = threading.Thread(target=self.changed)
        thread.start()
        thread.join()

    def close(self) -> None:
        self.closed = True


class FakeEngine:
    """What `engine.rounds` and the preparation are replaced by."""

    def __init__(self, total: int = 5) -> None:
        self.total = total
        self.gate: threading.Semaphore | None = None
        self.trouble: Exception | None = None
        self.compiled = True
        self.preparations: list[FakePreparation] = []
        self.runs: list[FakeRounds] = []

    def rounds(self, scenario) -> FakeRounds:
        run = FakeRounds(self.total, self.gate, self.trouble)
        self.runs.append(run)
        return run

    def preparation(self, changed) -> FakePreparation:
        made = FakePreparation(changed)
        made.ready = self.compiled
        self.preparations.append(made)
        return made
