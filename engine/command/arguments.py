"""The options of every command; what each does stands in a module of its own."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from engine.command.statuses import Status
from engine.version import __version__


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one line."""
        self.exit(Status.BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")


def make_parser() -> Parser:
    """Return the parser of the `cascade` command."""
    parser = Parser(
        prog="cascade",
        description="Liquidation cascades in DeFi lending, round by round, without a window.",
        epilog="Exit status: 0 done, 1 a fault of ours, 2 bad input or usage, 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cascade {__version__}")
    _add_loudness(parser)
    parser.set_defaults(quiet=False, verbose=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _add_run(commands)
    _add_check(commands)
    _add_import(commands)
    _add_convert(commands)
    _add_bundled(commands)
    _add_verify(commands)
    return parser


def _add_loudness(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS, so that a command's silence about it does not undo what stands before the command
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help="print nothing but what is asked for"
    )
    loudness.add_argument(
        "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="say each step, and how long it took"
    )


def _command(
    commands: argparse._SubParsersAction[Parser], name: str, help_text: str, epilog: str | None = None
) -> Parser:
    parser = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_loudness(parser)
    return parser


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(
        commands,
        "run",
        "run a scenario and print its summary",
        "examples:\n"
        "  cascade run book.cascade --json result.json\n"
        "  cascade run book.json --set shock.returns.WETH=-0.4 --set liquidators.sell_share=0.5\n"
        "  cascade examples --show NAME | cascade run - --rounds rounds.csv",
    )
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument("--json", metavar="OUT", help="the whole result as JSON; - writes it to standard output")
    parser.add_argument("--rounds", metavar="OUT", help="one row a round, .csv or .parquet; - writes CSV")
    parser.add_argument("--events", metavar="OUT", help="one row a liquidation, .csv or .parquet; - writes CSV")
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], help="another value for a parameter (repeatable)"
    )
    parser.add_argument("--seed", metavar="N", help="the same as --set simulation.seed=N")


def _add_check(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(commands, "check", "check a scenario file and name every fault in it")
    parser.add_argument("file", metavar="FILE", help="a .cascade or .json scenario; - reads standard input")


def _add_import(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(
        commands,
        "import",
        "make a scenario of a loan book",
        "examples:\n"
        "  cascade import book.csv --preset NAME -o book.cascade\n"
        "  cascade import book.xlsx --params params.csv --liquidity curves.csv -o book.json",
    )
    parser.add_argument("book", metavar="BOOK", help="a loan book: CSV, XLSX, ODS, Parquet or JSON")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the .cascade or .json file to write")
    parser.add_argument("--params", metavar="PARAMS.csv", help="prices, thresholds and bonuses of the assets")
    parser.add_argument("--liquidity", metavar="CURVES.csv", help="quoted slippage of the assets")
    parser.add_argument("--preset", metavar="NAME", help="the liquidation rules of a real protocol")
    parser.add_argument("--template", metavar="FILE", help="a scenario that gives everything else")


def _add_convert(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(commands, "convert", "convert a scenario between .cascade and .json, without loss")
    parser.add_argument("source", metavar="IN", help="a .cascade or .json scenario; - reads standard input")
    parser.add_argument("target", metavar="OUT", help="the file to write; - writes JSON to standard output")


def _add_bundled(commands: argparse._SubParsersAction[Parser]) -> None:
    for name, what in (("presets", "real protocols' rules"), ("examples", "example scenarios")):
        parser = _command(commands, name, f"list the bundled {what}")
        parser.add_argument("--show", metavar="NAME", help="print one as JSON")


def _add_verify(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = _command(
        commands,
        "verify",
        "run the published cases on this machine and compare",
        "examples:\n"
        "  cascade verify\n"
        "  cascade verify --case aave-01 --case C02\n"
        "  cascade verify --quiet --json report.json\n\n"
        "Exit status: 0 when no case fails, 1 when one does.",
    )
    parser.add_argument("--json", metavar="OUT", help="every figure as JSON; - writes it to standard output")
    parser.add_argument(
        "--case", metavar="ID", action="append", default=[], help="only this case, each of its figures (repeatable)"
    )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; `SystemExit` carries the status of a help text or a usage fault."""
    return make_parser().parse_args(sys.argv[1:] if arguments is None else arguments)
