"""The entry point: chooses the command, and turns what goes wrong into an exit status."""

from __future__ import annotations

import os
import sys

from engine.base.faults import BadInput
from engine.command.arguments import parse
from engine.command.console import Console, never_fail_on_characters
from engine.command.crash_log import write_crash
from engine.command.statuses import Status


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
    console = Console(quiet=False, verbose=False)
    try:
        options = parse(arguments)
        console = Console(quiet=options.quiet, verbose=options.verbose)
        status: Status = options.execute(options, console)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse has said what there was to say
        return int(stop.code or 0)
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
