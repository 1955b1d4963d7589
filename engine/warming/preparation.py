"""Has the kernels compiled in processes of their own, what is needed first, and tells how far it is.

The program that asks is not slowed down by it, and needs numba only when it runs something. What is compiled is kept:
a part of the engine that was prepared once is ready at once at the next start.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.base.kept_files import kept
from engine.warming.parts import PARTS
from engine.warming.processes import start_worker, worker_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.warming.processes import Worker

_RECORD: Final = ".part"
_OFF: Final = ("", "0")
_SECONDS_A_WEIGHT: Final = 5e-4
"""A first guess, before anything was timed on this machine."""
_UNLISTED_WEIGHT: Final = 45_000
"""Of a part that no process has listed yet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a part of the engine is.

    Parameters
    ----------
    part
        Which, one of `engine.warming.parts.PARTS`.
    done
        The share of it that is compiled, 0 to 1.
    seconds_left
        About how long it still takes.
    """

    part: str
    done: float
    seconds_left: float


class Preparation:
    """Compiles the parts of the engine that are not compiled yet.

    All of it may be called from any thread. Nothing happens before `start`.

    Parameters
    ----------
    changed
        Called when something is ready, begun or further than before; in a thread of this object.
    starts
        What starts a process that compiles.
    """

    def __init__(self, changed: Callable[[], None], starts: Callable[[], Worker] = start_worker) -> None:
        self._changed = changed
        self._starts = starts
        self._lock = threading.Condition()
        self._order: list[str] = list(PARTS)
        self._parts: dict[str, _Part] = {}
        self._ready: set[str] = set()
        self._given_up: set[str] = set()
        self._begun: set[str] = set()
        self._workers: list[Worker] = []
        self._working = 0
        self._threads: list[threading.Thread] = []
        self._released = False
        self._closed = False
        self._pace = _Pace()

    # ------------------------------------------------------------------------------------- asking

    @property
    def busy(self) -> bool:
        """Whether processes compile."""
        with self._lock:
            return self._working > 0

    def is_ready(self, parts: Iterable[str]) -> bool:
        """Whether parts are compiled, or are not going to be here: then they are where they are first called."""
        with self._lock:
            return all(self._is_settled(part) for part in parts)

    def progress(self) -> Progress | None:
        """Return how far the part is that is compiled now or next; None when all are."""
        with self._lock:
            for name in self._order:
                if not self._is_settled(name):
                    return self._progress_of(name)
            return None

    def first(self, parts: Iterable[str]) -> None:
        """Compile some parts before all others."""
        wanted = [part for part in parts if part in PARTS]
        with self._lock:
            self._order = [*wanted, *(part for part in self._order if part not in wanted)]

    def start(self, *, held: bool = False) -> None:
        """Find out what is compiled already, and compile the rest; at the priority of the calling thread.

        Parameters
        ----------
        held
            Whether to wait with compiling until `release`.
        """
        with self._lock:
            if self._closed or self._threads:
                return
            self._released = self._released or not held
            thread = threading.Thread(target=self._prepare, name="preparing")
            self._threads.append(thread)
        thread.start()

    def release(self) -> None:
        """Compile now what `start` was to wait with."""
        with self._lock:
            self._released = True
            self._lock.notify_all()

    def wait(self, parts: Iterable[str], seconds: float | None = None) -> bool:
        """Wait until parts are ready; return whether they are."""
        wanted = tuple(parts)
        with self._lock:
            return self._lock.wait_for(lambda: self._closed or all(map(self._is_settled, wanted)), seconds)

    def wait_for_file(self, name: str) -> None:
        """Wait until one kernel's compiled code is there, or nobody compiles it any more."""
        with self._lock:
            self._lock.wait_for(lambda: not self._is_coming(name))

    def close(self) -> None:
        """End the processes, whatever they do, and wait for their end. What is compiled stays."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.stop()
            self._lock.notify_all()
        for thread in self._threads:
            thread.join()

    def _is_settled(self, part: str) -> bool:
        return part in self._ready or part in self._given_up

    def _is_coming(self, file: str) -> bool:
        """Whether a kernel is still to be compiled here, or no process has looked yet what its part needs."""
        if self._closed or not self._working:
            return False
        if any(file in part.weights for part in self._parts.values()):
            return any(file in part.left for part in self._parts.values())
        return not all(self._is_settled(part) for part in PARTS)

    def _progress_of(self, name: str) -> Progress:
        part = self._parts.get(name)
        if part is None or not part.listed:
            return Progress(name, 0.0, self._pace.seconds(_UNLISTED_WEIGHT, {}))
        left = sum(part.weights[file] for file in part.left)
        waiting = sum(part.weights[file] for file in part.waiting)
        begun = {file: part.weights[file] for file in part.left if file not in part.waiting}
        return Progress(name, 1.0 - left / (sum(part.weights.values()) or 1), self._pace.seconds(waiting, begun))

    # ------------------------------------------------------------------------------------- working

    def _prepare(self) -> None:
        """Look what is there, and start the processes when they may begin; for a thread of its own."""
        found = set(PARTS) if os.environ.get("NUMBA_DISABLE_JIT", "") not in _OFF else set(filter(_is_kept, PARTS))
        with self._lock:
            self._ready |= found
            self._lock.notify_all()
        self._changed()
        with self._lock:
            self._lock.wait_for(lambda: self._released or self._closed)
            if self._closed or self._ready >= set(PARTS):
                return
            self._working = worker_count()
            workers = [
                threading.Thread(target=self._work, name=f"compiling {number + 1}") for number in range(self._working)
            ]
            self._threads += workers
            for thread in workers:
                thread.start()
        self._changed()

    def _work(self) -> None:
        """Keep one process busy until nothing is left to begin; for a thread of its own."""
        worker = None
        try:
            worker = self._starts()
            with self._lock:
                self._workers.append(worker)
            while (task := self._next_task()) is not None:
                began = time.monotonic()
                answer = worker.ask(task)
                if answer is None:
                    with self._lock:
                        self._begun.discard(task.get("compile", ""))
                    break
                self._take(task, answer, time.monotonic() - began)
        except OSError:  # no process can be started
            pass
        finally:
            self._end(worker)

    def _end(self, worker: Worker | None) -> None:
        """Let go of a process; when it was the last, nobody is to wait for what was not compiled."""
        with self._lock:
            if worker is not None:
                self._workers.remove(worker)
        if worker is not None:
            worker.close()
        with self._lock:
            self._working -= 1
            if not self._working:
                self._given_up |= set(PARTS) - self._ready
            self._lock.notify_all()
        self._changed()

    def _next_task(self) -> dict[str, str] | None:
        """Return what a process is to do next, None when there is nothing left to begin."""
        with self._lock:
            if self._closed:
                return None
            for name in self._order:
                if self._is_settled(name):
                    continue
                part = self._parts.setdefault(name, _Part())
                if not part.listed:
                    return {"list": name}
                if part.waiting:
                    file = part.waiting.pop(0)
                    self._begun.add(file)
                    self._pace.begin(file)
                    return {"compile": file, "part": name}
            return None

    def _take(self, task: dict[str, str], answer: dict[str, Any], seconds: float) -> None:
        """Note what a process has answered."""
        name = task.get("list") or task["part"]
        with self._lock:
            part = self._parts[name]
            if "failed" in answer:
                self._given_up.add(name)  # whoever calls it meets the same fault, where it can be told
            elif "jobs" in answer:
                part.list(answer["jobs"], self._done(), self._begun)
            else:
                file = task["compile"]
                self._pace.note(file, part.weights[file], seconds)
                for each in self._parts.values():
                    each.take(file)
                if not answer["is_kept"]:
                    self._given_up.add(name)
            for other, each in self._parts.items():
                if each.listed and not each.left and not self._is_settled(other):
                    self._note_ready(other)
            self._lock.notify_all()
        self._changed()

    def _done(self) -> set[str]:
        """Return all files that are known to be there."""
        return {file for part in self._parts.values() for file in part.weights if file not in part.left}

    def _note_ready(self, name: str) -> None:
        """Keep which files a part needs; those of others too, as a process does not list what it has in memory."""
        self._ready.add(name)
        with suppress(OSError):  # found out again at the next start
            kept().write(f"{name}{_RECORD}", json.dumps(sorted(self._done())).encode())


@dataclass
class _Part:
    """What is known of one part of the engine.

    Parameters
    ----------
    listed
        Whether a process has told what it needs.
    weights
        About how long each of its files takes.
    left
        The files that are not there yet.
    waiting
        Those of them that no process has begun, in order.
    """

    listed: bool = False
    weights: dict[str, int] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)

    def list(self, jobs: list[tuple[str, int, bool]], done: set[str], begun: set[str]) -> None:
        """Take the list of its kernels, unless another process was quicker; those ``begun`` are on their way."""
        if not self.listed:
            self.listed = True
            self.weights = {file: weight for file, weight, _ in jobs}
            left = [file for file, _, is_kept in jobs if not is_kept and file not in done]
            self.left = set(left)
            self.waiting = [file for file in left if file not in begun]

    def take(self, file: str) -> None:
        """Note that a file is there, for whatever part it was compiled."""
        self.left.discard(file)
        if file in self.waiting:
            self.waiting.remove(file)


class _Pace:
    """How long compiling takes on this machine, as found so far."""

    def __init__(self) -> None:
        self._weight = 0
        self._seconds = 0.0
        self._begun: dict[str, float] = {}

    def begin(self, file: str) -> None:
        self._begun[file] = time.monotonic()

    def note(self, file: str, weight: int, seconds: float) -> None:
        self._begun.pop(file, None)
        self._weight += weight
        self._seconds += seconds

    def seconds(self, waiting: int, begun: dict[str, int]) -> float:
        """Return about how long it takes until so much weight and what was begun is done, by all processes."""
        now = time.monotonic()
        pace = self._seconds / self._weight if self._weight else _SECONDS_A_WEIGHT
        # What takes longer than its weight says that everything does: else the time would stand still meanwhile.
        worked = sum(now - self._begun.get(file, now) for file in begun)
        pace = (
            max(pace, (self._seconds + worked) / ((self._weight + sum(begun.values())) or 1)) if self._weight else pace
        )
        lasts = [max(0.0, weight * pace - now + self._begun.get(file, now)) for file, weight in begun.items()]
        count = worker_count()
        return max(1.0, (waiting * pace + sum(lasts)) / count, *lasts)


def _is_kept(part: str) -> bool:
    """Whether all that a part needs was compiled before and is as it was written."""
    found = kept()
    record = found.read(f"{part}{_RECORD}")
    return record is not None and all(found.read(name) is not None for name in json.loads(record))
