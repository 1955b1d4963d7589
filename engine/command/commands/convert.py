"""``cascade convert``: convert a scenario between .cascade and .json, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.faults import BadInput
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
    """Read one file and write the other. Between two ``.cascade`` files a recording and studies are kept."""
    contents = read(options.source, console, with_recording=True)
    studies = {name: content for name, content in contents.studies.items() if isinstance(content, bytes)}
    write(contents.scenario, options.target, console, contents.recording, studies)
    for content in contents.studies.values():
        if isinstance(content, BadInput):
            console.note(f"left out: {content}")
    if contents.recording is not None and not keeps_recordings(options.target):
        console.note(f"{options.target}: the recording is left out, JSON holds none; a run gives it again")
    if studies and not keeps_recordings(options.target):
        console.note(
            f"{options.target}: the answers of studies are left out, JSON holds none; the studies give them again"
        )
    return Status.DONE
