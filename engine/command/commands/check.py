"""``cascade check``: check a scenario file and name every fault in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.scenarios import describe, read
from engine.command.statuses import Status

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console

EPILOG = """example:
  cascade check book.cascade
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")


def execute(options: Namespace, console: Console) -> Status:
    """Read a scenario and its recording; every fault is raised as `BadInput`."""
    contents = read(options.file, console, with_recording=True)
    console.result(f"ok: {describe(contents.scenario)}")
    return Status.DONE
