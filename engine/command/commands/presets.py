"""``cascade presets``: list the bundled real protocols' rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.command.bundled import add_show, list_one
from engine.command.console import standard_output
from engine.command.statuses import Status
from engine.files.json_file import pretty
from engine.scenario.presets import MISSING, load_preset, load_presets

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console

EPILOG = """examples:
  cascade presets
  cascade presets --show NAME
"""


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    add_show(parser)


def execute(options: Namespace, console: Console) -> Status:
    """List the presets, or print one as JSON.

    Raises
    ------
    BadInput
        If there is none of the name.
    """
    if options.show is not None:
        standard_output().write(pretty(load_preset(options.show).to_dict()).encode() + b"\n")
        return Status.DONE
    for preset in load_presets():
        list_one(console, preset.name, f"{preset.title} ({preset.date}). {preset.summary}", f"Source: {preset.source}")
    for title, reason in MISSING.items():
        console.note(f"Not among them: {title}. {reason}")
    return Status.DONE
