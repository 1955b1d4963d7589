"""What a command's exit status means. ``cascade verify`` also ends with 1 when a published case does not come out."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """The exit statuses, the same for every command."""

    DONE = 0
    OUR_FAULT = 1
    BAD_INPUT = 2
    INTERRUPTED = 130
