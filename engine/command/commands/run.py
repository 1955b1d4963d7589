"""``cascade run``: run a scenario and print its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.kept_files import kept
from engine.command.interruption import Interruption
from engine.command.outputs import Outputs
from engine.command.progress import progress
from engine.command.scenarios import read
from engine.command.settings import with_settings
from engine.command.statuses import Status
from engine.command.summary import summary_text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

EPILOG = """examples:
  cascade run book.cascade --json result.json
  cascade run book.json --set shock.returns.WETH=-0.4 --set liquidators.sell_share=0.5
  cascade examples --show NAME | cascade run - --rounds rounds.csv
"""
MAX_ROUNDS_REACHED = "max_rounds reached"
STOPPED = "stopped"


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument("--json", metavar="OUT", help="the whole result as JSON; - writes it to standard output")
    parser.add_argument("--rounds", metavar="OUT", help="one row a round, .csv or .parquet; - writes CSV")
    parser.add_argument("--events", metavar="OUT", help="one row a liquidation, .csv or .parquet; - writes CSV")
    parser.add_argument("--accounts", metavar="OUT", help="one row an account, .csv or .parquet; - writes CSV")
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], help="another value for a parameter (repeatable)"
    )
    parser.add_argument("--seed", metavar="N", help="the same as --set simulation.seed=N")


def execute(options: Namespace, console: Console) -> Status:
    """Read, run, write what was asked for, and print the summary.

    A Ctrl-C ends the run after the current round: what ran so far is written and said.
    """
    outputs = Outputs(options)
    scenario = with_settings(read(options.file, console).scenario, options.set, options.seed)
    with Interruption() as interruption:
        recording = _run(scenario, interruption, console)
    try:
        outputs.write(recording)
    except KeyboardInterrupt:
        console.fault(f"interrupted while writing; written: {', '.join(outputs.written) or 'nothing'}")
        return Status.INTERRUPTED
    if outputs.written:
        console.step(f"wrote {', '.join(outputs.written)}")
    _print_summary(recording, outputs, console)
    if recording.ended == STOPPED:
        where = f": partial results are in {', '.join(outputs.written)}" if outputs.written else ""
        console.fault(f"interrupted after round {recording.rounds[-1].number:,}{where}")
        return Status.INTERRUPTED
    if recording.ended == MAX_ROUNDS_REACHED:
        most = scenario.parameters.simulation.max_rounds
        console.fault(f"ended: max_rounds reached: the cascade had not come to rest after {most:,} rounds")
    return Status.DONE


def _run(scenario: Scenario, interruption: Interruption, console: Console) -> RecordedRun:
    console.step("running; Ctrl-C ends it after the current round")
    with progress(console, scenario.parameters.simulation.max_rounds) as show:
        from engine.api import rounds

        if kept().problem:
            console.note(kept().problem)
        steps = rounds(scenario)
        for step in steps:
            show(step)
            if interruption.asked:
                steps.close()
                break
    console.step(f"ran {steps.recording.rounds[-1].number:,} rounds")
    return steps.recording


def _print_summary(recording: RecordedRun, outputs: Outputs, console: Console) -> None:
    if console.quiet:
        return

    text = summary_text(recording)
    if outputs.takes_standard_output:
        for line in text.splitlines():
            console.note(line)
    else:
        console.result(text)
