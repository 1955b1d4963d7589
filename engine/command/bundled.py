"""``cascade presets`` and ``cascade examples``: what comes with the program."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from engine.command.console import standard_output
from engine.command.statuses import Status

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from pathlib import Path

    from engine.command.console import Console

_WIDTH = 100
_INDENT = "    "


def bundled(options: Namespace, console: Console) -> Status:
    """List the presets or examples, or print one as JSON.

    Raises
    ------
    BadInput
        If there is none of the name.
    """
    show, listing = (_show_preset, _presets) if options.command == "presets" else (_show_example, _examples)
    if options.show is None:
        for name, lines in listing():
            console.result("\n".join([name, *(line for text in lines for line in _wrapped(text))]))
        if options.command == "presets":
            _say_missing(console)
    else:
        show(options.show)
    return Status.DONE


def path_of_example(name: str) -> Path | None:
    """Return the file of the bundled example that a missing file's name may mean."""
    from engine.files.examples import examples

    try:
        return next((example.path for example in examples() if example.name == name), None)
    except FileNotFoundError:  # an incomplete installation; the missing file is what is to be told
        return None


def _presets() -> Iterable[tuple[str, list[str]]]:
    from engine.scenario.presets import load_presets

    for preset in load_presets():
        yield preset.name, [f"{preset.title} ({preset.date}). {preset.summary}", f"Source: {preset.source}"]


def _say_missing(console: Console) -> None:
    from engine.scenario.presets import MISSING

    for title, reason in MISSING.items():
        console.note(f"Not among them: {title}. {reason}")


def _examples() -> Iterable[tuple[str, list[str]]]:
    from engine.files.examples import examples

    for example in examples():
        yield example.name, [f"{example.title}. {example.summary}", str(example.path)]


def _show_preset(name: str) -> None:
    from engine.files.json_file import pretty
    from engine.scenario.presets import load_preset

    standard_output().write(pretty(load_preset(name).to_dict()).encode() + b"\n")


def _show_example(name: str) -> None:
    from engine.files import write_stream
    from engine.files.examples import find_example

    write_stream(find_example(name).load(), standard_output())


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
