"""``cascade examples``: list the bundled example scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.bundled import add_show, list_one
from engine.command.console import standard_output
from engine.command.statuses import Status
from engine.files import write_stream
from engine.files.examples import examples, find_example

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console

EPILOG = """examples:
  cascade examples
  cascade examples --show NAME
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    add_show(parser)


def execute(options: Namespace, console: Console) -> Status:
    """List the examples, or print one as JSON.

    Raises
    ------
    BadInput
        If there is none of the name.
    """
    if options.show is not None:
        write_stream(find_example(options.show).load(), standard_output())
        return Status.DONE
    for example in examples():
        list_one(console, example.name, f"{example.title}. {example.summary}", str(example.path))
    return Status.DONE
