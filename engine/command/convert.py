"""``cascade convert``: the same scenario in the other spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.scenarios import read, write
from engine.command.statuses import Status
from engine.files import keeps_recordings

if TYPE_CHECKING:
    from argparse import Namespace

    from engine.command.console import Console


def convert(options: Namespace, console: Console) -> Status:
    """Read one file and write the other. Between two ``.cascade`` files a recording is kept."""
    contents = read(options.source, console, with_recording=True)
    write(contents.scenario, options.target, console, contents.recording)
    if contents.recording is not None and not keeps_recordings(options.target):
        console.note(f"{options.target}: the recording is left out, JSON holds none; a run gives it again")
    return Status.DONE
