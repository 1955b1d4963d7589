"""What ``cascade presets`` and ``cascade examples`` have in common: a list of what comes with the program."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from engine.command.console import Console

_WIDTH = 100
_INDENT = "    "


def add_show(parser: ArgumentParser) -> None:
    """Let one of the list be asked for by its name."""
    parser.add_argument("--show", metavar="NAME", help="print one as JSON")


def list_one(console: Console, name: str, *paragraphs: str) -> None:
    """Print a name and, set in below it, what is said of it."""
    console.result("\n".join([name, *(line for text in paragraphs for line in _wrapped(text))]))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
