"""The entry point: chooses the command, and turns what goes wrong into an exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.command.arguments import parse
from engine.command.bundled import bundled
from engine.command.console import Console, never_fail_on_characters
from engine.command.crash_log import write_crash
from engine.command.statuses import Status

if TYPE_CHECKING:
    from argparse import Namespace


def main(arguments: list[str] | None = None) -> int:
    """Run the `cascade` command.

    Parameters
    ----------
    arguments
        The words after ``cascade``; those of the process by default.

    Returns
    -------
    int
        The exit status (see `engine.command.statuses.Status`).
    """
    never_fail_on_characters()
    try:
        options = parse(arguments)
    except SystemExit as stop:  # argparse has said what there was to say
        return int(stop.code or 0)
    console = Console(quiet=options.quiet, verbose=options.verbose)
    try:
        status = _execute(options, console)
        sys.stdout.flush()
    except BadInput as error:
        for fault in error.faults:
            console.fault(str(fault))
        return Status.BAD_INPUT
    except KeyboardInterrupt:
        console.fault("interrupted: nothing was written")
        return Status.INTERRUPTED
    except BrokenPipeError:
        # the reader of our output has seen enough (``cascade examples | head -1``)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.DONE
    except Exception as error:  # noqa: BLE001 - a fault of ours, whichever: kept whole in the log and told
        console.fault(f"a fault in Cascade: {type(error).__name__}: {error}; its traceback is in {write_crash(error)}")
        return Status.OUR_FAULT
    return status


def _execute(options: Namespace, console: Console) -> Status:
    # each command is imported only when called, so that all of them start quickly
    if options.command == "run":
        from engine.command.run import run

        return run(options, console)
    if options.command == "check":
        from engine.command.check import check

        return check(options, console)
    if options.command == "import":
        from engine.command.import_book import import_book

        return import_book(options, console)
    if options.command == "convert":
        from engine.command.convert import convert

        return convert(options, console)
    if options.command == "verify":
        from engine.command.verify import verify

        return verify(options, console)

    return bundled(options, console)
