"""What a command says, and where: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import BinaryIO, cast


def printable(text: str) -> str:
    """Return text in which control characters, which could drive a terminal, are spelled out."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


def never_fail_on_characters() -> None:
    """Spell out what a terminal's encoding cannot show, where Python would raise an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@dataclass
class Console:
    """How much is said.

    Parameters
    ----------
    quiet
        Only faults and what is asked for by ``-``.
    verbose
        Each step too, with its time.
    """

    quiet: bool = False
    verbose: bool = False
    _since: float = field(default_factory=time.perf_counter)

    def fault(self, text: str) -> None:
        """Say a fault, or what must not go unsaid, on one line of standard error."""
        print(printable(" ".join(text.splitlines())), file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        """Say on standard error what is good to know; not with ``--quiet``."""
        if not self.quiet:
            self.fault(text)

    def step(self, text: str) -> None:
        """Say with ``--verbose`` what was done since the last step."""
        now = time.perf_counter()
        if self.verbose:
            self.fault(f"{text} ({now - self._since:.3f} s)")
        self._since = now

    def result(self, text: str) -> None:
        """Say a result on standard output; not with ``--quiet``."""
        if not self.quiet:
            print(printable(text))

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar makes sense: a terminal is there, and it is wanted."""
        return not self.quiet and sys.stderr.isatty()


def standard_input() -> BinaryIO:
    """Return standard input as bytes."""
    return cast("BinaryIO", sys.stdin.buffer)


def standard_output() -> BinaryIO:
    """Return standard output as bytes, after what was printed so far."""
    sys.stdout.flush()
    return cast("BinaryIO", sys.stdout.buffer)
