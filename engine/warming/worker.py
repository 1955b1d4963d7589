"""A process that compiles: it is told what, and answers when it is done.

Messages are JSON. ``{"list": part}`` is answered by ``{"listed": part, "jobs": [[file, weight, is kept], ...]}``, and
``{"compile": file, "part": part}`` by ``{"compiled": file, "is_kept": true}``; what goes wrong by ``{"failed":
traceback}``. The process ends when nobody can tell it anything any more, in the middle of its work too: what it writes
is there whole or not at all.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from engine.warming.jobs import Job

_LOOK_SECONDS = 1.0


class Line(Protocol):
    """The way to whoever started this process."""

    def read(self) -> str:
        """Wait for a message and return it; empty when the other end is closed."""

    def write(self, message: str) -> None:
        """Send a message."""


class StandardStreams:
    """Messages as lines of standard input and output; what else the process prints goes to standard error."""

    def __init__(self) -> None:
        self._input = sys.stdin
        self._output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def read(self) -> str:
        """Wait for a line and return it; empty when the input is closed."""
        return self._input.readline()

    def write(self, message: str) -> None:
        """Send a line."""
        self._output.write(message + "\n")
        self._output.flush()


class Pipe:
    """Messages through a connection of multiprocessing."""

    def __init__(self, connection: Connection[bytes, bytes]) -> None:
        self._connection = connection

    def read(self) -> str:
        """Wait for a message and return it; empty when the other end is closed."""
        try:
            return self._connection.recv_bytes().decode()
        except (EOFError, OSError):
            return ""

    def write(self, message: str) -> None:
        """Send a message."""
        self._connection.send_bytes(message.encode())


def main() -> None:
    """Serve whoever started this process through its standard input and output."""
    _travel_light()
    serve(StandardStreams())


def serve_pipe(connection: Connection[bytes, bytes]) -> None:
    """Serve whoever holds the other end of a connection, in a process that was started for it."""
    _travel_light()
    serve(Pipe(connection))


def serve(line: Line) -> None:
    """Do what is asked for until nobody can ask any more."""
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, asked), daemon=True).start()
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    bench = _Bench()
    while True:
        message = json.loads(asked.get())
        try:
            answer = bench.answer(message)
        except Exception:  # noqa: BLE001 - told to whoever asked
            answer = {"failed": traceback.format_exc()}
        try:
            line.write(json.dumps(answer))
        except OSError:
            _leave()


def _travel_light() -> None:
    """Load less than numba would: no linear algebra, which no kernel uses, and no colours for faults nobody reads."""
    os.environ["NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING"] = "1"
    modules: dict[str, Any] = sys.modules
    modules.setdefault("scipy", None)  # as if it were not installed


class _Bench:
    """What this process has listed so far."""

    def __init__(self) -> None:
        self._jobs: dict[str, dict[str, Job]] = {}

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        if "list" in message:
            part = message["list"]
            jobs = [[job.file, job.weight, job.is_kept] for job in self._listed(part).values()]
            return {"listed": part, "jobs": jobs}
        # What this process has compiled for another part already is not in its list of this one.
        job = self._listed(message["part"]).get(message["compile"])
        if job is None:
            return {"compiled": message["compile"], "is_kept": True}
        job.compile()
        return {"compiled": job.file, "is_kept": job.is_kept}

    def _listed(self, part: str) -> dict[str, Job]:
        if part not in self._jobs:
            from engine.warming.jobs import jobs_of

            self._jobs[part] = {job.file: job for job in jobs_of(part)}
        return self._jobs[part]


def _listen(line: Line, asked: queue.SimpleQueue[str]) -> None:
    """Take messages while the process works; end it when none can come any more."""
    while message := line.read():
        asked.put(message)
    _leave()


def _watch_parent(parent: int) -> None:
    """End the process when the one that started it is gone: another may hold the line open."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    _leave()


def _leave() -> None:
    os._exit(0)  # at once: compiling cannot be interrupted
