"""Reads the command line: the words before the command here, those after it in the command's own file."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from engine.command.known_commands import known_commands
from engine.command.statuses import Status
from engine.version import __version__

if TYPE_CHECKING:
    from engine.command.known_commands import KnownCommand


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one line."""
        self.exit(Status.BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line.

    Parameters
    ----------
    arguments
        The words after ``cascade``; those of the process by default.

    Returns
    -------
    argparse.Namespace
        The options, with ``execute``, which does what the command is for.

    Raises
    ------
    SystemExit
        With the status of a help text or of a fault in the usage.
    """
    words = sys.argv[1:] if arguments is None else arguments
    return _make_parser(_named(words)).parse_args(words)


def _named(words: list[str]) -> str | None:
    """Return the word that names the command: the first that is no option, for those before it take no values."""
    return next((word for word in words if not word.startswith("-")), None)


def _make_parser(named: str | None) -> Parser:
    """Return the parser of the whole line; only the named command is loaded, the others are listed."""
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
    for command in known_commands():
        added = commands.add_parser(
            command.name,
            help=command.help,
            description=command.help[0].upper() + command.help[1:] + ".",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_loudness(added)
        if command.name == named:
            _add_own(added, command)
    return parser


def _add_own(parser: Parser, command: KnownCommand) -> None:
    """Add what stands in a command's own file."""
    file = command.load()
    parser.epilog = file.EPILOG
    parser.set_defaults(execute=file.execute)
    file.add_options(parser)


def _add_loudness(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS, so that a command's silence about it does not undo what stands before the command
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help="print nothing but what is asked for"
    )
    loudness.add_argument(
        "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="say each step, and how long it took"
    )
