"""``cascade convert``: convert a scenario between .cascade and .json, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.scenarios import read, write
from engine.command.statuses import Status
from engine.files import keeps_recordings

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console

EPILOG = """example:
  cascade convert book.cascade book.json
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("source", metavar="IN", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument("target", metavar="OUT", help="the file to write; - writes JSON to standard output")


def execute(options: Namespace, console: Console) -> Status:
    """Read one file and write the other. Between two ``.cascade`` files a recording is kept."""
    contents = read(options.source, console, with_recording=True)
    write(contents.scenario, options.target, console, contents.recording)
    if contents.recording is not None and not keeps_recordings(options.target):
        console.note(f"{options.target}: the recording is left out, JSON holds none; a run gives it again")
    return Status.DONE
