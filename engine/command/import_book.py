"""``cascade import``: a scenario from a loan book and what belongs to it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command.check import describe
from engine.command.console import standard_input
from engine.command.scenarios import STANDARD, write
from engine.command.statuses import Status
from engine.files import check_ending
from engine.importing.build import build_scenario

if TYPE_CHECKING:
    from argparse import Namespace

    from engine.command.console import Console
    from engine.scenario.scenario import Scenario


def import_book(options: Namespace, console: Console) -> Status:
    """Read the book, fill in the rest, and write the scenario.

    Raises
    ------
    BadInput
        With every fault of the book, or what it lacks.
    """
    if options.output != STANDARD:
        check_ending(options.output)  # before a large book is read
    scenario = _from_standard_input(options) if options.book == STANDARD else _build(options.book, options)
    console.step(f"read {options.book}: {len(scenario.loans):,} loans")
    write(scenario, options.output, console)
    if options.output != STANDARD:
        console.result(f"ok: {options.output}: {describe(scenario)}")
    return Status.DONE


def _build(book: str | Path, options: Namespace) -> Scenario:
    return build_scenario(book, options.params, options.liquidity, options.preset, options.template)


def _from_standard_input(options: Namespace) -> Scenario:
    """Import what is piped in; its first bytes say what it is."""
    data = standard_input().read()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / f"standard-input{_ending(data)}"
        book.write_bytes(data)
        return _build(book, options)


def _ending(data: bytes) -> str:
    if data.startswith(b"PAR1"):
        return ".parquet"
    if data.startswith(b"PK"):  # an ODS file begins with its type, uncompressed
        return ".ods" if b"opendocument" in data[:200] else ".xlsx"
    return ".json" if data.lstrip()[:1] in {b"[", b"{"} else ".csv"
