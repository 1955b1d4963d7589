"""Starts processes that compile, and talks with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

from engine.warming.worker import serve_pipe

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_PROGRAM = "import sys; sys.path[:] = {path!r}; from engine.warming.worker import main; main()"
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Worker(Protocol):
    """A process that compiles (`engine.warming.worker`)."""

    @property
    def pid(self) -> int:
        """The number of the process."""

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Send a message and wait for the answer; None when the process is gone."""

    def stop(self) -> None:
        """End the process, whatever it does; who waits for an answer gets None. May be called from any thread."""

    def close(self) -> None:
        """Stop it, and wait for its end."""


def start_worker(*, frozen: bool | None = None) -> Worker:
    """Start a process at the priority of the calling thread.

    Parameters
    ----------
    frozen
        Whether the program was packed without a Python that could be called; by default, whether it is.

    Raises
    ------
    OSError
        If no process can be started.
    """
    if getattr(sys, "frozen", False) if frozen is None else frozen:
        return _Spawned()
    return _Called()


class _Called:
    """A Python that is called with what to import, from the same places as here."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            creationflags=_NO_WINDOW,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | None:
        if self._process.stdin is None or self._process.stdout is None:
            return None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except (OSError, ValueError):  # ValueError: closed meanwhile
            return None
        return cast("dict[str, Any]", json.loads(answer)) if answer.endswith("\n") else None

    def stop(self) -> None:
        self._process.kill()  # what it writes is there whole or not at all

    def close(self) -> None:
        self.stop()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


class _Spawned:
    """A process of multiprocessing, which knows how to start a frozen program again."""

    def __init__(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._connection: Connection[bytes, bytes] = ours
        self._process: BaseProcess = context.Process(target=serve_pipe, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | None:
        try:
            self._connection.send_bytes(json.dumps(message).encode())
            return cast("dict[str, Any]", json.loads(self._connection.recv_bytes()))
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self.stop()
        self._process.join()
        self._connection.close()


def worker_count() -> int:
    """Return how many processes compile at once: two, but one where there is one processor."""
    return min(2, os.cpu_count() or 1)
