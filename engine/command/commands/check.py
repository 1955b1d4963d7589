"""``cascade check``: check a scenario file and name every fault in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.command.scenarios import describe, read
from engine.command.statuses import Status

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console
    from engine.reading.recorded_run import RecordedRun

EPILOG = """example:
  cascade check book.cascade
  cascade check --run presentation.cascade
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument(
        "--run", action="store_true", help="run the scenario too, and compare with the recording in the file"
    )


def execute(options: Namespace, console: Console) -> Status:
    """Read a scenario and its recording; every fault is raised as `BadInput`."""
    contents = read(options.file, console, with_recording=True)
    recording = contents.recording
    if recording is None:
        if options.run:
            raise BadInput.at(options.file, "holds no recording", "a .cascade file that was saved after a run")
        console.result(f"ok: {describe(contents.scenario)}")
        return Status.DONE
    if options.run:
        _compare(recording, options.file)
    console.result(f"ok: {describe(contents.scenario)}")
    rounds = f"{len(recording.rounds) - 1:,} round{'' if len(recording.rounds) == 2 else 's'}"
    if options.run:
        console.result(f"recording: {rounds}, as a run gives them here")
    else:
        console.result(f"recording: {rounds}, unverified: it adds up, but was not run again (--run does)")
    return Status.DONE


def _compare(recording: RecordedRun, name: str) -> None:
    """Run the scenario of a recording and refuse the recording if it has other figures."""
    from engine.api import run
    from engine.reading.agreement import first_difference

    found = first_difference(recording, run(recording.scenario))
    if found is not None:
        raise BadInput.at(
            f"{name}, recording", found, "what the scenario gives (the recording was changed, or is of another version)"
        )
