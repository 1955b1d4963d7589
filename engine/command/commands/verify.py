"""``cascade verify``: run the published cases on this machine and compare.

Interfaces: ``cascade verify [--json OUT] [--case ID]... [--quiet]``. A table on standard output: case, source,
expected, got, difference, verdict; then ``N passed, M failed, K outside the model``. ``--case`` (repeatable) runs only
the named ones and shows each of their figures. ``--json`` writes ``cascade-verification-report/1``: ``provenance``,
``summary`` (``passed, failed, outside, figures``), ``cases`` (``case, group, title, source, verdict`` and ``figures``
with ``compared, expected, got, difference, tolerance, passes``, or the ``reason`` of one outside the model). Exit
status 0 when no case fails, 1 when one does, 2 on bad usage, 130 interrupted.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.base.user_folders import prepare_numba_cache
from engine.command.console import standard_output
from engine.command.interruption import Interruption
from engine.command.scenarios import STANDARD
from engine.command.statuses import Status
from engine.files.atomic import writing
from engine.files.json_file import pretty
from engine.verification import Report, check_case, find_cases, load_cases
from engine.verification.table import report_text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from engine.command.console import Console
    from engine.verification import Case, CaseResult

EPILOG = """examples:
  cascade verify
  cascade verify --case aave-01 --case C02
  cascade verify --quiet --json report.json

Exit status: 0 when no case fails, 1 when one does.
"""
_NO_TERMINAL = 160
"""How wide the table is where nobody says how wide the terminal is: in a file or a pipe."""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("--json", metavar="OUT", help="every figure as JSON; - writes it to standard output")
    parser.add_argument(
        "--case", metavar="ID", action="append", default=[], help="only this case, each of its figures (repeatable)"
    )


def execute(options: Namespace, console: Console) -> Status:
    """Run the cases, write what was asked for, and print the table.

    A Ctrl-C ends it after the current case: what ran so far is written and said.

    Raises
    ------
    BadInput
        If there is no case of a name, or the place for the JSON cannot be written.
    """
    if options.json not in {None, STANDARD} and not Path(options.json).resolve().parent.is_dir():
        raise BadInput.at(f"--json {options.json}", "there is no such folder", "a folder that exists")
    cases = find_cases(options.case) if options.case else load_cases()
    with Interruption() as interruption:
        report = _run(cases, interruption, console)
    if options.json is not None:
        place = nullcontext(standard_output()) if options.json == STANDARD else writing(Path(options.json))
        with place as stream:
            stream.write(pretty(report.to_dict()).encode() + b"\n")
    _print(report, options, console)
    failed = [result.case.name for result in report.results if result.verdict == "fails"]
    if failed:
        console.fault(f"not as published: {', '.join(failed)}")
    if len(report.results) < len(cases):
        console.fault(f"interrupted after {len(report.results):,} of {len(cases):,} cases")
        return Status.INTERRUPTED
    return Status.OUR_FAULT if failed else Status.DONE


def _run(cases: tuple[Case, ...], interruption: Interruption, console: Console) -> Report:
    prepare_numba_cache()

    results: list[CaseResult] = []
    with _progress(console, len(cases)) as show:
        for case in cases:
            results.append(check_case(case))
            show(results[-1])
            console.step(f"ran {case.name}")
            if interruption.asked:
                break
    return Report(tuple(results))


def _print(report: Report, options: Namespace, console: Console) -> None:
    if console.quiet:
        return

    columns = shutil.get_terminal_size((_NO_TERMINAL, 24)).columns
    text = report_text(report, width=columns, figures=bool(options.case) or console.verbose)
    if options.json == STANDARD:
        for line in text.splitlines():
            console.note(line)
    else:
        console.result(text)


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[CaseResult], None]]:
    if not console.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        task = bar.add_task("preparing the engine (compiling it on the first run)", total=total)

        def show(result: CaseResult) -> None:
            bar.update(task, advance=1, description=f"{result.case.group}: {result.case.name}")

        yield show
