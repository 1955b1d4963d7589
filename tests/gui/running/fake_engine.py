"""A stand-in for the engine that runs exactly when a test lets it."""

from __future__ import annotations

import threading
from types import SimpleNamespace


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


class FakeEngine:
    """What `engine.rounds` and the warm-up are replaced by."""

    def __init__(self, total: int = 5) -> None:
        self.total = total
        self.gate: threading.Semaphore | None = None
        self.trouble: Exception | None = None
        self.warm_gate: threading.Event | None = None
        self.runs: list[FakeRounds] = []

    def rounds(self, scenario, book=None) -> FakeRounds:
        run = FakeRounds(self.total, self.gate, self.trouble)
        self.runs.append(run)
        return run

    def warm_up(self) -> None:
        if self.warm_gate is not None:
            self.warm_gate.wait()
