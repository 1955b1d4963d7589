"""A process that runs commands for a harness, ended and begun anew where one of them does not end or kills it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = Path(__file__).with_name("worker.py")
STARTING_SECONDS = 300.0
"""The first command of a process may compile."""


@dataclass(frozen=True)
class Answer:
    """What came of a command.

    Parameters
    ----------
    status
        Its exit status; negative for the signal that killed the process, None where it did not end in time.
    said
        What it wrote on standard error, the end of it.
    lines
        How many lines that were.
    seconds
        How long it took.
    megabytes
        The most memory that the process had taken until then.
    """

    status: int | None
    said: str
    lines: int
    seconds: float
    megabytes: int


class Served:
    """Runs `cascade` commands in another process.

    Parameters
    ----------
    folder
        The process's home: caches and logs.
    seconds
        How long a command may take.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._answers: Queue[str] = Queue()

    def run(self, *arguments: str) -> Answer:
        """Run a command."""
        fresh = self._process is None
        process = self._begun()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"arguments": list(arguments)}) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=STARTING_SECONDS if fresh else self._seconds)
        except (Empty, BrokenPipeError):
            line = ""
        if not line:
            status = process.poll()
            self.close()
            return Answer(status, "", 0, self._seconds, 0)
        return Answer(**json.loads(line))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def _begun(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._answers = Queue()
            # what the command names must not depend on where the harness was started
            settings = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(self._folder)}
            self._process = subprocess.Popen(
                [sys.executable, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=settings,
            )  # fmt: skip
            Thread(target=_read, args=(self._process, self._answers), daemon=True).start()
        return self._process


def _read(process: subprocess.Popen[str], answers: Queue[str]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:  # closed meanwhile
        pass
    process.wait()
    answers.put("")
