"""``cascade import``: make a scenario of a loan book."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command.console import standard_input
from engine.command.scenarios import STANDARD, describe, write
from engine.command.statuses import Status
from engine.files import check_ending
from engine.importing.build import build_scenario

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console
    from engine.scenario.scenario import Scenario


EPILOG = """examples:
  cascade import book.csv --preset NAME -o book.cascade
  cascade import book.xlsx --params params.csv --liquidity curves.csv -o book.json
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("book", metavar="BOOK", help="a loan book: CSV, XLSX, ODS, Parquet or JSON")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the .cascade or .json file to write")
    parser.add_argument("--params", metavar="PARAMS.csv", help="prices, thresholds and bonuses of the assets")
    parser.add_argument("--liquidity", metavar="CURVES.csv", help="quoted slippage of the assets")
    parser.add_argument("--preset", metavar="NAME", help="the liquidation rules of a real protocol")
    parser.add_argument("--template", metavar="FILE", help="a scenario that gives everything else")


def execute(options: Namespace, console: Console) -> Status:
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
